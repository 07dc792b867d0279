"""Whether an obligation is met in time: simulated days carried through its agreement's rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sepakat.policy.agreement.reading import read
from sepakat.policy.agreement.text import AgreementText
from sepakat.policy.credit.ledger import deadline, penalties_of
from sepakat.policy.credit.objects import owed_of
from sepakat.policy.credit.penalties import Standing, penalties
from sepakat.policy.credit.values import NOTHING, Owed
from sepakat.record.kind import Object


@dataclass(frozen=True)
class Bound:
    """An obligation under its agreement's text, or under none: then it has no grace and costs
    nothing. `due` is its last day without a penalty, `ends` the last that counts at all."""

    id: str
    due: date
    ends: date
    text: AgreementText | None = None
    owed: Owed | None = None

    def penalty(self, met: Mapping[date, int]) -> Decimal:
        """What lateness costs on average, where all of it is delivered on one of these days, each
        so many times."""
        if self.text is None or self.owed is None or not met:
            return NOTHING
        total = sum((self._charge(day) * n for day, n in met.items()), NOTHING)
        return total / sum(met.values())

    def _charge(self, met: date) -> Decimal:
        text, owed = self.text, self.owed
        assert text is not None
        assert owed is not None
        standing = Standing(
            owed.nominal,
            self.due,
            text.contracts.get(owed.contract or ""),
            lambda day: owed.nominal if day >= met else NOTHING,
        )
        charged = (
            penalties(rule, standing, text.agreement.rounding, met)
            for rule in penalties_of(text, owed)
        )
        return sum((charge.amount for charge in charged), NOTHING)


def bound(obligation: Object, edition: Object | None) -> Bound:
    """An obligation, and the edition that it is counted by."""
    if edition is None:
        due = date.fromisoformat(obligation.fields["due"])
        return Bound(obligation.id, due, due)
    text = read(edition.fields["source"])
    owed = owed_of(obligation, text)
    return Bound(obligation.id, *deadline(text, owed), text, owed)
