"""A whole record audited, and its statements folded."""

from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import parts, timing
from bench.node import Node
from bench.sketch import Sketch, Tree
from bench.table import Row, Section, costs

BATCH = 1_000
FOLDED = 20_000  # statements at most


def make_records(
    folder: Path, node: Node, sketch: Sketch, documents: Sequence[Any], statements: int
) -> Path:
    """Bring both records to a size, if they are not larger, and export the node's."""
    from sepakat.node.export import export

    statements = max(statements, node.size, sketch.tree.size)
    node.append(node.drafts(statements - node.size), BATCH)
    endless = cycle(documents)
    while missing := statements - sketch.tree.size:
        sketch.append(list(islice(endless, min(missing, BATCH))))
    export(node.home, node.registry, folder / "export")
    return folder / "export"


def rates(
    node: Node,
    sketch: Sketch,
    record: Path,
    alone: Mapping[str, timing.Round],
    cores: set[int],
) -> Section:
    size, count = sketch.tree.size, f"{sketch.tree.size:,}"

    def on_all_cores() -> float:
        with timing.on_cores(cores):
            return timing.rate(size, lambda: audit(record, node, len(cores)))

    found = timing.compare(
        {
            **alone,
            "one": lambda: timing.rate(size, lambda: audit(record, node, 1)),
            "sketch": lambda: timing.rate(size, sketch.audit),
            "all": on_all_cores,
        },
        rounds=2,
    )
    bound = parts.audit_bound(found)
    rows = [
        Row(f"audited of {count}, one core", found["one"], found["sketch"], bound),
        Row(f"audited of {count}, {len(cores)} cores", found["all"], parts=bound * len(cores)),
        *_folds(node, min(size, FOLDED), alone),
    ]
    return Section("Statements checked, per second", rows)


def audit(record: Path, node: Node, workers: int) -> None:
    from sepakat.record.audit import audit as check

    report = check(record, node.registry, workers=workers)
    if not report.ok:
        raise ValueError(f"the benchmark's own record does not hold: {report.findings[0]}")


def _folds(node: Node, count: int, alone: Mapping[str, timing.Round]) -> list[Row]:
    entries = node.entries(count)
    found = timing.compare(
        {
            **alone,
            "state": lambda: timing.rate(
                count, lambda: node.fold(entries, lambda key, message, signature: True)
            ),
            "verified": lambda: timing.rate(count, lambda: node.fold(entries)),
        },
        rounds=3,
    )
    return [
        Row("folded, already read and verified", found["state"]),
        Row("folded with verification", found["verified"], parts=found[parts.VERIFY]),
    ]


def where_time_goes(node: Node, sketch: Sketch, record: Path) -> Section:
    size = sketch.tree.size
    ours = timing.breakdown(_sepakat_places(), size, lambda: audit(record, node, 1))
    theirs = timing.breakdown(_SKETCH_PLACES, size, sketch.audit)
    return costs("Auditing, on one core, µs each", ours, theirs)


SIGNATURE = "signature"
JSON = "JSON read, and seen to be canonical"
TREE = "leaf and tree"

_SKETCH_PLACES: timing.Places = {
    SIGNATURE: [(Sketch, "verify")],
    JSON: [(Sketch, "is_canonical"), (Sketch, "encode")],
    TREE: [(Sketch, "commit_to"), (Tree, "append"), (Tree, "root")],
}


def _sepakat_places() -> timing.Places:
    from sepakat.record import canon, dsse, fold, leaf
    from sepakat.record.audit import logs, statements
    from sepakat.record.audit.files import Folder
    from sepakat.record.fold import Fold
    from sepakat.record.keys import PublicKey
    from sepakat.record.kind import Kind

    return {
        SIGNATURE: [(PublicKey, "verifies")],
        JSON: [(canon, "read")],
        TREE: [(leaf, "commit"), (logs, "verify_tiles")],
        "files read, and held to the manifest": [(Folder, "read")],
        "line of disclosure": [(statements, "decode_line")],
        "envelope": [(dsse, "decode")],
        "statement and label made": [(fold, "parse")],
        "rules: the body": [(Kind, "check_body")],
        "rules: all others": [(fold, "judge")],
        "state": [(Fold, "add"), (Fold, "digest")],
    }
