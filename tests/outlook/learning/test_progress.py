"""Earned schedule of a plan: against figures by hand."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sepakat.outlook.learning.progress import progress
from sepakat.outlook.plan.model import Activity, ActivityType, Plan
from support.plans import OFFICE

MONDAY = datetime.fromisoformat("2026-06-01T00:00")
WEEK = timedelta(days=7)


def activity(code: str, weeks: tuple[float, float] | None, days: int, **given: Any) -> Activity:
    """`weeks` are those at which its baseline begins and ends."""
    start, finish = (MONDAY + WEEK * at for at in weeks) if weeks else (None, None)
    return Activity(
        code, code, "office", days * 480, baseline_start=start, baseline_finish=finish, **given
    )


def plan(*activities: Activity, after: float | None = 2) -> Plan:
    date = None if after is None else MONDAY + WEEK * after
    return Plan("A plan", MONDAY, (OFFICE,), activities, data_date=date)


def test_earned_schedule_is_not_the_one_by_hand() -> None:
    # Planned: 10 days in the first two weeks and 10 in the next two, so 5, 10, 15, 20.
    # Done: 6 of 10, and 1.5 of 10: 7.5 was planned for a week and a half.
    found = progress(plan(
        activity("A", (0, 2), 10, percent=60.0),
        activity("B", (2, 4), 10, percent=15.0),
        activity("no baseline", None, 99, percent=100.0),
        activity("level of effort", (0, 40), 99, type=ActivityType.LEVEL_OF_EFFORT),
    ))  # fmt: skip
    assert found is not None
    assert (found.at, found.planned, found.earned) == (2, 10, 7.5)
    assert found.schedule == pytest.approx(1.5)
    assert found.spi_t == pytest.approx(0.75)
    assert found.planned_duration == 4


def test_what_is_finished_counts_by_its_percentage() -> None:
    at = MONDAY + timedelta(days=3)
    done = activity("A", (0, 1), 5, actual_start=MONDAY, actual_finish=at, percent=0.0)
    found = progress(plan(done, activity("B", (1, 2), 5), after=1))
    assert found is not None
    assert (found.earned, found.spi_t) == (5, 1)


def test_baseline_of_a_moment_is_lost() -> None:
    found = progress(plan(activity("A", (0, 3), 6), activity("B", (2, 2), 4), after=2))
    assert found is not None
    assert found.planned == pytest.approx(8)  # four of six, and all of the moment's four


@pytest.mark.parametrize(
    "without",
    [
        plan(activity("A", None, 5)),
        plan(activity("A", (0, 1), 5), after=None),
        plan(activity("A", (0, 1), 5), after=0),
        plan(activity("A", (1, 0), 5)),
        plan(activity("A", (0, 0), 0)),
    ],
)
def test_progress_is_made_up(without: Plan) -> None:
    assert progress(without) is None
