"""Progress, and what mpxj's random plans do not have, by answers worked out by hand."""

from datetime import datetime

import pytest

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.cpm.dates import Dates
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import (
    Activity,
    ActivityType,
    Constraint,
    ConstraintType,
    Dependency,
    Plan,
    Tool,
)
from sepakat.record.errors import InvalidError
from support.plans import MONDAY, OFFICE

DAY = 480


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-01-{text}")


def dated(
    tool: Tool, *activities: Activity, links: tuple[Dependency, ...], data_date: str = "01T08:00"
) -> dict[str, Dates]:
    plan = Plan(
        "p", MONDAY, (OFFICE,), activities, links, data_date=at(data_date), tool=tool
    )  # fmt: skip
    return dict(schedule(plan).by_code)


def task(code: str, days: int, **more: object) -> Activity:
    return Activity(code, "", "office", days * DAY, **more)  # type: ignore[arg-type]


def test_work_left_that_is_dated_before_the_data_date() -> None:
    found = dated(
        Tool.PRIMAVERA,
        task("a", 3, actual_start=at("01T08:00"), actual_finish=at("03T17:00")),
        task("b", 5, actual_start=at("04T08:00"), remaining=2 * DAY),
        task("c", 1),
        links=(Dependency("a", "b"), Dependency("b", "c")),
        data_date="10T08:00",
    )
    assert (found["b"].start, found["b"].finish) == (at("04T08:00"), at("11T17:00"))
    assert (found["c"].start, found["c"].finish) == (at("12T08:00"), at("12T17:00"))
    assert found["c"].is_critical
    assert found["b"].is_critical
    assert not found["a"].is_critical


def test_work_out_of_sequence_that_goes_on_before_its_predecessor_is_done() -> None:
    found = dated(
        Tool.PRIMAVERA,
        task("a", 5),
        task("b", 4, actual_start=at("01T08:00"), remaining=2 * DAY),
        links=(Dependency("a", "b"),),
        data_date="02T08:00",
    )
    assert found["b"].early_start == at("09T08:00")  # retained logic
    assert found["b"].finish == at("10T17:00")


@pytest.mark.parametrize("tool", list(Tool))
def test_something_late_that_stays_early_or_delays_the_rest(tool: Tool) -> None:
    found = dated(
        tool,
        task("long", 5),
        task("late", 1, constraint=Constraint(ConstraintType.LATE)),
        task("end", 1),
        links=(Dependency("long", "end"), Dependency("late", "end")),
    )
    assert found["late"].start == at("05T08:00")
    assert found["end"].start == at("08T08:00")


def test_a_deadline_that_costs_no_float() -> None:
    found = dated(Tool.PROJECT, task("a", 5, deadline=at("04T17:00")), links=())
    assert found["a"].total_float == -DAY


def test_a_level_of_effort_that_is_not_as_long_as_its_work() -> None:
    found = dated(
        Tool.PRIMAVERA,
        task("a", 2),
        task("b", 3),
        task("watch", 0, type=ActivityType.LEVEL_OF_EFFORT),
        links=(
            Dependency("a", "b"),
            Dependency("a", "watch", LinkType.START_START),
            Dependency("watch", "b", LinkType.FINISH_FINISH),
        ),
    )
    assert (found["watch"].start, found["watch"].finish) == (at("01T08:00"), at("05T17:00"))


def test_links_that_run_in_a_circle() -> None:
    with pytest.raises(InvalidError, match="circle"):
        dated(
            Tool.PROJECT,
            task("a", 1),
            task("b", 1),
            links=(Dependency("a", "b"), Dependency("b", "a")),
        )
