"""Writing a plan as Microsoft Project's XML (MSPDI), in the order of its schema."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

from sepakat.outlook.plan.calendars import ALWAYS, Calendar, Hours
from sepakat.outlook.plan.cpm.dates import Dates
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import (
    Activity,
    ActivityType,
    Constraint,
    ConstraintType,
    Dependency,
    LagCalendar,
    Note,
    Phase,
    Plan,
    Tool,
)
from sepakat.outlook.plan.project import (
    CODE_ALIAS,
    CODE_FIELD,
    CONSTRAINTS,
    LINKS,
    TYPE_ALIAS,
    TYPE_FIELD,
)

_CONSTRAINTS = {kind: number for number, kind in CONSTRAINTS.items()} | {
    ConstraintType.START: 2,
    ConstraintType.FINISH: 3,
}
_LINKS = {kind: number for number, kind in LINKS.items()}
_HOURS, _ELAPSED_MINUTES, _MINUTES, _ELAPSED_HOURS = "5", "4", "3", "6"
_XML_TEXT = {code: None for code in range(32) if code not in (9, 10, 13)}


def write_mspdi(plan: Plan) -> bytes:
    """The plan as a file, with the dates that we compute as each task's start and finish.

    Codes that are no numbers are kept in the spare field Text1, types that Project has not in
    Text2. What the format cannot carry is told by `lost`.
    """
    return "".join(_Writing(plan).lines()).encode()


def lost(plan: Plan) -> list[Note]:
    """What a plan has that Project's XML cannot carry."""
    notes = []
    if plan.tool != Tool.PROJECT:
        notes.append(Note(plan.name, "tool", "Project will date it by its own rules"))
    if plan.lag_calendar != LagCalendar.SUCCESSOR:
        notes.append(Note(plan.name, "lag_calendar", "lags will run by the successor's calendar"))
    if plan.must_finish:
        notes.append(Note(plan.name, "must_finish", "float will be measured from the last finish"))
    for activity in plan.activities:
        if activity.second_constraint:
            notes.append(Note(activity.code, "second_constraint", "a task has one constraint"))
        if activity.constraint and activity.constraint.type in _GIVING_WAY:
            notes.append(Note(activity.code, "constraint", "it will not give way to logic"))
    return notes


_GIVING_WAY = (ConstraintType.START, ConstraintType.FINISH)


