"""Sealing what is disclosed to a partner, and encrypting files at rest.

Layouts (integers big-endian; `||` joins bytes):

    box      nonce[12] || AES-256-GCM ciphertext || tag[16]
    sealed   "SPKS" || version[1] = 1 || n[2] || sealed key[n] || box
    at rest  "SPKR" || version[1] = 1 || box

The sealed key is HPKE (RFC 9180, base mode, single shot, empty associated data): the encapsulated
secret of 1120 bytes, then the record's 32-byte key encrypted, with its tag; n is always 1168.
Version 1 is the suite KEM MLKEM768-X25519 (X-Wing, 0x647a), KDF HKDF-SHA256 (0x0001), AEAD
AES-256-GCM (0x0002). HPKE's `info` and the box's associated data are the first five bytes (which
keeps the two formats apart) || context.

A context is not stored: whoever opens must give the same bytes. For a disclosure they are the
canonical bytes of the statement's digest and label, so that neither can be exchanged unnoticed.

Limits: the length of the plaintext shows; a sealed record names and proves no sender (the
signature inside it does); everything is held in memory at once.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from sepakat.record.errors import InvalidError, ProofError

KEY_BYTES: Final = 32

_SEALED: Final = b"SPKS\x01"
_AT_REST: Final = b"SPKR\x01"
_NONCE_BYTES: Final = 12
_MLKEM_SEED_BYTES: Final = 64
_MLKEM_PUBLIC_BYTES: Final = 1184
_X25519_BYTES: Final = 32
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SealingPublicKey:
    """A recipient's public key: ML-KEM-768 (1184 bytes), then X25519 (32 bytes), as in X-Wing."""

    __slots__ = ("_mlkem", "_x25519", "hpke")

    def __init__(self, mlkem: MLKEM768PublicKey, x25519: X25519PublicKey) -> None:
        self._mlkem = mlkem
        self._x25519 = x25519
        self.hpke = MLKEM768X25519PublicKey(mlkem, x25519)

    @classmethod
    def from_bytes(cls, data: bytes) -> "SealingPublicKey":
        """Raises InvalidError unless `data` are the 1216 bytes of a key that can be sealed to."""
        _check_length("a public sealing key", data, _MLKEM_PUBLIC_BYTES + _X25519_BYTES)
        try:
            key = cls(
                MLKEM768PublicKey.from_public_bytes(data[:_MLKEM_PUBLIC_BYTES]),
                X25519PublicKey.from_public_bytes(data[_MLKEM_PUBLIC_BYTES:]),
            )
            # Unreduced ML-KEM coefficients and X25519 points of small order show only in use.
            _SUITE.encrypt(b"", key.hpke)
        except ValueError as error:
            raise InvalidError(
                "not a sound public sealing key", fix="Ask its owner for the key again"
            ) from error
        return key

    def to_bytes(self) -> bytes:
        return self._mlkem.public_bytes_raw() + self._x25519.public_bytes_raw()


class SealingKey:
    """A recipient's private key; its bytes are the ML-KEM-768 seed (64), then X25519 (32)."""

    __slots__ = ("_mlkem", "_x25519", "hpke", "public")

    def __init__(self, mlkem: MLKEM768PrivateKey, x25519: X25519PrivateKey) -> None:
        self._mlkem = mlkem
        self._x25519 = x25519
        self.hpke = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = SealingPublicKey(mlkem.public_key(), x25519.public_key())

    @classmethod
    def generate(cls) -> "SealingKey":
        return cls(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, data: bytes) -> "SealingKey":
        """Raises InvalidError unless `data` has 96 bytes."""
        _check_length("a private sealing key", data, _MLKEM_SEED_BYTES + _X25519_BYTES)
        return cls(
            MLKEM768PrivateKey.from_seed_bytes(data[:_MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(data[_MLKEM_SEED_BYTES:]),
        )

    def to_bytes(self) -> bytes:
        return self._mlkem.private_bytes_raw() + self._x25519.private_bytes_raw()


def seal(plaintext: bytes, recipient: SealingPublicKey, context: bytes) -> bytes:
    """Encrypt `plaintext` under a fresh key that only `recipient` can open, bound to `context`."""
    bound = _SEALED + context
    key = os.urandom(KEY_BYTES)
    sealed_key = _SUITE.encrypt(key, recipient.hpke, info=bound)
    return _SEALED + len(sealed_key).to_bytes(2, "big") + sealed_key + _box(plaintext, key, bound)


def unseal(sealed: bytes, key: SealingKey, context: bytes) -> bytes:
    """The plaintext; ProofError, which does not say why, when it does not open."""
    bound = _SEALED + context
    start = len(_SEALED) + 2
    end = start + int.from_bytes(sealed[len(_SEALED) : start], "big")
    try:
        _check_header(sealed, _SEALED)
        record_key = _SUITE.decrypt(sealed[start:end], key.hpke, info=bound)
        return _unbox(sealed[end:], record_key, bound)
    except (InvalidTag, ValueError):
        raise ProofError(
            "the sealed record does not open", fix="Ask the sender to seal it again for this key"
        ) from None


def encrypt_at_rest(plaintext: bytes, key: bytes, context: bytes) -> bytes:
    """Encrypt under a 32-byte key, bound to `context`.

    The nonce is random: use one key for fewer than 2^32 files (NIST SP 800-38D, section 8.3).
    """
    _check_length("a key for files at rest", key, KEY_BYTES)
    return _AT_REST + _box(plaintext, key, _AT_REST + context)


def decrypt_at_rest(data: bytes, key: bytes, context: bytes) -> bytes:
    """The plaintext; ProofError, which does not say why, when it does not open."""
    _check_length("a key for files at rest", key, KEY_BYTES)
    try:
        _check_header(data, _AT_REST)
        return _unbox(data[len(_AT_REST) :], key, _AT_REST + context)
    except (InvalidTag, ValueError):
        raise ProofError(
            "the encrypted file does not open",
            fix="Check that it is unchanged and that the key is the one it was written with",
        ) from None


def _box(plaintext: bytes, key: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, bound)


def _unbox(box: bytes, key: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], bound)


def _check_header(data: bytes, header: bytes) -> None:
    if not data.startswith(header):
        raise ValueError


def _check_length(what: str, data: bytes, length: int) -> None:
    if len(data) != length:
        raise InvalidError(
            f"{what} has {length} bytes, this one {len(data)}", fix="Ask for the key anew, whole"
        )
