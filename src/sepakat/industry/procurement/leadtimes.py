"""How long a procurement took from stage to stage, against its targets, and what held it up.

A stage is reached by what was said of some object, such as an offer's opening; where several
objects reach it, as with lots, with the last of them. What holds it up is said with its reason:
something is sent back, suspended, annulled, declined.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Any, Final

from sepakat.industry.procurement.stages import STAGES
from sepakat.record.statement import Statement

# By kind and action: the stage that is reached with it.
REACHES: Final[Mapping[tuple[str, str], str]] = {
    ("need", "state"): "need",
    ("requirement", "approve"): "requirements",
    ("procurement_strategy", "approve"): "strategy",
    ("tender", "publish"): "tender",
    ("tender", "close"): "closing",
    ("opening", "record"): "opening",
    ("evaluation", "approve"): "evaluation",
    ("award", "approve"): "approval",
    ("award_notice", "publish"): "award",
    ("contract", "sign"): "contract",
    ("acceptance", "accept"): "acceptance",
    ("payment", "pay"): "payment",
    ("contract", "complete"): "completion",
    ("need", "close"): "closure",
}
# By kind and action: the stage that comes later for it, or is to be reached anew.
HOLDS_UP: Final[Mapping[tuple[str, str], str]] = {
    ("need", "send_back"): "requirements",
    ("procurement_strategy", "send_back"): "strategy",
    ("tender", "amend"): "closing",
    ("tender", "suspend"): "closing",
    ("tender", "suspend_evaluation"): "evaluation",
    ("score_sheet", "void"): "evaluation",
    ("evaluation", "send_back"): "evaluation",
    ("negotiation", "decline"): "approval",
    ("negotiation", "break_off"): "approval",
    ("award", "send_back"): "approval",
    ("award", "annul"): "approval",
    ("award_notice", "annul"): "award",
    ("contract", "decline"): "contract",
    ("contract", "suspend"): "acceptance",
    ("acceptance", "reject"): "acceptance",
    ("payment", "contest"): "payment",
}
# After these there is no next stage to wait for.
ENDS: Final = frozenset({("need", "withdraw"), ("need", "close"), ("tender", "terminate")})

ACTIONS: Final = frozenset((*REACHES, *HOLDS_UP, *ENDS))
KINDS: Final = tuple(dict.fromkeys(kind for kind, _action in (*REACHES, *HOLDS_UP)))


@dataclass(frozen=True, slots=True)
class Event:
    """That a stage was reached: when (RFC 3339, in UTC), by which object, in which statement."""

    stage: str
    at: str
    object: str
    digest: str


@dataclass(frozen=True, slots=True)
class Return:
    """What held a stage up, or undid it, and why."""

    stage: str
    action: str
    reason: str
    at: str
    object: str
    digest: str


@dataclass(frozen=True, slots=True)
class Story:
    """What was said of one procurement; `ended` is when it was over, if it is."""

    events: tuple[Event, ...]
    returns: tuple[Return, ...]
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """The time from one stage to another that comes after it.

    `days` are whole days between the two days in UTC; below 0 where the later stage was reached
    before the other, such as with requirements that were stated for an earlier need. An open one
    counts until today, has no `event`, and may still end. `returns` held the later stage up, or one
    between the two.
    """

    start: str
    stage: str
    days: int
    target: int | None
    event: Event | None
    returns: tuple[Return, ...]

    @property
    def is_open(self) -> bool:
        return self.event is None

    @property
    def late(self) -> bool:
        return self.target is not None and self.days > self.target


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """From each stage to the next that was reached, the open one last; and between every two."""

    steps: tuple[Lead, ...]
    every: tuple[Lead, ...]

    @property
    def open(self) -> Lead | None:
        return self.steps[-1] if self.steps and self.steps[-1].is_open else None

    @property
    def late(self) -> tuple[Lead, ...]:
        return tuple(step for step in self.steps if step.late)


def story(said: Iterable[tuple[str, Statement]]) -> Story:
    """From the digests and statements of one procurement that stand; all others are passed over."""
    events, returns, ended = [], [], None
    for digest, one in sorted(said, key=lambda pair: pair[1].at):
        key, place = (one.kind, one.action), (one.at, one.object, digest)
        if stage := REACHES.get(key):
            events.append(Event(stage, *place))
        if stage := HOLDS_UP.get(key):
            reason = str(one.body.get("reason", ""))
            returns.append(Return(stage, one.action, reason, *place))
        if key in ENDS:
            ended = one.at
    return Story(tuple(events), tuple(returns), ended)


def targets_of(strategy: Mapping[str, Any]) -> dict[str, int]:
    """A strategy's targets, by stage."""
    return {row["stage"]: row["days"] for row in strategy.get("targets", ())}


def lead_times(told: Story, targets: Mapping[str, int], today: date) -> LeadTimes:
    """The lead times on a day. `targets` are days from the stage before, by stage."""
    reached = _reached(told)
    order = [stage for stage in STAGES if stage in reached]
    after = _next(order) if not told.ended else None
    ends: dict[str, Event | None] = dict(reached)
    if after:
        ends[after] = None
        order.append(after)

    def lead(start: str, stage: str) -> Lead:
        begun, end = reached[start], ends[stage]
        until = date.fromisoformat(end.at[:10]) if end else today
        days = (until - date.fromisoformat(begun.at[:10])).days
        between = _between(start, stage)
        held = tuple(one for one in told.returns if one.stage in between)
        return Lead(start, stage, days, _target(between, targets), end, held)

    return LeadTimes(
        tuple(lead(*pair) for pair in pairwise(order)),
        tuple(lead(*pair) for pair in combinations(order, 2)),
    )


def _reached(told: Story) -> dict[str, Event]:
    """The last event of each stage, without those that the same object took back."""
    undone = {(one.object, one.stage, one.at) for one in told.returns}
    return {
        event.stage: event
        for event in sorted(told.events, key=lambda event: event.at)
        if not any(
            (thing, stage) == (event.object, event.stage) and at >= event.at
            for thing, stage, at in undone
        )
    }


def _next(order: Sequence[str]) -> str | None:
    """The stage after the last that was reached."""
    if not order or order[-1] == STAGES[-1]:
        return None
    return STAGES[STAGES.index(order[-1]) + 1]


def _between(start: str, stage: str) -> tuple[str, ...]:
    """The stages after one, up to another."""
    return STAGES[STAGES.index(start) + 1 : STAGES.index(stage) + 1]


def _target(stages: Sequence[str], targets: Mapping[str, int]) -> int | None:
    """What the stages may take together; none where one of them has no target."""
    if any(stage not in targets for stage in stages):
        return None
    return sum(targets[stage] for stage in stages)
