"""Nodes in processes of their own: one that serves, and one that does what a test asks."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sepakat.node.home import Config, Home
from sepakat.record.label import Classification, Label
from support.postgres import NewDatabase
from support.serving import Serving, environment, serving

TESTS = Path(__file__).parents[1]


class Refusal(Exception):  # noqa: N818
    """An error that the node gave its user, by its class and its text."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


@dataclass
class Node:
    """A nation's node, its worker (see `support.node_worker`), and what that wrote to stderr."""

    nation: str
    home: Home
    worker: "subprocess.Popen[str]"
    log: Path
    server: Serving | None = None

    def ask(self, task: str, *arguments: object) -> None:
        assert self.worker.stdin
        self.worker.stdin.write(json.dumps([task, arguments]) + "\n")
        self.worker.stdin.flush()

    def answer(self) -> Any:
        assert self.worker.stdout
        line = self.worker.stdout.readline()
        assert line, f"the worker died:\n{self.log.read_text()}"
        answer = json.loads(line)
        if "error" in answer:
            raise Refusal(answer["error"], answer["text"])
        return answer["result"]

    def do(self, task: str, *arguments: object) -> Any:
        self.ask(task, *arguments)
        return self.answer()

    def say(
        self,
        kind: str,
        about: str,
        action: str,
        label: Label | None = None,
        role: str = "officer",
        **body: Any,
    ) -> tuple[str, int, str]:
        """Its digest, its index, and the object's state after it."""
        [said] = self.do("say", [draft(kind, about, action, body, label, role)])
        digest, index, state = said
        return digest, index, state

    def exchange(self, other: "Node | str") -> dict[str, Any]:
        nation = other if isinstance(other, str) else other.nation
        outcome: dict[str, Any] = self.do("run_exchange", nation)
        return outcome

    def look(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.do("look")
        return seen

    @property
    def address(self) -> str:
        assert self.server is not None
        return self.server.address


def draft(
    kind: str,
    about: str,
    action: str,
    body: Mapping[str, Any],
    label: Label | None = None,
    role: str = "officer",
) -> dict[str, Any]:
    return {
        "kind": kind,
        "about": about,
        "action": action,
        "body": dict(body),
        "label": label.model_dump() if label else None,
        "role": role,
    }


def config(nation: str, ceiling: Classification = "SECRET", **other: Any) -> Config:
    return Config(
        nation=nation,
        name=f"The nation {nation}",
        origin=f"{nation.lower()}.example/log",
        url=f"https://{nation.lower()}.example",
        ceiling=ceiling,
        **other,
    )


@contextmanager
def working(home: Home, made_from: Config | None = None, *, url: str = "") -> Iterator[Node]:
    """A worker for the node in a folder, which it makes where a configuration is given, in SQLite
    or in the database that `url` names.

    It is ready when it has answered once.
    """
    log = home.path.with_suffix(".stderr")
    arguments = [made_from.model_dump_json()] if made_from else []
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "support.node_worker", home.path, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(url) | {"PYTHONPATH": str(TESTS)},
            text=True,
        )
    nation = made_from.nation if made_from else home.config.nation
    with process:
        try:
            yield Node(nation, home, process, log)
        finally:
            process.terminate()


@contextmanager
def running(
    folder: Path, *configs: Config, new_database: NewDatabase = str
) -> Iterator[list[Node]]:
    """New nodes that are served and know each other, in SQLite or in databases of their own."""
    with ExitStack() as stack:
        urls = [new_database() for _ in configs]
        nodes = [
            stack.enter_context(working(Home(folder / c.nation), c, url=url))
            for c, url in zip(configs, urls, strict=True)
        ]
        for node, url in zip(nodes, urls, strict=True):
            node.answer()
            node.server = stack.enter_context(serving(node.home, workers=1, url=url))
        for node in nodes:
            for partner in nodes:
                if partner is not node:
                    card = partner.home.card().encode().decode()
                    node.do("register", card, partner.address)
        yield nodes
