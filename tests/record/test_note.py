"""Signed notes: what is read, what is refused, and whose signature counts."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import note
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.keys import SigningKey
from sepakat.record.note import KeyType, Note, Signature, Signer, VerifierKey

VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
TEXT = "Something that two nations agree on.\n\nIt has an empty line and a — dash.\n"
FIRST = Signer("first.example/log", b"1" * 32)
SECOND = Signer("second.example/log", b"2" * 32)
WITNESS = Signer("witness.example", b"3" * 32, KeyType.COSIGNATURE)
ML_DSA_WITNESS = Signer("witness.example", b"3" * 32, KeyType.ML_DSA_COSIGNATURE)
CHECKPOINT = "log.example/one\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

# A checkpoint of the tests of torchwood 0.10.0, whose log signs with a key of type 06, at time 0:
# https://github.com/FiloSottile/torchwood, cmd/litewitness/testdata/mldsa.txt.
TORCHWOOD = Path(__file__).parent / "torchwood"


# A checkpoint of a public log, as one of its witnesses and two other keys have signed it.
PUBLIC_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
PUBLIC_CHECKPOINT = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3\
urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI7\
5MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk\
5XeU/zZ0WBxtqB0DrAWfBw==
"""


def vkey(key: VerifierKey) -> str:
    return note.encode_vkey(key.name, key.type, key.public)


def test_cosignature_of_a_public_witness_verifies():
    key = note.parse_vkey(PUBLIC_WITNESS)
    assert vkey(key) == PUBLIC_WITNESS
    data = PUBLIC_CHECKPOINT.encode()
    opened, [(signed_by, cosignature)] = note.open_note(data, [key])
    assert opened.encode() == data
    assert signed_by == key
    assert note.cosignature_time(cosignature.value) == 1779573024
    with pytest.raises(ProofError, match="does not verify"):
        note.open_note(data.replace(b"1432088532", b"1432088533"), [key])


def test_published_ml_dsa_signature_verifies():
    key = note.parse_vkey((TORCHWOOD / "vkey").read_text().strip())
    data = (TORCHWOOD / "checkpoint").read_bytes()
    _, [(signed_by, signature)] = note.open_note(data, [key])
    assert (signed_by, note.cosignature_time(signature.value)) == (key, 0)
    for old, new in ((b"mldsa-log\n1\n", b"mldsa-log\n2\n"), (b"+zoE", b"+zoF")):
        assert old in data
        with pytest.raises(ProofError, match="does not verify"):
            note.open_note(data.replace(old, new, 1), [key])


def test_ml_dsa_cosignature_signs_its_time_and_its_witness():
    value = ML_DSA_WITNESS.sign(CHECKPOINT, 1_700_000_000).value
    key = ML_DSA_WITNESS.verifier
    assert key.verifies(CHECKPOINT, value)
    later = (1_700_000_001).to_bytes(8, "big") + value[8:]
    for wrong in (later, value[8:], value + b"x", value[:-1], value[:8], value[:7], b""):
        assert not key.verifies(CHECKPOINT, wrong)
    renamed = VerifierKey("other.example", key.type, key.public)
    assert not renamed.verifies(CHECKPOINT, value)
    assert not key.verifies(CHECKPOINT.replace("log.example", "log.examplf"), value)
    assert not key.verifies(CHECKPOINT.replace("\n7\n", "\n8\n"), value)


@pytest.mark.parametrize(
    "text",
    [TEXT, CHECKPOINT + "extension\n", "x" * 256 + CHECKPOINT, CHECKPOINT.replace("7", "07")],
)
def test_what_an_ml_dsa_cosignature_would_not_cover_is_neither_signed_nor_verified(text):
    with pytest.raises(InvalidError):
        ML_DSA_WITNESS.sign(text, 1)
    assert not ML_DSA_WITNESS.verifier.verifies(text, ML_DSA_WITNESS.sign(CHECKPOINT, 1).value)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])), st.booleans())
def test_note_opens_as_signed(text, empty_line):
    text += "\n\n" if empty_line else "\n"
    signed = note.sign_note(text, [FIRST, SECOND])
    opened, verified = note.open_note(signed.encode(), [FIRST.verifier, SECOND.verifier])
    assert opened == signed
    assert [key for key, _ in verified] == [FIRST.verifier, SECOND.verifier]


