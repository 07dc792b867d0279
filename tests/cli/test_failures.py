"""The mistakes of a new operator. Each ends with a documented exit code, one line that says what is
wrong and where, and one that says what to do next."""

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import sepakat as sepakat_package
from cli.conftest import BETWEEN, Node, Result, make, sepakat, worker_for
from sepakat.cli.errors import EXIT_CODES
from sepakat.cli.program import program
from sepakat.node.evidence import MAX_BYTES
from sepakat.record.card import parse
from sepakat.vocabulary import REGISTRY
from support.hostile import Answer, HostilePartner, Raw, serving_partner
from support.party import Party

INIT = {"--nation": "MYS", "--name": "Malaysia", "--url": "https://mys.example"}
ORGANISATION = ("--set", "name=A", "--set", "type=company", *BETWEEN)
AGREEMENT = ("--set", "title=T", "--set", "exclusivity=exclusive", *BETWEEN)
LONG = "n" * 250  # with what is put around it on the way, longer than a name may be
# What Pydantic and Python say to programmers, and no operator can make anything of.
JARGON = ("Traceback", "should match pattern", "Value error", "instance of", "Error(", "^[")


def explained(done: "Result | subprocess.CompletedProcess[str]", code: int, *named: str) -> None:
    """The command has failed so, in words that name what is wrong and lead on."""
    if isinstance(done, subprocess.CompletedProcess):
        done = Result(done.returncode, done.stdout, done.stderr)
    assert done.code == code, done.err + done.out
    assert code in EXIT_CODES
    error = _error(done.json)
    assert error["what"] and "\n" not in error["what"]
    assert error["fix"] and "\n" not in error["fix"]
    place = f"{error['where']}: {error['what']}"
    for text in named:
        assert text in place
    first, second = done.err.strip().split("\n")
    assert first.partition("Error: ")[2] == f"{place.removeprefix(': ').rstrip('.')}."
    assert second == f"{error['fix'].rstrip('.')}."
    for jargon in JARGON:
        assert jargon not in done.err


