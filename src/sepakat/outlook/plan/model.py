"""What a plan is made of, whichever tool it comes from.

Durations, lags and floats are in minutes of work, by the activity's own calendar. Dates are local
times without a zone, as the tools store them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from sepakat.outlook.network import MAX_ACTIVITIES, MAX_LINKS, LinkType
from sepakat.outlook.plan.calendars import Calendar
from sepakat.record.errors import InvalidError

MAX_CALENDARS = 2_000
MAX_DURATION = 100 * 366 * 1440  # a century of minutes

_THERE = "in the planning program, and save the file once more"
_WITH_CALENDARS = "Save the file once more, with all calendars that the plan uses"


class Tool(StrEnum):
    """Whose scheduling rules a plan follows."""

    PRIMAVERA = "primavera"  # Oracle Primavera P6
    PROJECT = "project"  # Microsoft Project


class LagCalendar(StrEnum):
    """By which calendar lags are counted."""

    PREDECESSOR = "predecessor"
    SUCCESSOR = "successor"
    PROJECT = "project"
    ELAPSED = "elapsed"


class FloatType(StrEnum):
    """What total float is measured between."""

    START = "start"
    FINISH = "finish"
    SMALLEST = "smallest"


class ActivityType(StrEnum):
    TASK = "task"
    START_MILESTONE = "start-milestone"
    FINISH_MILESTONE = "finish-milestone"
    LEVEL_OF_EFFORT = "level-of-effort"  # runs as long as what it supports
    HAMMOCK = "hammock"  # runs as long as its phase: Primavera's WBS summary

    @property
    def is_milestone(self) -> bool:
        return self in (ActivityType.START_MILESTONE, ActivityType.FINISH_MILESTONE)

    @property
    def is_dated_by_others(self) -> bool:
        """Whether logic does not date it: it takes its dates from other activities."""
        return self in (ActivityType.LEVEL_OF_EFFORT, ActivityType.HAMMOCK)


class ConstraintType(StrEnum):
    """`START` and `FINISH` give way to logic in Primavera ("start on"); the mandatory never do."""

    LATE = "as-late-as-possible"
    START_NOT_BEFORE = "start-not-before"
    START_NOT_AFTER = "start-not-after"
    FINISH_NOT_BEFORE = "finish-not-before"
    FINISH_NOT_AFTER = "finish-not-after"
    START = "start-on"
    FINISH = "finish-on"
    MANDATORY_START = "mandatory-start"
    MANDATORY_FINISH = "mandatory-finish"


@dataclass(frozen=True, slots=True)
class Constraint:
    """`date` is None for `LATE` alone."""

    type: ConstraintType
    date: datetime | None = None

    def __post_init__(self) -> None:
        if (self.date is None) != (self.type == ConstraintType.LATE):
            raise InvalidError(f"the constraint {self.type} has no date, or one too many")


@dataclass(frozen=True, slots=True)
class Saved:
    """What the file says of an activity's dates: None where it says nothing, which is no zero."""

    early_start: datetime | None = None
    early_finish: datetime | None = None
    late_start: datetime | None = None
    late_finish: datetime | None = None
    total_float: int | None = None
    free_float: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """`code` is unique in its plan, and stays when the plan is read again."""

    code: str
    name: str
    calendar: str
    duration: int  # as planned: at its beginning, with nothing done
    type: ActivityType = ActivityType.TASK
    phase: str = ""
    constraint: Constraint | None = None
    second_constraint: Constraint | None = None
    deadline: datetime | None = None
    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    remaining: int | None = None  # None: all of its duration, or nothing when it is finished
    percent: float = 0.0  # of its duration, 0 to 100
    baseline_start: datetime | None = None
    baseline_finish: datetime | None = None
    resources: tuple[str, ...] = ()
    saved: Saved = Saved()

    @property
    def left(self) -> int:
        """Work that is still to do, in minutes."""
        if self.actual_finish is not None:
            return 0
        return self.duration if self.remaining is None else self.remaining


