"""Plans for tests: random ones from a seed, and the calendars that they run on."""

from datetime import date, datetime, timedelta
from random import Random

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import Calendar, Hours
from sepakat.outlook.plan.model import (
    Activity,
    ActivityType,
    Constraint,
    ConstraintType,
    Dependency,
    LagCalendar,
    Plan,
    Tool,
)

MONDAY = datetime.fromisoformat("2024-01-01T08:00")
_OFFICE: Hours = ((480, 720), (780, 1020))
_SHIFT: Hours = ((360, 840),)

OFFICE = Calendar("office", "Five days of eight hours", (_OFFICE,) * 5 + ((), ()))
SHIFTS = Calendar("shifts", "Six early shifts", (_SHIFT,) * 6 + ((),))
SUNDAYS = Calendar("sundays", "Sunday to Thursday", (_OFFICE,) * 4 + ((), (), _OFFICE))
ALL_DAY = Calendar("all-day", "Without end", (((0, 1440),),) * 7, day_minutes=1440)

_FREE = [
    ConstraintType.START_NOT_BEFORE,
    ConstraintType.FINISH_NOT_BEFORE,
]
_HELD = [
    ConstraintType.START_NOT_AFTER,
    ConstraintType.FINISH_NOT_AFTER,
    ConstraintType.MANDATORY_START,
    ConstraintType.MANDATORY_FINISH,
]
_GIVING_WAY = [ConstraintType.START, ConstraintType.FINISH]


def with_holidays(calendar: Calendar, random: Random) -> Calendar:
    """The calendar with a few holidays, a few worked days off and half days."""
    days = sorted(random.sample(range(5, 200), 12))
    choices: list[Hours] = [(), (), ((480, 720),), _SHIFT]
    exceptions = tuple(
        (date(2024, 1, 1) + timedelta(days=day), random.choice(choices)) for day in days
    )
    return Calendar(calendar.code, calendar.name, calendar.week, exceptions, calendar.day_minutes)


def random_plan(seed: int, tool: Tool) -> Plan:
    """A plan of 8 to 24 activities with all types of links, lags and leads, milestones and
    constraints, on one calendar or up to four, for mpxj to date.

    Its first activity takes a fortnight and comes before all others, so that no lead reaches back
    before the start: there mpxj dates work before the project.
    """
    random = Random(seed)
    calendars = tuple(
        with_holidays(c, random) if c is not ALL_DAY and random.random() < 0.8 else c
        for c in random.sample([OFFICE, SHIFTS, SUNDAYS, ALL_DAY], random.choice([1, 1, 2, 3, 4]))
    )
    is_mixed = len(calendars) > 1
    count = random.randint(8, 24)
    activities = [Activity("n0", "First", calendars[0].code, 10 * 480)]
    activities += [_activity(f"n{number}", random, calendars, tool) for number in range(1, count)]
    links = []
    for number in range(1, count):
        links.append(Dependency(f"n{random.randrange(number)}", f"n{number}"))
        for _ in range(random.choice([0, 0, 1, 2])):
            before, after = activities[random.randrange(number)], activities[number]
            kind = random.choice(list(LinkType))
            lag = random.choice([0, 0, 0, 60, 480, 1440, -240, -480])
            if _is_dated_alike(before, after, kind, lag, tool, is_mixed):
                links.append(Dependency(before.code, after.code, kind, lag))
    return Plan(
        f"random {seed}",
        MONDAY,
        calendars,
        tuple(activities),
        tuple({(link.predecessor, link.successor, link.type): link for link in links}.values()),
        tool=tool,
        lag_calendar=LagCalendar.SUCCESSOR
        if tool == Tool.PROJECT
        else random.choice([LagCalendar.PREDECESSOR, LagCalendar.SUCCESSOR]),
    )


def _is_dated_alike(
    before: Activity, after: Activity, kind: LinkType, lag: int, tool: Tool, is_mixed: bool
) -> bool:
    """Whether mpxj 16.10 dates such a link as we do: what is left out was found by comparing.

    It counts back wrongly from midnight: from 28 February 00:00 by four hours, on a calendar from
    8 to 17, to 20:00. So the calendar without end has no holidays and no leads, and in a mixed plan
    nothing counts back to or from it.
    For Primavera it keeps the very minute that drives a start or finish by another link than
    finish-to-start, though nobody works then on the next calendar; keeps what drives a finish even
    where a constraint moves the start past it; and a constraint hides what starts with the
    activity, or does not, by the link that it looks at.
    """
    drives_finish = kind in (LinkType.FINISH_FINISH, LinkType.START_FINISH)
    if ALL_DAY.code in (before.calendar, after.calendar) and (
        lag < 0 or (is_mixed and (drives_finish or lag))
    ):
        return False
    if tool == Tool.PROJECT:
        return True
    if drives_finish and (after.constraint or after.type.is_milestone):
        return False
    if kind == LinkType.START_START and before.constraint:
        return False
    if not is_mixed or kind == LinkType.FINISH_START:
        return True
    return kind == LinkType.FINISH_FINISH and lag >= 0 and before.calendar == after.calendar


def _activity(code: str, random: Random, calendars: tuple[Calendar, ...], tool: Tool) -> Activity:
    kinds = [ActivityType.TASK] * 8
    if tool == Tool.PROJECT or len(calendars) == 1:  # mpxj: by the order of links, when mixed
        kinds += [ActivityType.START_MILESTONE, ActivityType.FINISH_MILESTONE]
    kind = random.choice(kinds)
    duration = 0 if kind.is_milestone else random.choice([60, 240, 480, 480, 960, 2400, 7200])
    return Activity(
        code,
        f"Activity {code}",
        random.choice(calendars).code,
        duration,
        kind,
        constraint=_constraint(random, tool, kind) if random.random() < 0.1 else None,
    )


def _constraint(random: Random, tool: Tool, kind: ActivityType) -> Constraint:
    gives_way = _GIVING_WAY if tool == Tool.PRIMAVERA and not kind.is_milestone else []
    chosen = random.choice(_FREE + _HELD + gives_way)
    hours = random.choice([0, 4, 9])
    if chosen == ConstraintType.START_NOT_BEFORE:
        hours = 15  # at 23:00: on the same day mpxj lets its time replace a later one of logic
    return Constraint(chosen, MONDAY + timedelta(days=random.randint(14, 90), hours=hours))
