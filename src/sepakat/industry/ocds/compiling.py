"""Grouping releases by process, and compiling each process, with bounded memory."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson

from sepakat.industry.ocds.merging import Merger
from sepakat.industry.ocds.reading import RELEASE, Bad, Item
from sepakat.record.errors import InvalidError

MAX_OF_ONE = 100_000
"""The most releases of one process; they are merged in memory."""

_CACHE = 64 << 10  # KiB that the grouping keeps in memory; the rest goes to a temporary file
_BATCH = 500


@dataclass(frozen=True)
class Process:
    """A contracting process: its releases by date, and what they make together."""

    ocid: str
    releases: tuple[Mapping[str, Any], ...]
    compiled: Mapping[str, Any]
    versioned: Mapping[str, Any] | None = None

    def record(self) -> dict[str, Any]:
        """The process as an OCDS record."""
        record = {
            "ocid": self.ocid,
            "releases": list(self.releases),
            "compiledRelease": self.compiled,
        }
        return record | ({"versionedRelease": self.versioned} if self.versioned else {})


def compile_releases(
    items: Iterable[Item | Bad], *, versioned: bool = False, merger: Merger | None = None
) -> Iterator[Process | Bad]:
    """The processes in the order of their ocid; what cannot be grouped comes first, as it is read.

    `items` are releases (see `reading.releases`). What is wrong with one process does not hinder
    the others.
    """
    merger = merger or Merger()
    # An unnamed database is a private one, which SQLite keeps in memory until its cache is full.
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.execute(f"PRAGMA cache_size = -{_CACHE}")
        database.execute("CREATE TABLE release (ocid TEXT, date TEXT, body BLOB)")
        database.execute("BEGIN")
        yield from _group(items, database)
        rows = database.execute("SELECT ocid, body FROM release ORDER BY ocid, date, rowid")
        for ocid, group in groupby(rows, key=lambda row: str(row[0])):
            yield from _compile(ocid, group, merger, versioned)


def _group(items: Iterable[Item | Bad], database: sqlite3.Connection) -> Iterator[Bad]:
    batch: list[tuple[str, str, bytes]] = []
    for item in items:
        if isinstance(item, Bad):
            yield item
            continue
        try:
            batch.append(_row(item))
        except (InvalidError, TypeError, RecursionError) as error:
            yield Bad(item.place, str(error), item.value)
        if len(batch) == _BATCH:
            database.executemany("INSERT INTO release VALUES (?, ?, ?)", batch)
            batch.clear()
    database.executemany("INSERT INTO release VALUES (?, ?, ?)", batch)


def _row(item: Item) -> tuple[str, str, bytes]:
    if item.kind != RELEASE:
        raise InvalidError(f"it is a {item.kind} and no release")
    ocid, date = item.value.get("ocid"), item.value.get("date")
    if not isinstance(ocid, str) or not ocid:
        raise InvalidError("it has no ocid, so its process is not known")
    return ocid, date if isinstance(date, str) else "", orjson.dumps(item.value)


def _compile(
    ocid: str, group: Iterable[Sequence[Any]], merger: Merger, versioned: bool
) -> Iterator[Process | Bad]:
    releases: list[dict[str, Any]] = []
    for _, body in group:
        if len(releases) == MAX_OF_ONE:
            yield Bad(ocid, f"the process has more than {MAX_OF_ONE:,} releases", None)
            return
        releases.append(orjson.loads(body))
    if len(releases) > 1:  # what is alone needs no order
        dateless = [one for one in releases if not isinstance(one.get("date"), str)]
        releases = [one for one in releases if isinstance(one.get("date"), str)]
        for one in dateless:
            yield Bad(ocid, "a release has no date, so it cannot be put in its place", one)
    if not releases:
        return
    try:
        compiled = merger.compiled(releases)
        versions = merger.versioned(releases) if versioned else None
    except InvalidError as error:
        yield Bad(ocid, error.what, releases)
    else:
        yield Process(ocid, tuple(releases), compiled, versions)
