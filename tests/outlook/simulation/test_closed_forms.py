"""Networks whose answer is known on paper, or by looking at every path."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from sepakat.outlook.network import Link, LinkType, Network, network
from sepakat.outlook.simulation.model import Branch, Cost, Model, Risk, Triangular, Uniform
from sepakat.outlook.simulation.running import simulate
from support.simulated import series

MANY = 40_000


def test_series_whose_mean_or_variance_is_off() -> None:
    """A triangle has the mean (a + m + b) / 3; its variance is in any table. Both add up."""
    spreads = {"a": (2, 3, 7), "b": (1, 1, 4), "c": (0, 5, 5), "d": (3, 4, 9)}
    model = Model(
        network(dict.fromkeys(spreads, 1.0), series(*spreads)),
        uncertainty={name: Triangular(*points) for name, points in spreads.items()},
    )
    found = simulate(model, seed=4, iterations=MANY).finish.astype(float)
    mean = sum(sum(points) / 3 for points in spreads.values())
    variance = sum(
        (a * a + m * m + b * b - a * m - a * b - m * b) / 18 for a, m, b in spreads.values()
    )
    assert found.mean() == pytest.approx(mean, abs=4 * (variance / MANY) ** 0.5)
    assert found.var() == pytest.approx(variance, rel=0.03)  # four standard errors


@pytest.mark.parametrize("count", [2, 10])
def test_parallel_paths_whose_last_does_not_decide(count: int) -> None:
    """The greatest of n uniform numbers is distributed as x to the n."""
    names = [f"a{n}" for n in range(count)]
    model = Model(
        network(dict.fromkeys([*names, "end"], 0.0), [Link(name, "end") for name in names]),
        uncertainty=dict.fromkeys(names, Uniform(0, 1)),
    )
    found = simulate(model, seed=8, iterations=MANY, milestones=["end"])
    ends = found.milestones["end"].astype(float)
    assert kstest(ends, lambda x: np.clip(x, 0, 1) ** count).pvalue > 1e-3
    shares = [found.criticality[name] for name in names]
    assert sum(shares) == pytest.approx(1, abs=1e-4)  # ties aside: one path at a time
    assert max(abs(share - 1 / count) for share in shares) < 4 * (0.25 / MANY) ** 0.5
    assert found.criticality["end"] == 1


def test_triangle_that_has_another_distribution() -> None:
    model = Model(network({"a": 1.0}, []), uncertainty={"a": Triangular(2, 3, 7)})
    found = simulate(model, seed=6, iterations=MANY).finish.astype(float)
    assert kstest(found, "triang", args=(0.2, 2, 5)).pvalue > 1e-3


def test_shared_risk_that_does_not_correlate_its_activities() -> None:
    """Two activities of 10 days in series, both half as long again in 30 %: 20 or 30, never 25."""
    model = Model(
        network({"a": 10.0, "b": 10.0}, series("a", "b")),
        risks=(Risk("late", 0.3, ("a", "b"), factor=Triangular(1.5, 1.5, 1.5)),),
    )
    found = simulate(model, seed=6, iterations=MANY).finish
    assert set(found.tolist()) == {20.0, 30.0}
    assert (found == 30).mean() == pytest.approx(0.3, abs=4 * (0.21 / MANY) ** 0.5)


def test_risks_that_add_before_they_multiply_or_make_time_run_back() -> None:
    one = Triangular(2, 2, 2)
    model = Model(
        network({"a": 10.0}, []),
        risks=(
            Risk("doubles", 1, ("a",), factor=one),
            Risk("adds", 1, ("a",), days=Triangular(5, 5, 5)),
        ),
    )
    assert set(simulate(model, seed=6, iterations=100).finish.tolist()) == {25.0}
    early = Risk("early", 1, ("a",), days=Uniform(-100, -50))
    found = simulate(Model(model.network, risks=(early,)), seed=6, iterations=100)
    assert set(found.finish.tolist()) == {0.0}


def test_branch_of_which_both_or_neither_side_exists() -> None:
    """A test, and then either 10 days and 100 in money, or 20 days at 3 a day."""
    model = Model(
        network(
            {"test": 1.0, "passed": 10.0, "rework": 20.0, "end": 0.0},
            [*series("test", "passed", "end"), *series("test", "rework", "end")],
        ),
        branches=(Branch("passes", 0.6, ("passed",), ("rework",)),),
        costs={"passed": Cost(fixed=100), "rework": Cost(per_day=3), "test": Cost(fixed=1)},
        price=7,
    )
    found = simulate(model, seed=6, iterations=MANY)
    outcomes = {*zip(found.finish.tolist(), found.cost.tolist(), strict=True)}
    assert outcomes == {(11.0, 108.0), (21.0, 68.0)}
    assert (found.finish == 11).mean() == pytest.approx(0.6, abs=4 * (0.24 / MANY) ** 0.5)
    assert found.criticality["passed"] == pytest.approx((found.finish == 11).mean())
    assert found.criticality["rework"] == pytest.approx((found.finish == 21).mean())


def test_what_starts_before_it_may_and_what_then_does_not_drive() -> None:
    model = Model(network({"a": 5.0, "b": 2.0}, series("a", "b")), not_before={"b": 8.0})
    found = simulate(model, seed=6, iterations=10)
    assert set(found.finish.tolist()) == {10.0}
    assert found.criticality == {"a": 0.0, "b": 1.0}


def test_risk_whose_cost_is_spent_more_than_once() -> None:
    risk = Risk("dear", 1, ("a", "b"), cost=Uniform(100, 200))
    model = Model(network({"a": 5.0, "b": 2.0}, []), risks=(risk,))
    found = simulate(model, seed=6, iterations=MANY).cost
    assert kstest(found, "uniform", args=(100, 100)).pvalue > 1e-3


whole = st.integers(0, 9).map(float)
lags = st.integers(-4, 6).map(float)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Whole days, so that no sum is rounded and both sides are exact."""
    count = draw(st.integers(1, 9))
    places = st.integers(0, count - 1)
    links = [
        Link(f"n{min(a, b)}", f"n{max(a, b)}", kind, lag)
        for a, b, kind, lag in draw(
            st.lists(st.tuples(places, places, st.sampled_from(LinkType), lags), max_size=14)
        )
        if a != b
    ]
    return network({f"n{n}": draw(whole) for n in range(count)}, links)


