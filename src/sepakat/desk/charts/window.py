"""Which rows of a long plan are looked at: searched, filtered, in order, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

MAX_ROWS = 200  # of one window: what one drawing may hold

Order = Literal["start", "criticality"]


@dataclass(frozen=True, slots=True)
class Activity:
    """A row of a plan: when it is planned, and by when half, or 80 %, of simulations end it.

    Days are whole: an activity holds its first and its last. `group` is its phase; `criticality`
    the share of simulations in which it drives the finish, from 0 to 1, where that is known. A
    milestone stands at the end of its `finish`.
    """

    name: str
    group: str
    start: date
    finish: date
    p50: date | None = None
    p80: date | None = None
    criticality: float | None = None
    milestone: bool = False
    done: bool = False


@dataclass(frozen=True)
class Window:
    """The rows of one page, which page of how many it is, and how many rows were found of all.

    `groups` are all the phases there are, in the order in which they begin. `grouped` is true where
    the rows stand phase by phase.
    """

    rows: tuple[Activity, ...]
    page: int
    pages: int
    found: int
    total: int
    groups: tuple[str, ...]
    grouped: bool


def window(
    activities: Sequence[Activity],
    *,
    search: str = "",
    group: str | None = None,
    order: Order = "start",
    page: int = 1,
    size: int = 100,
) -> Window:
    """One page of those that hold all words of a search and are of a group.

    Ordered by `start`, phases follow one another as they begin; by `criticality`, the most critical
    comes first, whatever its phase. A page beyond the last one is the last one.
    """
    words = search.casefold().split()
    found = [
        activity
        for activity in activities
        if (group is None or activity.group == group)
        and all(word in activity.name.casefold() for word in words)
    ]
    groups = _groups(activities)
    if order == "start":
        place = {name: number for number, name in enumerate(groups)}
        found.sort(key=lambda a: (place[a.group], a.start, a.finish, a.name))
    else:
        found.sort(key=lambda a: (-(a.criticality or 0.0), a.start, a.finish, a.name))
    size = min(max(size, 1), MAX_ROWS)
    pages = max(-(-len(found) // size), 1)
    page = min(max(page, 1), pages)
    rows = tuple(found[(page - 1) * size : page * size])
    return Window(rows, page, pages, len(found), len(activities), groups, order == "start")


def _groups(activities: Sequence[Activity]) -> tuple[str, ...]:
    first: dict[str, date] = {}
    for activity in activities:
        known = first.setdefault(activity.group, activity.start)
        first[activity.group] = min(known, activity.start)
    return tuple(sorted(first, key=lambda name: (first[name], name)))
