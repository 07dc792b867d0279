"""Correlation: matrices that cannot be, the nearest that can, and what comes out of them."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, spearmanr

from sepakat.outlook.network import network
from sepakat.outlook.simulation import copula
from sepakat.outlook.simulation.arrays import arrays
from sepakat.outlook.simulation.correlation import MAX_CORRELATED, Correlation, repaired
from sepakat.outlook.simulation.model import Model, Uniform
from sepakat.outlook.simulation.randoms import round_keys
from sepakat.record.errors import InvalidError


@pytest.mark.parametrize(
    ("matrix", "where"),
    [
        (((1, 0.5), (0.4, 1)), "correlation of a and b"),
        (((1, 0.5), (0.5, 0.9)), "correlation of b and b"),
        (((1, 1.5), (1.5, 1)), "correlation of a and b"),
        (((1, float("nan")), (float("nan"), 1)), "correlation of a and b"),
        (((1, 0.5),), "correlation"),
    ],
)
def test_matrix_that_is_mistyped(matrix: tuple[tuple[float, ...], ...], where: str) -> None:
    for make in (Correlation, repaired):
        with pytest.raises(InvalidError) as refused:
            make(("a", "b"), matrix)
        assert refused.value.where == where


def test_more_activities_than_a_request_may_mend() -> None:
    names = tuple(str(n) for n in range(MAX_CORRELATED + 1))
    with pytest.raises(InvalidError):
        Correlation(names, tuple(tuple(float(i == j) for j in names) for i in names))


def test_matrix_that_no_durations_can_have() -> None:
    with pytest.raises(InvalidError, match="semidefinite"):
        Correlation(("a", "b", "c"), ((1, 1, 0), (1, 1, 1), (0, 1, 1)))


def test_repair_that_is_not_the_nearest() -> None:
    """Higham (2002), section 4: the same matrix, and his answer."""
    found = repaired("abc", ((1, 1, 0), (1, 1, 1), (0, 1, 1)))
    answer = [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]
    assert np.allclose(found.correlation.matrix, answer, atol=1e-4)
    assert found.distance == pytest.approx(0.5278, abs=1e-4)
    assert found.largest == pytest.approx(1 - 0.7607, abs=1e-4)


def test_repair_of_what_is_sound() -> None:
    matrix = ((1.0, 0.25), (0.25, 1.0))
    assert repaired("ab", matrix).correlation.matrix == matrix
    assert repaired("ab", matrix).distance == 0


@given(st.integers(2, 8), st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_repair_that_still_does_not_stand(size: int, seed: int) -> None:
    rows = np.random.default_rng(seed).uniform(-1, 1, (size, size))
    rows = np.round((rows + rows.T) / 2, 3)
    np.fill_diagonal(rows, 1)
    names = [str(n) for n in range(size)]
    found = repaired(names, rows.tolist()).correlation
    factor = np.array(found.factor())
    assert np.allclose(factor @ factor.T, found.matrix, atol=1e-6)
    assert np.linalg.eigvalsh(found.matrix).min() > -1e-8


def test_normal_scores_that_are_off() -> None:
    normal = NormalDist()
    p = (np.arange(0, 2**23, 9973) + 0.5) / 2**23
    assert np.allclose(copula.quantile(p), [normal.inv_cdf(x) for x in p], rtol=3e-7, atol=1e-7)
    x = np.linspace(-7, 7, 1001)
    assert np.abs(copula.probability(x) - [normal.cdf(y) for y in x]).max() < 7.6e-8


def test_correlated_numbers_that_are_not_uniform_or_not_correlated() -> None:
    names, rows = ("c", "a", "b"), ((1, 0.8, -0.5), (0.8, 1, 0), (-0.5, 0, 1))
    model = Model(
        network(dict.fromkeys("abc", 1.0), []),
        uncertainty=dict.fromkeys("abc", Uniform(0, 1)),
        correlation=Correlation(names, rows),
    )
    a = arrays(model, [])
    found = copula.correlated(a, round_keys(3), range(1024)).astype(float)
    ranks = spearmanr(found.T).statistic
    expected = 6 / np.pi * np.arcsin(np.array(rows) / 2)  # of a Gaussian copula
    assert np.abs(ranks - expected).max() < 0.02  # five standard errors
    for row in found:
        assert kstest(row, "uniform").pvalue > 1e-4


def test_perfect_correlation_that_drifts_apart() -> None:
    model = Model(
        network(dict.fromkeys("ab", 1.0), []),
        uncertainty=dict.fromkeys("ab", Uniform(0, 1)),
        correlation=Correlation(("a", "b"), ((1, 1), (1, 1))),
    )
    one, other = copula.correlated(arrays(model, []), round_keys(3), range(64))
    assert (one == other).all()
