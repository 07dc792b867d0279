"""Checks 12 and 13: whether a delay reaches the end, and how likely the end is to be met."""

from dataclasses import replace
from datetime import datetime

from sepakat.outlook.plan.calendars import Clock, minute
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import Activity
from sepakat.outlook.quality.finding import Check, Finding, Subject

DELAY_DAYS = 600

CRITICAL_PATH = Check(
    12,
    f"Days that the end moves when its critical path is delayed by {DELAY_DAYS}",
    DELAY_DAYS,
    "days",
    "If the end does not move with the path that drives it, logic is broken or a date is held.",
    at_least=True,
    is_gating=True,
)
CPLI = Check(
    13,
    "Critical path length index",
    0.95,
    "index",
    "The days left and the float over the days left: below 1, the rest has to go faster.",
    at_least=True,
)


def critical_path(subject: Subject) -> Finding:
    """Delay the critical activity that comes first, on paper, and see where the end goes."""
    first = _first_critical(subject)
    if first is None:
        return Finding(CRITICAL_PATH, None, reason="no activity that is left is critical")
    last = _last(subject)
    clock = Clock(subject.plan.calendars_by_code[last.calendar], subject.plan.start.date())
    delay = DELAY_DAYS * subject.plan.calendars_by_code[first.calendar].day_minutes
    delayed = replace(first, duration=first.duration + delay, remaining=first.left + delay)
    activities = tuple(delayed if a is first else a for a in subject.plan.activities)
    after = schedule(replace(subject.plan, activities=activities)).finish
    moved = subject.days(last, clock.between(minute(subject.dates.finish), minute(after)))
    if first.calendar != last.calendar:  # one calendar's days are not the other's
        moved = _as_days_of(subject, first, moved, last)
    passes = moved >= DELAY_DAYS - 1
    return Finding(
        CRITICAL_PATH, float(DELAY_DAYS) if passes else moved, () if passes else (first.code,), 1
    )


def cpli(subject: Subject) -> Finding:
    if not subject.open:
        return Finding(CPLI, None, reason="nothing is left to do")
    last = _last(subject)
    dates = subject.dates.by_code[last.code]
    clock = Clock(subject.plan.calendars_by_code[last.calendar], subject.plan.start.date())
    begin = subject.data_date or subject.plan.start
    length = clock.between(minute(begin), minute(dates.early_finish))
    if length <= 0:
        return Finding(CPLI, None, reason="the end is not after the data date")
    total = min(subject.dates.by_code[a.code].total_float for a in subject.open)
    due = _baseline_float(last, clock, dates.early_finish)
    room = min(total, dates.total_float) if due is None else min(total, due)
    return Finding(CPLI, (length + room) / length, of=1)


def _baseline_float(last: Activity, clock: Clock, finish: datetime) -> int | None:
    """Work between the forecast and the baseline end, where there is a baseline."""
    if last.baseline_finish is None:
        return None
    return clock.between(minute(finish), minute(last.baseline_finish))


def _first_critical(subject: Subject) -> Activity | None:
    by_code = subject.dates.by_code
    lowest = min((by_code[a.code].total_float for a in subject.open_tasks), default=None)
    critical = [a for a in subject.open_tasks if by_code[a.code].total_float == lowest]
    if not any(by_code[a.code].total_float <= 0 for a in critical):
        return None
    return min(critical, key=lambda a: (by_code[a.code].early_start, a.code), default=None)


def _last(subject: Subject) -> Activity:
    by_code = subject.dates.by_code
    return max(subject.open, key=lambda a: (by_code[a.code].early_finish, a.code))


def _as_days_of(subject: Subject, first: Activity, days: float, last: Activity) -> float:
    """Days of the last activity's calendar as days of the first's, by their weeks."""
    week, other = (_days_a_week(subject, activity) for activity in (first, last))
    return days * week / other if other else days


def _days_a_week(subject: Subject, activity: Activity) -> float:
    calendar = subject.plan.calendars_by_code[activity.calendar]
    worked = sum(end - start for hours in calendar.week for start, end in hours)
    return worked / calendar.day_minutes
