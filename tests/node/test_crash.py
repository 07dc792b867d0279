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
from support.serving import eventually, serving
from support.serving import init as serving_init

SEED = 20_261_123
WRITES = 200

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
import json
from sepakat.node import mirror, rebuild, rows
from sepakat.node.models import Leaf, Log, Object, Statement
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.merkle import leaf_hash
from sepakat.record.note import parse_vkey
from sepakat.record.tile import verify_tiles
from sepakat.vocabulary import REGISTRY
own = Log.objects.get(nation="MYS")
opened = open_checkpoint(bytes(own.checkpoint), parse_vkey(home.card().log_key)).checkpoint
assert (opened.size, opened.root) == (own.size, bytes(own.root))
entries = rows.entries("MYS", 0, own.size + 1)
read = lambda level, index, width: rows.tile("MYS", level, index)[: width * 32]
verify_tiles(own.size, opened.root, read, map(leaf_hash, entries))
rebuild.check(home, REGISTRY)
print(json.dumps({
    "size": own.size,
    "said": dict(Statement.objects.filter(nation="MYS").values_list("digest", "index")),
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
    number = kills = 0
    while number < WRITES:
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
    ledger.append([Draft("organisation", about, "register", body, both)], at=clock.now())
    try:
        outcome = exchange.exchange(home, REGISTRY, partner)
        print(outcome.agreed, flush=True)
    except exchange.UnreachableError:
        print("unreachable", flush=True)
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
    for turn in range(4):
        with serving(Home(kor)) as served_kor, serving(Home(mys)) as served_mys:
            run(REGISTER, mys, mys.parent / "KOR.card", served_kor.address)
            run(REGISTER, kor, mys.parent / "MYS.card", served_mys.address)
            client = start(EXCHANGER, mys, "KOR", f"t{turn}", 1000)
            assert client.stdout is not None
            assert client.stdout.readline(), client.stderr.read() if client.stderr else ""
            # Now the client is hit, then the node that serves it.
            victim = client if turn % 2 else served_kor.process
            killed_at_random(victim, chance, 0.3)()
            if victim is not client:
                eventually("the client notices", lambda c=client: "un" in c.stdout.readline())
            client.kill()
            client.communicate()
    with serving(Home(kor)) as served_kor, serving(Home(mys)) as served_mys:
        run(REGISTER, mys, mys.parent / "KOR.card", served_kor.address)
        run(REGISTER, kor, mys.parent / "MYS.card", served_mys.address)
        outcomes = [
            start(EXCHANGER, home, partner, tag, 1).communicate()[0].split()[-1]
            for tag, home, partner in (("y", mys, "KOR"), ("z", kor, "MYS"), ("zz", mys, "KOR"))
        ]
    assert outcomes == ["True"] * 3
