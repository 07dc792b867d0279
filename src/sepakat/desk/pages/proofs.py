"""The proof of a statement in words: who signed it, where it is in the log, who has cosigned."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from sepakat.node import partners, rows
from sepakat.node.models import Log, Object, Statement
from sepakat.node.signed import home
from sepakat.record.card import Card
from sepakat.record.checkpoint import OpenedCheckpoint, open_checkpoint
from sepakat.record.errors import InvalidError
from sepakat.record.fold import read
from sepakat.record.keys import PublicKey
from sepakat.record.label import PUBLIC
from sepakat.record.note import parse_vkey


@dataclass(frozen=True)
class Cosigned:
    """A nation that has cosigned a log, and when it says so (RFC 3339)."""

    nation: str
    at: str


@dataclass(frozen=True)
class Signed:
    """A log's newest checkpoint, and the newest that partners have cosigned.

    `size` and `cosigned_size` are their numbers of leaves; the signatures have been verified."""

    nation: str
    size: int
    root: bytes
    note: bytes
    cosigned_size: int
    cosigned_note: bytes
    cosigned: tuple[Cosigned, ...]

    @property
    def text(self) -> str:
        return self.note.decode()

    @property
    def cosigned_text(self) -> str:
        return self.cosigned_note.decode()


@dataclass(frozen=True)
class ProofStatus:
    """What vouches for a statement. `logged_at` is the size of its log, as this node has it."""

    nation: str
    index: int
    signed_by: tuple[str, ...]  # names of keys that are public; of others, the key ids
    logged_at: int
    cosigned: tuple[Cosigned, ...]  # none while no cosigned checkpoint has it
    status: str
    reason: str


def logs(of: Iterable[Card]) -> dict[str, Signed]:
    """The logs of the cards' nations, as this node has verified them."""
    cards = {card.nation: card for card in of}
    found = {log.nation: log for log in Log.objects.all()}
    return {n: _signed(found[n], card, cards) for n, card in cards.items() if n in found}


def _signed(log: Log, card: Card, cards: dict[str, Card]) -> Signed:
    opened = _opened(bytes(log.cosigned), card, cards) if log.cosigned_size else None
    names = {parse_vkey(c.witness_key).name: n for n, c in cards.items()}
    cosigned = tuple(Cosigned(names[c.name], c.at) for c in (opened.witnesses if opened else ()))
    return Signed(
        log.nation,
        log.size,
        bytes(log.root),
        bytes(log.checkpoint),
        log.cosigned_size,
        bytes(log.cosigned),
        cosigned,
    )


def _opened(note: bytes, card: Card, cards: dict[str, Card]) -> OpenedCheckpoint:
    others = [key for n, c in cards.items() if n != card.nation for key in c.cosigners]
    return open_checkpoint(note, parse_vkey(card.log_key), others)


def key_names(cards: Iterable[Card]) -> dict[tuple[str, str], str]:
    """The names of the keys that anybody may know of, by nation and key id."""
    labels = rows.labels()
    names = {(c.nation, PublicKey.parse(c.statement_key).keyid): "root" for c in cards}
    keys = Object.objects.filter(kind="key").values_list("owner", "fields", "label_id")
    for nation, fields, label in keys:
        if PUBLIC not in labels[label].released:
            continue
        known = orjson.loads(fields)
        try:
            keyid = PublicKey.parse(known["public_key"]).keyid
        except InvalidError:
            continue
        names.setdefault((nation, keyid), known["name"])
    return names


def proof_statuses(digests: Iterable[str]) -> dict[str, ProofStatus]:
    """What vouches for each of the statements, by their digests, in a constant number of queries.

    It asks nobody whether the reader may see them: give the digests of statements that are shown.
    """
    cards = partners.all_cards(home())
    held, names = logs(cards), key_names(cards)
    wanted = list(dict.fromkeys(digests))
    return {
        row.digest: _status(row, held[row.nation], names)
        for row in rows.own_statements().filter(digest__in=wanted)
        if row.nation in held
    }


def _status(row: Statement, log: Signed, names: dict[tuple[str, str], str]) -> ProofStatus:
    envelope = read(row.nation, row.index, bytes(row.envelope)).envelope
    keyids = [s.keyid for s in envelope.signatures] if envelope else []
    return ProofStatus(
        row.nation,
        row.index,
        tuple(names.get((row.nation, keyid), keyid) for keyid in keyids),
        log.size,
        log.cosigned if row.index < log.cosigned_size else (),
        row.status,
        row.detail,
    )
