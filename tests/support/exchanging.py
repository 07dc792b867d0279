"""Exchanges with a partner that a test serves, and what is seen of them afterwards."""

import pytest

from sepakat.node import exchange, mirror, partners, rebuild
from sepakat.node.home import Home
from sepakat.node.models import Leaf, Log, Object, Statement, Tile
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.errors import RefusedError, SepakatError
from sepakat.record.lines import parse_hash
from sepakat.record.merkle import verify_consistency
from sepakat.record.note import parse_vkey
from sepakat.record.treehead import Checkpoint
from sepakat.vocabulary import REGISTRY
from support.inprocess import company
from support.party import Party


def register(home: Home, party: Party) -> None:
    partners.register(home, REGISTRY, party.card, party.card.fingerprint)


def run(home: Home, nation: str = "KOR") -> exchange.Outcome:
    return exchange.exchange(home, REGISTRY, nation)


def held(nation: str = "KOR") -> tuple[object, ...]:
    """All that is stored of what a partner has sent."""
    log = Log.objects.get(nation=nation)
    return (
        log.size,
        bytes(log.root),
        bytes(log.checkpoint),
        log.cosigned_size,
        bytes(log.cosigned),
        log.memory,
        Leaf.objects.filter(nation=nation).count(),
        Tile.objects.filter(nation=nation).count(),
        Statement.objects.filter(nation=nation).count(),
        Object.objects.filter(owner=nation).count(),
        partners.get(nation).disclosed,
    )


def goes_on(home: Home) -> None:
    """The node speaks on at home, and its tables are what its record says."""
    before = Log.objects.get(nation="MYS").size
    assert company(home, f"after-{before}").index == before
    rebuild.check(home, REGISTRY)


def refused(
    home: Home, error: type[SepakatError], match: str, *, kept: tuple[object, ...] | None = None
) -> None:
    """The exchange fails so, the partner's problem says it, and nothing is stored or frozen."""
    before = held() if kept is None else kept
    with pytest.raises(error, match=match) as caught:
        run(home)
    assert held() == before
    partner = partners.get("KOR")
    assert partner.problem.endswith(str(caught.value))
    assert not partner.frozen
    goes_on(home)


def frozen(home: Home, party: Party, match: str) -> tuple[Checkpoint, Checkpoint]:
    """The exchange is taken for cheating: nothing stored, the partner frozen, the proof kept.

    Gives the two checkpoints of the proof, as its keeper would open them.
    """
    before = held()
    with pytest.raises(mirror.CheatingError, match=match):
        run(home)
    assert held() == before
    return proven(home, party, match)


def proven(home: Home, party: Party, match: str) -> tuple[Checkpoint, Checkpoint]:
    partner = partners.get("KOR")
    assert match in partner.frozen
    [thing] = Object.objects.filter(kind="partner", id="MYS-partner-kor")
    assert thing.state == "frozen"
    one, two = two_notes(bytes(partner.proof))
    key = parse_vkey(party.card.log_key)
    with pytest.raises(RefusedError, match="is frozen since"):
        run(home)
    goes_on(home)
    return open_checkpoint(one, key).checkpoint, open_checkpoint(two, key).checkpoint


def two_notes(proof: bytes) -> tuple[bytes, bytes]:
    """Each note ends with its signature lines, and an empty line stands between the two; any
    history follows after another."""
    one, signed_one, two, signed_two, *_ = proof.split(b"\n\n")
    return b"%b\n\n%b\n" % (one, signed_one), b"%b\n\n%b\n" % (two, signed_two.rstrip(b"\n"))


def shows_another_history(proof: bytes, known: Checkpoint, new: Checkpoint) -> bool:
    """Whether the later root, by what is kept beside the two notes, has another past."""
    head, *lines = proof.split(b"\n\n")[4].decode().split()[3:]
    root, *path = [parse_hash(line, "the history") for line in lines]
    assert int(head) == known.size
    verify_consistency(known.size, new.size, path, root, new.root)
    return root != known.root
