"""Proofs in one file: their bytes, and what they do not prove."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record.checkpoint import add_cosignatures, cosign, sign_checkpoint
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.merkle import HASH_SIZE, leaf_hash
from sepakat.record.note import KeyType, Signer
from sepakat.record.tile import TileReader, TileWriter
from sepakat.record.tlogproof import TlogProof, parse_tlog_proof
from sepakat.record.treehead import Checkpoint

LOG = Signer("log.example/one", b"1" * 32)
WITNESSES = [
    Signer(f"witness{number}.example", bytes([number]) * 32, KeyType.COSIGNATURE)
    for number in range(3)
]
KEYS = [witness.verifier for witness in WITNESSES]
MOST = 300
ENTRIES = [b"entry %d" % number for number in range(MOST)]
TILES = TileWriter(0, lambda *_: b"").append([leaf_hash(entry) for entry in ENTRIES])


def proof_of(index: int, size: int, witnesses: int = 2, extra: bytes = b"") -> TlogProof:
    reader = TileReader(lambda lv, ix, width: TILES[lv, ix][: width * HASH_SIZE], size)
    note = sign_checkpoint(Checkpoint("log.example/one", size, reader.root()), LOG)
    lines = [cosign(note, witness, 100) for witness in WITNESSES[:witnesses]]
    note = add_cosignatures(note, lines)
    return TlogProof(index, tuple(reader.inclusion_proof(index)), note, extra)


@given(st.data(), st.binary(max_size=50))
def test_proof_is_read_as_written_and_verifies(data, extra):
    size = data.draw(st.integers(1, MOST))
    index = data.draw(st.integers(0, size - 1))
    proof = proof_of(index, size, extra=extra)
    read = parse_tlog_proof(proof.encode())
    assert read == proof
    opened = read.verify(ENTRIES[index], LOG.verifier, KEYS)
    assert (opened.checkpoint.size, len(opened.cosignatures)) == (size, 2)


def test_file_has_the_bytes_of_the_specification():
    proof = proof_of(1, 3, extra=b"salt")
    one, two = (base64.b64encode(hash_).decode() for hash_ in proof.proof)
    note = proof.checkpoint_note.decode()
    assert proof.encode().decode() == (
        f"c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 1\n{one}\n{two}\n\n{note}"
    )
    note = proof_of(0, 1).checkpoint_note.decode()
    assert proof_of(0, 1).encode().decode() == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}"


@given(st.data())
def test_any_flipped_bit_is_refused(data):
    """All that the proof needs: it has no extra data, and every witness must have signed."""
    sound = proof_of(200, MOST).encode()
    bit = data.draw(st.integers(0, len(sound) * 8 - 1))
    damaged = (int.from_bytes(sound, "big") ^ (1 << bit)).to_bytes(len(sound), "big")
    try:
        opened = parse_tlog_proof(damaged).verify(ENTRIES[200], LOG.verifier, KEYS)
    except (InvalidError, ProofError):
        return
    assert len(opened.cosignatures) < 2  # a witness of another name is none that is known


def test_proof_for_another_entry_index_or_log_is_refused():
    proof = proof_of(200, MOST)
    with pytest.raises(ProofError, match="do not give the root"):
        proof.verify(ENTRIES[201], LOG.verifier)
    moved = TlogProof(201, proof.proof, proof.checkpoint_note)
    with pytest.raises(ProofError, match="do not give the root"):
        moved.verify(ENTRIES[200], LOG.verifier)
    with pytest.raises(ProofError, match="no known key"):
        proof.verify(ENTRIES[200], Signer("log.example/one", b"8" * 32).verifier)


def test_each_known_witness_counts_once():
    proof = proof_of(5, 9, witnesses=2)
    for keys, seen in ((KEYS, 2), (KEYS[:1], 1), (KEYS[:1] * 2, 1), ([], 0)):
        assert len(proof.verify(ENTRIES[5], LOG.verifier, keys).cosignatures) == seen
    doubled = TlogProof(
        proof.index,
        proof.proof,
        proof.checkpoint_note + cosign(proof.checkpoint_note, WITNESSES[0], 101).encode(),
    )
    assert len(doubled.verify(ENTRIES[5], LOG.verifier, KEYS).cosignatures) == 2


HASH = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "head",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n",
        " c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\r\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n",
        "c2sp.org/tlog-proof@v1\nindex\n",
        "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n",
        "c2sp.org/tlog-proof@v1\nextra \nindex 0\n",
        "c2sp.org/tlog-proof@v1\nextra c2FsdA\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra c2FsdA==\n",
        "c2sp.org/tlog-proof@v1\nextra c2FsdA==\nextra c2FsdA==\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nextra c2FsdA==\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{HASH[:-1]}\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nc2FsdA==\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{HASH}\n" * 64,
    ],
)
def test_malformed_file_is_refused(head):
    note = proof_of(0, 1).checkpoint_note
    with pytest.raises(InvalidError):
        parse_tlog_proof(f"{head}\n".encode() + note)


def test_file_without_its_checkpoint_is_refused():
    head = b"c2sp.org/tlog-proof@v1\nindex 0\n"
    for data in (b"", head, head + b"\n", head + proof_of(0, 1).checkpoint_note):
        with pytest.raises(InvalidError):
            parse_tlog_proof(data)
