"""Keys, beside the cases of ed25519-speccheck and RFC 8032."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record.errors import InvalidError
from sepakat.record.keys import PublicKey, SigningKey, decode_base64

# What is wrong with each case, by the table of ed25519-speccheck. Its row for libsodium accepts
# case 3 alone, whose key has a part of small order; such a key cannot be registered here.
KEY = "key"
SIGNATURE = "signature"
FAULTS = [
    KEY,  # 0: key and R of small order, S zero
    KEY,  # 1: key of small order
    KEY,  # 2: R of small order, key of mixed order
    KEY,  # 3: key and R of mixed order
    KEY,  # 4: the same; only a verifier that multiplies by the cofactor accepts
    KEY,  # 5: the same, and reduced before that
    SIGNATURE,  # 6: S above the group's order
    SIGNATURE,  # 7: S far above it
    KEY,  # 8: R not canonical, key of mixed order
    KEY,  # 9: the same, hashed as its canonical form
]


@pytest.mark.parametrize(("place", "fault"), [*enumerate(FAULTS)])
def test_ambiguous_signatures_are_refused(shared: Path, place: int, fault: str) -> None:
    case = json.loads((shared / "vectors/ed25519/cases.json").read_text())[place]
    raw, message, signature = (
        bytes.fromhex(case[name]) for name in ("pub_key", "message", "signature")
    )
    if fault is KEY:
        with pytest.raises(InvalidError):
            PublicKey(raw)
    else:
        assert not PublicKey(raw).verifies(message, signature)


SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # not canonical
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  # not canonical
]


@pytest.mark.parametrize("key", SMALL_ORDER)
def test_keys_of_small_order_are_refused(key: str) -> None:
    with pytest.raises(InvalidError):
        PublicKey(bytes.fromhex(key))


@pytest.mark.parametrize("raw", [b"", b"\1" * 31, b"\1" * 33, b"\xff" * 32])
def test_what_is_no_point_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidError):
        PublicKey(raw)


# RFC 8032, section 7.1, tests 1 to 3.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_rfc_8032(
    seed: str, public: str, message: str, signature: str
) -> None:
    key = SigningKey(bytes.fromhex(seed))
    assert key.public.raw.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert PublicKey(bytes.fromhex(public)).verifies(
        bytes.fromhex(message), bytes.fromhex(signature)
    )


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_openssl_signs_alike_and_a_flipped_bit_is_refused(
    seed: bytes, message: bytes, bit: int
) -> None:
    key = SigningKey(seed)
    signature = key.sign(message)
    assert signature == Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    assert key.public.verifies(message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not key.public.verifies(message, bytes(flipped))
    assert not key.public.verifies(message + b"x", signature)


@pytest.mark.parametrize("length", [0, 63, 65, 128])
def test_signatures_of_another_length_are_refused(length: int) -> None:
    key = SigningKey(bytes(32))
    assert not key.public.verifies(b"", (key.sign(b"") * 2)[:length])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_seeds_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(InvalidError):
        SigningKey(bytes(length))


def test_a_private_key_does_not_show_itself() -> None:
    key = SigningKey(b"\x5a" * 32)
    shown = repr(key) + str(key)
    assert key.public.keyid in shown
    assert not any(secret in shown for secret in (key.seed.hex(), repr(key.seed)))


@given(st.binary(max_size=40), st.integers(0, 3), st.sampled_from("\n =-_A"))
def test_base64_has_one_spelling(raw: bytes, place: int, stray: str) -> None:
    text = base64.b64encode(raw).decode()
    assert decode_base64(text) == raw
    other = text[:place] + stray + text[place:]
    try:
        again = decode_base64(other)
    except InvalidError:
        return
    assert base64.b64encode(again).decode() == other


@pytest.mark.parametrize("text", ["QQ", "QQ=", "QR==", "QUI", "QUJ=", "QQ==\n", "é", "_-8=", "="])
def test_second_spellings_of_base64_are_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        decode_base64(text)
    with pytest.raises(InvalidError):
        PublicKey.parse(text)
