"""A trigger's figure against its threshold: what would start a contingency plan for nothing."""

from decimal import Decimal
from typing import Any

import pytest

from sepakat.outlook.risks.triggers import figure, has_fired

EARLY = {"due": "2026-06-30", "p80": "2026-06-20", "on_time": "85"}
LATE = {"due": "2026-07-31", "p80": "2026-08-03", "on_time": "70.5"}
UNDUE = {"p80": "2027-01-01"}


def forecast(*rows: dict[str, str]) -> dict[str, Any]:
    return {"milestones": list(rows)}


@pytest.mark.parametrize(
    ("trigger", "rows", "found"),
    [
        ("p80_late_days", [EARLY], -10),
        ("p80_late_days", [EARLY, LATE, UNDUE], 3),
        ("p80_late_days", [UNDUE], None),
        ("on_time_percent", [EARLY, LATE, UNDUE], Decimal("70.5")),
        ("on_time_percent", [UNDUE], None),
    ],
)
def test_figure_that_is_not_the_worst_milestones(
    trigger: str, rows: list[dict[str, str]], found: Decimal | None
) -> None:
    assert figure(trigger, forecast(*rows)) == found


@pytest.mark.parametrize(
    ("trigger", "threshold", "fired"),
    [
        ("p80_late_days", "3", True),
        ("p80_late_days", "3.5", False),
        ("p80_late_days", "-10", True),
        ("on_time_percent", "70.5", False),  # below it, and not at it
        ("on_time_percent", "70.51", True),
        ("on_time_percent", "100", True),
    ],
)
def test_threshold_that_fires_on_the_wrong_side(trigger: str, threshold: str, fired: bool) -> None:
    risk = {"trigger": trigger, "threshold": threshold}
    assert has_fired(risk, forecast(EARLY, LATE)) is fired


@pytest.mark.parametrize("risk", [{}, {"trigger": None, "threshold": None}])
def test_risk_without_a_trigger_that_fires(risk: dict[str, Any]) -> None:
    assert not has_fired(risk, forecast(LATE))


def test_trigger_that_a_forecast_fires_of_which_nothing_is_due() -> None:
    assert not has_fired({"trigger": "on_time_percent", "threshold": "100"}, forecast(UNDUE))
