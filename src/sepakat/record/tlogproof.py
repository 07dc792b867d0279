"""Proofs in one file that an entry is in a witnessed log (C2SP tlog-proof)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from sepakat.record.checkpoint import OpenedCheckpoint, open_checkpoint
from sepakat.record.errors import InvalidError
from sepakat.record.keys import decode_base64
from sepakat.record.lines import encode_proof, parse_proof, parse_size, split_proof
from sepakat.record.merkle import leaf_hash, verify_inclusion
from sepakat.record.note import VerifierKey, parse_note

HEADER = "c2sp.org/tlog-proof@v1"

_WHERE = "tlog-proof"


@dataclass(frozen=True)
class TlogProof:
    """The index of an entry, its inclusion proof, and the checkpoint that the proof leads to.

    `extra` is whatever the sender adds, such as what the entry commits to; nothing signs it.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint_note: bytes
    extra: bytes = b""

    def encode(self) -> bytes:
        """The bytes of a `.tlog-proof` file."""
        head = [HEADER, f"index {self.index}"]
        if self.extra:
            head.insert(1, f"extra {base64.b64encode(self.extra).decode()}")
        return encode_proof(head, self.proof, self.checkpoint_note)

    def verify(
        self,
        entry: bytes,
        log_vkey: VerifierKey,
        cosigners: Sequence[VerifierKey] = (),
    ) -> OpenedCheckpoint:
        """Checks that the entry is in the log, and gives the checkpoint with those of the cosigners
        who have seen it: how many must have, is for the caller to say.

        Raises ProofError.
        """
        opened = open_checkpoint(self.checkpoint_note, log_vkey, cosigners)
        checkpoint = opened.checkpoint
        verify_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.proof, checkpoint.root)
        return opened


def parse_tlog_proof(data: bytes) -> TlogProof:
    """Reads a `.tlog-proof` file; nothing is verified yet."""
    lines, note = split_proof(data, _WHERE)
    if lines[0] != HEADER:
        raise _malformed(f"the first line is not {HEADER}")
    rest = lines[1:]
    extra = b""
    if rest and rest[0].startswith("extra "):
        extra = decode_base64(rest[0].removeprefix("extra "))
        if not extra:
            raise _malformed("the extra data is empty")
        rest = rest[1:]
    if not rest or not rest[0].startswith("index "):
        raise _malformed("there is no line with the index")
    index = parse_size(rest[0].removeprefix("index "), _WHERE)
    proof = parse_proof(rest[1:], _WHERE)
    parse_note(note)
    return TlogProof(index, proof, note, extra)


def _malformed(what: str) -> InvalidError:
    return InvalidError(what, where=_WHERE, fix="Ask its sender for a new one.")
