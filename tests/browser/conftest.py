"""Both desks, in a real browser, with the whole case played through them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from sepakat.cli.demo import case, people, play
from sepakat.cli.demo.forecasting import Forecasting
from sepakat.cli.demo.tendering import Tendering
from support.browsing import Desks, Played, chromium

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
OPEN_SECONDS = 15  # of the tender, which takes three where nothing else runs
# Between the languages, both widths and both themes.
SEEN = {
    "en": {"viewport": DESKTOP, "color_scheme": "light"},
    "ms": {"viewport": PHONE, "color_scheme": "dark"},
    "ko": {"viewport": DESKTOP, "color_scheme": "dark"},
}
SPOKEN = {"MYS": "ms", "KOR": "ko"}


# Not for the session: while Playwright runs, its event loop holds the thread, and
# Django refuses its database to every test that follows in the same process.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def played(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Two nodes, served; the case said by people through forms, each nation's in its language, and
    exchanged."""
    folder = tmp_path_factory.mktemp("desks")
    play.prepare(folder)
    with play.two_nodes(folder) as nodes:
        password = people.password()
        _organisation_first(nodes)
        play.add_people(nodes, password)
        addresses = {nation: node.url for nation, node in nodes.items()}
        desks = {
            language: Desks(browser, addresses, password, seen, language)
            for language, seen in SEEN.items()
        }
        _play(nodes, desks, folder)
        tender = Tendering(nodes, folder, OPEN_SECONDS, lambda title, said: None)
        tender.invite()
        # By commands, while the tender is open: what is said of it has no forms of its own.
        today = datetime.now(UTC).date()
        outlook = Forecasting(nodes, folder, today, lambda title, said: None).play()
        yield Played(nodes, desks, tender.award(), outlook)


@pytest.fixture(scope="module", params=list(SEEN))
def desks(request: pytest.FixtureRequest, played: Played) -> Desks:
    """The desks in each language, after the case."""
    return played.desks[request.param]


def _organisation_first(nodes: dict[str, play.Node]) -> None:
    """The company must be there before somebody of it can have an account."""
    node = nodes["KOR"]
    for said in _said("KOR"):
        if said["object"] == "KOR-company-k":
            _command(node, [said])
    node.run("key", "add", "company-k", "--organisation", "KOR-company-k", "--sign-as", "company")
    nodes["MYS"].run("exchange")


def _play(nodes: dict[str, play.Node], desks: dict[str, Desks], folder: Path) -> None:
    files = folder / "files"
    files.mkdir()
    for file in case.FILES:
        (files / file.name).write_text(file.text, encoding="utf-8")
    for scene in case.script(datetime.now(UTC).date(), str(files)):
        for said in scene.batch:
            if said["object"] != "KOR-company-k":
                desks[SPOKEN[scene.nation]].say(scene.nation, said)
        for nation, other in nodes.items():
            if nation != scene.nation:
                other.run("exchange")


def _command(node: play.Node, batch: list[dict[str, Any]]) -> None:
    file = node.home / "batch.json"
    file.write_text(json.dumps(batch), encoding="utf-8")
    node.run("say", "--batch", str(file))


def _said(nation: str) -> Iterator[dict[str, Any]]:
    for scene in case.script(datetime.now(UTC).date(), ""):
        if scene.nation == nation:
            yield from scene.batch
