"""What `kill -9` leaves behind, at random points of writing and of exchanging."""

import json
import random
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sepakat.node.home import Home
from sepakat.record.label import make
from support import postgres
from support.nodes import config, draft, working
from support.postgres import NewDatabase
from support.processes import BOOT, init, run, start
from support.serving import eventually, serving
from support.serving import init as serving_init

SEED = 20_261_123
WRITES = 200  # answered
TURNS, KILLS = 2, 5  # of the exchange; in each turn the last kill is the other node's
STORES = 14  # of what is stored for a statement and for an exchange, one is drawn to be hit
NEWS = 50  # statements that the other node has said by each kill

WRITER = """
from sepakat.node import clock
from sepakat.node.ledger import Draft, Ledger
from sepakat.record import label
from sepakat.vocabulary import REGISTRY
ledger, own = Ledger(home, REGISTRY), label.make("RESTRICTED", ["MYS"])
for number in range(int(sys.argv[2]), 10_000):
    ids = [f"MYS-w{number}-{part}" for part in range(1 + number % 3)]
    said = [Draft("organisation", i, "register", {"name": i, "type": "company"}, own) for i in ids]
    print(*(f"{r.index} {r.digest}" for r in ledger.append(said, at=clock.now())), flush=True)
"""

LOOK = """
import json, tempfile
from sepakat.node import integrity
from sepakat.node.export import export
from sepakat.node.models import Log, Object, Statement
from sepakat.record.audit import audit
from sepakat.vocabulary import REGISTRY
integrity.check(home, REGISTRY)
with tempfile.TemporaryDirectory() as folder:
    export(home, REGISTRY, Path(folder) / "export")
    report = audit(Path(folder) / "export", REGISTRY)
assert report.ok and not report.rejected, (report.findings, report.rejected)
print(json.dumps({
    "sizes": dict(Log.objects.values_list("nation", "size")),
    "said": list(Statement.objects.values_list("nation", "index", "digest")),
    "objects": list(Object.objects.filter(kind="organisation").values_list("id", flat=True)),
}))
"""


@dataclass(frozen=True)
class Node:
    """A nation's node, whose processes are started and killed here."""

    nation: str
    home: Path
    url: str

    def start(self, script: str, *arguments: object) -> subprocess.Popen[str]:
        return start(BOOT + script, self.home, *arguments, url=self.url)

    def look(self) -> dict[str, Any]:
        """What it holds, all of it checked, once the database has done with those killed."""
        if self.url:
            eventually("nobody is connected", lambda: postgres.is_left(self.url))
        return dict(json.loads(run(LOOK, self.home, url=self.url)))


def said_by(nation: str, seen: dict[str, Any]) -> dict[str, int]:
    return {digest: index for author, index, digest in seen["said"] if author == nation}


def killed_at_random(process: "object", chance: random.Random, soon: float) -> Callable[[], None]:
    """Kill a process, as `kill -9` does, some moment within `soon` seconds of the call."""
    delay = chance.uniform(0, soon)

    def kill() -> None:
        time.sleep(delay)  # the point at which it is hit is what is drawn
        process.kill()  # type: ignore[attr-defined]

    thread = threading.Thread(target=kill)
    thread.start()
    return thread.join


def test_nothing_answered_is_lost_and_nothing_half_written_is_seen(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    url = new_database()
    node = Node("MYS", init(tmp_path / "MYS", url=url), url)
    chance = random.Random(SEED)
    answered: dict[str, int] = {}
    number = kills = written = 0
    while written < WRITES:
        writer = node.start(WRITER, number)
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(chance.randrange(4, 40))]
        assert all(lines), writer.communicate()[1]  # it must go on from what was left
        join = killed_at_random(writer, chance, 0.02)
        lines += writer.communicate()[0].splitlines(keepends=True)
        join()
        kills += 1
        for line in lines:
            words = line.split()
            if line.endswith("\n"):  # one that was cut off answered nothing
                answered |= {d: int(i) for i, d in zip(words[::2], words[1::2], strict=True)}
                number += 1
                written += 1
        number += 1  # the write that was under way may be there or not, as a whole
    seen = node.look()
    said = said_by("MYS", seen)
    assert kills > 4
    assert answered.items() <= said.items()
    assert sorted(said.values()) == list(range(seen["sizes"]["MYS"]))
    parts: dict[int, set[int]] = {}
    for name in seen["objects"]:
        batch, part = name.removeprefix("MYS-w").split("-")
        parts.setdefault(int(batch), set()).add(int(part))
    assert all(found == set(range(1 + batch % 3)) for batch, found in parts.items())
    assert len(parts) >= number - kills


REGISTER = """
from sepakat.node import partners
from sepakat.record.card import parse
from sepakat.vocabulary import REGISTRY
card = parse(Path(sys.argv[2]).read_bytes())
partners.register(home, REGISTRY, card, card.fingerprint)
"""

