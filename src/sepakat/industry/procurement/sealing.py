"""Sealing an offer so that two named officers must open it together.

Layouts (`||` joins bytes; lengths are big-endian):

    commitment   SHA-256("sepakat/offer/v1" || salt[32] || SHA-256(content)[32])
    file         "SPKO" || version[1] = 1 || commitment[32] || 2 × (n[2] || share sealed[n]) || box
    box          salt || content, encrypted at rest under a fresh 32-byte key (record/seal.py)
    share file   "SPKH" || version[1] = 1 || commitment[32] || place[1] || half of the key[32]

The commitment goes on record with the offer; it hides the content by the salt, and can be checked
afterwards from salt and digest alone, so that a record need not hold the content. The key is split
in two: a random share, and its exclusive or with the key (a 2-of-2 secret sharing, perfect against
one officer alone). Each share is sealed to one officer. Box and shares are bound to the
commitment, and a share to its place, so none can be moved to another offer.

Limits: the length of the content shows. Two officers who collude open early; what they cannot do
is change an offer, or hide from the record one that its bidder has put there. Nothing forces a
bidder to seal a content that opens: that offer is recorded as withheld.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from sepakat.record import seal as boxes
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.seal import SealingKey, SealingPublicKey

SALT_BYTES: Final = 32
MAX_BYTES: Final = 64 * 1024 * 1024  # of the content: all of it is held in memory
OFFICERS: Final = 2

_COMMITMENT: Final = b"sepakat/offer/v1"
_HEADER: Final = b"SPKO\x01"
_SHARE_HEADER: Final = b"SPKH\x01"
_SHARE: Final = b"sepakat/offer/v1/share"
_BOX: Final = b"sepakat/offer/v1/box"
_DIGEST_BYTES: Final = 32
_MAX_FILE_BYTES: Final = MAX_BYTES + 16 * 1024


@dataclass(frozen=True, slots=True)
class SealedOffer:
    """A sealed offer: what is committed to, each officer's share, and the encrypted content."""

    commitment: str  # hexadecimal, as on record
    shares: tuple[bytes, bytes]
    box: bytes

    def encode(self) -> bytes:
        shares = b"".join(len(share).to_bytes(2, "big") + share for share in self.shares)
        return _HEADER + bytes.fromhex(self.commitment) + shares + self.box

    @classmethod
    def decode(cls, data: bytes) -> "SealedOffer":
        """Raises InvalidError unless `data` has the layout; whether it opens is not known yet."""
        if not data.startswith(_HEADER):
            raise InvalidError("it is no sealed offer", fix="Name the file that the bidder sealed")
        if len(data) > _MAX_FILE_BYTES:
            raise InvalidError(f"the sealed offer has more than {_MAX_FILE_BYTES:,} bytes")
        place = len(_HEADER) + _DIGEST_BYTES
        commitment = data[len(_HEADER) : place].hex()
        shares = []
        for _ in range(OFFICERS):
            length = int.from_bytes(data[place : place + 2], "big")
            shares.append(data[place + 2 : place + 2 + length])
            place += 2 + length
        if place >= len(data):
            raise InvalidError("the sealed offer is cut short", fix="Ask for the file again")
        return cls(commitment, (shares[0], shares[1]), data[place:])


@dataclass(frozen=True, slots=True)
class Share:
    """One officer's half of an offer's key. It is a secret; alone it says nothing of the key."""

    commitment: str
    place: int  # 0 or 1
    secret: bytes

    def __repr__(self) -> str:
        return f"<Share {self.place} of {self.commitment}>"

    def encode(self) -> bytes:
        return _SHARE_HEADER + bytes.fromhex(self.commitment) + bytes([self.place]) + self.secret

    @classmethod
    def decode(cls, data: bytes) -> "Share":
        """Raises InvalidError unless `data` has the layout."""
        start = len(_SHARE_HEADER)
        length = start + _DIGEST_BYTES + 1 + boxes.KEY_BYTES
        if not data.startswith(_SHARE_HEADER) or len(data) != length:
            raise InvalidError(
                "it is no officer's share", fix="Name the file that `sepakat tender share` wrote"
            )
        place = start + _DIGEST_BYTES
        return cls(data[start:place].hex(), data[place], data[place + 1 :])


