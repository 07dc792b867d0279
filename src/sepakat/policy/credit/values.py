"""What the ledgers are computed from and what they say, in the agreement's currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation that binds: `nominal` is what both nations have signed."""

    id: str
    category: str
    nominal: Decimal
    due: date
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that its obligor upholds; `verified` is what was found of it, nothing as yet."""

    id: str
    obligation: str
    currency: str
    claimed: Decimal
    verified: Decimal
    delivered: date
    activity: str = ""
    mode: str = ""
    organisation: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()


class Step(NamedTuple):
    """One step of the arithmetic: what was done, by which rule, and the amount after it."""

    what: str
    amount: Decimal
    rule: str = ""
    by: str = ""  # the factor, rate, share or condition


class Line(NamedTuple):
    """What one claim came to: `counted` of what was verified, of which `surplus` is over what is
    owed. The last step's amount is what is counted."""

    claim: str
    delivered: date
    claimed: Decimal
    verified: Decimal
    counted: Decimal
    surplus: Decimal
    evidence: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def credited(self) -> Decimal:
        return self.counted - self.surplus


@dataclass(frozen=True, slots=True)
class Ledger:
    """One obligation's account at a day, every figure with the steps that lead to it."""

    obligation: str
    as_of: date
    nominal: Decimal
    claimed: Decimal
    verified: Decimal
    credited: Decimal
    banked: Decimal
    penalised: Decimal
    owed: Decimal  # still; nothing once it is extinguished
    bond: Decimal
    due: date  # with extension and grace
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]  # what concerns no single claim: floors, banking, penalties
