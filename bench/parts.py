"""The parts that bound any such pipeline, measured alone."""

import os
import sqlite3
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from nacl import bindings

from bench import timing
from bench.sketch import TABLES

SIGN, VERIFY = "Ed25519 sign (PyNaCl)", "Ed25519 verify (PyNaCl)"
HASH_NODE, HASH_STATEMENT = "SHA-256, a node of 65 bytes", "SHA-256, an envelope"
ENCODE, DECODE = "JSON with sorted keys (orjson)", "JSON read (orjson)"


Rates = Mapping[str, float]


def rounds(document: Any, envelope: bytes) -> dict[str, timing.Round]:
    """What is done to one statement of typical size, to be measured in turn with other things."""
    payload = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    public, secret = bindings.crypto_sign_seed_keypair(bytes(32))
    # Each another one: the same again would be 4 % faster, as the processor learns its branches.
    signed = [bindings.crypto_sign(payload + b"%d" % i, secret) for i in range(1_000)]
    node = bytes(65)
    return {
        SIGN: timing.repeated(1_000, lambda: bindings.crypto_sign(payload, secret)),
        VERIFY: lambda: timing.rate(
            len(signed), lambda: [bindings.crypto_sign_open(each, public) for each in signed]
        ),
        HASH_NODE: timing.repeated(20_000, lambda: sha256(node).digest()),
        HASH_STATEMENT: timing.repeated(20_000, lambda: sha256(envelope).digest()),
        ENCODE: timing.repeated(
            10_000, lambda: orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
        ),
        DECODE: timing.repeated(10_000, lambda: orjson.loads(payload)),
    }


class Database:
    """SQLite in WAL mode with synchronous=FULL, as the node has it."""

    def __init__(self, path: Path, envelope: bytes) -> None:
        self._run = sqlite3.connect(path, isolation_level=None)
        self._run.executescript(TABLES)
        self._run.execute("CREATE TABLE least (number INTEGER PRIMARY KEY)")
        self._envelope = envelope
        self._size = 0

    def least(self) -> None:
        """The least that is durable: one row of one number."""
        self._run.execute("BEGIN IMMEDIATE")
        self._run.execute("INSERT INTO least VALUES (NULL)")
        self._run.execute("COMMIT")

    def append(self, batch: int) -> None:
        """A leaf and a statement for each of a batch, in one transaction."""
        numbers = range(self._size, self._size + batch)
        leaves = [(n, os.urandom(32), os.urandom(32)) for n in numbers]
        statements = [(n, os.urandom(32).hex(), self._envelope) for n in numbers]
        self._run.execute("BEGIN IMMEDIATE")
        self._run.executemany("INSERT INTO leaf VALUES (?, ?, ?)", leaves)
        self._run.executemany("INSERT INTO statement VALUES (?, ?, ?)", statements)
        self._run.execute("COMMIT")
        self._size += batch

    def close(self) -> None:
        self._run.close()


def decode(payload: bytes) -> Any:
    return orjson.loads(payload)


def append_bound(parts: Rates, batch: int, rows: float) -> float:
    """Appends a second if there were nothing but the parts: `rows` is the database's rate.

    For each statement: JSON, its digest, the signature, the commitment, a leaf and a node; for
    each batch the checkpoint's signature.
    """
    return 1 / (
        1 / parts[ENCODE]
        + (1 + 1 / batch) / parts[SIGN]
        + 2 / parts[HASH_STATEMENT]
        + 2 / parts[HASH_NODE]
        + 1 / rows
    )


def audit_bound(parts: Rates) -> float:
    """Statements audited a second if there were nothing but the parts.

    JSON read and written again, the digest, the signature, the commitment, a leaf and a node.
    """
    return 1 / (
        1 / parts[DECODE]
        + 1 / parts[ENCODE]
        + 1 / parts[VERIFY]
        + 2 / parts[HASH_STATEMENT]
        + 2 / parts[HASH_NODE]
    )
