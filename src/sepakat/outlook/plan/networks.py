"""A plan as the network that simulations run on: what is left to do, in working days."""

from datetime import datetime

from sepakat.outlook.network import Link, LinkType, Network, network
from sepakat.outlook.plan.calendars import Clock, minute
from sepakat.outlook.plan.model import Activity, Dependency, Plan, Tool

_MINUTES = 1440  # of a day that runs through nights
_FROM_START = (LinkType.START_START, LinkType.START_FINISH)
_TO_START = (LinkType.FINISH_START, LinkType.START_START)


def remaining(plan: Plan) -> Network:
    """The activities that logic dates, with the days that are left of each, and their links.

    Days are those of each activity's calendar, and of the plan's for lags. Finished activities
    stay, with nothing left, and wait for nothing. Of a lag that has begun to run only what is left
    counts. What has begun goes on, except by Primavera's rules, which make it wait (retained
    logic). Calendars, constraints, and levels of effort are not in it.
    """
    dated = {a.code: a for a in plan.activities if not a.type.is_dated_by_others}
    lags = _Lags(plan)
    links = [
        Link(a.predecessor, a.successor, a.type, lags.left(a, dated[a.predecessor]))
        for a in plan.links
        if a.predecessor in dated
        and a.successor in dated
        and not _is_past(a, dated[a.successor], plan.tool)
    ]
    return network({code: plan.days(a, a.left) for code, a in dated.items()}, links)


def _is_past(link: Dependency, successor: Activity, tool: Tool) -> bool:
    if successor.actual_finish is not None:
        return True
    has_begun = successor.actual_start is not None
    return has_begun and link.type in _TO_START and tool == Tool.PROJECT


class _Lags:
    """How much of each lag is left on the data date."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._now = plan.data_date or plan.start
        self._clock = Clock(plan.own_calendar, self._now.date())

    def left(self, link: Dependency, before: Activity) -> float:
        day = _MINUTES if link.elapsed else self._plan.own_calendar.day_minutes
        since = before.actual_start if link.type in _FROM_START else before.actual_finish
        if since is None or link.lag <= 0:
            return link.lag / day
        return max(0, link.lag - self._run(since, elapsed=link.elapsed)) / day

    def _run(self, since: datetime, *, elapsed: bool) -> int:
        start, now = minute(since), minute(self._now)
        return max(0, now - start if elapsed else self._clock.between(start, now))
