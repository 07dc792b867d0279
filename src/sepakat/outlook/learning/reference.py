"""Reference classes: a forecast corrected by how past forecasts at the same stage came out.

B. Flyvbjerg: From Nobel Prize to Project Management, Project Management Journal 37 (2006).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import exp, isfinite, log, sqrt
from statistics import NormalDist

from sepakat.record.errors import InvalidError

LEAST_OWN = 5  # with fewer own outcomes, the public class alone
HALF_OWN = 10  # with so many, own outcomes and public class weigh the same


class Basis(StrEnum):
    """Where a class comes from, as it is to be shown beside each figure made with it."""

    PUBLISHED = "published"
    ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A forecast that has come out. `said` is the day of the forecast, `known` that of the outcome.

    Both figures are in one unit, above 0: days from the project's start, or money at one year's
    prices.
    """

    subject: str
    stage: str
    said: date
    forecast: float
    known: date
    actual: float

    def __post_init__(self) -> None:
        for figure in (self.forecast, self.actual):
            if not 0 < figure < float("inf"):
                raise InvalidError(f"{figure} is not above 0", where=self.subject)
        if self.known < self.said:
            raise InvalidError("the outcome was known before the forecast", where=self.subject)

    @property
    def ratio(self) -> float:
        return self.actual / self.forecast


@dataclass(frozen=True, slots=True)
class PublicClass:
    """Other people's projects: the mean and standard deviation of actual over forecast.

    `count` is how many projects they are of. The quantiles are those of the lognormal distribution
    with these moments, because sources publish moments and no outcome is below 0.
    """

    name: str
    basis: Basis
    source: str
    count: int
    mean: float
    deviation: float

    def quantile(self, level: float) -> float:
        variance = log(1 + (self.deviation / self.mean) ** 2)
        return exp(log(self.mean) - variance / 2 + NormalDist().inv_cdf(level) * sqrt(variance))


_FLYVBJERG_2003 = (
    "B. Flyvbjerg, M. K. Skamris Holm, S. L. Buhl: How common and how large are cost overruns in "
    "transport infrastructure projects?, Transport Reviews 23 (2003)"
)

TIME_TO_FINISH = PublicClass("time to finish", Basis.ILLUSTRATIVE, "", 0, 1.3, 0.4)

# Cost at completion over cost when it was decided to build, constant prices. Of civil works: no
# source of this quality is known to us for co-produced defence equipment.
PUBLIC_CLASSES = (
    PublicClass("cost of rail", Basis.PUBLISHED, _FLYVBJERG_2003, 58, 1.45, 0.38),
    PublicClass("cost of bridges and tunnels", Basis.PUBLISHED, _FLYVBJERG_2003, 33, 1.34, 0.62),
    PublicClass("cost of roads", Basis.PUBLISHED, _FLYVBJERG_2003, 167, 1.20, 0.30),
    TIME_TO_FINISH,
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A forecast's quantiles by level, and what they rest on.

    `own` is the number of own outcomes at the stage that were known, `weight` the part that they
    have. `beyond` are the levels that so few own outcomes cannot reach: there, their least or
    greatest ratio stands in. Without own outcomes or a public class there are no quantiles.
    """

    forecast: float
    quantiles: Mapping[float, float]
    own: int
    weight: float
    public: PublicClass | None
    beyond: tuple[float, ...] = ()


def correct(
    forecast: float,
    stage: str,
    on: date,
    outcomes: Iterable[Outcome],
    public: PublicClass | None = None,
    levels: Sequence[float] = (0.1, 0.5, 0.8, 0.9),
) -> Corrected:
    """The forecast times the ratios of the reference class, from what was known before the day.

    With n own outcomes at the stage, n at least 5, theirs weigh n / (n + 10) and the public class
    the rest, level by level; without a public class, all. Fewer than 5 weigh nothing.

    Raises InvalidError for a forecast that is not above 0, and a level outside 0 to 1.
    """
    if not (forecast > 0 and isfinite(forecast)):
        raise InvalidError(f"the forecast {forecast} is not above 0")
    if any(not 0 < level < 1 for level in levels):
        raise InvalidError("a quantile's level is between 0 and 1")
    ratios = sorted(o.ratio for o in outcomes if o.stage == stage and o.known < on)
    count = len(ratios)
    weight = 0.0 if count < LEAST_OWN else count / (count + HALF_OWN) if public else 1.0
    if not weight and public is None:
        return Corrected(forecast, {}, count, 0.0, None)
    quantiles = {}
    for level in levels:
        own = weight * empirical(ratios, level) if weight else 0.0
        other = (1 - weight) * public.quantile(level) if public else 0.0
        quantiles[level] = forecast * (own + other)
    reached = (1 / (count + 1), count / (count + 1))
    beyond = tuple(at for at in levels if weight and not reached[0] <= at <= reached[1])
    return Corrected(forecast, quantiles, count, weight, public, beyond)


def empirical(ordered: Sequence[float], level: float) -> float:
    """The quantile at the place level * (n + 1) of n ordered values, interpolated.

    So the next value falls at or below it with the probability `level` (definition 6 of
    R. J. Hyndman, Y. Fan, The American Statistician 50, 1996). Beyond the first and the last value,
    these.
    """
    place = level * (len(ordered) + 1) - 1
    if place <= 0:
        return ordered[0]
    if place >= len(ordered) - 1:
        return ordered[-1]
    below = int(place)
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])
