"""A process that keeps one node open and does what a test asks of it, a line of JSON each.

Started with the folder of a node, and with its configuration where it is yet to be made. It logs to
stderr, as every process of a node does.
"""

import base64
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sepakat.node.home import Config
from sepakat.node.init import boot, init

HOME = (
    init(Path(sys.argv[1]), Config.model_validate_json(sys.argv[2]))
    if len(sys.argv) > 2
    else boot(Path(sys.argv[1]))
)

# Django's tables can be named from here on.
from sepakat.node import clock, exchange, mirror, partners, rebuild, reconcile, rows  # noqa: E402
from sepakat.node.evidence import EvidenceStore  # noqa: E402
from sepakat.node.ledger import Draft, Ledger  # noqa: E402
from sepakat.node.models import Log, Object, Partner, Statement  # noqa: E402
from sepakat.record import card as cards  # noqa: E402
from sepakat.record.checkpoint import open_checkpoint  # noqa: E402
from sepakat.record.errors import SepakatError  # noqa: E402
from sepakat.record.label import Label  # noqa: E402
from sepakat.record.merkle import leaf_hash  # noqa: E402
from sepakat.record.note import parse_vkey  # noqa: E402
from sepakat.record.tile import verify_tiles  # noqa: E402
from sepakat.vocabulary import REGISTRY  # noqa: E402

LEDGER = Ledger(HOME, REGISTRY)
NATION = HOME.config.nation


def register(card: str, url: str) -> None:
    """Register a partner that answers at another address than its card says."""
    partner = cards.parse(card.encode())
    partners.register(HOME, REGISTRY, partner, partner.fingerprint)
    move(partner.nation, url)


def move(nation: str, url: str) -> None:
    Partner.objects.filter(nation=nation).update(url=url)


def unfreeze(nation: str) -> None:
    partners.unfreeze(HOME, REGISTRY, nation, "It was a test.")


def freeze(nation: str) -> None:
    partners.freeze(HOME, REGISTRY, nation, "It was a test.", b"none")


def proof(nation: str) -> list[str]:
    """The two notes that were kept of a partner that cheated, in base64."""
    text, signatures, second, *rest = bytes(partners.get(nation).proof).split(b"\n\n")
    notes = text + b"\n\n" + signatures + b"\n", b"\n\n".join([second, *rest])
    return [base64.b64encode(note).decode() for note in notes]


def say(drafts: Sequence[dict[str, Any]]) -> list[tuple[str, int, str]]:
    """The digest and the index of each statement, and the state that it leaves its object in."""
    said = [_draft(**draft) for draft in drafts]
    return [(r.digest, r.index, r.object.state) for r in LEDGER.append(said, at=clock.now())]


def say_at_once(names: Sequence[str], label: dict[str, Any]) -> list[int]:
    """Register companies, each in a batch of its own and a thread of its own."""

    def one(name: str) -> int:
        try:
            draft = _draft(
                "organisation", name, "register", {"name": name, "type": "company"}, label
            )
            return LEDGER.append([draft], at=clock.now())[0].index
        finally:
            connection.close()

    from django.db import connection

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, names))


def _draft(
    kind: str,
    about: str,
    action: str,
    body: dict[str, Any],
    label: dict[str, Any] | None = None,
    role: str = "officer",
) -> Draft:
    return Draft(kind, about, action, body, Label.model_validate(label) if label else None, role)


def add_evidence(content: str) -> str:
    """Keep a file, given in base64; its digest."""
    return EvidenceStore(HOME).add(base64.b64decode(content))[0]


def read_evidence(sha256: str) -> str:
    return base64.b64encode(EvidenceStore(HOME).read(sha256)).decode()


def run_exchange(nation: str) -> dict[str, Any]:
    return asdict(exchange.exchange(HOME, REGISTRY, nation))


def remade() -> str:
    """Make the read tables again; the name of the state."""
    return rebuild.rebuild(HOME, REGISTRY)


def look() -> dict[str, Any]:
    """What the node holds, after checking that it all fits together."""
    size = _check_own_log()
    said = Statement.objects.order_by("nation", "index")
    return {
        "size": size,
        "digest": rebuild.check(HOME, REGISTRY),
        "said": list(
            said.values_list("nation", "index", "digest", "object", "action", "status", "code")
        ),
        "objects": dict(Object.objects.values_list("id", "state")),
        "frozen": dict(Partner.objects.exclude(frozen="").values_list("nation", "frozen")),
        "disclosed": dict(Partner.objects.values_list("nation", "disclosed")),
    }


def _check_own_log() -> int:
    own = Log.objects.get(nation=NATION)
    signed = open_checkpoint(bytes(own.checkpoint), parse_vkey(HOME.card().log_key)).checkpoint
    assert (signed.size, signed.root) == (own.size, bytes(own.root))
    entries = rows.entries(NATION, 0, own.size + 1)
    verify_tiles(
        own.size,
        own.root,
        lambda level, index, width: rows.tile(NATION, level, index)[: width * 32],
        map(leaf_hash, entries),
    )
    return own.size


def both_digests(nation: str) -> tuple[str, str]:
    """The shared state from the tables, and by folding the shared statements anew."""
    own, partner = HOME.card(), partners.card_of(partners.get(nation))
    sizes = {own.nation: Log.objects.get(nation=own.nation).size}
    sizes[nation] = partners.get(nation).disclosed
    fast = reconcile.shared_digest(REGISTRY, own, partner, sizes)
    places = list(rows.all_envelopes())
    kept = reconcile._refolded(
        REGISTRY, (own, partner), [p for p in places if _is_shared(p, own, partner)]
    )
    return fast, kept


def _is_shared(place: tuple[str, int, bytes], *pair: cards.Card) -> bool:
    from sepakat.record.fold import read
    from sepakat.record.label import may_see

    statement = read(*place).statement
    return (
        place[0] in {card.nation for card in pair}
        and statement is not None
        and all(may_see(statement.label, card.reader) for card in pair)
    )


TASKS: dict[str, Callable[..., Any]] = {
    task.__name__: task
    for task in (
        register, move, freeze, unfreeze, proof, say, say_at_once, add_evidence, read_evidence,
        run_exchange, remade, look, both_digests,
    )
}  # fmt: skip

assert mirror  # loaded before the first task, as in a node that runs for long


def main() -> None:
    sys.stdout.write('{"result": null}\n')  # it is ready
    sys.stdout.flush()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = {"result": TASKS[name](*arguments)}
        except SepakatError as error:
            answer = {"error": type(error).__name__, "text": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
