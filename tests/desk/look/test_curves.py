"""S-curves: each quantile where it is, and every one in the table."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import Axis, Curve, Figure, s_curve
from sepakat.desk.charts.axes import Value
from sepakat.desk.charts.curves import LEFT, PLOT, RIGHT
from support.drawings import AMOUNTS, DAYS, number, numbers, of_class, share, words

DAY = date(2028, 1, 1)


def drawn(
    curves: list[Curve], axis: Axis = DAYS, promised: tuple[str, Value] | None = None
) -> Figure:
    return s_curve("S", "What.", curves, axis, share, lambda level: f"P{level}", "Level", promised)


def curve(name: str, first: int, days: list[int]) -> Curve:
    """The distribution of some days, each as likely as another."""
    found = sorted(DAY + timedelta(days=first + day) for day in days)
    points = tuple((day, (n + 1) / len(found)) for n, day in enumerate(found))
    quantiles = tuple((q, found[-(-len(found) * q // 100) - 1]) for q in (10, 50, 80, 90))
    return Curve(name, points, quantiles)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=40))
def test_a_quantile_is_marked_beside_its_day_or_its_share(days: list[int]) -> None:
    figure = drawn([curve("Before", 0, days)])
    marks = list(of_class(figure, "edged", "circle"))[:2]  # the last is the legend's
    low, high = min(days), max(days)
    top = 50
    found = sorted(days)
    for mark, level in zip(marks, (50, 80), strict=True):
        day = found[-(-len(days) * level // 100) - 1]
        middle = (LEFT + RIGHT) / 2
        wide = RIGHT - LEFT - 16
        at = LEFT + 8 + wide * (day - low) / (high - low) if high > low else middle
        assert number(mark, "cx") == pytest.approx(at, abs=0.06)
        assert number(mark, "cy") == pytest.approx(top + PLOT * (1 - level / 100), abs=0.06)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=40))
def test_a_curve_falls_or_ends_below_certainty(days: list[int]) -> None:
    line = next(of_class(drawn([curve("Before", 0, days)]), "line"))
    places = numbers(line.get("d"))
    assert places[::2] == sorted(places[::2])
    assert places[1::2] == sorted(places[1::2], reverse=True)
    assert places[-1] == 50


def test_two_curves_have_one_shape_or_a_quantile_is_not_told() -> None:
    before, after = curve("Before", 50, [*range(100)]), curve("After", 0, [*range(100)])
    figure = drawn([before, after], promised=("Promised", DAY + timedelta(days=60)))
    assert len(list(of_class(figure, "edged", "circle"))) == 3
    assert len(list(of_class(figure, "edged", "path"))) == 3
    told = words(figure)
    assert "P50: 2028-04-09 · P80: 2028-05-09" in told
    assert "P50: 2028-02-19 · P80: 2028-03-20" in told
    assert "Promised: 2028-03-01" in told
    assert figure.head == ("Level", "Before", "After")
    assert figure.rows[2] == ("P80", "2028-05-09", "2028-03-20")


def test_a_promise_beyond_all_curves_leaves_the_drawing() -> None:
    figure = drawn([curve("Before", 0, [0, 1])], promised=("Promised", date(2040, 1, 1)))
    (line,) = of_class(figure, "today")
    assert numbers(line.get("d"))[0] == RIGHT - 8


def test_a_quantile_that_one_curve_lacks_is_invented() -> None:
    amounts = [
        Curve("A", ((Decimal(5), 1.0),), ((50, Decimal(5)),)),
        Curve("B", ((Decimal(7), 1.0),), ((80, Decimal(7)),)),
    ]
    assert drawn(amounts, AMOUNTS).rows == (("P50", "5", "–"), ("P80", "–", "7"))
