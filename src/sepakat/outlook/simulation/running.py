"""Running a simulation: on threads here, or on a cluster. The figures are the same."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sepakat.outlook.simulation.model import Model
from sepakat.record.errors import InvalidError, SepakatError

try:
    import numpy as np
except ImportError as error:
    raise SepakatError(
        "simulating needs the package numpy, which is not installed",
        fix="Install it, with all that it runs fast with: pip install 'sepakat[outlook]'",
    ) from error

from numpy.typing import NDArray

from sepakat.outlook.simulation import reference
from sepakat.outlook.simulation.arrays import Arrays, arrays
from sepakat.outlook.simulation.copula import correlated
from sepakat.outlook.simulation.randoms import LANES, Words, round_keys
from sepakat.outlook.simulation.results import Result

if TYPE_CHECKING:
    from distributed import Client

MAX_ITERATIONS = 1_000_000
MAX_KEPT = 100_000_000  # milestones times iterations: 400 MB
MAX_THREADS = 256
PIECE = 16_384  # iterations that are simulated at once, at most
ROWS = 1 << 22  # NumPy keeps each activity, link and risk of each iteration of a piece

Engine = Literal["numba", "numpy"]
Piece = tuple[int, int]  # the first block, and the number of iterations


class Part(NamedTuple):
    """What the iterations of a piece came to."""

    finish: NDArray[np.float32]
    cost: NDArray[np.float64]
    kept: NDArray[np.float32]
    criticality: NDArray[np.int64]


class Job(NamedTuple):
    """What each piece is simulated from, on any machine."""

    arrays: Arrays
    keys: Words
    engine: Engine


def simulate(
    model: Model,
    *,
    seed: int,
    iterations: int = 10_000,
    milestones: Sequence[str] = (),
    threads: int = 1,
    engine: Engine | None = None,
    cluster: "Client | None" = None,
) -> Result:
    """Simulate the model, and keep the finish of each of `milestones`.

    Neither threads nor cluster nor engine change a bit of the result. Without `engine` it is numba
    where that is installed, and NumPy elsewhere. A cluster (see `cluster.py`) takes the work in
    place of the threads. Raises InvalidError for what is too large, and for an unknown milestone.
    """
    kept = list(dict.fromkeys(milestones))
    _check(iterations, len(kept), threads)
    a = arrays(model, kept)
    job = Job(a, round_keys(seed), engine or ("numba" if find_spec("numba") else "numpy"))
    if cluster is not None:
        from sepakat.outlook.simulation.cluster import spread

        parts = spread(cluster, job, iterations)
    else:
        split = pieces(job, iterations, threads)
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(lambda piece: simulated(job, piece), split))
    critical = np.sum([part.criticality for part in parts], axis=0) / iterations
    ends = np.concatenate([part.kept for part in parts], axis=1)
    return Result(
        seed=seed,
        iterations=iterations,
        inputs=a.digest(),
        engine=job.engine,
        finish=np.concatenate([part.finish for part in parts]),
        milestones=dict(zip(kept, ends, strict=True)),
        cost=np.concatenate([part.cost for part in parts]),
        criticality=dict(zip(model.network.activities, critical.tolist(), strict=True)),
    )


def simulated(job: Job, piece: Piece) -> Part:
    """Simulate the iterations of a piece."""
    a, keys, engine = job
    first, count = piece
    done = Part(
        np.empty(count, dtype=np.float32),
        np.empty(count, dtype=np.float64),
        np.empty((len(a.milestone), count), dtype=np.float32),
        np.zeros(len(a.shape), dtype=np.int64),
    )
    mixed = correlated(a, keys, range(first, first + -(-count // LANES)))
    if engine == "numba":
        kernel = _kernel()
        kernel.run(a, kernel.work(a), keys, mixed, first, *done)
    else:
        reference.run(a, keys, mixed, first, *done)
    return done


def pieces(job: Job, iterations: int, workers: int) -> list[Piece]:
    """All iterations, in pieces of whole blocks that give each worker about as much."""
    size = min(PIECE, -(-iterations // workers))
    if job.engine == "numpy":
        a = job.arrays
        size = min(size, ROWS // (len(a.shape) + len(a.link_from) + len(a.risk_probability)))
    size = max(1, -(-size // LANES)) * LANES
    return [(i // LANES, min(size, iterations - i)) for i in range(0, iterations, size)]


def _check(iterations: int, milestones: int, threads: int) -> None:
    if not 0 < iterations <= MAX_ITERATIONS:
        raise InvalidError(f"{iterations:,} iterations are not from 1 to {MAX_ITERATIONS:,}")
    if milestones * iterations > MAX_KEPT:
        raise InvalidError(
            f"{milestones:,} milestones in {iterations:,} iterations are too much to keep",
            fix=f"Keep fewer: their product may be {MAX_KEPT:,}",
        )
    if not 0 < threads <= MAX_THREADS:
        raise InvalidError(f"{threads} threads are not from 1 to {MAX_THREADS}")


def _kernel() -> Any:
    try:
        from sepakat.outlook.simulation import kernel
    except ImportError as error:
        raise SepakatError(
            "the fast engine needs the package numba, which is not installed",
            fix="Install it: pip install 'sepakat[outlook]'. NumPy gives the same, more slowly",
        ) from error
    return kernel
