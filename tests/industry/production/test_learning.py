"""Learning curves against textbook values, and the curve that made the data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.production.learning import STEEPEST, Curve, Theory, fit
from sepakat.record.errors import InvalidError

SLOPES = st.floats(0.6, 0.99)


def test_crawfords_units_are_not_those_of_the_textbooks() -> None:
    """Unit theory, 100 hours, 80 %: the eight units of every table of unit values."""
    curve = Curve(Theory.CRAWFORD, 100, 0.8)
    units = [100, 80, 70.21, 64, 59.56, 56.17, 53.45, 51.2]
    assert [curve.unit(n) for n in range(1, 9)] == pytest.approx(units, abs=0.005)
    assert curve.lot(1, 8) == pytest.approx(534.59, abs=0.005)


def test_wrights_average_is_taken_for_the_unit() -> None:
    """Cumulative average theory, 100 hours, 80 %: 160 hours for two, 256 for four."""
    curve = Curve(Theory.WRIGHT, 100, 0.8)
    assert [curve.average(n) for n in (1, 2, 4)] == pytest.approx([100, 80, 64])
    assert [curve.unit(n) for n in (1, 2)] == pytest.approx([100, 60])
    assert curve.lot(3, 4) == pytest.approx(96)


@given(st.sampled_from(Theory), SLOPES, st.integers(1, 200))
def test_each_doubling_falls_by_another_share(theory: Theory, slope: float, number: int) -> None:
    curve = Curve(theory, 100, slope)
    of = curve.unit if theory is Theory.CRAWFORD else curve.average
    assert of(2 * number) == pytest.approx(slope * of(number))


@given(st.sampled_from(Theory), SLOPES, st.lists(st.integers(1, 40), min_size=3, max_size=8))
def test_a_fit_misses_the_curve_that_made_the_lots(
    theory: Theory, slope: float, sizes: list[int]
) -> None:
    curve = Curve(theory, 120, slope)
    lots, made = [], 0
    for size in sizes:
        lots.append((size, curve.lot(made + 1, made + size)))
        made += size
    found = fit(theory, lots)
    assert found.curve.slope == pytest.approx(slope, rel=1e-5)
    assert found.curve.first == pytest.approx(120, rel=1e-3)
    assert found.error == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    ("lots", "said"),
    [([(1, 5.0), (2, 8.0)], "3 lots at least"), ([(1, 5.0), (0, 8.0), (1, 3.0)], "above zero")],
)
def test_a_fit_of_nothing_has_an_answer(lots: list[tuple[int, float]], said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        fit(Theory.WRIGHT, lots)


@pytest.mark.parametrize("slope", [0, -1, 1.01])
def test_a_slope_that_is_none_is_taken(slope: float) -> None:
    with pytest.raises(InvalidError, match="slope"):
        Curve(Theory.WRIGHT, 100, slope)


@given(st.floats(0.5, 1), st.integers(1, 10_000), st.integers(0, 3_000))
def test_a_large_lot_differs_from_the_sum_of_its_units(slope: float, first: int, more: int) -> None:
    curve = Curve(Theory.CRAWFORD, 100, slope)
    units = sum(curve.unit(n) for n in range(first, first + more + 1))
    assert curve.lot(first, first + more) == pytest.approx(units, rel=1e-7)


def test_a_slope_of_a_half_divides_by_zero() -> None:
    """The sum of 1/n to a million is 14.392726722865723, to all its decimals."""
    found = Curve(Theory.CRAWFORD, 1, 0.5).lot(1, 1_000_000)
    assert found == pytest.approx(14.392726722865723, rel=1e-8)


units = st.integers(1, 2**53)


@given(st.sampled_from(Theory), st.lists(st.tuples(units, units), min_size=3, max_size=120))
def test_figures_beyond_all_measure_break_the_fit(
    theory: Theory, lots: list[tuple[int, int]]
) -> None:
    try:
        found = fit(theory, [(number, float(hours)) for number, hours in lots])
    except InvalidError:
        return
    assert 2**STEEPEST <= found.curve.slope <= 1
    assert found.error >= 0


def test_hours_that_rise_are_taken_for_learning() -> None:
    found = fit(Theory.CRAWFORD, [(1, 10.0), (1, 20.0), (1, 40.0)])
    assert found.curve.slope == 1
    assert found.curve.first == pytest.approx(20)  # the level line that fits best in logarithms
    assert found.r_squared == pytest.approx(0)
