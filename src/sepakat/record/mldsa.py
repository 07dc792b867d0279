"""ML-DSA-44 (FIPS 204, pure, without context), by which a witness cosigns beside Ed25519.

It is for the day when a quantum computer forges Ed25519: what was cosigned before stays proven.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from sepakat.record.errors import InvalidError

SEED_BYTES = 32
PUBLIC_BYTES = 1312
SIGNATURE_BYTES = 2420


class SigningKey:
    """An ML-DSA-44 private key, made from its 32-byte seed."""

    __slots__ = ("_private", "public")

    def __init__(self, seed: bytes) -> None:
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.public = PublicKey(self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """A signature of 2,420 bytes, each time another one."""
        return self._private.sign(message)


class PublicKey:
    """An ML-DSA-44 public key. Every string of 1,312 bytes is one."""

    __slots__ = ("_key", "raw")

    def __init__(self, raw: bytes) -> None:
        if len(raw) != PUBLIC_BYTES:
            raise InvalidError(
                f"an ML-DSA-44 public key has {PUBLIC_BYTES:,} bytes, not {len(raw):,}"
            )
        self.raw = raw
        self._key = MLDSA44PublicKey.from_public_bytes(raw)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True
