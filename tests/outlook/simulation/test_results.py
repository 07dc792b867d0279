"""What is read off iterations."""

from itertools import pairwise

import numpy as np

from sepakat.outlook.simulation.results import (
    Result,
    chance,
    frontier,
    quantiles,
    s_curve,
    scatter,
)


def result(finish: list[float], cost: list[float]) -> Result:
    return Result(
        seed=0,
        iterations=len(finish),
        inputs="",
        engine="numpy",
        finish=np.array(finish, dtype=np.float32),
        milestones={"half": np.array(finish, dtype=np.float32) / 2},
        cost=np.array(cost),
        criticality={},
    )


TEN = result([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [100, 90, 80, 70, 60, 50, 40, 30, 20, 10])


def test_quantile_that_nobody_simulated() -> None:
    found = quantiles(TEN.finish)
    assert found == {10 * n: float(n) for n in range(1, 10)}


def test_day_itself_that_counts_as_late() -> None:
    assert [chance(TEN.finish, by) for by in (0.5, 6, 10)] == [0.0, 0.6, 1.0]


def test_curve_that_falls_or_does_not_reach_all() -> None:
    points = s_curve(np.random.default_rng(1).normal(50, 9, 1000).astype(np.float32), 33)
    assert len(points) == 33
    assert points[-1].y == 1
    assert all(a.x < b.x and a.y <= b.y for a, b in pairwise(points))
    assert {point.y for point in s_curve(np.full(5, 3.0))} == {1.0}


def test_frontier_that_does_not_hold_or_could_be_cheaper() -> None:
    random = np.random.default_rng(2)
    days, cost = random.normal(100, 9, 1000), random.normal(50, 5, 1000)
    found = result(days.tolist(), cost.tolist())
    points = frontier(found, 70)
    assert len(points) == 25
    assert all(a.x < b.x and a.y >= b.y for a, b in pairwise(points))
    for day, money in points:
        assert 0.7 <= np.mean((found.finish <= day) & (cost <= money)) < 0.7 + 1e-9
        assert np.mean((found.finish <= day) & (cost <= money - 1e-9)) < 0.7
    assert frontier(TEN, 100) == [(10.0, 100.0)]


def test_scatter_that_pairs_one_iteration_with_another() -> None:
    assert scatter(TEN, 2) == [(1.0, 100.0), (2.0, 90.0)]
    assert scatter(TEN, 1, "half") == [(0.5, 100.0)]
