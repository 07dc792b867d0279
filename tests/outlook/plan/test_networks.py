"""What is left of a plan in progress, by answers worked out by hand."""

from datetime import datetime

import pytest

from sepakat.outlook.network import LinkType, Network
from sepakat.outlook.plan.model import Activity, Dependency, Plan, Tool
from sepakat.outlook.plan.networks import remaining
from support.plans import MONDAY, OFFICE

DAY = 480


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-01-{text}")


def task(code: str, days: int, **more: object) -> Activity:
    return Activity(code, "", "office", days * DAY, **more)  # type: ignore[arg-type]


# On the evening of Friday the 5th: done from Monday to Wednesday, begun on Thursday.
DONE = task("done", 3, actual_start=at("01T08:00"), actual_finish=at("03T17:00"))
BEGUN = task("begun", 5, actual_start=at("04T08:00"), remaining=3 * DAY)


def left(
    *links: Dependency, tool: Tool = Tool.PROJECT
) -> tuple[Network, dict[tuple[str, str], float]]:
    activities = (DONE, BEGUN, task("next", 2), task("other", 4))
    plan = Plan(
        "p", MONDAY, (OFFICE,), activities, links, data_date=at("05T17:00"), tool=tool
    )  # fmt: skip
    found = remaining(plan)
    names = found.activities
    return found, {(names[a], names[b]): lag for a, b, _, lag in found.links}


def test_work_that_is_done_counts_again() -> None:
    found, _ = left()
    assert dict(zip(found.activities, found.durations, strict=True)) == {
        "done": 0, "begun": 3, "next": 2, "other": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("predecessor", "kind", "lag", "expected"),
    [
        ("done", LinkType.FINISH_START, 5, 3),  # Thursday and Friday of it are over
        ("done", LinkType.FINISH_START, 1, 0),
        ("done", LinkType.START_START, 5, 0),
        ("begun", LinkType.START_START, 10, 8),
        ("begun", LinkType.FINISH_START, 5, 5),
        ("other", LinkType.START_START, 5, 5),
        ("done", LinkType.FINISH_START, -2, -2),
    ],
)
def test_a_lag_that_runs_twice(predecessor: str, kind: LinkType, lag: int, expected: float) -> None:
    _, lags = left(Dependency(predecessor, "next", kind, lag * DAY))
    assert lags == {(predecessor, "next"): expected}


def test_an_elapsed_lag_that_stops_at_night() -> None:
    _, lags = left(Dependency("done", "next", lag=3 * 1440, elapsed=True))
    assert lags == {("done", "next"): 1}


def test_what_is_done_waits_again() -> None:
    assert left(Dependency("other", "done"))[1] == {}


def test_what_has_begun_waits_again_but_by_retained_logic() -> None:
    begins, ends = (
        Dependency("other", "begun"),
        Dependency("other", "begun", LinkType.FINISH_FINISH),
    )
    assert left(begins)[1] == {}
    assert left(ends)[1] == {("other", "begun"): 0}
    assert left(begins, tool=Tool.PRIMAVERA)[1] == {("other", "begun"): 0}


def test_a_date_after_the_data_date_that_lengthens_a_lag() -> None:
    late = task("late", 3, actual_start=at("08T08:00"), actual_finish=at("10T17:00"), remaining=0)
    links = (Dependency("late", "next", lag=3 * DAY),)
    activities = (late, task("next", 2))
    plan = Plan("p", MONDAY, (OFFICE,), activities, links, data_date=at("05T17:00"))
    assert [lag for *_, lag in remaining(plan).links] == [3]
