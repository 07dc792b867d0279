"""Reading a plan from Primavera's exchange file (XER)."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.model import (
    MAX_DURATION,
    Activity,
    ActivityType,
    Constraint,
    ConstraintType,
    Dependency,
    FloatType,
    LagCalendar,
    Note,
    Phase,
    Plan,
    Saved,
    Tool,
)
from sepakat.outlook.plan.xer import Row, Table, tables
from sepakat.outlook.plan.xercalendars import calendars
from sepakat.record.errors import InvalidError

T = TypeVar("T")

MAX_PATHS = 20_000_000  # characters in all: a path repeats the names of all phases above

_TYPES = {
    "TT_Task": ActivityType.TASK,
    "TT_Rsrc": ActivityType.TASK,
    "TT_Mile": ActivityType.START_MILESTONE,
    "TT_FinMile": ActivityType.FINISH_MILESTONE,
    "TT_LOE": ActivityType.LEVEL_OF_EFFORT,
    "TT_WBS": ActivityType.HAMMOCK,
}
_CONSTRAINTS = {
    "CS_ALAP": ConstraintType.LATE,
    "CS_MSO": ConstraintType.START,
    "CS_MSOA": ConstraintType.START_NOT_BEFORE,
    "CS_MSOB": ConstraintType.START_NOT_AFTER,
    "CS_MEO": ConstraintType.FINISH,
    "CS_MEOA": ConstraintType.FINISH_NOT_BEFORE,
    "CS_MEOB": ConstraintType.FINISH_NOT_AFTER,
    "CS_MANDSTART": ConstraintType.MANDATORY_START,
    "CS_MANDFIN": ConstraintType.MANDATORY_FINISH,
}
_LINKS = {
    "PR_FS": LinkType.FINISH_START,
    "PR_SS": LinkType.START_START,
    "PR_FF": LinkType.FINISH_FINISH,
    "PR_SF": LinkType.START_FINISH,
}
_LAGS = {
    "rcal_Predecessor": LagCalendar.PREDECESSOR,
    "rcal_Successor": LagCalendar.SUCCESSOR,
    "rcal_ProjDefault": LagCalendar.PROJECT,
    "rcal_24Hour": LagCalendar.ELAPSED,
}
_FLOATS = {
    "FT_FF": FloatType.FINISH,
    "FT_SF": FloatType.START,
    "FT_Min": FloatType.SMALLEST,
}
_READ = {
    "PROJECT": "proj_id proj_short_name clndr_id last_recalc_date plan_start_date plan_end_date"
    " orig_proj_id sum_base_proj_id",
    "CALENDAR": "clndr_id clndr_name base_clndr_id day_hr_cnt clndr_data",
    "SCHEDOPTIONS": "proj_id sched_float_type sched_calendar_on_relationship_lag"
    " sched_retained_logic sched_progress_override sched_use_project_end_date_for_float",
    "PROJWBS": "wbs_id proj_id parent_wbs_id wbs_short_name wbs_name proj_node_flag",
    "TASK": "task_id proj_id wbs_id clndr_id task_type task_code task_name total_float_hr_cnt"
    " free_float_hr_cnt remain_drtn_hr_cnt target_drtn_hr_cnt cstr_date act_start_date"
    " act_end_date late_start_date late_end_date early_start_date early_end_date target_start_date"
    " target_end_date cstr_type cstr_date2 cstr_type2 status_code expect_end_date suspend_date",
    "TASKPRED": "task_id pred_task_id proj_id pred_proj_id pred_type lag_hr_cnt",
    "RSRC": "rsrc_id rsrc_short_name rsrc_name",
    "TASKRSRC": "task_id proj_id rsrc_id",
}


def read_xer(content: bytes, *, project: str = "", encoding: str = "cp1252") -> Plan:
    """The plan in a file: that of `project` (its short name), or the only one there is.

    What is not taken is in the plan's notes: tables, fields, links to other projects, codes that
    are not known. Raises InvalidError, with line and field, for what cannot be read.
    """
    found, notes = tables(content, encoding)
    return _Reading(found, notes).plan(project)


class _Reading:
    def __init__(self, found: Mapping[str, Table], notes: list[Note]) -> None:
        self.tables = found
        self.notes = notes
        self.codes: dict[str, str] = {}  # by task_id
        for name, table in found.items():
            if name not in _READ:
                if name not in ("CURRTYPE", "OBS"):
                    notes.append(Note(f"table {name}", "", f"{len(table.rows):,} rows not read"))
            elif unread := [f for f in table.fields if f not in _READ[name].split()]:
                notes.append(Note(f"table {name}", ", ".join(unread), "not read"))

    def plan(self, wanted: str) -> Plan:
        project = self._project(wanted)
        own = project.values["proj_id"]
        options = next(iter(self._rows("SCHEDOPTIONS", own)), None)
        phases, phase_of = self._phases(own)
        baseline = self._baseline(project)
        resources = self._resources(own)
        tasks = self._rows("TASK", own)
        for row in tasks:
            self.codes[_text(row, "task_id")] = _text(row, "task_code")
        start = _date(project, "plan_start_date")
        data_date = _date(project, "last_recalc_date")
        start = start or data_date
        if start is None:
            raise project.error("plan_start_date", "a plan needs a start or a data date")
        calendar = project.values.get("clndr_id", "")
        return Plan(
            project.values.get("proj_short_name", own),
            start,
            calendars(self._rows("CALENDAR")),
            tuple(self._activity(row, calendar, phase_of, baseline, resources) for row in tasks),
            self._links(own),
            phases,
            calendar,
            data_date,
            _must_finish(project, options),
            Tool.PRIMAVERA,
            _chosen(
                options,
                "sched_calendar_on_relationship_lag",
                _LAGS,
                LagCalendar.PREDECESSOR,
                self.notes,
            ),
            _chosen(options, "sched_float_type", _FLOATS, FloatType.FINISH, self.notes),
            tuple(self._with_options(options)),
        )

    def _with_options(self, options: Row | None) -> list[Note]:
        if options is not None and (
            options.values.get("sched_progress_override") == "Y"
            or options.values.get("sched_retained_logic") == "N"
        ):
            self.notes.append(
                Note(
                    f"line {options.line}",
                    "sched_retained_logic",
                    "the file was scheduled without retained logic; we date with it",
                )
            )
        return self.notes

    def _rows(self, table: str, project: str | None = None) -> list[Row]:
        rows = self.tables[table].rows if table in self.tables else []
        if project is None:
            return rows
        return [row for row in rows if row.values.get("proj_id", project) == project]

    def _project(self, wanted: str) -> Row:
        rows = [row for row in self._rows("PROJECT") if "orig_proj_id" not in row.values]
        for row in rows:
            _text(row, "proj_id")
        names = [row.values.get("proj_short_name", "") for row in rows]
        chosen = [row for row, name in zip(rows, names, strict=True) if wanted in ("", name)]
        if len(chosen) != 1:
            raise InvalidError(
                f"the file has {len(chosen)} such projects" if wanted or not rows
                else f"the file has {len(rows)} projects",
                where="table PROJECT",
                fix=f"Name one of: {', '.join(sorted(names))[:500]}" if rows else
                "Export a project from Primavera",
            )  # fmt: skip
        for row, name in zip(rows, names, strict=True):
            if row is not chosen[0]:
                self.notes.append(Note(f"line {row.line}", "PROJECT", f"{name}: not read"))
        return chosen[0]

    def _baseline(self, project: Row) -> dict[str, tuple[datetime | None, datetime | None]]:
        """Start and finish in the baseline that the file brings, by activity code."""
        own = project.values["proj_id"]
        copies = [r for r in self._rows("PROJECT") if r.values.get("orig_proj_id") == own]
        chosen = project.values.get("sum_base_proj_id")
        copies.sort(key=lambda row: row.values.get("proj_id") != chosen)
        if not copies:
            return {}
        return {
            _text(row, "task_code"): (
                _date(row, "act_start_date") or _date(row, "target_start_date"),
                _date(row, "act_end_date") or _date(row, "target_end_date"),
            )
            for row in self._rows("TASK", _text(copies[0], "proj_id"))
        }

    def _phases(self, own: str) -> tuple[tuple[Phase, ...], dict[str, str]]:
        """The phases by their dotted path of short names, and the path of each wbs_id."""
        rows = {_text(row, "wbs_id"): row for row in self._rows("PROJWBS", own)}
        paths = _paths(rows)
        phases = tuple(
            Phase(
                paths[wbs],
                row.values.get("wbs_name", ""),
                paths.get(row.values.get("parent_wbs_id", ""), ""),
            )
            for wbs, row in rows.items()
            if paths[wbs]
        )
        return phases, paths

    def _resources(self, own: str) -> dict[str, tuple[str, ...]]:
        names = {
            row.values.get("rsrc_id"): row.values.get("rsrc_short_name")
            or row.values.get("rsrc_name", "")
            for row in self._rows("RSRC")
        }
        found: dict[str, dict[str, None]] = {}
        for row in self._rows("TASKRSRC", own):
            name = names.get(row.values.get("rsrc_id")) or row.values.get("rsrc_id", "")
            found.setdefault(row.values.get("task_id", ""), {})[name] = None
        return {task: tuple(held) for task, held in found.items()}

    def _activity(
        self,
        row: Row,
        calendar: str,
        phase_of: Mapping[str, str],
        baseline: Mapping[str, tuple[datetime | None, datetime | None]],
        resources: Mapping[str, tuple[str, ...]],
    ) -> Activity:
        duration = _minutes(row, "target_drtn_hr_cnt") or 0
        left = _minutes(row, "remain_drtn_hr_cnt")
        self._note_unheeded(row)
        code = row.values["task_code"]
        base = baseline.get(code, (None, None))
        ended = _date(row, "act_end_date")
        return Activity(
            code,
            row.values.get("task_name", ""),
            row.values.get("clndr_id") or calendar,
            duration,
            _chosen(row, "task_type", _TYPES, ActivityType.TASK, self.notes),
            phase_of.get(row.values.get("wbs_id", ""), ""),
            self._constraint(row, "cstr_type", "cstr_date"),
            self._constraint(row, "cstr_type2", "cstr_date2"),
            None,
            _date(row, "act_start_date"),
            ended,
            left,
            _percent(duration, left, ended),
            *base,
            resources.get(row.values["task_id"], ()),
            Saved(
                _date(row, "early_start_date"),
                _date(row, "early_end_date"),
                _date(row, "late_start_date"),
                _date(row, "late_end_date"),
                _minutes(row, "total_float_hr_cnt"),
                _minutes(row, "free_float_hr_cnt"),
            ),
        )

    def _note_unheeded(self, row: Row) -> None:
        if row.values.get("task_type") == "TT_Rsrc":
            self._note(row, "task_type", "dated by its own calendar, not by its resources'")
        if "expect_end_date" in row.values and "act_end_date" not in row.values:
            self._note(row, "expect_end_date", "the expected finish does not move our dates")
        if "suspend_date" in row.values and "act_end_date" not in row.values:
            self._note(row, "suspend_date", "the suspension does not move our dates")

    def _constraint(self, row: Row, kind: str, at: str) -> Constraint | None:
        if kind not in row.values:
            return None
        found = _CONSTRAINTS.get(row.values[kind])
        if found is None:
            self._note(row, kind, f"{row.values[kind]!r} is not known: no constraint")
            return None
        if found == ConstraintType.LATE:
            return Constraint(found)
        date = _date(row, at)
        if date is None:
            raise row.error(at, f"the constraint {row.values[kind]} needs a date")
        return Constraint(found, date)

    def _links(self, own: str) -> tuple[Dependency, ...]:
        links = []
        for row in self._rows("TASKPRED", own):
            after, before = _text(row, "task_id"), _text(row, "pred_task_id")
            if row.values.get("pred_proj_id", own) != own:
                self._note(row, "pred_proj_id", "a link to another project: not taken")
                continue
            for name, task in (("task_id", after), ("pred_task_id", before)):
                if task not in self.codes:
                    raise row.error(name, "no activity of this project has it")
            links.append(
                Dependency(
                    self.codes[before],
                    self.codes[after],
                    _chosen(row, "pred_type", _LINKS, LinkType.FINISH_START, self.notes),
                    _minutes(row, "lag_hr_cnt") or 0,
                )
            )
        return tuple(links)

    def _note(self, row: Row, name: str, reason: str) -> None:
        self.notes.append(Note(f"line {row.line}, {row.values.get('task_code', '')}", name, reason))


def _chosen(row: Row | None, name: str, known: Mapping[str, T], default: T, notes: list[Note]) -> T:
    """What a code stands for. One that is not known is kept in a note."""
    code = None if row is None else row.values.get(name)
    if row is None or code is None:
        return default
    if code not in known:
        notes.append(Note(f"line {row.line}", name, f"{code!r} is not known: taken as {default}"))
    return known.get(code, default)


def _paths(rows: Mapping[str, Row]) -> dict[str, str]:
    """The path of each wbs_id. The project itself has none."""
    paths: dict[str, str] = {}
    characters = 0
    for wbs in rows:
        climbed: dict[str, None] = {}  # up to a phase whose path is known
        at = wbs
        while at in rows and at not in paths and rows[at].values.get("proj_node_flag") != "Y":
            if at in climbed:
                raise rows[at].error("parent_wbs_id", "it lies under itself")
            climbed[at] = None
            at = rows[at].values.get("parent_wbs_id", "")
        path = paths.setdefault(at, "")
        for each in reversed(climbed):
            name = rows[each].values.get("wbs_short_name", each)
            path = paths[each] = f"{path}.{name}" if path else name
            characters += len(path)
            if characters > MAX_PATHS:
                raise rows[each].error("parent_wbs_id", "with it, the phases lie too deep in all")
    return paths


def _must_finish(project: Row, options: Row | None) -> datetime | None:
    """The date that float is measured against, where the file's options use it."""
    if options and options.values.get("sched_use_project_end_date_for_float") == "N":
        return None
    return _date(project, "plan_end_date")


def _text(row: Row, name: str) -> str:
    value = row.values.get(name)
    if value is None:
        raise row.error(name, "it is needed")
    return value


def _minutes(row: Row, name: str) -> int | None:
    """Hours as minutes. None where there are none, which is no zero."""
    text = row.values.get(name)
    if text is None:
        return None
    try:
        minutes = float(text.replace(",", ".")) * 60
    except ValueError:
        raise row.error(name, "it is to be a number of hours") from None
    if not abs(minutes) <= MAX_DURATION:
        raise row.error(name, "it is more than a century")
    return round(minutes)


def _date(row: Row, name: str) -> datetime | None:
    text = row.values.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise row.error(name, "it is to be a date such as 2026-03-31 17:00") from None
    if found.tzinfo is not None or not 1900 <= found.year < 2200:
        raise row.error(name, "it is to lie in the years 1900 to 2199, without a zone")
    return found


def _percent(duration: int, left: int | None, ended: datetime | None) -> float:
    if ended is not None:
        return 100.0
    if not duration or left is None:
        return 0.0
    return min(max(100.0 * (duration - left) / duration, 0.0), 100.0)
