"""The supplier pipeline, by the fault that is caught."""

from datetime import date

import pytest

from sepakat.industry.suppliers.kinds import STAGES
from sepakat.industry.suppliers.pipeline import Pipeline, pipeline
from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


def found(case: Case, day: str = "2026-01-01") -> Pipeline:
    things = case.of_kind("supplier"), case.of_kind("certification")
    return pipeline(*things, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("in_research", "in_research"),
        ("qualification_applied", "in_research"),
        ("qualified", "qualified"),
        ("production_applied", "qualified"),
        ("in_production", "in_production"),
        ("support_applied", "in_production"),
        ("in_support", "in_support"),
        ("withdrawn", None),
    ],
)
def test_supplier_stands_where_it_has_only_applied(
    case: Case, state: str, stage: str | None
) -> None:
    made = case.make("supplier", state)
    stages = found(case).stages
    assert [name for name, _ in stages] == list(STAGES)
    assert [name for name, suppliers in stages if suppliers] == ([stage] if stage else [])
    assert all(supplier.id == made for _, suppliers in stages for supplier in suppliers)


@pytest.mark.parametrize(
    ("day", "warned"),
    [("2025-10-01", False), ("2025-10-02", True), ("2025-12-31", True), ("2026-06-01", True)],
)
def test_certification_ends_unannounced(case: Case, day: str, warned: bool) -> None:
    """Its last day is 31 December 2025, and nobody has to say that it has passed."""
    made = case.make("certification", "in_force")
    assert [thing.id for thing in found(case, day).expiring] == ([made] if warned else [])


@pytest.mark.parametrize(("state", "warned"), [("expired", True), ("withdrawn", False)])
def test_certification_that_is_given_up_is_missed(case: Case, state: str, warned: bool) -> None:
    case.make("certification", state)
    assert bool(found(case).expiring) == warned


def test_certification_that_was_renewed_is_warned_of(case: Case) -> None:
    made = case.make("certification", "expired")
    evidence = case.make("evidence", "registered")
    case.say(made, "renew", {"expires": "2027-12-31", "evidence": [evidence]})
    assert found(case).expiring == ()
