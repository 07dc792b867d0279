"""A partner's log as this node has verified it: followed, stored, cosigned; or caught cheating."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from sepakat.node import clock, partners, rows
from sepakat.node.home import ML_DSA_WITNESS, Home
from sepakat.node.models import Log
from sepakat.record.card import Card
from sepakat.record.checkpoint import add_cosignatures, cosign, open_checkpoint, vouched
from sepakat.record.errors import InvalidError, ProofError, SepakatError
from sepakat.record.lines import encode_hash
from sepakat.record.merkle import EMPTY_ROOT, leaf_hash
from sepakat.record.note import (
    KeyType,
    Signature,
    Signer,
    parse_note,
    parse_signature,
    parse_vkey,
)
from sepakat.record.tile import (
    WIDTH,
    TilePath,
    TileReader,
    TileWriter,
    decode_entries,
    partial_width,
)
from sepakat.record.treehead import Checkpoint, parse_checkpoint
from sepakat.record.witness import (
    AddCheckpoint,
    ForkError,
    WitnessError,
    WitnessState,
    check_add_checkpoint,
)

MAX_GROWTH = 1_000_000  # leaves taken in at once
MAX_AHEAD = 300  # seconds that a witness's clock may be ahead of ours
ENTRY_BYTES = 32  # our logs hold commitments only

Fetch = Callable[[TilePath], bytes]


class CheatingError(ProofError):
    """A partner's log contradicts what it has signed before.

    `proof` is the two signed notes and, where the later one is of a larger log, its `history`. A
    log that is served shorter than it was has signed nothing that every log has not signed.
    """

    def __init__(self, what: str, known: bytes, new: bytes, history: bytes = b"") -> None:
        super().__init__(what, fix="Its input is frozen; show the proof to the joint committee")
        self.proof = b"\n".join(filter(None, (known, new, history)))


@dataclass(frozen=True)
class Advance:
    """How far a partner's log is stored now, and how far it was before."""

    old: int
    new: int


def _cosign(home: Home, note: bytes) -> list[str]:
    """The lines by which this node cosigns, one for each key that its card has for this."""
    secrets = {KeyType.COSIGNATURE: "witness", KeyType.ML_DSA_COSIGNATURE: ML_DSA_WITNESS}
    signers = [
        Signer(key.name, home.keys.get(secrets[key.type]), key.type)
        for key in home.card().cosigners
    ]
    now = clock.unix()
    return [cosign(note, signer, now) for signer in signers]


def _vouched(home: Home, partner: Card, note: bytes) -> bytes:
    """A partner's note without the lines that it may have put in others' names."""
    others = [card for card in partners.all_cards(home) if card.nation != partner.nation]
    witnesses = [key for card in others for key in card.cosigners]
    return vouched(note, [parse_vkey(partner.log_key), *witnesses])


def follow(home: Home, partner: Card, serve: Callable[[], bytes], fetch: Fetch) -> Advance:
    """Verify a checkpoint that a partner serves and the leaves it adds; store and cosign it.

    `serve` asks the partner for its checkpoint, `fetch` for a bundle of entries. Nothing is stored
    unless everything fits.
    """
    # Read before the partner answers: what it has us cosign meanwhile may be ahead of its answer.
    stored = Log.objects.get(nation=partner.nation)
    witnessed = _witnessed(stored)
    note = serve()
    new = open_checkpoint(note, parse_vkey(partner.log_key)).checkpoint
    note = _vouched(home, partner, note)
    _check_against(stored.size, bytes(stored.root), bytes(stored.checkpoint), new, note)
    _check_against(witnessed.size, witnessed.root, witnessed.note, new, note)
    if new.size == stored.size == witnessed.size:
        return Advance(new.size, new.size)
    if new.size - stored.size > MAX_GROWTH:
        raise ProofError(
            f"{partner.nation}'s log has grown by {new.size - stored.size:,} leaves at once",
            fix=f"At most {MAX_GROWTH:,} are taken; ask its operator",
        )
    entries = _fetch_entries(stored.size, new.size, fetch)
    tiles = _grown(stored, entries, new, note, fetch)
    with transaction.atomic():
        partners.require_unfrozen(partner.nation)
        now = rows.logs()[partner.nation]
        if now.size != stored.size or _witnessed(now) != witnessed:
            return Advance(now.size, now.size)  # another exchange was here meanwhile
        rows.save_leaves(stored.nation, stored.size, [(entry, None) for entry in entries])
        rows.save_tiles(stored.nation, tiles)
        _check_witnessed(partner, witnessed, new, note)
        lines = _cosign(home, note)
        Log.objects.filter(nation=partner.nation).update(
            size=new.size,
            root=new.root,
            checkpoint=note,
            cosigned_size=new.size,
            cosigned=add_cosignatures(note, lines),
        )
    return Advance(stored.size, new.size)


