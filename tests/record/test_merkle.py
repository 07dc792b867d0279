"""Merkle hashes and proofs, against published vectors and a plain reading of RFC 6962."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import merkle
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

LEAVES = [leaf_hash(b"entry %d" % number) for number in range(600)]


def reference_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is written there, from leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(reference_root(leaves[:split]), reference_root(leaves[split:]))


def subtree(level: int, index: int) -> bytes:
    leaves = LEAVES[index << level : (index + 1) << level]
    assert len(leaves) == 1 << level, "a proof may only use perfect subtrees"
    return reference_root(leaves)


def vectors(shared: Path, kind: str) -> list[tuple[Path, dict]]:
    paths = sorted((shared / "vectors" / "merkle" / kind).rglob("*.json"))
    return [(path, json.loads(path.read_text())) for path in paths]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def refuses(check, *arguments) -> bool:
    try:
        check(*arguments)
    except ProofError:
        return True
    return False


def test_published_inclusion_proofs_get_their_verdict(shared):
    cases = vectors(shared, "inclusion")
    assert len(cases) == 98
    wrong = [
        str(path)
        for path, case in cases
        if case["wantErr"]
        != refuses(
            merkle.verify_inclusion,
            case["leafIdx"],
            case["treeSize"],
            decoded(case["leafHash"]),
            [decoded(hash_) for hash_ in case["proof"] or []],
            decoded(case["root"]),
        )
    ]
    assert wrong == []


def test_published_consistency_proofs_get_their_verdict(shared):
    cases = vectors(shared, "consistency")
    assert len(cases) == 98
    wrong = [
        str(path)
        for path, case in cases
        if case["wantErr"]
        != refuses(
            merkle.verify_consistency,
            case["size1"],
            case["size2"],
            [decoded(hash_) for hash_ in case["proof"] or []],
            decoded(case["root1"]),
            decoded(case["root2"]),
        )
    ]
    assert wrong == []


def test_hashes_are_those_of_certificate_transparency():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (
        leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


def test_frontier_has_the_reference_root_at_every_size():
    frontier = Frontier()
    for size in range(len(LEAVES)):
        assert frontier.size == size
        assert frontier.root() == reference_root(LEAVES[:size])
        assert merkle.root_at(size, subtree) == frontier.root()
        frontier.append(LEAVES[size])


@given(st.integers(0, 300), st.integers(0, 300))
def test_frontier_goes_on_from_its_hashes(size, more):
    whole, first = Frontier(), Frontier()
    for leaf in LEAVES[: size + more]:
        whole.append(leaf)
    for leaf in LEAVES[:size]:
        first.append(leaf)
    restored = Frontier(first.size, first.hashes)
    for leaf in LEAVES[size : size + more]:
        restored.append(leaf)
    assert restored.root() == whole.root()
    assert first.root() == reference_root(LEAVES[:size])


@pytest.mark.parametrize(("size", "hashes"), [(3, LEAVES[:1]), (0, LEAVES[:1]), (-1, LEAVES[:1])])
def test_frontier_with_a_wrong_count_of_hashes_is_refused(size, hashes):
    with pytest.raises(InvalidError, match="right edge"):
        Frontier(size, hashes)


def test_short_leaf_hash_is_refused():
    with pytest.raises(ProofError, match="31 bytes"):
        Frontier().append(b"x" * 31)


@given(st.data())
def test_inclusion_proof_holds_and_any_change_of_it_is_refused(data):
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    root = reference_root(LEAVES[:size])
    proof = merkle.inclusion_proof(index, size, subtree)
    merkle.verify_inclusion(index, size, LEAVES[index], proof, root)

    for wrong in broken_proofs(data, proof):
        assert refuses(merkle.verify_inclusion, index, size, LEAVES[index], wrong, root)
    assert refuses(merkle.verify_inclusion, index, size, flipped(data, LEAVES[index]), proof, root)
    assert refuses(merkle.verify_inclusion, index, size, LEAVES[index], proof, flipped(data, root))
    other = data.draw(st.integers(0, size).filter(lambda number: number != index))
    assert refuses(merkle.verify_inclusion, other, size, LEAVES[index], proof, root)


@given(st.data())
def test_consistency_proof_holds_and_any_change_of_it_is_refused(data):
    size2 = data.draw(st.integers(1, len(LEAVES)))
    size1 = data.draw(st.integers(1, size2))
    root1, root2 = reference_root(LEAVES[:size1]), reference_root(LEAVES[:size2])
    proof = merkle.consistency_proof(size1, size2, subtree)
    merkle.verify_consistency(size1, size2, proof, root1, root2)

    for wrong in broken_proofs(data, proof):
        assert refuses(merkle.verify_consistency, size1, size2, wrong, root1, root2)
    assert refuses(merkle.verify_consistency, size1, size2, proof, flipped(data, root1), root2)
    assert refuses(merkle.verify_consistency, size1, size2, proof, root1, flipped(data, root2))


def test_consistency_from_size_0_is_neither_made_nor_accepted():
    with pytest.raises(InvalidError, match="from size 0"):
        merkle.consistency_proof(0, 5, subtree)
    with pytest.raises(ProofError, match="1 or more"):
        merkle.verify_consistency(0, 5, [], EMPTY_ROOT, reference_root(LEAVES[:5]))
    with pytest.raises(ProofError, match="1 or more"):
        merkle.verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize("index", [-1, 5, 6])
def test_proof_of_a_leaf_outside_the_tree_is_not_made(index):
    with pytest.raises(InvalidError, match="no leaf"):
        merkle.inclusion_proof(index, 5, subtree)


def flipped(data: st.DataObject, hash_: bytes) -> bytes:
    bit = data.draw(st.integers(0, len(hash_) * 8 - 1))
    return (int.from_bytes(hash_, "big") ^ (1 << bit)).to_bytes(len(hash_), "big")


def broken_proofs(data: st.DataObject, proof: list[bytes]) -> list[list[bytes]]:
    """The proof with a hash too many; and, unless it is empty, one too few, cut, or altered."""
    broken = [[*proof, LEAVES[0]]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        before, after = proof[:at], proof[at + 1 :]
        broken += [before + after, [*before, proof[at][:-1], *after]]
        broken += [[*before, flipped(data, proof[at]), *after]]
    return broken
