"""A record's page: what it is, whose word it is, and nothing that is not for the reader."""

import pytest

from support.desks import Desk, queries
from support.pages import text_of


def test_a_page_says_what_where_who_and_what_next(desk: Desk) -> None:
    page = text_of(desk.client("officer").get("/object/MYS-obligation-a"))
    for words in ("Housings of company A", "G2G agreement", "MYR", "Proposed", "Officer"):
        assert words in page
    assert "It is for" in page, "why the officer cannot accept one's own proposal"


def test_each_statement_says_where_its_proof_is(desk: Desk) -> None:
    page = text_of(desk.client("officer").get("/object/MYS-gate-open"))
    assert "Signed with the key" in page
    assert "In the log of" in page


@pytest.mark.parametrize("name", ["company_b", "clerk", "public"])
def test_an_outsider_does_not_learn_that_it_exists(desk: Desk, name: str) -> None:
    client = desk.client(name)
    hidden, missing = client.get("/object/MYS-obligation-a"), client.get("/object/MYS-nothing")
    assert hidden.status_code == missing.status_code == 404
    assert text_of(hidden) == text_of(missing)


def test_a_company_sees_no_title_of_what_its_record_belongs_to(desk: Desk) -> None:
    page = text_of(desk.client("company_a").get("/object/MYS-obligation-a"))
    assert "Housings of company A" in page
    assert "G2G agreement" not in page


def test_what_belongs_to_a_record_is_listed_for_whom_it_is_for(desk: Desk) -> None:
    officer = text_of(desk.client("officer").get("/object/MYS-agreement-g2g"))
    assert "Housings of company A" in officer
    assert "Housings of company B" in officer


def test_a_page_takes_the_same_few_queries_for_any_length_of_timeline(desk: Desk) -> None:
    client = desk.client("officer")

    def reads() -> int:
        with queries() as found:
            client.get("/object/MYS-gate-open")
        return len(found)

    few = reads()
    for number in range(12):
        desk.say("gate", "MYS-gate-open", "defer", due=f"2027-01-{number + 1:02}", reason="Late")
    assert reads() == few < 40


def test_hostile_words_are_shown_and_not_run(desk: Desk) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    from support.desks import OPEN

    desk.say("gate", "MYS-evil", "plan", OPEN, name=evil, authority=evil, due="2027-01-01")
    for page in ("/object/MYS-evil", "/register/gate"):
        content = desk.client("public").get(page).content
        assert b"<script>alert" not in content
        assert b"<img" not in content.split(b"<main")[1]
