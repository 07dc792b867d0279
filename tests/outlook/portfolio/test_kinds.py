"""Portfolios, projects and ratings: what their declarations cannot say, by the fault caught."""

from typing import Any

import pytest

from sepakat.record import label as labels
from support.case import Case

PHASE = {"title": "Build", "starts": "2026-01-01", "ends": "2026-06-30"}
PAID = {"nation": "MYS", "year": 2026, "amount": "1000"}
PUBLIC = labels.make("UNCLASSIFIED", ["PUBLIC"])
GRADE = {"name": "Likely", "meaning": "It delivers."}


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture
def project(case: Case) -> str:
    return case.make("project", "under_way")


def test_domain_that_is_named_twice(case: Case) -> None:
    assert case.refused("MYS", "portfolio", "propose", domains=["Space", "Space"]) == "check"


@pytest.mark.parametrize(
    ("further", "code"),
    [(["Sensors"], "check"), (["Space", "Space"], "check"), ([], "body"), (["Space"], "")],
    ids=["there_already", "twice", "none", "new"],
)
def test_further_domain_that_is_none(case: Case, further: list[str], code: str) -> None:
    made = case.make("portfolio", "in_force")
    assert case.refused("MYS", "portfolio", "propose_domains", made, further=further) == code


@pytest.mark.parametrize(
    "agreed",
    [["Sensors"], ["Sensors", "Cyber"], ["Space", "Sensors"], ["Sensors", "Space", "Cyber"]],
    ids=["nothing", "another", "in_another_order", "one_more"],
)
def test_agreement_to_other_domains_than_were_proposed(case: Case, agreed: list[str]) -> None:
    made = case.make("portfolio", "domains_proposed")
    assert case.refused("KOR", "portfolio", "agree_domains", made, domains=agreed) == "check"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, ""),
        ({"domain": "Space"}, "check"),
        ({"budget": [PAID | {"nation": "TUR"}]}, "check"),
        ({"budget": [PAID | {"amount": "-1"}]}, "check"),
        ({"budget": [PAID, PAID | {"amount": "5"}]}, "check"),
        ({"budget": [PAID, PAID | {"nation": "KOR"}, PAID | {"year": 2027}]}, ""),
        ({"phases": [PHASE | {"ends": "2025-12-31"}]}, "check"),
        ({"phases": [PHASE, PHASE | {"starts": "2026-07-01", "ends": "2026-12-31"}]}, "check"),
        (
            {"phases": [PHASE, {"title": "Plan", "starts": "2025-01-01", "ends": "2025-12-31"}]},
            "check",
        ),
    ],
    ids=[
        "sound",
        "of_another_domain",
        "paid_by_a_third",
        "less_than_nothing",
        "budget_twice",
        "budget_of_each",
        "phase_that_ends_first",
        "phase_twice",
        "phases_out_of_order",
    ],
)
def test_project_that_does_not_fit_its_portfolio(
    case: Case, given: dict[str, Any], code: str
) -> None:
    assert case.refused("MYS", "project", "propose", **given) == code


def test_project_in_a_portfolio_between_other_nations(case: Case) -> None:
    case.nations.label = PUBLIC
    other = case.make("portfolio", "in_force", counterparty="TUR")
    assert case.refused("MYS", "project", "propose", portfolio=other) == "parties"


def test_organisation_that_takes_part_twice(case: Case, project: str) -> None:
    lead = case.nations.object(project).fields["lead"]
    korean = case.organisation("KOR")
    for twice in ([lead], [korean, korean]):
        assert case.refused("MYS", "project", "propose", participants=twice) == "check"
    for joining in ([lead], [korean, korean], []):
        assert (
            case.refused("MYS", "project", "propose_participants", project, joining=joining)
            == "check"
        )
    case.say(project, "propose_participants", {"joining": [korean]})
    case.say(project, "agree_participants", {"participants": [korean]})
    assert (
        case.refused("MYS", "project", "propose_participants", project, joining=[korean]) == "check"
    )


def test_agreement_to_another_participant_than_was_proposed(case: Case) -> None:
    made = case.make("project", "participants_proposed")
    other = case.make("organisation", "registered")
    for participants in ([], [other], [case.organisation("KOR"), other]):
        given = {"participants": participants}
        assert case.refused("KOR", "project", "agree_participants", made, **given) == "check"


