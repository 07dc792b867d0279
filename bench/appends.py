"""Statements appended durably, and where the time of one goes."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import parts, peer, timing
from bench.node import Node
from bench.sketch import Sketch, Tree
from bench.table import Row, Section, costs

# Statements in a round, by the size of the batch.
ROUNDS = {1: 100, 100: 500, 1_000: 2_000}


def rates(
    folder: Path,
    node: Node,
    sketch: Sketch,
    documents: Sequence[Any],
    envelope: bytes,
    alone: Mapping[str, timing.Round],
) -> list[Section]:
    """Appends at each size of batch, and SQLite alone at the same sizes."""
    database = parts.Database(folder / "parts.sqlite3", envelope)
    tree = peer.SqliteTree(str(folder / "peer-appends.sqlite3"))
    endless = cycle(documents)
    appended, stored = [], []
    for batch, count in ROUNDS.items():
        found = timing.compare(
            {
                **alone,
                "least": timing.repeated(100, database.least),
                "sepakat": _sepakat(node, count, batch),
                "sketch": _sketch(sketch, lambda n=count: list(islice(endless, n)), batch),
                "rows": _round(count, batch, database.append),
                "peer": lambda n=count, b=batch: timing.rate(
                    n, lambda: peer.append(tree, [envelope] * n, b)
                ),
            }
        )
        bound = parts.append_bound(found, batch, found["rows"])
        name = f"{batch:,} in a transaction"
        appended.append(Row(name, found["sepakat"], found["sketch"], bound, found["peer"]))
        if batch == 1:
            stored.append(Row("one row of one number, 1 at once", parts=found["least"]))
        stored.append(Row(f"leaf and statement rows, {batch:,} at once", parts=found["rows"]))
    database.close()
    tree.close()
    return [
        Section("Statements recorded, per second", appended),
        Section("SQLite alone (WAL, FULL), per second", stored),
    ]


def where_time_goes(
    node: Node, sketch: Sketch, documents: Sequence[Any], batch: int, count: int
) -> Section:
    drafts, spoken = node.drafts(count), list(islice(cycle(documents), count))
    ours = timing.breakdown(_sepakat_places(), count, lambda: node.append(drafts, batch))
    theirs = timing.breakdown(_SKETCH_PLACES, count, lambda: _say(sketch, spoken, batch))
    return costs(f"Recording, {batch:,} at once, µs each", ours, theirs)


def _sepakat(node: Node, count: int, batch: int) -> timing.Round:
    def one_round() -> float:
        drafts = node.drafts(count)
        return timing.rate(count, lambda: node.append(drafts, batch))

    return one_round


def _sketch(sketch: Sketch, take: Callable[[], list[Any]], batch: int) -> timing.Round:
    def one_round() -> float:
        documents = take()
        return timing.rate(len(documents), lambda: _say(sketch, documents, batch))

    return one_round


def _round(count: int, batch: int, append: Callable[[int], None]) -> timing.Round:
    def work() -> None:
        for _ in range(count // batch):
            append(batch)

    return lambda: timing.rate(count, work)


def _say(sketch: Sketch, documents: Sequence[Any], batch: int) -> None:
    for start in range(0, len(documents), batch):
        sketch.append(documents[start : start + batch])


JSON = "canonical JSON of the statement"
SIGNATURE = "signature"
ENVELOPE = "envelope"
TREE = "leaf, tree and root"
ROWS = "leaf and statement rows"
CHECKPOINT = "checkpoint"
COMMIT = "commit"

_SKETCH_PLACES: timing.Places = {
    JSON: [(Sketch, "encode")],
    SIGNATURE: [(Sketch, "sign")],
    TREE: [(Sketch, "commit_to"), (Tree, "append"), (Tree, "root")],
    ROWS: [(Sketch, "save")],
    CHECKPOINT: [(Sketch, "checkpoint")],
    COMMIT: [(Sketch, "commit")],
}


def _sepakat_places() -> timing.Places:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from sepakat.node import ledger, rows
    from sepakat.node.ledger import Ledger
    from sepakat.node.state import State
    from sepakat.record import dsse, leaf
    from sepakat.record.keys import SigningKey
    from sepakat.record.kind import Declared
    from sepakat.record.statement import Statement
    from sepakat.record.tile import TileWriter

    return {
        JSON: [(Statement, "encode")],
        SIGNATURE: [(SigningKey, "sign")],
        ENVELOPE: [(Statement, "sign"), (dsse, "sign"), (dsse.Envelope, "encode")],
        TREE: [
            (leaf, "commit"),
            (ledger, "leaf_hash"),
            (TileWriter, "append"),
            (TileWriter, "root"),
        ],
        ROWS: [(rows, "save_leaves"), (rows, "save_statements")],
        CHECKPOINT: [(ledger, "sign_checkpoint")],
        COMMIT: [(BaseDatabaseWrapper, "_commit")],
        "tiles written": [(rows, "save_tiles")],
        "statement, label and references made": [(Ledger, "_statement")],
        "rules: the body": [(Declared, "check_body")],
        "rules: all others, and release": [(ledger, "decide"), (Ledger, "_check_release")],
        "logs, cards and state read": [
            (rows, "logs"),
            (ledger, "load_state"),
            (State, "read_ahead"),
        ],
        "state moved on": [(State, "take")],
        "read tables written": [
            (rows, "save_objects"),
            (rows, "save_labels"),
            (rows, "save_log"),
        ],
    }
