"""What the texts of a log share: decimal sizes, hashes in base64, a proof above a note."""

import base64
from collections.abc import Sequence

from sepakat.record.errors import InvalidError
from sepakat.record.keys import decode_base64
from sepakat.record.merkle import HASH_SIZE

MAX_SIZE = (1 << 63) - 1  # the most that Go and databases count, and 63 hashes can prove
MAX_PROOF = 63


def parse_size(text: str, where: str) -> int:
    """Reads a decimal without leading zeros, at most 2**63 - 1."""
    if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SIZE)):
        size = int(text)
        if size <= MAX_SIZE and str(size) == text:
            return size
    raise InvalidError(
        f"{text[:30]!r} is not a size",
        where=where,
        fix="Write a decimal without leading zeros, below 2**63.",
    )


def encode_hash(hash_: bytes) -> str:
    """A hash as base64."""
    return base64.b64encode(hash_).decode()


def parse_hash(text: str, where: str) -> bytes:
    """Reads a hash of 32 bytes in its one canonical base64 form."""
    hash_ = decode_base64(text)
    if len(hash_) != HASH_SIZE:
        raise InvalidError(
            f"a hash has {len(hash_)} bytes", where=where, fix=f"Give a hash of {HASH_SIZE} bytes."
        )
    return hash_


def encode_proof(head: Sequence[str], proof: Sequence[bytes], note: bytes) -> bytes:
    """Head lines, proof lines, an empty line and a signed note."""
    lines = [*head, *map(encode_hash, proof), "", ""]
    return "\n".join(lines).encode() + note


def split_proof(data: bytes, where: str) -> tuple[list[str], bytes]:
    """The lines above the first empty line, and the signed note below it."""
    above, found, note = data.partition(b"\n\n")
    if not found or not above.isascii():
        raise InvalidError(
            "no lines of plain ASCII stand above an empty line", where=where, fix="Send it anew."
        )
    return above.decode().split("\n"), note


def parse_proof(lines: Sequence[str], where: str) -> tuple[bytes, ...]:
    """Reads the hashes of a proof, one a line, at most 63."""
    if len(lines) > MAX_PROOF:
        raise InvalidError(
            f"a proof of {len(lines)} hashes is too long",
            where=where,
            fix=f"Give at most {MAX_PROOF} hashes.",
        )
    return tuple(parse_hash(line, where) for line in lines)
