"""Plans, forecasts and options: what their declarations cannot say, by the fault caught."""

from typing import Any

import pytest

from support.case import Case
from support.outlook import FORECAST, MILESTONE

PAYS = {"activity": "A1", "fixed": "10", "per_day": "2"}
MOVES = {"first": "A1", "second": "A2", "percent": "50"}
TURN = {"title": "Rework", "probability": "20", "activities": "A1"}
ESTIMATE = {"activities": "*", "low": "90", "likely": "100", "high": "140"}
SEARCHED = {"objective": "12", "bound": "11", "gap": "8.3"}


@pytest.fixture
def case() -> Case:
    return Case()


def promised(**given: str) -> dict[str, Any]:
    return {"promises": [MILESTONE | given]}


def estimated(**given: str) -> dict[str, Any]:
    return {"estimates": [ESTIMATE | given]}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, ""),
        ({"promises": [MILESTONE, MILESTONE | {"title": "Accepted"}]}, "check"),
        (promised(achieved="2026-03-02"), ""),
        (promised(achieved="2026-03-03"), "check"),
        (promised(obligation="MYS-o-1"), "check"),
        (promised(gate="MYS-g-1"), "check"),
        (estimated(low="-1"), "check"),
        (estimated(low="101"), "check"),
        (estimated(high="99.9999"), "check"),
        (estimated(low="100", high="100"), ""),
        ({"costs": [PAYS, PAYS | {"activity": "A2"}]}, ""),
        ({"costs": [PAYS | {"fixed": "-1"}]}, "check"),
        ({"costs": [PAYS | {"per_day": "-1"}]}, "check"),
        ({"costs": [PAYS, PAYS | {"fixed": "20"}]}, "check"),
        ({"branches": [TURN, TURN | {"activities": "A2"}]}, "check"),
        ({"correlations": [MOVES]}, ""),
        ({"correlations": [MOVES | {"percent": "100.1"}]}, "check"),
        ({"correlations": [MOVES | {"percent": "-100.1"}]}, "check"),
        ({"correlations": [MOVES | {"second": "A1"}]}, "check"),
        ({"correlations": [MOVES, MOVES | {"first": "A2", "second": "A1"}]}, "check"),
    ],
    ids=[
        "sound",
        "milestone_twice",
        "reached_on_its_day",
        "reached_tomorrow",
        "tied_to_an_obligation_unnamed",
        "tied_to_a_gate_unnamed",
        "less_than_no_time",
        "least_above_likely",
        "most_below_likely",
        "certain",
        "costs",
        "fixed_below_nothing",
        "rate_below_nothing",
        "cost_twice",
        "branch_twice",
        "correlation",
        "more_than_all",
        "less_than_none",
        "with_itself",
        "pair_twice",
    ],
)
def test_plan_that_cannot_be(case: Case, given: dict[str, Any], code: str) -> None:
    assert case.refused("MYS", "plan", "submit", **given) == code


def test_milestone_tied_to_what_the_plan_names(case: Case) -> None:
    tie = {
        "obligation": case.make("obligation", "in_force"),
        "gate": case.make("gate", "passed"),
    }
    given = promised(**tie) | {"obligations": [tie["obligation"]], "gates": [tie["gate"]]}
    assert case.refused("MYS", "plan", "submit", **given) == ""


def test_plan_that_replaces_another_projects_or_a_later_one(case: Case) -> None:
    earlier = case.make("plan", "accepted")
    given = {"replaces": earlier}
    assert case.refused("MYS", "plan", "submit", **given) == ""
    given |= {"as_of": "2026-03-01"}
    assert case.refused("MYS", "plan", "submit", "MYS-new-2", **given) == "check"
    given = {"replaces": earlier, "project": case.make("project", "under_way")}
    assert case.refused("MYS", "plan", "submit", "MYS-new-3", **given) == "check"


def test_failing_plan_that_is_accepted_as_if_it_passed(case: Case) -> None:
    made = case.make("plan", "submitted", failing=["Logic"])
    assert case.refused("KOR", "plan", "accept", made) == "check"
    assert case.refused("KOR", "plan", "accept_knowingly", made, reason=None) == "body"
    case.say(made, "accept_knowingly", {"reason": "Links are added by June."})
    assert case.nations.object(made).state == "accepted"