@given(networks())
@settings(max_examples=200, deadline=None)
def test_dates_or_critical_activities_that_every_path_contradicts(net: Network) -> None:
    """Finish: the longest of all paths. Critical: an activity that, a day longer or a day later,
    makes the whole later, found by holding it back and not by any backward pass."""
    found = simulate(Model(net), seed=1, iterations=1, milestones=net.activities)
    starts = longest(net, {})
    assert {n: float(ends[0]) for n, ends in found.milestones.items()} == {
        name: starts[name] + days for name, days in zip(net.activities, net.durations, strict=True)
    }
    end = float(found.finish[0])
    for name in net.activities:
        held = longest(net, {name: starts[name] + 1})
        later = max(held[n] + days for n, days in zip(net.activities, net.durations, strict=True))
        assert found.criticality[name] == (later > end)


def longest(net: Network, held: dict[str, float]) -> dict[str, float]:
    """Early starts, by following every path from every activity: exponential, and plain."""
    names, days = net.activities, net.durations
    found = {name: max(0.0, held.get(name, 0.0)) for name in names}

    def follow(i: int, start: float) -> None:
        found[names[i]] = max(found[names[i]], start)
        for before, after, kind, lag in net.links:
            if before == i:
                end = start + (
                    days[i] if kind in (LinkType.FINISH_START, LinkType.FINISH_FINISH) else 0
                )
                least = end + lag
                if kind in (LinkType.FINISH_FINISH, LinkType.START_FINISH):
                    least -= days[after]
                follow(after, max(least, 0.0, held.get(names[after], 0.0)))

    for i, name in enumerate(names):
        follow(i, max(0.0, held.get(name, 0.0)))
    return found


def test_series_of_which_a_part_is_not_always_critical() -> None:
    names = [f"a{n}" for n in range(50)]
    model = Model(
        network(dict.fromkeys(names, 1.0), series(*names)),
        uncertainty=dict.fromkeys(names, Uniform(0.1, 0.7)),
    )
    found = simulate(model, seed=6, iterations=1000)
    assert set(found.criticality.values()) == {1.0}
