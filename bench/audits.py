"""A whole record audited, and its statements folded."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

from bench import parts, timing
from bench.node import Node
from bench.sketch import Sketch, Tree
from bench.table import Row, Section, costs
from sepakat.record.audit import audit as check
from sepakat.vocabulary import REGISTRY

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
    count = f"{sketch.tree.size:,}"

    def on_all_cores() -> float:
        with timing.on_cores(cores):
            return _alone(record, len(cores))

    found = timing.compare(
        {
            **alone,
            "one": lambda: _alone(record, 1),
            "sketch": lambda: timing.rate(sketch.tree.size, sketch.audit),
            "all": on_all_cores,
        },
        rounds=2,
    )
    bound = parts.audit_bound(found)
    rows = [
        Row(f"audited of {count}, one core", found["one"], found["sketch"], bound),
        Row("the same (part: Ed25519 verify)", found["one"], parts=found[parts.VERIFY]),
        Row(f"audited of {count}, {len(cores)} cores", found["all"], parts=bound * len(cores)),
        *_folds(node, min(node.size, FOLDED), alone),
    ]
    return Section("Statements checked, per second", rows)


def _alone(record: Path, workers: int) -> float:
    """The rate in a process of its own, as the command has: what this one has done before leaves
    its memory in pieces, which costs an audit in it up to a twentieth."""
    command = [sys.executable, "-m", "bench.audits", str(record), str(workers)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def audit(record: Path, workers: int) -> int:
    """Audit a record that must hold; how many statements it has."""
    report = check(record, REGISTRY, workers=workers)
    if not report.ok:
        raise ValueError(f"the benchmark's own record does not hold: {report.findings[0]}")
    return report.statements


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
    ours = timing.breakdown(_sepakat_places(), size, lambda: audit(record, 1))
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
    from sepakat.record.kind import Declared

    return {
        SIGNATURE: [(PublicKey, "verifies")],
        JSON: [(canon, "read")],
        TREE: [(leaf, "commit"), (logs, "verify_tiles")],
        "files read, and held to the manifest": [(Folder, "read")],
        "line of disclosure": [(statements, "decode_line")],
        "envelope": [(dsse, "decode")],
        "statement and label made": [(fold, "parse")],
        "rules: the body": [(Declared, "check_body")],
        "rules: all others": [(fold, "judge")],
        "state": [(Fold, "add"), (Fold, "digest")],
    }


if __name__ == "__main__":
    start = perf_counter()
    statements = audit(Path(sys.argv[1]), int(sys.argv[2]))
    print(statements / (perf_counter() - start))
