"""What is to be levelled, in whole numbers, and what follows from the links alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sepakat.outlook.network import LinkType, Network
from sepakat.outlook.options.result import Conflict
from sepakat.record.errors import InvalidError

MAX_FIGURE = 10**6  # units, days or weight
MAX_CELLS = 20_000_000  # days times resources, in the genetic search's table
MAX_COST = 2**61  # what 64 bits hold


@dataclass(frozen=True, slots=True)
class Levelling:
    """What is to be levelled. Days count from 0, and an activity of 3 days from day 4 ends on 7.

    `demands` gives the units of each resource that an activity holds while it runs, `capacities`
    the units that there are on any day. `earliest` and `latest` are days on which an activity may
    start first, and must be finished. With `weights` the sum of each finish times its weight is
    minimised, as for the last activities of several projects; without, the finish of all.
    """

    network: Network
    demands: Mapping[str, Mapping[str, int]]
    capacities: Mapping[str, int]
    earliest: Mapping[str, int] = field(default_factory=dict)
    latest: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)


class Model:
    """The problem in whole numbers: what both engines read."""

    def __init__(self, problem: Levelling) -> None:
        _check(problem)
        net = problem.network
        self.names = net.activities
        self.resources = sorted(problem.capacities)
        self.duration = [int(duration) for duration in net.durations]
        self.demand = [
            [problem.demands.get(name, {}).get(resource, 0) for resource in self.resources]
            for name in self.names
        ]
        self.capacity = [problem.capacities[resource] for resource in self.resources]
        self.earliest = [problem.earliest.get(name, 0) for name in self.names]
        self.weight = [problem.weights.get(name, 0) for name in self.names]
        self.links = [
            (a, b, _delta(kind, int(lag), self.duration[a], self.duration[b]))
            for a, b, kind, lag in net.links
        ]
        self.horizon = self._horizon()
        self.latest = [problem.latest.get(name, self.horizon) for name in self.names]
        self.head, self.tail = self._paths()
        self.least = self._least()
        self.impossible = self._impossible()

    def _horizon(self) -> int:
        """A day by which the serial scheme is always done, forwards and backwards: until then,
        some activity runs, or waits for a link or its earliest day alone."""
        into, out_of = [0] * len(self.names), [0] * len(self.names)
        for a, b, delta in self.links:
            into[b] = max(into[b], delta)
            out_of[a] = max(out_of[a], delta + self.duration[b] - self.duration[a])
        work = sum(self.duration) + max(sum(into), sum(out_of))
        days = max(self.earliest, default=0) + work + 1
        if days * max(1, len(self.resources)) > MAX_CELLS:
            raise InvalidError(
                f"a plan of up to {days:,} days with {len(self.resources)} resources is too long",
                fix="Level in weeks, or fewer projects at once",
            )
        if max(1, sum(self.weight)) * days * days * len(self.names) > MAX_COST:
            raise InvalidError("the weights are too large", fix="Divide them by a common number")
        return days

    def _paths(self) -> tuple[list[int], list[int]]:
        """By the links alone: each activity's first start, and the least days from its start to
        the finish of all that waits for it."""
        head, tail = list(self.earliest), list(self.duration)
        for a, b, delta in self.links:
            head[b] = max(head[b], head[a] + delta)
        for a, b, delta in sorted(self.links, reverse=True):
            tail[a] = max(tail[a], tail[b] + delta)
        return head, tail

    def _least(self) -> int:
        finishes = [h + d for h, d in zip(self.head, self.duration, strict=True)]
        if any(self.weight):
            return sum(w * finish for w, finish in zip(self.weight, finishes, strict=True))
        return max([*finishes, *map(self._busy, range(len(self.resources)))], default=0)

    def _busy(self, resource: int) -> int:
        """The day before which a resource cannot have done all its work."""
        users = [i for i in range(len(self.names)) if self.demand[i][resource] * self.duration[i]]
        if not users or not self.capacity[resource]:
            return 0
        work = sum(self.demand[i][resource] * self.duration[i] for i in users)
        first = min(self.head[i] for i in users)
        rest = min(self.tail[i] - self.duration[i] for i in users)
        return first - (-work // self.capacity[resource]) + max(0, rest)

    def _impossible(self) -> tuple[Conflict, ...]:
        short = [
            Conflict("capacity", f"{name}: {resource}", units - there)
            for name, demand, duration in zip(self.names, self.demand, self.duration, strict=True)
            for resource, units, there in zip(self.resources, demand, self.capacity, strict=True)
            if duration and units > there
        ]
        return (*short, *self.late(self.head))

    def late(self, starts: Sequence[int]) -> tuple[Conflict, ...]:
        return tuple(
            Conflict("latest", name, start + duration - latest)
            for name, start, duration, latest in zip(
                self.names, starts, self.duration, self.latest, strict=True
            )
            if start + duration > latest
        )

    def named(self, starts: Sequence[int]) -> dict[str, int]:
        return dict(zip(self.names, map(int, starts), strict=True))

    def objective(self, starts: Sequence[int]) -> int:
        finishes = [s + d for s, d in zip(starts, self.duration, strict=True)]
        if any(self.weight):
            return sum(w * finish for w, finish in zip(self.weight, finishes, strict=True))
        return max(finishes, default=0)


def _delta(kind: LinkType, lag: int, predecessor: int, successor: int) -> int:
    """The days from the predecessor's start after which the successor may start."""
    from_finish = kind in (LinkType.FINISH_START, LinkType.FINISH_FINISH)
    to_finish = kind in (LinkType.FINISH_FINISH, LinkType.START_FINISH)
    return lag + predecessor * from_finish - successor * to_finish


def _check(problem: Levelling) -> None:
    net, names = problem.network, set(problem.network.activities)
    for name, duration in zip(net.activities, net.durations, strict=True):
        _check_whole(duration, name)
    for a, b, _, lag in net.links:
        _check_whole(lag, f"{net.activities[a]} -> {net.activities[b]}")
    for what in (problem.demands, problem.earliest, problem.latest, problem.weights):
        for name in what:
            if name not in names:
                raise InvalidError(f"there is no activity {name!r}")
    for name, demand in problem.demands.items():
        for resource in demand:
            if resource not in problem.capacities:
                raise InvalidError(f"there is no resource {resource!r}", where=name)
        _check_figures(demand, name)
    for figures in (problem.capacities, problem.earliest, problem.latest, problem.weights):
        _check_figures(figures)


def _check_whole(days: float, where: str) -> None:
    if not float(days).is_integer() or abs(days) > MAX_FIGURE:
        raise InvalidError(
            f"{days} is no whole number of days, or too large",
            where=where,
            fix="Round it up, or level in another unit",
        )


def _check_figures(figures: Mapping[str, int], where: str = "") -> None:
    for name, figure in figures.items():
        if not 0 <= figure <= MAX_FIGURE:
            raise InvalidError(
                f"{figure} is not between 0 and {MAX_FIGURE:,}",
                where=f"{where}: {name}" if where else name,
                fix="Give a number in that range; what never runs short need not be named",
            )
