"""People at their desks, in a real browser."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sepakat.cli.demo.play import Node
from sepakat.vocabulary import REGISTRY

WHO = {
    "officer": "secretariat",
    "approver": "approver",
    "committee": "committee",
    "inspector": "inspector",
    "company": "company",
    "administrator": "administrator",
    "auditor": "auditor",
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; tests that need it skip without."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Seat:
    """One person at one nation's desk, signed in."""

    page: Page
    address: str

    def open(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status == 200, (path, answer and answer.status)

    def say(self, said: dict[str, Any]) -> None:
        """Say one statement of the case, through its form, by its fields' names alone."""
        action = REGISTRY.action(said["kind"], said["action"])
        if action.start:
            self.open(f"/object/{said['object']}/{said['action']}")
        else:
            self.open(f"/register/{said['kind']}/new/{said['action']}")
            self._label(said["label"])
            self._fill("object", said["object"])
        for name, value in said["body"].items():
            self._fill(name, value)
        if "attach" in said:
            self.page.set_input_files("[name=file]", said["attach"])
        self._press("[name=step][value=check]")
        self._press("[name=step][value=sign]")
        expect(self.page.locator(".notice-good")).to_be_visible()

    def confirm(self) -> None:
        """Confirm the one statement that waits for a second person."""
        self.open("/confirmations")
        self.page.locator("main a[href^='/confirmations/']").first.click()
        self._press("form[action$='/confirm'] button")
        expect(self.page.locator(".notice-good")).to_be_visible()

    def _press(self, selector: str) -> None:
        self.page.locator(selector).click()
        self.page.wait_for_load_state()
        faults = self.page.locator(".error-summary")
        assert faults.count() == 0, faults.inner_text()

    def _label(self, label: dict[str, Any]) -> None:
        self.page.check(f"[name=label-classification][value={label['classification']}]")
        for box in self.page.locator("[name=label-releasable_to]").all():
            box.set_checked(box.get_attribute("value") in label["releasable_to"])
        organisations = [name for name in label.get("organisations", ()) if "-" in name]
        self.page.select_option("[name=label-organisations]", organisations)

    def _fill(self, name: str, value: Any) -> None:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, row in enumerate(value):
                for column, cell in row.items():
                    self._fill(f"{name}-{number}-{column}", cell)
            return
        if isinstance(value, dict):
            for part, inner in value.items():
                self.page.fill(f"[name={name}_{part}]", inner)
            return
        control = self.page.locator(f"[name={name}]")
        kind = control.first.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind == "checkbox":
            for one in value if isinstance(value, list) else [value]:
                self.page.check(f"[name={name}][value='{one}']")
        elif kind == "radio":
            self.page.check(f"[name={name}][value='{value}']")
        elif kind.startswith("select"):
            control.select_option(str(value))
        else:
            control.fill("\n".join(value) if isinstance(value, list) else str(value))


@dataclass
class Desks:
    """Two nations' desks in one language, and whoever has sat down at them, each in a browser of
    their own."""

    browser: Browser
    addresses: dict[str, str]
    password: str
    options: dict[str, Any]
    language: str

    def __post_init__(self) -> None:
        self._seats: dict[str, Seat] = {}

    def seat(self, nation: str, who: str) -> Seat:
        """The person's seat, who signs in first where that has not been done."""
        email = f"{who}@{nation.lower()}.example"
        if email not in self._seats:
            page = self.context().new_page()
            seat = Seat(page, self.addresses[nation])
            sign_in(seat, email, self.password)
            choose(seat, self.language)
            self._seats[email] = seat
        return self._seats[email]

    def context(self, **options: Any) -> BrowserContext:
        # Else colours would be measured while they still fade into one another.
        options = self.options | {"reduced_motion": "reduce"} | options
        context = self.browser.new_context(**options)
        context.set_default_timeout(30_000)
        return context

    def say(self, nation: str, said: dict[str, Any]) -> None:
        """Say a statement of the case as whoever may; a second person confirms it where needed."""
        self.seat(nation, WHO[said["role"]]).say(said)
        if REGISTRY.action(said["kind"], said["action"]).four_eyes:
            self.seat(nation, f"second-{WHO[said['role']]}").confirm()


@dataclass
class Played:
    """The case as it was played: the nodes, and their desks by language."""

    nodes: dict[str, Node]
    desks: dict[str, Desks]
    evaluation: dict[str, Any]  # of the tender's offers
    outlook: list[dict[str, Any]]  # how each project stands


def sign_in(seat: Seat, email: str, password: str) -> None:
    seat.open("/accounts/login/")
    seat.page.fill("[name=login]", email)
    seat.page.fill("[name=password]", password)
    seat.page.keyboard.press("Enter")
    expect(seat.page.locator(".account")).to_be_visible()


def choose(seat: Seat, language: str) -> None:
    """Choose a language as people do, by its name."""
    seat.page.locator(f"button[name=language][value={language}]").click()
    expect(seat.page.locator(f"html[lang={language}]")).to_be_attached()
