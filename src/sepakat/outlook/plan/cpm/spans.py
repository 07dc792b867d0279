"""Dates of what runs as long as others do: levels of effort by links, hammocks by phase."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import minute, moment
from sepakat.outlook.plan.cpm.dates import Dates
from sepakat.outlook.plan.cpm.passes import Passes
from sepakat.outlook.plan.model import Activity, ActivityType, Plan

_Ends = tuple[datetime | None, datetime | None]  # None: nothing says when


def spans(passes: Passes, found: Mapping[str, Dates]) -> dict[str, Dates]:
    """Dates of the levels of effort and hammocks, from those of the activities that logic dates."""
    plan = passes.plan
    dated = [a for a in plan.activities if a.type.is_dated_by_others]
    if not dated:
        return {}
    links = _links(plan)
    phases = _phases(plan, found)
    spanned = {}
    for activity in dated:
        if activity.type == ActivityType.HAMMOCK:
            ends = phases.get(activity.phase, [])
        else:
            ends = [(end, found[code]) for end, code in links[activity.code] if code in found]
        spanned[activity.code] = _dates(activity, ends, passes)
    return spanned


_End = tuple[str, str]  # which of its ends, and which end of the other that is


def _links(plan: Plan) -> dict[str, list[tuple[_End, str]]]:
    links: dict[str, list[tuple[_End, str]]] = {a.code: [] for a in plan.activities}
    of_type = {
        LinkType.FINISH_START: ("finish", "start"),
        LinkType.START_START: ("start", "start"),
        LinkType.FINISH_FINISH: ("finish", "finish"),
        LinkType.START_FINISH: ("start", "finish"),
    }
    for link in plan.links:
        before, after = of_type[link.type]
        links[link.successor].append(((after, before), link.predecessor))
        links[link.predecessor].append(((before, after), link.successor))
    return links


def _phases(plan: Plan, found: Mapping[str, Dates]) -> dict[str, list[tuple[_End, Dates]]]:
    """What lies in each phase and in those under it."""
    parents = {phase.code: phase.parent for phase in plan.phases}
    held: dict[str, list[tuple[_End, Dates]]] = {}
    for code, dates in found.items():
        phase = plan.by_code[code].phase
        while phase:
            held.setdefault(phase, []).extend(
                [(("start", "start"), dates), (("finish", "finish"), dates)]
            )
            phase = parents[phase]
    return held


def _dates(activity: Activity, ends: Iterable[tuple[_End, Dates]], passes: Passes) -> Dates:
    clock = passes.clocks[activity.calendar]
    known = list(ends)
    early = _span("early", known)
    late = _span("late", known)
    start = early[0] or moment(clock.next_start(passes.start))
    finish = early[1] or moment(clock.add(minute(start), activity.left))
    late_start, late_finish = late[0] or start, late[1] or finish
    is_open = activity.actual_finish is None
    return Dates(
        activity.actual_start or start,
        activity.actual_finish or finish,
        start,
        finish,
        late_start,
        late_finish,
        clock.between(minute(finish), minute(late_finish)) if is_open else 0,
        0,
        False,
    )


def _span(which: str, ends: Iterable[tuple[_End, Dates]]) -> _Ends:
    starts: list[datetime] = []
    finishes: list[datetime] = []
    for (own, other), dates in ends:
        (starts if own == "start" else finishes).append(getattr(dates, f"{which}_{other}"))
    return min(starts, default=None), max(finishes, default=None)