class _Writing:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dates = schedule(plan).by_code
        codes = [phase.code for phase in plan.phases] + [a.code for a in plan.activities]
        self.uids, self._has_codes = _numbered(codes)
        own = [calendar.code for calendar in plan.calendars]
        self.calendars, _ = _numbered(own)
        kinds = {activity.type for activity in plan.activities}
        self._has_types = bool(kinds - {ActivityType.TASK, ActivityType.FINISH_MILESTONE})
        self.resources = {
            name: number
            for number, name in enumerate(
                dict.fromkeys(r for a in plan.activities for r in a.resources), 1
            )
        }

    def lines(self) -> Iterator[str]:
        plan = self.plan
        yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        yield '<Project xmlns="http://schemas.microsoft.com/project">\n'
        yield _value("SaveVersion", "14") + _value("Title", plan.name)
        yield _value("ScheduleFromStart", "1") + _moment("StartDate", plan.start)
        yield _value("CalendarUID", str(self.calendars[plan.own_calendar.code]))
        yield _value("MinutesPerDay", str(plan.own_calendar.day_minutes))
        yield _moment("StatusDate", plan.data_date) + _value("HonorConstraints", "1")
        yield "<ExtendedAttributes>\n"
        if self._has_codes:
            yield _defined(CODE_FIELD, "Text1", CODE_ALIAS)
        if self._has_types:
            yield _defined(TYPE_FIELD, "Text2", TYPE_ALIAS)
        yield "</ExtendedAttributes>\n<Calendars>\n"
        for calendar in plan.calendars:
            yield from self._calendar(calendar)
        yield "</Calendars>\n<Tasks>\n"
        yield from self._tasks()
        yield "</Tasks>\n<Resources>\n"
        for name, number in self.resources.items():
            yield "<Resource>\n" + _value("UID", str(number)) + _value("ID", str(number))
            yield _value("Name", name) + _value("Type", "1") + "</Resource>\n"
        yield "</Resources>\n<Assignments>\n"
        yield from self._assignments()
        yield "</Assignments>\n</Project>\n"

    def _calendar(self, calendar: Calendar) -> Iterator[str]:
        yield "<Calendar>\n" + _value("UID", str(self.calendars[calendar.code]))
        yield _value("Name", calendar.name) + _value("IsBaseCalendar", "1")
        yield _value("BaseCalendarUID", "-1") + "<WeekDays>\n"
        for day in range(1, 8):  # from Sunday
            yield "<WeekDay>\n" + _value("DayType", str(day))
            yield _hours(calendar.week[(day - 2) % 7]) + "</WeekDay>\n"
        yield "</WeekDays>\n"
        if calendar.exceptions:
            yield "<Exceptions>\n"
            for first, last, spans in _runs(calendar):
                yield "<Exception>\n" + _value("EnteredByOccurrences", "0") + "<TimePeriod>\n"
                yield _value("FromDate", f"{first}T00:00:00")
                yield _value("ToDate", f"{last}T23:59:00") + "</TimePeriod>\n"
                yield _value("Occurrences", str((last - first).days + 1)) + _value("Type", "1")
                yield _hours(spans) + "</Exception>\n"
            yield "</Exceptions>\n"
        yield "</Calendar>\n"

    def _tasks(self) -> Iterator[str]:
        """Each phase, with its activities and then its own phases, from the top."""
        phases: dict[str, list[Phase]] = {}
        activities: dict[str, list[Activity]] = {}
        for phase in self.plan.phases:
            phases.setdefault(phase.parent, []).append(phase)
        for activity in self.plan.activities:
            activities.setdefault(activity.phase, []).append(activity)
        links: dict[str, list[Dependency]] = {}
        for link in self.plan.links:
            links.setdefault(link.successor, []).append(link)
        to_do: list[tuple[int, Phase | Activity]] = []
        place = 0

        def begin(code: str, level: int) -> None:
            inside: list[Phase | Activity] = [*activities.get(code, ()), *phases.get(code, ())]
            to_do.extend((level, each) for each in reversed(inside))

        begin("", 1)
        while to_do:
            level, each = to_do.pop()
            place += 1
            if isinstance(each, Phase):
                yield from self._summary(each, place, level)
                begin(each.code, level + 1)
            else:
                yield from self._task(each, place, level, links.get(each.code, []))

    def _summary(self, phase: Phase, place: int, level: int) -> Iterator[str]:
        yield "<Task>\n" + _value("UID", str(self.uids[phase.code])) + _value("ID", str(place))
        yield _value("Name", phase.name) + _value("OutlineLevel", str(level))
        yield _value("Summary", "1") + self._code(phase.code) + "</Task>\n"

    def _task(
        self, activity: Activity, place: int, level: int, links: list[Dependency]
    ) -> Iterator[str]:
        dates = self.dates[activity.code]
        is_elapsed = activity.calendar == ALWAYS.code
        yield "<Task>\n" + _value("UID", str(self.uids[activity.code])) + _value("ID", str(place))
        yield _value("Name", activity.name) + _value("Active", "1") + _value("Manual", "0")
        yield _value("Type", "1") + _value("OutlineLevel", str(level))
        yield _moment("Start", dates.start) + _moment("Finish", dates.finish)
        yield _duration("Duration", activity.duration)
        yield _value("DurationFormat", _ELAPSED_HOURS if is_elapsed else _HOURS)
        yield _value("Milestone", str(int(activity.type.is_milestone))) + _value("Summary", "0")
        yield self._saved(activity, dates)
        yield _value("PercentComplete", f"{activity.percent:.0f}")
        yield _moment("ActualStart", activity.actual_start)
        yield _moment("ActualFinish", activity.actual_finish)
        yield _duration("ActualDuration", max(activity.duration - activity.left, 0))
        yield _duration("RemainingDuration", activity.left)
        yield _constraint(activity.constraint)
        yield _value("CalendarUID", str(self.calendars[activity.calendar]))
        if activity.constraint:
            yield _moment("ConstraintDate", activity.constraint.date)
        yield _moment("Deadline", activity.deadline)
        for link in links:
            yield self._link(link)
        yield self._code(activity.code)
        if self._has_types:
            yield _extended(TYPE_FIELD, activity.type)
        if activity.baseline_start or activity.baseline_finish:
            yield "<Baseline>\n" + _value("Number", "0")
            yield _moment("Start", activity.baseline_start)
            yield _moment("Finish", activity.baseline_finish) + "</Baseline>\n"
        yield "</Task>\n"

    def _saved(self, activity: Activity, dates: Dates) -> str:
        """What the file that it comes from said, so that it can still be verified."""
        saved = activity.saved
        return (
            _value("Critical", str(int(dates.is_critical)))
            + _moment("EarlyStart", saved.early_start)
            + _moment("EarlyFinish", saved.early_finish)
            + _moment("LateStart", saved.late_start)
            + _moment("LateFinish", saved.late_finish)
            + ("" if saved.free_float is None else _value("FreeSlack", f"{saved.free_float * 10}"))
            + (
                ""
                if saved.total_float is None
                else _value("TotalSlack", f"{saved.total_float * 10}")
            )
        )

    def _link(self, link: Dependency) -> str:
        return (
            "<PredecessorLink>\n"
            + _value("PredecessorUID", str(self.uids[link.predecessor]))
            + _value("Type", str(_LINKS[link.type]))
            + _value("CrossProject", "0")
            + _value("LinkLag", str(link.lag * 10))
            + _value("LagFormat", _ELAPSED_MINUTES if link.elapsed else _MINUTES)
            + "</PredecessorLink>\n"
        )

    def _code(self, code: str) -> str:
        return _extended(CODE_FIELD, code) if self._has_codes else ""

    def _assignments(self) -> Iterator[str]:
        number = 0
        for activity in self.plan.activities:
            for name in activity.resources:
                number += 1
                yield "<Assignment>\n" + _value("UID", str(number))
                yield _value("TaskUID", str(self.uids[activity.code]))
                yield _value("ResourceUID", str(self.resources[name])) + "</Assignment>\n"


