"""The client against a real node, and against one that fails on the way."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from client.conftest import Node
from sepakat.client import Client, Record, Recorded, ToSay, UnreachableError
from sepakat.client import client as module
from sepakat.node.home import Home
from sepakat.node.proofs import verify_file
from sepakat.record import canon
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, RefusedError

OWN = {"classification": "RESTRICTED", "releasable_to": ["MYS"]}
GATE = {"name": "A gate", "authority": "Cabinet", "due": "2027-01-31"}


def _said(answer: object) -> Recorded:
    assert isinstance(answer, Recorded)
    return answer


def test_reading_with_and_without_a_token(node: Node) -> None:
    with node.client("officer") as officer, node.client() as public:
        assert "MYS-gate-own" in [record.id for record in officer.list("gate")]
        assert "MYS-gate-own" not in [record.id for record in public.list("gate")]
        found = officer.get("gate", "MYS-gate-own")
        assert found == officer.find("MYS-gate-own")
        assert found.label.released == ("MYS",)
        assert {action.action for action in found.actions if action.allowed} >= {"table"}
        for ask in (public.find, lambda id_: public.get("gate", id_)):
            with pytest.raises(NotFoundError):
                ask("MYS-gate-own")
        assert {kind.kind for kind in public.kinds()} >= {"gate", "claim"}
        assert public.commitments(date(2027, 1, 1)).commitments == ()


def test_saying_and_proving(node: Node) -> None:
    with node.client("officer") as officer:
        done = _said(officer.say("gate", "MYS-gate-said", "plan", GATE, label=OWN))
        assert (done.dry_run, done.recorded[0].state) == (False, "planned")
        dry = _said(officer.say("gate", "MYS-gate-said", "table", dry_run=True))
        assert (dry.dry_run, officer.get("gate", "MYS-gate-said").state) == (True, "planned")
        [said] = officer.statements("gate", "MYS-gate-said")
        assert said.statement is not None
        assert said.statement.by.account == "p-officer"
        text = officer.proof("gate", "MYS-gate-said", said.digest)
        checked = verify_file(text.encode(), [Home(node.home).card()], 0)
        assert checked.index == said.index
        assert officer.checkpoint().size > said.index


def test_errors_as_our_own(node: Node) -> None:
    with node.client("officer") as officer, node.client("approver") as approver:
        with pytest.raises(InvalidError, match="/body/due"):
            officer.say("gate", "MYS-gate-x", "plan", GATE | {"due": "soon"}, label=OWN)
        with pytest.raises(ConflictError, match="Choose another identifier") as taken:
            officer.say("gate", "MYS-gate-own", "plan", GATE, label=OWN)
        assert taken.value.where == "gate plan MYS-gate-own"
        with pytest.raises(RefusedError, match="role officer"):
            approver.say("gate", "MYS-gate-own", "table")
        with pytest.raises(NotFoundError):
            officer.say("gate", "MYS-no-such", "table")
        with pytest.raises(InvalidError, match="colour"):
            list(officer.list("gate", colour="red"))
    with Client(node.address, "sepakat_wrong") as stranger, pytest.raises(RefusedError):
        stranger.kinds()


def test_a_batch_with_a_file(node: Node) -> None:
    content = b"the report"
    with node.client("officer") as officer:
        kept = officer.upload(content)
        body = {"title": "R", "filename": "r.txt", "media_type": "text/plain"}
        body |= {"sha256": kept.sha256, "size": kept.size}
        report = ToSay(
            kind="evidence",
            action="register",
            object="MYS-report",
            body=body,
            label=OWN,
            upload=kept.upload,
        )
        gate = ToSay(kind="gate", action="plan", object="MYS-gate-b", body=GATE, label=OWN)
        assert len(officer.say_all([report, gate], role="officer").recorded) == 2
        assert officer.download("MYS-report") == content
        assert kept.sha256 == canon.digest(content)
        with pytest.raises(ConflictError):
            officer.say_all([gate])


def test_pages_that_the_client_leaves_out(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    with node.client() as public:
        found = [record.id for record in public.list("gate", sort="-id")]
        assert found == sorted(found, reverse=True)
        assert "MYS-gate-open" in found


def test_two_at_once_with_one_key(node: Node) -> None:
    """However the two fall together, one statement is recorded and both are told of it."""
    answers: list[Recorded] = []

    def defer() -> None:
        with node.client("officer") as officer:
            body = {"due": "2027-06-01", "reason": "Not yet."}
            said = officer.say("gate", "MYS-gate-open", "defer", body, key="at-once")
            answers.append(_said(said))

    threads = [threading.Thread(target=defer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len({answer.recorded[0].digest for answer in answers}) == 1
    with node.client() as public:
        said = list(public.statements("gate", "MYS-gate-open"))
    assert [one.statement.action for one in said if one.statement] == ["plan", "defer"]


@pytest.mark.parametrize("url", ["http://node.example", "ftp://x", "node.example", "https://"])
def test_a_token_sent_in_the_clear(url: str) -> None:
    with pytest.raises(InvalidError, match="https"):
        Client(url, "sepakat_secret")


def test_a_token_goes_to_a_proxy_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    at_proxy: list[dict[str, Any]] = []
    at_node: list[dict[str, Any]] = []
    with _failing([OK], at_proxy) as proxy, _failing([OK], at_node) as url:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with Client(url, "sepakat_secret") as client:
            client.say("gate", "MYS-x", "table")
    assert (len(at_node), at_proxy) == (1, [])


# A node that fails on the way: what it answers, one after the other.
Answers = list[tuple[int, dict[str, str], bytes]]
PROBLEM = {"Content-Type": "application/problem+json"}


@contextmanager
def _failing(answers: Answers, asked: list[dict[str, Any]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            key = self.headers["Idempotency-Key"]
            asked.append({"key": key, "body": self.rfile.read(length)})
            status, headers, body = answers[len(asked) - 1]
            if not status:  # the line is cut
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


DONE = json.dumps(
    {"dry_run": False, "recorded": [], "checkpoint": {"origin": "o", "size": 1}}
).encode()
CUT = (0, {}, b"")
OK = (201, {}, DONE)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited, each time."""
    found: list[float] = []
    monkeypatch.setattr(module, "sleep", found.append)
    return found


