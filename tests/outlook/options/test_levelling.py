"""Levelling: against every plan there is, PSPLIB's proved answers, and a check of each schedule."""

import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sepakat.outlook.network import Link, LinkType, network
from sepakat.outlook.options.levelling import level
from sepakat.outlook.options.problem import Levelling
from sepakat.outlook.options.result import Conflict, Result, Status
from sepakat.record.errors import InvalidError, SepakatError
from support import psplib

pytest.importorskip("ortools", reason="the extra `outlook` is not installed")
pytest.importorskip("numba", reason="the extra `outlook` is not installed")


def faults(problem: Levelling, starts: Mapping[str, int]) -> list[str]:
    """What a schedule breaks, worked out from the definitions, day by day."""
    net = problem.network
    duration = dict(zip(net.activities, map(int, net.durations), strict=True))
    found = [f"{a} has no start" for a in net.activities if a not in starts]
    if found:
        return found
    ends = {a: starts[a] + duration[a] for a in net.activities}
    for before, after, kind, lag in net.links:
        a, b = net.activities[before], net.activities[after]
        first = ends[a] if kind in (LinkType.FINISH_START, LinkType.FINISH_FINISH) else starts[a]
        then = starts[b] if kind in (LinkType.FINISH_START, LinkType.START_START) else ends[b]
        if then < first + lag:
            found.append(f"{a} -> {b}")
    found += [a for a in net.activities if starts[a] < problem.earliest.get(a, 0)]
    found += [a for a in net.activities if a in problem.latest and ends[a] > problem.latest[a]]
    for day in range(max(ends.values(), default=0)):
        for resource, there in problem.capacities.items():
            held = sum(
                problem.demands.get(a, {}).get(resource, 0)
                for a in net.activities
                if starts[a] <= day < ends[a]
            )
            if held > there:
                found.append(f"{resource} on day {day}")
    return found


def objective(problem: Levelling, starts: Mapping[str, int]) -> int:
    net = problem.network
    ends = {a: starts[a] + int(d) for a, d in zip(net.activities, net.durations, strict=True)}
    if any(problem.weights.values()):
        return sum(weight * ends[a] for a, weight in problem.weights.items())
    return max(ends.values(), default=0)


def best_of_all(problem: Levelling, horizon: int) -> int | None:
    """The least objective of all schedules that end within the horizon."""
    names = problem.network.activities
    schedules = (
        dict(zip(names, days, strict=True)) for days in product(range(horizon), repeat=len(names))
    )
    return min((objective(problem, s) for s in schedules if not faults(problem, s)), default=None)


@st.composite
def problems(draw: st.DrawFn, most: int, longest: int) -> Levelling:
    names = [f"a{number}" for number in range(draw(st.integers(1, most)))]
    durations = {name: float(draw(st.integers(0, longest))) for name in names}
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=most)) if pairs else []
    kinds, lags = st.sampled_from(LinkType), st.integers(-1, 1)
    links = [Link(a, b, draw(kinds), float(draw(lags))) for a, b in chosen]
    capacities = {"crane": draw(st.integers(1, 3)), "team": draw(st.integers(1, 3))}
    demands = {
        name: {r: draw(st.integers(0, units)) for r, units in capacities.items()} for name in names
    }
    some = st.sets(st.sampled_from(names), max_size=2)
    earliest = {name: draw(st.integers(0, 2)) for name in draw(some)}
    latest = {name: draw(st.integers(1, 6)) for name in draw(some)}
    weights = {name: draw(st.integers(0, 3)) for name in draw(some)}
    return Levelling(network(durations, links), demands, capacities, earliest, latest, weights)


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(problems(most=4, longest=2))
def test_a_better_schedule_exists_than_the_one_called_proved(problem: Levelling) -> None:
    best = best_of_all(problem, horizon=9)
    result = level(problem, limit_s=5, workers=2)
    if best is None:
        assert result.status is Status.INFEASIBLE and result.conflicts
        return
    assert result.status is Status.PROVED and result.plan is not None
    assert (result.objective, result.bound, result.gap) == (best, best, 0)
    assert not faults(problem, result.plan)


@quick
@given(problems(most=14, longest=5))
def test_a_schedule_breaks_a_link_a_date_or_a_resource(problem: Levelling) -> None:
    result = level(problem, limit_s=0.2, workers=2)
    if result.plan is not None:
        assert not faults(problem, result.plan)
        assert result.objective == objective(problem, result.plan)
        assert result.bound is not None and result.bound <= result.objective
    else:
        assert result.conflicts


@pytest.mark.parametrize("name", ["j3010_1", "j3021_1", "j3038_1"])
def test_proved_optimum_of_psplib_is_missed(shared: Path, name: str) -> None:
    folder = shared / psplib.FOLDER
    if not folder.is_dir():
        pytest.skip(f"no PSPLIB instances at {folder}")
    problem = psplib.read(folder / "j30" / f"{name}.sm")
    result = level(problem, limit_s=3, workers=2)
    assert result.status in (Status.PROVED, Status.FEASIBLE)
    assert result.plan is not None and not faults(problem, result.plan)
    assert result.objective == psplib.best_known(folder)[name]


