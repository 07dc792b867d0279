"""Our critical path method against mpxj's: a thousand random plans, by both tools' rules."""

from datetime import datetime

import pytest

from sepakat.outlook.plan.calendars import Clock, minute
from sepakat.outlook.plan.cpm.schedule import Schedule, schedule
from sepakat.outlook.plan.model import Plan, Tool
from support.planners import needs_java, scheduled
from support.plans import random_plan

EACH = 500


@needs_java
@pytest.mark.parametrize("tool", list(Tool))
def test_a_date_or_float_that_mpxj_computes_otherwise(tool: Tool) -> None:
    plans = [random_plan(seed, tool) for seed in range(EACH)]
    differing = [
        line
        for plan, theirs in zip(plans, scheduled(plans, tool), strict=True)
        for line in _differences(plan, schedule(plan), theirs)
    ]
    assert differing == []


def _differences(plan: Plan, ours: Schedule, theirs: dict[str, list[object]]) -> list[str]:
    assert isinstance(theirs, dict), theirs
    clocks = {c.code: Clock(c, plan.start.date()) for c in plan.calendars}
    found = []
    for activity in plan.activities:
        dates = ours.by_code[activity.code]
        clock = clocks[activity.calendar]
        moments = (dates.early_start, dates.early_finish, dates.late_start, dates.late_finish)
        *expected, total = theirs[activity.code]
        # 17:00 and 8:00 on the next working day are one instant of work, and may stand for it.
        pairs = zip(moments, (datetime.fromisoformat(str(at)) for at in expected), strict=True)
        agree = all(clock.worked(minute(a)) == clock.worked(minute(b)) for a, b in pairs)
        if not agree or dates.total_float != total:
            found.append(f"{plan.name} {activity.code}: {dates} but {theirs[activity.code]}")
    return found
