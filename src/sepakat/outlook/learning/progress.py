"""A plan's progress for earned schedule: what was to be done by each week, and what is done."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from sepakat.outlook.learning.earned import Earned, earned
from sepakat.outlook.plan.model import Activity, Plan

WEEK = timedelta(days=7)
WHOLE = 100  # per cent
LEAST = 1e-6  # weeks: how long what takes no time at all is taken to last


class Ramp(NamedTuple):
    """Work that is done evenly from one time to another, in weeks."""

    start: float
    finish: float
    work: float


def progress(plan: Plan) -> Earned | None:
    """Earned schedule at the plan's data date, in working days of its activities, by weeks.

    Each activity with a baseline counts by its duration, evenly over its baseline. None where there
    is no data date, no such activity, or the data date is not after the first baseline start.
    """
    known = [activity for activity in plan.activities if _counts(activity)]
    begin = min((a.baseline_start for a in known if a.baseline_start), default=None)
    if plan.data_date is None or begin is None or plan.data_date <= begin:
        return None
    work = {activity.code: plan.days(activity, activity.duration) for activity in known}
    ramps = [
        Ramp((a.baseline_start - begin) / WEEK, (a.baseline_finish - begin) / WEEK, work[a.code])
        for a in known
        if a.baseline_start and a.baseline_finish
    ]
    planned = list(_cumulative(ramps))
    done = sum(work[activity.code] * _done(activity) for activity in known)
    return earned(planned, min(done, planned[-1]), (plan.data_date - begin) / WEEK)


def _counts(activity: Activity) -> bool:
    start, finish = activity.baseline_start, activity.baseline_finish
    is_work = not activity.type.is_dated_by_others and activity.duration > 0
    return is_work and start is not None and finish is not None and start <= finish


def _done(activity: Activity) -> float:
    """The share of its duration that is done."""
    return 1.0 if activity.actual_finish else min(max(activity.percent / WHOLE, 0.0), 1.0)


def _cumulative(ramps: Iterable[Ramp]) -> Iterator[float]:
    """The work that is planned up to the end of each week, to the last."""
    rates: dict[float, float] = {0.0: 0.0}
    total = last = 0.0
    for start, finish, work in ramps:
        begin = min(start, finish - LEAST)
        rates[begin] = rates.get(begin, 0.0) + work / (finish - begin)
        rates[finish] = rates.get(finish, 0.0) - work / (finish - begin)
        total, last = total + work, max(last, finish)
    weeks = range(1, max(ceil(last), 1) + 1)
    rates |= {float(week): rates.get(float(week), 0.0) for week in weeks}
    planned = rate = most = 0.0
    for at, following in pairwise([*sorted(rates), last + 1]):
        if at in weeks:
            most = total if at >= last else max(most, min(planned, total))
            yield most
        rate += rates[at]
        planned += rate * (following - at)