def _numbered(codes: list[str]) -> tuple[dict[str, int], bool]:
    """A number for each code, and whether the codes had to be numbered anew."""
    plain = all(c.isascii() and c.isdigit() and c[0] != "0" and int(c[:12]) < 2**31 for c in codes)
    if plain and len(set(codes)) == len(codes):
        return {code: int(code) for code in codes}, False
    return {code: number for number, code in enumerate(codes, 1)}, True


def _runs(calendar: Calendar) -> Iterator[tuple[date, date, Hours]]:
    """The exceptions, days that follow one another with the same hours made one."""
    run: tuple[date, date, Hours] | None = None
    for day, spans in calendar.exceptions:
        if run and run[2] == spans and run[1] + timedelta(days=1) == day:
            run = (run[0], day, spans)
            continue
        if run:
            yield run
        run = (day, day, spans)
    if run:
        yield run


def _value(name: str, text: str) -> str:
    return f"<{name}>{escape(text.translate(_XML_TEXT))}</{name}>\n" if text else ""


def _moment(name: str, at: datetime | None) -> str:
    return "" if at is None else _value(name, at.isoformat(timespec="seconds"))


def _duration(name: str, minutes: int) -> str:
    return _value(name, f"PT{minutes // 60}H{minutes % 60}M0S")


def _constraint(constraint: Constraint | None) -> str:
    return _value("ConstraintType", str(_CONSTRAINTS[constraint.type] if constraint else 0))


def _hours(spans: Hours) -> str:
    if not spans:
        return _value("DayWorking", "0")
    times = "".join(
        f"<WorkingTime>\n{_time('FromTime', start)}{_time('ToTime', end)}</WorkingTime>\n"
        for start, end in spans
    )
    return _value("DayWorking", "1") + f"<WorkingTimes>\n{times}</WorkingTimes>\n"


def _time(name: str, minutes: int) -> str:
    return _value(name, f"{minutes // 60 % 24:02}:{minutes % 60:02}:00")


def _defined(field: str, name: str, alias: str) -> str:
    inside = _value("FieldID", field) + _value("FieldName", name) + _value("Alias", alias)
    return f"<ExtendedAttribute>\n{inside}</ExtendedAttribute>\n"


def _extended(field: str, value: str) -> str:
    return (
        f"<ExtendedAttribute>\n{_value('FieldID', field)}{_value('Value', value)}"
        "</ExtendedAttribute>\n"
    )