def _error(document: Any) -> Any:
    """What went wrong, as a command or an exchange with one partner tells it."""
    return (document["exchanges"][0] if "exchanges" in document else document)["error"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files as people bring them: each broken in its own way."""
    (tmp_path / "broken.json").write_text('{"name": "A",')
    (tmp_path / "twice.json").write_text('{"name": "A", "type": "company", "name": "B"}')
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "text").write_text("no such thing")
    (tmp_path / "empty").mkdir()
    (tmp_path / "deep.json").write_text("[" * 100_000)
    with (tmp_path / "huge.bin").open("wb") as huge:
        huge.truncate(MAX_BYTES + 1)
    statement: dict[str, Any] = {"kind": "evidence", "action": "register", "object": "MYS-file"}
    statement |= {"body": {"title": "T"}, "attach": "gone.pdf"}
    statement |= {"label": {"classification": "RESTRICTED", "releasable_to": ["MYS"]}}
    (tmp_path / "gone.json").write_text(json.dumps([statement]))
    gone = {"kind": "organisation", "action": "retire", "object": "MYS-none"}
    gone["body"] = {"reason": "R"}
    held = statement | {"attach": str(tmp_path / "text")}
    (tmp_path / "late.json").write_text(json.dumps([held, gone]))
    (tmp_path / "said.json").write_text(json.dumps([statement | {"says": "KOR"}]))
    graded = statement | {"label": {"classification": "TOP", "releasable_to": ["MYS"]}}
    (tmp_path / "graded.json").write_text(json.dumps([graded]))
    return tmp_path


# What is said.


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        # What there is none of.
        (("say", "nonsense", "register", "MYS-x"), 2, "nonsense"),
        (("say", "organisation", "nonsense", "MYS-x"), 2, "nonsense"),
        (("say", "organisation", "retire", "MYS-none", "--set", "reason=R"), 4, "MYS-none"),
        (("key", "revoke", "MYS-none", "--reason", "R"), 4, "MYS-none"),
        (("say", "organisation", "register", "MYS-x", "--set", "colour=red"), 2, "colour"),
        (("show", "MYS-none"), 4, "MYS-none"),
        (("show", "MYS-\udcff"), 2, "MYS-\\udcff is not UTF-8"),
        (("list", "nonsense"), 2, "nonsense"),
        # Values that are in no form that is taken.
        (("say", "organisation", "register", "mys_x", *ORGANISATION), 2, "such as MYS-company-1"),
        (("say", "agreement", "propose", "MYS-x", "--set", "counterparty=Korea", *AGREEMENT), 2,
         "ISO 3166-1"),
        (("say", "agreement", "enter_into_force", "MYS-x", "--set", "effective=1 March 2027"), 2,
         "such as 2027-01-31"),
        (("say", "agreement", "enter_into_force", "MYS-x", "--set", "effective=2027-02-30"), 2,
         "effective: day is out of range"),
        (("say", "organisation", "register", "MYS-x", "--set", "name=A", *BETWEEN), 2, "type"),
        (("say", "organisation", "register", "MYS-x", "--set", "name"), 2, "--set name"),
        (("say", "organisation", "register", "MYS-x", "--set", "name:=A"), 2, "--set name:="),
        # Labels.
        (("say", "organisation", "register", "MYS-x", "--set", "name=A", "--set", "type=company"),
         2, "MYS-x"),
        (("say", "organisation", "register", "MYS-x", "--for", "KOR"), 2, "label"),
        (("say", "organisation", "register", "MYS-x", "--classification", "RESTRICTED", "--for",
          "MYS,XX"), 2, "--for: 'XX'"),
        (("say", "organisation", "register", "MYS-x", "--organisation", "MYS-none",
          *ORGANISATION), 4, "MYS-none"),
        (("say", "organisation", "register", "MYS-x", "--key", "sealing", *ORGANISATION), 2,
         "organisation register MYS-x: the key 'sealing' signs no statements"),
        (("say", "organisation", "register", "MYS-x", "--caveat", "crypto", *BETWEEN), 2,
         "--caveat crypto"),
        # Files.
        (("say", "organisation", "register", "MYS-x", "--file", "{}/broken.json"), 2,
         "{}/broken.json"),
        (("say", "organisation", "register", "MYS-x", "--file", "{}/list.json"), 2,
         "{}/list.json"),
        (("say", "organisation", "register", "MYS-x", "--file", "{}/twice.json", *BETWEEN), 2,
         "{}/twice.json: 'name' is given twice"),
        (("say", "organisation", "register", "MYS-x", "--set", 'name:={{"a":1,"a":2}}'), 2,
         "--set name:=: 'a' is given twice"),
        (("say", "--batch", "{}/late.json"), 4, "{}/late.json, statement 2, organisation retire"),
        (("say", "--batch", "{}/broken.json"), 2, "{}/broken.json"),
        (("say", "--batch", "{}/list.json"), 2, "{}/list.json, statement 1"),
        (("say", "--batch", "{}/said.json"), 2, "says"),
        (("say", "--batch", "{}/deep.json"), 2, "{}/deep.json"),
        (("say", "organisation", "register", "MYS-x", "--file", "{}/deep.json"), 2,
         "{}/deep.json"),
        (("say", "organisation", "register", "MYS-x", "--set", f"name:={'[' * 100_000}"), 2,
         "--set name:="),
        (("say", "--batch", "{}/graded.json"), 2, "label.classification"),
        (("say", "--batch", "{}/gone.json"), 2, "{}/gone.pdf"),
        (("say", "--batch", "{}/none.json"), 2, "{}/none.json"),
        (("say", "evidence", "register", "MYS-x", "--attach", "{}/gone.pdf"), 2, "{}/gone.pdf"),
        (("say", "evidence", "register", "MYS-x", "--attach", "{}/huge.bin", "--set", "title=T",
          *BETWEEN), 2, "{}/huge.bin"),
        # What the rules do not allow.
        (("say", "agreement", "propose", "MYS-x", "--set", "counterparty=KOR", "--role",
          "inspector", *AGREEMENT), 3, "officer"),
        (("say", "organisation", "register", "KOR-x", *ORGANISATION), 3, "KOR-x"),
        (("say", "agreement", "propose", "MYS-x", "--set", "counterparty=TUR", "--for", "TUR",
          *AGREEMENT), 2, "TUR is not a registered partner"),
        (("say", "agreement", "propose", "MYS-x", "--set", "counterparty=TUR", *AGREEMENT), 3,
         "keeps it from TUR"),
        (("say", "agreement", "propose", "MYS-x", "--set", "counterparty=MYS", *AGREEMENT), 3,
         "MYS-x"),
    ],
)  # fmt: skip
def test_a_mistake_in_saying_that_leads_nowhere(
    mys: Node, folder: Path, words: tuple[str, ...], code: int, named: str
) -> None:
    before = mys.size()
    done = mys.run(*(word.format(folder) for word in words), "--json")
    explained(done, code, named.format(folder))
    assert mys.size() == before


# What is kept, shown and handed over.


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("partner", "register", "{}/text", "--compared"), 2, "{}/text"),
        (("partner", "register", "{}/none", "--compared"), 2, "{}/none"),
        (("partner", "show", "TUR"), 4, "TUR"),
        (("exchange", "TUR"), 4, "TUR"),
        (("evidence", "get", "MYS-none", "--file", "{}/out"), 4, "MYS-none"),
        (("prove", "MYS-none"), 4, "MYS-none"),
        (("verify", "{}/text"), 2, "{}/text"),
        (("export", "{}"), 5, "{}"),
        (("export", "{}/out", "--for", "TUR"), 4, "TUR"),
        (("export", "{}/out", "--for", "MYS-none"), 4, "MYS-none"),
        (("export", "{}/" + LONG), 74, "{}/" + LONG),
        (("backup", "{}/" + LONG), 74, "{}/" + LONG),
        (("list", "--state", "none"), 2, "no kind has a state 'none'"),
        (("list", "gate", "--state", "none"), 2, "gate has no state 'none'"),
        (("prove", "0", "--nation", "TUR"), 4, "--nation TUR"),
        (("audit", "{}/empty"), 2, "{}/empty"),
        (("audit", "{}/text"), 2, "{}/text"),
        (("audit", "{}/none"), 2, "{}/none"),
        (("backup", "{}/text"), 5, "{}/text"),
        (("backup", "{}/no/such/folder"), 74, "{}/no/such"),
        (("key", "add", "office"), 5, "office"),
        (("key", "add", "Office 2"), 2, "Office 2"),
        (("key", "add", "sly", "--sign-as", "nosuch"), 2, "--sign-as nosuch"),
        (("ocds", "export", "{}/out", "--prefix", "ocds-a1b2c3", "--publisher", "P", "--uri",
          "https://example.org", "--tender", "MYS-none"), 4, "MYS-none"),
        (("ocds", "export", "{}/out", "--prefix", "bad", "--publisher", "P", "--uri",
          "https://example.org"), 2, "--prefix bad"),
        (("ocds", "export", "{}/out", "--prefix", "ocds-a1b2c3", "--publisher", "P", "--uri",
          "nope"), 2, "--uri nope"),
        (("plan", "check", "{}/text"), 2, "{}/text"),
    ],
)  # fmt: skip
def test_a_mistake_in_running_a_node_that_leads_nowhere(
    mys: Node, folder: Path, words: tuple[str, ...], code: int, named: str
) -> None:
    done = mys.run(*(word.format(folder) for word in words), "--json")
    explained(done, code, named.format(folder))


def test_a_card_registered_twice_or_ones_own(mys: Node, kor: Node) -> None:
    for card in (mys.home / "card", kor.home / "card"):
        done = mys.run("partner", "register", card, "--compared", "--json")
        explained(done, 2 if card.parent == mys.home else 5, str(card))


# A node that is being made, restored or served.


@pytest.mark.parametrize(
    ("flag", "value", "named"),
    [
        ("--nation", "XX", "nation: must be three capital letters, as in ISO 3166-1 (MYS)"),
        ("--nation", "Malaysia", "nation: must be three capital letters"),
        ("--origin", "mys example", "origin: must be 1 to 200 characters, no space or +"),
        ("--url", "mys.example", "url: give the address of a node"),
        ("--url", "http://[::1", "url: give the address of a node"),
        ("--url", "http://127.0.0.1:99999", "url: give the address of a node"),
        ("--name", "", "name: "),
        ("--ceiling", "TOP", "ceiling: "),
    ],
)
def test_a_node_made_of_nonsense_that_is_not_told_why(
    mys: Node, tmp_path: Path, flag: str, value: str, named: str
) -> None:
    given = [word for pair in (INIT | {flag: value}).items() for word in pair]
    done = mys.run("init", tmp_path / "node", *given, "--json")
    explained(done, 2, "sepakat init: ", named)
    assert not (tmp_path / "node").exists()


def test_a_node_at_an_address_that_no_partner_can_register(mys: Node, tmp_path: Path) -> None:
    given = [word for pair in (INIT | {"--url": "http://10.1.1.1:80"}).items() for word in pair]
    done = mys.run("init", tmp_path / "node", *given, "--json")
    explained(done, 3, "http://10.1.1.1:80")
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres//x"),
        ("DATABASE_URL", "postgres://host:port/x"),
        ("DATABASE_URL", "mysql://x/y"),
        ("SEPAKAT_EMAIL_URL", "smtp://mail.example:99999"),
    ],
)
def test_a_wrong_setting_that_counts_as_a_fault_of_the_program(
    mys: Node, name: str, value: str
) -> None:
    done = sepakat("--home", mys.home, "list", "--json", env={name: value})
    explained(done, 2, name)


def test_a_wrong_address_of_a_node_elsewhere_that_counts_as_a_fault_of_the_program() -> None:
    for url in ("http://[::1", "http://127.0.0.1:99999"):
        explained(sepakat("--node", url, "list", "--json"), 2, url)


def test_a_home_on_the_command_line_that_loses_to_a_setting(mys: Node) -> None:
    elsewhere = {"SEPAKAT_NODE": "http://127.0.0.1:1"}
    done = sepakat("--home", mys.home, "list", "organisation", "--json", env=elsewhere)
    assert done.returncode == 0, done.stderr
    explained(sepakat("log", "--json", env=elsewhere), 2, "unset SEPAKAT_NODE")
    both = ("--home", mys.home, "--node", elsewhere["SEPAKAT_NODE"])
    explained(sepakat(*both, "list", "--json"), 2, "--home", "--node")


def test_a_wrong_folder(tmp_path: Path) -> None:
    explained(sepakat("list", "--json"), 4, "no node is named")
    given = [word for pair in INIT.items() for word in pair]
    (tmp_path / "letter.txt").write_text("keep me")
    explained(sepakat("init", tmp_path, *given, "--json"), 5, str(tmp_path))
    (tmp_path / "node.json").write_text('{"nation": "malaysia"}')
    done = sepakat("--home", tmp_path, "list", "--json")
    explained(done, 2, f"{tmp_path}/node.json", "nation: must be three capital letters")


def test_a_restore_from_or_into_something_else(mys: Node, kor: Node, folder: Path) -> None:
    file = folder / "node.backup"
    mys.do("backup", file)
    for home, given, code, where in (
        (folder / "new", folder / "text", 2, folder / "text"),
        (folder, file, 5, folder),
        (mys.home, file, 5, mys.home),
        (kor.home, file, 5, kor.home),
    ):
        done = sepakat("--home", home, "restore", given, "--json")
        explained(done, code, str(where))
    done = sepakat("--home", mys.home, "restore", file, "--json")
    assert "--replace" in _error(json.loads(done.stdout))["fix"]
    assert not (folder / "new").exists()


def test_a_port_or_certificate_that_cannot_be_served(mys: Node, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = sepakat("--home", mys.home, "serve", "--port", port, "--json")
    explained(done, 5, str(port))
    done = sepakat("--home", mys.home, "serve", "--private-key", folder / "text", "--json")
    explained(done, 2, "--certificate")
    certificate = folder / "text"
    done = sepakat("--home", mys.home, "serve", "--certificate", certificate, "--json")
    explained(done, 2, str(certificate))


# A partner that does not do its part.


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, HostilePartner]]:
    """A node, and its partner that is honest until it is told to lie."""
    folder = tmp_path_factory.mktemp("meeting")
    with worker_for("MYS", folder / "MYS") as node, serving_partner(Party("KOR")) as partner:
        make(node, "Malaysia")
        partner.peer = parse((node.home / "card").read_bytes())
        partner.party.company("a")
        card = folder / "kor.card"
        card.write_bytes(partner.party.card.encode())
        node.do("partner", "register", card, "--compared")
        yield node, partner


@pytest.mark.parametrize(
    ("path", "answer", "code", "named"),
    [
        ("/checkpoint", Answer(b"garbage"), 2, "signed note"),
        ("/checkpoint", Answer(b"garbage", is_signed=False), 3, "/checkpoint, content-digest"),
        ("/checkpoint", Answer(b"garbage", 404), 4, "/checkpoint"),
        ("/checkpoint", Answer(b"garbage", 403), 3, "/checkpoint"),
        ("/checkpoint", Answer(b"garbage", 500), 6, "/checkpoint"),
        ("/checkpoint", Answer(b"garbage", 401), 3, "/checkpoint"),
        ("/checkpoint", Answer(b"9" * 99_999), 1, "/checkpoint"),
        ("/checkpoint", Answer(b"text", extra={"Content-Length": "2"}), 3, "/checkpoint"),
        ("/checkpoint", Raw([b"garbage\r\n\r\n"]), 6, "/checkpoint"),
        ("/tile/", Answer(b"garbage"), 1, "tile/entries/000.p/1"),
        ("/exchange/disclosures", Answer(b"garbage"), 1, "/exchange/disclosures"),
        ("/add-checkpoint", Answer(b"garbage"), 1, "/add-checkpoint"),
        ("/add-checkpoint", Answer(b"garbage", 409), 1, "/add-checkpoint"),
        ("/add-checkpoint", Answer(b"garbage", 500), 6, "/add-checkpoint"),
        ("/exchange/state", Answer(b"garbage"), 1, "/exchange/state"),
        ("/exchange/state", Answer(b"{}"), 1, "/exchange/state"),
    ],
)
def test_a_partners_answer_that_nobody_can_trace(
    meeting: tuple[Node, HostilePartner], path: str, answer: Answer | Raw, code: int, named: str
) -> None:
    node, partner = meeting
    partner.lies.clear()
    partner.lie(path, answer)
    done = node.run("exchange", "--json")
    explained(done, code, partner.party.url, named)
    assert "KOR: Error: " in done.err
    (listed,) = node.do("partner", "list")
    assert partner.party.url in listed["problem"] and not listed["frozen"]


# What is advised.


def test_an_advice_that_names_a_command_or_a_kind_that_there_is_none_of() -> None:
    source = Path(sepakat_package.__file__).parent
    text = "\n".join(file.read_text() for file in source.rglob("*.py"))
    advised = set(re.findall(r"`sepakat ([a-z][a-z ]*)", text))
    assert len(advised) > 20
    for words in advised:
        command: click.Command | None = program
        for word in words.split():
            if isinstance(command, click.Group):
                command = command.get_command(click.Context(command), word)
                assert command is not None, words
            elif command and command.name in ("kinds", "list"):
                assert word in REGISTRY.kinds, words
