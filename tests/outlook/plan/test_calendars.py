"""The clock: counting work there and back, over any week and any exceptions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.outlook.plan.calendars import Calendar, Clock, Hours, hours, minute
from sepakat.record.errors import InvalidError
from support.plans import MONDAY, OFFICE


@st.composite
def _hours(draw: st.DrawFn) -> Hours:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return hours(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = tuple(draw(_hours()) for _ in range(6))
    days = draw(st.dictionaries(st.integers(-400, 400), _hours(), max_size=5))
    differing = {MONDAY.date() + timedelta(days=day): spans for day, spans in days.items()}
    return Calendar("c", "", (((480, 1020),), *week), tuple(sorted(differing.items())))  # type: ignore[arg-type]


@given(calendars(), st.integers(-2_000_000, 2_000_000), st.integers(-200_000, 200_000))
def test_work_that_is_lost_or_gained_in_counting(calendar: Calendar, off: int, work: int) -> None:
    clock = Clock(calendar, MONDAY.date())
    at = minute(MONDAY) + off
    count = clock.worked(at)
    assert clock.previous_finish(at) <= at <= clock.next_start(at)
    assert clock.worked(clock.first(count)) == clock.worked(clock.last(count)) == count
    assert clock.between(at, clock.add(at, work)) == work
    assert clock.worked(clock.last(count) + 1) == count + 1
    assert clock.worked(clock.first(count) - 1) == count - 1


def test_a_day_that_goes_beyond_the_office() -> None:
    clock = Clock(OFFICE, date(2024, 1, 1))
    friday = minute(MONDAY + timedelta(days=4, hours=9))
    assert clock.next_start(friday) == minute(MONDAY + timedelta(days=7))
    assert clock.add(friday, 60) == minute(MONDAY + timedelta(days=7, hours=1))
    assert clock.add(minute(MONDAY + timedelta(days=7)), -60) == friday - 60


def test_a_calendar_without_hours_that_never_answers() -> None:
    clock = Clock(Calendar("none", "", ((),) * 7), MONDAY.date())  # type: ignore[arg-type]
    with pytest.raises(InvalidError, match="1900 to 2199"):
        clock.next_start(minute(MONDAY))
