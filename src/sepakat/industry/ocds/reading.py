"""Reading OCDS files: packages of releases or records, lists, single releases, JSON lines.

What cannot be read is reported with its place and what it says, and reading goes on after it.
Memory is bounded by the largest item and not by the file.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

import orjson

from sepakat.industry.ocds.splitting import CHUNK, MAX_ITEM, Splitter
from sepakat.record.errors import InvalidError

RELEASE, RECORD, PACKAGE = "release", "record", "package"

_LISTS = frozenset({"releases", "records"})
_OF_RECORDS = frozenset({"compiledRelease", "versionedRelease"})


@dataclass(frozen=True)
class Item:
    """A release, a record, or what a package says beside its list."""

    place: str
    kind: str
    value: Mapping[str, Any]


@dataclass(frozen=True)
class Bad:
    """What was not taken: where, why, and what it says (JSON, or text that is none)."""

    place: str
    reason: str
    content: Any


def read(stream: BinaryIO) -> Iterator[Item | Bad]:
    """All that a file holds, in its order. A package's own members come after its list.

    Its form is seen in its first line: if that is JSON by itself, each line is a document.
    """
    head = stream.readline(CHUNK)
    is_lines = _is_line(head)
    if not is_lines and not head.lstrip().startswith(b"["):
        second = stream.readline(CHUNK)
        is_lines = _is_line(second)  # and the first is a bad one
        head += second
    if is_lines:
        yield from _lines(chain(head.splitlines(keepends=True), _line_by_line(stream)))
    else:
        yield from _document(Splitter(stream, head))


def releases(items: Iterable[Item | Bad]) -> Iterator[Item | Bad]:
    """The releases among them. A record gives those that it carries, or else its compiled one, or
    else what its versioned one says last."""
    for item in items:
        if isinstance(item, Bad) or item.kind == RELEASE:
            yield item
        elif item.kind == RECORD:
            yield from _of_record(item)


def _is_line(line: bytes) -> bool:
    """Whether the line is an object by itself."""
    return line.endswith(b"\n") and isinstance(_parsed("", line), dict)


def _line_by_line(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(MAX_ITEM + 1):
        yield line
        while len(line) > MAX_ITEM and not line.endswith(b"\n"):
            line = stream.readline(MAX_ITEM + 1)  # the rest of a line that is refused


def _lines(lines: Iterable[bytes]) -> Iterator[Item | Bad]:
    for number, line in enumerate(lines, 1):
        place = f"line {number}"
        if len(line) > MAX_ITEM:
            yield Bad(place, f"the line is longer than {MAX_ITEM:,} bytes", _shown(line))
        elif line.strip():
            yield from _item(place, _parsed(place, line))


def _document(splitter: Splitter) -> Iterator[Item | Bad]:
    try:
        for place, content in splitter.items(_LISTS):
            yield from _item(place, _parsed(place, content))
    except InvalidError as error:
        yield Bad(error.where, error.what, _shown(splitter.rest()))
        return
    members = {}
    for name, content in splitter.members.items():
        value = _parsed(name, content)
        if isinstance(value, Bad):
            yield value
        else:
            members[name] = value
    yield from _rest(splitter, members)


def _item(place: str, value: Any) -> Iterator[Item | Bad]:
    if isinstance(value, Bad):
        yield value
    elif not isinstance(value, dict):
        yield Bad(place, "it is no JSON object", value)
    elif "/" not in place and _is_package(value):  # a list of packages
        for item in _package(value):
            yield _within(place, item)
    else:
        yield _single(place, value, RECORD if place.startswith("records") else "")


def _rest(splitter: Splitter, members: dict[str, Any]) -> Iterator[Item | Bad]:
    """What a document says beside its lists."""
    for name, count in splitter.counts.items():
        if not count:
            yield Bad(name, "the list is empty", [])
    if splitter.counts and "ocid" in members:
        reason = "a record by itself is read as its releases; in a record package it is checked"
        yield Bad("", reason, members)
    elif splitter.counts and not splitter.is_list:
        yield Item("", PACKAGE, members)
    elif members:
        yield _single("", members)


def _package(package: Mapping[str, Any]) -> Iterator[Item | Bad]:
    yield from _document(Splitter(io.BytesIO(orjson.dumps(package))))


def _is_package(value: Mapping[str, Any]) -> bool:
    """A record has releases too, and an ocid."""
    return "ocid" not in value and any(isinstance(value.get(name), list) for name in _LISTS)


def _single(place: str, value: Mapping[str, Any], kind: str = "") -> Item:
    is_record = isinstance(value.get("releases"), list) or not _OF_RECORDS.isdisjoint(value)
    return Item(place, kind or (RECORD if is_record else RELEASE), value)


def _of_record(record: Item) -> Iterator[Item | Bad]:
    carried = record.value.get("releases")
    carried = carried if isinstance(carried, list) else []
    own = [
        Item(f"{record.place}/releases/{i}", RELEASE, release)
        for i, release in enumerate(carried)
        if isinstance(release, dict) and "ocid" in release
    ]
    if own:
        yield from own
        return
    compiled = record.value.get("compiledRelease")
    if isinstance(compiled, dict):
        yield Item(f"{record.place}/compiledRelease", RELEASE, compiled)
        return
    versioned = record.value.get("versionedRelease")
    if isinstance(versioned, dict):
        try:
            yield Item(f"{record.place}/versionedRelease", RELEASE, _latest(versioned))
        except RecursionError:
            yield Bad(record.place, "it is nested too deeply", None)
    else:
        yield Bad(record.place, "the record carries no release, only addresses", record.value)


def _latest(value: Any) -> Any:
    """What a versioned release says last: of each list of versions, the last one's value."""
    if isinstance(value, dict):
        inner = ((name, _latest(item)) for name, item in value.items())
        return {name: item for name, item in inner if item is not None}
    if not isinstance(value, list):
        return value
    if value and all(isinstance(item, dict) and "releaseID" in item for item in value):
        return value[-1].get("value")
    return [_latest(item) for item in value]


def _within(place: str, item: Item | Bad) -> Item | Bad:
    full = f"{place}/{item.place}" if item.place else place
    if isinstance(item, Bad):
        return Bad(full, item.reason, item.content)
    return Item(full, item.kind, item.value)


def _parsed(place: str, content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return Bad(place, f"it is no JSON: {error}", _shown(content))


def _shown(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")
