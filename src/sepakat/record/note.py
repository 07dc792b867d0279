"""Signed notes (C2SP signed-note): a text and the lines that sign it, by keys of three types.

Two of the types are for the timestamped cosignatures of witnesses (C2SP tlog-cosignature).
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from hashlib import sha256

from sepakat.record import mldsa
from sepakat.record.cosignature import ed25519_message, ml_dsa_message
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.keys import PublicKey, SigningKey, decode_base64
from sepakat.record.treehead import parse_checkpoint

MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100
MAX_TIME = (1 << 63) - 1
KEY_ID_BYTES = 4
TIME_BYTES = 8

_DASH = "\N{EM DASH} "


class KeyType(IntEnum):
    """What a key signs, as registered in signed-note."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_COSIGNATURE = 0x06

    @property
    def is_cosignature(self) -> bool:
        return self is not KeyType.ED25519


def key_id(name: str, type: KeyType, public: bytes) -> bytes:  # noqa: A002  # the field's word
    """The 4 bytes that, with the name, tell which key has signed."""
    return sha256(name.encode() + b"\n" + bytes([type]) + public).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True)
class VerifierKey:
    """A named public key of one type."""

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        _ = self._key  # which refuses what is none

    @cached_property
    def _key(self) -> PublicKey | mldsa.PublicKey:
        is_ml_dsa = self.type is KeyType.ML_DSA_COSIGNATURE
        return mldsa.PublicKey(self.public) if is_ml_dsa else PublicKey(self.public)

    @cached_property
    def key_id(self) -> bytes:
        """The 4 bytes that, with the name, tell that this key has signed."""
        return key_id(self.name, self.type, self.public)

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether the signature, without its key ID, is this key's over the text of a note."""
        if not self.type.is_cosignature:
            return self._key.verifies(text.encode(), signature)
        time = cosignature_time(signature)
        if len(signature) < TIME_BYTES or time > MAX_TIME:
            return False
        try:
            message = _cosigned(self, text, time)
        except InvalidError:
            return False  # as the text is no checkpoint
        return self._key.verifies(message, signature[TIME_BYTES:])


def encode_vkey(name: str, type: KeyType, public: bytes) -> str:  # noqa: A002
    """A public key as one word, to be handed to whoever should trust it."""
    material = base64.b64encode(bytes([type]) + public).decode()
    return f"{name}+{key_id(name, type, public).hex()}+{material}"


def parse_vkey(text: str) -> VerifierKey:
    """Reads a verifier key; only the canonical form, with the key ID that fits, is taken."""
    where = f"verifier key {text[:100]!r}"
    fix = "Copy the whole key from whoever gave it, as name+key ID+base64."
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise InvalidError("the key does not have three parts", where=where, fix=fix)
    name, _, encoded = parts
    material = decode_base64(encoded)
    if not material or material[0] not in set(KeyType):
        raise InvalidError("the key is of no known type", where=where, fix=fix)
    key = VerifierKey(name, KeyType(material[0]), material[1:])
    if encode_vkey(key.name, key.type, key.public) != text:
        raise InvalidError("the key ID does not fit the key", where=where, fix=fix)
    return key


