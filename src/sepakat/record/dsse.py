"""DSSE envelopes: bytes of a stated type with the signatures over them (DSSE v1.0.2)."""

import base64
from dataclasses import dataclass

from sepakat.record import canon
from sepakat.record.errors import InvalidError
from sepakat.record.keys import SigningKey, decode_base64

STATEMENT = "application/vnd.sepakat.statement+json"
MANIFEST = "application/vnd.sepakat.manifest+json"
MAX_SIGNATURES = 8


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: what a signature is made over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Signature:
    keyid: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        return pae(self.payload_type, self.payload)

    def encode(self) -> bytes:
        return canon.encode(
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
    value = canon.decode(data)
    try:
        if set(value) != {"payload", "payloadType", "signatures"}:
            raise InvalidError("an envelope has payload, payloadType and signatures only")
        if not 1 <= len(value["signatures"]) <= MAX_SIGNATURES:
            raise InvalidError(f"an envelope has 1 to {MAX_SIGNATURES} signatures")
        if any(set(item) != {"keyid", "sig"} for item in value["signatures"]):
            raise InvalidError("a signature has keyid and sig only")
        return Envelope(
            str(value["payloadType"]),
            decode_base64(value["payload"]),
            tuple(
                Signature(str(item["keyid"]), decode_base64(item["sig"]))
                for item in value["signatures"]
            ),
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise InvalidError("not a DSSE envelope") from error
