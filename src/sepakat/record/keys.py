"""Ed25519 keys, with one verifier for everything: libsodium's, through PyNaCl."""

import base64
import binascii
import os
from functools import lru_cache

from nacl import bindings
from nacl.exceptions import CryptoError

from sepakat.record.canon import digest
from sepakat.record.errors import InvalidError

SEED_BYTES = 32
SIGNATURE_BYTES = 64


class SigningKey:
    """An Ed25519 private key, made from its 32-byte seed."""

    __slots__ = ("_secret", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise InvalidError(f"an Ed25519 seed has 32 bytes, this one {len(seed)}")
        public, self._secret = bindings.crypto_sign_seed_keypair(seed)
        self.seed = seed
        self.public = PublicKey(public)

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(os.urandom(SEED_BYTES))

    def __repr__(self) -> str:
        return f"<SigningKey {self.public.keyid}>"

    def sign(self, message: bytes) -> bytes:
        return bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES]


class PublicKey:
    """An Ed25519 public key that may be registered.

    Keys of small order, outside the prime-order subgroup or not canonically encoded are refused
    here, because verifiers disagree about what such keys have signed.
    """

    __slots__ = ("keyid", "raw")

    def __init__(self, raw: bytes) -> None:
        if not is_sound(raw):
            raise InvalidError(
                "not a sound Ed25519 public key",
                fix="Give 32 bytes of a canonical point of the prime-order group",
            )
        self.raw = raw
        self.keyid = keyid(raw)

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        """From base64, as keys stand in cards and statements."""
        return _parse(text)

    def __str__(self) -> str:
        return base64.b64encode(self.raw).decode()

    def __repr__(self) -> str:
        return f"<PublicKey {self.keyid}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            bindings.crypto_sign_open(signature + message, self.raw)
        except CryptoError:
            return False
        return True


@lru_cache(maxsize=1024)
def _parse(text: str) -> PublicKey:
    return PublicKey(decode_base64(text))


def is_sound(raw: bytes) -> bool:
    return len(raw) == bindings.crypto_core_ed25519_BYTES and bool(
        bindings.crypto_core_ed25519_is_valid_point(raw)
    )


def keyid(raw: bytes) -> str:
    """How envelopes name a key: the first 32 hexadecimal digits of its SHA-256."""
    return digest(raw)[:32]


def decode_base64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling; a second spelling would be a second name."""
    try:
        raw = binascii.a2b_base64(text)
    except ValueError as error:
        raise InvalidError("not base64", fix="Use the standard alphabet with padding") from error
    if binascii.b2a_base64(raw, newline=False).decode() != text:
        raise InvalidError("base64 in a second spelling", fix="Encode the bytes anew")
    return raw
