"""Outcomes: what their declarations cannot say, by the fault that is caught."""

import pytest

from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.mark.parametrize(
    "given",
    [{"nation": "TUR"}, {"target": "0.00"}, {"due": "2025-06-01"}],
    ids=["of_no_party", "nothing_promised", "no_time"],
)
def test_indicator_that_cannot_be_measured(case: Case, given: dict[str, str]) -> None:
    assert case.refused("MYS", "indicator", "propose", **given) == "check"


@pytest.mark.parametrize(
    ("date", "code"), [("2025-05-31", "check"), ("2025-06-01", ""), ("2030-01-01", "check")]
)
def test_measurement_before_its_baseline_or_its_day(case: Case, date: str, code: str) -> None:
    assert case.refused("MYS", "measurement", "report", date=date) == code


def test_measurement_that_its_reporter_confirms(case: Case) -> None:
    made = case.make("measurement", "reported")
    assert case.refused("MYS", "measurement", "confirm", made) == "turn"


def test_measurement_of_an_ended_indicator(case: Case) -> None:
    ended = case.make("indicator", "ended")
    assert case.refused("MYS", "measurement", "report", indicator=ended) == "requires"
