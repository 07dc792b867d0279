"""Calendars: which minutes are worked. Times are local, without a zone, as the tools store them."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sepakat.record.errors import InvalidError

DAY = 1440  # minutes
FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(2200, 1, 1).toordinal()
MAX_EXCEPTIONS = 20_000  # days that differ from the week, in one calendar
MAX_SPANS = 48  # in a day; Primavera has at most 24, Project 5
MAX_LAID_OUT = 10_000_000  # days and spans of all clocks of a plan

_EPOCH = datetime.fromisoformat("1970-01-01")
_EPOCH_DAY = _EPOCH.toordinal()

Span = tuple[int, int]  # from and to, in minutes since midnight; to is at most 1440
Hours = tuple[Span, ...]


def minute(moment: datetime) -> int:
    """Minutes since 1970, seconds dropped."""
    between = moment - _EPOCH
    return between.days * DAY + between.seconds // 60


def moment(minutes: int) -> datetime:
    return _EPOCH + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of each weekday, Monday first, and of the days that differ.

    `day_minutes` is what the plan's tool counts as one day of work: it turns minutes into days.
    """

    code: str
    name: str
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    exceptions: tuple[tuple[date, Hours], ...] = ()  # by date; no hours: a holiday
    day_minutes: int = 480

    def __post_init__(self) -> None:
        if not 0 < self.day_minutes <= DAY:
            raise InvalidError(f"{self.day_minutes} minutes are no day of work", where=self.code)
        if len(self.exceptions) > MAX_EXCEPTIONS:
            raise InvalidError(
                f"{len(self.exceptions):,} days differ from the week", where=self.code
            )
        for hours in (*self.week, *(hours for _, hours in self.exceptions)):
            _check(hours, self.code)


