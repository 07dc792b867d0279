"""Microsoft Project's calendars, as its XML (MSPDI) has them: base and derived, with exceptions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sepakat.outlook.plan.calendars import DAY, MAX_EXCEPTIONS, Calendar, Hours, hours
from sepakat.outlook.plan.elements import Element
from sepakat.outlook.plan.model import Note
from sepakat.outlook.plan.mspdivalues import date_of, flag, number, whole
from sepakat.record.errors import InvalidError

_OLD_EXCEPTION = "0"  # the DayType of a date in the form before Project 2007
_DAILY, _YEARLY, _WEEKLY = 1, 2, 6
_UNSAID = (None, 0, _DAILY, 9)


@dataclass(slots=True)
class _Days:
    element: Element
    base: str | None
    week: dict[int, Hours]
    exceptions: dict[date, Hours]


def calendars(
    elements: Iterable[Element], day_minutes: int, notes: list[Note]
) -> tuple[Calendar, ...]:
    """All calendars. One that has a base takes from it the days of which it says nothing."""
    found: dict[str, _Days] = {}
    for element in elements:
        code = whole(element, "UID")
        if code is None or str(code) in found:
            raise element.error("UID", "each calendar needs one of its own")
        found[str(code)] = _days(element, notes)
    return tuple(_calendar(code, found, day_minutes) for code in found)


def _calendar(code: str, found: Mapping[str, _Days], day_minutes: int) -> Calendar:
    days = found[code]
    week, exceptions = dict(days.week), dict(days.exceptions)
    seen, base = {code}, days.base
    while base is not None and base in found and base not in seen:
        seen.add(base)
        week = found[base].week | week
        exceptions = found[base].exceptions | exceptions
        base = found[base].base
    try:
        return Calendar(
            code,
            days.element.get("Name") or "",
            tuple(week.get(day, ()) for day in range(7)),  # type: ignore[arg-type]
            tuple(sorted(exceptions.items())),
            day_minutes,
        )
    except InvalidError as error:
        raise days.element.error("UID", error.what) from error


def _days(element: Element, notes: list[Note]) -> _Days:
    week: dict[int, Hours] = {}
    exceptions: dict[date, Hours] = {}
    for list_ in element.all("WorkWeeks"):
        for work_week in list_.all("WorkWeek"):
            _set_work_week(work_week, exceptions)
    for list_ in element.all("WeekDays"):
        for day in list_.all("WeekDay"):
            if day.get("DayType") == _OLD_EXCEPTION:
                exceptions |= dict.fromkeys(_period(day), _hours(day))
            else:
                week[(number(day, "DayType", 1, 7) - 2) % 7] = _hours(day)
    for list_ in element.all("Exceptions"):
        for exception in list_.all("Exception"):
            exceptions |= dict.fromkeys(_recurring(exception, notes), _hours(exception))
    return _Days(element, element.get("BaseCalendarUID"), week, exceptions)


def _hours(day: Element) -> Hours:
    if not flag(day, "DayWorking"):
        return ()
    return hours(
        (_time(time, "FromTime"), _time(time, "ToTime") or DAY)
        for list_ in day.all("WorkingTimes")
        for time in list_.all("WorkingTime")
        if time.get("FromTime") is not None
    )


def _time(element: Element, name: str) -> int:
    parts = (element.get(name) or "").split(":")
    if len(parts) in (2, 3) and all(part.isascii() and part.isdigit() for part in parts):
        minutes = int(parts[0][:3]) * 60 + int(parts[1][:3])
        if minutes <= DAY and int(parts[1][:3]) < 60:
            return minutes
    raise element.error(name, "it is to be a time such as 08:00:00")


def _period(element: Element) -> list[date]:
    period = element.first("TimePeriod")
    if period is None:
        raise element.error("TimePeriod", "an exception needs its dates")
    first, last = date_of(period, "FromDate"), date_of(period, "ToDate")
    if first is None or last is None or last < first:
        raise period.error("ToDate", "it is to be the first day's or a later date")
    days = (last.date() - first.date()).days + 1
    if days > MAX_EXCEPTIONS:
        raise period.error("ToDate", f"it is {days:,} days after the first")
    return [first.date() + timedelta(days=day) for day in range(days)]


def _recurring(exception: Element, notes: list[Note]) -> list[date]:
    """The days of an exception. Of those that recur, weekly and yearly ones by date are known."""
    days = _period(exception)
    kind = whole(exception, "Type")
    every = whole(exception, "Period") or 1
    if kind in _UNSAID and every == 1:
        return days
    if kind == _WEEKLY and every == 1:
        mask = number(exception, "DaysOfWeek", 0, 127)  # Sunday is 1, Monday 2
        return [day for day in days if mask >> (day.isoweekday() % 7) & 1]
    if kind == _YEARLY:
        month = number(exception, "Month", 0, 11) + 1
        of_month = number(exception, "MonthDay", 1, 31)
        return [day for day in days if (day.month, day.day) == (month, of_month)]
    notes.append(
        Note(
            f"line {exception.line}, {exception.get('Name') or 'Exception'}",
            "Type",
            "a recurring exception of this sort is not taken: its days are worked as usual",
        )
    )
    return []


def _set_work_week(work_week: Element, exceptions: dict[date, Hours]) -> None:
    """A week that holds for some time only: each of its days becomes an exception."""
    week = {
        (number(day, "DayType", 1, 7) - 2) % 7: _hours(day)
        for list_ in work_week.all("WeekDays")
        for day in list_.all("WeekDay")
    }
    for day in _period(work_week) if week else ():
        if day.weekday() in week:
            exceptions[day] = week[day.weekday()]
