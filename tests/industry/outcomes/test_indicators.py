"""Promised against proven, by hand and by what must hold of every indicator."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sepakat.industry.outcomes.indicators import (
    Measured,
    Outcome,
    Promise,
    Standing,
    outcome,
    outcome_of,
)
from support.case import Case

SINCE, DUE = date(2026, 1, 1), date(2028, 1, 1)  # 730 days
HALFWAY = date(2027, 1, 1)


def measured(day: date, value: str) -> Measured:
    return Measured(day, Decimal(value))


def test_nothing_measured_is_not_taken_for_nothing_done() -> None:
    found = outcome(Promise(Decimal(0), SINCE, Decimal(100), DUE), [], HALFWAY)
    assert (found.standing, found.progress) == (Standing.UNMEASURED, None)


@pytest.mark.parametrize(
    ("value", "day", "standing"),
    [
        ("49.9", HALFWAY, Standing.BEHIND),
        ("50", HALFWAY, Standing.ON_COURSE),
        ("100", HALFWAY, Standing.MET),
        ("99.9", DUE, Standing.BEHIND),
        ("99.9", DUE + timedelta(1), Standing.MISSED),
        ("100", DUE + timedelta(1), Standing.MET),
    ],
)
def test_standing_by_the_way_and_the_time(value: str, day: date, standing: Standing) -> None:
    promise = Promise(Decimal(0), SINCE, Decimal(100), DUE)
    assert outcome(promise, [measured(day, value)], day).standing == standing


def test_fall_that_is_promised_is_progress() -> None:
    promise = Promise(Decimal(20), SINCE, Decimal(10), DUE)
    found = outcome(promise, [measured(HALFWAY, "12")], HALFWAY)
    assert (found.progress, found.standing) == (Decimal("0.8"), Standing.ON_COURSE)


def test_what_is_measured_later_is_not_known_yet() -> None:
    promise = Promise(Decimal(0), SINCE, Decimal(100), DUE)
    known = [measured(DUE, "100"), measured(HALFWAY, "10")]
    found = outcome(promise, known, HALFWAY)
    assert found.latest == known[1]


numbers = st.decimals(-1000, 1000, places=2)
days = st.dates(SINCE, DUE)


@given(numbers, numbers, st.lists(st.tuples(days, numbers), min_size=1), days)
def test_progress_is_the_same_seen_from_the_other_side(
    baseline: Decimal, target: Decimal, known: list[tuple[date, Decimal]], day: date
) -> None:
    """To turn all signs changes nothing: no direction is better than the other."""
    assume(baseline != target)
    as_is = outcome(Promise(baseline, SINCE, target, DUE), [Measured(*k) for k in known], day)
    turned = outcome(
        Promise(-baseline, SINCE, -target, DUE), [Measured(d, -v) for d, v in known], day
    )
    assert (as_is.standing, as_is.progress) == (turned.standing, turned.progress)


def of(case: Case, indicator: str, day: str = "2026-01-01") -> Outcome:
    things = case.of_kind("measurement")
    return outcome_of(case.nations.object(indicator), things, date.fromisoformat(day))


def test_measurement_that_nobody_confirmed_or_of_another_indicator_counts() -> None:
    """From 0 on 1 June 2025 to 100 on 31 October 2026."""
    case = Case()
    mine = case.make("indicator", "in_force")
    other = case.make("indicator", "in_force")
    for state in ("reported", "contested"):
        case.make("measurement", state, indicator=mine, value="90")
    case.make("measurement", "confirmed", indicator=other, value="80")
    assert of(case, mine).standing is Standing.UNMEASURED
    case.make("measurement", "confirmed", indicator=mine, value="40.5")
    found = of(case, mine)
    assert (found.progress, found.latest) == (
        Decimal("0.405"),
        measured(date(2025, 12, 31), "40.5"),
    )
    assert found.standing is Standing.BEHIND  # 213 of 517 days had passed
    assert of(case, mine, "2026-11-01").standing is Standing.MISSED
