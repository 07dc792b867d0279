"""A statement checked anew, step by step, from its signature to the partner's cosignature."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.node.models import Object
from sepakat.node.proofs import prove_leaf
from sepakat.record.card import Card
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.fold import Entry
from sepakat.record.keys import PublicKey
from sepakat.record.leaf import commit
from sepakat.record.merkle import leaf_hash, verify_inclusion
from sepakat.record.note import VerifierKey, parse_vkey
from sepakat.record.tlogproof import parse_tlog_proof


@dataclass(frozen=True)
class Step:
    """One step of a check: whether it holds, or None where there is nothing to check yet."""

    name: str
    holds: bool | None
    found: str


@dataclass(frozen=True)
class Shown:
    """A statement that its reader may see, with all that proves it."""

    entry: Entry
    envelope: bytes
    leaf: bytes
    salt: bytes | None  # none where it has been destroyed, or never came with a disclosure


def public_keys(card: Card) -> dict[str, PublicKey]:
    """The keys that a nation signs statements with, by key id: its root, and all that it has
    registered. Whether a key was in force where it signed is judged when the statement comes in."""
    root = PublicKey.parse(card.statement_key)
    keys = {root.keyid: root}
    for fields in Object.objects.filter(kind="key", owner=card.nation).values_list(
        "fields", flat=True
    ):
        try:
            key = PublicKey.parse(orjson.loads(fields)["public_key"])
        except InvalidError:
            continue
        keys[key.keyid] = key
    return keys


def check(shown: Shown, cards: Mapping[str, Card]) -> list[Step]:
    """Every step, also those after one that fails."""
    entry = shown.entry
    card = cards[entry.nation]
    proof = parse_tlog_proof(prove_leaf(entry.nation, entry.index, opened=False).data)
    note = proof.checkpoint_note
    steps = [_signature(entry, public_keys(card)), _commitment(shown)]
    try:
        checkpoint = open_checkpoint(note, parse_vkey(card.log_key)).checkpoint
    except (ProofError, InvalidError) as error:
        return [*steps, Step(_checkpoint_name(card), False, error.what)]
    try:
        hash_ = leaf_hash(shown.leaf)
        verify_inclusion(entry.index, checkpoint.size, hash_, proof.proof, checkpoint.root)
        found = _("The leaf and {} hashes give the root {}…").format(
            words.number(len(proof.proof)), checkpoint.root.hex()[:16]
        )
        steps.append(Step(_("The log has the leaf"), True, found))
    except ProofError as error:
        steps.append(Step(_("The log has the leaf"), False, error.what))
    signed = _("{} has signed this root for {} records").format(
        card.origin, words.number(checkpoint.size)
    )
    steps.append(Step(_checkpoint_name(card), True, signed))
    others = [other for nation, other in cards.items() if nation != entry.nation]
    return [*steps, *_cosignatures(note, parse_vkey(card.log_key), others)]


def _checkpoint_name(card: Card) -> str:
    return _("The log of {} has signed its checkpoint").format(words.nation(card.nation))


def _signature(entry: Entry, keys: Mapping[str, PublicKey]) -> Step:
    name = _("The statement is signed")
    if entry.envelope is None:
        return Step(name, False, entry.fault)
    good = [
        s.keyid
        for s in entry.envelope.signatures
        if s.keyid in keys and keys[s.keyid].verifies(entry.envelope.signed, s.value)
    ]
    holds = len(good) == len(entry.envelope.signatures)
    found = _("Ed25519, by the key {}").format(", ".join(good))
    return Step(name, holds, found if holds else _("A signature does not verify"))


def _commitment(shown: Shown) -> Step:
    name = _("The leaf commits to the statement")
    if shown.salt is None:
        return Step(name, None, _("The salt is not here"))
    holds = commit(shown.salt, shown.envelope) == shown.leaf
    found = _("SHA-256 of salt and envelope is {}…").format(shown.leaf.hex()[:16])
    return Step(name, holds, found if holds else _("Salt and envelope give another leaf"))


def _cosignatures(note: bytes, log_key: VerifierKey, others: Iterable[Card]) -> list[Step]:
    steps = []
    for other in others:
        name = _("{} has cosigned the checkpoint").format(words.nation(other.nation))
        try:
            seen = open_checkpoint(note, log_key, other.cosigners).witnesses
        except ProofError as error:
            steps.append(Step(name, False, error.what))
            continue
        found = words.moment(seen[0].at) if seen else _("Not yet")
        steps.append(Step(name, True if seen else None, found))
    return steps


def document(shown: Shown, cards: Mapping[str, Card]) -> dict[str, Any]:
    """All that a browser needs to check the statement by itself; bytes in base64."""
    entry = shown.entry
    proof = parse_tlog_proof(prove_leaf(entry.nation, entry.index, opened=False).data)
    keys = public_keys(cards[entry.nation])
    used = {s.keyid for s in entry.envelope.signatures} if entry.envelope else set()
    return {
        "nation": entry.nation,
        "index": entry.index,
        "envelope": _text(shown.envelope),
        "salt": _text(shown.salt) if shown.salt is not None else None,
        "leaf": _text(shown.leaf),
        "proof": [_text(hash_) for hash_ in proof.proof],
        "checkpoint": proof.checkpoint_note.decode(),
        "statement_keys": [str(key) for keyid, key in keys.items() if keyid in used],
        "cards": [
            {"nation": card.nation, "log_key": card.log_key, "witness_key": card.witness_key}
            for card in cards.values()
        ],
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
