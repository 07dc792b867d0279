"""Asking mpxj, which reads, writes and schedules plans, where Java is installed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import Calendar
from sepakat.outlook.plan.model import Activity, ActivityType, ConstraintType, Plan

WORKER = Path(__file__).with_name("mpxj_worker.py")

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")

_TYPES = {
    ActivityType.TASK: "TASK_DEPENDENT",
    ActivityType.START_MILESTONE: "START_MILESTONE",
    ActivityType.FINISH_MILESTONE: "FINISH_MILESTONE",
}
_CONSTRAINTS = {
    None: "AS_SOON_AS_POSSIBLE",
    ConstraintType.LATE: "AS_LATE_AS_POSSIBLE",
    ConstraintType.START_NOT_BEFORE: "START_NO_EARLIER_THAN",
    ConstraintType.START_NOT_AFTER: "START_NO_LATER_THAN",
    ConstraintType.FINISH_NOT_BEFORE: "FINISH_NO_EARLIER_THAN",
    ConstraintType.FINISH_NOT_AFTER: "FINISH_NO_LATER_THAN",
    ConstraintType.START: "START_ON",
    ConstraintType.FINISH: "FINISH_ON",
    ConstraintType.MANDATORY_START: "MUST_START_ON",
    ConstraintType.MANDATORY_FINISH: "MUST_FINISH_ON",
}


def scheduled(plans: Iterable[Plan], tool: str) -> list[dict[str, list[Any]]]:
    """For each plan, early and late dates and total float (minutes) by mpxj, by activity."""
    found: list[dict[str, list[Any]]] = _ask(
        {"schedule": tool, "plans": [_plan(plan) for plan in plans]}
    )
    return found


def convert(files: Sequence[tuple[Path, Path, str]]) -> list[int]:
    """Have mpxj read each first file and write the second; how many tasks it found in each."""
    found: list[int] = _ask({"convert": [[str(a), str(b), form] for a, b, form in files]})
    return found


def _ask(request: Any) -> Any:
    done = subprocess.run(
        [sys.executable, str(WORKER)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "start": plan.start.isoformat(),
        "data_date": plan.data_date.isoformat() if plan.data_date else None,
        "lag_calendar": plan.lag_calendar,
        "calendars": {calendar.code: _calendar(calendar) for calendar in plan.calendars},
        "activities": [_activity(activity) for activity in plan.activities],
        "links": [
            [link.predecessor, link.successor, LinkType(link.type).name, link.lag]
            for link in plan.links
        ],
    }


def _calendar(calendar: Calendar) -> list[Any]:
    return [calendar.week, [[day.isoformat(), spans] for day, spans in calendar.exceptions]]


def _activity(activity: Activity) -> dict[str, Any]:
    constraint = activity.constraint
    dates = (
        activity.actual_start,
        activity.actual_finish,
        constraint.date if constraint else None,
    )
    began, ended, at = (date.isoformat() if date else None for date in dates)
    return {
        "code": activity.code,
        "calendar": activity.calendar,
        "type": _TYPES[activity.type],
        "duration": activity.duration,
        "remaining": activity.left,
        "actual_start": began,
        "actual_finish": ended,
        "constraint": _CONSTRAINTS[constraint.type if constraint else None],
        "constraint_date": at,
    }