@dataclass(frozen=True)
class Signature:
    """One signature line: who signed, with which key, and the bytes that the key gave."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


class Signer:
    """A named private key of one type, made from its 32-byte seed."""

    def __init__(
        self,
        name: str,
        seed: bytes,
        type: KeyType = KeyType.ED25519,  # noqa: A002
    ) -> None:
        is_ml_dsa = type is KeyType.ML_DSA_COSIGNATURE
        self._key = mldsa.SigningKey(seed) if is_ml_dsa else SigningKey(seed)
        self.verifier = VerifierKey(name, type, self._key.public.raw)

    def sign(self, text: str, time: int | None = None) -> Signature:
        """Signs the text of a note. A cosignature has a time, in seconds since 1970."""
        if not self.verifier.type.is_cosignature:
            if time is not None:
                raise InvalidError("only a cosignature has a time", fix="Leave the time out.")
            return self._signature(self._key.sign(text.encode()))
        if time is None or not 0 <= time <= MAX_TIME:
            raise InvalidError(f"a cosignature cannot have the time {time}", fix="Give the time.")
        signature = self._key.sign(_cosigned(self.verifier, text, time))
        return self._signature(time.to_bytes(TIME_BYTES, "big") + signature)

    def _signature(self, value: bytes) -> Signature:
        return Signature(self.verifier.name, self.verifier.key_id, value)


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and its signatures, which may yet be anyone's."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Whose lines it has, each named once; nothing is verified."""
        return tuple(dict.fromkeys(signature.name for signature in self.signatures))

    def encode(self) -> bytes:
        """The signed note as it is served."""
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()


def parse_note(data: bytes, limit: int = MAX_BYTES) -> Note:
    """Reads a note of at most `limit` bytes. No signature is checked: use `open_note` for that."""
    if len(data) > limit:
        raise _malformed(f"it is longer than {limit} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise _malformed("it is not UTF-8") from error
    body, found, lines = whole.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise _malformed("no signature lines follow an empty line")
    text = body + "\n"
    _check_text(text)
    signatures = tuple(parse_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MAX_SIGNATURES:
        raise _malformed(f"it has more than {MAX_SIGNATURES} signatures")
    return Note(text, signatures)


def parse_signature(line: str) -> Signature:
    """Reads one signature line, given without its newline."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise _malformed("a signature line does not start with a long dash and a space")
    _check_name(name)
    raw = decode_base64(encoded)
    if len(raw) <= KEY_ID_BYTES:
        raise _malformed("a signature is too short to have a key ID")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def sign_note(text: str, signers: Iterable[Signer]) -> Note:
    """Signs a text that ends in a newline, by each signer in turn."""
    _check_text(text)
    return Note(text, tuple(signer.sign(text) for signer in signers))


def open_note(
    data: bytes, verifiers: Sequence[VerifierKey]
) -> tuple[Note, list[tuple[VerifierKey, Signature]]]:
    """Reads a note and checks it: gives it, and for each key that signed its first signature.

    Lines of unknown keys are passed over. A line of a known key that does not verify refuses the
    whole note (ProofError), and so does a note that no known key has signed.
    """
    note = parse_note(data)
    known = {(key.name, key.key_id): key for key in verifiers}
    verified: dict[VerifierKey, Signature] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.verifies(note.text, signature.value):
            raise ProofError(
                f"the signature of {key.name} does not verify",
                where="signed note",
                fix="Do not rely on the note; ask its sender for a new one.",
            )
        verified.setdefault(key, signature)
    if not verified:
        raise ProofError(
            "no known key has signed the note",
            where="signed note",
            fix="Check the sender's verifier key, then ask for the note again.",
        )
    return note, list(verified.items())


def cosignature_time(value: bytes) -> int:
    """When a cosignature says it was made, in seconds since 1970."""
    return int.from_bytes(value[:TIME_BYTES], "big")


def _cosigned(key: VerifierKey, text: str, time: int) -> bytes:
    if key.type is KeyType.ML_DSA_COSIGNATURE:
        return ml_dsa_message(key.name, parse_checkpoint(text), time)
    return ed25519_message(text, time)


def _check_name(name: str) -> None:
    if not name or any(char.isspace() or char < " " or char == "+" for char in name):
        raise InvalidError(
            "the name of a key is empty or has a space, a control character or a plus",
            where=f"key name {name[:100]!r}",
            fix="Use a name like example.org/log.",
        )


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise _malformed("its text does not end in a newline")
    if any(char < " " and char != "\n" for char in text):
        raise _malformed("it has a control character")


def _malformed(what: str) -> InvalidError:
    return InvalidError(what, where="signed note", fix="Ask its sender for a new one.")