@dataclass(frozen=True, slots=True)
class OpenedOffer:
    """What was in a sealed offer. `salt` and `sha256` go on record, and prove the commitment."""

    content: bytes
    salt: str
    sha256: str


def commit(salt: bytes, content_sha256: bytes) -> str:
    """The commitment to a content, in hexadecimal, from its salt and its digest."""
    if len(salt) != SALT_BYTES or len(content_sha256) != _DIGEST_BYTES:
        raise InvalidError("a salt and a digest have 32 bytes each")
    return sha256(_COMMITMENT + salt + content_sha256).hexdigest()


def seal_offer(content: bytes, officers: Sequence[SealingPublicKey]) -> SealedOffer:
    """Seal `content` under a fresh key to two officers; InvalidError where they are not two."""
    if len({officer.to_bytes() for officer in officers}) != OFFICERS or len(officers) != OFFICERS:
        raise InvalidError("an offer is sealed to two officers with a key each")
    if len(content) > MAX_BYTES:
        raise InvalidError(
            f"an offer has at most {MAX_BYTES:,} bytes, this one {len(content):,}",
            fix="Make the file smaller: pictures of a lower resolution may do",
        )
    salt, key = os.urandom(SALT_BYTES), os.urandom(boxes.KEY_BYTES)
    commitment = commit(salt, sha256(content).digest())
    mask = os.urandom(boxes.KEY_BYTES)
    first, second = (
        boxes.seal(half, officer, _bound(_SHARE, commitment, place))
        for place, (half, officer) in enumerate(zip((mask, _xor(mask, key)), officers, strict=True))
    )
    box = boxes.encrypt_at_rest(salt + content, key, _bound(_BOX, commitment))
    return SealedOffer(commitment, (first, second), box)


def open_share(sealed: SealedOffer, officer: SealingKey) -> Share:
    """The officer's half of the key; ProofError where none of the two shares opens by this key."""
    for place, share in enumerate(sealed.shares):
        try:
            secret = boxes.unseal(share, officer, _bound(_SHARE, sealed.commitment, place))
        except ProofError:
            continue
        return Share(sealed.commitment, place, secret)
    raise ProofError(
        "no share of this offer opens by this key",
        fix="Use the key of an officer whom the tender names, and the file as it was sealed",
    )


def open_offer(sealed: SealedOffer, shares: Sequence[Share]) -> OpenedOffer:
    """The content, from both officers' shares; ProofError where anything does not fit."""
    if {share.place for share in shares} != set(range(OFFICERS)) or len(shares) != OFFICERS:
        raise ProofError("an offer opens by the shares of both officers", fix="Bring the other one")
    if any(share.commitment != sealed.commitment for share in shares):
        raise ProofError("a share is of another offer", fix="Make it from this offer's file")
    first, second = (share.secret for share in shares)
    if len(first) != boxes.KEY_BYTES or len(second) != boxes.KEY_BYTES:
        raise ProofError("a share has the wrong length", fix="Make it again from the offer's file")
    plain = boxes.decrypt_at_rest(sealed.box, _xor(first, second), _bound(_BOX, sealed.commitment))
    salt, content = plain[:SALT_BYTES], plain[SALT_BYTES:]
    digest = sha256(content)
    if len(salt) != SALT_BYTES or not compare_digest(
        commit(salt, digest.digest()), sealed.commitment
    ):
        raise ProofError(
            "the content is not what the offer commits to", fix="Record the offer as withheld"
        )
    return OpenedOffer(content, salt.hex(), digest.hexdigest())


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _bound(use: bytes, commitment: str, place: int | None = None) -> bytes:
    return use + bytes.fromhex(commitment) + (b"" if place is None else bytes([place]))
