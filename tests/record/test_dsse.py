"""DSSE envelopes, beside the example that the specification publishes."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import canon, dsse
from sepakat.record.errors import InvalidError
from sepakat.record.keys import SigningKey

ONE, TWO = SigningKey(b"1" * 32), SigningKey(b"2" * 32)

# The example of protocol.md, "Test vectors": type, payload, signature, and the key's point.
TYPE, PAYLOAD = "http://example.com/HelloWorld", b"hello world"
SIGNATURE = (
    "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="
)
POINT = (
    46950820868899156662930047687818585632848591499744589407958293238635476079160,
    5640078356564379163099075877009565129882514886557779369047442380624545832820,
)


def test_what_is_signed_is_what_the_specification_signs() -> None:
    message = dsse.pae(TYPE, PAYLOAD)
    assert message == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    raw = base64.b64decode(SIGNATURE)
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicNumbers(*POINT, ec.SECP256R1()).public_key()
    key.verify(signature, message, ec.ECDSA(hashes.SHA256()))


def test_the_published_envelope_is_read() -> None:
    data = canon.encode(
        {
            "payload": "aGVsbG8gd29ybGQ=",
            "payloadType": TYPE,
            "signatures": [{"keyid": "66301bbf", "sig": SIGNATURE}],
        }
    )
    signature = dsse.Signature("66301bbf", base64.b64decode(SIGNATURE))
    assert dsse.decode(data) == dsse.Envelope(TYPE, PAYLOAD, (signature,))


def test_lengths_are_of_bytes_not_of_characters() -> None:
    assert dsse.pae("é", "한".encode()) == "DSSEv1 2 é 3 한".encode()


@given(st.binary(max_size=100), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_an_envelope_comes_back_as_it_was_signed(payload: bytes, payload_type: str) -> None:
    envelope = dsse.sign(payload_type, payload, ONE, TWO)
    assert dsse.decode(envelope.encode()) == envelope
    for key, signature in zip((ONE, TWO), envelope.signatures, strict=True):
        assert signature.keyid == key.public.keyid
        assert key.public.verifies(envelope.signed, signature.value)


def plain() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(dsse.sign(dsse.STATEMENT, b"payload!", ONE).encode())
    return value


def stray_bits(text: str) -> str:
    """Another base64 of the same bytes: the bits that padding makes idle are set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = text.rstrip("=")[-1]
    other = text.rstrip("=")[:-1] + alphabet[alphabet.index(last) + 1]
    spelling = other + "=" * (len(text) - len(other))
    assert base64.b64decode(spelling) == base64.b64decode(text)
    return spelling


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e | {"payload": stray_bits(e["payload"])},
        lambda e: e | {"payload": e["payload"].rstrip("=")},
        lambda e: e | {"payload": e["payload"] + "\n"},
        lambda e: e | {"payload": "-_-_"},
        lambda e: e | {"payload": 5},
        lambda e: e | {"payloadType": 5},
        lambda e: e | {"payloadType": None},
        lambda e: e | {"extra": 1},
        lambda e: {k: v for k, v in e.items() if k != "payloadType"},
        lambda e: e | {"signatures": []},
        lambda e: e | {"signatures": {}},
        lambda e: e | {"signatures": "none"},
        lambda e: e | {"signatures": [5]},
        lambda e: e | {"signatures": [{"sig": "QQ=="}]},
        lambda e: e | {"signatures": [{"keyid": "a", "sig": "QR=="}]},
        lambda e: e | {"signatures": [{"keyid": 5, "sig": "QQ=="}]},
        lambda e: e | {"signatures": [{"keyid": "a", "sig": "QQ==", "cert": ""}]},
        lambda e: e | {"signatures": e["signatures"] * 2},
        lambda e: e | {"signatures": [{"keyid": str(i), "sig": "QQ=="} for i in range(9)]},
        lambda e: [e],
        lambda e: "envelope",
        lambda e: None,
    ],
)
def test_second_spellings_and_strays_are_refused(change: Any) -> None:
    dsse.decode(canon.encode(plain()))
    with pytest.raises(InvalidError):
        dsse.decode(canon.encode(change(plain())))


@pytest.mark.parametrize(
    "spell",
    [
        lambda e: json.dumps(e).encode(),
        lambda e: canon.encode(e) + b"\n",
        lambda e: canon.encode(e).replace(b"/", b"\\/"),
        lambda e: canon.encode(e).replace(b"}]}", b'}],"signatures":[]}'),
        lambda e: canon.encode(e).replace(b'{"payload"', b'{"payload":"","payload"'),
        lambda e: b"\xff",
        lambda e: b"",
    ],
)
def test_envelopes_not_in_canonical_json_are_refused(spell: Any) -> None:
    with pytest.raises(InvalidError):
        dsse.decode(spell(plain()))


@given(st.data())
def test_any_changed_byte_is_refused_or_unsigns(data: st.DataObject) -> None:
    original = dsse.sign(dsse.STATEMENT, b"payload!", ONE)
    changed = bytearray(original.encode())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        envelope = dsse.decode(bytes(changed))
    except InvalidError:
        return
    assert not any(
        s.keyid == ONE.public.keyid and ONE.public.verifies(envelope.signed, s.value)
        for s in envelope.signatures
    )
