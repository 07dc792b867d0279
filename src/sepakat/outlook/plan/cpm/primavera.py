"""Primavera P6's rules, with retained logic.

Nothing that has not begun is dated before the data date. "Start on" and "finish on" give way to
logic; the mandatory constraints break it. A start lies at the beginning of working hours, a finish
at their end; a finish milestone stays where logic puts it. The dates of an activity in progress
are those of what is left of it.
"""

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.cpm.passes import Passes, Step, Tie
from sepakat.outlook.plan.model import ActivityType, ConstraintType


class Primavera(Passes):
    @property
    def _floor(self) -> int:
        return max(self.start, self.data_date)

    def forward(self, step: Step) -> None:
        if step.ended is not None:
            step.early_start = step.early_finish = self._floor
            return
        start = max((self._start_by(tie, step) for tie in step.before), default=self._floor)
        start = max(start, self._floor)
        if step.began is not None:
            step.early_start = step.clock.next_start(start)
            step.early_finish = step.clock.add(step.early_start, step.left)
            return
        finish = None
        for kind, at in step.constraints:
            start, finish = _held(step, kind, at, start, finish)
        start = _next_start(step, start)
        step.early_start = start
        step.early_finish = step.clock.add(start, step.left) if finish is None else finish

    def _start_by(self, tie: Tie, step: Step) -> int:
        """The earliest start that this link allows."""
        before = tie.other
        started = before.early_start if before.began is None else before.began
        finished = before.early_finish if before.ended is None else before.ended
        match tie.type:
            case LinkType.FINISH_START:
                found = tie.later(finished)
            case LinkType.START_START:
                found = tie.later(started) if tie.lag else tie.clock.next_start(started)
            case LinkType.FINISH_FINISH:
                found = max(step.clock.add(tie.later(finished), -step.left), self._floor)
            case LinkType.START_FINISH:
                found = tie.later(step.clock.add(started, -step.left))
        return _next_start(step, found)

    def backward(self, step: Step) -> None:
        end = self.finish if self.must_finish is None else self.must_finish
        open_ = [tie for tie in step.after if tie.other.ended is None and step.ended is None]
        finish = min((self._finish_by(tie, step, end) for tie in open_), default=end)
        if step.ended is None:
            for kind, at in step.constraints:
                finish = _limited(step, kind, at, finish)
            finish = step.clock.previous_finish(finish)
        start = step.clock.add(finish, -step.left)
        if step.type == ActivityType.START_MILESTONE or (
            step.type != ActivityType.FINISH_MILESTONE and step.left
        ):
            start = step.clock.next_start(start)
        step.late_start, step.late_finish = start, finish

    def _finish_by(self, tie: Tie, step: Step, end: int) -> int:
        """The latest finish that this link allows."""
        after = tie.other
        match tie.type:
            case LinkType.FINISH_START:
                found = tie.earlier(after.late_start)
            case LinkType.START_START:
                if step.began is not None:
                    return end
                found = step.clock.next_start(tie.earlier(after.late_start))
                found = step.clock.add(found, step.left)
            case LinkType.FINISH_FINISH:
                found = tie.earlier(after.late_finish)
            case LinkType.START_FINISH:
                if step.began is not None:
                    return end
                found = tie.earlier(step.clock.add(after.late_finish, step.left))
        return step.clock.previous_finish(end) if found > end else found

    def move_late(self) -> None:
        """Move each such activity as late as those after it allow where they stand."""
        for step in reversed(self.steps):
            if not step.is_late or not step.after:
                continue
            room = min(self._room(tie, step) for tie in step.after)
            if room > 0:
                step.early_start = step.clock.next_start(step.clock.add(step.early_start, room))
                step.early_finish = step.clock.add(step.early_start, step.left)

    def _room(self, tie: Tie, step: Step) -> int:
        own, other = {
            LinkType.FINISH_START: (step.early_finish, tie.other.early_start),
            LinkType.START_START: (step.early_start, tie.other.early_start),
            LinkType.FINISH_FINISH: (step.early_finish, tie.other.early_finish),
            LinkType.START_FINISH: (step.early_start, tie.other.early_finish),
        }[tie.type]
        return step.clock.between(tie.later(own), other)


def _next_start(step: Step, at: int) -> int:
    """A finish milestone may lie at the end of working hours."""
    if step.type == ActivityType.FINISH_MILESTONE and step.clock.previous_finish(at) == at:
        return at
    return step.clock.next_start(at)


def _held(
    step: Step, kind: ConstraintType, at: int, start: int, finish: int | None
) -> tuple[int, int | None]:
    """The early start, and the finish where it is held to a date, under a constraint."""
    match kind:
        case ConstraintType.START_NOT_BEFORE:
            return max(start, at), finish
        case ConstraintType.START:
            return max(start, step.clock.next_start(at)), finish
        case ConstraintType.MANDATORY_START:
            return at, None
        case ConstraintType.FINISH_NOT_BEFORE:
            return max(start, step.clock.add(at, -step.left)), finish
        case ConstraintType.FINISH:
            begin = step.clock.add(at, -step.left)
            return (begin, step.clock.previous_finish(at)) if begin > start else (start, finish)
        case ConstraintType.MANDATORY_FINISH:
            return step.clock.add(at, -step.left), at
        case _:
            return start, finish


def _limited(step: Step, kind: ConstraintType, at: int, finish: int) -> int:
    """The late finish under a constraint."""
    match kind:
        case ConstraintType.START | ConstraintType.START_NOT_AFTER if step.began is None:
            return min(finish, step.clock.add(at, step.left))
        case ConstraintType.MANDATORY_START if step.began is None:
            return step.clock.add(at, step.left)
        case ConstraintType.FINISH | ConstraintType.FINISH_NOT_AFTER:
            return min(finish, at)
        case ConstraintType.MANDATORY_FINISH:
            return at
        case _:
            return finish
