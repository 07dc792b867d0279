"""The bands that a risk is drawn in."""

from decimal import Decimal
from typing import Any

import pytest

from sepakat.outlook.risks.bands import banded


def risk(probability: str, *impacts: tuple[str, str], **fields: Any) -> dict[str, Any]:
    rows = [{"measure": m, "low": "0", "likely": v, "high": "999"} for m, v in impacts]
    return {"probability": probability, "impacts": rows} | fields


@pytest.mark.parametrize(
    ("given", "band"),
    [
        (risk("9.99", ("days", "4.9")), (0, 0)),
        (risk("10", ("days", "5")), (1, 1)),
        (risk("30", ("days", "20")), (2, 2)),
        (risk("60", ("days", "60")), (3, 3)),
        (risk("60", ("percent", "104")), (3, 0)),
        (risk("60", ("percent", "130")), (3, 3)),
        (risk("60", ("cost", "9")), (3, 0)),  # below 1 % of 1000
        (risk("60", ("cost", "50")), (3, 2)),
        (risk("60", ("days", "1"), ("cost", "100")), (3, 3)),  # the worst counts
        (risk("60", ("days", "-10"), ("cost", "-10")), (3, 0)),
    ],
)
def test_band_is_not_the_one_stated(given: dict[str, Any], band: tuple[int, int]) -> None:
    assert banded(given, [Decimal(1000), Decimal(5000)]) == band


def test_treatment_under_way_changes_nothing() -> None:
    treatment = {"title": "A second source", "probability": "5", "impact": "10", "price": "1"}
    given = risk("60", ("days", "60"), treatments=[treatment])
    assert banded(given, []) == (3, 3)
    assert banded(given | {"treated": "A second source"}, []) == (0, 1)  # six days are left


def test_cost_without_a_budget_is_taken_for_little() -> None:
    assert banded(risk("60", ("cost", "1")), []) == (3, 3)
    assert banded(risk("60", ("cost", "0")), [Decimal(0)]) == (3, 0)
