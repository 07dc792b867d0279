"""What a file says of itself, for the statement that submits it as a project's plan."""

from typing import Any

from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import Plan
from sepakat.outlook.quality import assess, blocking


def described(plan: Plan) -> dict[str, Any]:
    """The fields of a plan that follow from its file: `as_of`, `failing`, and the promises that
    its milestones could be, each with the date that it has there."""
    dates = schedule(plan)
    as_of = (plan.data_date or plan.start).date()
    promises = []
    for activity in plan.activities:
        if not activity.type.is_milestone:
            continue
        row = {
            "activity": activity.code,
            "title": activity.name[:200] or activity.code,
            "planned": dates.by_code[activity.code].finish.date().isoformat(),
        }
        if activity.deadline:
            row["due"] = activity.deadline.date().isoformat()
        if activity.actual_finish:
            row["achieved"] = activity.actual_finish.date().isoformat()
        promises.append(row)
    return {
        "as_of": as_of.isoformat(),
        "failing": [finding.check.title for finding in blocking(assess(plan))],
        "promises": promises,
    }
