"""Primavera's calendars: the text in `clndr_data`, and what one calendar takes from another.

The text is nested: `(0||NAME(PARAMETERS)(CHILDREN))`. Weekdays count from Sunday as 1; exceptions
have their day as a number, with 1 for 31 December 1899; hours have `s` and `f` for start and end.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sepakat.outlook.plan.basecalendars import Own, derived
from sepakat.outlook.plan.calendars import DAY, Calendar, Hours, Span, hours
from sepakat.outlook.plan.xer import Row

MAX_DEPTH = 10

_DAY_ZERO = date(1899, 12, 30).toordinal()
_OPEN = re.compile(r"[\s\x7f]*\(\d+\|\|([^()|]*)\(([^()]*)\)[\s\x7f]*\(")
_CLOSE = re.compile(r"[\s\x7f]*\)[\s\x7f]*\)")
_TIME = re.compile(r"(\d{1,2}):(\d\d)")


@dataclass(slots=True)
class _Node:
    name: str
    parameters: str = ""
    children: list["_Node"] = field(default_factory=list)

    def child(self, name: str) -> "_Node | None":
        return next((child for child in self.children if child.name == name), None)


def calendars(rows: Iterable[Row]) -> tuple[Calendar, ...]:
    """The calendars in the rows of the table CALENDAR. A calendar that has a base takes from it
    the days of which it says nothing. Raises InvalidError with the line and the field."""
    found: dict[str, Own] = {}
    for row in rows:
        code = row.values.get("clndr_id")
        if code is None or code in found:
            raise row.error("clndr_id", "each calendar needs one of its own")
        found[code] = Own(
            row.values.get("clndr_name", ""),
            row.values.get("base_clndr_id"),
            *_days(row),
            _day_minutes(row),
            partial(row.error, "clndr_data"),
        )
    return derived(found)


def _day_minutes(row: Row) -> int:
    text = row.values.get("day_hr_cnt")
    if text is None:
        return 480
    try:
        minutes = round(float(text.replace(",", ".")) * 60)
    except (ValueError, OverflowError):
        raise row.error("day_hr_cnt", "it is to be a number of hours") from None
    if not 0 < minutes <= DAY:
        raise row.error("day_hr_cnt", "a day has between 0 and 24 hours")
    return minutes


def _days(row: Row) -> tuple[dict[int, Hours], dict[date, Hours]]:
    text = row.values.get("clndr_data")
    if text is None:
        return {}, {}
    root = _parsed(text, row)
    week, exceptions = root.child("DaysOfWeek"), root.child("Exceptions")
    return (
        {(_whole(d.name, row) - 2) % 7: _hours(d, row) for d in (week.children if week else ())},
        {_date(d, row): _hours(d, row) for d in (exceptions.children if exceptions else ())},
    )


def _parsed(text: str, row: Row) -> _Node:
    top = _Node("")
    stack, at = [top], 0
    while at < len(text):
        if opened := _OPEN.match(text, at):
            node = _Node(opened[1].strip(), opened[2])
            stack[-1].children.append(node)
            stack.append(node)
            if len(stack) > MAX_DEPTH:
                raise row.error("clndr_data", "it is nested too deeply")
            at = opened.end()
        elif len(stack) > 1 and (closed := _CLOSE.match(text, at)):
            stack.pop()
            at = closed.end()
        elif text[at:].strip(" \t\x7f"):
            raise row.error("clndr_data", f"it cannot be read from its character {at + 1} on")
        else:
            break
    root = top.child("CalendarData")
    if root is None or len(stack) > 1:
        raise row.error("clndr_data", "it holds no calendar, or ends too early")
    return root


def _hours(day: _Node, row: Row) -> Hours:
    return hours(_span(child.parameters, row) for child in day.children)


def _span(parameters: str, row: Row) -> Span:
    parts = parameters.split("|")
    named = dict(zip(parts[::2], parts[1::2], strict=False))
    start, end = _time(named.get("s", ""), row), _time(named.get("f", ""), row)
    return start, end or DAY


def _time(text: str, row: Row) -> int:
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) * 60 + int(found[2]) > DAY:
        raise row.error("clndr_data", f"{text[:20]!r} is no time")
    return int(found[1]) * 60 + int(found[2])


def _date(day: _Node, row: Row) -> date:
    number = _whole(day.parameters.removeprefix("d|"), row)
    try:
        return date.fromordinal(_DAY_ZERO + number)
    except (ValueError, OverflowError):
        raise row.error("clndr_data", f"day {number} is no date") from None


def _whole(text: str, row: Row) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise row.error("clndr_data", f"{text[:20]!r} is no number of a day")
    return int(text)
