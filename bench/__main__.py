"""`python -m bench`: measure everything in one run and print one table."""

import argparse
import platform
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

import nacl
from rich.console import Console

from bench import (
    appends,
    audits,
    credit,
    desk,
    ocds,
    options,
    parts,
    peer,
    simulation,
    timing,
    trees,
)
from bench.node import Node, payload_of
from bench.sketch import Sketch
from bench.table import WIDTH, Row, Section, between_marks, draw, text_of

ROOT = Path(__file__).parents[1]
LEAVES_PER_STATEMENT = 10  # 1,000,000 leaves for 100,000 statements
WARM_UP = 1_000  # statements; the sketch is given the later half of them to say, again and again
LEAST = 1_000  # statements


def main() -> None:
    options = _options()
    if options.write:
        document = options.write.read_text(encoding="utf-8")
        between_marks(document, "")  # fails now, and not when all is measured
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # leave nothing
    cores = timing.pin()
    started = perf_counter()
    with _folder() as folder:
        sections, about = _measure(folder, options.statements, cores)
    about += f"\nTook {perf_counter() - started:.0f} s."
    table = draw(sections, peer.NAME, about)
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
    if options.output:
        options.output.write_text(text_of(table), encoding="utf-8")
    if options.write:
        options.write.write_text(between_marks(document, text_of(table)), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--statements",
        type=int,
        default=100_000,
        metavar="N",
        help="in the audited record (%(default)s); the trees have ten times as many leaves",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the table as text too")
    parser.add_argument(
        "--write", type=Path, metavar="DOCUMENT", help="put the table between its two marks"
    )
    options = parser.parse_args()
    if options.statements < LEAST:
        parser.error(f"--statements: at least {LEAST:,}")
    return options


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder on the checkout's own disk; nothing of it is left."""
    parent = ROOT / "var"
    is_new = not parent.exists()
    parent.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as folder:
            yield Path(folder)
    finally:
        if is_new:
            with suppress(OSError):  # somebody else has put something there meanwhile
                parent.rmdir()


def _measure(folder: Path, statements: int, cores: set[int]) -> tuple[list[Section], str]:
    _say("making a node")
    node = Node(folder)
    node.append(node.drafts(WARM_UP), WARM_UP)
    envelopes = node.envelopes(WARM_UP)[-WARM_UP // 2 :]
    payloads = [payload_of(envelope) for envelope in envelopes]
    typical = sorted(range(len(payloads)), key=lambda i: len(payloads[i]))[len(payloads) // 2]
    documents = [parts.decode(payload) for payload in payloads]
    sketch = Sketch(folder / "sketch.sqlite3")

    _say("the parts alone")
    alone = parts.rounds(documents[typical], envelopes[typical])
    singly = timing.compare(alone)
    _say("appends")
    appended, stored = appends.rates(folder, node, sketch, documents, envelopes[typical], alone)
    costs = [
        appends.where_time_goes(node, sketch, documents, 1_000, 5_000),
        appends.where_time_goes(node, sketch, documents, 1, 300),
    ]
    _say(f"a record of {statements:,} statements, made and exported")
    record = audits.make_records(folder, node, sketch, documents, statements)
    _say("audits")
    checked = audits.rates(node, sketch, record, alone, cores)
    costs.append(audits.where_time_goes(node, sketch, record))
    sketch.close()
    _say(f"the desk, over {node.size:,} statements")
    with timing.on_cores(cores):
        seen = [*desk.pages(node), *desk.crowd(node)]
    _say("levelling")
    with timing.on_cores(cores):
        levelled = options.gaps()
    leaves = statements * LEAVES_PER_STATEMENT
    _say(f"trees of {leaves:,} leaves")
    grown = trees.rates(folder, leaves, alone)
    node.close()
    _say("ledgers")
    counted = credit.rates(statements)
    _say("Open Contracting")
    opened = ocds.rates(folder)
    _say("simulations")
    simulated = simulation.rates(cores)
    single = Section("Parts alone, per second", [Row(name, parts=r) for name, r in singly.items()])
    sections = [appended, checked, grown, counted, *opened, simulated, *levelled, single, stored]
    return [*sections, *seen, *costs], _about(payloads, envelopes, cores)


def _about(payloads: list[bytes], envelopes: list[bytes], cores: set[int]) -> str:
    mean, whole = (sum(map(len, x)) // len(x) for x in (payloads, envelopes))
    return (
        f"{_processor()}, {len(cores)} cores; Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, PyNaCl {nacl.__version__}.\n"
        f"A statement has {mean:,} bytes on average, its envelope {whole:,}. "
        "One core, unless said."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _say(what: str) -> None:
    print(f"==> Measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