@dataclass(frozen=True, slots=True)
class Dependency:
    """A link with its lag in minutes; below 0 it is a lead."""

    predecessor: str
    successor: str
    type: LinkType = LinkType.FINISH_START
    lag: int = 0
    elapsed: bool = False  # the lag runs through nights and holidays


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the plan: a node of its work breakdown structure."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a file that was not taken, or not as it stood, and why."""

    place: str  # a line, a table or an element
    field: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """`start` is when it begins, `data_date` up to when progress is known, `must_finish` the date
    that float is measured against, where there is one. Raises InvalidError for what cannot be a
    plan: names twice, names that nothing has, durations below 0."""

    name: str
    start: datetime
    calendars: tuple[Calendar, ...]
    activities: tuple[Activity, ...]
    links: tuple[Dependency, ...] = ()
    phases: tuple[Phase, ...] = ()
    calendar: str = ""  # the plan's own; the first where none is named
    data_date: datetime | None = None
    must_finish: datetime | None = None
    tool: Tool = Tool.PROJECT
    lag_calendar: LagCalendar = LagCalendar.SUCCESSOR
    float_type: FloatType = FloatType.SMALLEST
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not 0 < len(self.calendars) <= MAX_CALENDARS:
            raise InvalidError(
                f"the plan has {len(self.calendars):,} calendars",
                where=self.name,
                fix=f"A plan has between one and {MAX_CALENDARS:,}",
            )
        if len(self.activities) > MAX_ACTIVITIES or len(self.links) > MAX_LINKS:
            raise InvalidError(
                f"{len(self.activities):,} activities with {len(self.links):,} links are too many",
                where=self.name,
                fix=f"A plan has at most {MAX_ACTIVITIES:,} and {MAX_LINKS:,}",
            )
        self._check_names()
        self._check_links()
        self._check_phases()

    @cached_property
    def by_code(self) -> Mapping[str, Activity]:
        return {activity.code: activity for activity in self.activities}

    @cached_property
    def calendars_by_code(self) -> Mapping[str, Calendar]:
        return {calendar.code: calendar for calendar in self.calendars}

    @property
    def own_calendar(self) -> Calendar:
        return self.calendars_by_code[self.calendar] if self.calendar else self.calendars[0]

    def days(self, activity: Activity, minutes: int) -> float:
        """Minutes of work as days of the activity's calendar."""
        return minutes / self.calendars_by_code[activity.calendar].day_minutes

    def _check_names(self) -> None:
        calendars = self.calendars_by_code
        if len(calendars) < len(self.calendars):
            raise InvalidError("two calendars have the same code", where=self.name)
        if self.calendar and self.calendar not in calendars:
            raise InvalidError(
                f"there is no calendar {self.calendar!r}", where=self.name, fix=_WITH_CALENDARS
            )
        seen: set[str] = set()
        for activity in self.activities:
            if activity.code in seen:
                raise InvalidError(
                    "two activities have this code",
                    where=activity.code,
                    fix=f"Give each activity a code of its own {_THERE}",
                )
            seen.add(activity.code)
            if activity.calendar not in calendars:
                raise InvalidError(
                    f"there is no calendar {activity.calendar!r}",
                    where=activity.code,
                    fix=_WITH_CALENDARS,
                )
            if not (0 <= activity.duration <= MAX_DURATION and 0 <= activity.left <= MAX_DURATION):
                raise InvalidError(
                    "the duration is below 0 or over a century",
                    where=activity.code,
                    fix=f"Correct the duration {_THERE}",
                )

    def _check_links(self) -> None:
        for link in self.links:
            where = f"{link.predecessor} -> {link.successor}"
            for code in (link.predecessor, link.successor):
                if code not in self.by_code:
                    raise InvalidError(f"there is no activity {code!r}", where=where)
            if abs(link.lag) > MAX_DURATION:
                raise InvalidError(
                    "the lag is over a century", where=where, fix=f"Correct the lag {_THERE}"
                )

    def _check_phases(self) -> None:
        parents = {phase.code: phase.parent for phase in self.phases}
        if len(parents) < len(self.phases):
            raise InvalidError(
                "two phases have the same code",
                where=self.name,
                fix=f"Give each phase a code of its own {_THERE}",
            )
        for activity in self.activities:
            if activity.phase and activity.phase not in parents:
                raise InvalidError(f"there is no phase {activity.phase!r}", where=activity.code)
        known = {""}
        for phase in self.phases:
            path: set[str] = set()
            code = phase.code
            while code not in known:
                if code not in parents or code in path:
                    raise InvalidError(
                        "the phases above it do not lead to the plan", where=phase.code
                    )
                path.add(code)
                code = parents[code]
            known.update(path)
