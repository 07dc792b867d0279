"""DSSE envelopes: bytes of a stated type with the signatures over them (DSSE v1.0.2)."""

import binascii
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
                "payload": _base64(self.payload),
                "payloadType": self.payload_type,
                "signatures": [
                    {"keyid": s.keyid, "sig": _base64(s.value)} for s in self.signatures
                ],
            }
        )


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def sign(payload_type: str, payload: bytes, *keys: SigningKey) -> Envelope:
    message = pae(payload_type, payload)
    signatures = tuple(Signature(key.public.keyid, key.sign(message)) for key in keys)
    return Envelope(payload_type, payload, signatures)


class _Wire(BaseModel):
    # Any base64 is read, with padding or without; `decode` sees to the one spelling.
    model_config = ConfigDict(extra="forbid", strict=True, val_json_bytes="base64")


class _Signature(_Wire):
    keyid: str
    sig: bytes


class _Envelope(_Wire):
    payload: bytes
    payload_type: Annotated[str, Field(alias="payloadType")]
    signatures: Annotated[list[_Signature], Field(min_length=1, max_length=MAX_SIGNATURES)]


_read = _Envelope.__pydantic_validator__.validate_json


def decode(data: bytes) -> Envelope:
    """Parse an envelope; only its one canonical spelling is taken, so each has one digest."""
    try:
        wire: _Envelope = _read(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidError(f"not a DSSE envelope ({first['msg']})") from error
    signatures = tuple([Signature(item.keyid, item.sig) for item in wire.signatures])
    envelope = Envelope(wire.payload_type, wire.payload, signatures)
    if len(signatures) > 1 and len({s.keyid for s in signatures}) < len(signatures):
        raise InvalidError("an envelope has one signature of a key")
    # Writing it again shows a second spelling of the JSON or of the base64.
    if envelope.encode() != data:
        raise InvalidError(
            "a DSSE envelope, but not in its one spelling",
            fix="Write canonical JSON (RFC 8785) and base64 with padding",
        )
    return envelope
