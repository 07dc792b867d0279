"""Our own forecasts that have come out: what would be learned from what nobody could know yet."""

from datetime import date
from typing import Any

import pytest

from sepakat.outlook.learning.outcomes import outcomes
from sepakat.outlook.learning.reference import Outcome, correct
from sepakat.record.kind import Object
from support.forecasting import promise, thing

PROJECT = thing(
    "project", {"phases": [{"title": "Build", "starts": "2025-01-01", "ends": "2025-12-31"}]}
)


def plan(number: int, as_of: str, achieved: str = "", **given: Any) -> Object:
    row = promise("M", achieved=achieved) if achieved else promise("M")
    fields = {"project": PROJECT.id, "as_of": as_of, "stage": "production", "promises": [row]}
    state = given.pop("state", "accepted")
    return thing("plan", fields | given, f"MYS-plan-{number}", state)


def forecast(
    number: int, as_of: str = "2025-02-01", p50: str = "2025-04-11", **given: Any
) -> Object:
    """A hundred days from the project's start, unless told."""
    fields = {
        "project": PROJECT.id,
        "plan": "MYS-plan-1",
        "as_of": as_of,
        "milestones": [{"activity": "M", "p50": p50}],
    }
    state = given.pop("state", "issued")
    return thing("forecast", fields | given, f"MYS-forecast-{number}", state)


FIRST = plan(1, "2025-01-31")
REACHED = plan(2, "2025-06-30", "2025-05-31")  # a hundred and fifty days


def found(forecasts: list[Object], *plans: Object) -> list[Outcome]:
    return outcomes(forecasts, plans or [FIRST, REACHED], [PROJECT])


def test_outcome_that_is_counted_from_another_day() -> None:
    (one,) = found([forecast(1)])
    assert one == Outcome(
        "MYS-project-1 M", "production", date(2025, 2, 1), 100, date(2025, 6, 30), 150
    )
    assert one.ratio == 1.5


def test_milestone_that_is_not_reached_and_counts() -> None:
    assert found([forecast(1)], FIRST, plan(2, "2025-06-30")) == []


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_milestone_that_the_other_nation_did_not_accept_as_reached(state: str) -> None:
    assert found([forecast(1)], FIRST, plan(2, "2025-06-30", "2025-05-31", state=state)) == []


def test_forecast_that_is_withdrawn_so_as_not_to_count() -> None:
    assert len(found([forecast(1, state="withdrawn")])) == 1


def test_outcome_that_is_known_before_anybody_said_so() -> None:
    """The earliest plan that says so counts, in whatever order they come."""
    later = plan(3, "2025-12-31", "2025-05-31")
    for plans in ((FIRST, REACHED, later), (later, REACHED, FIRST)):
        (one,) = found([forecast(1)], *plans)
        assert one.known == date(2025, 6, 30)


def test_forecast_from_after_the_outcome_that_counts() -> None:
    assert found([forecast(1, as_of="2025-07-01")]) == []
    assert len(found([forecast(1, as_of="2025-06-30")])) == 1


def test_stage_that_is_not_that_of_the_forecasts_plan() -> None:
    early = plan(1, "2025-01-31", stage="development")
    (one,) = found([forecast(1)], early, REACHED)
    assert one.stage == "development"


def test_forecast_of_an_unseen_plan_or_project_that_stops_the_rest() -> None:
    unseen = forecast(1, plan="MYS-plan-9")
    strange = forecast(2, project="MYS-project-9")
    assert len(found([unseen, strange, forecast(3)])) == 1


def test_milestone_of_before_the_project_that_has_no_length() -> None:
    assert found([forecast(1, p50="2025-01-01")]) == []
    assert found([forecast(1)], FIRST, plan(2, "2025-06-30", "2024-12-31")) == []


def test_milestone_of_another_project_that_is_taken_for_it() -> None:
    other = plan(2, "2025-06-30", "2025-05-31", project="MYS-project-2")
    assert found([forecast(1)], FIRST, other) == []


def test_outcome_of_the_day_of_a_forecast_that_it_corrects() -> None:
    """Seen in time order: five forecasts come out on 30 June, and are known after it."""
    known = found([forecast(n) for n in range(5)])
    assert correct(100, "production", date(2025, 6, 30), known).quantiles == {}
    assert correct(100, "production", date(2025, 7, 1), known, levels=(0.5,)).quantiles == {
        0.5: 150
    }
