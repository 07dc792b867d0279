"""The least that a signed, provable log of statements takes, to hold Sepakat against.

No labels, no rules, no state, no tiles and no errors worth reading: canonical JSON, Ed25519, a
salted leaf, a tree in memory, and two rows and a checkpoint in one SQLite transaction.
"""

import os
import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from nacl import bindings

SIGNATURE_BYTES = 64

TABLES = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE leaf (number INTEGER PRIMARY KEY, entry BLOB, salt BLOB);
    CREATE TABLE statement (number INTEGER PRIMARY KEY, digest TEXT, envelope BLOB);
    CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB);
"""


class Tree:
    """The tree of RFC 6962, all nodes of its perfect subtrees in memory, by level."""

    def __init__(self) -> None:
        self.levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self.levels[0])

    def append(self, entry: bytes) -> None:
        node = sha256(b"\x00" + entry).digest()
        for level in self.levels:
            level.append(node)
            if len(level) % 2:
                return
            node = sha256(b"\x01" + level[-2] + node).digest()
        self.levels.append([node])

    def root(self, start: int, end: int) -> bytes:
        """MTH of RFC 6962, section 2.1, for the leaves from `start` up to `end`."""
        width = end - start
        if width & (width - 1) == 0:
            return self.levels[width.bit_length() - 1][start // width]
        middle = start + (1 << (width.bit_length() - 1))
        return sha256(b"\x01" + self.root(start, middle) + self.root(middle, end)).digest()

    def proof(self, index: int, start: int, end: int) -> list[bytes]:
        """PATH of RFC 6962, section 2.1.1."""
        if end - start == 1:
            return []
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            return [*self.proof(index, start, middle), self.root(middle, end)]
        return [*self.proof(index, middle, end), self.root(start, middle)]


class Sketch:
    def __init__(self, path: Path) -> None:
        self.public, self._secret = bindings.crypto_sign_seed_keypair(os.urandom(32))
        self.tree = Tree()
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(TABLES)

    def append(self, documents: Sequence[Any]) -> None:
        first = self.tree.size
        leaves, statements = [], []
        for number, document in enumerate(documents, first):
            payload = self.encode(document)
            envelope = self.sign(payload) + payload
            salt = os.urandom(32)
            entry = self.commit_to(salt, envelope)
            self.tree.append(entry)
            leaves.append((number, entry, salt))
            statements.append((number, sha256(payload).hexdigest(), envelope))
        note = self.checkpoint()
        self._database.execute("BEGIN IMMEDIATE")
        self.save(leaves, statements, note)
        self.commit()

    def encode(self, document: Any) -> bytes:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)

    def sign(self, payload: bytes) -> bytes:
        return bindings.crypto_sign(payload, self._secret)[:SIGNATURE_BYTES]

    def verify(self, envelope: bytes) -> bytes:
        return bindings.crypto_sign_open(envelope, self.public)

    def is_canonical(self, payload: bytes) -> bool:
        return self.encode(orjson.loads(payload)) == payload

    def commit_to(self, salt: bytes, envelope: bytes) -> bytes:
        return sha256(salt + envelope).digest()

    def checkpoint(self) -> bytes:
        text = b"%d\n%b\n" % (self.tree.size, self.tree.root(0, self.tree.size).hex().encode())
        return text + self.sign(text)

    def save(self, leaves: Sequence[Any], statements: Sequence[Any], note: bytes) -> None:
        run = self._database
        run.executemany("INSERT INTO leaf VALUES (?, ?, ?)", leaves)
        run.executemany("INSERT INTO statement VALUES (?, ?, ?)", statements)
        run.execute("INSERT INTO checkpoint VALUES (?, ?)", (self.tree.size, note))

    def commit(self) -> None:
        self._database.execute("COMMIT")

    def audit(self) -> int:
        """Read, parse, hash and verify all statements, and make the tree anew; how many."""
        tree = Tree()
        rows = self._database.execute(
            "SELECT entry, salt, digest, envelope FROM leaf NATURAL JOIN statement ORDER BY number"
        )
        for entry, salt, digest, envelope in rows:
            payload = self.verify(envelope)
            if (
                not self.is_canonical(payload)
                or sha256(payload).hexdigest() != digest
                or self.commit_to(salt, envelope) != entry
            ):
                raise ValueError("the sketch's record does not hold")
            tree.append(entry)
        if tree.root(0, tree.size) != self.tree.root(0, self.tree.size):
            raise ValueError("the sketch's tree does not hold")
        return tree.size

    def close(self) -> None:
        self._database.close()