def test_life_of_a_project_in_which_something_is_lost(case: Case) -> None:
    """A domain is added, a project begun in it, an organisation joins, another is refused, and it
    is completed at the second attempt."""
    portfolio = case.make("portfolio", "in_force")
    case.say(portfolio, "propose_domains", {"further": ["Cyber"]})
    case.say(portfolio, "agree_domains", {"domains": ["Sensors", "Cyber"]})
    made = case.make("project", "under_way", portfolio=portfolio, domain="Cyber")
    korean, other = case.organisation("KOR"), case.make("organisation", "registered", "KOR")
    case.say(made, "propose_participants", {"joining": [korean]})
    case.say(made, "agree_participants", {"participants": [korean]})
    case.say(made, "propose_participants", {"joining": [other]})
    case.say(made, "refuse_participants", {"reason": "It is not cleared."})
    case.say(made, "propose_completion")
    case.say(made, "deny_completion", {"reason": "A test is missing."})
    case.say(made, "propose_completion")
    case.say(made, "confirm_completion")
    found = case.nations.object(made)
    assert (found.state, found.fields["participants"]) == ("completed", [korean])
    assert case.nations.object(portfolio).fields["domains"] == ["Sensors", "Cyber"]


def test_grade_that_is_named_twice(case: Case) -> None:
    assert case.refused("MYS", "rating_scale", "propose", grades=[GRADE, GRADE]) == "check"


def test_scale_that_others_agree_for_a_portfolio(case: Case) -> None:
    case.nations.label = PUBLIC
    portfolio = case.make("portfolio", "in_force")
    given = {"portfolio": portfolio, "counterparty": "TUR"}
    assert case.refused("MYS", "rating_scale", "propose", **given) == "parties"


def test_grade_off_its_scale(case: Case) -> None:
    assert case.refused("MYS", "rating", "give", grade="Likely") == ""
    assert case.refused("MYS", "rating", "give", "MYS-new-2", grade="likely") == "check"
    assert case.refused("MYS", "rating", "give", "MYS-new-3", grade="Exempt") == "check"


def test_rating_on_the_scale_of_another_portfolio(case: Case, project: str) -> None:
    scale = case.make("rating_scale", "in_force")
    assert (
        case.nations.object(scale).fields["portfolio"]
        != (case.nations.object(project).fields["portfolio"])
    )
    for action in ("give", "exempt"):
        given = {"project": project, "scale": scale}
        assert case.refused("MYS", "rating", action, **given) == "check"


def test_rating_by_a_forecast_of_another_project(case: Case, project: str) -> None:
    own = case.make("forecast", "issued")
    assert case.nations.object(own).fields["project"] == project
    other = case.make("project", "under_way")
    assert case.refused("MYS", "rating", "give", project=project, forecast=own) == ""
    scale = case.make(
        "rating_scale", "in_force", portfolio=case.nations.object(other).fields["portfolio"]
    )
    given = {"project": other, "scale": scale, "forecast": own}
    assert case.refused("MYS", "rating", "give", "MYS-new-2", **given) == "check"


def test_exempt_that_has_a_grade_or_is_taken_for_one(case: Case) -> None:
    assert case.refused("MYS", "rating", "exempt", grade="Likely") == "body"
    made = case.make("rating", "exempt")
    assert "grade" not in case.nations.object(made).fields


def test_rating_on_a_scale_that_was_retired(case: Case, project: str) -> None:
    portfolio = case.nations.object(project).fields["portfolio"]
    scale = case.make("rating_scale", "retired", portfolio=portfolio)
    given = {"project": project, "scale": scale}
    assert case.refused("MYS", "rating", "give", **given) == "requires"


def test_rating_by_a_nation_that_is_no_party(case: Case) -> None:
    """The third nation sees the project; it is asked for no opinion."""
    case.nations.label = PUBLIC
    made = case.make("project", "under_way")
    portfolio = case.nations.object(made).fields["portfolio"]
    given = {
        "project": made,
        "scale": case.make("rating_scale", "in_force", portfolio=portfolio),
        "grade": "Likely",
    }
    assert case.refused("TUR", "rating", "give", **given) == "check"
    assert case.refused("KOR", "rating", "give", **given) == ""
