"""What a witness refuses, and with which HTTP status."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record.checkpoint import open_checkpoint, sign_checkpoint
from sepakat.record.merkle import EMPTY_ROOT, HASH_SIZE, leaf_hash
from sepakat.record.note import Signer, sign_note
from sepakat.record.tile import TileReader, TileWriter
from sepakat.record.treehead import Checkpoint
from sepakat.record.witness import (
    AddCheckpoint,
    ForkError,
    WitnessError,
    WitnessState,
    check_add_checkpoint,
    parse_add_checkpoint,
)

LOG = Signer("log.example/one", b"1" * 32)
MOST = 400
TILES = TileWriter(0, lambda *_: b"").append([leaf_hash(b"%d" % number) for number in range(MOST)])


def reader(size: int) -> TileReader:
    return TileReader(lambda lv, ix, width: TILES[lv, ix][: width * HASH_SIZE], size)


def note_at(size: int, root: bytes | None = None, signer: Signer = LOG) -> bytes:
    return sign_checkpoint(Checkpoint("log.example/one", size, root or reader(size).root()), signer)


def state_at(size: int) -> WitnessState:
    return WitnessState(size, reader(size).root(), note_at(size))


def request_for(old: int, size: int) -> AddCheckpoint:
    proof = reader(size).consistency_proof(old) if old else []
    return AddCheckpoint(old, tuple(proof), note_at(size))


def refusal(request: AddCheckpoint, stored: WitnessState | None) -> WitnessError:
    with pytest.raises(WitnessError) as caught:
        check_add_checkpoint(request, LOG.verifier, stored)
    return caught.value


@given(st.integers(1, MOST), st.integers(0, MOST))
def test_honest_growth_is_taken(size, old):
    old = min(old, size)
    request = parse_add_checkpoint(request_for(old, size).encode())
    assert request == request_for(old, size)
    assert request.origin == "log.example/one"
    stored = state_at(old) if old else None
    checkpoint = check_add_checkpoint(request, LOG.verifier, stored)
    assert checkpoint == open_checkpoint(note_at(size), LOG.verifier).checkpoint


def test_first_checkpoint_of_an_empty_log_is_taken():
    request = AddCheckpoint(0, (), note_at(0))
    for stored in (None, WitnessState(0, EMPTY_ROOT)):
        assert check_add_checkpoint(request, LOG.verifier, stored).size == 0


def test_request_has_the_bytes_of_the_specification():
    request = AddCheckpoint(20852014, (b"\x01" * 32, b"\x02" * 32), b"checkpoint")
    one, two = (base64.b64encode(hash_).decode() for hash_ in request.proof)
    assert request.encode().decode() == f"old 20852014\n{one}\n{two}\n\ncheckpoint"
    assert AddCheckpoint(0, (), b"checkpoint").encode() == b"old 0\n\ncheckpoint"


HASH = base64.b64encode(bytes(32))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"old\n\n",
        b"old \n\n",
        b"old 01\n\n",
        b"old -1\n\n",
        b"old  1\n\n",
        b"Old 1\n\n",
        b"1\n\n",
        b"old 1\r\n\n",
        b"old 9223372036854775808\n\n",
        b"old 1\n",
        b"\n\n",
        b"old 1\n" + HASH[:-1] + b"\n\n",
        b"old 1\n " + HASH + b"\n\n",
        b"old 1\nAAAA\n\n",
        b"old 1\n\xe2\x80\x94\n\n",
        b"old 1\n" + (HASH + b"\n") * 64 + b"\n",
    ],
)
def test_malformed_request_gives_400(head):
    with pytest.raises(WitnessError) as caught:
        parse_add_checkpoint(head + note_at(3))
    assert caught.value.status == 400


def test_request_without_a_note_gives_400():
    for note in (b"", b"log.example/one\n3\n", note_at(3)[:-1]):
        with pytest.raises(WitnessError) as caught:
            parse_add_checkpoint(b"old 1\n\n" + note)
        assert caught.value.status == 400


def test_signature_of_another_or_a_damaged_one_gives_403():
    other = Signer("log.example/one", b"9" * 32)
    assert refusal(AddCheckpoint(0, (), note_at(3, signer=other)), None).status == 403
    edited = note_at(3).replace(b"\n3\n", b"\n4\n")
    assert refusal(AddCheckpoint(0, (), edited), None).status == 403
    moved = sign_note(f"log.example/two\n3\n{HASH.decode()}\n", [LOG]).encode()
    assert refusal(AddCheckpoint(0, (), moved), None).status == 403


def test_signed_text_that_is_no_checkpoint_gives_400():
    signed = sign_note(f"log.example/one\n03\n{HASH.decode()}\n", [LOG]).encode()
    assert refusal(AddCheckpoint(0, (), signed), None).status == 400


def test_old_size_above_the_checkpoint_gives_400():
    assert refusal(AddCheckpoint(5, (), note_at(3)), state_at(5)).status == 400


@pytest.mark.parametrize(("old", "stored"), [(0, 3), (2, 3), (4, 3), (3, 0)])
def test_old_size_that_is_not_the_stored_one_gives_409_with_the_stored_size(old, stored):
    error = refusal(request_for(old, 7), state_at(stored) if stored else None)
    assert (error.status, error.size) == (409, stored)
    assert not isinstance(error, ForkError)


def test_checkpoint_below_the_stored_one_is_never_taken():
    """It would roll the witness back."""
    for old in range(6):
        error = refusal(request_for(old, 5), state_at(7))
        assert (error.status, error.size) == (409, 7)


@given(st.data())
def test_wrong_proof_gives_422(data):
    size = data.draw(st.integers(2, MOST))
    old = data.draw(st.integers(1, size - 1))
    sound = request_for(old, size)
    at = data.draw(st.integers(0, len(sound.proof) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda h: h != sound.proof[at]))
    for proof in (
        sound.proof[:-1],
        (*sound.proof, other),
        (*sound.proof[:at], other, *sound.proof[at + 1 :]),
    ):
        wrong = AddCheckpoint(old, proof, sound.checkpoint)
        assert refusal(wrong, state_at(old)).status == 422


def test_proof_where_none_belongs_gives_422():
    proof = (bytes(32),)
    assert refusal(AddCheckpoint(0, proof, note_at(3)), None).status == 422
    assert refusal(AddCheckpoint(3, proof, note_at(3)), state_at(3)).status == 422


def test_rewritten_log_gives_422():
    rewritten = note_at(7, root=b"\x07" * 32)
    proof = tuple(reader(7).consistency_proof(3))
    assert refusal(AddCheckpoint(3, proof, rewritten), state_at(3)).status == 422


@pytest.mark.parametrize("old", [0, 3, 5])
def test_second_root_for_the_stored_size_is_a_fork_whatever_the_old_size(old):
    fork = note_at(5, root=b"\x05" * 32)
    error = refusal(AddCheckpoint(old, (), fork), state_at(5))
    assert isinstance(error, ForkError)
    assert (error.status, error.size) == (409, 5)
    roots = {
        open_checkpoint(note, LOG.verifier).checkpoint.root
        for note in (error.stored_note, error.note)
    }
    assert roots == {reader(5).root(), b"\x05" * 32}


def test_unsigned_second_root_is_no_fork():
    """Else anyone could make a log look like a cheat."""
    stranger = Signer("log.example/one", b"9" * 32)
    fork = note_at(5, root=b"\x05" * 32, signer=stranger)
    error = refusal(AddCheckpoint(5, (), fork), state_at(5))
    assert error.status == 403
    assert not isinstance(error, ForkError)
