"""Every main page in each language: accessible, whole at any width, and fit to be shown."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from support.browsing import Played, Seat, choose

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
# For the documentation; made anew by `make screenshots`.
PICTURES = os.environ.get("SEPAKAT_SCREENSHOTS")

PAGES = {
    "today": "/",
    "partnership": "/partnership",
    "meetings": "/meetings",
    "meeting": "/meetings/MYS-committee-1",
    "registers": "/registers",
    "register": "/register/obligation?state=in_force",
    "object": "/object/KOR-claim-lot-2",
    "form": "/register/obligation/new/propose",
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


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    run = {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
    found: dict[str, Any] = Axe().run(page, options={"runOnly": run}).response
    return [
        f"{v['id']}: {v['help']} ({node['target']}: {node['html'][:200]})"
        for v in found["violations"]
        for node in v["nodes"]
    ]


def look(played: Played, seat: Seat, pages: dict[str, str]) -> list[str]:
    """What is wrong with each page, in both themes and at both widths; a picture of each, where
    pictures are wanted. What neither theme nor width can change is asked once."""
    faults: list[str] = []
    said: list[str] = []
    seat.page.on("console", lambda message: said.append(message.text))
    for name, path in pages.items():
        seat.open(path)
        for scheme, width, size, rules in VIEWS:
            seat.page.emulate_media(color_scheme=scheme)
            seat.page.set_viewport_size(size)
            where = f"{path} ({scheme}, {width})"
            faults += [f"{where}: {fault}" for fault in violations(seat.page, rules)]
            if seat.page.evaluate(WIDER):
                faults.append(f"{where}: wider than the window")
            if PICTURES:
                file = f"desk-{name}-{played.language}-{scheme}-{width}.png"
                seat.page.screenshot(path=Path(PICTURES) / file, full_page=width == "phone")
    return faults + [f"on the console: {text}" for text in said]


@pytest.mark.parametrize(
    ("who", "pages"),
    [("secretariat", PAGES), ("administrator", ADMINISTRATION), (None, PUBLIC)],
    ids=["officer", "administrator", "public"],
)
def test_no_page_breaks_wcag_or_its_window(
    played: Played, who: str | None, pages: dict[str, str]
) -> None:
    state = None
    if who is not None:
        state = played.desks.seat("MYS", who).page.context.storage_state()
    context = played.desks.context(storage_state=state)
    try:
        seat = Seat(context.new_page(), played.desks.addresses["MYS"])
        if who is None:
            seat.open("/")
            choose(seat, played.language)
        assert look(played, seat, pages) == []
    finally:
        context.close()


def test_a_page_is_in_the_language_that_it_says(played: Played) -> None:
    seat = played.desks.seat("MYS", "secretariat")
    seat.open("/partnership")
    assert seat.page.locator("html").get_attribute("lang") == played.language
