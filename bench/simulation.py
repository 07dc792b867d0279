"""Simulations: activity-samples a second, beside plainer ways to the same and what memory allows.

An activity-sample is one activity in one iteration: its duration sampled, its dates worked out, and
whether it is critical. Only Sepakat says the last. The peer is named in each row: a loop over
networkx, and mcerp, whose numbers are arrays of samples.
"""

import random
from collections.abc import Callable
from functools import partial

import mcerp
import networkx
import numpy as np
from mcerp import umath

from bench import timing
from bench.table import Row, Section
from sepakat.outlook.network import Link, network
from sepakat.outlook.simulation.arrays import arrays
from sepakat.outlook.simulation.model import Cost, Model, Risk, Triangular
from sepakat.outlook.simulation.randoms import round_keys
from sepakat.outlook.simulation.running import Engine, Job, simulate, simulated

SIZES = 100, 1_000, 10_000  # activities
ITERATIONS = 10_000
LINKS = 2  # before each activity, of the forty before it; some are drawn twice
ROUNDS = 5
FEW = 20_000  # activity-samples in a round of what is slow
POINTS = 8, 10, 15
MILLION = 1e6


def rates(cores: set[int]) -> Section:
    """One section: millions of activity-samples a second."""
    copied = _copied()
    rows = [_size(count, copied) for count in SIZES]
    model = _model(1_000)
    rows += [_mcerp(), *_more(model)]
    with timing.on_cores(cores):
        rows += _threads(model, len(cores))
    memory = Row("memory: bytes copied", parts=copied / MILLION)
    return Section("Simulation, million activity-samples per second", [*rows, memory])


def _size(count: int, copied: float) -> Row:
    model = _model(count)
    size = count * ITERATIONS
    took = timing.compare(
        {
            "ours": partial(timing.rate, size, _whole(model)),
            "numpy": partial(timing.rate, size, lambda: _rows(model)),
        },
        ROUNDS,
    )
    loops = max(1, FEW // count)
    looped = timing.compare({"": partial(timing.rate, count * loops, _looping(model, loops))}, 3)
    return Row(
        f"{count:,} activities (sketch: NumPy rows; parts: memory; peer: networkx)",
        took["ours"] / MILLION,
        took["numpy"] / MILLION,
        copied / 4 / MILLION,  # each float32 written once, and read once
        looped[""] / MILLION,
    )


def _mcerp() -> Row:
    model = _model(SIZES[0])
    mcerp.npts = ITERATIONS
    size = SIZES[0] * ITERATIONS
    took = timing.compare(
        {
            "ours": partial(timing.rate, size, _whole(model)),
            "peer": partial(timing.rate, size, lambda: _uncertain(model)),
        },
        3,
    )
    name = f"{SIZES[0]:,} activities (peer: mcerp)"
    return Row(name, took["ours"] / MILLION, peer=took["peer"] / MILLION)


def _more(model: Model) -> list[Row]:
    names = model.network.activities
    rich = Model(
        model.network,
        uncertainty=model.uncertainty,
        risks=tuple(
            Risk(f"risk {n}", 0.3, names[20 * n : 20 * n + 40], factor=Triangular(1, 1.2, 2))
            for n in range(40)
        ),
        costs={name: Cost(Triangular(50, 60, 90), 2) for name in names},
    )
    size = len(names) * ITERATIONS
    took = timing.compare(
        {
            "with 40 risks and all costs": partial(timing.rate, size, _whole(rich)),
            "from the model to the result": partial(
                timing.rate, size, lambda: simulate(model, seed=1, iterations=ITERATIONS)
            ),
            "the same bits, by NumPy": partial(timing.rate, size, _whole(model, "numpy")),
        },
        3,
    )
    return [Row(f"{len(names):,}, {name}", found / MILLION) for name, found in took.items()]


def _threads(model: Model, cores: int) -> list[Row]:
    numbers = [n for n in (1, 2, 4, 8, 16) if n <= cores]
    iterations = 8 * ITERATIONS
    size = len(model.network.activities) * iterations
    took = timing.compare(
        {
            str(n): partial(
                timing.rate,
                size,
                partial(simulate, model, seed=1, iterations=iterations, threads=n),
            )
            for n in numbers
        },
        3,
    )
    return [
        Row(f"1,000, {iterations:,} iterations, {n} threads", took[str(n)] / MILLION)
        for n in numbers
    ]


def _whole(model: Model, engine: Engine = "numba") -> Callable[[], object]:
    job = Job(arrays(model, []), round_keys(1), engine)
    pieces = [(0, ITERATIONS)]
    if engine == "numpy":
        pieces = [(first // 64, 640) for first in range(0, ITERATIONS - ITERATIONS % 640, 640)]
    return lambda: [simulated(job, piece) for piece in pieces]


def _model(count: int) -> Model:
    chosen = random.Random(1)
    names = [f"a{n}" for n in range(count)]
    links = [
        Link(names[before], names[n])
        for n in range(1, count)
        for before in sorted({chosen.randrange(max(0, n - 40), n) for _ in range(LINKS)})
    ]
    net = network(dict.fromkeys(names, 10.0), links)
    return Model(net, uncertainty=dict.fromkeys(names, Triangular(*POINTS)))


def _before(model: Model) -> list[list[int]]:
    before: list[list[int]] = [[] for _ in model.network.activities]
    for first, then, _, _ in model.network.links:
        before[then].append(first)
    return before


def _rows(model: Model) -> None:
    """A row of all iterations for each activity, as one would write it: sampled, and forward."""
    generator = np.random.default_rng(1)
    before = _before(model)
    finishes = np.empty((len(before), ITERATIONS), dtype=np.float32)
    for n, waits in enumerate(before):
        days = generator.triangular(*POINTS, ITERATIONS)
        start = finishes[waits].max(axis=0) if waits else 0
        finishes[n] = start + days


def _looping(model: Model, loops: int) -> Callable[[], None]:
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(model.network.activities)))
    graph.add_edges_from((first, then) for first, then, _, _ in model.network.links)
    low, mode, high = POINTS

    def work() -> None:
        for _ in range(loops):
            finishes: dict[int, float] = {}
            for n in networkx.topological_sort(graph):
                start = max((finishes[p] for p in graph.predecessors(n)), default=0.0)
                finishes[n] = start + random.triangular(low, high, mode)

    return work


def _uncertain(model: Model) -> None:
    """mcerp has no maximum of two, so it is made of the sum and the distance."""
    finishes = []
    for waits in _before(model):
        days = mcerp.Tri(*POINTS)
        start = finishes[waits[0]] if waits else 0
        for n in waits[1:]:
            start = (start + finishes[n] + umath.abs(start - finishes[n])) / 2
        finishes.append(start + days)


def _copied() -> float:
    """Bytes a second that go from memory to memory: 256 MiB, far beyond any cache."""
    source = np.ones(1 << 26, dtype=np.float32)
    target = np.empty_like(source)
    return timing.compare(
        {"": partial(timing.rate, source.nbytes, lambda: np.copyto(target, source))}, 5
    )[""]
