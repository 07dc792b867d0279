"""Two nodes on this machine: made, served, and told what to say, all by `sepakat` commands."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sepakat.cli.demo import case, people, servers
from sepakat.record.errors import ConflictError, SepakatError

MARK = ".sepakat-demo"  # a folder with this file is an earlier demo, and may be replaced


class DemoError(SepakatError):
    """A command of the demo failed: what it printed says why."""


@dataclass
class Node:
    """One nation's node: its folder, and the process that runs its commands."""

    nation: str
    home: Path
    url: str
    worker: "subprocess.Popen[str]"
    server: "subprocess.Popen[bytes] | None" = None
    asked: deque[str] = field(default_factory=deque)  # and not answered yet
    kept: bool = False  # served on when the demo ends

    def ask(self, *argv: str, typed: str = "") -> None:
        """Give the worker a command, and what is typed into it; `answer` waits for the outcome."""
        assert self.worker.stdin is not None
        self.asked.append(" ".join(argv))
        command = {"argv": ["--home", str(self.home), *argv, "--json"], "typed": typed}
        self.worker.stdin.write(json.dumps(command) + "\n")
        self.worker.stdin.flush()

    def answer(self) -> Any:
        """What the command that was asked first came to."""
        assert self.worker.stdout is not None
        asked = self.asked.popleft()
        line = self.worker.stdout.readline()
        result = json.loads(line) if line else {"code": 70, "out": "", "err": "it has died"}
        if result["code"]:
            raise DemoError(
                (result["err"] or result["out"]).strip(),
                where=f"{self.nation}: sepakat {asked}",
            )
        return json.loads(result["out"])

    def run(self, *argv: str, typed: str = "") -> Any:
        self.ask(*argv, typed=typed)
        return self.answer()


