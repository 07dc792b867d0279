"""The dates of a plan: early, late, float, and what is critical."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import moment
from sepakat.outlook.plan.cpm.dates import Dates
from sepakat.outlook.plan.cpm.passes import Passes, Step, Tie
from sepakat.outlook.plan.cpm.primavera import Primavera
from sepakat.outlook.plan.cpm.project import Project
from sepakat.outlook.plan.cpm.spans import spans
from sepakat.outlook.plan.model import FloatType, Plan, Tool


@dataclass(frozen=True, slots=True)
class Schedule:
    """`finish` is the latest early finish; `by_code` has every activity of the plan."""

    start: datetime
    finish: datetime
    by_code: Mapping[str, Dates]


def schedule(plan: Plan) -> Schedule:
    """Dates for every activity, by the critical path method and the rules of the plan's tool.

    Raises InvalidError for links that run in a circle, which it names, and for dates that leave
    the years 1900 to 2199.
    """
    passes: Passes = {Tool.PRIMAVERA: Primavera, Tool.PROJECT: Project}[plan.tool](plan)
    passes.run()
    found = {step.activity.code: _dates(step, passes) for step in passes.steps}
    found |= spans(passes, found)
    by_code = {activity.code: found[activity.code] for activity in plan.activities}
    return Schedule(moment(passes.start), moment(passes.finish), by_code)


def _dates(step: Step, passes: Passes) -> Dates:
    is_open = step.ended is None
    start, finish = step.early_start, step.early_finish
    if step.is_late and passes.plan.tool == Tool.PROJECT:
        start, finish = step.late_start, step.late_finish
    total = _total_float(step, passes) if is_open else 0
    return Dates(
        moment(start if step.began is None else step.began),
        moment(finish if step.ended is None else step.ended),
        moment(step.early_start),
        moment(step.early_finish),
        moment(step.late_start),
        moment(step.late_finish),
        total,
        _free_float(step, passes, total) if is_open else 0,
        is_open and total <= 0,
    )


def _total_float(step: Step, passes: Passes) -> int:
    if step.is_late and passes.plan.tool == Tool.PROJECT:
        return 0
    at_start = step.clock.between(step.early_start, step.late_start)
    at_finish = step.clock.between(step.early_finish, step.late_finish)
    if step.began is not None:
        return at_finish
    match passes.plan.float_type:
        case FloatType.START:
            return at_start
        case FloatType.FINISH:
            return at_finish
        case FloatType.SMALLEST:
            return min(at_start, at_finish)


def _free_float(step: Step, passes: Passes, total: int) -> int:
    """How far it can slip before it moves another activity, or the end."""
    rooms = [_room(step, tie) for tie in step.after if tie.other.ended is None]
    if not rooms:
        return max(step.clock.between(step.early_finish, passes.finish), 0)
    return max(min(rooms), 0)


def _room(step: Step, tie: Tie) -> int:
    after = tie.other
    own, other = {
        LinkType.FINISH_START: (step.early_finish, after.early_start),
        LinkType.START_START: (step.early_start, after.early_start),
        LinkType.FINISH_FINISH: (step.early_finish, after.early_finish),
        LinkType.START_FINISH: (step.early_start, after.early_finish),
    }[tie.type]
    return step.clock.between(tie.later(own), other)
