"""A plan's links as they bear on what is left: simulations begin on the data date."""

from collections.abc import Iterator
from dataclasses import replace

from sepakat.outlook.forecasts.days import WorkingDays
from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import minute
from sepakat.outlook.plan.model import Dependency, Plan

_FROM_START = (LinkType.START_START, LinkType.START_FINISH)


def under_way(plan: Plan) -> Plan:
    """The plan without links to what is finished, and with lags less what of them has run.

    A lag counts from when its predecessor began or ended. Where that lies before the data date, on
    which a simulation begins, so much of it is over; a lag over long ago holds nothing back.
    """
    return replace(plan, links=tuple(_links(plan, WorkingDays(plan))))


def _links(plan: Plan, days: WorkingDays) -> Iterator[Dependency]:
    begin = minute(days.start)
    for link in plan.links:
        before, after = plan.by_code[link.predecessor], plan.by_code[link.successor]
        since = before.actual_start if link.type in _FROM_START else before.actual_finish
        if after.actual_finish is not None:
            continue
        if since is None:
            yield link
        else:
            run = begin - minute(since) if link.elapsed else days.worked_since(since)
            yield replace(link, lag=link.lag - max(run, 0))
