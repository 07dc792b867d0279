"""What another text of an agreement changes for each obligation, in money and dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sepakat.policy.agreement.nominal import nominal
from sepakat.policy.agreement.text import AgreementText
from sepakat.policy.credit.ledger import ledgers
from sepakat.policy.credit.values import NOTHING, Claim, Ledger, Owed

COLUMNS = ("nominal", "credited", "banked", "penalised", "owed", "bond")


@dataclass(frozen=True, slots=True)
class Difference:
    """One obligation under either text; no ledger where a text has no such obligation."""

    obligation: str
    before: Ledger | None
    after: Ledger | None

    @property
    def changes(self) -> dict[str, tuple[Decimal | date | None, Decimal | date | None]]:
        """What differs, by its name: before and after."""
        names = (*COLUMNS, "due")
        pairs = {n: (_of(self.before, n), _of(self.after, n)) for n in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def diff(
    old: AgreementText, new: AgreementText, claims: Iterable[Claim], as_of: date
) -> list[Difference]:
    """Every obligation of either text whose money or dates differ, by its identifier.

    `claims` are those on them. An obligation comes to what its text says that it does.
    """
    known = list(claims)
    before, after = _ledgers(old, known, as_of), _ledgers(new, known, as_of)
    found = [
        Difference(name, before.get(name), after.get(name)) for name in sorted({*before, *after})
    ]
    return [difference for difference in found if difference.changes]


def _ledgers(text: AgreementText, claims: list[Claim], as_of: date) -> dict[str, Ledger]:
    owed = [
        Owed(item.id, item.category, nominal(text, item) or NOTHING, item.due, item.contract)
        for item in text.obligation
    ]
    names = {item.id for item in owed}
    on_these = [claim for claim in claims if claim.obligation in names]
    return ledgers(text, owed, on_these, as_of)


def _of(ledger: Ledger | None, name: str) -> Decimal | date | None:
    return getattr(ledger, name) if ledger else None
