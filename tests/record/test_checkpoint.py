"""Checkpoints, against a published log and against damage."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import tile
from sepakat.record.checkpoint import add_cosignatures, cosign, open_checkpoint, sign_checkpoint
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.merkle import (
    EMPTY_ROOT,
    HASH_SIZE,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from sepakat.record.note import KeyType, Note, Signature, Signer, parse_note, parse_vkey, sign_note
from sepakat.record.tile import TileReader, TileWriter
from sepakat.record.treehead import Checkpoint, parse_checkpoint

TESSERA_VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
LOG = Signer("log.example/one", b"1" * 32)
WITNESS = Signer("witness.example", b"2" * 32, KeyType.COSIGNATURE)
OTHER = Signer("other.example", b"3" * 32, KeyType.COSIGNATURE)
CHECKPOINT = Checkpoint("log.example/one", 20852163, bytes(range(32)))
SIGNED = sign_checkpoint(CHECKPOINT, LOG)


@pytest.fixture(scope="module")
def tessera(shared: Path) -> Path:
    """A log of 15 entries that another implementation wrote."""
    return shared / "vectors" / "tessera-log"


def tessera_checkpoint(tessera: Path, size: int) -> Checkpoint:
    data = (tessera / f"checkpoint.{size}").read_bytes()
    opened = open_checkpoint(data, parse_vkey(TESSERA_VKEY))
    assert opened.note.encode() == data
    assert opened.checkpoint.encode() == opened.note.text
    assert opened.checkpoint.size == size
    return opened.checkpoint


def test_published_log_has_the_tiles_and_roots_that_its_entries_give(tessera):
    entries = tile.decode_entries((tessera / tile.entries_path(0, 15)).read_bytes(), 15)
    assert tile.encode_entries(entries) == (tessera / tile.entries_path(0, 15)).read_bytes()
    assert (tessera / "checkpoint").read_bytes() == (tessera / "checkpoint.15").read_bytes()
    writer = TileWriter(0, lambda *_: b"")
    assert tessera_checkpoint(tessera, 0).root == writer.root()
    for size, entry in enumerate(entries, 1):
        changed = writer.append([leaf_hash(entry)])
        assert changed == {(0, 0): (tessera / tile.tile_path(0, 0, size)).read_bytes()}
        assert tessera_checkpoint(tessera, size).root == writer.root()
        bundle = (tessera / tile.entries_path(0, size)).read_bytes()
        assert tile.decode_entries(bundle, size) == entries[:size]


def test_published_log_is_consistent_between_all_sizes(tessera):
    def read(level: int, index: int, width: int) -> bytes:
        return (tessera / tile.tile_path(level, index, width)).read_bytes()

    roots = [tessera_checkpoint(tessera, size).root for size in range(16)]
    for size in range(1, 16):
        reader = TileReader(read, size)
        leaves = [reader.subtree(0, index) for index in range(size)]
        tile.verify_tiles(size, roots[size], read, leaves)
        for index in range(size):
            proof = reader.inclusion_proof(index)
            verify_inclusion(index, size, leaves[index], proof, roots[size])
            proof = reader.consistency_proof(index + 1)
            verify_consistency(index + 1, size, proof, roots[index + 1], roots[size])


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_checkpoint_is_read_as_written(size, root):
    checkpoint = Checkpoint("log.example/one", size, root)
    assert parse_checkpoint(checkpoint.encode()) == checkpoint
    assert open_checkpoint(sign_checkpoint(checkpoint, LOG), LOG.verifier).checkpoint == checkpoint


ROOT = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log\n1\n{ROOT}",
        f"log\n1\n{ROOT}\nextension\n",
        f"log\n1\n{ROOT}\n\n",
        f"\n1\n{ROOT}\n",
        f"log\n\n{ROOT}\n",
        f"log\n01\n{ROOT}\n",
        f"log\n+1\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n1.0\n{ROOT}\n",
        f"log\n 1\n{ROOT}\n",
        f"log\n1_0\n{ROOT}\n",
        f"log\n٣\n{ROOT}\n",
        f"log\n{2**63}\n{ROOT}\n",
        f"log\n{'9' * 5000}\n{ROOT}\n",
        f"log\n0\n{ROOT}\n",
        f"log\n1\n{ROOT[:-1]}\n",
        f"log\n1\n{ROOT[:-2]}9=\n",
        f"log\n1\n{ROOT} \n",
        f"log\n1\n{base64.b64encode(bytes(31)).decode()}\n",
        f"log\n1\n{base64.b64encode(bytes(33)).decode()}\n",
        "log\n1\n\n",
    ],
)
def test_text_that_is_not_canonical_is_refused(text):
    with pytest.raises(InvalidError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "fields",
    [
        ("", 1, bytes(32)),
        ("a\nb", 1, bytes(32)),
        ("a", -1, bytes(32)),
        ("a", 2**63, bytes(32)),
        ("a", 0, bytes(32)),
        ("a", 1, bytes(31)),
    ],
)
def test_impossible_checkpoint_is_not_made(fields):
    with pytest.raises(InvalidError):
        Checkpoint(*fields)


def test_empty_log_has_a_checkpoint():
    checkpoint = Checkpoint("log.example/one", 0, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(checkpoint, LOG), LOG.verifier).checkpoint == checkpoint


def test_a_log_cannot_sign_or_be_taken_for_another():
    other = Signer("log.example/two", b"1" * 32)
    with pytest.raises(InvalidError, match="cannot sign for"):
        sign_checkpoint(CHECKPOINT, other)
    forged = sign_note(CHECKPOINT.encode(), [other]).encode()
    with pytest.raises(ProofError, match="it is of"):
        open_checkpoint(forged, other.verifier)
    with pytest.raises(ProofError, match="no known key"):
        open_checkpoint(forged, LOG.verifier)


def test_cosignatures_do_not_stand_in_for_the_logs_signature():
    note = parse_note(SIGNED)
    cosigned = Note(note.text, (WITNESS.sign(note.text, 1),)).encode()
    with pytest.raises(ProofError, match="has not signed it"):
        open_checkpoint(cosigned, LOG.verifier, [WITNESS.verifier])


def test_keys_of_the_wrong_type_are_refused():
    with pytest.raises(InvalidError, match="not a log's"):
        open_checkpoint(SIGNED, WITNESS.verifier)
    with pytest.raises(InvalidError, match="not a log's"):
        sign_checkpoint(CHECKPOINT, WITNESS)
    with pytest.raises(InvalidError, match="of another type"):
        open_checkpoint(SIGNED, LOG.verifier, [Signer("w.example", b"9" * 32).verifier])
    with pytest.raises(InvalidError, match="time"):
        cosign(SIGNED, LOG, 1)


def test_cosignatures_are_added_and_opened():
    lines = [cosign(SIGNED, WITNESS, 100), cosign(SIGNED, OTHER, 200)]
    data = add_cosignatures(SIGNED, lines)
    assert data.startswith(SIGNED)
    opened = open_checkpoint(data, LOG.verifier, [WITNESS.verifier, OTHER.verifier])
    assert opened.cosignatures == (("witness.example", 100), ("other.example", 200))
    assert open_checkpoint(data, LOG.verifier).cosignatures == ()
    assert add_cosignatures(data, lines) == data


def test_a_witness_that_cosigned_with_two_keys_counts_once():
    second = Signer("witness.example", b"2" * 32, KeyType.ML_DSA_COSIGNATURE)
    lines = [cosign(SIGNED, WITNESS, 100), cosign(SIGNED, second, 101), cosign(SIGNED, OTHER, 200)]
    data = add_cosignatures(SIGNED, lines)
    keys = [WITNESS.verifier, second.verifier, OTHER.verifier]
    opened = open_checkpoint(data, LOG.verifier, keys)
    assert len(opened.cosignatures) == 3
    assert opened.witnesses == (("witness.example", 100), ("other.example", 200))
    # By either key alone, as who has the other does not know it.
    for key in keys:
        assert len(open_checkpoint(data, LOG.verifier, [key]).cosignatures) == 1
    forged = data.replace(lines[1].encode()[-40:], b"A" * 37 + lines[1].encode()[-3:])
    with pytest.raises(ProofError, match="does not verify"):
        open_checkpoint(forged, LOG.verifier, keys)


def test_of_each_witness_only_the_cosignature_added_last_is_kept():
    """Even if the one before claims a later time: it may be a false line."""
    forged = Signature(WITNESS.verifier.name, WITNESS.verifier.key_id, b"\x7f" * 72)
    data = add_cosignatures(SIGNED, [str(forged), cosign(SIGNED, WITNESS, 9)])
    data = add_cosignatures(data, [cosign(SIGNED, WITNESS, 5).rstrip("\n")])
    opened = open_checkpoint(data, LOG.verifier, [WITNESS.verifier])
    assert opened.cosignatures == (("witness.example", 5),)
    assert len(opened.note.signatures) == 2


def test_a_cosignature_cannot_push_out_the_logs_signature():
    forged = Signature(LOG.verifier.name, LOG.verifier.key_id, bytes(72))
    for line in (str(forged), str(LOG.sign(CHECKPOINT.encode()))):
        with pytest.raises(InvalidError, match="not a cosignature"):
            add_cosignatures(SIGNED, [line])


def test_cosignature_of_another_checkpoint_refuses_the_note():
    other = sign_checkpoint(Checkpoint("log.example/one", 5, bytes(HASH_SIZE)), LOG)
    data = add_cosignatures(SIGNED, [cosign(other, WITNESS, 1)])
    with pytest.raises(ProofError, match=r"witness\.example does not verify"):
        open_checkpoint(data, LOG.verifier, [WITNESS.verifier])


@given(st.data())
def test_any_flipped_bit_of_a_cosigned_checkpoint_is_refused_or_loses_the_cosignature(data):
    """A bit in the witness's name or key ID makes it an unknown key, which is passed over."""
    sound = add_cosignatures(SIGNED, [cosign(SIGNED, WITNESS, 100)])
    bit = data.draw(st.integers(0, len(sound) * 8 - 1))
    damaged = (int.from_bytes(sound, "big") ^ (1 << bit)).to_bytes(len(sound), "big")
    try:
        opened = open_checkpoint(damaged, LOG.verifier, [WITNESS.verifier])
    except (InvalidError, ProofError):
        return
    assert opened.checkpoint == CHECKPOINT
    assert opened.cosignatures == ()


def test_cosign_refuses_what_is_no_checkpoint():
    with pytest.raises(InvalidError, match="three lines"):
        cosign(sign_note("anything\n", [LOG]).encode(), WITNESS, 1)
