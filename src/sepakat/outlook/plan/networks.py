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
    return network(
        {code: plan.days(activity, activity.left) for code, activity in dated.items()},
        [
            Link(
                link.predecessor,
                link.successor,
                link.type,
                link.lag / (1440 if link.elapsed else day),
            )
            for link in plan.links
            if link.predecessor in dated and link.successor in dated
        ],
    )
