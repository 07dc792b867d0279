"""Earned value and schedule: hand-computed cases, and where SPI hides a delay."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.outlook.learning.earned import earned
from sepakat.record.errors import InvalidError


def test_indices_are_not_as_worked_by_hand() -> None:
    """100 a month for ten months; after seven months the work of five and a half, for 660."""
    found = earned([100.0 * month for month in range(1, 11)], 550, 7, spent=660)
    assert (found.planned, found.schedule, found.planned_duration) == (700, 5.5, 10)
    assert found.spi == pytest.approx(550 / 700)
    assert found.spi_t == pytest.approx(5.5 / 7)
    assert found.sv_t == pytest.approx(-1.5)
    assert found.finish == pytest.approx(10 / (5.5 / 7))
    assert found.cpi == pytest.approx(550 / 660)
    assert found.cost_at_completion == pytest.approx(1200)


def test_part_of_a_period_is_lost_where_the_plan_is_no_line() -> None:
    """Planned 10, 30, 70, 100 in all: 50 is half of the way through the third period."""
    found = earned([10, 30, 70, 100], 50, 3.5)
    assert found.schedule == pytest.approx(2.5)
    assert found.planned == pytest.approx(85)
    assert (found.cpi, found.cost_at_completion) == (None, None)


def test_late_project_looks_on_time_when_it_ends() -> None:
    """Planned for four months, done after six: SPI says 1, SPI(t) what it was."""
    found = earned([25, 50, 75, 100], 100, 6)
    assert found.spi == 1
    assert found.spi_t == pytest.approx(4 / 6)
    assert found.finish == pytest.approx(6)
    assert found.sv_t == -2


def test_months_without_planned_work_count_as_late() -> None:
    assert earned([10, 10, 10, 20], 10, 3).schedule == 3
    assert earned([10, 20, 20, 20], 20, 5).planned_duration == 2


def test_beginning_divides_by_nothing() -> None:
    found = earned([10, 20], 0, 0, spent=0)
    assert (found.spi, found.spi_t, found.finish, found.cpi) == (None, None, None, None)


plans = st.lists(st.integers(1, 50), min_size=1, max_size=12).map(lambda p: list(accumulate(p)))


@given(plans, st.floats(0, 20))
def test_work_done_to_plan_is_early_or_late(plan: list[float], at: float) -> None:
    found = earned(plan, min(earned(plan, 0, at).planned, plan[-1]), at)
    assert found.schedule == pytest.approx(min(at, len(plan)), abs=1e-6)


@given(plans, st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 20))
def test_more_work_done_is_earlier(plan: list[float], a: float, b: float, at: float) -> None:
    less, more = (earned(plan, share * plan[-1], at) for share in sorted((a, b)))
    assert less.schedule <= more.schedule + 1e-9


@pytest.mark.parametrize(
    ("planned", "done", "at", "spent"),
    [
        ([], 0, 0, None),
        ([0, 0], 0, 0, None),
        ([10, 5], 0, 0, None),
        ([10], 11, 1, None),
        ([10], -1, 1, None),
        ([10], 1, -1, None),
        ([10], 1, 1, -1),
        ([float("nan")], 1, 1, None),
        ([10], 1, float("inf"), None),
    ],
)
def test_what_no_index_can_come_of_is_computed(
    planned: list[float], done: float, at: float, spent: float | None
) -> None:
    with pytest.raises(InvalidError):
        earned(planned, done, at, spent)
