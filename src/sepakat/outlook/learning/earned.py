"""Earned value, and earned schedule: when the work done now was to be done.

W. Lipke: Schedule is Different, The Measurable News (2003); indices and forecast as in his later
papers. Earned value's SPI comes to 1 at the end of any project, however late; SPI(t) does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from sepakat.record.errors import InvalidError


@dataclass(frozen=True, slots=True)
class Earned:
    """Where a project stands after `at` periods. Amounts in one unit, times in periods.

    An index is None where there is nothing to divide by, and what rests on costs where none are
    given.
    """

    at: float
    planned: float  # PV
    earned: float  # EV
    schedule: float  # ES
    planned_duration: float  # PD
    spi: float | None  # EV / PV
    spi_t: float | None  # ES / AT
    sv_t: float  # ES - AT
    finish: float | None  # IEAC(t) = PD / SPI(t): the periods that it will have taken
    cpi: float | None  # EV / AC
    cost_at_completion: float | None  # BAC / CPI


def earned(planned: Sequence[float], done: float, at: float, spent: float | None = None) -> Earned:
    """`planned` is the cumulative plan at the end of each period, from the first; `done` what of it
    has been earned after `at` periods, and `spent` what that has cost.

    Raises InvalidError for a plan that is empty, falls or plans nothing, and figures below 0 or
    above the plan.
    """
    curve = [0.0, *planned]
    _check(curve, done, at, spent)
    budget = curve[-1]
    duration = float(next(period for period, value in enumerate(curve) if value == budget))
    value = _interpolated(curve, at)
    schedule = min(_earned_schedule(curve, done), duration)
    spi_t = schedule / at if at else None
    cpi = done / spent if spent else None
    return Earned(
        at, value, done, schedule, duration,
        spi=done / value if value else None,
        spi_t=spi_t,
        sv_t=schedule - at,
        finish=duration / spi_t if spi_t else None,
        cpi=cpi,
        cost_at_completion=budget / cpi if cpi else None,
    )  # fmt: skip


def _earned_schedule(curve: Sequence[float], done: float) -> float:
    """ES = C + (EV - PV_C) / (PV_C+1 - PV_C), C the last period with PV_C at most EV."""
    whole = max(period for period, value in enumerate(curve) if value <= done)
    if whole == len(curve) - 1:
        return float(whole)
    return whole + (done - curve[whole]) / (curve[whole + 1] - curve[whole])


def _interpolated(curve: Sequence[float], at: float) -> float:
    whole = min(int(at), len(curve) - 1)
    if whole == len(curve) - 1:
        return curve[-1]
    return curve[whole] + (at - whole) * (curve[whole + 1] - curve[whole])


def _check(curve: Sequence[float], done: float, at: float, spent: float | None) -> None:
    if not all(isfinite(value) for value in (*curve, done, at, spent or 0.0)):
        raise InvalidError("a figure is no number")
    if any(after < before for before, after in pairwise(curve)) or curve[-1] <= 0:
        raise InvalidError("a cumulative plan cannot fall, or plan nothing")
    if not 0 <= done <= curve[-1]:
        raise InvalidError(
            f"{done} is not between 0 and the {curve[-1]} planned in all",
            fix="Work beyond the plan is a change of the plan",
        )
    if at < 0 or (spent or 0.0) < 0:
        raise InvalidError("time and cost cannot be below 0")
