"""Merkle trees of many leaves: appending to them, and proofs of inclusion."""

import random
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench import parts, peer, timing
from bench.sketch import Tree
from bench.table import Row, Section

PROOFS = 2_000  # in a round
SQLITE_PROOFS = 100
NATION = "ZZZ"  # whose tiles, beside the node's own, are those of the large tree


class Trees:
    """The same leaves in each tree."""

    def __init__(self, folder: Path, leaves: int, alone: Mapping[str, timing.Round]) -> None:
        from sepakat.record.tile import TileWriter

        part = -(-leaves // (timing.ROUNDS + 1))
        self.shares = [
            [sha256(b"%d" % n).digest() for n in range(start, min(start + part, leaves))]
            for start in range(0, leaves, part)
        ]
        self.leaves = leaves
        self.alone = {parts.HASH_NODE: alone[parts.HASH_NODE]}
        self.writer = TileWriter(0, lambda level, index: b"")
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.sketch = Tree()
        self.peer = peer.InmemoryTree()
        self.stored_peer = peer.SqliteTree(str(folder / "peer-proofs.sqlite3"))

    def appends(self) -> dict[str, float]:
        """Rates of appending; each round appends a part, so in the end all trees are full."""
        return timing.compare(
            {
                **self.alone,
                "sepakat": self._rounds(self._append_tiles),
                "sketch": self._rounds(self._append_sketch),
                "peer": self._rounds(self.peer.append_entries),
                "stored": self._rounds(self.stored_peer.append_entries),
            }
        )

    def _rounds(self, append: Any) -> timing.Round:
        waiting = iter(self.shares)

        def one_round() -> float:
            entries = next(waiting)
            return timing.rate(len(entries), lambda: append(entries))

        return one_round

    def _append_tiles(self, entries: list[bytes]) -> None:
        from sepakat.record.merkle import leaf_hash

        self.tiles |= self.writer.append([leaf_hash(entry) for entry in entries])

    def _append_sketch(self, entries: list[bytes]) -> None:
        for entry in entries:
            self.sketch.append(entry)

    def proofs(self) -> dict[str, float]:
        from sepakat.record.tile import TileReader

        reader = TileReader(lambda level, index, width: self.tiles[level, index], self.leaves)
        self._check(reader)
        return timing.compare(
            {
                **self.alone,
                "sepakat": self._prove(PROOFS, reader.inclusion_proof),
                "sketch": self._prove(PROOFS, lambda i: self.sketch.proof(i, 0, self.leaves)),
                "peer": self._prove(PROOFS, lambda i: self.peer.prove_inclusion(i + 1)),
            }
        )

    def stored_proofs(self) -> dict[str, float]:
        from django.db import transaction

        from sepakat.node import rows
        from sepakat.node.mirror import tile_reader

        with transaction.atomic():
            rows.save_tiles(NATION, self.tiles)

        def prove(index: int) -> list[bytes]:
            return tile_reader(NATION, self.leaves).inclusion_proof(index)

        return timing.compare(
            {
                "sepakat": self._prove(SQLITE_PROOFS, prove),
                "peer": self._prove(
                    SQLITE_PROOFS, lambda i: self.stored_peer.prove_inclusion(i + 1)
                ),
            }
        )

    def _prove(self, count: int, prove: Any) -> timing.Round:
        def one_round() -> float:
            chosen = [random.randrange(self.leaves) for _ in range(count)]
            return timing.rate(count, lambda: [prove(index) for index in chosen])

        return one_round

    def _check(self, reader: Any) -> None:
        """That all make the same tree and the same proofs."""
        root, index = self.writer.root(), self.leaves // 3
        proof = reader.inclusion_proof(index)
        if not (
            root == reader.root() == self.sketch.root(0, self.leaves) == self.peer.get_root()
            and proof == self.sketch.proof(index, 0, self.leaves)
        ):
            raise ValueError("the trees differ")


def rates(folder: Path, leaves: int, alone: Mapping[str, timing.Round]) -> Section:
    trees = Trees(folder, leaves, alone)
    appended, proved, stored = trees.appends(), trees.proofs(), trees.stored_proofs()
    trees.stored_peer.close()
    height = (leaves - 1).bit_length()
    return Section(
        f"Tree of {leaves:,} leaves, per second",
        [
            Row(
                "appends, in memory",
                appended["sepakat"],
                appended["sketch"],
                appended[parts.HASH_NODE] / 2,
                appended["peer"],
            ),
            Row("appends, into SQLite", peer=appended["stored"]),
            Row(
                "proofs of inclusion, in memory",
                proved["sepakat"],
                proved["sketch"],
                proved[parts.HASH_NODE] / height,
                proved["peer"],
            ),
            Row(
                "proofs of inclusion, from SQLite",
                stored["sepakat"],
                peer=stored["peer"],
            ),
        ],
    )
