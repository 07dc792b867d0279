"""Learning curves: how the effort for a unit falls as more of them are made.

Wright (1936): the *average* effort of all units so far falls to the same share, the slope, with
each doubling of their number. Crawford (1944): the effort of the *unit* itself does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, expm1, log, log1p, log2, sqrt

from sepakat.record.errors import InvalidError

LEAST = 3  # lots from which a curve can be fitted with an error to state
ONE_BY_ONE = 64  # units that are added up; of those after, the sum is worked out
FLATTEST, STEEPEST = -1e-6, -10.0  # exponents between which midpoints can be computed


class Theory(StrEnum):
    WRIGHT = "wright"  # cumulative average
    CRAWFORD = "crawford"  # unit


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve by the effort of the first unit (hours, say) and its slope, such as 0.8."""

    theory: Theory
    first: float
    slope: float

    def __post_init__(self) -> None:
        if not 0 < self.slope <= 1:
            raise InvalidError(f"a slope lies above 0 and up to 1, and this is {self.slope}")
        if self.first <= 0:
            raise InvalidError("the first unit takes some effort")

    @property
    def exponent(self) -> float:
        return log2(self.slope)

    def unit(self, number: int) -> float:
        """The effort of one unit, counted from 1."""
        _check(number)
        if self.theory is Theory.CRAWFORD:
            return float(self.first * number**self.exponent)
        return self._whole(number) - self._whole(number - 1)

    def lot(self, first: int, last: int) -> float:
        """The effort of the units from one to another, both counted."""
        _check(first)
        if last < first:
            raise InvalidError(f"a lot from {first} to {last} has no units")
        if self.theory is Theory.WRIGHT:
            return self._whole(last) - self._whole(first - 1)
        return self.first * _powers(first, last, self.exponent)

    def average(self, units: int) -> float:
        """The average effort of the first units."""
        return self.lot(1, units) / units

    def _whole(self, units: int) -> float:
        return float(self.first * units ** (1 + self.exponent)) if units else 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """A curve fitted to lots; `error` is the standard error of the estimate, a share (0.05 is 5 %).

    `r_squared` says how much of what varies the curve explains, in logarithms.
    """

    curve: Curve
    error: float
    r_squared: float


def fit(theory: Theory, lots: Sequence[tuple[int, float]]) -> Fit:
    """The curve through lots as they were made: each its number of units and its whole effort.

    Least squares in logarithms. By Wright each lot is a point at its cumulative average; by
    Crawford its average at its midpoint, which depends on the slope, so it is found by repetition.
    `InvalidError` for fewer than three lots, for lots without units or effort, and for lots too
    far apart in size to tell one point from another.
    """
    if len(lots) < LEAST:
        raise InvalidError(f"a curve needs {LEAST} lots at least, and there are {len(lots)}")
    if any(units <= 0 or effort <= 0 for units, effort in lots):
        raise InvalidError("each lot has units and effort above zero")
    if theory is Theory.WRIGHT:
        return _through(theory, _averages(lots))
    found = _through(theory, _midpoints(lots, log2(0.85)))
    for _ in range(50):
        before = min(found.curve.exponent, FLATTEST)
        found = _through(theory, _midpoints(lots, before))
        if abs(found.curve.exponent - before) < 1e-12:
            break
    return found


Point = tuple[float, float]


def _averages(lots: Sequence[tuple[int, float]]) -> list[Point]:
    units, effort, points = 0, 0.0, []
    for number, took in lots:
        units, effort = units + number, effort + took
        points.append((float(units), effort / units))
    return points


def _midpoints(lots: Sequence[tuple[int, float]], exponent: float) -> list[Point]:
    """Each lot's average effort at the unit that, by the curve, takes just this."""
    first, points = 1, []
    for number, took in lots:
        last = first + number - 1
        mean = _powers(first, last, exponent) / number
        points.append((float(mean ** (1 / exponent)), took / number))
        first = last + 1
    return points


def _through(theory: Theory, points: list[Point]) -> Fit:
    xs, ys = ([log(point[i]) for point in points] for i in (0, 1))
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    if not spread:
        raise InvalidError("the lots are too far apart in size for a curve to be fitted")
    exponent = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    # Where effort rises, the best curve that can be is level.
    exponent = min(max(exponent, STEEPEST), 0.0)
    level = mean_y - exponent * mean_x
    residual = sum((y - level - exponent * x) ** 2 for x, y in zip(xs, ys, strict=True))
    whole = sum((y - mean_y) ** 2 for y in ys)
    curve = Curve(theory, exp(level), 2**exponent)
    error = exp(sqrt(residual / max(len(xs) - 2, 1))) - 1
    return Fit(curve, error, 1 - residual / whole if whole else 1.0)


def _powers(first: int, last: int, exponent: float) -> float:
    """The sum of n to an exponent of 0 or below, in bounded time whatever the number of units.

    What is not added up is by Euler and Maclaurin, to their second term; from the 64th unit on,
    and for slopes from a half up, the third lies below one part in ten million.
    """
    edge = min(last, max(first, ONE_BY_ONE) - 1)
    added = float(sum(n**exponent for n in range(first, edge + 1)))
    if edge == last:
        return added
    low, high = edge + 1, last
    if low == high:
        return added + float(low**exponent)
    rise = exponent + 1
    span = log1p((high - low) / low)
    area = low**rise * (expm1(rise * span) / rise if rise else span)
    ends = (low**exponent + high**exponent) / 2
    slopes = exponent * (high ** (exponent - 1) - low ** (exponent - 1)) / 12
    return added + float(area + ends + slopes)


def _check(number: int) -> None:
    if number < 1:
        raise InvalidError("units are counted from 1")
