"""The portfolio's plans, built from their networks: dates, progress, and what they cost."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import Calendar, Clock, minute, moment
from sepakat.outlook.plan.cpm.schedule import Schedule, schedule
from sepakat.outlook.plan.model import (
    Activity,
    ActivityType,
    Constraint,
    ConstraintType,
    Dependency,
    Phase,
    Plan,
)

DAY = 480  # minutes of work
_EIGHT_TO_FIVE = ((480, 720), (780, 1020))
_CLOSE = time(17)
# Fixed days of either nation, for there to be some: no calendar of a government.
_HOLIDAYS = ((1, 1), (5, 1), (8, 15), (8, 31), (9, 16), (10, 3))
_LINK = re.compile(r"(?P<code>\w+)(?: (?P<type>SS|FF|SF))?(?:\+(?P<lag>\d+))?")
_TYPES = {
    None: LinkType.FINISH_START,
    "SS": LinkType.START_START,
    "FF": LinkType.FINISH_FINISH,
    "SF": LinkType.START_FINISH,
}
# What a working day costs by who works, in the portfolio's currency.
RATES = {
    "Analysts": 9_000,
    "Engineering": 14_000,
    "Foundry": 18_000,
    "Instructors": 9_000,
    "Operators": 10_000,
    "Programme office": 6_000,
    "Quality": 11_000,
    "Security": 12_000,
    "Sites": 15_000,
    "Software": 13_000,
    "Supply": 20_000,
    "Training": 16_000,
    "Workshop": 17_000,
}


@dataclass(frozen=True)
class Outline:
    """A plan before it has dates: it is to end some working days (`room`) before a day that it is
    due, in days from the day of the case. `held` is the one activity whose date somebody holds."""

    name: str
    network: str
    due: int
    room: int
    held: str = ""

    def baseline(self, today: date) -> Plan:
        """With nothing done, from the day that leaves just that room."""
        calendar = _calendar(today)
        activities, links, phases = _read(self.network, calendar.code)
        end = datetime.combine(today + timedelta(days=self.due), _CLOSE)
        plan = Plan(self.name, end, (calendar,), activities, links, phases)
        clock = Clock(calendar, today)
        length = clock.between(minute(schedule(plan).start), minute(schedule(plan).finish))
        start = clock.last(clock.worked(minute(end)) - length - self.room * DAY)
        plan = replace(plan, start=moment(start))
        return replace(plan, activities=tuple(self._dated(plan, schedule(plan), end)))

    def _dated(self, plan: Plan, dates: Schedule, end: datetime) -> Iterator[Activity]:
        for activity in plan.activities:
            of = dates.by_code[activity.code]
            held = Constraint(ConstraintType.FINISH_NOT_AFTER, of.late_finish)
            yield replace(
                activity,
                baseline_start=of.start,
                baseline_finish=of.finish,
                constraint=held if activity.code == self.held else None,
                deadline=end if activity is plan.activities[-1] else None,
            )


@dataclass(frozen=True)
class Progress:
    """How far a plan has come by a day; `took` are the working days of what took longer."""

    on: int  # in days from that of the case
    took: Mapping[str, int] = field(default_factory=dict)

    def of(self, plan: Plan, today: date) -> Plan:
        """What was to be finished by then is, and the rest has begun or not."""
        at = datetime.combine(today + timedelta(days=self.on), _CLOSE)
        lengths = {code: days * DAY for code, days in self.took.items()}
        slipped = replace(
            plan,
            activities=tuple(
                replace(a, duration=lengths.get(a.code, a.duration)) for a in plan.activities
            ),
            data_date=at,
        )
        dates = schedule(slipped).by_code
        clock = Clock(plan.own_calendar, today)
        done = []
        for activity in slipped.activities:
            of = dates[activity.code]
            if of.finish <= at:
                activity = replace(
                    activity, actual_start=of.start, actual_finish=of.finish, percent=100.0
                )
            elif of.start < at:
                left = clock.between(minute(at), minute(of.finish))
                worked = 1 - left / activity.duration
                activity = replace(
                    activity, actual_start=of.start, remaining=left, percent=100 * worked
                )
            done.append(activity)
        return replace(slipped, activities=tuple(done))


def costs(plan: Plan) -> list[dict[str, str]]:
    return [
        {"activity": a.code, "fixed": "0", "per_day": str(RATES[a.resources[0]])}
        for a in plan.activities
        if a.resources
    ]


def spent_by_year(plan: Plan) -> dict[int, int]:
    """What its activities cost as planned, in the years in which they begin."""
    found: dict[int, int] = {}
    for activity in plan.activities:
        assert activity.baseline_start is not None
        year = activity.baseline_start.year
        rate = RATES[activity.resources[0]] if activity.resources else 0
        found[year] = found.get(year, 0) + rate * activity.duration // DAY
    return dict(sorted(found.items()))


def phases(plan: Plan) -> list[dict[str, str]]:
    """Each phase from the first to the last of its days, in the order in which they start."""
    rows = []
    for phase in plan.phases:
        inside = [a for a in plan.activities if a.phase == phase.code]
        starts = min(a.baseline_start for a in inside if a.baseline_start)
        ends = max(a.baseline_finish for a in inside if a.baseline_finish)
        row: dict[str, Any] = {"title": phase.name}
        rows.append(row | {"starts": starts.date().isoformat(), "ends": ends.date().isoformat()})
    return sorted(rows, key=lambda row: row["starts"])


def _calendar(today: date) -> Calendar:
    holidays = [
        date(year, month, day)
        for year in range(today.year - 1, today.year + 3)
        for month, day in _HOLIDAYS
    ]
    return Calendar(
        "both",
        "Five days a week, without both nations' holidays (illustrative)",
        (_EIGHT_TO_FIVE,) * 5 + ((), ()),
        tuple((day, ()) for day in holidays),
        DAY,
    )


def _read(
    network: str, calendar: str
) -> tuple[tuple[Activity, ...], tuple[Dependency, ...], tuple[Phase, ...]]:
    activities, links, phases = [], [], []
    for line in filter(None, network.splitlines()):
        if line.startswith("="):
            phases.append(Phase(*line.removeprefix("= ").split(" ", 1)))
            continue
        code, days, team, after, name = (part.strip() for part in line.split("|"))
        activities.append(
            Activity(
                code,
                name,
                calendar,
                int(days) * DAY,
                ActivityType.TASK if int(days) else ActivityType.FINISH_MILESTONE,
                phases[-1].code,
                resources=(team,) if team else (),
            )
        )
        links += [_link(each.strip(), code) for each in after.split(",") if each.strip()]
    return tuple(activities), tuple(links), tuple(phases)


def _link(text: str, successor: str) -> Dependency:
    found = _LINK.fullmatch(text)
    assert found is not None, text
    lag = int(found["lag"] or 0) * DAY
    return Dependency(found["code"], successor, _TYPES[found["type"]], lag)
