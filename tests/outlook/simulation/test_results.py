"""What is read off iterations."""

from itertools import pairwise

import numpy as np
import pytest

from sepakat.outlook.simulation.results import (
    Result,
    chance,
    frontier,
    joint,
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


def test_day_itself_that_counts_as_late_or_grace_that_is_not_given() -> None:
    assert chance(TEN.finish, 6) == (0.6, 0.6)
    assert chance(TEN.finish, 6, grace=2.5) == (0.6, 0.8)
    assert chance(TEN.finish, 0.5) == (0.0, 0.0)


def test_curve_that_falls_or_does_not_reach_all() -> None:
    points = s_curve(np.random.default_rng(1).normal(50, 9, 1000).astype(np.float32), 33)
    assert len(points) == 33
    assert points[-1].y == 1
    assert all(a.x < b.x and a.y <= b.y for a, b in pairwise(points))
    assert {point.y for point in s_curve(np.full(5, 3.0))} == {1.0}


def test_joint_confidence_that_is_only_the_smaller_of_both() -> None:
    assert joint(TEN, by=7, within=60) == (0.7, 0.6, pytest.approx(0.3))
    assert joint(TEN, by=3.5, within=60, milestone="half") == (0.7, 0.6, pytest.approx(0.3))


def test_frontier_that_does_not_hold_or_could_be_cheaper() -> None:
    random = np.random.default_rng(2)
    days, cost = random.normal(100, 9, 1000), random.normal(50, 5, 1000)
    found = result(days.tolist(), cost.tolist())
    points = frontier(found, 70)
    assert len(points) == 25
    assert all(a.x < b.x and a.y >= b.y for a, b in pairwise(points))
    for day, money in points:
        assert 0.7 <= joint(found, day, money).both < 0.7 + 1e-9
        assert joint(found, day, money - 1e-9).both < 0.7
    assert frontier(TEN, 100) == [(10.0, 100.0)]


def test_scatter_that_pairs_one_iteration_with_another() -> None:
    assert scatter(TEN, 2) == [(1.0, 100.0), (2.0, 90.0)]
    assert scatter(TEN, 1, "half") == [(0.5, 100.0)]
