"""Finish and cost: each dot in its quadrant, all in one path, and no share but the caller's."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import Figure, Frontier, Quadrant, Target, scatter
from sepakat.desk.charts.scatter import MAX_DOTS
from support.drawings import AMOUNTS, DAYS, numbers, of_class, words

DAY = date(2028, 1, 1)
QUADRANTS = (
    Quadrant("Both kept", "40 %"),
    Quadrant("Too dear", "30 %"),
    Quadrant("Late", "20 %"),
    Quadrant("Neither", "10 %"),
)
Dots = list[tuple[date, float]]


def drawn(dots: Dots, by: date, within: float, frontier: Frontier | None = None) -> Figure:
    targets = (Target("Promised", by), Target("Budget", within))
    head = ("What", "Finish", "Cost", "Share")
    return scatter("S", "W.", dots, DAYS, AMOUNTS, targets, QUADRANTS, frontier, "One", head)


DOTS = st.lists(
    st.tuples(
        st.integers(0, 400).map(lambda days: DAY + timedelta(days=days)),
        st.integers(0, 400).map(float),
    ),
    max_size=30,
)


@given(DOTS, st.integers(-100, 500), st.integers(-100, 500))
def test_a_dot_lies_in_another_quadrant_than_its_own(dots: Dots, by: int, within: int) -> None:
    figure = drawn(dots, DAY + timedelta(days=by), float(within))
    _legend, path = of_class(figure, "dots")
    places = numbers(path.get("d"))
    assert len(places) == 3 * len(dots)  # across, up, and a length of 0
    (lines,) = of_class(figure, "today")
    at = numbers(lines.get("d"))
    x, y = at[0], at[4]
    for (day, cost), across, up in zip(dots, places[::3], places[1::3], strict=True):
        assert across <= x if day <= DAY + timedelta(days=by) else across >= x
        assert up >= y if cost <= within else up <= y
        assert 0 <= across <= 760


def test_a_quadrants_share_stands_in_another() -> None:
    figure = drawn([(DAY, 1.0), (DAY + timedelta(days=9), 9.0)], DAY + timedelta(days=5), 5.0)
    (lines,) = of_class(figure, "today")
    at = numbers(lines.get("d"))
    x, y = at[0], at[4]
    said = {e.text: e for e in of_class(figure, "heading", "text")}
    places = {text: (float(e.get("x", "0")), float(e.get("y", "0"))) for text, e in said.items()}
    assert places["40 %"][0] < x < places["20 %"][0]
    assert places["30 %"][1] < y < places["40 %"][1]
    assert places["10 %"][0] > x
    assert places["10 %"][1] < y
    assert {"Both kept", "Too dear", "Late", "Neither"} <= set(words(figure))


def test_the_table_holds_each_dot_or_not_the_frontier() -> None:
    frontier = Frontier("Joint", "80 %", ((DAY, 7.0), (DAY + timedelta(days=4), 5.0)))
    figure = drawn([(DAY, 1.0)] * 1000, DAY, 5.0, frontier)
    assert figure.rows == (
        ("Both kept", "≤ 2028-01-01", "≤ 5.0", "40 %"),
        ("Too dear", "≤ 2028-01-01", "> 5.0", "30 %"),
        ("Late", "> 2028-01-01", "≤ 5.0", "20 %"),
        ("Neither", "> 2028-01-01", "> 5.0", "10 %"),
        ("Joint", "2028-01-01", "7.0", "80 %"),
        ("Joint", "2028-01-05", "5.0", "80 %"),
    )
    assert len(str(figure.svg)) < 30_000


def test_more_dots_than_can_be_sent_are_drawn() -> None:
    with pytest.raises(ValueError, match="too many"):
        drawn([(DAY, 1.0)] * (MAX_DOTS + 1), DAY, 1.0)
