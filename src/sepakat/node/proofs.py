"""Proofs of leaves, as .tlog-proof files (C2SP tlog-proof): made, and checked.

The extra data of ours is what the verifier needs to have the entry: the entry itself, 32 bytes; or,
where it is disclosed, the salt of 32 bytes and the envelope, which give it (`record.leaf`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sepakat.record.card import Card
from sepakat.record.checkpoint import Cosignature
from sepakat.record.errors import InvalidError, NotFoundError, ProofError
from sepakat.record.fold import Entry, read
from sepakat.record.keys import PublicKey
from sepakat.record.leaf import SALT_BYTES, commit
from sepakat.record.merkle import HASH_SIZE
from sepakat.record.note import VerifierKey, parse_note, parse_vkey
from sepakat.record.tlogproof import TlogProof, parse_tlog_proof

if TYPE_CHECKING:
    from sepakat.node.home import Home


@dataclass(frozen=True)
class Proof:
    """A proof as it is written; `witnesses` have cosigned the checkpoint that it leads to."""

    nation: str
    origin: str
    index: int
    size: int
    witnesses: tuple[str, ...]
    extra: bytes
    data: bytes

    def entry(self) -> Entry:
        """What the leaf hides, where it is disclosed."""
        return read(self.nation, self.index, self.extra[SALT_BYTES:])

    def document(self) -> dict[str, Any]:
        return {
            "nation": self.nation,
            "origin": self.origin,
            "index": self.index,
            "size": self.size,
            "witnesses": self.witnesses,
            "disclosed": len(self.extra) > HASH_SIZE,
            "proof": self.data.decode(),
        }


def prove_leaf(nation: str, index: int, *, opened: bool) -> Proof:
    """The proof of a leaf; `opened`, with the salt and the envelope."""
    from sepakat.node import rows
    from sepakat.node.mirror import tile_reader
    from sepakat.node.models import Log, Statement

    log = Log.objects.filter(nation=nation).first()
    if log is None or not 0 <= index < log.size:
        raise NotFoundError(
            "the log has no such leaf here",
            where=f"{nation} {index}",
            fix=f"See `sepakat log --nation {nation}`",
        )
    is_cosigned = index < log.cosigned_size <= log.size
    size = log.cosigned_size if is_cosigned else log.size
    checkpoint = bytes(log.cosigned if is_cosigned else log.checkpoint)
    [(_, entry, salt)] = rows.leaves(nation, index, index + 1)
    extra = entry
    if opened:
        if salt is None:
            raise NotFoundError(
                "what the leaf hides has been destroyed here",
                where=f"{nation} {index}",
                fix="Prove the leaf without opening it",
            )
        extra = salt + bytes(Statement.objects.get(nation=nation, index=index).envelope)
    path = tile_reader(nation, size).inclusion_proof(index)
    proof = TlogProof(index, tuple(path), checkpoint, extra)
    note = parse_note(checkpoint)
    origin = note.text.partition("\n")[0]
    witnesses = tuple(name for name in note.names if name != origin)
    return Proof(nation, origin, index, size, witnesses, extra, proof.encode())


def tlog_proof(home: "Home", nation: str, index: int, *, opened: bool = False) -> str:
    """The text of a leaf's .tlog-proof file; it shows what the leaf hides only if `opened`.

    It is checked before it is given, so that damage here is found here: `ProofError`.
    """
    from sepakat.node.partners import all_cards

    proof = prove_leaf(nation, index, opened=opened)
    verify_file(proof.data, all_cards(home), quorum=0)
    return proof.data.decode()


@dataclass(frozen=True)
class Checked:
    """A proof that holds: of which log, by which card, and who has cosigned."""

    card: Card
    index: int
    size: int
    witnesses: tuple[Cosignature, ...]
    opening: bytes  # salt and envelope, where they are disclosed

    def signers(self, entry: Entry) -> list[str]:
        """Who signed the statement: "root", if that verifies, and the ids of other keys, which a
        card cannot tell to be registered: the nation answers for them by having logged it."""
        if entry.envelope is None:
            return []
        root = PublicKey.parse(self.card.statement_key)
        signed = entry.envelope.signed
        return [
            "root" if s.keyid == root.keyid and root.verifies(signed, s.value) else s.keyid
            for s in entry.envelope.signatures
        ]


def verify_file(data: bytes, cards: Sequence[Card], quorum: int) -> Checked:
    """Check a .tlog-proof by the keys on the cards; `ProofError` if it does not hold."""
    proof = parse_tlog_proof(data)
    origin = parse_note(proof.checkpoint_note).text.partition("\n")[0]
    card = next((card for card in cards if card.origin == origin), None)
    if card is None:
        raise NotFoundError(
            f"there is no card of the nation whose log is {origin}", fix="Give it with --card"
        )
    if len(proof.extra) < HASH_SIZE:
        raise InvalidError(
            "the proof does not carry the entry that it is of",
            fix="Ask for one that `sepakat prove` or `sepakat disclose` has written",
        )
    opening = proof.extra if len(proof.extra) > HASH_SIZE else b""
    entry = commit(opening[:SALT_BYTES], opening[SALT_BYTES:]) if opening else proof.extra
    cosigners = _witness_keys(cards, card)
    opened = proof.verify(entry, parse_vkey(card.log_key), cosigners)
    seen = opened.witnesses
    if len(seen) < quorum:
        raise ProofError(
            f"the leaf is in the log, but of the known witnesses {len(seen)} have cosigned, "
            f"not {quorum}",
            fix="Give the witnesses' cards with --card, ask for a later proof, or accept it so "
            "with --witnesses 0",
        )
    return Checked(card, proof.index, opened.checkpoint.size, seen, opening)


def _witness_keys(cards: Sequence[Card], of: Card) -> list[VerifierKey]:
    """The witness keys of all nations but the one whose log it is."""
    return [key for card in cards if card.nation != of.nation for key in card.cosigners]
