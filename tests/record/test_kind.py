"""Kinds: what a declaration must not say, and what a body must not bring."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest

from record.strategies import Deal, Organisation, Report
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Count, Line, Nation, ObjectId, Ref
from sepakat.record.kind import (
    COUNTERPARTY,
    EITHER,
    OWNER,
    Action,
    Kind,
    Lifecycle,
    Registry,
)
from sepakat.record.kinds import KINDS

MAKE = Action("make", end="made")


@pytest.mark.parametrize(
    ("actions", "fault"),
    [
        ([MAKE, MAKE], "two actions"),
        ([], "made by its owner"),
        ([Action("move", start=("made",), end="made")], "made by its owner"),
        ([Action("make", end=None)], "made by its owner"),
        ([Action("make", end="made", by=COUNTERPARTY)], "made by its owner"),
        ([Action("make", end="made", by=EITHER)], "made by its owner"),
        ([MAKE, Action("move", start=("lost",), end="made")], "'lost'"),
        ([MAKE, Action("note", start=("lost",), end=None)], "'lost'"),
        (
            [
                MAKE,
                Action("go", start=("made",), end="gone"),
                Action("take", start=("made",), end="taken", by=COUNTERPARTY),
            ],
            "turn",
        ),
        ([MAKE, Action("go", start=("made",), end="gone", by=EITHER)], "turn"),
        (
            [
                MAKE,
                Action("turn", start=("far",), end="away"),
                Action("back", start=("away",), end="far"),
            ],
            "away, far",
        ),
        ([MAKE, Action("stay", start=("alone",), end="alone")], "alone"),
    ],
)
def test_unsound_lifecycles_are_refused(actions: list[Action], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Lifecycle(*actions)


def test_turns_and_final_states_follow_from_the_actions() -> None:
    assert Deal.lifecycle.turn == {
        "proposed": COUNTERPARTY,
        "declined": OWNER,
        "accepted": OWNER,
        "delivered": COUNTERPARTY,
    }
    assert Deal.lifecycle.final == ()
    assert Report.lifecycle.final == ("retracted",)
    assert Report.lifecycle.states == ("published", "retracted")


def declare(*actions: Action, bilateral: bool = True, name: str = "Thing") -> type[Kind]:
    """A kind with a title, a reference and, as a rule, a counterparty."""
    fields: dict[str, Any] = {
        "title": Line,
        "report": Annotated[ObjectId | None, Ref("report")],
    } | ({"counterparty": Nation} if bilateral else {})
    members = {
        "__annotations__": fields,
        "__module__": __name__,
        "report": None,
        "lifecycle": Lifecycle(*actions),
    }
    return type(name, (Kind,), members)


@pytest.mark.parametrize(
    ("build", "fault"),
    [
        (lambda: declare(Action("make", end="made", needs=("titel",))), "'titel'"),
        (lambda: declare(Action("make", end="made", may=("titel",))), "'titel'"),
        (lambda: declare(Action("make", end="made", requires={"title": ("made",)})), "title"),
        (lambda: declare(Action("make", end="made", requires={"rapport": ()})), "rapport"),
        (lambda: declare(Action("make", end="made", after="due")), "due"),
        (
            lambda: declare(
                MAKE, Action("take", start=("made",), end="taken", by=COUNTERPARTY), bilateral=False
            ),
            "counterparty",
        ),
        (
            lambda: declare(
                MAKE, Action("note", start=("made",), end=None, by=EITHER), bilateral=False
            ),
            "counterparty",
        ),
        (
            lambda: declare(
                MAKE, Action("move", start=("made",), end="made", may=("counterparty",))
            ),
            "counterparty",
        ),
        (lambda: declare(MAKE, Action("re-do", start=("made",), end="made")), "re-do"),
        (lambda: declare(MAKE, name="Thing2"), "thing2"),
    ],
)
def test_unsound_kinds_are_refused(build: Callable[[], type[Kind]], fault: str) -> None:
    declare(MAKE)
    with pytest.raises(ValueError, match=fault):
        build()


@pytest.mark.parametrize(
    ("until", "at", "early"),
    [
        ("2027-03-10", "2027-03-10T23:59:59Z", True),
        ("2027-03-10", "2027-03-11T00:00:00Z", False),
        ("2027-03-10T08:00:00Z", "2027-03-10T07:59:59Z", True),
        ("2027-03-10T08:00:00Z", "2027-03-10T08:00:00Z", False),
        (None, "2027-03-10T08:00:00Z", True),
    ],
)
def test_a_day_is_over_later_than_a_time_has_come(until: str | None, at: str, early: bool) -> None:
    assert Action("end", end="ended", after="until").is_early({"until": until}, at) is early
    assert not Action("end", end="ended").is_early({"until": until}, at)


def test_a_kinds_name_follows_from_its_class() -> None:
    assert declare(MAKE, name="ActionItem").kind == "action_item"


def test_references_are_found_in_optional_and_repeated_fields() -> None:
    assert Deal.refs == {"report": "report", "annexes": "report", "follows": "deal"}


@pytest.mark.parametrize(
    ("kinds", "fault"),
    [
        ((Report, Report), "two kinds"),
        ((Deal,), "unknown kind 'report'"),
        (KINDS, "unknown kind 'organisation'"),
        (
            (Report, declare(Action("make", end="made", requires={"report": ("lost",)}))),
            "no state lost",
        ),
    ],
)
def test_unsound_registries_are_refused(kinds: tuple[type[Kind], ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Registry(*kinds)


def test_what_is_not_known_is_named_with_what_is() -> None:
    registry = Registry(Report, Organisation)
    with pytest.raises(InvalidError, match=r"'gun'.*organisation, report"):
        registry.get("gun")
    with pytest.raises(InvalidError, match=r"'fire'.*publish, amend"):
        registry.action("report", "fire")


PROPOSAL = {"title": "A deal", "counterparty": "KOR"}


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("propose", {}, "title"),
        ("propose", {"title": "A deal"}, "counterparty"),
        ("propose", PROPOSAL | {"title": None}, "title"),
        ("propose", PROPOSAL | {"title": ""}, "title"),
        ("propose", PROPOSAL | {"title": "x" * 201}, "title"),
        ("propose", PROPOSAL | {"title": "two\nlines"}, "title"),
        ("propose", PROPOSAL | {"title": "two\u2028lines"}, "title"),
        ("propose", PROPOSAL | {"title": "bell\a"}, "title"),
        ("propose", PROPOSAL | {"title": 5}, "title"),
        ("propose", PROPOSAL | {"share": "5"}, "share"),
        ("propose", PROPOSAL | {"share": True}, "share"),
        ("propose", PROPOSAL | {"share": -1}, "share"),
        ("propose", PROPOSAL | {"share": 1.5}, "share"),
        ("propose", PROPOSAL | {"value": {"amount": 5, "currency": "MYR"}}, "value.amount"),
        ("propose", PROPOSAL | {"value": {"amount": "05", "currency": "MYR"}}, "value.amount"),
        ("propose", PROPOSAL | {"value": {"amount": "٥", "currency": "MYR"}}, "value.amount"),
        ("propose", PROPOSAL | {"value": {"amount": "5", "currency": "RM"}}, "value.currency"),
        ("propose", PROPOSAL | {"value": {"amount": "5"}}, "value.currency"),
        ("propose", PROPOSAL | {"annexes": "MYS-a"}, "annexes"),
        ("propose", PROPOSAL | {"annexes": ["MYS-a", "bad"]}, "annexes.1"),
        ("propose", PROPOSAL | {"report": "bad"}, "report"),
        ("propose", PROPOSAL | {"extra": 1}, "extra"),
        ("accept", {"title": "Another"}, "title"),
        ("revise", {"counterparty": "TUR"}, "counterparty"),
        ("comment", {"title": None}, "title"),
    ],
)
def test_the_field_of_a_body_at_fault_is_named(
    action: str, body: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError, match=rf"^deal {action}: (.*; )?{field}: "):
        Deal.check_body(Deal.lifecycle.actions[action], body)


def test_a_full_body_is_taken() -> None:
    body = PROPOSAL | {
        "value": {"amount": "1200000.50", "currency": "MYR"},
        "share": 3,
        "report": None,
        "annexes": ["MYS-a", "MYS-b"],
    }
    Deal.check_body(Deal.lifecycle.actions["propose"], body)


class Flagged(Kind):
    """With fields of types that Pydantic would convert to."""

    flag: bool
    count: int
    lifecycle = Lifecycle(Action("make", end="made"))


@pytest.mark.parametrize(
    "body",
    [
        {"flag": 1, "count": 1},
        {"flag": "true", "count": 1},
        {"flag": True, "count": "1"},
        {"flag": True, "count": True},
    ],
)
def test_no_value_is_converted(body: dict[str, Any]) -> None:
    make = Flagged.lifecycle.actions["make"]
    Flagged.check_body(make, {"flag": True, "count": 1})
    with pytest.raises(InvalidError):
        Flagged.check_body(make, body)


def test_a_needed_field_is_needed_though_it_may_be_empty_elsewhere() -> None:
    actions = Report.lifecycle.actions
    assert Report.needed_by(actions["publish"]) == ("title",)
    assert Report.needed_by(actions["remark"]) == ("remark",)
    for body in ({}, {"remark": None}):
        with pytest.raises(InvalidError, match="remark"):
            Report.check_body(actions["remark"], body)


def test_counts_end_where_canonical_json_does() -> None:
    make = Action("make", end="made")
    kind = type(
        "Counted",
        (Kind,),
        {
            "__annotations__": {"count": Count},
            "__module__": __name__,
            "lifecycle": Lifecycle(make),
        },
    )
    kind.check_body(make, {"count": 2**53 - 1})
    with pytest.raises(InvalidError):
        kind.check_body(make, {"count": 2**53})
