"""The page's own script, in a browser: it recomputes what the server says.

The browser gets what the desk answers from memory, so that a test can put lies into it.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Route

from sepakat.node.models import Statement
from support.browsing import chromium
from support.desks import Desk

SCRIPT = "/static/desk/verify.js"
BUTTON = "Check in this browser"
ZEROS = "A" * 43 + "="

Answers = dict[str, tuple[bytes, dict[str, str]]]


def answers(client: Client) -> tuple[str, Answers]:
    """The address of a statement's page, and what the desk answers to its requests."""
    index = Statement.objects.get(object="MYS-gate-high").index
    address = f"/record/MYS/{index}"
    found = {}
    for path in (address, f"{address}/document", SCRIPT):
        answer = client.get(path)
        assert answer.status_code == 200
        found[path] = (answer.getvalue(), dict(answer.headers))
    return address, found


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page(base_url="http://localhost")


def opened(page: Page, address: str, given: Answers) -> None:
    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://localhost")
        if path in given:
            body, headers = given[path]
            route.fulfill(body=body, headers=headers)
        else:
            route.fulfill(status=404)

    page.route("**/*", answer)
    page.goto(address)


def checked(page: Page) -> list[str]:
    """What each step of the script comes to."""
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_selector("#steps-here li:nth-child(5), #steps-here .error-message")
    return [str(i.get_attribute("data-holds")) for i in page.query_selector_all("#steps-here li")]


@pytest.fixture
def told(desk: Desk, cosign_now: Callable[[], None]) -> tuple[str, Answers]:
    cosign_now()
    return answers(desk.client("officer"))


def test_a_true_statement_that_the_script_does_not_follow(
    told: tuple[str, Answers], page: Page
) -> None:
    opened(page, *told)
    assert checked(page) == ["true"] * 5


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ({"statement_keys": []}, 0),
        ({"salt": ZEROS}, 1),
        ({"leaf": ZEROS}, 1),
        ({"index": 3}, 2),
        ({"proof": []}, 2),
    ],
)
def test_a_lying_server_that_the_script_believes(
    told: tuple[str, Answers], page: Page, change: dict[str, Any], failing: int
) -> None:
    address, given = told
    body, headers = given[f"{address}/document"]
    lie = json.dumps(json.loads(body) | change).encode()
    opened(page, address, given | {f"{address}/document": (lie, headers)})
    assert checked(page).index("false") == failing


@pytest.mark.parametrize(
    ("line", "failing"), [("mys.example/log ", 3), ("vnm.example/witness ", 4)]
)
def test_a_false_signature_of_the_checkpoint(
    told: tuple[str, Answers], page: Page, line: str, failing: int
) -> None:
    address, given = told
    body, headers = given[f"{address}/document"]
    document = json.loads(body)
    note = document["checkpoint"]
    at = note.index(f"\u2014 {line}") + len(line) + 40
    document["checkpoint"] = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
    lie = json.dumps(document).encode()
    opened(page, address, given | {f"{address}/document": (lie, headers)})
    assert checked(page)[failing] == "false"


def test_a_server_that_gives_keys_of_its_own_to_a_reader_with_the_nations_cards(
    desk: Desk, told: tuple[str, Answers], page: Page
) -> None:
    own = desk.home.card()
    other = own.model_copy(update={"log_key": own.witness_key})
    opened(page, *told)
    for card, found in ((other, "false"), (own, "true")):
        file = {"name": "mys.card", "mimeType": "text/plain", "buffer": card.encode()}
        page.set_input_files("#cards", files=[file])
        assert checked(page)[3] == found
