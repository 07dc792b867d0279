"""Reading a plan from Microsoft Project's XML (MSPDI)."""

from collections.abc import Iterable, Mapping

from sepakat.outlook.network import MAX_LINKS, LinkType
from sepakat.outlook.plan.calendars import ALWAYS
from sepakat.outlook.plan.elements import Element, parse
from sepakat.outlook.plan.model import (
    Activity,
    ActivityType,
    Constraint,
    ConstraintType,
    Dependency,
    Note,
    Phase,
    Plan,
    Saved,
    Tool,
)
from sepakat.outlook.plan.mspdicalendars import calendars
from sepakat.outlook.plan.mspdivalues import date_of, flag, minutes, number, tenths, whole
from sepakat.record.errors import InvalidError

CONSTRAINTS = {
    1: ConstraintType.LATE,
    2: ConstraintType.MANDATORY_START,
    3: ConstraintType.MANDATORY_FINISH,
    4: ConstraintType.START_NOT_BEFORE,
    5: ConstraintType.START_NOT_AFTER,
    6: ConstraintType.FINISH_NOT_BEFORE,
    7: ConstraintType.FINISH_NOT_AFTER,
}
LINKS = {
    0: LinkType.FINISH_FINISH,
    1: LinkType.FINISH_START,
    2: LinkType.START_FINISH,
    3: LinkType.START_START,
}
ELAPSED_FORMATS = frozenset({4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52})
PERCENT_FORMATS = frozenset({19, 20, 51, 52})
CODE_FIELD, CODE_ALIAS = "188743731", "Activity code"  # Text1
TYPE_FIELD, TYPE_ALIAS = "188743734", "Activity type"  # Text2
MAX_SUMMARY_LINKS = 100_000
MAX_OUTLINE = 100  # levels: a task counts in each summary task above it

_UNREAD = frozenset({"TimephasedData"})
_TASK_READ = frozenset(
    {
        *("UID", "Name", "Active", "Manual", "IsNull", "OutlineLevel", "Start", "Duration"),
        *("DurationFormat", "Milestone", "Summary", "ExternalTask", "EarlyStart", "EarlyFinish"),
        *("LateStart", "LateFinish", "FreeSlack", "TotalSlack", "PercentComplete", "ActualStart"),
        *("ActualFinish", "RemainingDuration", "ConstraintType", "CalendarUID", "ConstraintDate"),
        *("Deadline", "PredecessorLink", "ExtendedAttribute", "Baseline"),
    }
)


def read_mspdi(content: bytes) -> Plan:
    """The plan in a file. Summary tasks become phases; a link to or from one becomes links to or
    from all that is in it.

    What is not taken is in the plan's notes. Raises InvalidError, with line and element, for what
    cannot be read.
    """
    root = parse(content, without=_UNREAD)
    if root.name != "Project":
        raise InvalidError(
            f"the file is a {root.name[:40]!r}",
            where=f"line {root.line}",
            fix="Save the plan from Microsoft Project as XML",
        )
    return _Reading(root).plan()