def _say(url: str) -> Callable[[], object]:
    def say() -> object:
        with Client(url) as client:
            return client.say("gate", "MYS-x", "table")

    return say


@pytest.mark.parametrize(
    "first",
    [
        CUT,
        (503, {}, b""),
        (429, PROBLEM | {"Retry-After": "7"}, b"{}"),
        (409, PROBLEM, b'{"type": "/problems/in-progress"}'),
    ],
)
def test_what_may_pass_is_tried_again_with_the_same_key(
    first: tuple[int, dict[str, str], bytes], waits: list[float]
) -> None:
    asked: list[dict[str, Any]] = []
    with _failing([first, CUT, OK], asked) as url:
        assert isinstance(_say(url)(), Recorded)
    assert len(asked) == 3
    assert len({one["key"] for one in asked}) == 1
    assert len({one["body"] for one in asked}) == 1
    assert (waits[0] == 7) == (first[0] == 429)


@pytest.mark.parametrize(
    ("answers", "error", "tries"),
    [
        ([CUT] * 4, UnreachableError, 4),
        ([(503, {}, b"")] * 4, UnreachableError, 4),
        ([(500, {}, b"oops")], UnreachableError, 1),
        ([(302, {"Location": "https://elsewhere.example"}, b"")], UnreachableError, 1),
        ([(201, {}, b"<html>")], UnreachableError, 1),
        ([(422, PROBLEM, b'{"detail": "no", "errors": 5}')], InvalidError, 1),
        ([(422, PROBLEM, b"not json")], InvalidError, 1),
        ([(409, PROBLEM, b'{"type": "/problems/conflict"}')], ConflictError, 1),
    ],
)
def test_what_will_not_pass_is_said(
    answers: Answers, error: type[Exception], tries: int, waits: list[float]
) -> None:
    asked: list[dict[str, Any]] = []
    with _failing(answers, asked) as url, pytest.raises(error):
        _say(url)()
    assert len(asked) == tries


def test_a_record_of_a_newer_node() -> None:
    record = {
        "id": "MYS-x",
        "kind": "tender",
        "owner": "MYS",
        "counterparty": None,
        "state": "open",
        "turn": "MYS",
        "label": {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": ["PUBLIC"]}},
        "fields": {"lots": 3},
        "head": "0" * 64,
        "notes": [],
        "added_later": True,
    }
    assert Record.model_validate(record).fields == {"lots": 3}


def test_the_client_needs_no_django() -> None:
    script = "import sys, sepakat.client; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
