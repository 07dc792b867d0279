"""How far a weight may move before another offer comes first.

One weight varies; the others keep their proportions to one another and take up the rest. Each
offer's total is then linear in the varied weight, so the interval has a closed form.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sepakat.industry.procurement.award.rule import Criterion, Scores, check_scores, shares
from sepakat.record.errors import NotFoundError

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The shares of `criterion`, from `lower` to `upper`, at which no offer is ahead of one offer.

    `share` is the published one. Beyond an end, the rival of that end is ahead; an end without a
    rival is 0 or 1. Both ends are None where the offer is nowhere first, and the rivals too.
    """

    criterion: str
    share: Fraction
    lower: Fraction | None
    upper: Fraction | None
    rival_below: str | None
    rival_above: str | None


def stable_weights(
    criteria: Sequence[Criterion], scores: Scores, offer: str
) -> tuple[Interval, ...]:
    """For each criterion, the shares of its weight at which `offer` is first, alone or jointly.

    A criterion that has all the weight leaves no proportions to keep: its interval is its share.
    Raises `InvalidError` as the award rule does, and `NotFoundError` for an unknown offer.
    """
    share = shares(criteria)
    check_scores(criteria, scores)
    if offer not in scores:
        raise NotFoundError(f"there is no offer {offer!r}", fix="Name one that was scored")
    utility = {
        name: {c.name: c.utility(given[c.name]) for c in criteria} for name, given in scores.items()
    }
    return tuple(_interval(criterion.name, share, utility, offer) for criterion in criteria)


def _interval(
    varied: str,
    share: dict[str, Fraction],
    utility: dict[str, dict[str, Fraction]],
    offer: str,
) -> Interval:
    now = share[varied]
    lower, upper = (ZERO, ONE) if now < 1 else (ONE, ONE)
    below: str | None = None
    above: str | None = None
    for rival in sorted(utility.keys() - {offer}):
        at_one = utility[offer][varied] - utility[rival][varied]
        at_zero = _rest(varied, share, utility[offer]) - _rest(varied, share, utility[rival])
        slope = at_one - at_zero
        if at_zero < 0 and at_one < 0:
            return Interval(varied, now, None, None, None, None)
        if at_zero < 0 and (meet := -at_zero / slope) > lower:
            lower, below = meet, rival
        if at_one < 0 and (meet := -at_zero / slope) < upper:
            upper, above = meet, rival
    if lower > upper:
        return Interval(varied, now, None, None, None, None)
    return Interval(varied, now, lower, upper, below, above)


def _rest(varied: str, share: dict[str, Fraction], utility: dict[str, Fraction]) -> Fraction:
    """An offer's total where the varied weight is 0 and the others take it up in proportion."""
    left = ONE - share[varied]
    if not left:
        return utility[varied]  # nothing to vary against: the total is the same at every weight
    return sum((share[n] * u for n, u in utility.items() if n != varied), ZERO) / left