EXCHANGER = """
from sepakat.node import clock, exchange, rows
from sepakat.node.ledger import Draft, Ledger
from sepakat.node.models import Partner
from sepakat.record import label
from sepakat.vocabulary import REGISTRY
address, tag, rounds = sys.argv[2:]
nation, partner = home.config.nation, Partner.objects.get()
Partner.objects.update(url=address)
ledger, both = Ledger(home, REGISTRY), label.make("RESTRICTED", ["KOR", "MYS"])
store = rows._many

def tell_and_store(*arguments):
    print("storing", flush=True)
    store(*arguments)

rows._many = tell_and_store
for number in range(int(rounds)):
    about = f"{nation}-{tag}-{number}"
    body = {"name": about, "type": "company"}
    said = Draft("organisation", about, "register", body, both)
    (receipt,) = ledger.append([said], at=clock.now())
    print("said", receipt.digest, receipt.index, flush=True)
    try:
        outcome = exchange.exchange(home, REGISTRY, partner.nation)
        print(outcome.agreed, flush=True)
    except exchange.UnreachableError:
        print("unreachable", flush=True)
"""


def company(name: str) -> dict[str, Any]:
    label = make("RESTRICTED", ["KOR", "MYS"])
    return draft("organisation", name, "register", {"name": name, "type": "company"}, label)


@pytest.fixture
def pair(tmp_path: Path, new_database: NewDatabase) -> tuple[Node, Node]:
    """Two nodes that know each other, and nothing more of each other yet."""
    nodes = []
    for nation in ("MYS", "KOR"):
        url = new_database()
        home = serving_init(tmp_path / nation, config(nation).model_dump_json(), url=url)
        (tmp_path / f"{nation}.card").write_bytes(home.card().encode())
        nodes.append(Node(nation, home.path, url))
    mys, kor = nodes
    run(REGISTER, mys.home, tmp_path / "KOR.card", url=mys.url)
    run(REGISTER, kor.home, tmp_path / "MYS.card", url=kor.url)
    return mys, kor


class Answers:
    """What each nation's node has answered to be recorded: the digests, with their indices."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, int]] = {"MYS": {}, "KOR": {}}

    def note(self, nation: str, lines: list[str]) -> None:
        for line in lines:
            if line.startswith("said ") and line.endswith("\n"):
                _, digest, index = line.split()
                self.of[nation][digest] = int(index)

    def read_until(self, awaited: str, client: subprocess.Popen[str], nation: str) -> None:
        assert client.stdout is not None
        while (line := client.stdout.readline()) != f"{awaited}\n":
            assert line, client.communicate()[1]
            self.note(nation, [line])


def one_asks_and_is_killed(
    asking: Node, asked: Node, turn: int, chance: random.Random, answers: Answers
) -> None:
    """The one that asks is killed again and again, and at last the one that it asks."""
    with (
        serving(Home(asked.home), workers=1, url=asked.url) as served,
        working(Home(asked.home), url=asked.url) as speaker,
    ):
        speaker.answer()
        for kill in range(KILLS):
            news = [f"{asked.nation}-news-{turn}-{kill}-{number}" for number in range(NEWS)]
            for digest, index, _ in speaker.do("say", list(map(company, news))):
                answers.of[asked.nation][digest] = index
            client = asking.start(EXCHANGER, served.address, f"t{turn}-{kill}", 1000)
            for _ in range(chance.randrange(1, STORES)):
                answers.read_until("storing", client, asking.nation)
            is_last = kill == KILLS - 1
            victim = served.process if is_last else client
            join = killed_at_random(victim, chance, 0.1 if is_last else 0.01)
            if is_last:
                answers.read_until("unreachable", client, asking.nation)
                client.kill()
            answers.note(asking.nation, client.communicate()[0].splitlines(keepends=True))
            join()


def test_exchanges_killed_at_random_points_come_to_one_state(pair: tuple[Node, Node]) -> None:
    """The two take turns in asking, so that what is read and stored is hit at both."""
    chance, answers = random.Random(SEED), Answers()
    mys, kor = pair
    for turn in range(TURNS):
        asking, asked = (kor, mys) if turn % 2 else (mys, kor)
        one_asks_and_is_killed(asking, asked, turn, chance, answers)
        for node in pair:
            said = said_by(node.nation, node.look())
            assert answers.of[node.nation].items() <= said.items()
    with ExitStack() as stack:
        address = {
            node.nation: stack.enter_context(
                serving(Home(node.home), workers=1, url=node.url)
            ).address
            for node in pair
        }
        outcomes = [
            asking.start(EXCHANGER, address[asked.nation], tag, 1).communicate()[0].split()[-1]
            for tag, asking, asked in (("y", mys, kor), ("z", kor, mys), ("zz", mys, kor))
        ]
    assert outcomes == ["True"] * 3
    for node, other in ((mys, kor), (kor, mys)):
        assert answers.of[node.nation].items() <= said_by(node.nation, other.look()).items()