def test_what_was_not_proved_is_called_so(shared: Path) -> None:
    """No computer proves this one in the time: the best known is 200 and the best bound 178."""
    file = shared / psplib.FOLDER / "j120" / "j12016_1.sm"
    if not file.is_file():
        pytest.skip(f"no PSPLIB instance at {file}")
    problem = psplib.read(file)
    result = level(problem, limit_s=1, workers=2)
    assert result.status is Status.FEASIBLE and result.seconds == 1
    assert result.plan is not None and not faults(problem, result.plan)
    assert result.bound is not None and result.objective is not None and result.gap is not None
    assert result.bound <= 200 <= result.objective * 1.05
    assert result.gap == pytest.approx(1 - result.bound / result.objective) and result.gap > 0


def two_projects(**more: Mapping[str, int]) -> Levelling:
    """One test bench, and two projects that each need it for five days."""
    durations = {"radar": 5.0, "radar ends": 0.0, "wing": 5.0, "wing ends": 0.0}
    links = [Link("radar", "radar ends"), Link("wing", "wing ends")]
    demands = {"radar": {"bench": 1}, "wing": {"bench": 1}}
    return Levelling(network(durations, links), demands, {"bench": 1}, **more)


@pytest.mark.parametrize(("heavier", "first"), [("radar", "radar"), ("wing", "wing")])
def test_project_of_more_weight_waits(heavier: str, first: str) -> None:
    weights = {"radar ends": 1, "wing ends": 1} | {f"{heavier} ends": 2}
    result = level(two_projects(weights=weights), limit_s=3, workers=2)
    assert (result.status, result.objective) == (Status.PROVED, 20)
    assert result.plan is not None and result.plan[first] == 0


def test_dates_that_cannot_both_be_kept_are_not_named() -> None:
    late = level(two_projects(latest={"radar": 7, "wing": 7}), limit_s=3, workers=2)
    assert (late.status, late.plan, late.objective) == (Status.INFEASIBLE, None, None)
    assert late.conflicts in ((Conflict("latest", "radar", 3),), (Conflict("latest", "wing", 3),))


def test_date_that_the_links_alone_miss_is_not_named() -> None:
    late = level(two_projects(latest={"radar": 4}), limit_s=3)
    assert late == Result(Status.INFEASIBLE, 3, conflicts=(Conflict("latest", "radar", 1),))


def test_resource_that_there_is_too_little_of_is_not_named() -> None:
    problem = Levelling(network({"lift": 2.0}, []), {"lift": {"crane": 3}}, {"crane": 1})
    conflicts = (Conflict("capacity", "lift: crane", 2),)
    assert level(problem, limit_s=3) == Result(Status.INFEASIBLE, 3, conflicts=conflicts)


def test_nothing_to_level_fails() -> None:
    assert level(Levelling(network({}, []), {}, {}), limit_s=1).status is Status.PROVED


def test_one_worker_and_one_seed_give_two_plans() -> None:
    durations = {f"a{n}": float(1 + n % 4) for n in range(12)}
    demands = {name: {"team": 1 + n % 2} for n, name in enumerate(durations)}
    problem = Levelling(network(durations, [Link("a0", "a5")]), demands, {"team": 3})
    first, second = (level(problem, limit_s=10, workers=1, seed=7) for _ in range(2))
    assert first.status is Status.PROVED and first == second


@pytest.mark.parametrize(
    "problem",
    [
        Levelling(network({"a": 1.5}, []), {}, {}),
        Levelling(network({"a": 1.0, "b": 1.0}, [Link("a", "b", lag=0.5)]), {}, {}),
        Levelling(network({"a": 1.0}, []), {"b": {}}, {}),
        Levelling(network({"a": 1.0}, []), {"a": {"crane": 1}}, {}),
        Levelling(network({"a": 1.0}, []), {"a": {"crane": -1}}, {"crane": 1}),
        Levelling(network({"a": 1.0}, []), {}, {"crane": 10**7}),
        Levelling(network({"a": 1.0}, []), {}, {}, weights={"a": -1}),
        Levelling(network({f"a{n}": 9e5 for n in range(99)}, []), {}, {"crane": 1}),
    ],
)
def test_what_cannot_be_levelled_is_tried(problem: Levelling) -> None:
    with pytest.raises(InvalidError):
        level(problem, limit_s=1)


@pytest.mark.parametrize(("limit", "workers"), [(0, 1), (1e9, 1), (float("nan"), 1), (1, 0)])
def test_no_limit_is_accepted(limit: float, workers: int) -> None:
    with pytest.raises(InvalidError):
        level(two_projects(), limit_s=limit, workers=workers)


@pytest.mark.parametrize("absent", ["ortools.sat.python.cp_model", "numba"])
def test_missing_package_is_a_riddle(monkeypatch: pytest.MonkeyPatch, absent: str) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(SepakatError, match=r"sepakat\[outlook\]"):
        level(two_projects(), limit_s=1)
