"""Days of work as dates, worked out by hand: 2 March 2026 is a Monday, hours are 8 to 17."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.outlook.forecasts.days import WorkingDays
from sepakat.outlook.plan.calendars import Calendar
from support.forecasting import chain, milestone, task
from support.plans import OFFICE

HOLIDAY = (date(2026, 3, 6), ())  # a Friday
HALF = (date(2026, 3, 9), ((480, 720),))  # a Monday, until noon


def days(
    start: str = "2026-03-02T08:00", data_date: str = "", calendar: Calendar = OFFICE
) -> WorkingDays:
    given = {"data_date": datetime.fromisoformat(data_date)} if data_date else {}
    plan = chain(
        task("A", 1),
        milestone("END"),
        start=datetime.fromisoformat(start),
        calendars=(calendar,),
        **given,
    )
    return WorkingDays(plan)


def calendar(*exceptions: tuple[date, tuple[tuple[int, int], ...]]) -> Calendar:
    return Calendar(OFFICE.code, OFFICE.name, OFFICE.week, exceptions)


@pytest.mark.parametrize(
    ("worked", "found"),
    [
        (0, "2026-03-02"),
        (0.5, "2026-03-02"),
        (1, "2026-03-02"),  # the whole of Monday: a finish is at 17:00 and not on Tuesday
        (1.01, "2026-03-03"),
        (5, "2026-03-06"),
        (5.01, "2026-03-09"),  # over the weekend
        (10, "2026-03-13"),
        (262, "2027-03-02"),
    ],
)
def test_finish_that_falls_on_another_day(worked: float, found: str) -> None:
    assert days().on(worked).isoformat() == found


def test_holidays_and_half_days_that_are_worked() -> None:
    kept = days(calendar=calendar(HOLIDAY, HALF))
    assert kept.on(4).isoformat() == "2026-03-05"
    assert kept.on(4.25).isoformat() == "2026-03-09"
    assert kept.on(4.5).isoformat() == "2026-03-09"
    assert kept.on(5).isoformat() == "2026-03-10"
    assert round(kept.by(date(2026, 3, 8)), 2) == 4
    assert round(kept.by(date(2026, 3, 9)), 2) == 4.5


def test_day_that_is_due_on_a_weekend_and_is_taken_for_the_monday() -> None:
    found = days()
    friday, saturday, sunday = (found.by(date(2026, 3, day)) for day in (6, 7, 8))
    assert 5 <= friday == saturday == sunday < 5.01
    assert found.by(date(2026, 3, 9)) >= 6


def test_days_that_are_not_counted_from_the_data_date() -> None:
    found = days(data_date="2026-03-04T17:00")
    assert found.on(0).isoformat() == "2026-03-04"
    assert found.on(1).isoformat() == "2026-03-05"
    assert round(found.by(date(2026, 3, 6)), 2) == 2
    assert found.until(datetime.fromisoformat("2026-03-06T12:00")) == 1.5
    assert found.until(datetime.fromisoformat("2026-03-02T12:00")) == 0


@pytest.mark.parametrize("begin", ["2026-03-09T00:00", "2026-03-09T08:00", "2026-03-08T00:00"])
def test_due_day_before_the_data_date_that_can_be_met_still(begin: str) -> None:
    """Between Friday's evening and Monday's morning nothing is worked, and yet it is too late."""
    found = days(data_date=begin)
    assert found.by(date(2026, 3, 6)) < 0
    assert found.by(found.on(0)) >= 0


def test_plan_in_the_middle_of_a_day() -> None:
    found = days(data_date="2026-03-06T12:00")
    assert found.on(0.5).isoformat() == "2026-03-06"
    assert found.on(0.6).isoformat() == "2026-03-09"
    assert round(found.by(date(2026, 3, 8)), 2) == 0.5


def test_sum_of_float32_that_is_late_by_a_ten_millionth() -> None:
    """Ten tenths of a day are a little more than one, in float32; they end on the day all the
    same, and so they are on time."""
    found = days()
    total = np.float32(0)
    for _ in range(10):
        total += np.float32(0.1)
    assert float(total) > 1
    assert found.on(float(total)).isoformat() == "2026-03-02"
    assert float(total) <= found.by(date(2026, 3, 2))


@given(st.integers(0, 480 * 2000), st.integers(-3, 3))
def test_chance_and_date_that_contradict_each_other(minutes: int, apart: int) -> None:
    """Done on a day means done by that day, and not by the day before."""
    found = days(calendar=calendar(HOLIDAY, HALF))
    worked = float(np.float32((minutes + apart * 1e-3) / 480))
    on = found.on(worked)
    assert worked <= found.by(on)
    assert worked > found.by(date.fromordinal(on.toordinal() - 1))
