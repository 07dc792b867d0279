"""Activities and the links between them: what schedules and simulations are computed on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from sepakat.record.errors import InvalidError

MAX_ACTIVITIES = 100_000
MAX_LINKS = 1_000_000


class LinkType(IntEnum):
    """Which end of the successor waits for which end of the predecessor."""

    FINISH_START = 0
    START_START = 1
    FINISH_FINISH = 2
    START_FINISH = 3


class Link(NamedTuple):
    """`lag` is in working days, and may be below 0: a lead."""

    predecessor: str
    successor: str
    type: LinkType = LinkType.FINISH_START
    lag: float = 0.0


@dataclass(frozen=True, slots=True)
class Network:
    """Activities with their durations in working days, in an order in which no link runs back.

    `links` are indices into `activities`, sorted by successor and then by predecessor, so that one
    pass from front to back gives the early dates, and one from back to front the late ones.
    """

    activities: tuple[str, ...]
    durations: tuple[float, ...]
    links: tuple[tuple[int, int, LinkType, float], ...]  # predecessor, successor, type, lag

    def index(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.activities)}


def network(durations: Mapping[str, float], links: Iterable[Link]) -> Network:
    """A network of the activities in `durations`. The order is the same for the same input.

    Raises InvalidError for an unknown activity, a link to itself, a cycle (which it names), a
    duration below 0, and more than 100,000 activities or 1,000,000 links.
    """
    given = list(links)
    if len(durations) > MAX_ACTIVITIES or len(given) > MAX_LINKS:
        raise InvalidError(
            f"{len(durations):,} activities with {len(given):,} links are too many",
            fix=f"A network has at most {MAX_ACTIVITIES:,} and {MAX_LINKS:,}",
        )
    for name, duration in durations.items():
        if not 0 <= duration < float("inf"):
            raise InvalidError(f"the duration {duration} is no number of days", where=name)
    for link in given:
        _check_link(link, durations)
    order = _order(durations, given)
    place = {name: index for index, name in enumerate(order)}
    indexed = sorted((place[a], place[b], kind, lag) for a, b, kind, lag in given)
    return Network(
        tuple(order),
        tuple(float(durations[name]) for name in order),
        tuple(sorted(indexed, key=lambda link: (link[1], link[0]))),
    )


def _check_link(link: Link, durations: Mapping[str, float]) -> None:
    where = f"{link.predecessor} -> {link.successor}"
    for name in (link.predecessor, link.successor):
        if name not in durations:
            raise InvalidError(f"there is no activity {name!r}", where=where)
    if link.predecessor == link.successor:
        raise InvalidError(
            "an activity cannot wait for itself", where=where, fix="Remove the link from the plan"
        )
    if not -float("inf") < link.lag < float("inf"):
        raise InvalidError(f"the lag {link.lag} is no number of days", where=where)


def _order(durations: Mapping[str, float], links: Sequence[Link]) -> list[str]:
    waits: dict[str, list[str]] = {name: [] for name in durations}
    for link in links:
        waits[link.successor].append(link.predecessor)
    try:
        return list(TopologicalSorter(waits).static_order())
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        raise InvalidError(
            "activities wait for one another in a circle",
            where=cycle,
            fix="Remove one of the links",
        ) from error
