"""Co-production: what its declarations cannot say, by the fault that is caught."""

from typing import Any

import pytest

from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


def shares(case: Case, malaysian: str, korean: str) -> list[dict[str, str]]:
    return [
        {"organisation": case.organisation(nation), "task": "To make it", "percent": percent}
        for nation, percent in (("MYS", malaysian), ("KOR", korean))
    ]


@pytest.mark.parametrize(
    ("malaysian", "korean", "code"),
    [
        ("33.3333", "66.6667", ""),
        ("33.3333", "66.6666", "check"),
        ("100", "100", "check"),
        ("100", "0", ""),
        ("101", "-1", "body"),
    ],
)
def test_shares_that_are_not_the_whole(case: Case, malaysian: str, korean: str, code: str) -> None:
    given = {"shares": shares(case, malaysian, korean)}
    assert case.refused("MYS", "work_package", "propose", **given) == code


def test_share_of_an_organisation_that_is_not_named(case: Case) -> None:
    given = {"organisations": [case.organisation("MYS")], "shares": shares(case, "50", "50")}
    assert case.refused("MYS", "work_package", "propose", **given) == "check"


def test_work_that_one_nation_does_alone(case: Case) -> None:
    mine = case.organisation("MYS")
    given = {"organisations": [mine], "shares": shares(case, "100", "0")[:1]}
    assert case.refused("MYS", "work_package", "propose", **given) == "check"


def test_work_that_ends_before_it_starts(case: Case) -> None:
    given = {"starts": "2027-03-02"}
    assert case.refused("MYS", "work_package", "propose", **given) == "check"


def test_package_that_replaces_one_under_way(case: Case) -> None:
    old = case.make("work_package", "agreed")
    assert case.refused("MYS", "work_package", "propose", replaces=old) == "requires"


RATES: list[list[tuple[str, int]]] = [
    [("2027-02", 4), ("2027-01", 8)],
    [("2027-01", 4), ("2027-01", 8)],
    [("2027-01", 11)],
]


@pytest.mark.parametrize("rates", RATES, ids=["backwards", "twice", "above_capacity"])
def test_rates_that_cannot_be(case: Case, rates: list[tuple[str, int]]) -> None:
    given = {"rates": [{"month": month, "units": units} for month, units in rates]}
    assert case.refused("MYS", "factory_plan", "propose", **given) == "check"


def test_factory_of_one_without_a_share(case: Case) -> None:
    package = case.make("work_package", "agreed")
    stranger = case.make("organisation", "registered")
    given = {"work_package": package, "organisation": stranger}
    assert case.refused("MYS", "factory_plan", "propose", **given) == "check"


def test_production_before_its_gate_is_passed(case: Case) -> None:
    gate = case.make("gate", "tabled")
    factory = case.make("factory_plan", "agreed", gates=[gate])
    assert case.refused("MYS", "factory_plan", "start_production", factory) == "requires"
    case.say(gate, "pass")
    assert case.refused("MYS", "factory_plan", "start_production", factory) == ""


def report(case: Case, by: str = "MYS", **given: Any) -> str:
    factory = case.make("factory_plan", "in_production")
    return case.refused(by, "rate_report", "report", factory=factory, **given)


def test_report_of_another_nations_factory(case: Case) -> None:
    assert report(case, "KOR") == "check"
    assert report(case) == ""


def test_report_of_a_factory_that_makes_nothing_yet(case: Case) -> None:
    factory = case.make("factory_plan", "agreed")
    assert case.refused("MYS", "rate_report", "report", factory=factory) == "requires"


def test_correction_of_another_month_or_factory(case: Case) -> None:
    wrong = case.make("rate_report", "contested")
    factory = case.nations.object(wrong).fields["factory"]
    given = {"factory": factory, "corrects": wrong}
    assert case.refused("MYS", "rate_report", "report", month="2027-02", **given) == "check"
    assert report(case, corrects=wrong) == "check"
    assert case.refused("MYS", "rate_report", "report", "MYS-third", **given) == ""
