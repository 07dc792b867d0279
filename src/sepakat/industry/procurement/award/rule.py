"""The award rule: a weighted sum of scores on fixed, published scales.

An offer's total depends on its own scores alone, so nothing that happens to another offer can
reverse two offers. Fractions are exact; nothing is rounded before offers are compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sepakat.record.errors import InvalidError

MAX_CRITERIA = 200
MAX_OFFERS = 1000
MAX_MAGNITUDE = 30  # decimal places before or after the point: larger ones only cost time

Scores = Mapping[str, Mapping[str, Decimal]]  # by offer, then by criterion


@dataclass(frozen=True, slots=True)
class Criterion:
    """What offers are scored on, as it was published before any offer was opened.

    `weight` has any unit that all criteria share, such as per cent. Scores lie from `scale_min` to
    `scale_max`, both included; `best` says which end is the good one, such as "low" for a price.
    """

    name: str
    weight: Decimal
    scale_min: Decimal
    scale_max: Decimal
    best: Literal["high", "low"] = "high"

    def utility(self, score: Decimal) -> Fraction:
        """Where the score lies between the scale's bad end, 0, and its good one, 1."""
        low, high, given = Fraction(self.scale_min), Fraction(self.scale_max), Fraction(score)
        return (given - low if self.best == "high" else high - given) / (high - low)


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion adds to an offer's total: `share` times `utility`."""

    criterion: str
    score: Decimal
    utility: Fraction
    share: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer's place. `total` lies from 0 to 1; equal totals have the same rank: 1, 1, 3."""

    offer: str
    total: Fraction
    rank: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All offers, the best first, those of equal rank by name."""

    standings: tuple[Standing, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """The offers of the highest total: more than one where the first place is tied."""
        return tuple(standing.offer for standing in self.standings if standing.rank == 1)

    @property
    def winner(self) -> str | None:
        """The offer ahead of all others; none where the first place is tied."""
        return self.first[0] if len(self.first) == 1 else None

    @property
    def ties(self) -> tuple[tuple[str, ...], ...]:
        """The groups of offers with equal totals."""
        groups: dict[int, list[str]] = {}
        for standing in self.standings:
            groups.setdefault(standing.rank, []).append(standing.offer)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def weighted_sum(criteria: Sequence[Criterion], scores: Scores) -> Ranking:
    """Rank the offers. `InvalidError` names the criterion or the score that cannot stand."""
    share = shares(criteria)
    check_scores(criteria, scores)
    parts = {
        offer: tuple(_part(criterion, given[criterion.name], share) for criterion in criteria)
        for offer, given in scores.items()
    }
    totals = {offer: sum((p.points for p in own), Fraction(0)) for offer, own in parts.items()}
    ahead = sorted(totals.values(), reverse=True)
    rank = {total: ahead.index(total) + 1 for total in set(ahead)}
    order = sorted(totals, key=lambda offer: (-totals[offer], offer))
    return Ranking(tuple(Standing(o, totals[o], rank[totals[o]], parts[o]) for o in order))


def shares(criteria: Sequence[Criterion]) -> dict[str, Fraction]:
    """Each criterion's share of all weight, by name; they add up to 1."""
    if not 0 < len(criteria) <= MAX_CRITERIA:
        raise InvalidError(f"there must be 1 to {MAX_CRITERIA} criteria, not {len(criteria)}")
    if len({criterion.name for criterion in criteria}) != len(criteria):
        raise InvalidError("two criteria have one name", fix="Give each a name of its own")
    for criterion in criteria:
        _check_criterion(criterion)
    total = sum((Fraction(criterion.weight) for criterion in criteria), Fraction(0))
    if not total:
        raise InvalidError("no criterion has any weight", fix="Give at least one a weight above 0")
    return {criterion.name: Fraction(criterion.weight) / total for criterion in criteria}


def check_scores(criteria: Sequence[Criterion], scores: Scores) -> None:
    """Refuse scores that are missing, of no criterion, or outside the published scale."""
    if len(scores) > MAX_OFFERS:
        raise InvalidError(f"{len(scores)} offers are more than {MAX_OFFERS}")
    names = {criterion.name for criterion in criteria}
    for offer, given in scores.items():
        if stray := given.keys() - names:
            raise InvalidError(f"scores on no criterion: {', '.join(sorted(stray))}", where=offer)
        for criterion in criteria:
            if criterion.name not in given:
                raise InvalidError(
                    "has no score", where=f"{offer}, {criterion.name}", fix="Score every criterion"
                )
            check_score(criterion, given[criterion.name], where=f"{offer}, {criterion.name}")


def check_score(criterion: Criterion, score: Decimal, where: str) -> None:
    """Refuse a score outside the published scale; `where` is what the error names."""
    _check_number(score, where)
    if not criterion.scale_min <= score <= criterion.scale_max:
        raise InvalidError(
            f"the score {score} is outside the scale, {criterion.scale_min} to"
            f" {criterion.scale_max}",
            where=where,
            fix="The scale was published and is fixed; score within it, or refuse the offer",
        )


def _part(criterion: Criterion, score: Decimal, share: Mapping[str, Fraction]) -> Part:
    utility, weight = criterion.utility(score), share[criterion.name]
    return Part(criterion.name, score, utility, weight, weight * utility)


def _check_criterion(criterion: Criterion) -> None:
    for number in (criterion.weight, criterion.scale_min, criterion.scale_max):
        _check_number(number, criterion.name)
    if criterion.weight < 0:
        raise InvalidError(f"the weight {criterion.weight} is below 0", where=criterion.name)
    if criterion.scale_min >= criterion.scale_max:
        raise InvalidError(
            f"the scale from {criterion.scale_min} to {criterion.scale_max} has no length",
            where=criterion.name,
            fix="Give a highest score above the lowest",
        )


def _check_number(number: Decimal, where: str) -> None:
    if not number.is_finite():
        raise InvalidError(f"{number} is no number", where=where)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    if number.adjusted() > MAX_MAGNITUDE or exponent < -MAX_MAGNITUDE or exponent > MAX_MAGNITUDE:
        raise InvalidError(f"{number} has too many digits", where=where)
