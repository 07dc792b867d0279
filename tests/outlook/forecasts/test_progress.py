"""What a plan in progress is held back by: links to what is done, and lags that have run."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from sepakat.outlook.forecasts.modelling import modelled
from sepakat.outlook.forecasts.progress import under_way
from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.calendars import moment
from sepakat.outlook.plan.model import Dependency, Plan, Tool
from sepakat.outlook.simulation.running import simulate
from support.forecasting import chain, milestone, stated, task

AT = datetime.fromisoformat
NOON = AT("2026-03-20T17:00")  # three weeks after the start, on Friday's evening
BEGUN = {"actual_start": AT("2026-03-02T08:00")}
ENDED = BEGUN | {"actual_finish": AT("2026-03-06T17:00"), "remaining": 0}  # ten days of work ago


def plan(before: dict[str, Any], kind: LinkType, lag: float, elapsed: bool = False) -> Plan:
    activities = (task("A", 5, **before), task("B", 5), milestone("END"))
    links = (
        Dependency("A", "B", kind, round(lag * (1440 if elapsed else 480)), elapsed),
        Dependency("B", "END"),
    )
    return chain(*activities, links=links, data_date=NOON)


def finish(given: Plan) -> float:
    model = modelled(given, stated(), []).model
    return float(simulate(model, seed=1, iterations=1, engine="numpy").finish[0])


@pytest.mark.parametrize(
    ("before", "kind", "lag", "found"),
    [
        (ENDED, LinkType.FINISH_START, 0, 5),
        (ENDED, LinkType.FINISH_START, 4, 5),  # over since Thursday of last week
        (ENDED, LinkType.FINISH_START, 12, 7),  # ten days have run, two are left
        (ENDED, LinkType.FINISH_FINISH, 17, 7),
        (ENDED, LinkType.START_START, 16, 6),  # from the start, which is fifteen days ago
        (BEGUN | {"remaining": 480}, LinkType.START_START, 16, 6),
        (BEGUN | {"remaining": 480}, LinkType.FINISH_START, 2, 8),  # it runs once that has ended
        ({}, LinkType.START_START, 16, 21),
    ],
)
def test_lag_that_runs_again_from_the_data_date(
    before: dict[str, Any], kind: LinkType, lag: float, found: float
) -> None:
    assert finish(plan(before, kind, lag)) == found


def test_elapsed_lag_of_which_nights_are_not_counted() -> None:
    """Of twenty days since Friday, 6 March 17:00, fourteen have gone by."""
    given = plan(ENDED, LinkType.FINISH_START, 20, elapsed=True)
    (link, _) = under_way(given).links
    assert link.lag == 6 * 1440


def test_finished_work_that_waits_for_what_came_before_it() -> None:
    """It was done out of its order, and what follows it need not wait."""
    given = chain(
        task("A", 30), task("B", 5, **ENDED), task("C", 5), milestone("END"), data_date=NOON
    )
    assert [(link.predecessor, link.successor) for link in under_way(given).links] == [
        ("B", "C"),
        ("C", "END"),
    ]


@pytest.mark.parametrize("tool", list(Tool))
def test_plan_that_is_not_begun_and_changes(tool: Tool) -> None:
    given = replace(plan({}, LinkType.FINISH_FINISH, 3), tool=tool)
    assert under_way(given) == given


def test_actual_date_after_the_data_date_that_lengthens_a_lag() -> None:
    late = BEGUN | {"actual_finish": moment(30_000_000), "remaining": 0}
    (link, _) = under_way(plan(late, LinkType.FINISH_START, 3)).links
    assert link.lag == 3 * 480
