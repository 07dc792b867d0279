"""DSSE envelopes: bytes of a stated type with the signatures over them (DSSE v1.0.2)."""

import base64
import binascii
from typing import Any, NamedTuple

import orjson

from sepakat.record import canon
from sepakat.record.errors import InvalidError
from sepakat.record.keys import SigningKey

STATEMENT = "application/vnd.sepakat.statement+json"
MANIFEST = "application/vnd.sepakat.manifest+json"
MAX_SIGNATURES = 8


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: what a signature is made over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


class Signature(NamedTuple):
    keyid: str
    value: bytes


class Envelope(NamedTuple):
    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        return pae(self.payload_type, self.payload)

    def encode(self) -> bytes:
        return canon.write(
            {
                "payload": base64.b64encode(self.payload).decode(),
                "payloadType": self.payload_type,
                "signatures": [
                    {"keyid": s.keyid, "sig": base64.b64encode(s.value).decode()}
                    for s in self.signatures
                ],
            }
        )


def sign(payload_type: str, payload: bytes, *keys: SigningKey) -> Envelope:
    message = pae(payload_type, payload)
    signatures = tuple(Signature(key.public.keyid, key.sign(message)) for key in keys)
    return Envelope(payload_type, payload, signatures)


def decode(data: bytes) -> Envelope:
    """Parse an envelope; only its one canonical spelling is taken, so each has one digest."""
    try:
        value = orjson.loads(data)
        envelope = Envelope(
            _text(value["payloadType"]),
            binascii.a2b_base64(value["payload"]),
            tuple(
                Signature(_text(item["keyid"]), binascii.a2b_base64(item["sig"]))
                for item in value["signatures"]
            ),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidError(f"not a DSSE envelope ({error!r})") from error
    if not 1 <= len({s.keyid for s in envelope.signatures}) == len(envelope.signatures):
        raise InvalidError("an envelope has signatures, and one of a key")
    if len(envelope.signatures) > MAX_SIGNATURES:
        raise InvalidError(f"an envelope has at most {MAX_SIGNATURES} signatures")
    # Writing it again shows a second spelling of the JSON or of the base64, and stray fields.
    if envelope.encode() != data:
        raise InvalidError(
            "a DSSE envelope, but not in its one spelling",
            fix="Write canonical JSON (RFC 8785) and base64 with padding, and no other field",
        )
    return envelope


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r} is no text")
    return value
