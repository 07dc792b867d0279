"""Real nodes and real commands: two nations that serve, each registered with the other."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.joint import Joint
from support.postgres import NewDatabase

PATIENCE = 120.0  # seconds after which waiting is a failure
BETWEEN = ("--classification", "RESTRICTED", "--for", "KOR,MYS")


def environment(**more: str) -> dict[str, str]:
    """Without what would point a command to a node or a database of somebody else's."""
    ours = ("SEPAKAT_", "DATABASE_URL", "DJANGO_", "NO_COLOR", "FORCE_COLOR")
    return {name: v for name, v in os.environ.items() if not name.startswith(ours)} | more


def sepakat(
    *arguments: object, stdin: str = "", env: dict[str, str] | None = None, cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sepakat.cli", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(**(env or {})),
        cwd=cwd,
        timeout=PATIENCE,
        check=False,
    )


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


class Node:
    """A node, and a process that runs its commands without starting Python for each."""

    def __init__(
        self, nation: str, home: Path, worker: "subprocess.Popen[str]", env: dict[str, str]
    ) -> None:
        self.nation = nation
        self.home = home
        self.env = env
        self._worker = worker
        self._made = 0

    def run(self, *arguments: object) -> Result:
        assert self._worker.stdin and self._worker.stdout
        argv = ["--home", str(self.home), *map(str, arguments)]
        line = json.dumps({"argv": argv, "typed": ""})
        self._worker.stdin.write(line + "\n")
        self._worker.stdin.flush()
        answer = json.loads(self._worker.stdout.readline())
        return Result(answer["code"], answer["out"], answer["err"])

    def do(self, *arguments: object) -> Any:
        """The JSON document of a command that must end well."""
        result = self.run(*arguments, "--json")
        assert result.code == 0, result.err + result.out
        return result.json

    def new(self, kind: str) -> str:
        """An identifier that no other test uses."""
        self._made += 1
        return f"{self.nation}-{kind}-{self._made}"

    def organisation(self, *label: str) -> str:
        made = self.new("organisation")
        label = label or BETWEEN
        self.do("say", "organisation", "register", made, "--set", f"name={made}",
                "--set", "type=company", *label)  # fmt: skip
        return made

    def size(self) -> int:
        size: int = self.do("log")["size"]
        return size


@contextmanager
def worker_for(nation: str, home: Path, *, url: str = "") -> Iterator[Node]:
    """For a node in SQLite, or in the database that `url` names."""
    env = {"DATABASE_URL": url} if url else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "sepakat.cli.demo.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(**env),
    )
    with process:
        try:
            yield Node(nation, home, process, env)
        finally:
            process.terminate()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a node on a free port; its address."""
    command = [sys.executable, "-m", "sepakat.cli", "--home", str(home), "serve", "--port", "0"]
    with (home / "run" / "stderr").open("w") as log:
        process = subprocess.Popen(
            [*command, "--json"], stdout=subprocess.PIPE, stderr=log, text=True, env=environment()
        )
    with process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line, (home / "run" / "stderr").read_text()
            yield json.loads(line)["address"]
        finally:
            process.terminate()
            process.wait(PATIENCE)


def make(node: Node, name: str) -> None:
    node.do(
        "init", "--nation", node.nation, "--name", name,
        "--url", f"https://{node.nation.lower()}.example", "--ceiling", "CONFIDENTIAL",
        "--caveat", "code=blue", "--caveat", "code=red", "--caveat", "eyes=ministry",
    )  # fmt: skip
    node.do("card", "--file", node.home / "card")


@dataclass(frozen=True)
class Pair:
    mys: Node
    kor: Node


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Malaysia and Korea, each served and registered with the other."""
    folder = tmp_path_factory.mktemp("pair")
    with ExitStack() as stack:
        mys, kor = (stack.enter_context(worker_for(n, folder / n)) for n in ("MYS", "KOR"))
        make(mys, "Malaysia")
        make(kor, "Republic of Korea")
        for one, two in ((mys, kor), (kor, mys)):
            address = stack.enter_context(served(two.home))
            one.do("partner", "register", two.home / "card", "--compared", "--url", address)
        yield Pair(mys, kor)


@pytest.fixture
def mys(pair: Pair) -> Node:
    return pair.mys


@pytest.fixture
def kor(pair: Pair) -> Node:
    return pair.kor


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Callable[[str], Node]]:
    """Makes nodes that nobody else uses, with no partner."""
    with ExitStack() as stack:

        def make_one(nation: str) -> Node:
            node = stack.enter_context(worker_for(nation, tmp_path / nation))
            make(node, nation)
            return node

        yield make_one


@pytest.fixture
def on_either(tmp_path: Path, new_database: NewDatabase) -> Iterator[Node]:
    """A node that nobody else uses, with no partner, on either database."""
    with worker_for("MYS", tmp_path / "MYS", url=new_database()) as node:
        make(node, "MYS")
        yield node


@pytest.fixture(scope="session")
def joint(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Joint:
    """A project of both nations, under way, with a risk and an obligation."""
    return Joint(pair.mys, pair.kor, tmp_path_factory.mktemp("joint")).begin()


@pytest.fixture(scope="session")
def plan(joint: Joint) -> str:
    """A plan of it that Korea accepted."""
    return joint.accepted()


@pytest.fixture(scope="session")
def forecast(joint: Joint, plan: str) -> str:
    """A forecast of that, issued."""
    return joint.issued(plan)
