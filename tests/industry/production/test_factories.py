"""A factory's confirmed reports against its plan, by the fault that is caught."""

from typing import Any

import pytest

from sepakat.industry.production.factories import Factory, factory
from sepakat.industry.production.learning import Curve, Theory
from support.case import Case

RATES = [{"month": f"2027-0{month}", "units": 4} for month in (1, 2, 3, 4)]


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture
def plan(case: Case) -> str:
    return case.make("factory_plan", "in_production", rates=RATES)


def report(case: Case, plan: str, month: int, units: int, hours: int = 100, **given: Any) -> str:
    state = given.pop("state", "confirmed")
    made = {"factory": plan, "month": f"2027-0{month}", "units": units, "hours": hours}
    return case.make("rate_report", state, **made, **given)


def found(case: Case, plan: str) -> Factory:
    return factory(case.nations.object(plan), case.of_kind("rate_report"))


def made(case: Case, plan: str) -> list[int | None]:
    return [month.actual for month in found(case, plan).ramp.months]


def test_report_that_is_not_confirmed_or_of_another_factory_counts(case: Case, plan: str) -> None:
    report(case, plan, 1, 3)
    report(case, plan, 2, 9, state="reported")
    report(case, plan, 3, 9, state="contested")
    report(case, case.make("factory_plan", "in_production", rates=RATES), 4, 9)
    assert made(case, plan) == [3, None, None, None]


def test_corrected_report_counts_beside_its_correction(case: Case, plan: str) -> None:
    first = report(case, plan, 1, 3)
    second = report(case, plan, 1, 2, corrects=first)
    report(case, plan, 1, 4, corrects=second)
    assert made(case, plan)[0] == 4
    assert found(case, plan).twice == ()


def test_correction_counts_before_it_is_confirmed(case: Case, plan: str) -> None:
    first = report(case, plan, 1, 3)
    report(case, plan, 1, 2, corrects=first, state="reported")
    assert made(case, plan)[0] == 3


def test_second_report_of_a_month_is_added_or_hidden(case: Case, plan: str) -> None:
    report(case, plan, 1, 3)
    second = report(case, plan, 1, 5)
    assert made(case, plan)[0] == 3
    assert found(case, plan).twice == (second,)


def reports(case: Case, plan: str, units: list[int], slope: float = 0.8) -> None:
    """Months by Crawford's curve, from 1,000 hours for the first unit."""
    curve, before = Curve(Theory.CRAWFORD, 1000, slope), 0
    for month, number in enumerate(units, start=1):
        hours = round(curve.lot(before + 1, before + number)) if number else 40
        report(case, plan, month, number, hours)
        before += number


def test_learning_is_not_that_of_the_units_that_were_made(case: Case, plan: str) -> None:
    reports(case, plan, [2, 0, 3, 5])  # a month in which nothing was finished takes no number
    learning = found(case, plan).learning
    assert learning is not None
    assert learning.curve.slope == pytest.approx(0.8, abs=0.001)
    assert learning.curve.first == pytest.approx(1000, rel=0.005)


def test_learning_is_told_from_too_few_months(case: Case, plan: str) -> None:
    reports(case, plan, [2, 3])
    assert found(case, plan).learning is None


def test_learning_over_a_month_that_nobody_reported(case: Case, plan: str) -> None:
    for month in (1, 3, 4):
        report(case, plan, month, 2, 1000 // month)
    assert found(case, plan).ramp.unreported == ("2027-02",)
    assert found(case, plan).learning is None


def test_learning_over_a_month_whose_hours_are_not_known(case: Case, plan: str) -> None:
    for month, hours in ((1, 900), (2, 0), (3, 700), (4, 600)):
        report(case, plan, month, 2, hours)
    assert found(case, plan).learning is None