@given(st.data())
def test_any_flipped_bit_is_refused(data):
    sound = note.sign_note(TEXT, [FIRST]).encode()
    bit = data.draw(st.integers(0, len(sound) * 8 - 1))
    damaged = (int.from_bytes(sound, "big") ^ (1 << bit)).to_bytes(len(sound), "big")
    with pytest.raises((InvalidError, ProofError)):
        note.open_note(damaged, [FIRST.verifier])


WIDE = "wide\u3000space"


def line(name: str = "first.example/log", raw: bytes = b"1234signature") -> str:
    return f"— {name} {base64.b64encode(raw).decode()}\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        "text\n\n— name\n".encode(),
        f"text\n{line()}".encode(),
        f"text\n\n{line()}".encode()[:-1],
        f"text\n\n{line()}\n".encode(),
        f"text\n\n{line()}more\n".encode(),
        f"te\txt\n\n{line()}".encode(),
        f"te\rxt\n\n{line()}".encode(),
        f"te\0xt\n\n{line()}".encode(),
        f"text\n\n{line()}".encode().replace(b"\n", b"\r\n"),
        f"text\n\n{line()}".replace("— ", "- ").encode(),
        f"text\n\n{line()}".replace("— ", "—").encode(),
        f"text\n\n{line()}".replace("— ", "\u2013 ").encode(),
        f"text\n\n {line()}".encode(),
        f"text\n\n{line('')}".encode(),
        f"text\n\n{line('two words')}".encode(),
        f"text\n\n{line(WIDE)}".encode(),
        f"text\n\n{line('a+b')}".encode(),
        f"text\n\n{line(raw=b'1234')}".encode(),
        f"text\n\n{line(raw=b'')}".encode(),
        f"text\n\n{line(raw=b'1234x')}".replace("=", "").encode(),
        "text\n\n— name MTIzNDV=\n".encode(),  # stray bits before the padding
        "text\n\n— name MTIz NDU2\n".encode(),
        "text\n\n— name MTIzND-_\n".encode(),
        f"text\xff\n\n{line()}".encode("latin-1", "replace"),
        b"te\xed\xa0\x80xt\n\n" + line().encode(),  # half of a surrogate pair
        b"te\xc0\xaext\n\n" + line().encode(),  # an overlong full stop
        f"text\n\n{line() * 101}".encode(),
    ],
)
def test_malformed_note_is_refused(data):
    with pytest.raises(InvalidError):
        note.parse_note(data)


def test_limits_are_where_they_are_said_to_be():
    data = f"text\n\n{line() * 100}".encode()
    assert len(note.parse_note(data).signatures) == 100
    note.parse_note(data, limit=len(data))
    with pytest.raises(InvalidError, match="longer than"):
        note.parse_note(data, limit=len(data) - 1)


def test_text_may_have_any_line_separator_but_the_newline_is_the_only_one():
    text = "a\u2028b\u0085c\x7f\n"
    signed = note.sign_note(text, [FIRST]).encode()
    assert note.open_note(signed, [FIRST.verifier])[0].text == text


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "null\0\n"])
def test_text_that_cannot_be_a_note_is_not_signed(text):
    with pytest.raises(InvalidError):
        note.sign_note(text, [FIRST])


def test_unknown_keys_are_passed_over_even_with_a_known_name_or_key_id():
    signed = note.sign_note(TEXT, [FIRST])
    strangers = (
        Signature(FIRST.verifier.name, b"anon", b"not a signature"),
        Signature("stranger.example", FIRST.verifier.key_id, b"not a signature"),
    )
    data = Note(TEXT, strangers + signed.signatures).encode()
    opened, verified = note.open_note(data, [FIRST.verifier, SECOND.verifier])
    assert verified == [(FIRST.verifier, signed.signatures[0])]
    assert len(opened.signatures) == 3
    with pytest.raises(ProofError, match="no known key"):
        note.open_note(Note(TEXT, strangers).encode(), [FIRST.verifier])


