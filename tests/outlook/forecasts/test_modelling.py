"""What is simulated of a plan: what would be counted twice, dropped or taken for something else."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from sepakat.outlook.forecasts.modelling import Modelled, modelled
from sepakat.outlook.plan.model import (
    ActivityType,
    Constraint,
    ConstraintType,
    Phase,
    Plan,
)
from sepakat.outlook.simulation.model import Cost, Triangular
from sepakat.record.errors import InvalidError
from support.forecasting import CERTAIN, IMPACT, MONDAY, chain, milestone, risk, stated, task
from support.plans import SHIFTS, SUNDAYS

AT = datetime.fromisoformat
DONE = {
    "actual_start": AT("2026-03-02T08:00"),
    "actual_finish": AT("2026-03-06T17:00"),
    "remaining": 0,
}
SECOND = {"title": "A second source", "probability": "10", "impact": "50", "price": "200"}
STOCK = {"title": "Stock", "probability": "30", "impact": "0", "price": "300"}


def built() -> Plan:
    """BUILD has A, B and the milestone TESTED, and below it WIRE has C; then END."""
    return chain(
        task("A", 10, phase="BUILD"),
        task("B", 20, phase="BUILD"),
        task("C", 5, phase="WIRE"),
        milestone("TESTED", phase="BUILD"),
        milestone("END"),
        phases=(Phase("BUILD", "Build"), Phase("WIRE", "Wire", "BUILD"), Phase("IDLE", "Idle")),
    )


def model(plan: Plan, *risks: Any, **given: Any) -> Modelled:
    return modelled(plan, stated(**given), risks)


def row(activities: str, low: str, likely: str, high: str) -> dict[str, str]:
    return {"activities": activities, "low": low, "likely": likely, "high": high}


def test_estimate_that_the_wrong_row_gives() -> None:
    """All others give way to any name, wherever they stand; of names, the later row outweighs."""
    found = model(
        built(),
        estimates=[
            row("BUILD", "90", "100", "200"),
            row("B", "50", "100", "150"),
            row("*", "100", "100", "110"),
        ],
    ).model.uncertainty
    assert found == {
        "A": Triangular(9, 10, 20),
        "B": Triangular(10, 20, 30),
        "C": Triangular(4.5, 5, 10),
    }


def test_phase_that_outweighs_an_activity_by_standing_later() -> None:
    rows = [
        row("*", "100", "100", "110"),
        row("B", "50", "100", "150"),
        row("BUILD", "90", "100", "200"),
    ]
    found = model(built(), estimates=rows).model.uncertainty
    assert found["B"] == Triangular(18, 20, 40)


def test_estimate_of_all_others_that_is_left_out() -> None:
    found = model(built(), estimates=[row("WIRE", "90", "100", "200")]).model
    assert found.uncertainty == {"C": Triangular(4.5, 5, 10)}
    assert dict(zip(found.network.activities, found.network.durations, strict=True))["A"] == 10


def test_progress_that_is_not_counted() -> None:
    """What is done is certain, what is left is in per cent of what is left, and money is spent."""
    plan = chain(
        task("A", 10, **DONE),
        task("B", 20, actual_start=AT("2026-03-09T08:00"), remaining=5 * 480),
        milestone("END"),
        data_date=AT("2026-03-20T17:00"),
    )
    costs = [{"activity": name, "fixed": "7", "per_day": "2"} for name in ("A", "B", "END")]
    found = model(plan, estimates=[row("*", "80", "100", "200")], costs=costs).model
    assert found.uncertainty == {"B": Triangular(4, 5, 10)}
    assert found.costs == {
        "A": Cost(7 + 10 * 2, 2),
        "B": Cost(7 + 15 * 2, 2),
        "END": Cost(7, 2),
    }


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"estimates": [row("X", "1", "2", "3")]}, "'X'"),
        ({"estimates": [row("IDLE", "1", "2", "3")]}, "'IDLE'"),
        ({"costs": [{"activity": "X", "fixed": "1", "per_day": "1"}]}, "'X'"),
        ({"costs": [{"activity": "BUILD", "fixed": "1", "per_day": "1"}]}, "'BUILD' is a phase"),
        ({"branches": [{"title": "Rework", "probability": "5", "activities": "A, X"}]}, "'X'"),
        ({"correlations": [{"first": "A", "second": "X", "percent": "5"}]}, "'X'"),
        ({"correlations": [{"first": "WIRE", "second": "A", "percent": "5"}]}, "'WIRE' is a phase"),
        ({"costs": [{"activity": "LOE", "fixed": "1", "per_day": "1"}]}, "'LOE'"),
    ],
    ids=[
        "estimate",
        "estimate_of_an_empty_phase",
        "cost",
        "cost_of_a_phase",
        "branch",
        "correlation",
        "correlation_of_a_phase",
        "level_of_effort",
    ],
)
def test_name_that_the_plan_does_not_have(given: dict[str, Any], named: str) -> None:
    plan = built()
    effort = task("LOE", 1, type=ActivityType.LEVEL_OF_EFFORT)
    plan = replace(plan, activities=(*plan.activities, effort))
    with pytest.raises(InvalidError, match=named):
        model(plan, **given)


def test_code_that_no_statement_could_name() -> None:
    with pytest.raises(InvalidError, match="1 to 200 characters"):
        model(chain(task("A" * 201, 1), milestone("END")))


def test_branch_that_names_an_activity_in_two_ways_or_loses_its_other_way() -> None:
    branches = [
        {"title": "Rework", "probability": "20", "activities": "WIRE, C", "otherwise": " A ,B"}
    ]
    (found,) = model(built(), branches=branches).model.branches
    assert (found.activities, found.otherwise, found.probability) == (("C",), ("A", "B"), 0.2)


# Risks.


def test_risk_that_lengthens_milestones_and_what_is_finished() -> None:
    """A risk of a phase falls on the work that is left in it; one of a milestone, on that."""
    plan = built()
    done = replace(plan.activities[0], **DONE)
    plan = replace(plan, activities=(done, *plan.activities[1:]))
    found = model(plan, risk(touches=["BUILD"]), risk("MYS-risk-2", touches=["END", "A"])).model
    assert [each.activities for each in found.risks] == [("B", "C"), ("END",)]


def test_risk_that_touches_nothing_and_goes_in_all_the_same() -> None:
    plan = replace(
        built(), activities=(replace(built().activities[0], **DONE), *built().activities[1:])
    )
    gone, other, own = (
        risk(touches=["A"]),
        risk("MYS-risk-2", touches=["X"]),
        risk("KOR-risk-1", touches=["B", "X"]),
    )
    found = model(plan, gone, other, own)
    assert [each.id for each in found.risks] == ["KOR-risk-1"]
    assert [each.name for each in found.model.risks] == ["KOR-risk-1"]
    assert found.notes == model(plan, own).notes


def test_impact_that_is_read_as_another() -> None:
    percent = {"measure": "percent", "low": "80", "likely": "110", "high": "150"}
    cost = {"measure": "cost", "low": "-5", "likely": "0", "high": "40"}
    (found,) = model(built(), risk(impacts=[percent, IMPACT, cost])).model.risks
    assert found.factor == Triangular(0.8, 1.1, 1.5)
    assert (found.days, found.cost) == (Triangular(10, 10, 10), Triangular(-5, 0, 40))
    assert found.probability == 0.3


def test_treatment_that_is_counted_before_it_is_under_way_or_not_once_it_is() -> None:
    """Under way, it is the risk as it is, and is paid for; the other could be done besides."""
    percent = {"measure": "percent", "low": "80", "likely": "100", "high": "200"}
    given = {"treatments": [SECOND, STOCK], "impacts": [percent, IMPACT]}
    waiting = model(built(), risk(**given))
    assert (waiting.model.risks[0].probability, waiting.model.price) == (0.3, 0)
    assert [each.name for _, each in waiting.treatments] == ["A second source", "Stock"]
    treated = model(built(), risk(**given, treated="A second source"))
    (found,) = treated.model.risks
    assert (found.probability, treated.model.price) == (0.1, 200)
    assert found.factor == Triangular(0.9, 1.0, 1.5)  # half as far from what is planned
    assert found.days == Triangular(5, 5, 5)
    ((_, other),) = treated.treatments
    assert (other.name, other.price, other.after[0].days) == ("Stock", 300, Triangular(0, 0, 0))


def test_treatment_that_each_of_its_projects_pays() -> None:
    shared = {"treatments": [SECOND], "treated": "A second source"}
    both = ["MYS-project-1", "MYS-project-2"]
    first = model(built(), risk(**shared, projects=both))
    second = model(built(), risk(**shared, projects=both), project="MYS-project-2")
    assert (first.model.price, second.model.price) == (200, 0)
    assert second.model.risks == first.model.risks


def test_treatment_that_costs_and_changes_nothing() -> None:
    dear = {"title": "A guard", "probability": "30", "impact": "100", "price": "50"}
    found = model(built(), risk(treatments=[dear], treated="A guard")).model
    plain = model(built(), risk()).model
    assert (found.price, found.risks) == (50, plain.risks)


# Constraints, correlation, and what is left out.


def held(kind: ConstraintType, day: str) -> Constraint:
    return Constraint(kind, AT(day))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, {}),
        ({"constraint": held(ConstraintType.START_NOT_BEFORE, "2026-03-16T08:00")}, {"B": 10}),
        ({"constraint": held(ConstraintType.MANDATORY_START, "2026-03-16T12:00")}, {"B": 10.5}),
        ({"constraint": held(ConstraintType.START, "2026-03-14T12:00")}, {"B": 10}),  # Saturday
        ({"constraint": held(ConstraintType.START_NOT_BEFORE, "2026-02-16T08:00")}, {"B": 0}),
        ({"constraint": held(ConstraintType.FINISH_NOT_AFTER, "2026-03-16T08:00")}, {}),
        (
            {
                "constraint": held(ConstraintType.FINISH_NOT_AFTER, "2026-03-16T08:00"),
                "second_constraint": held(ConstraintType.START_NOT_BEFORE, "2026-03-16T08:00"),
            },
            {"B": 10},
        ),
        (
            {
                "constraint": held(ConstraintType.START_NOT_BEFORE, "2026-03-16T08:00"),
                "actual_start": MONDAY,
            },
            {},
        ),
    ],
)
def test_start_that_a_constraint_does_not_hold(
    given: dict[str, Any], found: dict[str, float]
) -> None:
    plan = chain(task("A", 1), task("B", 1, **given), milestone("END"))
    assert model(plan).model.not_before == found


def test_constraint_that_is_dropped_unsaid() -> None:
    late = {"constraint": held(ConstraintType.FINISH_NOT_AFTER, "2026-03-16T08:00")}
    (note,) = model(chain(task("A", 1, **late), milestone("END"))).notes
    assert "constraints" in note
    assert "A" in note


@pytest.mark.parametrize(
    ("calendars", "of_b", "own", "noted"),
    [
        ((SHIFTS,), SHIFTS, "", False),
        ((SHIFTS, SUNDAYS), SHIFTS, "", False),
        ((SHIFTS, SUNDAYS), SUNDAYS, "", True),
        ((SHIFTS, SUNDAYS), SHIFTS, "sundays", True),
    ],
    ids=["one", "one_unused", "two", "another_than_the_plans_own"],
)
def test_calendar_that_is_dropped_unsaid(calendars: Any, of_b: Any, own: str, noted: bool) -> None:
    activities = (
        replace(task("A", 1), calendar=SHIFTS.code),
        replace(task("B", 1), calendar=of_b.code),
        replace(milestone("END"), calendar=SHIFTS.code),
    )
    found = model(chain(*activities, calendars=calendars, calendar=own))
    assert any("calendar" in note for note in found.notes) is noted


def test_start_milestone_whose_day_is_taken_for_the_plans() -> None:
    begins = milestone("END")
    plan = chain(task("A", 1), replace(begins, type=ActivityType.START_MILESTONE))
    (note,) = model(plan).notes
    assert "END" in note


def test_correlation_of_what_is_done_that_stops_the_rest() -> None:
    plan = chain(task("A", 1, **DONE), task("B", 1), task("C", 1), milestone("END"))
    rows = [
        {"first": "A", "second": "B", "percent": "90"},
        {"first": "B", "second": "C", "percent": "50"},
    ]
    found = model(plan, correlations=rows, estimates=[row("*", "90", "100", "200")]).model
    assert found.correlation is not None
    assert found.correlation.activities == ("B", "C")
    assert found.correlation.matrix == ((1.0, 0.5), (0.5, 1.0))


def test_correlations_that_cannot_all_be_and_are_mended_unsaid() -> None:
    plan = chain(task("A", 1), task("B", 1), task("C", 1), milestone("END"))
    rows = [
        {"first": "A", "second": "B", "percent": "90"},
        {"first": "B", "second": "C", "percent": "90"},
        {"first": "A", "second": "C", "percent": "-90"},
    ]
    found = model(plan, correlations=rows, estimates=[row("*", "90", "100", "200")])
    (note,) = found.notes
    assert "correlations" in note


def test_plan_whose_model_depends_on_the_order_of_its_risks() -> None:
    one, two = risk(), risk("KOR-risk-1", touches=["B"])
    assert model(built(), one, two) == model(built(), two, one)
    assert (
        model(built(), one).model.uncertainty == model(built(), estimates=CERTAIN).model.uncertainty
    )
