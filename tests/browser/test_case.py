"""The whole case, said by people through two desks in two browsers, in each language."""

import pytest
from playwright.sync_api import expect

from sepakat.cli.demo import play
from support.browsing import Played, Seat, sign_in


def test_what_people_sign_at_their_desks_is_what_commands_would_have_said(played: Played) -> None:
    rows = played.nodes["MYS"].run("commitments")["commitments"]
    housings = {row["obligation"]: row for row in rows}["MYS-cp-housings"]
    amounts = [float(housings[name]) / 1e6 for name in ("promised", "claimed", "verified")]
    assert amounts == [66.0, 28.0, 23.5]


def test_both_nations_agree_and_each_record_passes_its_audit(played: Played) -> None:
    outcome = play.conclude(played.nodes, played.nodes["MYS"].home, lambda _: None)
    assert outcome.ok, outcome.audits


def test_each_statement_carries_the_pseudonym_of_its_person(played: Played) -> None:
    leaves = played.nodes["KOR"].run("log", "--last", "1000")["leaves"]
    accounts = {leaf["statement"]["by"]["account"] for leaf in leaves if leaf["statement"]}
    assert len(accounts - {"office"}) == 4, "an officer, an approver, a member, a company's"
    assert not any("secretariat" in account for account in accounts)


@pytest.mark.parametrize("who", ["company", "auditor"])
def test_a_partners_secret_is_at_no_desk_of_the_other(played: Played, who: str) -> None:
    seat = played.desks.seat("KOR", who)
    for path in ("/", "/partnership", "/registers", "/register/action_item", "/record"):
        seat.open(path)
        assert "MYS-position-ip" not in seat.page.content()


def test_the_company_finds_its_own_and_not_what_is_between_governments(played: Played) -> None:
    seat = played.desks.seat("KOR", "company")
    seat.open("/register/obligation")
    expect(seat.page.locator("main")).to_contain_text("Sensor housings")
    expect(seat.page.locator("main")).not_to_contain_text("Maintenance know-how")


def test_the_keyboard_alone_will_do(played: Played) -> None:
    page = played.desks.context().new_page()
    seat = Seat(page, played.desks.addresses["MYS"])
    sign_in(seat, "secretariat@mys.example", played.desks.password)
    seat.open("/registers")
    for link in ("/register/gate", "/register/gate/new/plan"):
        tab_to(seat, f"a[href='{link}']")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    for name, text in (("name", "By keyboard"), ("authority", "Committee")):
        tab_to(seat, f"[name={name}]")
        page.keyboard.type(text)
    tab_to(seat, "[name=due]")
    page.keyboard.type("01012030")
    for step in ("check", "sign"):
        tab_to(seat, f"button[name=step][value={step}]")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("By keyboard")


def tab_to(seat: Seat, selector: str) -> None:
    """Press Tab until the element has the focus, as whoever has no mouse does."""
    for _ in range(150):
        seat.page.keyboard.press("Tab")
        if seat.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_without_javascript_everything_can_be_said(played: Played) -> None:
    page = played.desks.context(java_script_enabled=False).new_page()
    seat = Seat(page, played.desks.addresses["MYS"])
    seat.open("/accounts/login/")
    page.fill("[name=login]", "secretariat@mys.example")
    page.fill("[name=password]", played.desks.password)
    page.click("main form button[type=submit]")
    seat.open("/register/gate/new/plan")
    page.fill("[name=name]", "Without scripts")
    page.fill("[name=authority]", "Committee")
    page.fill("[name=due]", "2030-01-01")
    page.click("[name=step][value=check]")
    page.click("[name=step][value=sign]")
    assert page.inner_text("h1") == "Without scripts"
