"""The whole case, said by people through two desks, each nation's in its language; and every main
page of it, in each language: accessible, whole at any width, and fit to be shown.

One file, for what is played once is looked at from all sides.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sepakat.cli.demo import play
from support.browsing import Desks, Played, Seat, choose, sign_in

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# WCAG 2.2 at level AA, with all that it takes up from before.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = ["color-contrast", "target-size"]  # what a theme or a width may change
VIEWS: list[tuple[Any, str, Any, list[str] | None]] = [
    ("light", "desktop", DESKTOP, None),
    ("dark", "desktop", DESKTOP, LOOKS),
    ("light", "phone", PHONE, LOOKS),
    ("dark", "phone", PHONE, None),
]
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# For the documentation, as far as it shows them; made anew by `make screenshots`.
PICTURES = os.environ.get("SEPAKAT_SCREENSHOTS")
DESK = Path(__file__).parents[2] / "docs" / "desk.md"
SHOWN = re.findall(r"desk-[a-z-]+\.png", DESK.read_text(encoding="utf-8"))

PAGES = {
    "today": "/",
    "partnership": "/partnership",
    "ledgers": "/ledgers",
    "industry": "/industry",
    "package": "/industry/packages/KOR-package-bench",
    "outlook": "/outlook",
    "project": "/outlook/projects/MYS-project-maintenance",
    "schedule": "/outlook/projects/MYS-project-maintenance/schedule",
    "learning": "/outlook/learning",
    "review": "/outlook/reviews/MYS-portfolio",
    "tenders": "/tenders",
    "tender": "/tenders/MYS-tender-rig",
    "meetings": "/meetings",
    "meeting": "/meetings/MYS-committee-1",
    "registers": "/registers",
    "register": "/register/obligation?state=in_force",
    "object": "/object/KOR-claim-lot-2",
    "form": "/register/obligation/new/propose",
    "table-form": "/register/claim/new/file",
    "record": "/record",
    "statement": "/record/KOR/12",
    "changes": "/changes",
    "inbox": "/inbox",
    "confirmations": "/confirmations",
    "account": "/account",
    "delegations": "/account/delegations",
    "tokens": "/account/tokens",
    "jobs": "/jobs",
}
PUBLIC = {"public": "/", "sign-in": "/accounts/login/", "public-record": "/record"}
ADMINISTRATION = {"people": "/people", "invite": "/people/invite"}


def test_what_people_sign_at_their_desks_is_what_commands_would_have_said(played: Played) -> None:
    rows = played.nodes["MYS"].run("commitments")["commitments"]
    housings = {row["obligation"]: row for row in rows}["MYS-cp-housings"]
    amounts = [float(housings[name]) / 1e6 for name in ("promised", "claimed", "verified")]
    assert amounts == [66.0, 28.0, 23.5]


def test_both_nations_agree_and_each_record_passes_its_audit(played: Played) -> None:
    home = played.nodes["MYS"].home
    outcome = play.conclude(played.nodes, home, lambda _: None, played.evaluation, played.outlook)
    assert outcome.ok, outcome.audits


def test_each_statement_carries_the_pseudonym_of_its_person(played: Played) -> None:
    leaves = played.nodes["KOR"].run("log", "--last", "1000")["leaves"]
    accounts = {leaf["statement"]["by"]["account"] for leaf in leaves if leaf["statement"]}
    # An officer, an approver, a member, a company's and an inspector.
    assert len(accounts - {"office"}) == 5
    assert not any("secretariat" in account for account in accounts)


@pytest.mark.parametrize("who", ["company", "auditor"])
def test_a_partners_secret_is_at_no_desk_of_the_other(desks: Desks, who: str) -> None:
    seat = desks.seat("KOR", who)
    for path in ("/", "/partnership", "/registers", "/register/action_item", "/record"):
        seat.open(path)
        assert "MYS-position-ip" not in seat.page.content()


def test_the_company_finds_its_own_and_not_what_is_between_governments(desks: Desks) -> None:
    seat = desks.seat("KOR", "company")
    seat.open("/register/obligation")
    expect(seat.page.locator("main")).to_contain_text("Sensor housings")
    expect(seat.page.locator("main")).not_to_contain_text("Maintenance know-how")


def test_the_keyboard_alone_will_do(desks: Desks) -> None:
    page = desks.context().new_page()
    seat = Seat(page, desks.addresses["MYS"])
    sign_in(seat, "secretariat@mys.example", desks.password)
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


def test_without_javascript_everything_can_be_said(desks: Desks) -> None:
    page = desks.context(java_script_enabled=False).new_page()
    seat = Seat(page, desks.addresses["MYS"])
    seat.open("/accounts/login/")
    page.fill("[name=login]", "secretariat@mys.example")
    page.fill("[name=password]", desks.password)
    page.click("main form button[type=submit]")
    seat.open("/register/gate/new/plan")
    page.fill("[name=name]", "Without scripts")
    page.fill("[name=authority]", "Committee")
    page.fill("[name=due]", "2030-01-01")
    page.click("[name=step][value=check]")
    page.click("[name=step][value=sign]")
    assert page.inner_text("h1") == "Without scripts"


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    run = {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
    found: dict[str, Any] = Axe().run(page, options={"runOnly": run}).response
    return [
        f"{v['id']}: {v['help']} ({node['target']}: {node['html'][:200]})"
        for v in found["violations"]
        for node in v["nodes"]
    ]


def look(seat: Seat, language: str, pages: dict[str, str]) -> list[str]:
    """What is wrong with each page, in both themes and at both widths; a picture of each, where
    pictures are wanted. What neither theme nor width can change is asked once."""
    faults: list[str] = []
    said: list[str] = []
    seat.page.on("console", lambda message: said.append(message.text))
    for name, path in pages.items():
        seat.open(path)
        for scheme, width, size, rules in VIEWS:
            if rules is LOOKS and language != "en":
                continue  # a theme at another width is the same in every language
            seat.page.emulate_media(color_scheme=scheme)
            seat.page.set_viewport_size(size)
            where = f"{path} ({scheme}, {width})"
            faults += [f"{where}: {fault}" for fault in violations(seat.page, rules)]
            if seat.page.evaluate(WIDER):
                faults.append(f"{where}: wider than the window")
            file = f"desk-{name}-{language}-{scheme}-{width}.png"
            if PICTURES and file in SHOWN:
                seat.page.screenshot(path=Path(PICTURES) / file, full_page=width == "phone")
    return faults + [f"on the console: {text}" for text in said]


@pytest.mark.parametrize(
    ("who", "pages"),
    [("secretariat", PAGES), ("administrator", ADMINISTRATION), (None, PUBLIC)],
    ids=["officer", "administrator", "public"],
)
def test_no_page_breaks_wcag_or_its_window(
    desks: Desks, who: str | None, pages: dict[str, str]
) -> None:
    state = None
    if who is not None:
        state = desks.seat("MYS", who).page.context.storage_state()
    context = desks.context(storage_state=state)
    try:
        seat = Seat(context.new_page(), desks.addresses["MYS"])
        if who is None:
            seat.open("/")
            choose(seat, desks.language)
        assert look(seat, desks.language, pages) == []
    finally:
        context.close()


def test_a_page_is_in_the_language_that_it_says(desks: Desks) -> None:
    seat = desks.seat("MYS", "secretariat")
    seat.open("/partnership")
    assert seat.page.locator("html").get_attribute("lang") == desks.language
