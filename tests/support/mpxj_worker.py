"""Runs mpxj, the oracle for plans, in a process of its own: it needs a JVM, and pytest wants none.

Reads a request as JSON from the standard input: `{"schedule": tool, "plans": [...]}` answers with
the dates that mpxj computes; `{"convert": [from, to, format]}` reads a file and writes another.
"""

import json
import sys
from typing import Any

import jpype
import jpype.imports
import mpxj  # noqa: F401 - puts its archives on the class path


def main() -> None:
    jpype.startJVM()
    request = json.load(sys.stdin)
    if "convert" in request:
        answer: Any = [_convert(*each) for each in request["convert"]]
    else:
        answer = [_scheduled(plan, request["schedule"]) for plan in request["plans"]]
    json.dump(answer, sys.stdout)


def _convert(source: str, target: str, form: str) -> int:
    from org.mpxj.reader import UniversalProjectReader
    from org.mpxj.writer import FileFormat, UniversalProjectWriter

    project = UniversalProjectReader().read(source)
    UniversalProjectWriter(getattr(FileFormat, form)).write(project, target)
    return int(project.getTasks().size())


def _scheduled(plan: dict[str, Any], tool: str) -> Any:
    from org.mpxj.cpm import CpmException, MicrosoftScheduler, PrimaveraScheduler

    project, tasks = _project(plan, tool)
    scheduler = (PrimaveraScheduler if tool == "primavera" else MicrosoftScheduler)()
    try:
        scheduler.schedule(project, _time(plan["start"]))
    except CpmException as error:
        return str(error)
    return {code: _dates(task) for code, task in tasks.items()}


def _dates(task: Any) -> list[Any]:
    from org.mpxj import TimeUnit

    moments = (
        task.getEarlyStart(), task.getEarlyFinish(), task.getLateStart(), task.getLateFinish(),
    )  # fmt: skip
    properties = task.getParentFile().getProjectProperties()
    total = task.getTotalSlack().convertUnits(TimeUnit.MINUTES, properties).getDuration()
    return [*(str(moment.toString()) for moment in moments), round(float(total))]


def _project(plan: dict[str, Any], tool: str) -> Any:
    from java.lang import Integer
    from org.mpxj import (
        ActivityType,
        ConstraintType,
        ProjectFile,
        Relation,
        RelationshipLagCalendar,
        RelationType,
        TaskType,
    )
    from org.mpxj.cpm import PrimaveraSlackCalculator

    project = ProjectFile()
    properties = project.getProjectProperties()
    if tool == "primavera":
        project.getProjectConfig().setSlackClaculator(PrimaveraSlackCalculator(project))
        properties.setRelationshipLagCalendar(
            getattr(RelationshipLagCalendar, plan["lag_calendar"].upper())
        )
    calendars = {code: _calendar(project, *given) for code, given in plan["calendars"].items()}
    project.setDefaultCalendar(next(iter(calendars.values())))
    properties.setStartDate(_time(plan["start"]))
    if plan["data_date"]:
        properties.setStatusDate(_time(plan["data_date"]))
    tasks = {}
    for number, given in enumerate(plan["activities"], 1):
        task = project.addTask()
        task.setUniqueID(Integer(number))
        task.setName(given["code"])
        task.setType(TaskType.FIXED_DURATION)
        task.setCalendar(calendars[given["calendar"]])
        task.setActivityType(getattr(ActivityType, given["type"]))
        task.setMilestone(given["type"].endswith("MILESTONE"))
        task.setDuration(_minutes(given["duration"]))
        task.setPlannedDuration(_minutes(given["duration"]))
        task.setRemainingDuration(_minutes(given["remaining"]))
        task.setActualDuration(_minutes(given["duration"] - given["remaining"]))
        task.setActualStart(_time(given["actual_start"]))
        task.setActualFinish(_time(given["actual_finish"]))
        task.setConstraintType(getattr(ConstraintType, given["constraint"]))
        task.setConstraintDate(_time(given["constraint_date"]))
        tasks[given["code"]] = task
    for before, after, kind, lag in plan["links"]:
        tasks[after].addPredecessor(
            Relation.Builder()
            .predecessorTask(tasks[before])
            .type(getattr(RelationType, kind))
            .lag(_minutes(lag))
        )
    return project, tasks


def _calendar(project: Any, week: Any, exceptions: Any) -> Any:
    from java.time import DayOfWeek, LocalDate

    calendar = project.addCalendar()
    for day, spans in zip(DayOfWeek.values(), week, strict=True):
        calendar.setWorkingDay(day, bool(spans))
        _fill(calendar.addCalendarHours(day), spans)
    for day, spans in exceptions:
        _fill(calendar.addCalendarException(LocalDate.parse(day)), spans)
    return calendar


def _fill(hours: Any, spans: Any) -> None:
    from java.time import LocalTime
    from org.mpxj import LocalTimeRange

    for start, end in spans:
        times = [LocalTime.of(at // 60 % 24, at % 60) for at in (start, end)]
        hours.add(LocalTimeRange(*times))


def _minutes(count: int) -> Any:
    from org.mpxj import Duration, TimeUnit

    return Duration.getInstance(float(count), TimeUnit.MINUTES)


def _time(text: str | None) -> Any:
    from java.time import LocalDateTime

    return None if text is None else LocalDateTime.parse(text)


if __name__ == "__main__":
    main()