def witness(home: Home, partner: Card, request: AddCheckpoint) -> str:
    """Answer a partner that asks for a cosignature: check and store in one step, and sign."""
    with transaction.atomic():
        partners.require_unfrozen(partner.nation)
        log = rows.logs()[partner.nation]
        try:
            check_add_checkpoint(request, parse_vkey(partner.log_key), _witnessed(log))
        except WitnessError as refusal:
            if not isinstance(refusal, ForkError):  # which says so itself
                _check_older(partner, log, request.checkpoint)
            raise
        note = _vouched(home, partner, request.checkpoint)
        lines = _cosign(home, note)
        note = add_cosignatures(note, lines)
        size = parse_checkpoint(parse_note(note).text).size
        Log.objects.filter(nation=partner.nation).update(cosigned_size=size, cosigned=note)
    return "".join(lines)


def _check_older(partner: Card, log: Log, note: bytes) -> None:
    """What may not be cosigned may still show that the log has another past than it had."""
    try:
        old = open_checkpoint(note, parse_vkey(partner.log_key)).checkpoint
    except SepakatError:
        return  # it is nobody's word
    if not 0 < old.size <= log.size:
        return
    reader = tile_reader(partner.nation, log.size)
    if reader.root_at(old.size) != old.root:
        raise CheatingError(
            f"the log has two roots at size {old.size:,}",
            note,
            bytes(log.checkpoint),
            _history(old.size, reader),
        )


def cosigned(home: Home, partner: Card, body: bytes, sent: bytes) -> int:
    """Keep the cosignatures that a partner answered with for our note; the size they are for."""
    keys = partner.cosigners
    # Its own lines and nobody else's: what it says in another's name would stand in our note.
    names = {(key.name, key.key_id) for key in keys}
    lines = [s for s in _signature_lines(body) if (s.name, s.key_id) in names]
    opened = open_checkpoint(
        add_cosignatures(sent, map(str, lines)), parse_vkey(home.card().log_key), keys
    )
    if not opened.cosignatures:
        raise ProofError(
            f"{partner.nation} has not cosigned with a key of its card",
            where=partner.url,
            fix="Ask its operator whether the node has been given another witness key",
        )
    now = clock.unix()
    if any(cosignature.time > now + MAX_AHEAD for cosignature in opened.cosignatures):
        raise ProofError(
            f"{partner.nation} has cosigned at a time that is still to come",
            where=partner.url,
            fix="Compare both clocks",
        )
    size = opened.checkpoint.size
    with transaction.atomic():
        own = rows.logs()[home.config.nation]
        if size < own.cosigned_size:
            return own.cosigned_size
        # Another partner may have cosigned it already.
        note = bytes(own.cosigned) if size == own.cosigned_size else sent
        note = add_cosignatures(note, map(str, lines))
        Log.objects.filter(nation=own.nation).update(cosigned_size=size, cosigned=note)
    return size


def _signature_lines(body: bytes) -> list[Signature]:
    try:
        return [parse_signature(line) for line in body.decode().split("\n") if line]
    except (InvalidError, UnicodeDecodeError) as error:
        raise ProofError(
            "its witness answers with no cosignature", where="/add-checkpoint"
        ) from error


def request_for(home: Home, old: int) -> AddCheckpoint:
    """What to ask a witness that has stored our log at `old`."""
    own = Log.objects.get(nation=home.config.nation)
    if old > own.size:
        raise ProofError(
            f"a partner says that it has cosigned our log at {old:,} leaves; it has {own.size:,}",
            where="own log",
            fix="If it can show that note, this node has lost leaves: stop it and restore the "
            "newest backup before it says anything more",
        )
    proof = tile_reader(own.nation, own.size).consistency_proof(old) if old > 0 else []
    return AddCheckpoint(old, tuple(proof), bytes(own.checkpoint))


