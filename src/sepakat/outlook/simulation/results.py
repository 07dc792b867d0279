"""What simulated iterations say: quantiles, chances, and cost beside finish."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEVELS = (10, 20, 30, 40, 50, 60, 70, 80, 90)

Samples = NDArray[Any]  # a number for each iteration, in their order


@dataclass(frozen=True, slots=True)
class Result:
    """A simulation's outcome, iteration by iteration. Days are working days from day 0.

    `finish` is that of the activity that ends last, `milestones` those of the activities that were
    asked for, `cost` all that was spent. `criticality` is the share of iterations in which an
    activity exists and drives the finish. `inputs` is the digest of the model.
    """

    seed: int
    iterations: int
    inputs: str
    engine: str
    finish: NDArray[np.float32]
    milestones: Mapping[str, NDArray[np.float32]]
    cost: NDArray[np.float64]
    criticality: Mapping[str, float]

    def digest(self) -> str:
        """SHA-256 of all figures. Who simulates the same model with the same seed gets the same."""
        found = sha256(f"{self.inputs} {self.seed} {self.iterations}\n".encode())
        found.update(self.finish.astype("<f4").tobytes())
        found.update(self.cost.astype("<f8").tobytes())
        for name, samples in self.milestones.items():
            found.update(f"{name}\n".encode() + samples.astype("<f4").tobytes())
        for name, share in self.criticality.items():
            found.update(f"{name} {round(share * self.iterations)}\n".encode())
        return found.hexdigest()


class Point(NamedTuple):
    x: float
    y: float


def quantiles(samples: Samples, levels: Sequence[float] = LEVELS) -> dict[float, float]:
    """The value that each per cent of iterations does not exceed: P10 to P90 unless told.

    The smallest sample of which that holds (Hyndman and Fan 1996, the first), so that a stated
    quantile is one that was simulated.
    """
    found = np.quantile(samples, np.array(levels) / 100, method="inverted_cdf")
    return dict(zip(levels, found.tolist(), strict=True))


def chance(samples: Samples, by: float) -> float:
    """That a milestone is reached by the end of a day, or a cost is not exceeded."""
    return float(np.mean(samples <= by))


def s_curve(samples: Samples, points: int = 101) -> list[Point]:
    """The cumulative distribution: at evenly spaced values, the share of iterations up to each."""
    ordered = np.sort(samples)
    at = np.linspace(ordered[0], ordered[-1], points).astype(ordered.dtype)
    at[-1] = ordered[-1]
    shares = np.searchsorted(ordered, at, side="right") / len(ordered)
    return [Point(x, y) for x, y in zip(at.tolist(), shares.tolist(), strict=True)]


def frontier(
    result: Result, level: float, points: int = 25, milestone: str | None = None
) -> list[Point]:
    """Pairs of a day and the least cost with which both hold in `level` per cent of iterations.

    From the earliest day on which any cost would do, to the last: the line of the scatter along
    which the joint confidence is `level`.
    """
    days = _days(result, milestone)
    order = np.argsort(days, kind="stable")
    need = max(1, int(np.ceil(len(days) * level / 100)))
    counts = sorted({*np.linspace(need, len(days), points).astype(int).tolist()})
    return list(_frontier(days[order], result.cost[order], need, counts))


def _frontier(days: Samples, cost: Samples, need: int, counts: list[int]) -> Iterator[Point]:
    for count in counts:
        least = np.partition(cost[:count], need - 1)[need - 1]
        yield Point(float(days[count - 1]), float(least))


def scatter(result: Result, most: int = 1000, milestone: str | None = None) -> list[Point]:
    """Finish and cost of the first iterations, which are as random as any: enough to draw."""
    days = _days(result, milestone)[:most].tolist()
    return [Point(x, y) for x, y in zip(days, result.cost[:most].tolist(), strict=True)]


def _days(result: Result, milestone: str | None) -> Samples:
    return result.finish if milestone is None else result.milestones[milestone]
