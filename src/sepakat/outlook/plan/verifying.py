"""Whether our dates are those that a file was saved with, activity by activity."""

from dataclasses import dataclass
from datetime import datetime

from sepakat.outlook.plan.calendars import Clock, clocks, minute
from sepakat.outlook.plan.cpm.schedule import Schedule, schedule
from sepakat.outlook.plan.model import Activity, Plan

_DATES = ("early_start", "early_finish", "late_start", "late_finish")
_FLOATS = ("total_float",)


@dataclass(frozen=True, slots=True)
class Difference:
    """`apart` is ours less the file's, in minutes of work by the activity's calendar."""

    activity: str
    field: str
    saved: datetime | int
    computed: datetime | int
    apart: int


@dataclass(frozen=True, slots=True)
class Verification:
    """`compared` activities had something saved; the `unsaved` had nothing to compare, and neither
    had what is finished."""

    compared: int
    unsaved: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def differing(self) -> frozenset[str]:
        return frozenset(difference.activity for difference in self.differences)

    @property
    def holds(self) -> bool:
        """Whether something was compared, and nothing differed."""
        return self.compared > 0 and not self.differences


def verify(plan: Plan, computed: Schedule | None = None) -> Verification:
    """Compare the dates and total float that we compute with those saved in the file.

    Two moments with no work between them are the same: 17:00, and 8:00 on the next working day.
    """
    computed = computed or schedule(plan)
    used = {activity.calendar for activity in plan.activities}
    by_code = clocks((c for c in plan.calendars if c.code in used), plan.start.date())
    compared, unsaved = 0, []
    differences: list[Difference] = []
    for activity in plan.activities:
        if activity.actual_finish is not None:
            continue
        fields = [f for f in (*_DATES, *_FLOATS) if getattr(activity.saved, f) is not None]
        if not fields:
            unsaved.append(activity.code)
            continue
        compared += 1
        differences += _differences(activity, fields, computed, by_code[activity.calendar])
    return Verification(compared, tuple(unsaved), tuple(differences))


def _differences(
    activity: Activity, fields: list[str], computed: Schedule, clock: Clock
) -> list[Difference]:
    dates = computed.by_code[activity.code]
    found = []
    for name in fields:
        saved, ours = getattr(activity.saved, name), getattr(dates, name)
        apart = ours - saved if name in _FLOATS else clock.between(minute(saved), minute(ours))
        if apart:
            found.append(Difference(activity.code, name, saved, ours, apart))
    return found
