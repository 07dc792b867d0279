"""Other methods beside the award rule: would they have chosen the same offer?

They inform and never decide. They compute in floating point, through the optional package
`pymcdm`; all but SPOTIS compare offers with one another, so they can reverse ranks. SPOTIS on the
published scales is 1 less the award rule's total, worked out by others: a check of the arithmetic.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import isfinite
from typing import Any, Literal

from sepakat.industry.procurement.award.rule import Criterion, Scores, weighted_sum
from sepakat.record.errors import SepakatError

PLACES = 9  # values nearer than this are a tie: they differ by rounding alone

Method = Literal["TOPSIS", "VIKOR", "PROMETHEE II", "SPOTIS"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One method's values and ranks by offer, 1 the best; equal ranks are ties.

    `undefined` says why there are none: a method that scales by the offers' own differences has
    no answer where there are too few of these.
    """

    method: Method
    values: Mapping[str, float]
    ranks: Mapping[str, int]
    undefined: str | None = None

    @property
    def first(self) -> tuple[str, ...]:
        return tuple(sorted(offer for offer, rank in self.ranks.items() if rank == 1))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where a method is of another opinion than the award rule.

    `reversed` are the pairs of offers that it puts the other way round, the rule's better first.
    """

    method: Method
    first: tuple[str, ...]
    other_winner: bool
    reversed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Robustness:
    """The award rule's ranks, those of each other method, and where they disagree."""

    ranks: Mapping[str, int]
    opinions: tuple[Opinion, ...]
    disagreements: tuple[Disagreement, ...]

    @property
    def agrees(self) -> bool:
        """Whether each method that has an answer puts the same offers first."""
        return not any(disagreement.other_winner for disagreement in self.disagreements)


def robustness(criteria: Sequence[Criterion], scores: Scores) -> Robustness:
    """The table beside the award. `InvalidError` as the award rule raises it.

    Sources: TOPSIS, Hwang and Yoon (1981), scaled by vectors; VIKOR, Opricovic and Tzeng (2004),
    v = 0.5; PROMETHEE II, Brans and Vincke (1985), usual preference; SPOTIS, Dezert and others
    (2020), bounded by the published scales.
    """
    ranking = weighted_sum(criteria, scores)
    ranks = {standing.offer: standing.rank for standing in ranking.standings}
    opinions = opinions_of(criteria, scores)
    found = (_disagreement(opinion, ranks) for opinion in opinions if not opinion.undefined)
    return Robustness(ranks, opinions, tuple(one for one in found if one))


def opinions_of(criteria: Sequence[Criterion], scores: Scores) -> tuple[Opinion, ...]:
    """Each method's values and ranks. Raises `SepakatError` where `pymcdm` is not installed."""
    try:
        from pymcdm import methods
        from pymcdm.normalizations import vector_normalization
    except ImportError as error:
        raise SepakatError(
            "the further award methods need the package pymcdm, which is not installed",
            fix="Install Sepakat with them: pip install 'sepakat[methods]'",
        ) from error
    weighty = [criterion for criterion in criteria if criterion.weight]
    bounds = [(float(c.scale_min), float(c.scale_max)) for c in weighty]
    differing = [c for c in weighty if len({given[c.name] for given in scores.values()}) > 1]
    ask = partial(_opinion, scores=scores)
    return (
        ask("TOPSIS", methods.TOPSIS(vector_normalization), weighty, high=True),
        ask("VIKOR", methods.VIKOR(), differing, high=False),
        ask("PROMETHEE II", methods.PROMETHEE_II("usual"), weighty, high=True),
        ask("SPOTIS", methods.SPOTIS(bounds), weighty, high=False),
    )


def _opinion(
    name: Method,
    method: Callable[..., Any],
    criteria: Sequence[Criterion],
    *,
    scores: Scores,
    high: bool,
) -> Opinion:
    """`high` says that the method's high values are the good ones."""
    import numpy as np

    if len(scores) < 2 or not criteria:
        return Opinion(name, {}, {}, "It needs two offers that differ.")
    total = sum(criterion.weight for criterion in criteria)
    with np.errstate(divide="ignore", invalid="ignore"):  # what is not finite is told below
        values = method(
            np.array([[float(given[c.name]) for c in criteria] for given in scores.values()]),
            np.array([float(c.weight / total) for c in criteria]),
            np.array([1 if c.best == "high" else -1 for c in criteria]),
            validation=False,  # it warns of an offer that is best in all, which is no fault
        )
    by_offer = {offer: float(value) for offer, value in zip(scores, values, strict=True)}
    if not all(isfinite(value) for value in by_offer.values()):
        return Opinion(name, {}, {}, "The offers differ too little for it.")
    good = {offer: round(value if high else -value, PLACES) for offer, value in by_offer.items()}
    order = sorted(good.values(), reverse=True)
    ranks = {offer: order.index(value) + 1 for offer, value in good.items()}
    return Opinion(name, by_offer, ranks)


def _disagreement(opinion: Opinion, ranks: Mapping[str, int]) -> Disagreement | None:
    order = sorted(ranks, key=lambda offer: (ranks[offer], offer))
    pairs = tuple(
        (better, worse)
        for better, worse in combinations(order, 2)
        if ranks[better] < ranks[worse] and opinion.ranks[better] > opinion.ranks[worse]
    )
    first = tuple(offer for offer in order if ranks[offer] == 1)
    other_winner = opinion.first != first
    if not pairs and not other_winner:
        return None
    return Disagreement(opinion.method, opinion.first, other_winner, pairs)