def tile_reader(nation: str, size: int) -> TileReader:
    return TileReader(partial(rows.hashes, nation), size)


def _witnessed(log: Log) -> WitnessState:
    if not log.cosigned_size:
        return WitnessState(0, EMPTY_ROOT)
    note = bytes(log.cosigned)
    return WitnessState(log.cosigned_size, parse_checkpoint(parse_note(note).text).root, note)


def _check_against(size: int, root: bytes, known: bytes, new: Checkpoint, note: bytes) -> None:
    if new.size < size:
        raise CheatingError(f"the log was at {size:,} and is served at {new.size:,}", known, note)
    if new.size == size and new.root != root:
        raise CheatingError(f"the log has two roots at size {size:,}", known, note)


def _fetch_entries(start: int, end: int, fetch: Fetch) -> list[bytes]:
    """The entries from `start` up to `end`, bundle by bundle."""
    entries: list[bytes] = []
    if start == end:
        return entries
    for index in range(start // WIDTH, -(-end // WIDTH)):
        full = (index + 1) * WIDTH <= end
        width = WIDTH if full else partial_width(end, 0)
        path = TilePath("entries", index, width)
        try:
            bundle = decode_entries(fetch(path), width)
        except InvalidError as error:
            raise ProofError(error.what, where=str(path), fix=error.fix) from error
        if any(len(entry) != ENTRY_BYTES for entry in bundle):
            raise ProofError("an entry is not a commitment of 32 bytes", where=str(path))
        entries += bundle[max(0, start - index * WIDTH) :]
    return entries


def _grown(
    stored: Log, entries: list[bytes], new: Checkpoint, note: bytes, fetch: Fetch
) -> dict[tuple[int, int], bytes]:
    """The tiles that the entries change, when they lead to the signed root."""

    def edge(level: int, index: int) -> bytes:
        # Another exchange may have made the tile longer since.
        return rows.hashes(stored.nation, level, index, partial_width(stored.size, level))

    writer = TileWriter(stored.size, edge)
    tiles = writer.append([leaf_hash(entry) for entry in entries])
    if writer.root() != new.root:
        _explain_mismatch(stored, new, note, fetch)
    return tiles


def _explain_mismatch(stored: Log, new: Checkpoint, note: bytes, fetch: Fetch) -> None:
    """New leaves do not lead from the stored root to the new one: damage, or another history?

    If the partner serves a whole log that gives the new root, then it has signed two histories.
    """
    everything = _fetch_entries(0, new.size, fetch)
    whole = TileWriter(0, lambda level, index: b"")
    tiles = whole.append([leaf_hash(entry) for entry in everything])
    if whole.root() == new.root:
        log = TileReader(lambda level, index, width: tiles[level, index][: width * 32], new.size)
        raise CheatingError(
            f"the log was rewritten below size {stored.size:,}",
            bytes(stored.checkpoint),
            note,
            _history(stored.size, log),
        )
    raise ProofError(
        "the entries served do not give the signed root",
        where=str(TilePath("entries", 0)),
        fix="Nothing was kept; it will be tried again at the next exchange",
    )


def _history(size: int, log: TileReader) -> bytes:
    """What a log's signed root says of its own past: the root at an older size, and the proof that
    leads from there to it (RFC 6962, section 2.1.2). Whoever has the log's key can check it, and
    see that it is not the root that the log signed at that size."""
    lines = [log.root_at(size), *log.consistency_proof(size)]
    return b"".join(
        [b"history at size %d\n" % size, *(f"{encode_hash(h)}\n".encode() for h in lines)]
    )


def _check_witnessed(partner: Card, witnessed: WitnessState, new: Checkpoint, note: bytes) -> None:
    """The log must also extend what it had us cosign when it asked as a stranger to its tiles."""
    if not witnessed.size:
        return
    log = tile_reader(partner.nation, new.size)
    if log.root_at(witnessed.size) != witnessed.root:
        raise CheatingError(
            f"the log was rewritten below size {witnessed.size:,}",
            witnessed.note,
            note,
            _history(witnessed.size, log),
        )