@pytest.mark.parametrize("position", [0, 1])
def test_bad_signature_of_a_known_key_refuses_the_whole_note(position):
    signatures = list(note.sign_note(TEXT, [SECOND]).signatures)
    other = FIRST.sign("another text\n")
    signatures.insert(position, other)
    data = Note(TEXT, tuple(signatures)).encode()
    note.open_note(data, [SECOND.verifier])
    with pytest.raises(ProofError, match=r"first\.example/log does not verify"):
        note.open_note(data, [SECOND.verifier, FIRST.verifier])


def test_a_key_that_signed_twice_counts_once():
    twice = Note(TEXT, (WITNESS.sign(TEXT, 1), WITNESS.sign(TEXT, 2)))
    _, verified = note.open_note(twice.encode(), [WITNESS.verifier])
    assert verified == [(WITNESS.verifier, twice.signatures[0])]


def test_cosignature_signs_its_time():
    cosignature = WITNESS.sign(TEXT, 1_700_000_000)
    assert note.cosignature_time(cosignature.value) == 1_700_000_000
    assert WITNESS.verifier.verifies(TEXT, cosignature.value)
    later = (1_700_000_001).to_bytes(8, "big") + cosignature.value[8:]
    for wrong in (later, cosignature.value[8:], cosignature.value + b"x", b""):
        assert not WITNESS.verifier.verifies(TEXT, wrong)


def test_cosignature_with_a_time_beyond_63_bits_does_not_verify():
    signed = SigningKey(b"3" * 32).sign(f"cosignature/v1\ntime {1 << 63}\n{TEXT}".encode())
    assert not WITNESS.verifier.verifies(TEXT, (1 << 63).to_bytes(8, "big") + signed)
    signed = SigningKey(b"3" * 32).sign(f"cosignature/v1\ntime 7\n{TEXT}".encode())
    assert WITNESS.verifier.verifies(TEXT, (7).to_bytes(8, "big") + signed)


@pytest.mark.parametrize("time", [None, -1, 1 << 63])
def test_cosignature_without_a_proper_time_is_not_made(time):
    with pytest.raises(InvalidError, match="time"):
        WITNESS.sign(TEXT, time)


def test_a_signature_of_one_type_is_none_of_the_other():
    as_log = Signer("both.example", b"4" * 32)
    as_witness = Signer("both.example", b"4" * 32, KeyType.COSIGNATURE)
    assert as_log.verifier.key_id != as_witness.verifier.key_id
    assert not as_witness.verifier.verifies(TEXT, as_log.sign(TEXT).value)
    assert not as_log.verifier.verifies(TEXT, as_witness.sign(TEXT, 1).value)
    with pytest.raises(InvalidError, match="only a cosignature"):
        as_log.sign(TEXT, 1)


@given(st.sampled_from([FIRST, SECOND, WITNESS, ML_DSA_WITNESS]), st.data())
def test_verifier_key_is_read_as_written_and_not_with_a_flipped_bit(signer, data):
    text = vkey(signer.verifier)
    assert note.parse_vkey(text) == signer.verifier
    bit = data.draw(st.integers(0, len(text) * 7 - 1))
    at, place = divmod(bit, 7)
    damaged = text[:at] + chr(ord(text[at]) ^ (1 << place)) + text[at + 1 :]
    with pytest.raises(InvalidError):
        note.parse_vkey(damaged)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+12345678",
        VKEY.upper(),
        VKEY.replace("33d7b496", "33D7B496"),
        VKEY.replace("testdata", "test data"),
        VKEY + "\n",
        VKEY[:-4],
        note.encode_vkey("short", KeyType.ED25519, b"k" * 31),
        note.encode_vkey("empty", KeyType.ED25519, b""),
        note.encode_vkey("short", KeyType.ML_DSA_COSIGNATURE, b"k" * 1311),
        note.encode_vkey("ed25519", KeyType.ML_DSA_COSIGNATURE, b"k" * 32),
        note.encode_vkey("small-order", KeyType.ED25519, b"\x01" + bytes(31)),
        "name+aabbccdd+",
        "name+aabbccdd+Bg==",
    ],
)
def test_key_that_is_not_canonical_or_not_sound_is_refused(text):
    with pytest.raises(InvalidError):
        note.parse_vkey(text)
