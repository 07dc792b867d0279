"""The genetic search over a problem, until the time is up or the bound is reached."""

from collections.abc import Sequence
from threading import Event, Lock
from time import monotonic
from typing import Any
from zlib import crc32

import numpy as np

from sepakat.outlook.options.genetic import Ints, Population, Tasks, Waits, evolve
from sepakat.outlook.options.problem import Model

MEMBERS = 300
CHUNK = 20_000  # activities placed in one child each, before the clock is read again


class Search:
    """The genetic search, the best starts that either engine found, and the bound proved."""

    def __init__(self, model: Model, seed: int) -> None:
        self._model, self._seed = model, seed
        self.stopped = Event()
        self.objective: int | None = None
        self.bound = model.least
        self.starts: Sequence[int] = ()  # those least late, while there are none in time
        self._least_cost: int | None = None
        self._tasks, self._before, self._after = _arrays(model)
        self._population = self._people()
        self._lock = Lock()

    def compile(self) -> None:
        self._evolve(self._people(), self._table(), 0, self._seed)

    def is_done(self) -> bool:
        return self.objective is not None and self.objective <= self.bound

    def run(self, until: float, most: int | None = None, island: int = 0) -> None:
        """Search until then, until stopped, or for so many children. Islands are independent."""
        population = self._people() if island else self._population
        table = self._table()
        at_once = max(1, min(most or CHUNK, CHUNK // len(self._model.names)))
        made = 0
        while not (self.stopped.is_set() or self.is_done()):
            place = (island, bool(most), made)
            self._evolve(population, table, at_once, crc32(repr((self._seed, place)).encode()))
            made += at_once
            self._take(population)
            if (most and made >= most) or monotonic() > until:
                return

    def offer(self, starts: Sequence[int]) -> None:
        """Keep these starts, which miss no latest finish, if none better are known."""
        objective = self._model.objective(starts)
        with self._lock:
            if self.objective is None or objective < self.objective:
                self.starts, self.objective = tuple(starts), objective

    def _take(self, population: Population) -> None:
        cost, starts = int(population.state[1]), population.best.tolist()
        if not self._model.late(starts):
            self.offer(starts)
            return
        with self._lock:
            is_better = self._least_cost is None or cost < self._least_cost
            if self.objective is None and is_better:
                self._least_cost, self.starts = cost, starts

    def _evolve(self, population: Population, table: Ints, children: int, seed: int) -> None:
        # The latest finish that the links allow comes first.
        tail = np.array(self._model.tail, np.float64)
        rule = tail.max() - tail + np.array(self._model.duration) + 1
        arrays = (self._tasks, self._before, self._after)
        evolve(*arrays, rule, table, population, children, seed)

    def _people(self) -> Population:
        count = len(self._model.names)
        lists = np.zeros((MEMBERS, count), np.int64)
        state = np.array([0, 2**62], np.int64)
        return Population(lists, np.zeros(MEMBERS, np.int64), np.zeros(count, np.int64), state)

    def _table(self) -> Ints:
        return np.zeros((self._model.horizon + 1, len(self._model.resources)), np.int64)


def _arrays(model: Model) -> tuple[Tasks, Waits, Waits]:
    def ints(values: Sequence[Any]) -> Ints:
        return np.array(values, np.int64)

    def waits(links: Sequence[tuple[int, int, int]]) -> Waits:
        """Links as (who waits, for whom, how long after its start)."""
        ordered = sorted(links)
        waiting, others, deltas = (ints([link[k] for link in ordered]) for k in range(3))
        first = np.searchsorted(waiting, np.arange(len(model.names) + 1))
        return Waits(first.astype(np.int64), others, deltas)

    size = (len(model.names), len(model.resources))
    penalty = max(1, sum(model.weight)) * (model.horizon + 1)
    tasks = Tasks(
        ints(model.duration), ints(model.demand).reshape(size), ints(model.capacity),
        ints(model.earliest), ints(model.latest), ints(model.weight), penalty,
    )  # fmt: skip
    d = model.duration
    forwards = waits([(b, a, delta) for a, b, delta in model.links])
    # Seen from the end: days from an activity's finish to the plan's are its start.
    backwards = waits([(a, b, delta + d[b] - d[a]) for a, b, delta in model.links])
    return tasks, forwards, backwards
