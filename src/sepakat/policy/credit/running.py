"""One obligation's ledger while it is being computed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sepakat.policy.credit.values import NOTHING, Line, Owed, Step


@dataclass(slots=True)
class Running:
    """One obligation's ledger as it grows."""

    owed: Owed
    due: date  # the last day that counts without a penalty
    ends: date  # the last day that counts at all: a cure keeps an obligation open
    claimed: Decimal = NOTHING
    verified: Decimal = NOTHING
    credited: Decimal = NOTHING
    banked: Decimal = NOTHING
    lines: list[Line] = field(default_factory=list)
    given: list[tuple[date, Decimal]] = field(default_factory=list)  # from another's bank
    steps: list[Step] = field(default_factory=list)

    def credited_by(self, day: date) -> Decimal:
        """What had been credited on a day, of its own claims and from what was banked."""
        own = sum((line.credited for line in self.lines if line.delivered <= day), NOTHING)
        given = sum((amount for delivered, amount in self.given if delivered <= day), NOTHING)
        return min(own + given, self.credited)
