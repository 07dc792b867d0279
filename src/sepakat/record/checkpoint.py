"""Checkpoints of a log (C2SP tlog-checkpoint) and their cosignatures (C2SP tlog-cosignature)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sepakat.record import mldsa
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.keys import SIGNATURE_BYTES
from sepakat.record.note import (
    TIME_BYTES,
    KeyType,
    Note,
    Signature,
    Signer,
    VerifierKey,
    cosignature_time,
    open_note,
    parse_note,
    parse_signature,
    sign_note,
)
from sepakat.record.treehead import Checkpoint, parse_checkpoint

_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
_COSIGNATURE_BYTES = (TIME_BYTES + SIGNATURE_BYTES, TIME_BYTES + mldsa.SIGNATURE_BYTES)


class Cosignature(NamedTuple):
    """A witness, and when it says it signed, in seconds since 1970."""

    name: str
    time: int

    @property
    def at(self) -> str:
        """When, as statements state times; at the latest in the last second that can be stated."""
        return datetime.fromtimestamp(min(self.time, _LAST_SECOND), UTC).strftime(TIME_FORMAT)


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint that its log has signed, with the cosignatures that verify: one a key."""

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]
    note: Note

    @property
    def witnesses(self) -> tuple[Cosignature, ...]:
        """One cosignature of each witness, for it may sign with two keys."""
        first: dict[str, Cosignature] = {}
        for cosignature in self.cosignatures:
            first.setdefault(cosignature.name, cosignature)
        return tuple(first.values())


def sign_checkpoint(checkpoint: Checkpoint, log_key: Signer) -> bytes:
    """The note of a checkpoint, signed by its log, whose key has the origin for its name."""
    _check_log_key(log_key.verifier)
    if log_key.verifier.name != checkpoint.origin:
        raise InvalidError(
            f"the key of {log_key.verifier.name} cannot sign for {checkpoint.origin}",
            where="checkpoint",
            fix="Use the log's own key.",
        )
    return sign_note(checkpoint.encode(), [log_key]).encode()


def open_checkpoint(
    data: bytes, log_vkey: VerifierKey, cosigners: Sequence[VerifierKey] = ()
) -> OpenedCheckpoint:
    """Reads a checkpoint that the log itself must have signed.

    Raises ProofError if it has not, if it is another log's, or if a signature of a known cosigner
    does not verify; InvalidError if it is malformed.
    """
    _check_log_key(log_vkey)
    if not all(cosigner.type.is_cosignature for cosigner in cosigners):
        raise InvalidError("a cosigner has a key of another type", fix="Use its cosignature key.")
    note, verified = open_note(data, [log_vkey, *cosigners])
    if log_vkey not in [key for key, _ in verified]:
        raise _refused(f"{log_vkey.name} has not signed it")
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log_vkey.name:
        raise _refused(f"it is of {checkpoint.origin} and not of {log_vkey.name}")
    cosignatures = tuple(
        Cosignature(key.name, cosignature_time(signature.value))
        for key, signature in verified
        if key.type.is_cosignature
    )
    return OpenedCheckpoint(checkpoint, cosignatures, note)


def cosign(note_bytes: bytes, cosigner: Signer, time: int) -> str:
    """The signature line by which a witness cosigns a checkpoint that it has checked itself."""
    text = parse_note(note_bytes).text
    parse_checkpoint(text)
    return str(cosigner.sign(text, time))


def add_cosignatures(note_bytes: bytes, lines: Iterable[str]) -> bytes:
    """The note with the given cosignature lines, each in place of one that its key has there.

    The lines are not checked here, but only cosignatures are replaced, so that a bad line cannot
    push out the log's own signature. The times are not compared, as anyone can write a false line
    with a late one. `open_checkpoint` tells whether the whole verifies.
    """
    note = parse_note(note_bytes)
    signatures = {(kept.name, kept.key_id): kept for kept in note.signatures}
    for line in lines:
        new = parse_signature(line.removesuffix("\n"))
        old = signatures.get((new.name, new.key_id), new)
        if not _is_cosignature(new) or not _is_cosignature(old):
            raise _malformed(f"the line of {new.name} is not a cosignature or replaces none")
        signatures[new.name, new.key_id] = new
    return Note(note.text, tuple(signatures.values())).encode()


def vouched(note_bytes: bytes, keys: Iterable[VerifierKey]) -> bytes:
    """The note with those of its signatures alone that the keys have made: whoever keeps a note of
    another's keeps no line that its own readers could not verify."""
    note = parse_note(note_bytes)
    known = {(key.name, key.key_id): key for key in keys}
    kept = {}
    for signature in note.signatures:
        place = (signature.name, signature.key_id)
        key = known.get(place)
        if key is not None and place not in kept and key.verifies(note.text, signature.value):
            kept[place] = signature
    return Note(note.text, tuple(kept.values())).encode()


def _is_cosignature(signature: Signature) -> bool:
    return len(signature.value) in _COSIGNATURE_BYTES


def _check_log_key(key: VerifierKey) -> None:
    if key.type != KeyType.ED25519:
        raise InvalidError(
            f"the key of {key.name} is not a log's", fix="Use the log's key of type 01."
        )


def _malformed(what: str) -> InvalidError:
    return InvalidError(what, where="checkpoint", fix="Ask its sender for a new one.")


def _refused(what: str) -> ProofError:
    return ProofError(
        what, where="checkpoint", fix="Check which log it should be of, and that log's key."
    )
