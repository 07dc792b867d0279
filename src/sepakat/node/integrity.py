"""Whether a node's own tables and files fit together, and the checkpoints that were signed."""

from collections.abc import Collection, Iterator
from functools import partial

from sepakat.node import partners, rebuild, rows
from sepakat.node.evidence import EvidenceStore
from sepakat.node.home import Home
from sepakat.node.models import EvidenceFile, Leaf, Log, Statement
from sepakat.record.card import Card
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.errors import ProofError
from sepakat.record.kind import Registry
from sepakat.record.leaf import commit
from sepakat.record.merkle import EMPTY_ROOT, leaf_hash
from sepakat.record.note import parse_vkey
from sepakat.record.tile import verify_tiles

_CHUNK = 4096


def check(home: Home, registry: Registry, lost: Collection[str] = ()) -> str:
    """Check everything, and give the digest of the state; ProofError names what does not fit.

    Every log's tiles and leaves give the root of its signed checkpoint; every statement held is
    the one that its leaf commits to; the read tables are what the statements give; every evidence
    file but the `lost` ones can be read.
    """
    cards = partners.all_cards(home)
    logs = {log.nation: log for log in Log.objects.all()}
    if logs.keys() != {card.nation for card in cards}:
        raise ProofError("there is not one log for each nation", where="logs")
    for card in cards:
        check_log(card, logs[card.nation])
    check_statements()
    state = rebuild.check(home, registry)
    store = EvidenceStore(home)
    for sha256 in EvidenceFile.objects.values_list("sha256", flat=True):
        if sha256 not in lost:
            store.read(sha256)
    return state


def check_log(card: Card, log: Log) -> None:
    """Check a log's tiles and leaves against the checkpoint that its nation has signed."""
    root = bytes(log.root)
    if log.size or log.checkpoint:
        signed = open_checkpoint(bytes(log.checkpoint), parse_vkey(card.log_key)).checkpoint
        if (signed.size, signed.root) != (log.size, root):
            raise ProofError("the log is not as its checkpoint says", where=f"log of {log.nation}")
    elif root != EMPTY_ROOT:
        raise ProofError("an empty log has a root", where=f"log of {log.nation}")
    verify_tiles(
        log.size,
        root,
        partial(rows.hashes, log.nation),
        _leaf_hashes(log.nation),
    )


def _leaf_hashes(nation: str) -> Iterator[bytes]:
    start = 0
    while chunk := rows.leaves(nation, start, start + _CHUNK):
        for place, (index, entry, _) in enumerate(chunk):
            if index != start + place:
                raise ProofError("a leaf is missing", where=f"{nation} {start + place}")
            yield leaf_hash(entry)
        start += len(chunk)


def check_statements() -> None:
    """Check every envelope held against the leaf that commits to it."""
    held = Statement.objects.order_by("nation", "index").values_list("nation", "index", "envelope")
    leaves = (
        Leaf.objects.filter(salt__isnull=False)
        .order_by("nation", "index")
        .values_list("nation", "index", "entry", "salt")
    )
    found = leaves.iterator(chunk_size=_CHUNK)
    for nation, index, envelope in held.iterator(chunk_size=_CHUNK):
        where = f"{nation} {index}"
        leaf = next((leaf for leaf in found if leaf[:2] == (nation, index)), None)
        if leaf is None:
            raise ProofError("a statement has no leaf that can be opened", where=where)
        if commit(bytes(leaf[3]), bytes(envelope)) != bytes(leaf[2]):
            raise ProofError("a statement is not the one that its leaf commits to", where=where)
