"""Open Contracting files: read, checked, compiled and flagged, beside what others do the same with.

The peer is named in each row: `ocdskit compile`, `ocdsmerge` alone, `jsonschema`.
"""

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import ocdsmerge
import orjson

from bench import timing
from bench.table import Row, Section
from sepakat.industry.ocds import schema
from sepakat.industry.ocds.checking import Checker
from sepakat.industry.ocds.compiling import Process, compile_releases
from sepakat.industry.ocds.merging import Merger
from sepakat.industry.ocds.reading import RELEASE, Item, read, releases
from sepakat.industry.redflags import run

DATA = Path(__file__).parents[2] / "shared" / "data" / "ocds"
RELEASES = 10_000
FEW = 500  # for what is too slow to do with all
ROUNDS = 3
LARGE = 4  # times as many releases: does memory grow with the file?


def rates(folder: Path) -> list[Section]:
    """Two sections: releases per second, and peak memory. None where there is no data."""
    source = DATA / "colombia-100-releases.json"
    if not source.exists():
        print(f"==> Skipped: Open Contracting, for want of {source}", file=sys.stderr)
        return []
    package = orjson.loads(source.read_bytes())
    file = _repeated(folder / "releases.json", package, RELEASES)
    found = orjson.loads(file.read_bytes())["releases"]
    rows = [*_whole(file, found), *_merging(found), _checking(found)]
    large = _repeated(folder / "large.json", package, RELEASES * LARGE)
    commands = [*_commands(folder, file, RELEASES), *_commands(folder, large, RELEASES * LARGE)]
    rows += [Row(name, ours[0], peer=theirs[0]) for name, ours, theirs in commands]
    memory = [Row(name, ours[1], peer=theirs[1]) for name, ours, theirs in commands]
    return [
        Section("Open Contracting, releases per second", rows),
        Section("Open Contracting, peak memory, MiB", memory, is_rate=False),
    ]


def _repeated(file: Path, package: dict[str, Any], count: int) -> Path:
    """The published releases again and again, under new identifiers, written as they come."""
    about = {name: value for name, value in package.items() if name != "releases"}
    with file.open("wb") as out:
        out.write(orjson.dumps(about)[:-1] + b',"releases":[')
        for number in range(count):
            release = package["releases"][number % len(package["releases"])]
            again = {**release, "ocid": f"{release['ocid']}-{number}", "id": str(number)}
            out.write((b",\n" if number else b"\n") + orjson.dumps(again))
        out.write(b"]}")
    return file


def _whole(file: Path, found: Sequence[Any]) -> list[Row]:
    checker, content = Checker(), file.read_bytes()

    def reading() -> None:
        for _ in read(io.BytesIO(content)):
            pass

    def all_of_it() -> None:
        items = [item for item in read(io.BytesIO(content)) if isinstance(item, Item)]
        for item in items:
            checker.problems(item)
        processes = compile_releases(releases(items))
        run(process.compiled for process in processes if isinstance(process, Process))

    took = _compare(
        {
            "read": (len(found), reading),
            "parsed": (len(found), lambda: orjson.loads(content)),
            "whole": (len(found), all_of_it),
        }
    )
    return [
        Row("read (part: orjson)", took["read"], parts=took["parsed"]),
        Row("read, checked, compiled and flagged", took["whole"]),
    ]


def _merging(found: Sequence[Any]) -> list[Row]:
    ours, theirs = Merger(), ocdsmerge.Merger(merge_rules=schema.merge_rules())
    paths = sorted((DATA / "fictional-example").glob("*-0?-*.json"))
    six = [release for path in paths for release in orjson.loads(path.read_bytes())["releases"]]
    few = found[: 4 * FEW]

    def each(merge: Any) -> timing.Work:
        return lambda: [merge([release]) for release in few]

    def often(merge: Any) -> timing.Work:
        return lambda: [merge(six) for _ in range(FEW // 5)]

    took = _compare(
        {
            "one": (len(few), each(ours.compiled)),
            "one, peer": (len(few), each(theirs.create_compiled_release)),
            "six": (len(six) * FEW // 5, often(ours.compiled)),
            "six, peer": (len(six) * FEW // 5, often(theirs.create_compiled_release)),
        }
    )
    return [
        Row("merged, one release a process (peer: ocdsmerge)", took["one"], peer=took["one, peer"]),
        Row(
            "merged, six releases a process (peer: ocdsmerge)", took["six"], peer=took["six, peer"]
        ),
    ]


def _checking(found: Sequence[Any]) -> Row:
    checker = Checker()
    theirs = jsonschema.Draft4Validator(schema.release_schema())
    items = [Item("", RELEASE, release) for release in found]
    few = found[:FEW]
    took = _compare(
        {
            "ours": (len(items), lambda: [checker.problems(item) for item in items]),
            "peer": (len(few), lambda: [list(theirs.iter_errors(release)) for release in few]),
        }
    )
    return Row("checked (peer: jsonschema)", took["ours"], peer=took["peer"])


def _compare(works: dict[str, tuple[int, timing.Work]]) -> dict[str, float]:
    contenders = {
        name: (lambda count=count, work=work: timing.rate(count, work))
        for name, (count, work) in works.items()
    }
    return timing.compare(contenders, ROUNDS)


def _commands(
    folder: Path, file: Path, count: int
) -> list[tuple[str, tuple[float, float], tuple[float, float]]]:
    """Whole commands, from start to end: releases per second, and peak memory in MiB."""
    rules = folder / "release-schema.json"
    rules.write_bytes(orjson.dumps(schema.release_schema()))
    scripts = Path(sys.executable).parent
    ours = [scripts / "sepakat", "ocds", "compile", file, "--to", folder / "compiled.jsonl"]
    theirs = [scripts / "ocdskit", "compile", "--schema", rules]
    name = f"the command, {count:,} releases (peer: ocdskit compile)"
    return [(name, _run(ours, count, file), _run(theirs, count, file))]


# A process begins with the peak of the one that it was forked from, so a small one forks it.
_SMALL = """
import resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
took = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(took, peak)
sys.exit(code)
"""


def _run(command: Sequence[Any], count: int, given: Path) -> tuple[float, float]:
    with given.open("rb") as stream:
        words = [sys.executable, "-c", _SMALL, *map(str, command)]
        done = subprocess.run(words, stdin=stream, capture_output=True, text=True, check=True)
    took, peak = map(float, done.stdout.split())
    return count / took, peak
