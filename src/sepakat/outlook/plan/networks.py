"""A plan as the network that simulations run on: what is left to do, in working days."""

from sepakat.outlook.network import Link, Network, network
from sepakat.outlook.plan.model import Plan


def remaining(plan: Plan) -> Network:
    """The activities that logic dates, with the days that are left of each, and their links.

    Days are those of each activity's calendar, and of the plan's for lags. Finished activities
    stay, with nothing left. Calendars, constraints, and levels of effort are not in it.
    """
    dated = {a.code: a for a in plan.activities if not a.type.is_dated_by_others}
    day = plan.own_calendar.day_minutes
    links = [
        Link(a.predecessor, a.successor, a.type, a.lag / (1440 if a.elapsed else day))
        for a in plan.links
        if a.predecessor in dated and a.successor in dated
    ]
    return network({code: plan.days(a, a.left) for code, a in dated.items()}, links)
