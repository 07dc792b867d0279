"""What score sheets come to: the panel's scores, and each offer's points and rank."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

from sepakat.industry.procurement.award.moderation import Change, Given, Moderation, moderate
from sepakat.industry.procurement.award.rule import Criterion, Ranking, weighted_sum
from sepakat.industry.procurement.tendering.checks import criteria_of
from sepakat.record.kind import Object

FULL = 100  # points of an offer that is at the good end of every scale
PLACES = Decimal("0.0001")
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Tally:
    criteria: tuple[Criterion, ...]
    moderation: Moderation
    ranking: Ranking

    @property
    def results(self) -> list[dict[str, Any]]:
        """As an evaluation states them. Ranks are by exact totals, points are rounded."""
        return [
            {"offer": s.offer, "points": points(s.total), "rank": s.rank}
            for s in self.ranking.standings
        ]


def points(total: Fraction) -> str:
    """A total from 0 to 1 as points of 100, to four places, ties to even."""
    exact = _ROUNDING.divide(Decimal(total.numerator * FULL), Decimal(total.denominator))
    return f"{exact.quantize(PLACES, context=_ROUNDING):f}"


def tally(
    tender: Mapping[str, Any], sheets: Iterable[Object], changes: Sequence[Mapping[str, str]]
) -> Tally:
    """From a tender's fields, its revealed sheets and the changes to an exact ranking.

    Raises `InvalidError` as `moderate` and `weighted_sum` do.
    """
    criteria = criteria_of(tender)
    given = [
        Given(sheet.fields["evaluator"], row["offer"], row["criterion"], Decimal(row["score"]))
        for sheet in sheets
        for row in sheet.fields["scores"]
    ]
    made = [
        Change(
            row["evaluator"],
            row["offer"],
            row["criterion"],
            Decimal(row["before"]),
            Decimal(row["after"]),
            row["reason"],
        )
        for row in changes
    ]
    moderation = moderate(criteria, given, made)
    return Tally(criteria, moderation, weighted_sum(criteria, moderation.scores))
