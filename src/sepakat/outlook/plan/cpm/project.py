"""Microsoft Project's rules, where tasks honour their constraint dates.

A constraint's date holds against logic, on both passes; so float can fall below 0. A milestone may
lie at the end of working hours. What has begun keeps its actual start and its duration from there.
"""

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import minute
from sepakat.outlook.plan.cpm.passes import Passes, Step, Tie
from sepakat.outlook.plan.model import ConstraintType


class Project(Passes):
    _is_second = False  # whether the late dates are known

    def forward(self, step: Step) -> None:
        if step.began is not None:
            step.early_start = step.began
            step.early_finish = (
                step.clock.add(step.began, step.duration) if step.ended is None else step.ended
            )
            return
        start = max(
            (self._start_by(tie, step) for tie in step.before),
            default=self._next_start(step, self.start),
        )
        start = self._next_start(step, start)
        finish = None
        for kind, at in step.constraints:
            start, finish = _held(step, kind, at, start, finish)
        step.early_start = start
        step.early_finish = step.clock.add(start, step.duration) if finish is None else finish

    def _start_by(self, tie: Tie, step: Step) -> int:
        """The earliest start that this link allows."""
        before = tie.other
        is_late = self._is_second and before.is_late
        started = before.late_start if is_late else before.early_start
        finished = before.late_finish if is_late else before.early_finish
        match tie.type:
            case LinkType.FINISH_START:
                found = tie.later(finished)
            case LinkType.START_START:
                found = tie.later(started)
            case LinkType.FINISH_FINISH:
                found = tie.later(step.clock.add(finished, -step.left))
            case LinkType.START_FINISH:
                found = tie.later(step.clock.add(started, -step.left))
        return max(found, self.start)

    def _next_start(self, step: Step, at: int) -> int:
        if step.type.is_milestone and step.clock.previous_finish(at) == at:
            return at
        return step.clock.next_start(at)

    def backward(self, step: Step) -> None:
        if step.ended is not None:
            step.late_finish = step.ended
            step.late_start = step.began if step.began is not None else step.ended
            return
        open_ = [tie for tie in step.after if tie.other.ended is None]
        finish = min((self._finish_by(tie, step) for tie in open_), default=self.finish)
        for kind, at in step.constraints:
            finish = _limited(step, kind, at, finish)
        if step.activity.deadline is not None:
            finish = min(finish, minute(step.activity.deadline))
        step.late_finish = step.clock.previous_finish(finish)
        step.late_start = step.clock.add(step.late_finish, -step.left)

    def _finish_by(self, tie: Tie, step: Step) -> int:
        """The latest finish that this link allows."""
        after = tie.other
        match tie.type:
            case LinkType.FINISH_START:
                found = tie.earlier(after.late_start)
            case LinkType.START_START:
                if step.began is not None:
                    return self.finish
                found = tie.earlier(step.clock.next_start(after.late_start))
                found = step.clock.add(found, step.duration)
            case LinkType.FINISH_FINISH:
                found = tie.earlier(after.late_finish)
            case LinkType.START_FINISH:
                found = tie.earlier(step.clock.add(after.late_finish, step.duration))
        return min(found, self.finish)

    def move_late(self) -> None:
        """Date what follows on the late dates of what is to happen late."""
        self._is_second = True
        for step in self.steps:
            self.forward(step)


def _held(
    step: Step, kind: ConstraintType, at: int, start: int, finish: int | None
) -> tuple[int, int | None]:
    """The early start, and the finish where it is held to a date, under a constraint."""
    match kind:
        case ConstraintType.START_NOT_BEFORE:
            return max(start, at), finish
        case ConstraintType.START_NOT_AFTER:
            return min(start, at), finish
        case ConstraintType.START | ConstraintType.MANDATORY_START:
            return at, finish
        case ConstraintType.FINISH_NOT_BEFORE:
            return max(start, step.clock.add(at, -step.duration)), finish
        case ConstraintType.FINISH_NOT_AFTER:
            return min(start, step.clock.add(at, -step.duration)), finish
        case ConstraintType.FINISH | ConstraintType.MANDATORY_FINISH:
            return step.clock.add(at, -step.duration), at
        case ConstraintType.LATE:
            return start, finish


def _limited(step: Step, kind: ConstraintType, at: int, finish: int) -> int:
    """The late finish under a constraint."""
    match kind:
        case ConstraintType.START | ConstraintType.MANDATORY_START:
            return step.clock.add(at, step.duration)
        case ConstraintType.FINISH | ConstraintType.MANDATORY_FINISH:
            return at
        case ConstraintType.START_NOT_AFTER:
            return min(finish, step.clock.add(at, step.duration))
        case ConstraintType.FINISH_NOT_AFTER:
            return min(finish, at)
        case _:
            return finish