def test_plan_that_its_submitter_accepts(case: Case) -> None:
    made = case.make("plan", "submitted", failing=["Logic"])
    for action in ("accept", "accept_knowingly"):
        assert case.refused("MYS", "plan", action, made) == "turn"


@pytest.mark.parametrize("state", ["submitted", "returned", "withdrawn"])
def test_forecast_of_a_plan_that_is_not_accepted(case: Case, state: str) -> None:
    plan = case.make("plan", state)
    given = {"plan": plan, "project": case.nations.object(plan).fields["project"]}
    assert case.refused("MYS", "forecast", "issue", **given) == "requires"


def test_forecast_of_another_project_than_its_plans(case: Case) -> None:
    given = {"plan": case.make("plan", "accepted"), "project": case.make("project", "under_way")}
    assert case.refused("MYS", "forecast", "issue", **given) == "check"


def test_forecast_from_before_its_plan(case: Case) -> None:
    assert case.refused("MYS", "forecast", "issue", as_of="2026-03-02") == ""
    assert case.refused("MYS", "forecast", "issue", "MYS-new-2", as_of="2026-03-01") == "check"


def test_forecast_that_counts_another_projects_risk(case: Case) -> None:
    plan = case.make("plan", "accepted")
    own = case.make("risk", "open")
    other = case.make("risk", "open", projects=[case.make("project", "under_way")])
    assert case.refused("MYS", "forecast", "issue", plan=plan, risks=[own]) == ""
    given = {"plan": plan, "risks": [own, other]}
    assert case.refused("MYS", "forecast", "issue", "MYS-new-2", **given) == "check"


def test_forecast_that_counts_a_risk_that_is_over(case: Case) -> None:
    for state in ("occurred", "closed"):
        plan, over = case.make("plan", "accepted"), case.make("risk", state)
        assert case.refused("MYS", "forecast", "issue", plan=plan, risks=[over]) == "requires"


def test_driver_that_is_no_risk_of_the_forecasts(case: Case) -> None:
    bar = {"title": "A bar", "days": "1", "p80_days": "1", "cost": "0"}
    plan, known = case.make("plan", "accepted"), case.make("risk", "open")
    given = {"plan": plan, "risks": [known], "drivers": [bar, bar | {"risk": known}]}
    assert case.refused("MYS", "forecast", "issue", **given) == ""
    given |= {"risks": []}
    assert case.refused("MYS", "forecast", "issue", "MYS-new-2", **given) == "check"


CALIBRATED = {"calibrated_p50": "2026-10-30", "calibrated_p80": "2026-12-01"}
CLASS = {"reference": "time to finish", "basis": "illustrative", "own_outcomes": 0}


def row(**given: str) -> dict[str, Any]:
    return {"milestones": [FORECAST | given]}


def without(*names: str) -> dict[str, Any]:
    return {"milestones": [{name: FORECAST[name] for name in FORECAST if name not in names}]}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, ""),
        ({"milestones": [FORECAST, FORECAST | {"activity": "A800"}]}, "check"),
        ({"milestones": [FORECAST, FORECAST]}, "check"),
        (row(activity="A800"), "check"),
        (row(title="Shipped"), "check"),
        (row(planned="2026-10-02"), "check"),
        (row(due="2026-11-30"), "check"),
        (without("due"), "check"),
        (without("on_time"), "check"),
        (row(p10="2026-10-21"), "check"),
        (row(p50="2026-11-11"), "check"),
        (row(p90="2026-11-09"), "check"),
        (row(**CALIBRATED) | CLASS, ""),
        (row(**CALIBRATED), "check"),
        (row(calibrated_p50="2026-10-30") | CLASS, "check"),
        (row(calibrated_p50="2026-12-02", calibrated_p80="2026-12-01") | CLASS, "check"),
        ({"reference": "time to finish"}, "check"),
        ({"basis": "own"}, "check"),
        ({"cost_p50": "90", "cost_p80": "100"}, ""),
        ({"cost_p50": "100", "cost_p80": "90"}, "check"),
        (
            {
                "obligations": [
                    {
                        "obligation": "MYS-o-1",
                        "due": "2026-10-31",
                        "ends": "2026-10-31",
                        "on_time": "1",
                        "in_cure": "1",
                        "penalty": "0",
                    }
                ]
            },
            "check",
        ),
    ],
    ids=[
        "sound",
        "milestone_that_is_not_promised",
        "milestone_twice",
        "another_milestone",
        "title_of_another",
        "planned_on_another_day",
        "due_on_another_day",
        "due_left_out",
        "chance_left_out",
        "p10_after_p50",
        "p50_after_p80",
        "p90_before_p80",
        "calibrated",
        "calibrated_by_no_class",
        "calibrated_p80_left_out",
        "calibrated_p80_before_p50",
        "class_without_its_basis",
        "basis_without_its_class",
        "cost",
        "cost_that_falls",
        "obligation_that_nothing_is_tied_to",
    ],
)
def test_forecast_that_is_not_its_plans(case: Case, given: dict[str, Any], code: str) -> None:
    assert case.refused("MYS", "forecast", "issue", **given) == code


