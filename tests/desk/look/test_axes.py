"""Axes: round ticks that lie on them, as many as can be read."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import Axis
from sepakat.desk.charts.axes import Scale, around, round_numbers, scaled, ticks
from sepakat.desk.charts.drawing import breadth, short
from support.drawings import AMOUNTS, DAYS

SOME_DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def period(first: date, last: date) -> list[str]:
    return [words for _at, words in ticks(DAYS, scaled([first, last], 0, 500))]


@pytest.mark.parametrize(
    ("first", "last", "step", "some"),
    [
        (date(2026, 1, 1), date(2026, 1, 3), "day", "2026-01-02"),
        (date(2026, 1, 1), date(2026, 4, 20), "month", "2026-02-01"),
        (date(2026, 1, 15), date(2026, 12, 3), "quarter", "2026-04-01"),
        (date(2026, 1, 15), date(2029, 12, 3), "year", "2027-01-01"),
        (date(2026, 1, 15), date(2080, 12, 3), "year", "2040-01-01"),
        (date.min, date.max, "year", "4000-01-01"),
    ],
)
def test_ticks_are_of_a_period_that_does_not_fit(
    first: date, last: date, step: str, some: str
) -> None:
    found = period(first, last)
    assert {words.split()[0] for words in found} == {step}
    assert f"{step} {some}" in found


@given(SOME_DAYS, SOME_DAYS)
def test_ticks_of_days_meet_or_leave_their_axis(one: date, other: date) -> None:
    scale = scaled([one, other], 0, 500)
    found = ticks(DAYS, scale)
    places = [at for at, _words in found]
    assert all(-0.1 <= at <= 500.1 for at in places)
    for (at, words), after in zip(found, places[1:], strict=False):
        # Months differ by three days: a few pixels of those kept free between the words.
        assert after - at >= breadth(words)


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15), st.integers(2, 6))
def test_ticks_of_numbers_are_not_round_or_too_many(one: float, other: float, most: int) -> None:
    scale = scaled([one, other], 0, 500)
    found = round_numbers(scale, most)
    assert len(found) <= most + 1
    assert all(scale.holds(value) for value in found)
    gaps = {after - before for before, after in pairwise(found)}
    assert len(gaps) <= 1
    assert all(gap.normalize().as_tuple().digits in ((1,), (2,), (5,)) for gap in gaps)


def test_a_round_number_is_written_with_an_exponent() -> None:
    assert list(map(str, round_numbers(Scale(0, 2000, 0, 1), 4))) == [
        "0",
        "500",
        "1000",
        "1500",
        "2000",
    ]


@pytest.mark.parametrize("value", [0.0, 5.0, -1e9, Decimal("0.01"), date(2026, 1, 1)])
def test_one_value_alone_has_no_scale(value: date | Decimal | float) -> None:
    scale = scaled([value, value], 100, 300)
    assert scale.at(value) == pytest.approx(200)
    axis = DAYS if isinstance(value, date) else AMOUNTS
    assert ticks(axis, scale)


def test_no_value_has_no_scale() -> None:
    assert scaled([], 0, 10).at(0) == 5


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_target_at_the_edge_leaves_no_room_beside_it(one: float, two: float, at: float) -> None:
    scale = around(scaled([one, two, at], 0, 100), at, 0.3)
    assert 18 <= scale.at(at) <= 82  # 0.3 of 1.6


def test_ticks_wide_as_the_axis_are_drawn_over_one_another() -> None:
    wide = Axis("Cost", lambda value: f"{value} " + "x" * 30)
    assert len(ticks(wide, Scale(0, 100, 0, 500))) <= 3


@given(st.text(max_size=60), st.floats(20, 300))
def test_shortened_text_is_wider_than_its_room(words: str, room: float) -> None:
    found = short(words, room)
    assert breadth(found) <= room
    assert found == words or (found.endswith("…") and words.startswith(found[:-1]))


def test_korean_is_taken_to_be_as_narrow_as_english() -> None:
    assert breadth("가나다라마") > 1.4 * breadth("abcde")
