"""Measuring: on one core, in rounds side by side, and within a run by function."""

import gc
import inspect
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 7

Work = Callable[[], object]
Round = Callable[[], float]
"""Prepares and does one round of something, and gives its rate per second."""


def pin() -> set[int]:
    """Keep this process to one core, and give all that it had."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    return cores


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Let this process, and those that it starts meanwhile, use these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def rate(count: int, work: Work) -> float:
    """How many a second, when `work` does `count`."""
    gc.collect()
    start = perf_counter()
    work()
    return count / (perf_counter() - start)


def compare(contenders: Mapping[str, Round], rounds: int = ROUNDS) -> dict[str, float]:
    """The median rate of each contender over rounds in turn, after one that is not counted.

    Whatever else the machine does in a while then falls on all of them.
    """
    rates: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        for name, one_round in contenders.items():
            found = one_round()
            if number:
                rates[name].append(found)
    return {name: median(found) for name, found in rates.items()}


def repeated(count: int, call: Work) -> Round:
    """A round of `count` calls."""

    def work() -> None:
        for _ in range(count):
            call()

    return lambda: rate(count, work)


Places = Mapping[str, Sequence[tuple[Any, str]]]
"""By what they are for: functions, each by the module or class that has it, and its name there."""


class Stopwatch:
    """Adds up, by what functions are for, the time in them but not in others that it times."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._within = [0.0]

    @contextmanager
    def over(self, places: Places) -> Iterator[None]:
        """Time these functions in place."""
        saved = []
        for purpose, functions in places.items():
            for owner, name in functions:
                original = inspect.getattr_static(owner, name)
                saved.append((owner, name, original))
                if isinstance(original, classmethod):
                    setattr(owner, name, classmethod(self._timed(purpose, original.__func__)))
                else:
                    setattr(owner, name, self._timed(purpose, original))
        try:
            yield
        finally:
            for owner, name, original in saved:
                setattr(owner, name, original)

    def _timed(self, purpose: str, function: Callable[..., Any]) -> Callable[..., Any]:
        within = self._within

        def timed(*args: Any, **kwargs: Any) -> Any:
            within.append(0.0)
            start = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                took = perf_counter() - start
                self.seconds[purpose] += took - within.pop()
                within[-1] += took

        return timed


def breakdown(places: Places, count: int, work: Work) -> dict[str, float]:
    """Microseconds for each of the `count` that `work` does: by purpose, the rest, and the sum."""
    watch = Stopwatch()
    gc.collect()
    with watch.over(places):
        start = perf_counter()
        work()
        total = perf_counter() - start
    found = {purpose: watch.seconds[purpose] for purpose in places}
    found |= {"the rest": total - sum(found.values()), "sum": total}
    return {purpose: seconds / count * 1e6 for purpose, seconds in found.items()}
