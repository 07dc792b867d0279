"""Levelling of PSPLIB's instances: how far from the best known, beside a plain model of CP-SAT."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import fmean

from ortools.sat.python import cp_model
from tests.support import psplib

from bench.table import Row, Section
from sepakat.outlook.options.levelling import level
from sepakat.outlook.options.problem import Levelling, Model

DATA = Path(__file__).parents[2] / "shared" / psplib.FOLDER
SECONDS = 10
THREADS = 4
SETS = ("j30", "j60", "j120")

Solve = Callable[[Levelling], tuple[int, bool]]  # its makespan, and whether that is proved


def gaps() -> list[Section]:
    """Two sections: mean gaps, and how many were proved. None where there is no data."""
    if not DATA.is_dir():
        print(f"==> Skipped: levelling, for want of {DATA}", file=sys.stderr)
        return []
    best = psplib.best_known(DATA)
    gaps, proofs = [], []
    for name in SETS:
        files = sorted((DATA / name).glob("*.sm"))
        problems = {file.stem: psplib.read(file) for file in files}
        ours, plain = (_of_set(problems, best, solve) for solve in (_ours, _plain))
        title = f"{name.upper()}, {len(files)} instances (peer: a plain CP-SAT model)"
        gaps.append(Row(title, ours[0], peer=plain[0]))
        proofs.append(Row(title, ours[1], peer=plain[1]))
    within = f"{SECONDS} s on {THREADS} threads, {len(os.sched_getaffinity(0))} cores"
    return [
        Section(f"Levelling, mean gap to the best known in 0.01 %, {within}", gaps, is_rate=False),
        Section(f"Levelling, instances proved, {within}", proofs, is_rate=False),
    ]


def _of_set(
    problems: dict[str, Levelling], best: dict[str, int], solve: Solve
) -> tuple[float, int]:
    found = {name: solve(problem) for name, problem in problems.items()}
    gap = fmean(makespan / best[name] - 1 for name, (makespan, _) in found.items())
    return gap * 10_000, sum(is_proved for _, is_proved in found.values())


def _ours(problem: Levelling) -> tuple[int, bool]:
    result = level(problem, limit_s=SECONDS, workers=THREADS)
    assert result.objective is not None
    return result.objective, result.status == "proved"


def _plain(problem: Levelling) -> tuple[int, bool]:
    """Intervals, links and cumulative resources, as CP-SAT's manual has them, and no more."""
    given, model = Model(problem), cp_model.CpModel()
    starts = [model.new_int_var(0, given.horizon, "") for _ in given.names]
    pairs = list(zip(starts, given.duration, strict=True))
    running = [model.new_fixed_size_interval_var(start, days, "") for start, days in pairs]
    for before, after, delta in given.links:
        model.add(starts[after] >= starts[before] + delta)
    for place, there in enumerate(given.capacity):
        model.add_cumulative(running, [demand[place] for demand in given.demand], there)
    end = model.new_int_var(0, given.horizon, "")
    model.add_max_equality(end, [start + days for start, days in pairs])
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = SECONDS
    solver.parameters.num_workers = THREADS
    status = solver.solve(model)
    return round(solver.objective_value), status == cp_model.OPTIMAL
