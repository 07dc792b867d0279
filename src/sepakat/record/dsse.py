"""DSSE envelopes: bytes of a stated type with the signatures over them (DSSE v1.0.2)."""

from binascii import b2a_base64
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import orjson
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from sepakat.record.errors import InvalidError
from sepakat.record.keys import SigningKey

STATEMENT = "application/vnd.sepakat.statement+json"
MANIFEST = "application/vnd.sepakat.manifest+json"
MAX_SIGNATURES = 8


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: what a signature is made over."""
    return b"%b%d %b" % (_start(payload_type), len(payload), payload)


@lru_cache(maxsize=64)
def _start(payload_type: str) -> bytes:
    kind = payload_type.encode()
    return b"DSSEv1 %d %b " % (len(kind), kind)


# How they are read from JSON. Any base64 is read, with padding or without; `decode` sees to the
# one spelling.
_WIRE = ConfigDict(extra="forbid", strict=True, val_json_bytes="base64")


@with_config(_WIRE)
@dataclass(frozen=True, slots=True)
class Signature:
    keyid: str
    value: Annotated[bytes, Field(alias="sig")]


@with_config(_WIRE)
@dataclass(frozen=True, slots=True)
class Envelope:
    payload_type: Annotated[str, Field(alias="payloadType")]
    payload: bytes
    signatures: Annotated[tuple[Signature, ...], Field(min_length=1, max_length=MAX_SIGNATURES)]

    @property
    def signed(self) -> bytes:
        return pae(self.payload_type, self.payload)

    def encode(self) -> bytes:
        """Its one spelling: canonical JSON (RFC 8785), and base64 with padding."""
        parts = [
            b'{"payload":"',
            b2a_base64(self.payload, newline=False),
            b'","payloadType":',
            orjson.dumps(self.payload_type),
        ]
        before = b',"signatures":[{"keyid":'
        for one in self.signatures:
            sig = b2a_base64(one.value, newline=False)
            parts += (before, orjson.dumps(one.keyid), b',"sig":"', sig)
            before = b'"},{"keyid":'
        return b"".join((*parts, b'"}]}'))


_read = TypeAdapter(Envelope).validator.validate_json  # at half the cost of the adapter's own


def sign(payload_type: str, payload: bytes, *keys: SigningKey) -> Envelope:
    message = pae(payload_type, payload)
    signatures = tuple(Signature(key.public.keyid, key.sign(message)) for key in keys)
    return Envelope(payload_type, payload, signatures)


def decode(data: bytes) -> Envelope:
    """Parse an envelope; only its one canonical spelling is taken, so each has one digest."""
    try:
        envelope: Envelope = _read(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidError(f"not a DSSE envelope ({first['msg']})") from error
    signatures = envelope.signatures
    if len(signatures) > 1 and len({s.keyid for s in signatures}) < len(signatures):
        raise InvalidError("an envelope has one signature of a key")
    # Writing it again shows a second spelling of the JSON or of the base64.
    if envelope.encode() != data:
        raise InvalidError(
            "a DSSE envelope, but not in its one spelling",
            fix="Write canonical JSON (RFC 8785) and base64 with padding",
        )
    return envelope
