"""Risks: what their declaration cannot say, by the fault caught."""

from typing import Any

import pytest

from sepakat.record import label as labels
from support.case import Case
from support.outlook import FORECAST, TREATMENT

DAYS = {"measure": "days", "low": "5", "likely": "10", "high": "30"}
PERCENT = {"measure": "percent", "low": "80", "likely": "100", "high": "150"}
UNTRIGGERED = {"trigger": None, "threshold": None}


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, ""),
        ({"impacts": [DAYS, PERCENT]}, ""),
        ({"impacts": [DAYS, DAYS]}, "check"),
        ({"impacts": [DAYS | {"low": "11"}]}, "check"),
        ({"impacts": [DAYS | {"high": "9"}]}, "check"),
        ({"impacts": [DAYS | {"low": "-20", "likely": "-5", "high": "0"}]}, ""),
        ({"impacts": [PERCENT | {"low": "-1"}]}, "check"),
        ({"treatments": [TREATMENT, TREATMENT]}, "check"),
        ({"treatments": [TREATMENT | {"price": "-1"}]}, "check"),
        ({"threshold": None}, "check"),
        ({"trigger": None}, "check"),
        ({"contingency": None}, "check"),
        (UNTRIGGERED | {"contingency": None}, ""),
    ],
    ids=[
        "sound",
        "two_measures",
        "measure_twice",
        "least_above_likely",
        "most_below_likely",
        "chance_to_be_early",
        "less_than_no_time",
        "treatment_twice",
        "treatment_that_pays",
        "trigger_without_threshold",
        "threshold_without_trigger",
        "trigger_of_no_plan",
        "without_a_trigger",
    ],
)
def test_risk_that_cannot_be_simulated(case: Case, given: dict[str, Any], code: str) -> None:
    assert case.refused("MYS", "risk", "raise", **given) == code


def test_assessment_that_cannot_be_simulated(case: Case) -> None:
    made = case.make("risk", "open")
    given = {"reason": "Worse.", "impacts": [DAYS, DAYS]}
    assert case.refused("MYS", "risk", "assess", made, **given) == "check"


def test_risk_that_a_nation_names_of_others_projects(case: Case) -> None:
    """The third nation sees the project; what it fears of it goes into no forecast."""
    case.nations.label = labels.make("UNCLASSIFIED", ["PUBLIC"])
    given = {"projects": [case.make("project", "under_way")]}
    assert case.refused("TUR", "risk", "raise", **given) == "check"
    assert case.refused("KOR", "risk", "raise", **given) == ""


@pytest.mark.parametrize("state", ["proposed", "declined", "completed", "ended"])
def test_risk_of_a_project_in_which_nothing_goes_on(case: Case, state: str) -> None:
    made = case.make("project", state)
    assert case.refused("MYS", "risk", "raise", projects=[made]) == "requires"


@pytest.mark.parametrize(
    "state", ["participants_proposed", "completion_proposed", "end_proposed", "under_way"]
)
def test_risk_that_waits_for_an_answer_to_something_else(case: Case, state: str) -> None:
    """Who does not answer a proposal keeps nobody from naming a risk."""
    made = case.make("project", state)
    assert case.refused("MYS", "risk", "raise", projects=[made]) == ""


def test_treatment_that_is_none_of_the_risks(case: Case) -> None:
    made = case.make("risk", "open")
    assert case.refused("MYS", "risk", "treat", made, treated="A third source") == "check"
    without = case.make("risk", "open", treatments=[])
    assert case.refused("MYS", "risk", "treat", without, treated=TREATMENT["title"]) == "check"


def test_treatment_under_way_that_an_assessment_loses(case: Case) -> None:
    made = case.make("risk", "open")
    case.say(made, "treat")
    other = [TREATMENT | {"title": "More stock"}]
    lost = {"reason": "Dearer.", "treatments": other}
    assert case.refused("MYS", "risk", "assess", made, **lost) == "check"
    case.say(made, "assess", lost | {"treated": None})
    assert case.nations.object(made).fields["treated"] is None


@pytest.mark.parametrize(
    ("trigger", "threshold", "code"),
    [
        ("p80_late_days", "10", ""),  # P80 is on 10 November, due 31 October
        ("p80_late_days", "10.5", "check"),
        ("on_time_percent", "65.1", ""),
        ("on_time_percent", "65", "check"),
    ],
)
def test_trigger_that_has_not_fired(case: Case, trigger: str, threshold: str, code: str) -> None:
    made = case.make("risk", "open", trigger=trigger, threshold=threshold)
    assert case.refused("MYS", "risk", "trigger", made) == code


def test_trigger_that_a_forecast_of_another_project_fires(case: Case) -> None:
    forecast = case.make("forecast", "issued")
    other = case.make("project", "under_way")
    made = case.make("risk", "open", projects=[other])
    assert case.refused("MYS", "risk", "trigger", made, forecast=forecast) == "check"


def test_trigger_that_the_risk_does_not_have(case: Case) -> None:
    made = case.make("risk", "open", **UNTRIGGERED)
    assert case.refused("MYS", "risk", "trigger", made) == "check"


def test_trigger_that_a_forecast_fires_without_a_due_milestone(case: Case) -> None:
    undue = {"activity": "A900", "title": "Delivered", "planned": "2026-10-01"}
    plan = case.make("plan", "accepted", promises=[undue])
    rows = [{name: FORECAST[name] for name in FORECAST if name not in ("due", "on_time")}]
    forecast = case.make("forecast", "issued", plan=plan, milestones=rows)
    made = case.make("risk", "open")
    assert case.refused("MYS", "risk", "trigger", made, forecast=forecast) == "check"


def test_trigger_that_a_withdrawn_forecast_fires(case: Case) -> None:
    forecast = case.make("forecast", "withdrawn")
    made = case.make("risk", "open")
    assert case.refused("MYS", "risk", "trigger", made, forecast=forecast) == "requires"