class _Reading:
    def __init__(self, root: Element) -> None:
        self.root = root
        self.notes: list[Note] = []
        self.aliases = {
            each.get("FieldID"): each.get("Alias")
            for list_ in root.all("ExtendedAttributes")
            for each in list_.all("ExtendedAttribute")
        }
        self.tasks = [t for list_ in root.all("Tasks") for t in list_.all("Task")]
        self.codes: dict[int, str] = {}  # of activities, by UID
        self.members: dict[int, list[str]] = {}  # codes of the activities in each summary task
        self.phases: list[Phase] = []

    def plan(self) -> Plan:
        root = self.root
        start = date_of(root, "StartDate")
        if start is None:
            raise root.error("StartDate", "a plan needs a start")
        if root.get("ScheduleFromStart") == "0":
            self._note(root, "ScheduleFromStart", "scheduled from its finish; dated from its start")
        day = number(root, "MinutesPerDay", 1, 1440) if root.get("MinutesPerDay") else 480
        found = calendars(
            [c for list_ in root.all("Calendars") for c in list_.all("Calendar")], day, self.notes
        )
        own = root.get("CalendarUID") or ""
        if own not in {calendar.code for calendar in found}:
            raise root.error("CalendarUID", "the file has no such calendar")
        tasks = self._leaves()
        resources = self._resources()
        activities = [self._activity(task, phase, own, resources) for task, phase in tasks]
        if any(activity.calendar == ALWAYS.code for activity in activities):
            found = (*found, ALWAYS)
        links = self._links([task for task in self.tasks if self._is_taken(task)], activities)
        self._note_unread()
        return Plan(
            root.get("Title") or root.get("Name") or "",
            start,
            found,
            tuple(activities),
            links,
            tuple(self.phases),
            own,
            date_of(root, "StatusDate"),
            tool=Tool.PROJECT,
            notes=tuple(self.notes),
        )

    def _is_taken(self, task: Element) -> bool:
        uid = whole(task, "UID")
        return uid in self.codes or uid in self.members

    def _leaves(self) -> list[tuple[Element, str]]:
        """The tasks that are activities, each with its phase; the phases are set on the way."""
        found: list[tuple[Element, str]] = []
        above: list[tuple[int, int, str]] = []  # level, UID and code of the open summary tasks
        for task in self.tasks:
            uid = number(task, "UID", 0, 2**31 - 1)
            if uid in self.codes or uid in self.members:
                raise task.error("UID", "two tasks have it")
            if flag(task, "IsNull"):
                continue
            level = number(task, "OutlineLevel", 0, MAX_OUTLINE) if task.get("OutlineLevel") else 0
            while above and above[-1][0] >= level:
                above.pop()
            code = self._own(task, CODE_FIELD, CODE_ALIAS) or str(uid)
            phase = above[-1][2] if above else ""
            if flag(task, "Summary"):
                self.members[uid] = []
                if uid:  # the task 0 is the project itself
                    self.phases.append(Phase(code, task.get("Name") or "", phase))
                    above.append((level, uid, code))
            elif task.get("Active") == "0":
                self._note(task, "Active", "an inactive task: not taken")
            elif flag(task, "ExternalTask"):
                self._note(task, "ExternalTask", "a task of another project: not taken")
            else:
                self.codes[uid] = code
                for _, summary, _ in above:
                    self.members[summary].append(code)
                found.append((task, phase))
        return found

    def _own(self, task: Element, field: str, alias: str) -> str | None:
        """What we wrote into one of Project's spare fields, if the file names it so."""
        if self.aliases.get(field) != alias:
            return None
        for each in task.all("ExtendedAttribute"):
            if each.get("FieldID") == field:
                return each.get("Value")
        return None

    def _resources(self) -> dict[int, tuple[str, ...]]:
        names: dict[int | None, str] = {}
        for list_ in self.root.all("Resources"):
            for each in list_.all("Resource"):
                names[whole(each, "UID")] = each.get("Name") or ""
                if (whole(each, "CalendarUID") or 0) > 0 and each.get("Type") == "1":
                    self._note(each, "CalendarUID", "resources' calendars do not move our dates")
        found: dict[int, dict[str, None]] = {}
        for list_ in self.root.all("Assignments"):
            for each in list_.all("Assignment"):
                resource = whole(each, "ResourceUID")
                if resource in names and resource:
                    name = names[resource] or str(resource)
                    found.setdefault(whole(each, "TaskUID") or 0, {})[name] = None
        return {task: tuple(held) for task, held in found.items()}

    def _activity(
        self, task: Element, phase: str, calendar: str, resources: Mapping[int, tuple[str, ...]]
    ) -> Activity:
        uid = whole(task, "UID") or 0
        duration = minutes(task, "Duration") or 0
        if duration < 0:
            raise task.error("Duration", "it is below 0")
        is_elapsed = (whole(task, "DurationFormat") or 0) in ELAPSED_FORMATS
        own = whole(task, "CalendarUID")
        if is_elapsed:
            calendar = ALWAYS.code
        elif own is not None and own > 0:
            calendar = str(own)
        percent = number(task, "PercentComplete", 0, 100) if task.get("PercentComplete") else 0
        left = minutes(task, "RemainingDuration")
        if left is None and percent:
            left = round(duration * (100 - percent) / 100)
        baseline = next((b for b in task.all("Baseline") if b.get("Number") in (None, "0")), task)
        has_baseline = baseline is not task
        return Activity(
            self.codes[uid],
            task.get("Name") or "",
            calendar,
            duration,
            self._type(task, duration),
            phase,
            self._constraint(task),
            None,
            date_of(task, "Deadline"),
            date_of(task, "ActualStart"),
            date_of(task, "ActualFinish"),
            None if left == duration and not percent else left,
            float(percent),
            date_of(baseline, "Start") if has_baseline else None,
            date_of(baseline, "Finish") if has_baseline else None,
            resources.get(uid, ()),
            Saved(
                date_of(task, "EarlyStart"),
                date_of(task, "EarlyFinish"),
                date_of(task, "LateStart"),
                date_of(task, "LateFinish"),
                tenths(task, "TotalSlack"),
                tenths(task, "FreeSlack"),
            ),
        )

    def _type(self, task: Element, duration: int) -> ActivityType:
        own = self._own(task, TYPE_FIELD, TYPE_ALIAS)
        if own is not None and own in set(ActivityType):
            return ActivityType(own)
        if not flag(task, "Milestone"):
            return ActivityType.TASK
        if duration:
            self._note(task, "Milestone", "a milestone with a duration: taken as a task")
            return ActivityType.TASK
        return ActivityType.FINISH_MILESTONE

    def _constraint(self, task: Element) -> Constraint | None:
        kind = number(task, "ConstraintType", 0, 7) if task.get("ConstraintType") else 0
        if flag(task, "Manual"):
            start = date_of(task, "Start")
            if start is not None:
                self._note(task, "Manual", "scheduled by hand: held at its start")
                return Constraint(ConstraintType.MANDATORY_START, start)
        if kind == 0:
            return None
        if kind == 1:
            return Constraint(ConstraintType.LATE)
        date = date_of(task, "ConstraintDate")
        if date is None:
            raise task.error("ConstraintDate", "the constraint needs a date")
        return Constraint(CONSTRAINTS[kind], date)

    def _links(
        self, tasks: Iterable[Element], activities: Iterable[Activity]
    ) -> tuple[Dependency, ...]:
        durations = {activity.code: activity.duration for activity in activities}
        known = {whole(task, "UID") for task in self.tasks}
        links: list[Dependency] = []
        for task in tasks:
            after = self._ends(whole(task, "UID") or 0)
            for each in task.all("PredecessorLink"):
                uid = whole(each, "PredecessorUID")
                if flag(each, "CrossProject"):
                    self._note(each, "CrossProject", "a link to another project: not taken")
                    continue
                if uid is None or uid not in known:
                    raise each.error("PredecessorUID", "no task has it")
                before = self._ends(uid)
                if len(before) * len(after) > MAX_SUMMARY_LINKS:
                    raise each.error("PredecessorUID", "it links too many tasks with one another")
                if uid in self.members or whole(task, "UID") in self.members:
                    self._note(each, "PredecessorUID", "a summary task's link: of all in it")
                if not before:
                    self._note(each, "PredecessorUID", "its task was not taken, so neither is it")
                for one in before:
                    links += self._fan(each, one, after, durations[one])
                if len(links) > MAX_LINKS:
                    raise each.error("PredecessorUID", f"it makes over {MAX_LINKS:,} links")
        return tuple(links)

    def _ends(self, uid: int) -> list[str]:
        if uid in self.members:
            return self.members[uid]
        return [self.codes[uid]] if uid in self.codes else []

    def _fan(
        self, link: Element, before: str, after: Iterable[str], duration: int
    ) -> list[Dependency]:
        kind = LINKS[number(link, "Type", 0, 3) if link.get("Type") else 1]
        form = whole(link, "LagFormat") or 7
        if form in PERCENT_FORMATS:
            share = number(link, "LinkLag", -100_000, 100_000)
            lag = round(duration * share / 100)
            self._note(link, "LinkLag", f"{share} % of the predecessor's duration: {lag} minutes")
        else:
            lag = tenths(link, "LinkLag") or 0
        is_elapsed = form in ELAPSED_FORMATS
        return [Dependency(before, other, kind, lag, is_elapsed) for other in after]

    def _note_unread(self) -> None:
        found = dict.fromkeys(child.name for task in self.tasks for child in task.children)
        names = [name for name in found if name not in _TASK_READ]
        if names:
            self.notes.append(Note("Task", ", ".join(names), "not read"))

    def _note(self, element: Element, name: str, reason: str) -> None:
        place = f"line {element.line}, {element.name}"
        self.notes.append(Note(place, name, reason))
