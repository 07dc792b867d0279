"""What `kill -9` leaves behind, at random points of writing and of exchanging."""

import json
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sepakat.node.home import Home
from support.processes import init, run, start
from support.serving import init as serving_init
from support.serving import serving

SEED = 20_261_123
WRITES = 200  # answered
TURNS, KILLS = 3, 5  # of the exchange; in each turn the last kill is the other node's

WRITER = """
import sys
from pathlib import Path
from sepakat.node.init import boot
home = boot(Path(sys.argv[1]))
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
nation = home.config.nation
integrity.check(home, REGISTRY)
with tempfile.TemporaryDirectory() as folder:
    export(home, REGISTRY, Path(folder) / "export")
    report = audit(Path(folder) / "export", REGISTRY)
assert report.ok and not report.rejected, (report.findings, report.rejected)
print(json.dumps({
    "size": Log.objects.get(nation=nation).size,
    "said": dict(Statement.objects.filter(nation=nation).values_list("digest", "index")),
    "objects": list(Object.objects.filter(kind="organisation").values_list("id", flat=True)),
}))
"""


def killed_at_random(process: "object", chance: random.Random, soon: float) -> Callable[[], None]:
    """Kill a process, as `kill -9` does, some moment within `soon` seconds of the call."""
    delay = chance.uniform(0, soon)

    def kill() -> None:
        time.sleep(delay)  # the point at which it is hit is what is drawn
        process.kill()  # type: ignore[attr-defined]

    thread = threading.Thread(target=kill)
    thread.start()
    return thread.join


def test_nothing_answered_is_lost_and_nothing_half_written_is_seen(tmp_path: Path) -> None:
    home = init(tmp_path / "MYS")
    chance = random.Random(SEED)
    answered: dict[str, int] = {}
    number = kills = written = 0
    while written < WRITES:
        writer = start(WRITER, home, number)
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(chance.randrange(4, 40))]
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
    seen = json.loads(run(LOOK, home))
    assert kills > 4
    assert answered.items() <= seen["said"].items()
    assert sorted(seen["said"].values()) == list(range(seen["size"]))
    parts: dict[int, set[int]] = {}
    for name in seen["objects"]:
        batch, part = name.removeprefix("MYS-w").split("-")
        parts.setdefault(int(batch), set()).add(int(part))
    assert all(found == set(range(1 + batch % 3)) for batch, found in parts.items())
    assert len(parts) >= number - kills


EXCHANGER = """
import sys
from pathlib import Path
from sepakat.node.init import boot
home = boot(Path(sys.argv[1]))
from sepakat.node import clock, exchange
from sepakat.node.ledger import Draft, Ledger
from sepakat.record import label
from sepakat.vocabulary import REGISTRY
nation, partner = home.config.nation, sys.argv[2]
ledger, both = Ledger(home, REGISTRY), label.make("RESTRICTED", ["KOR", "MYS"])
tag = sys.argv[3]
for number in range(int(sys.argv[4])):
    about = f"{nation}-{tag}-{number}"
    body = {"name": about, "type": "company"}
    said = Draft("organisation", about, "register", body, both)
    (receipt,) = ledger.append([said], at=clock.now())
    print("said", receipt.digest, receipt.index, flush=True)
    try:
        outcome = exchange.exchange(home, REGISTRY, partner)
        print(outcome.agreed, flush=True)
    except exchange.UnreachableError:
        print("unreachable", flush=True)
"""

THEIRS = """
import json
from sepakat.node.models import Statement
print(json.dumps(dict(Statement.objects.filter(nation="MYS").values_list("digest", "index"))))
"""

REGISTER = """
from sepakat.node import partners
from sepakat.node.models import Partner
from sepakat.record.card import parse
from sepakat.vocabulary import REGISTRY
card = parse(Path(sys.argv[2]).read_bytes())
if not Partner.objects.exists():
    partners.register(home, REGISTRY, card, card.fingerprint)
Partner.objects.update(url=sys.argv[3])
"""


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, Path]:
    homes = {}
    for nation in ("MYS", "KOR"):
        config = {
            "nation": nation,
            "name": nation,
            "origin": f"{nation.lower()}.example/log",
            "url": f"https://{nation.lower()}.example",
            "ceiling": "SECRET",
        }
        home = serving_init(tmp_path / nation, json.dumps(config))
        (tmp_path / f"{nation}.card").write_bytes(home.card().encode())
        homes[nation] = home.path
    return homes


def test_exchanges_killed_at_random_points_come_to_one_state(pair: dict[str, Path]) -> None:
    chance = random.Random(SEED)
    mys, kor = pair["MYS"], pair["KOR"]
    answered: dict[str, int] = {}

    def told(lines: list[str]) -> None:
        for line in lines:
            if line.startswith("said ") and line.endswith("\n"):
                _, digest, index = line.split()
                answered[digest] = int(index)

    for turn in range(TURNS):
        with serving(Home(kor)) as served_kor, serving(Home(mys)) as served_mys:
            run(REGISTER, mys, mys.parent / "KOR.card", served_kor.address)
            run(REGISTER, kor, mys.parent / "MYS.card", served_mys.address)
            for kill in range(KILLS):
                client = start(EXCHANGER, mys, "KOR", f"t{turn}-{kill}", 1000)
                assert client.stdout is not None
                told([client.stdout.readline()])
                is_last = kill == KILLS - 1  # the client is hit, and then the node that serves it
                victim = served_kor.process if is_last else client
                join = killed_at_random(victim, chance, 0.3)
                if is_last:
                    while (line := client.stdout.readline()) != "unreachable\n":
                        assert line, client.stderr.read() if client.stderr else ""
                        told([line])
                    client.kill()
                told(client.communicate()[0].splitlines(keepends=True))
                join()
        found = json.loads(run(LOOK, mys))
        assert answered.items() <= found["said"].items()
        run(LOOK, kor)
    assert len(answered) >= TURNS * KILLS
    with serving(Home(kor)) as served_kor, serving(Home(mys)) as served_mys:
        run(REGISTER, mys, mys.parent / "KOR.card", served_kor.address)
        run(REGISTER, kor, mys.parent / "MYS.card", served_mys.address)
        outcomes = [
            start(EXCHANGER, home, partner, tag, 1).communicate()[0].split()[-1]
            for tag, home, partner in (("y", mys, "KOR"), ("z", kor, "MYS"), ("zz", mys, "KOR"))
        ]
    assert outcomes == ["True"] * 3
    assert answered.keys() <= json.loads(run(THEIRS, kor)).keys()
