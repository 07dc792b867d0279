"""Sealing: what opens, what must not, and the bytes a second implementation would need."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.seal import (
    SealingKey,
    SealingPublicKey,
    decrypt_at_rest,
    encrypt_at_rest,
    seal,
    unseal,
)

KEY = SealingKey.generate()
FILE_KEY = bytes(range(32))
PLAINTEXT = b"a delivery of 12 simulators, to be verified in June"
CONTEXT = b"digest and label"
SEALED = seal(PLAINTEXT, KEY.public, CONTEXT)
AT_REST = encrypt_at_rest(PLAINTEXT, FILE_KEY, CONTEXT)


def labelled(suite: bytes, label: bytes, data: bytes) -> bytes:
    return b"HPKE-v1" + suite + label + data


def open_by_the_specifications(sealed: bytes, key: SealingKey, context: bytes) -> bytes:
    """Opens with X-Wing's combiner and RFC 9180's key schedule, both written out here."""
    seeds, public = key.to_bytes(), key.public.to_bytes()
    count = int.from_bytes(sealed[5:7], "big")
    sealed_key, box = sealed[7 : 7 + count], sealed[7 + count :]
    enc, encrypted_key = sealed_key[:1120], sealed_key[1120:]

    # draft-connolly-cfrg-xwing-kem, section 5.4
    mlkem = MLKEM768PrivateKey.from_seed_bytes(seeds[:64]).decapsulate(enc[:1088])
    x25519 = X25519PrivateKey.from_private_bytes(seeds[64:]).exchange(
        X25519PublicKey.from_public_bytes(enc[1088:])
    )
    joined = mlkem + x25519 + enc[1088:] + public[1184:] + rb"\.//^" + b"\\"
    shared = hashlib.sha3_256(joined).digest()

    # RFC 9180, sections 4 and 5.1, mode_base
    suite = b"HPKE" + bytes.fromhex("647a00010002")
    info = b"SPKS\x01" + context
    id_hash = hmac.digest(bytes(32), labelled(suite, b"psk_id_hash", b""), "sha256")
    info_hash = hmac.digest(bytes(32), labelled(suite, b"info_hash", info), "sha256")
    secret = hmac.digest(shared, labelled(suite, b"secret", b""), "sha256")

    def expand(label: bytes, length: int) -> bytes:
        data = length.to_bytes(2, "big") + labelled(suite, label, b"\0" + id_hash + info_hash)
        return hmac.digest(secret, data + b"\1", "sha256")[:length]

    nonce = expand(b"base_nonce", 12)
    record_key = AESGCM(expand(b"key", 32)).decrypt(nonce, encrypted_key, b"")
    return AESGCM(record_key).decrypt(box[:12], box[12:], info)


def test_sealed_bytes_open_by_the_written_specifications_alone() -> None:
    assert open_by_the_specifications(SEALED, KEY, CONTEXT) == PLAINTEXT


def test_key_bytes_are_x_wings() -> None:
    """First vector of draft-connolly-cfrg-xwing-kem, appendix C: ends of the public key."""
    seed = bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")
    public = SealingKey.from_bytes(hashlib.shake_256(seed).digest(96)).public.to_bytes().hex()
    assert public.startswith("e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5")
    assert public.endswith("859edb06eff389b27dce59844570216223593d4ba32d9abac8cd049040ef6534")


def test_layout_of_a_sealed_record() -> None:
    assert SEALED[:7] == b"SPKS\x01" + (1168).to_bytes(2, "big")
    assert len(SEALED) == 7 + 1168 + 12 + len(PLAINTEXT) + 16


def test_layout_of_a_file_at_rest() -> None:
    assert AT_REST[:5] == b"SPKR\x01"
    opened = AESGCM(FILE_KEY).decrypt(AT_REST[5:17], AT_REST[17:], b"SPKR\x01" + CONTEXT)
    assert opened == PLAINTEXT


@given(st.binary(max_size=5000), st.binary(max_size=200))
def test_what_was_sealed_opens(plaintext: bytes, context: bytes) -> None:
    assert unseal(seal(plaintext, KEY.public, context), KEY, context) == plaintext


@given(st.binary(max_size=5000), st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_was_encrypted_at_rest_opens(plaintext: bytes, key: bytes, context: bytes) -> None:
    assert decrypt_at_rest(encrypt_at_rest(plaintext, key, context), key, context) == plaintext


@given(st.binary(min_size=8, max_size=500))
def test_plaintext_does_not_show(plaintext: bytes) -> None:
    assert plaintext not in seal(plaintext, KEY.public, CONTEXT)
    assert plaintext not in encrypt_at_rest(plaintext, FILE_KEY, CONTEXT)


def test_keys_survive_being_stored() -> None:
    stored = SealingKey.from_bytes(KEY.to_bytes())
    public = SealingPublicKey.from_bytes(KEY.public.to_bytes())
    assert len(KEY.to_bytes()) == 96
    assert unseal(seal(PLAINTEXT, public, CONTEXT), stored, CONTEXT) == PLAINTEXT


def test_every_flipped_byte_of_a_sealed_record_is_refused() -> None:
    for index in range(len(SEALED)):
        changed = bytearray(SEALED)
        changed[index] ^= 1 << index % 8
        with pytest.raises(ProofError):
            unseal(bytes(changed), KEY, CONTEXT)


def test_every_flipped_byte_of_a_file_at_rest_is_refused() -> None:
    for index in range(len(AT_REST)):
        changed = bytearray(AT_REST)
        changed[index] ^= 1 << index % 8
        with pytest.raises(ProofError):
            decrypt_at_rest(bytes(changed), FILE_KEY, CONTEXT)


def test_every_truncation_is_refused() -> None:
    for size in range(len(SEALED)):
        with pytest.raises(ProofError):
            unseal(SEALED[:size], KEY, CONTEXT)
    for size in range(len(AT_REST)):
        with pytest.raises(ProofError):
            decrypt_at_rest(AT_REST[:size], FILE_KEY, CONTEXT)


def test_added_bytes_are_refused() -> None:
    with pytest.raises(ProofError):
        unseal(SEALED + b"\0", KEY, CONTEXT)
    with pytest.raises(ProofError):
        decrypt_at_rest(AT_REST + b"\0", FILE_KEY, CONTEXT)


def test_another_recipient_cannot_open() -> None:
    with pytest.raises(ProofError):
        unseal(SEALED, SealingKey.generate(), CONTEXT)


def test_another_file_key_cannot_open() -> None:
    with pytest.raises(ProofError):
        decrypt_at_rest(AT_REST, bytes(32), CONTEXT)


@pytest.mark.parametrize("context", [b"", CONTEXT + b"\0", CONTEXT[:-1], b"other"])
def test_another_context_is_refused(context: bytes) -> None:
    with pytest.raises(ProofError):
        unseal(SEALED, KEY, context)
    with pytest.raises(ProofError):
        decrypt_at_rest(AT_REST, FILE_KEY, context)


def test_payload_of_another_record_is_refused() -> None:
    other = seal(PLAINTEXT[::-1], KEY.public, CONTEXT)
    with pytest.raises(ProofError):
        unseal(SEALED[: 7 + 1168] + other[7 + 1168 :], KEY, CONTEXT)


def test_each_record_has_its_own_key() -> None:
    again = seal(PLAINTEXT, KEY.public, CONTEXT)
    assert again[7 : 7 + 1168] != SEALED[7 : 7 + 1168]
    assert again[7 + 1168 :] != SEALED[7 + 1168 :]


def test_a_refusal_does_not_say_why() -> None:
    changed_key = SEALED[:20] + bytes([SEALED[20] ^ 1]) + SEALED[21:]
    cases = [(SEALED, b"other"), (b"", CONTEXT), (SEALED[:-1], CONTEXT), (changed_key, CONTEXT)]
    messages = set()
    for sealed, context in cases:
        with pytest.raises(ProofError) as refused:
            unseal(sealed, KEY, context)
        messages.add(str(refused.value))
    assert len(messages) == 1


@pytest.mark.parametrize("size", [0, 32, 95, 97])
def test_private_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(InvalidError):
        SealingKey.from_bytes(bytes(size))


@pytest.mark.parametrize("size", [0, 32, 1215, 1217])
def test_public_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(InvalidError):
        SealingPublicKey.from_bytes(bytes(size))


@pytest.mark.parametrize(
    "unsound",
    [
        b"\xff" * 1184 + KEY.public.to_bytes()[1184:],  # coefficients above q
        KEY.public.to_bytes()[:1184] + bytes(32),  # a point of small order
    ],
)
def test_unsound_public_key_is_refused(unsound: bytes) -> None:
    with pytest.raises(InvalidError):
        SealingPublicKey.from_bytes(unsound)


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33])
def test_file_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(InvalidError):
        encrypt_at_rest(PLAINTEXT, bytes(size), CONTEXT)
    with pytest.raises(InvalidError):
        decrypt_at_rest(AT_REST, bytes(size), CONTEXT)
