"""The plans of the demo's portfolio, on whatever day it is played."""

from datetime import date, timedelta
from typing import Any

import pytest

from sepakat.cli.demo.case import outlook, plans, portfolio, risks
from sepakat.cli.demo.case.plans import Progress
from sepakat.cli.demo.case.portfolio import LATE, PROJECTS, Project
from sepakat.outlook.forecasts.making import Request, make
from sepakat.outlook.forecasts.submitting import described
from sepakat.outlook.plan.calendars import Clock, minute
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.mspdi import write_mspdi
from sepakat.outlook.plan.reading import read
from sepakat.outlook.risks.triggers import has_fired
from sepakat.record import label as labels
from sepakat.record.kind import Object

BOTH = labels.make("RESTRICTED", ["KOR", "MYS"])
# A week with its weekend, the turn of the year, a leap day and a holiday.
DAYS = [
    *(date(2027, 3, 1) + timedelta(days=n) for n in range(7)),
    date(2026, 12, 31),
    date(2028, 2, 29),
    date(2027, 8, 31),
]


def thing(said: dict[str, Any], state: str, **fields: Any) -> Object:
    made, body = said["object"], {**said["body"], **fields}
    return Object(made, said["kind"], made[:3], None, BOTH, state, body, "")


def forecast(project: Project, progress: Progress, today: date) -> Any:
    plan = progress.of(project.outline.baseline(today), today)
    body = described(plan) | {"project": project.id, "stage": project.stage}
    body["estimates"] = [{"activities": "*", "low": "90", "likely": "100", "high": "130"}]
    (proposed,) = (
        s for s in portfolio.proposed(project.nation, today) if s["object"] == project.id
    )
    request = Request(
        plan=Object("MYS-plan", "plan", "MYS", None, BOTH, "accepted", body, ""),
        project=thing(proposed, "under_way"),
        file=write_mspdi(plan),
        as_of=today,
        seed=7,
        iterations=500,
        risks=[
            thing(said, "open")
            for nation in ("KOR", "MYS")
            for said in risks.raised(nation)
            if project.id in said["body"]["projects"]
        ],
    )
    return make(request)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_project_that_slips_is_late_before_or_in_time_afterwards(today: date) -> None:
    late = next(project for project in PROJECTS if project.id == LATE)
    (risk,) = (s["body"] for s in risks.raised("MYS") if s["object"] == risks.TRIGGERED)
    before, after = (forecast(late, p, today) for p in (outlook.ON_COURSE, outlook.SLIPPED))
    assert not has_fired(risk, before.body)
    assert has_fired(risk, after.body)
    source, stock = (
        next(row for row in after.figures.treatments if row.title == title)
        for title in (risks.SECOND_SOURCE, risks.STOCK)
    )
    assert source.on_time_after > stock.on_time_after > source.on_time_before


@pytest.mark.parametrize("today", DAYS[6:], ids=str)
@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_plan_that_does_not_end_its_room_before_it_is_due(project: Project, today: date) -> None:
    baseline = project.outline.baseline(today)
    plan = read(write_mspdi(Progress(outlook.AS_OF).of(baseline, today)))
    clock = Clock(plan.own_calendar, today)
    ends, due = schedule(plan).finish, plan.activities[-1].deadline
    assert due is not None
    assert due.date() == today + timedelta(days=project.outline.due)
    assert clock.between(minute(ends), minute(due)) == project.outline.room * plans.DAY
    assert bool(described(plan)["failing"]) == (project.id == "MYS-project-coast")


def test_a_simulated_plan_that_has_other_dates_than_the_plan() -> None:
    for project in PROJECTS:
        notes = forecast(project, Progress(outlook.AS_OF), DAYS[0]).figures.notes
        assert not [note for note in notes if "the model's" in note], project.id
