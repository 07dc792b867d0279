"""Suppliers: what their declarations cannot say, by the fault that is caught."""

from typing import Any

import pytest

from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("certification", "register"), ("supplier", "nominate"), ("bill_of_materials", "state")],
)
def test_word_about_another_nations_company(case: Case, kind: str, name: str) -> None:
    theirs = case.organisation("KOR")
    assert case.refused("MYS", kind, name, organisation=theirs) == "check"


def test_certification_that_ends_before_it_begins(case: Case) -> None:
    assert case.refused("MYS", "certification", "register", expires="2025-05-31") == "check"


def test_expiry_before_the_last_day_is_over(case: Case) -> None:
    made = case.make("certification", "in_force", expires="2026-12-31")
    assert case.refused("MYS", "certification", "expire", made) == "check"


def certification(case: Case, **given: Any) -> str:
    return case.make("certification", "in_force", **{"expires": "2026-12-31"} | given)


def test_stage_by_a_certification_of_another_company(case: Case) -> None:
    supplier = case.make("supplier", "in_research")
    stranger = case.make("organisation", "registered")
    given = {"certifications": [certification(case, organisation=stranger)]}
    name = "apply_for_qualification"
    assert case.refused("MYS", "supplier", name, supplier, **given) == "check"


@pytest.mark.parametrize("expires", ["2025-12-31", "2026-12-31"])
def test_stage_by_a_certification_that_has_run_out(case: Case, expires: str) -> None:
    supplier = case.make("supplier", "in_research")
    given = {"certifications": [certification(case, expires=expires)]}
    code = case.refused("MYS", "supplier", "apply_for_qualification", supplier, **given)
    assert code == ("check" if expires < "2026" else "")


def test_stage_that_is_left_out(case: Case) -> None:
    supplier = case.make("supplier", "in_research")
    assert case.refused("MYS", "supplier", "apply_for_production", supplier) == "state"


def test_stage_that_a_company_approves_itself(case: Case) -> None:
    supplier = case.make("supplier", "qualification_applied")
    assert case.refused("MYS", "supplier", "approve_qualification", supplier) == "turn"


LINES = [
    {"assembly": "Radio", "part": "Case", "quantity": "1", "cost": "20", "origin": "MYS"},
    {"assembly": "Radio", "part": "Board", "quantity": "2", "cost": "5", "origin": "MYS"},
    {"assembly": "Board", "part": "Chip", "quantity": "4", "cost": "10", "origin": "KOR"},
    {"assembly": "Board", "part": "Screw", "quantity": "10", "cost": "0.1"},
]


@pytest.mark.parametrize(
    ("nation", "percent", "code"),
    [("MYS", "26.79", ""), ("MYS", "26.78", "check"), ("KOR", "71.43", ""), ("TUR", "0", "")],
)
def test_local_content_that_the_lines_do_not_come_to(
    case: Case, nation: str, percent: str, code: str
) -> None:
    # 20 + 2 × 5 = 30 local, 2 × 4 × 10 = 80 not, 2 × 10 × 0.1 = 2 of nobody: 112 in all.
    given = {"product": "Radio", "lines": LINES, "nation": nation, "percent": percent}
    assert case.refused("MYS", "bill_of_materials", "state", **given) == code


def test_bill_that_contains_itself(case: Case) -> None:
    line = {"assembly": "Board", "part": "Radio", "quantity": "1", "cost": "1"}
    given = {"product": "Radio", "lines": [*LINES, line]}
    assert case.refused("MYS", "bill_of_materials", "state", **given) == "check"


def test_negative_cost_that_lifts_the_share(case: Case) -> None:
    line = {"assembly": "Radio", "part": "Rebate", "quantity": "1", "cost": "-80", "origin": "KOR"}
    given = {"product": "Radio", "lines": [*LINES, line]}
    assert case.refused("MYS", "bill_of_materials", "state", **given) == "check"
