"""A check of a schedule, what it found, and the schedule as checks look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sepakat.outlook.plan.cpm.schedule import Schedule, schedule
from sepakat.outlook.plan.model import Activity, Plan


@dataclass(frozen=True, slots=True)
class Check:
    """`limit` is what the value may reach: at most, or at least where `at_least`. A schedule that
    fails a gating check can be simulated only when someone signs that they know."""

    number: int
    title: str
    limit: float
    unit: str  # "%", a count, or an index
    why: str
    at_least: bool = False
    is_gating: bool = False

    def passes(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Finding:
    """`value` is None where there is nothing to compute it from, and `reason` says what lacks.
    `offenders` are codes of activities, or of links as `A -> B`."""

    check: Check
    value: float | None
    offenders: tuple[str, ...] = ()
    of: int = 0  # how many were looked at
    reason: str = ""

    @property
    def passes(self) -> bool | None:
        """None where it could not be computed: that is no pass."""
        return None if self.value is None else self.check.passes(self.value)


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gating checks that failed, or could not be computed."""
    return tuple(f for f in findings if f.check.is_gating and f.passes is not True)


def share(check: Check, offenders: Iterable[str], of: int, lacking: str) -> Finding:
    """A finding in per cent of what was looked at."""
    found = tuple(offenders)
    if not of:
        return Finding(check, None, reason=lacking)
    return Finding(check, 100 * len(found) / of, found, of)


class Subject:
    """A plan with its dates, and the activities that the checks count."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dates: Schedule = schedule(plan)

    @cached_property
    def work(self) -> list[Activity]:
        """Activities that logic dates: no levels of effort, no hammocks."""
        return [a for a in self.plan.activities if not a.type.is_dated_by_others]

    @cached_property
    def open(self) -> list[Activity]:
        """Those that are not finished."""
        return [a for a in self.work if a.actual_finish is None]

    @cached_property
    def open_tasks(self) -> list[Activity]:
        """Those that are no milestones."""
        return [a for a in self.open if not a.type.is_milestone]

    @property
    def data_date(self) -> datetime | None:
        return self.plan.data_date

    def days(self, activity: Activity, minutes: int) -> float:
        return self.plan.days(activity, minutes)

    def float_days(self, activity: Activity) -> float:
        return self.days(activity, self.dates.by_code[activity.code].total_float)
