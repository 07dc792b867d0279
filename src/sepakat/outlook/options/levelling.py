"""Level scarce resources across projects: when each activity starts, so that no resource is short.

The resource-constrained project scheduling problem, with the four link types, over all activities
of all projects at once. CP-SAT and a genetic search run beside each other: the first proves, the
second finds. CP-SAT begins from the best schedule of a first, short search.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from math import ceil, isfinite
from time import monotonic
from typing import TYPE_CHECKING, Any

from sepakat.outlook.options.problem import Levelling, Model
from sepakat.outlook.options.result import Result, Status, check_limits, found, solver
from sepakat.record.errors import InvalidError

if TYPE_CHECKING:
    from sepakat.outlook.options.search import Search

BURST = 0.05  # of the time limit, for the search alone, before CP-SAT starts
BURST_CHILDREN = 6_000
EPSILON = 1e-6

Starts = Mapping[str, int]


def level(
    problem: Levelling, *, limit_s: float = 10.0, workers: int = 4, seed: int = 1
) -> Result[Starts]:
    """The start of each activity, in days; the objective is as `Levelling` says.

    Half of the workers search, the others prove; with one worker the search is short. The same
    seed gives the same objective wherever it is proved; the same starts too, with one worker.
    Before the first use on a machine, compiling takes some seconds more than the limit.

    Raises InvalidError for durations and lags that are not whole days, names that the network
    does not have, and figures out of range.
    """
    check_limits(limit_s, workers)
    model = Model(problem)
    if model.impossible:
        return Result(Status.INFEASIBLE, limit_s, conflicts=model.impossible)
    if not model.names:
        return found({}, 0, 0, limit_s)
    solver("numba")
    cp_model = solver("ortools.sat.python.cp_model")
    from sepakat.outlook.options.search import Search  # needs numba

    search = Search(model, seed)
    search.compile()
    deadline = monotonic() + limit_s
    search.run(monotonic() + limit_s * BURST, most=BURST_CHILDREN)
    is_none = False
    if not search.is_done():
        is_none = _prove(cp_model, model, search, deadline, workers, seed)
    if search.objective is not None:
        bound = min(search.bound, search.objective)
        return found(model.named(search.starts), search.objective, bound, limit_s)
    if is_none:
        return Result(Status.INFEASIBLE, limit_s, conflicts=model.late(search.starts))
    near = model.late(search.starts)
    return Result(Status.NONE, limit_s, bound=search.bound, conflicts=near)


def _prove(
    cp_model: Any, model: Model, search: "Search", deadline: float, workers: int, seed: int
) -> bool:
    """Run CP-SAT with the search beside it; whether there is proved to be no plan."""
    built, starts = _build(cp_model, model, search)
    engine = cp_model.CpSolver()
    islands = workers // 2
    engine.parameters.num_workers = workers - islands
    engine.parameters.random_seed = seed
    # Without linear relaxations, which tell little of cumulative resources for the time they take.
    engine.parameters.linearization_level = 0
    engine.parameters.max_time_in_seconds = max(0.01, deadline - monotonic())

    def proved(bound: float) -> None:
        if isfinite(bound):
            search.bound = max(search.bound, ceil(bound - EPSILON))
        if search.is_done():
            engine.stop_search()

    def explore(island: int) -> None:
        search.run(deadline, island=island)
        if search.is_done():
            engine.stop_search()

    engine.best_bound_callback = proved
    with ThreadPoolExecutor(max(1, islands)) as threads:
        exploring = [threads.submit(explore, island) for island in range(islands)]
        try:
            status = engine.solve(built)
        finally:
            search.stopped.set()
        for island in exploring:
            island.result()
    if status == cp_model.MODEL_INVALID:
        raise InvalidError("the plan is too large for CP-SAT", fix="Level fewer projects at once")
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        search.offer([engine.value(start) for start in starts])
    if status == cp_model.INFEASIBLE:
        return search.objective is None
    proved(engine.best_objective_bound)
    return False


def _build(cp_model: Any, model: Model, search: "Search") -> tuple[Any, list[Any]]:
    """CP-SAT's model, with the best starts found as a hint and a bound; and its starts."""
    built = cp_model.CpModel()
    count = len(model.names)
    is_weighted = any(model.weight)
    known = search.objective
    end = known if known is not None and not is_weighted else model.horizon
    tail = model.duration if is_weighted else model.tail
    last = [min(end - tail[i], model.latest[i] - model.duration[i]) for i in range(count)]
    starts = [built.new_int_var(model.head[i], last[i], "") for i in range(count)]
    for a, b, delta in model.links:
        built.add(starts[b] >= starts[a] + delta)
    running = [
        built.new_fixed_size_interval_var(start, duration, "")
        for start, duration in zip(starts, model.duration, strict=True)
    ]
    for r, there in enumerate(model.capacity):
        users = [i for i in range(count) if model.demand[i][r] and model.duration[i]]
        if sum(model.demand[i][r] for i in users) > there:
            demands = [model.demand[i][r] for i in users]
            built.add_cumulative([running[i] for i in users], demands, there)
    finishes = [s + d for s, d in zip(starts, model.duration, strict=True)]
    most = known if known is not None else sum(model.weight) * end if is_weighted else end
    if is_weighted:
        objective = sum(w * f for w, f in zip(model.weight, finishes, strict=True) if w)
        built.add(objective <= most)
    else:
        objective = built.new_int_var(model.least, most, "")
        for finish in finishes:
            built.add(objective >= finish)
    built.minimize(objective)
    if known is not None:
        for start, day in zip(starts, search.starts, strict=True):
            built.add_hint(start, day)
    return built, starts
