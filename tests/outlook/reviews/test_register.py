"""The register of risks, and triggers that fire."""

from decimal import Decimal
from typing import Any

import pytest

from sepakat.outlook.risks.triggers import firing, is_said
from sepakat.record.kind import Object
from support.reviewing import forecast, made, project, thing


def risk(id_: str = "MYS-risk", state: str = "open", **fields: Any) -> Object:
    given = {
        "title": "A supplier fails",
        "projects": ["MYS-radar", "MYS-hidden"],
        "cause": "supply",
        "responsible": "MYS-co",
        "probability": "30",
        "impacts": [{"measure": "days", "low": "5", "likely": "10", "high": "30"}],
        "contingency": "Buy elsewhere.",
        "trigger": "p80_late_days",
        "threshold": "10",
    }
    return thing("risk", id_, state, **given | fields)


def test_entry_names_a_project_that_the_reader_does_not_see() -> None:
    [entry] = made(project(), risk(), forecast("MYS-f", "2026-06-01")).risks
    assert entry.projects == ("MYS-radar",)
    assert made(risk(), forecast("MYS-f", "2026-06-01")).risks == ()


def test_trigger_that_fired_is_not_told_or_told_once_it_was_said() -> None:
    # P80 is on 10 November, due on 31 October: ten days late.
    found = forecast("MYS-f", "2026-06-01")
    [entry] = made(project(), risk(), found).risks
    assert entry.fired and (entry.fired.forecast, entry.fired.figure) == ("MYS-f", Decimal(10))
    assert entry.is_due and not entry.said
    [entry] = made(project(), risk(state="triggered", forecast="MYS-f"), found).risks
    assert entry.fired and entry.said and not entry.is_due
    [entry] = made(project(), risk(threshold="11"), found).risks
    assert entry.fired is None and not entry.is_due


@pytest.mark.parametrize(("below", "fires"), [("65", False), ("65.01", True)])
def test_chance_at_the_threshold_fires(below: str, fires: bool) -> None:
    one = risk(trigger="on_time_percent", threshold=below)
    assert (firing(one, [forecast("MYS-f", "2026-06-01")]) is not None) is fires


def test_trigger_of_an_older_worse_forecast_still_fires() -> None:
    worse = forecast("MYS-f1", "2026-05-01")
    better = forecast("MYS-f2", "2026-06-01", row={"p80": "2026-11-09"})
    assert firing(risk(), [worse]) == worse
    assert firing(risk(), [better, worse]) is None
    withdrawn = better._replace(state="withdrawn")
    assert firing(risk(), [withdrawn, worse]) == worse
    elsewhere = forecast("MYS-f3", "2026-06-02", project="MYS-other")
    assert firing(risk(), [elsewhere]) is None


def test_what_was_stood_down_is_said_again_of_the_same_forecast_or_never_of_the_next() -> None:
    first, second = forecast("MYS-f1", "2026-05-01"), forecast("MYS-f2", "2026-06-01")
    stood_down = risk(forecast="MYS-f1")
    assert is_said(stood_down, first)
    assert not is_said(stood_down, second)


def test_risks_are_not_in_the_order_of_what_is_to_be_done() -> None:
    risks = (
        risk("MYS-likely", probability="90", threshold="99"),
        risk("MYS-seldom", probability="5", threshold="99"),
        risk("MYS-came", "occurred", probability="1"),
        risk("MYS-fired", probability="2"),
        risk("MYS-over", "closed"),
    )
    found = made(project(), *risks, forecast("MYS-f", "2026-06-01")).risks
    assert [entry.id for entry in found] == ["MYS-fired", "MYS-came", "MYS-likely", "MYS-seldom"]
