"""What both tools' rules share: the order, the clocks, the links, and the two passes."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from sepakat.outlook.network import Link, LinkType, network
from sepakat.outlook.plan.calendars import Clock, Continuous, clocks, minute
from sepakat.outlook.plan.model import (
    Activity,
    ActivityType,
    Constraint,
    ConstraintType,
    LagCalendar,
    Plan,
)


@dataclass(frozen=True, slots=True, eq=False)
class Tie:
    """A link as a pass sees it: the other end, and the lag by its clock."""

    other: "Step"
    type: LinkType
    lag: int
    clock: Clock | Continuous

    def later(self, at: int) -> int:
        return self.clock.add(at, self.lag)

    def earlier(self, at: int) -> int:
        return self.clock.add(at, -self.lag)


@dataclass(slots=True, eq=False)
class Step:
    """An activity on its way through the passes. Instants are minutes since 1970."""

    activity: Activity
    clock: Clock
    duration: int
    left: int
    began: int | None
    ended: int | None
    type: ActivityType
    constraints: tuple[tuple[ConstraintType, int], ...]
    before: list[Tie] = field(default_factory=list)
    after: list[Tie] = field(default_factory=list)
    early_start: int = 0
    early_finish: int = 0
    late_start: int = 0
    late_finish: int = 0

    @property
    def is_late(self) -> bool:
        """Whether it is to happen as late as possible, and still may."""
        return self.began is None and any(
            kind == ConstraintType.LATE for kind, _ in self.constraints
        )


class Passes(ABC):
    """The steps of a plan in their order, and its beginning and end."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.start = minute(plan.start)
        self.data_date = minute(plan.data_date) if plan.data_date else self.start
        self.must_finish = minute(plan.must_finish) if plan.must_finish else None
        self.finish = self.start
        around = plan.start.date()
        used = {activity.calendar for activity in plan.activities} | {plan.own_calendar.code}
        self.clocks = clocks((c for c in plan.calendars if c.code in used), around)
        self._continuous = Continuous()
        self.steps = self._in_order()

    def run(self) -> None:
        for step in self.steps:
            self.forward(step)
        self.finish = max((step.early_finish for step in self.steps), default=self.start)
        for step in reversed(self.steps):
            self.backward(step)
        if any(step.is_late for step in self.steps):
            self.move_late()

    @abstractmethod
    def forward(self, step: Step) -> None:
        """Give the step its early dates, from those before it."""

    @abstractmethod
    def backward(self, step: Step) -> None:
        """Give the step its late dates, from those after it."""

    @abstractmethod
    def move_late(self) -> None:
        """Move what is to happen as late as possible."""

    def _in_order(self) -> list[Step]:
        dated = {a.code: a for a in self.plan.activities if not a.type.is_dated_by_others}
        links = [
            link
            for link in self.plan.links
            if link.predecessor in dated and link.successor in dated
        ]
        order = network(
            dict.fromkeys(dated, 0.0), [Link(a.predecessor, a.successor) for a in links]
        ).activities
        steps = {code: self._step(dated[code]) for code in order}
        for link in links:
            before, after = steps[link.predecessor], steps[link.successor]
            clock = self._lag_clock(before, after, link.elapsed)
            after.before.append(Tie(before, link.type, link.lag, clock))
            before.after.append(Tie(after, link.type, link.lag, clock))
        return list(steps.values())

    def _step(self, activity: Activity) -> Step:
        given = (activity.constraint, activity.second_constraint)
        began, ended = activity.actual_start, activity.actual_finish
        return Step(
            activity,
            self.clocks[activity.calendar],
            activity.duration,
            activity.left,
            None if began is None else minute(began),
            None if ended is None else minute(ended),
            activity.type,
            tuple((c.type, _at(c)) for c in given if c is not None),
        )

    def _lag_clock(self, before: Step, after: Step, elapsed: bool) -> Clock | Continuous:
        if elapsed:
            return self._continuous
        match self.plan.lag_calendar:
            case LagCalendar.PREDECESSOR:
                return before.clock
            case LagCalendar.SUCCESSOR:
                return after.clock
            case LagCalendar.PROJECT:
                return self.clocks[self.plan.own_calendar.code]
            case LagCalendar.ELAPSED:
                return self._continuous


def _at(constraint: Constraint) -> int:
    return 0 if constraint.date is None else minute(constraint.date)