def test_forecast_without_the_milestones_that_are_not_reached(case: Case) -> None:
    reached = MILESTONE | {"activity": "A800", "achieved": "2026-03-01"}
    further = MILESTONE | {"activity": "A950"}
    plan = case.make("plan", "accepted", promises=[reached, MILESTONE, further])
    both = [FORECAST, FORECAST | {"activity": "A950"}]
    assert case.refused("MYS", "forecast", "issue", plan=plan, milestones=both) == ""
    for number, rows in enumerate(([FORECAST], [*both, FORECAST | {"activity": "A800"}])):
        name = f"MYS-new-{number}"
        given = {"plan": plan, "milestones": rows}
        assert case.refused("MYS", "forecast", "issue", name, **given) == "check"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, ""),
        (None, "check"),
        ({"ends": "2026-10-30"}, "check"),
        ({"in_cure": "64"}, "check"),
    ],
    ids=["sound", "left_out", "ends_before_it_is_due", "on_time_but_not_in_the_end"],
)
def test_obligation_that_is_forecast_wrongly(
    case: Case, given: dict[str, str] | None, code: str
) -> None:
    tied = case.make("obligation", "in_force")
    plan = case.make(
        "plan", "accepted", promises=[MILESTONE | {"obligation": tied}], obligations=[tied]
    )
    sound = {"obligation": tied, "due": "2026-10-31", "ends": "2026-12-31", "on_time": "65"}
    sound |= {"in_cure": "90", "penalty": "12.50"}
    rows = [] if given is None else [sound | given]
    assert case.refused("MYS", "forecast", "issue", plan=plan, obligations=rows) == code
    twice = {"plan": plan, "obligations": rows * 2}
    if rows:
        assert case.refused("MYS", "forecast", "issue", "MYS-new-2", **twice) == "check"


def test_option_of_another_projects_forecast(case: Case) -> None:
    forecast = case.make("forecast", "issued")
    given = {"forecast": forecast, "project": case.make("project", "under_way")}
    assert case.refused("MYS", "option", "propose", **given) == "check"


def test_option_on_a_forecast_that_was_withdrawn(case: Case) -> None:
    forecast = case.make("forecast", "withdrawn")
    assert case.refused("MYS", "option", "propose", forecast=forecast) == "requires"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"proof": "simulated"}, ""),
        ({"proof": "simulated", "gap": "0"}, "check"),
        ({"proof": "feasible"} | SEARCHED, ""),
        ({"proof": "feasible"}, "check"),
        ({"proof": "feasible", "objective": "12", "bound": "11"}, "check"),
        ({"proof": "proved"} | SEARCHED | {"gap": "0.00"}, ""),
        ({"proof": "proved"} | SEARCHED, "check"),
    ],
    ids=[
        "simulated",
        "simulated_with_a_gap",
        "searched",
        "searched_without_a_bound",
        "searched_without_a_gap",
        "proved",
        "proved_with_a_gap",
    ],
)
def test_option_that_claims_more_than_was_found(
    case: Case, given: dict[str, str], code: str
) -> None:
    assert case.refused("MYS", "option", "propose", **given) == code


def test_option_that_is_taken_before_it_is_decided(case: Case) -> None:
    made, open_ = case.make("option", "proposed"), case.make("decision", "proposed")
    assert case.refused("KOR", "option", "take", made, decision=open_) == "requires"
    assert case.refused("MYS", "option", "take", made) == "turn"
