"""The peer: pymerkle, a Merkle tree for Python, with one tree in memory and one in SQLite."""

import pymerkle
from pymerkle import InmemoryTree, SqliteTree

NAME = f"pymerkle {pymerkle.__version__}"

__all__ = ["NAME", "InmemoryTree", "SqliteTree", "append"]


def append(tree: SqliteTree, entries: list[bytes], batch: int) -> None:
    """Append in batches, each of them in one transaction with the settings that pymerkle gives."""
    for start in range(0, len(entries), batch):
        if batch == 1:
            tree.append_entry(entries[start])
        else:
            tree.append_entries(entries[start : start + batch])
