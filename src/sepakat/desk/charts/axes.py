"""Axes over days or numbers: where a value lies, and at which round values the ticks stand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.drawing import WIDTH, breadth, rounded, text

Value = date | Decimal | float  # of one kind on one axis
Step = Literal["day", "month", "quarter", "year"]

APART = 14  # between two ticks' words, at least
MONTHS: tuple[tuple[Step, int], ...] = (
    ("month", 1),
    ("quarter", 3),
    *(("year", 12 * years) for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
)
DAYS = (1, 2, 7, 14)


@dataclass(frozen=True)
class Axis:
    """What an axis tells: its name; how a value is written; how the period that a tick begins is.

    `period` is needed for days alone: it writes a day, month, quarter or year, each by its first
    day. `shown` gets the values given, and a Decimal for a tick.
    """

    name: str
    shown: Callable[[Any], str]
    period: Callable[[date, Step], str] | None = None


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` laid evenly over the pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: Value) -> float:
        return self.of(number(value))

    def of(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def holds(self, value: Value) -> bool:
        return self.low <= number(value) <= self.high


def around(scale: Scale, value: Value, least: float) -> Scale:
    """The scale, widened where need be until a value has a share of its length on either side."""
    room = (scale.high - scale.low) * least
    low, high = min(scale.low, number(value) - room), max(scale.high, number(value) + room)
    return Scale(low, high, scale.start, scale.end)


def number(value: Value) -> float:
    """A value as it is measured: a day by its ordinal."""
    return float(value.toordinal() if isinstance(value, date) else value)


def scaled(values: Iterable[Value], start: float, end: float) -> Scale:
    """The scale from the least to the greatest; around it, where there is but one value or none."""
    known = list(values) or [0.0]
    found = [number(value) for value in known]
    low, high = min(found), max(found)
    if low == high:
        room = 1.0 if isinstance(known[0], date) else abs(low) / 10 or 1.0
        low, high = low - room, high + room
    return Scale(low, high, start, end)


def ticks(axis: Axis, scale: Scale) -> list[tuple[float, str]]:
    """Places and words of the ticks along a horizontal axis: as many as do not meet."""
    room = abs(scale.end - scale.start)
    if axis.period is not None:
        return [(scale.at(day), words) for day, words in _periods(axis.period, scale, room)]
    for most in (6, 5, 4, 3, 2):
        found = [(scale.at(value), axis.shown(value)) for value in round_numbers(scale, most)]
        if sum(breadth(words) + APART for _at, words in found) <= room:
            break
    return found


def _periods(
    period: Callable[[date, Step], str], scale: Scale, room: float
) -> Iterable[tuple[date, str]]:
    """The first days of the shortest periods whose words do not meet."""
    first, last = _day(scale.low), _day(scale.high)

    def fits(step: Step, days: float) -> bool:
        return (breadth(period(last, step)) + APART) * (scale.high - scale.low) / days <= room

    for count in DAYS:
        if fits("day", count):
            days = range(first.toordinal(), last.toordinal() + 1, count)
            return [(day, period(day, "day")) for day in map(date.fromordinal, days)]
    for step, count in MONTHS:
        if fits(step, count * 30.4):
            break
    months = range(-(-_month(first) // count) * count, _month(last) + 1, count)
    starts = (date(month // 12, month % 12 + 1, 1) for month in months if month >= 12)
    return [(day, period(day, step)) for day in starts if scale.holds(day)]


def _day(ordinal: float) -> date:
    return date.fromordinal(min(max(round(ordinal), 1), date.max.toordinal()))


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def round_numbers(scale: Scale, most: int) -> list[Decimal]:
    """At most so many values, and one, of 1, 2 or 5 times a power of ten apart, on the scale."""
    step = _round_step(Decimal(repr((scale.high - scale.low) / most)))
    value = (Decimal(repr(scale.low)) / step).to_integral_value(ROUND_CEILING) * step
    found = []
    while scale.holds(value):
        found.append(Decimal(f"{value:f}"))  # 500, and not 5E+2
        value += step
    return found


def _round_step(least: Decimal) -> Decimal:
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least)


def horizontal(axis: Axis, scale: Scale, top: float, foot: float) -> list[SafeString]:
    """Lines from top to foot at each tick, its words below, and the axis' name below these."""
    marks = ticks(axis, scale)
    parts = [grid(marks, top, foot)]
    for at, words in marks:
        half = breadth(words) / 2
        parts.append(text(min(max(at, half), WIDTH - half), foot + 17, words, "middle", "muted"))
    parts.append(text(scale.end, foot + 36, axis.name, "end", "heading", scale.end))
    return parts


def grid(marks: Sequence[tuple[float, str]], top: float, foot: float) -> SafeString:
    lines = "".join(f"M{rounded(at)} {rounded(top)}V{rounded(foot)}" for at, _words in marks)
    return format_html('<path class="grid-line" d="{}"/>', lines)


def vertical(axis: Axis, scale: Scale, left: float, right: float, named: float) -> list[SafeString]:
    """Lines from left to right at round numbers, their words left; and at a height, the name."""
    lines, parts = "", []
    for value in round_numbers(scale, 5):
        y = scale.at(value)
        lines += f"M{rounded(left)} {rounded(y)}H{rounded(right)}"
        parts.append(text(left - 8, y + 4, axis.shown(value), "end", "muted", left - 8))
    parts.append(text(0, named, axis.name, "start", "heading", WIDTH))
    return [format_html('<path class="grid-line" d="{}"/>', lines), *parts]


def margin(axis: Axis, scale: Scale, most: float = 150) -> float:
    """The room left of a vertical axis that its ticks' words need."""
    words = [axis.shown(value) for value in round_numbers(scale, 5)]
    return min(max(map(breadth, words), default=0), most) + 12
