"""The worked example of docs/adding-a-kind.md: its code runs, and does what the page says."""

import re
from pathlib import Path
from typing import Any

import pytest

from sepakat.record.errors import InvalidError
from sepakat.record.kind import Kind, Registry
from sepakat.vocabulary import REGISTRY
from support.nations import Nations

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-kind.md"
BODY = {
    "title": "Training on the test bench",
    "counterparty": "KOR",
    "begins": "2026-02-02",
    "ends": "2026-02-06",
    "visitors": 6,
}
VISIT = "MYS-visit-1"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    """The names that the page's first block of code makes."""
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(blocks("python")[0], str(PAGE), "exec"), names)
    return names


@pytest.fixture
def nations(example: dict[str, Any]) -> Nations:
    kind: type[Kind] = example["VisitRequest"]
    return Nations("MYS", "KOR", registry=Registry(*REGISTRY.kinds.values(), kind))


def code(nations: Nations, nation: str, action: str, **body: Any) -> str:
    """The code of the rule that a statement was refused by; empty if it stands."""
    role = body.pop("role", None)
    entry = nations.say(nation, "visit_request", VISIT, action, body, role=role)
    return nations.decision(entry).code


def test_lifecycle_of_the_example_does_not_play(nations: Nations) -> None:
    assert code(nations, "MYS", "request", **BODY) == ""
    assert code(nations, "KOR", "approve") == ""
    assert code(nations, "KOR", "remark", remark="Bring your passes.") == ""
    assert code(nations, "MYS", "make") == ""
    made = nations.object(VISIT)
    assert (made.state, made.owner, made.counterparty) == ("made", "MYS", "KOR")
    assert made.fields == BODY and len(made.notes) == 1
    assert nations.fold("MYS", "KOR").digest() == nations.state.digest()


def test_decline_without_a_reason_is_accepted(nations: Nations) -> None:
    code(nations, "MYS", "request", **BODY)
    assert code(nations, "KOR", "decline") == "body"
    assert code(nations, "KOR", "decline", reason="The bench is in use.") == ""
    assert nations.object(VISIT).state == "declined"


def test_wrong_side_role_or_state_is_let_through(nations: Nations) -> None:
    code(nations, "MYS", "request", **BODY)
    assert code(nations, "MYS", "approve") == "turn"
    assert code(nations, "KOR", "approve", role="officer") == "role"
    assert code(nations, "MYS", "make") == "state"


def test_check_of_the_example_is_not_asked(nations: Nations) -> None:
    assert code(nations, "MYS", "request", **BODY | {"ends": "2026-02-01"}) == "check"


def test_agreement_that_is_not_in_force_is_relied_on(nations: Nations) -> None:
    agreement = {"title": "An agreement", "counterparty": "KOR", "exclusivity": "exclusive"}
    nations.say("MYS", "agreement", "MYS-g2g", "propose", agreement)
    assert code(nations, "MYS", "request", **BODY, agreement="MYS-g2g") == "requires"


def test_validation_error_is_not_as_the_page_shows(example: dict[str, Any]) -> None:
    with pytest.raises(InvalidError) as caught:
        exec(compile(blocks("python")[1], str(PAGE), "exec"), example)
    assert str(caught.value) == blocks("text")[0].strip()
