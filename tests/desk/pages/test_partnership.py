"""The partnership in figures: the same as the record's, and only over what the reader may see."""

from datetime import date

import pytest

from sepakat.desk.pages import figures
from sepakat.industry.commitments import commitments
from sepakat.node import rows
from sepakat.node.models import Object, Partner
from sepakat.record.label import Label, make
from support.desks import BOTH, OF_A, OPEN, Desk, queries
from support.pages import text_of

HIGH = make("SECRET", ["KOR", "MYS"])
TODAY = date(2026, 11, 24)
EVERYBODY = ("officer", "clerk", "company_a", "company_b", "partner", "public")


def bind(desk: Desk, number: int, label: Label, amount: str, nation: str = "MYS") -> None:
    """An obligation in force, as a partner's acceptance would leave it."""
    about = f"MYS-bound-{number}"
    desk.say(
        "obligation",
        about,
        "propose",
        label,
        title=f"Commitment {number}",
        agreement="MYS-agreement-g2g",
        counterparty="KOR",
        obligor=nation,
        category="training" if number % 2 else "research",
        value={"amount": amount, "currency": "MYR"},
        due=f"2026-{number % 12 + 1:02}-01",
        description="Illustrative.",
    )
    Object.objects.filter(id=about).update(state="in_force")


@pytest.fixture
def bound(desk: Desk) -> Desk:
    figures._figures.cache_clear()
    for number, (label, amount) in enumerate(
        [(BOTH, "1000000.01"), (HIGH, "777777.77"), (OF_A, "2000000"), (BOTH, "30.5")]
    ):
        bind(desk, number, label, amount, "KOR" if number % 2 else "MYS")
    return desk


def test_the_figures_are_those_of_what_one_may_see(bound: Desk) -> None:
    for name in bound.people:
        access = bound.access(name)
        things = rows.objects(Object.objects.values_list("id", flat=True)).values()
        expected = commitments(access.seen(things), TODAY)
        assert list(figures.figures(access, TODAY).commitments) == expected


def test_a_sum_never_betrays_what_is_hidden(bound: Desk) -> None:
    for name in EVERYBODY:
        page = text_of(bound.client(name).get("/partnership"))
        assert ("777,777.77" in page) == (name in ("officer", "partner")), name
        assert ("2,000,000" in page) == (name in ("officer", "company_a", "partner")), name
        assert ("Commitment 1" in page) == (name in ("officer", "partner")), name


def test_figures_follow_the_record_as_it_grows(bound: Desk) -> None:
    access = bound.access("officer")
    before = figures.figures(access, TODAY)
    bind(bound, 9, BOTH, "5")
    bound.say("gate", "MYS-gate-open", "defer", due="2027-01-01", reason="Recess")
    after = figures.figures(bound.access("officer"), TODAY)
    assert len(after.commitments) == len(before.commitments) + 1


def test_the_page_takes_the_same_few_queries_for_any_number_of_commitments(bound: Desk) -> None:
    client = bound.client("officer")

    def reads() -> int:
        figures._figures.cache_clear()
        with queries() as found:
            client.get("/partnership")
        return len(found)

    few = reads()
    for number in range(20, 60):
        bind(bound, number, BOTH, "1")
    assert reads() <= few < 40


def test_a_frozen_partner_is_said_loudly_to_the_offices_alone(bound: Desk) -> None:
    Partner.objects.update(frozen="it has signed two logs of one size")
    assert "two logs of one size" in text_of(bound.client("officer").get("/partnership"))
    for name in ("company_a", "partner", "public"):
        assert "two logs" not in text_of(bound.client(name).get("/partnership"))


def test_what_lies_ahead_is_drawn_and_told(bound: Desk) -> None:
    answer = bound.client("public").get("/partnership")
    assert b"<svg" in answer.content
    assert "Cabinet approval" in text_of(answer)
    assert "Zulkarnain" not in answer.content.decode()


def test_the_partners_word_is_shown_to_whom_it_is_for(bound: Desk) -> None:
    bound.say("gate", "MYS-gate-x", "plan", OPEN, name="Ours", authority="A", due="2027-01-01")
    page = text_of(bound.client("officer").get("/partnership"))
    assert "Nothing yet that you may see" in page, "it has said nothing yet"