def prepare(folder: Path) -> None:
    """An empty folder for the demo; only an earlier demo's is emptied."""
    if folder.exists() and any(folder.iterdir()):
        servers.stop(folder)
        if not (folder / MARK).exists():
            raise ConflictError(
                "the folder holds something that is no earlier demo",
                where=str(folder),
                fix="Name another with --directory",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _stop_unless_kept(folder: Path, nodes: dict[str, Node]) -> None:
    if not all(node.kept for node in nodes.values()):
        servers.stop(folder)
        for node in nodes.values():
            if node.server is not None:
                node.server.wait()


@contextmanager
def two_nodes(folder: Path) -> Iterator[dict[str, Node]]:
    """Both nodes, made, served and registered with each other; stopped unless they are kept."""
    with ExitStack() as stack:
        nodes = {}
        for nation in case.NATIONS:
            worker = stack.enter_context(_worker())
            url = f"http://127.0.0.1:{_free_port()}"
            nodes[nation] = Node(nation, folder / nation, url, worker)
        for node in nodes.values():
            name = case.NATIONS[node.nation]
            node.ask(
                "init", "--nation", node.nation, "--name", name, "--url", node.url,
                "--origin", f"{node.nation.lower()}.sepakat.example/log",
                "--ceiling", people.CLEARANCE,
            )  # fmt: skip
        for node in nodes.values():
            node.answer()
        for node in nodes.values():
            node.server = servers.start(node.home)
        servers.note(folder, {node.nation: node.server.pid for node in nodes.values()})
        stack.callback(_stop_unless_kept, folder, nodes)
        for node in nodes.values():
            _wait_until_served(node)
        _register(*nodes.values())
        yield nodes


def _register(one: Node, two: Node) -> None:
    """Each registers the other's card; the fingerprints are compared as two people would."""
    for node, partner in ((one, two), (two, one)):
        file = node.home.parent / f"{partner.nation}-card.json"
        card = partner.run("card", "--file", str(file))
        node.run("partner", "register", str(file), "--fingerprint", card["fingerprint"])


def play(
    nodes: dict[str, Node], folder: Path, today: date, show: Callable[[str, int], None]
) -> None:
    """Play the case scene by scene: a nation says its batch, and the other one reads it."""
    files = folder / "files"
    files.mkdir()
    for file in case.FILES:
        (files / file.name).write_text(f"{case.NOTE.upper()}\n\n{file.text}\n", encoding="utf-8")
    for number, scene in enumerate(case.script(today, str(files))):
        node = nodes[scene.nation]
        batch = folder / "said" / f"{number + 1:02}-{scene.nation}.json"
        batch.parent.mkdir(exist_ok=True)
        batch.write_text(json.dumps(scene.batch, indent=2, ensure_ascii=False), encoding="utf-8")
        node.run("say", "--batch", str(batch))
        show(scene.title, len(scene.batch))
        if any(said["object"] == "KOR-company-k" for said in scene.batch):
            node.run(
                "key", "add", "company-k", "--organisation", "KOR-company-k",
                "--sign-as", "company",
            )  # fmt: skip
        for other in nodes.values():
            if other is not node:
                other.run("exchange")


ACCOUNT = "MYS-account-1"


def close_account(nodes: dict[str, Node], folder: Path, show: Callable[[str, int], None]) -> None:
    """Malaysia closes an account of what is credited; Korea computes it too, and confirms it."""
    owner, partner = nodes["MYS"], nodes["KOR"]
    draft = folder / "said" / "account.json"
    owner.run("ledger", "--draft", str(draft), ACCOUNT)
    owner.run("say", "--batch", str(draft))
    show("Malaysia closes an account of what is credited, by the agreement's text", 1)
    partner.run("exchange")
    partner.run("say", "account", "confirm", ACCOUNT, "--role", "approver")
    show("Korea computes the same figures, and confirms them", 1)
    owner.run("exchange")


@dataclass(frozen=True)
class Outcome:
    """What the demo came to, read back from both nodes and from their exports."""

    commitments: dict[str, Any]
    ledgers: list[dict[str, Any]]
    evaluation: dict[str, Any]  # of the tender: points and ranks, and how far weights may move
    packages: list[dict[str, Any]]  # of technology
    outlook: list[dict[str, Any]]  # each project's last forecast, and its rating
    checkpoints: dict[str, str]
    digests: dict[str, str]  # of what both can see, as each node computed it
    agreed: bool
    audits: dict[str, dict[str, Any]]
    hidden: dict[str, list[str]]  # what each keeps from the other

    @property
    def ok(self) -> bool:
        return self.agreed and all(audit["ok"] for audit in self.audits.values())

    def document(self) -> dict[str, Any]:
        return asdict(self) | {"ok": self.ok}


def conclude(
    nodes: dict[str, Node],
    folder: Path,
    step: Callable[[str], None],
    evaluation: dict[str, Any],
    outlook: list[dict[str, Any]],
) -> Outcome:
    """A last exchange each way, then an export and an audit of each nation's record."""
    step("Both nodes exchange, cosign and compare")
    for _ in range(2):  # the second time nothing is new, so that both compare the same sizes
        exchanges = {n: node.run("exchange")["exchanges"][0] for n, node in nodes.items()}
    step("Each nation's record is exported and audited from its files alone")
    exports = {nation: node.home / "export" for nation, node in nodes.items()}
    for nation, node in nodes.items():
        node.run("export", str(exports[nation]))
    audits = {nation: node.run("audit", str(exports[nation])) for nation, node in nodes.items()}
    return Outcome(
        commitments=nodes["MYS"].run("commitments"),
        ledgers=nodes["MYS"].run("ledger")["ledgers"],
        evaluation=evaluation,
        packages=nodes["MYS"].run("list", "transfer_package"),
        outlook=outlook,
        checkpoints={n: (exports[n] / "checkpoint").read_text() for n in nodes},
        digests={n: exchange["digest"] for n, exchange in exchanges.items()},
        agreed=all(exchange["agreed"] for exchange in exchanges.values()),
        audits=audits,
        hidden={n: _hidden(node, nodes) for n, node in nodes.items()},
    )


def _hidden(node: Node, nodes: dict[str, Node]) -> list[str]:
    """The records of a nation's log of which its partner holds nothing but the leaf."""
    (partner,) = (other for other in nodes.values() if other is not node)
    theirs = partner.run("log", "--nation", node.nation, "--last", "1000")["leaves"]
    hidden = {leaf["index"] for leaf in theirs if leaf["statement"] is None}
    own = node.run("log", "--last", "1000")["leaves"]
    found: dict[str, list[str]] = {}
    for leaf in own:
        if leaf["index"] in hidden:
            said = leaf["statement"]
            name = f"{said['object']}, {said['label']['classification']}"
            found.setdefault(name, []).append(str(leaf["index"]))
    return [f"{name}: {', '.join(places)}" for name, places in found.items()]


def add_people(nodes: dict[str, Node], password: str) -> None:
    """An account for each who works at the desks."""
    for node in nodes.values():
        for member in people.members(node.nation):
            node.ask(
                "account", "add", member.email, "--name", member.name, "--role", member.role,
                "--organisation", member.organisation, "--clearance", people.CLEARANCE,
                "--password-stdin", typed=f"{password}\n",
            )  # fmt: skip
        node.ask("notify")
    for node in nodes.values():
        for _ in (*people.members(node.nation), "notify"):
            node.answer()


@contextmanager
def _worker() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "sepakat.cli.demo.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=servers.environment(),
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_served(node: Node) -> None:
    address = node.home / "run" / "address"
    deadline = time.monotonic() + servers.START_SECONDS
    while not address.exists():
        assert node.server is not None
        if node.server.poll() is not None or time.monotonic() > deadline:
            raise DemoError(
                "the node does not start", where=node.nation, fix=f"See {address.parent}/serve.log"
            )
        time.sleep(0.05)
