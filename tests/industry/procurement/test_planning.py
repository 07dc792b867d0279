"""Planning: what its declarations cannot say, by the fault that is caught."""

import pytest

from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


def test_two_targets_for_one_stage(case: Case) -> None:
    twice = [{"stage": "award", "days": 30}, {"stage": "award", "days": 60}]
    once = [{"stage": "closing", "days": 30}, {"stage": "award", "days": 60}]
    assert case.refused("MYS", "procurement_strategy", "propose", targets=twice) == "check"
    assert case.refused("MYS", "procurement_strategy", "propose", targets=once) == ""


def test_two_targets_for_one_stage_in_a_revision(case: Case) -> None:
    made = case.make("procurement_strategy", "returned")
    twice = [{"stage": "award", "days": 30}, {"stage": "award", "days": 30}]
    said = ("MYS", "procurement_strategy", "revise", made)
    assert case.refused(*said, targets=twice) == "check"
    assert case.refused(*said, targets=twice[:1]) == ""


def test_strategy_for_a_need_that_nobody_approved(case: Case) -> None:
    need = case.make("need", "stated")
    assert case.refused("MYS", "procurement_strategy", "propose", need=need) == "requires"


def test_requirement_that_was_dropped(case: Case) -> None:
    dropped = [case.make("requirement", "dropped")]
    said = ("MYS", "procurement_strategy", "propose")
    assert case.refused(*said, requirements=dropped) == "requires"


@pytest.mark.parametrize("name", ["revise", "drop"])
def test_requirement_that_changes_under_a_published_tender(case: Case, name: str) -> None:
    tender = case.make("tender", "published")
    (required,) = case.nations.object(tender).fields["requirements"]
    assert case.refused("MYS", "requirement", name, required, text="It talks.") == "state"


@pytest.mark.parametrize("name", ["publish", "amend"])
def test_tender_over_a_requirement_that_can_still_change(case: Case, name: str) -> None:
    made = case.make("tender", "published") if name == "amend" else ""
    given = {"requirements": [case.make("requirement", "stated")]}
    assert case.refused("MYS", "tender", name, made, **given) == "requires"


def test_tender_that_asks_for_less_than_was_approved(case: Case) -> None:
    made = case.make("procurement_strategy", "approved")
    required = list(case.nations.object(made).fields["requirements"])
    more = case.make("requirement", "approved")
    less = case.make("tender", "published", requirements=[more])
    full = case.make("tender", "published", requirements=[*required, more])
    said = ("MYS", "procurement_strategy", "launch", made)
    assert case.refused(*said, tender=less) == "check"
    assert case.refused(*said, tender=full) == ""


def test_strategy_carried_out_by_another_nations_tender(case: Case) -> None:
    made = case.make("procurement_strategy", "approved")
    required = list(case.nations.object(made).fields["requirements"])
    theirs = case.make("tender", "published", "KOR", requirements=required)
    assert case.refused("MYS", "procurement_strategy", "launch", made, tender=theirs) == "check"


def test_tender_by_another_method_than_was_approved(case: Case) -> None:
    made = case.make("procurement_strategy", "approved")
    required = list(case.nations.object(made).fields["requirements"])
    direct = case.make("tender", "published", requirements=required, method="direct")
    assert case.refused("MYS", "procurement_strategy", "launch", made, tender=direct) == "check"
