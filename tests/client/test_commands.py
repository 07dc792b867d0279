"""Our own commands against a node elsewhere, with a token in the environment."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from client.conftest import Node
from sepakat.node.home import Home
from support.serving import environment

PATIENCE = 120.0  # seconds after which waiting is a failure
LABEL = ("--classification", "RESTRICTED", "--for", "MYS")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(node: Node) -> Run:
    """Runs a command on the node, as one of its people or the public."""

    def command(name: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
        secret = {"SEPAKAT_TOKEN": node.tokens[name]} if name in node.tokens else {}
        return subprocess.run(
            [sys.executable, "-m", "sepakat.cli", "--node", node.address, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment() | secret,
            timeout=PATIENCE,
            check=False,
        )

    return command


def _document(done: "subprocess.CompletedProcess[str]") -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_list_and_show(run: Run) -> None:
    def ids(name: str, *more: str) -> list[str]:
        return [one["id"] for one in _document(run(name, "list", *more, "--json"))]

    assert {"MYS-gate-open", "MYS-gate-own", "MYS-key-office"} <= set(ids("officer"))
    assert ids("public", "gate") == ["MYS-gate-open"]
    assert ids("officer", "organisation", "--owner", "KOR") == []
    shown = _document(run("officer", "show", "MYS-gate-own", "--json"))
    assert shown["object"]["fields"]["name"] == "Cabinet approval"
    assert [one["statement"]["action"] for one in shown["timeline"]] == ["plan"]
    assert "table" in [one["action"] for one in shown["next"]]
    text = run("officer", "show", "MYS-gate-own").stdout
    assert "Cabinet approval" in text
    assert run("public", "show", "MYS-gate-own").returncode == 4


def test_say_one_and_a_batch(run: Run, tmp_path: Path) -> None:
    fields = ("--set", "name=By command", "--set", "authority=Cabinet", "--set", "due=2027-01-31")
    said = run("officer", "say", "gate", "plan", "MYS-gate-cli", *fields, *LABEL)
    assert said.returncode == 0, said.stderr
    assert "In the signed checkpoint of size" in said.stdout
    report = tmp_path / "report.txt"
    report.write_text("what was found")
    title = ("--set", "title=Report")
    done = run("officer", "say", "evidence", "register", "MYS-cli-ev", "--attach", report,
               *title, *LABEL, "--json")  # fmt: skip
    assert _document(done)["recorded"][0]["state"] == "registered"
    batch = tmp_path / "batch.json"
    table = {"kind": "gate", "action": "table", "object": "MYS-gate-cli"}
    batch.write_text(json.dumps([table, table]))
    refused = run("officer", "say", "--batch", batch)
    assert refused.returncode == 3, refused.stderr
    assert _document(run("officer", "list", "gate", "--state", "tabled", "--json")) == []
    later = {"due": "2027-05-01", "reason": "Not yet."}
    again = {"kind": "gate", "action": "defer", "object": "MYS-gate-cli", "body": later}
    batch.write_text(json.dumps([table, again]))
    dry = _document(run("officer", "say", "--batch", batch, "--dry-run", "--json"))
    assert dry["dry_run"]
    assert len(_document(run("officer", "say", "--batch", batch, "--json"))["recorded"]) == 2
    assert run("public", "say", "gate", "table", "MYS-gate-cli").returncode == 3


@pytest.mark.parametrize("flag", [("--account", "somebody"), ("--key", "root")])
def test_whom_the_node_knows_better(run: Run, flag: tuple[str, str]) -> None:
    done = run("officer", "say", "gate", "table", "MYS-gate-own", *flag)
    assert done.returncode == 2
    assert "with --node" in done.stderr


def test_commitments_and_a_proof(run: Run, node: Node, tmp_path: Path) -> None:
    assert _document(run("officer", "commitments", "--json"))["commitments"] == []
    proof, card = tmp_path / "own.tlog-proof", tmp_path / "card"
    card.write_bytes(Home(node.home).card().encode())
    done = run("officer", "prove", "MYS-gate-own", "--file", proof)
    assert done.returncode == 0, done.stderr
    command = [sys.executable, "-m", "sepakat.cli", "verify", str(proof), "--card", str(card)]
    checked = subprocess.run(
        [*command, "--witnesses", "0", "--json"],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    assert _document(checked)[0]["holds"]


def test_a_state_that_no_kind_has_listed_as_none(run: Run) -> None:
    done = run("officer", "list", "--state", "nonsense")
    assert done.returncode == 2
    assert "no kind has a state 'nonsense'" in done.stderr


def test_a_token_that_is_no_good(node: Node, run: Run) -> None:
    node.tokens["nobody"] = "sepakat_wrong"
    assert run("nobody", "list").returncode == 3
    said = run("nobody", "list").stderr
    assert "unknown, expired or revoked" in said
    assert "SEPAKAT_TOKEN" in said and "Bearer" not in said


def test_a_node_that_is_not_there(node: Node) -> None:
    command = [sys.executable, "-m", "sepakat.cli", "--node", "http://node.example", "list"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(), timeout=PATIENCE, check=False
    )
    assert (done.returncode, "https" in done.stderr) == (2, True)


def test_a_command_that_would_work_on_another_node(run: Run) -> None:
    done = run("officer", "backup", "x.backup")
    assert done.returncode == 2
    assert "without --node" in done.stderr
