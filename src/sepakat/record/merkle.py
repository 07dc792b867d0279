"""The Merkle tree of RFC 6962: hashes, roots, and proofs made and checked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from sepakat.record.errors import InvalidError, ProofError

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()

Subtree = Callable[[int, int], bytes]
"""`subtree(level, index)` is the hash of the leaves `index * 2**level` up to `2**level` more."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962, section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    `hashes` are those of the maximal perfect subtrees, the largest (leftmost) first: one for each
    bit set in `size`.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(hashes) != size.bit_count():
            raise InvalidError(
                f"{len(hashes)} hashes cannot be the right edge of {size} leaves",
                fix="Give one hash for each bit set in the size, the largest subtree first.",
            )
        _check_hashes(hashes, "right edge")
        self._size = size
        self._hashes = list(hashes)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The hashes of the maximal perfect subtrees, the largest first."""
        return tuple(self._hashes)

    def append(self, leaf_hash: bytes) -> None:
        """Adds one leaf, given by its hash."""
        if len(leaf_hash) != HASH_SIZE:
            _check_hashes((leaf_hash,), "leaf")
        hashes = self._hashes
        size = self._size
        self._size = size + 1
        while size & 1:
            leaf_hash = sha256(b"\x01" + hashes.pop() + leaf_hash).digest()
            size >>= 1
        hashes.append(leaf_hash)

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self._hashes:
            return EMPTY_ROOT
        *left, root = self._hashes
        for hash_ in reversed(left):
            root = node_hash(hash_, root)
        return root


def root_at(size: int, subtree: Subtree) -> bytes:
    """The root of the first `size` leaves."""
    return _range_hash(0, size, subtree) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise InvalidError(
            f"a tree of {size} leaves has no leaf {index}", fix="Ask for a smaller index."
        )
    return _path(0, index, size, subtree)


def consistency_proof(size1: int, size2: int, subtree: Subtree) -> list[bytes]:
    """The proof that the first `size1` of `size2` leaves are as they were (RFC 6962, 2.1.2).

    It is the path of the last perfect subtree of the smaller tree through the larger one, led by
    that subtree's hash unless the smaller tree is nothing else.
    """
    if not 0 < size1 <= size2:
        raise InvalidError(
            f"there is no consistency proof from size {size1} to size {size2}",
            fix="Ask for a proof from a size of at least 1 to one that is not smaller.",
        )
    if size1 == size2:
        return []
    level = (size1 & -size1).bit_length() - 1
    node = (size1 >> level) - 1
    start = [subtree(level, node)] if node else []
    return start + _path(level, node, size2, subtree)


def verify_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Checks that the leaf is number `index` in the tree (RFC 9162, section 2.1.3.2).

    Raises ProofError if it does not follow from the proof.
    """
    where = f"inclusion proof of leaf {index} in size {size}"
    if not 0 <= index < size:
        raise _fault("the tree has no such leaf", where)
    _check_hashes((leaf_hash, root, *proof), where)
    hash_ = leaf_hash
    for sibling, on_left in _climb(index, size - 1, proof, where):
        hash_ = node_hash(sibling, hash_) if on_left else node_hash(hash_, sibling)
    if hash_ != root:
        raise _fault("the leaf and the proof do not give the root", where)


def verify_consistency(
    size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes
) -> None:
    """Checks that the larger tree begins with the smaller one (RFC 9162, section 2.1.4.2).

    Raises ProofError if it does not follow from the proof, and from size 0, which proves nothing.
    """
    where = f"consistency proof from size {size1} to size {size2}"
    if not 0 < size1 <= size2:
        raise _fault("the sizes are not 1 or more, the smaller one first", where)
    if size1 == size2:
        if proof:
            raise _fault("equal sizes need no proof, yet one is given", where)
        if root1 != root2:
            raise _fault("two roots are given for one size", where)
        return
    _check_hashes((root1, root2, *proof), where)
    if not proof:
        raise _fault("the proof is empty", where)
    level = (size1 & -size1).bit_length() - 1
    node, last = (size1 - 1) >> level, (size2 - 1) >> level
    # A smaller tree that is one perfect subtree leads the path with its own root.
    start, *path = proof if node else (root1, *proof)
    hash1 = hash2 = start
    for sibling, on_left in _climb(node, last, path, where):
        if on_left:
            hash1 = node_hash(sibling, hash1)
            hash2 = node_hash(sibling, hash2)
        else:
            hash2 = node_hash(hash2, sibling)
    if hash1 != root1:
        raise _fault("the proof does not give the root of the smaller tree", where)
    if hash2 != root2:
        raise _fault("the proof does not give the root of the larger tree", where)


def _path(level: int, node: int, size: int, subtree: Subtree) -> list[bytes]:
    """The siblings of a node from its level up to the root's children."""
    path = []
    while (width := 1 << level) < size:
        start = (node ^ 1) << level
        if start + width <= size:
            path.append(subtree(level, node ^ 1))
        elif start < size:
            path.append(_range_hash(start, size, subtree))
        node >>= 1
        level += 1
    return path


def _range_hash(start: int, end: int, subtree: Subtree) -> bytes:
    """The root of a range whose start is a multiple of a power of two not below its length."""
    root = b""
    while start < end:
        length = end - start
        level = (length & -length).bit_length() - 1
        left = subtree(level, (end >> level) - 1)
        root = node_hash(left, root) if root else left
        end -= 1 << level
    return root


def _climb(
    node: int, last: int, proof: Sequence[bytes], where: str
) -> Iterator[tuple[bytes, bool]]:
    """Each sibling on the way from a node to the root, and whether it stands to the left.

    `last` is the rightmost node of the same level. A proof of another length is refused.
    """
    for sibling in proof:
        if last == 0:
            raise _fault("the proof is too long", where)
        on_left = bool(node & 1) or node == last
        while node == last and not node & 1:  # a rightmost node without a sibling is its own parent
            node >>= 1
            last >>= 1
        yield sibling, on_left
        node >>= 1
        last >>= 1
    if last:
        raise _fault("the proof is too short", where)


def _check_hashes(hashes: Iterable[bytes], where: str) -> None:
    for hash_ in hashes:
        if len(hash_) != HASH_SIZE:
            raise _fault(f"a hash has {len(hash_)} bytes and not {HASH_SIZE}", where)


def _fault(what: str, where: str) -> ProofError:
    return ProofError(what, where=where, fix="Do not rely on it; ask its sender for a new one.")