def hours(spans: Iterable[Span]) -> Hours:
    """The spans in order, those that touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)


def _check(hours: Hours, where: str) -> None:
    if len(hours) > MAX_SPANS:
        raise InvalidError(f"a day has more than {MAX_SPANS} working times", where=where)
    last = 0
    for start, end in hours:
        if not last <= start < end <= DAY:
            raise InvalidError(
                "working hours overlap, run backwards or leave the day",
                where=f"{where}: {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}",
            )
        last = end


@dataclass(slots=True)
class _Budget:
    """What the clocks of a plan may still lay out together, in days and spans."""

    left: int

    def spend(self, count: int, where: str) -> None:
        self.left -= count
        if self.left < 0:
            raise InvalidError(
                "the plan's calendars run over too many years together",
                where=f"calendar {where}",
                fix="Look for dates that are far out, or give the activities fewer calendars",
            )


def clocks(calendars: Iterable[Calendar], around: date) -> dict[str, "Clock"]:
    """A plan's clocks by their calendars' codes. Few bytes can ask for centuries of each, so what
    they lay out together is bounded."""
    budget = _Budget(MAX_LAID_OUT)
    return {calendar.code: Clock(calendar, around, budget) for calendar in calendars}


class Clock:
    """A calendar's working minutes, counted from a day in the plan's time.

    All of scheduling rests on one function and its two inverses: how much has been worked by an
    instant, and the first and the last instant by which so much has been worked. A finish is the
    first of them (17:00), a start the last (08:00 on the next working day).
    """

    def __init__(self, calendar: Calendar, around: date, budget: _Budget | None = None) -> None:
        self.calendar = calendar
        self._budget = budget or _Budget(MAX_LAID_OUT)
        self._days = dict(calendar.exceptions)
        self._from = self._to = around.toordinal()
        self._starts = array("q")
        self._ends = array("q")
        self._counts = array("q")  # worked before each start
        self._total = 0
        self._extend(forward=True)
        self._extend(forward=False)

    def worked(self, at: int) -> int:
        """Minutes worked by this instant; below 0 before the day it counts from."""
        while at >= self._bound(self._to):
            self._extend(forward=True)
        while at < self._bound(self._from):
            self._extend(forward=False)
        place = bisect_right(self._starts, at) - 1
        if place < 0:
            return self._counts[0] if self._counts else 0
        return self._counts[place] + min(at, self._ends[place]) - self._starts[place]

    def first(self, count: int) -> int:
        """The first instant by which so much has been worked: as a finish is given."""
        while count > self._total:
            self._extend(forward=True)
        while not self._counts or count <= self._counts[0]:
            self._extend(forward=False)
        place = bisect_left(self._counts, count) - 1
        return self._starts[place] + count - self._counts[place]

    def last(self, count: int) -> int:
        """The last instant by which no more has been worked: as a start is given."""
        while count >= self._total:
            self._extend(forward=True)
        while not self._counts or count < self._counts[0]:
            self._extend(forward=False)
        place = bisect_right(self._counts, count) - 1
        return self._starts[place] + count - self._counts[place]

    def add(self, at: int, minutes: int) -> int:
        """So much work later, or earlier where it is below 0."""
        if minutes == 0:
            return at
        count = self.worked(at) + minutes
        return self.first(count) if minutes > 0 else self.last(count)

    def next_start(self, at: int) -> int:
        """This instant if it is worked, else the start of the next hours."""
        return self.last(self.worked(at))

    def previous_finish(self, at: int) -> int:
        """This instant if it is worked up to, else the end of the hours before."""
        return self.first(self.worked(at))

    def between(self, start: int, end: int) -> int:
        """Work from `start` to `end`; below 0 where they run backwards."""
        return self.worked(end) - self.worked(start)

    def _bound(self, day: int) -> int:
        return (day - _EPOCH_DAY) * DAY

    def _extend(self, *, forward: bool) -> None:
        """Lay out as many days again, at least two years of them."""
        more = max(730, self._to - self._from)
        if forward:
            days = range(self._to, min(self._to + more, LAST_DAY))
            self._to = days.stop
        else:
            days = range(max(self._from - more, FIRST_DAY), self._from)
            self._from = days.start
        if not days:
            raise InvalidError(
                "the dates leave what can be computed, the years 1900 to 2199",
                where=f"calendar {self.calendar.code}",
                fix="Look for a date or duration that is far out, or a calendar without hours",
            )
        starts, ends, counts, total = self._laid_out(days)
        self._budget.spend(len(days) + len(starts), self.calendar.code)
        if forward:
            self._starts += starts
            self._ends += ends
            self._counts += array("q", (count + self._total for count in counts))
            self._total += total
        else:
            off = (self._counts[0] if self._counts else 0) - total
            self._starts = starts + self._starts
            self._ends = ends + self._ends
            self._counts = array("q", (count + off for count in counts)) + self._counts

    def _laid_out(self, days: range) -> tuple["array[int]", "array[int]", "array[int]", int]:
        starts, ends, counts, total = array("q"), array("q"), array("q"), 0
        week, differing = self.calendar.week, self._days
        for ordinal in days:
            spans = week[(ordinal - 1) % 7]  # 1 January of year 1 was a Monday
            if differing:
                spans = differing.get(date.fromordinal(ordinal), spans)
            midnight = self._bound(ordinal)
            for start, end in spans:
                starts.append(midnight + start)
                ends.append(midnight + end)
                counts.append(total)
                total += end - start
        return starts, ends, counts, total


class Continuous:
    """A clock that never stops, for elapsed time."""

    def worked(self, at: int) -> int:
        return at

    def add(self, at: int, minutes: int) -> int:
        return at + minutes

    def next_start(self, at: int) -> int:
        return at

    def previous_finish(self, at: int) -> int:
        return at

    def between(self, start: int, end: int) -> int:
        return end - start


ALWAYS = Calendar("elapsed", "24 hours", (((0, DAY),),) * 7, day_minutes=DAY)
