"""Microsoft Project's calendars, as its XML (MSPDI) has them: base and derived, with exceptions."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial

from sepakat.outlook.plan.basecalendars import MAX_DAYS, TOO_MANY_DAYS, Own, derived
from sepakat.outlook.plan.calendars import DAY, MAX_EXCEPTIONS, Calendar, Hours, hours
from sepakat.outlook.plan.elements import Element
from sepakat.outlook.plan.model import Note
from sepakat.outlook.plan.mspdivalues import date_of, flag, number, whole

_OLD_EXCEPTION = "0"  # the DayType of a date in the form before Project 2007
_DAILY, _YEARLY, _WEEKLY = 1, 2, 6
_UNSAID = (None, 0, _DAILY, 9)


def calendars(
    elements: Iterable[Element], day_minutes: int, notes: list[Note]
) -> tuple[Calendar, ...]:
    """All calendars. One that has a base takes from it the days of which it says nothing."""
    found: dict[str, Own] = {}
    laid_out = 0  # days, those that come twice too: their work is done twice
    for element in elements:
        code = whole(element, "UID")
        if code is None or str(code) in found:
            raise element.error("UID", "each calendar needs one of its own")
        exceptions: dict[date, Hours] = {}
        for days, spans in _exceptions(element, notes):
            laid_out += len(days)
            if laid_out > MAX_DAYS:
                raise element.error("UID", TOO_MANY_DAYS)
            exceptions |= dict.fromkeys(days, spans)
        found[str(code)] = Own(
            element.get("Name") or "",
            element.get("BaseCalendarUID"),
            _week(day for day in _week_days(element) if day.get("DayType") != _OLD_EXCEPTION),
            exceptions,
            day_minutes,
            partial(element.error, "UID"),
        )
    return derived(found)


def _week(days: Iterable[Element]) -> dict[int, Hours]:
    return {(number(day, "DayType", 1, 7) - 2) % 7: _hours(day) for day in days}


def _week_days(element: Element) -> list[Element]:
    return [day for list_ in element.all("WeekDays") for day in list_.all("WeekDay")]


def _exceptions(calendar: Element, notes: list[Note]) -> Iterator[tuple[list[date], Hours]]:
    """Days and their hours. Of a day that comes twice, what comes later holds."""
    for list_ in calendar.all("WorkWeeks"):
        for work_week in list_.all("WorkWeek"):  # a week that holds for some time only
            if week := _week(_week_days(work_week)):
                first, last = _period(work_week)
                for weekday, spans in week.items():
                    yield _weekly(first, last, weekday), spans
    for day in _week_days(calendar):
        if day.get("DayType") == _OLD_EXCEPTION:
            yield _daily(*_period(day)), _hours(day)
    for list_ in calendar.all("Exceptions"):
        for exception in list_.all("Exception"):
            yield _recurring(exception, notes), _hours(exception)


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


def _period(element: Element) -> tuple[date, date]:
    period = element.first("TimePeriod")
    if period is None:
        raise element.error("TimePeriod", "an exception needs its dates")
    first, last = date_of(period, "FromDate"), date_of(period, "ToDate")
    if first is None or last is None or last < first:
        raise period.error("ToDate", "it is to be the first day's or a later date")
    days = (last.date() - first.date()).days + 1
    if days > MAX_EXCEPTIONS:
        raise period.error("ToDate", f"it is {days:,} days after the first")
    return first.date(), last.date()


def _recurring(exception: Element, notes: list[Note]) -> list[date]:
    """The days of an exception. Of those that recur, weekly and yearly ones by date are known."""
    first, last = _period(exception)
    kind = whole(exception, "Type")
    every = whole(exception, "Period") or 1
    if kind in _UNSAID and every == 1:
        return _daily(first, last)
    if kind == _WEEKLY and every == 1:
        mask = number(exception, "DaysOfWeek", 0, 127)  # Sunday is 1, Monday 2
        weekdays = [day for day in range(7) if mask >> (day + 1) % 7 & 1]
        return [day for weekday in weekdays for day in _weekly(first, last, weekday)]
    if kind == _YEARLY:
        month = number(exception, "Month", 0, 11) + 1
        return _yearly(first, last, month, number(exception, "MonthDay", 1, 31))
    notes.append(
        Note(
            f"line {exception.line}, {exception.get('Name') or 'Exception'}",
            "Type",
            "a recurring exception of this sort is not taken: its days are worked as usual",
        )
    )
    return []


def _daily(first: date, last: date) -> list[date]:
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]


def _weekly(first: date, last: date, weekday: int) -> list[date]:
    start = first.toordinal() + (weekday - first.weekday()) % 7
    return [date.fromordinal(day) for day in range(start, last.toordinal() + 1, 7)]


def _yearly(first: date, last: date, month: int, of_month: int) -> list[date]:
    days = []
    for year in range(first.year, last.year + 1):
        with suppress(ValueError):  # 29 February
            days.append(date(year, month, of_month))
    return [day for day in days if first <= day <= last]
