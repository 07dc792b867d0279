"""Splitting a large JSON document into the items of one of its lists, with bounded memory.

Only brackets and strings are looked at here; each item is parsed apart. So a broken item ends
where its brackets do, and those after it are read all the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from sepakat.record.errors import InvalidError

CHUNK = 1 << 20
"""Bytes read at a time."""

MAX_ITEM = 16 << 20
"""Bytes of the largest item, or of the largest other member."""

MAX_MEMBERS = 1_000
"""The most members of the document beside the list."""

# Up to and with the next bracket, or to a string that the buffer does not end.
_NEXT = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]])', re.DOTALL)
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,:{}\[\]\"]+")
_SPACE = re.compile(rb"[ \t\r\n]*")


@dataclass
class Splitter:
    """Reads one JSON document. After `items` is exhausted, `members` are its other members."""

    stream: BinaryIO
    buffer: bytes = b""
    members: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)  # of the items, by list
    is_list: bool = False
    _at: int = 0
    _gone: int = 0  # bytes before the buffer

    def items(self, lists: frozenset[str]) -> Iterator[tuple[str, bytes]]:
        """The items of the document's lists of these names, each with its place (`releases/3`);
        or those of the document, if it is a list itself (`3`).

        Raises InvalidError where the document cannot be followed further.
        """
        first = self._peek()
        if first == b"[":
            self.is_list = True
            yield from self._list("")
        elif first == b"{":
            yield from self._object(lists)
        else:
            raise self._error("it is no JSON object or list")
        if self._peek():
            raise self._error("something follows the end of the document")

    def rest(self) -> bytes:
        """What has been read on from where the document could not be followed."""
        return self.buffer[self._at :]

    def _object(self, lists: frozenset[str]) -> Iterator[tuple[str, bytes]]:
        self._at += 1
        if self._peek() == b"}":
            self._at += 1
            return
        while True:
            name = self._value()[1:-1].decode("utf-8", "replace")
            self._expect(b":")
            if name in lists and self._peek() == b"[":
                yield from self._list(name + "/")
            elif len(self.members) == MAX_MEMBERS:
                raise self._error(f"it has more than {MAX_MEMBERS:,} members")
            else:
                self.members[name] = self._value()
            if self._peek() == b"}":
                self._at += 1
                return
            self._expect(b",")

    def _list(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        self._at += 1
        name = prefix.rstrip("/")
        self.counts[name] = number = 0
        if self._peek() == b"]":
            self._at += 1
            return
        while True:
            yield f"{prefix}{number}", self._value()
            self.counts[name] = number = number + 1
            if self._peek() == b"]":
                self._at += 1
                return
            self._expect(b",")

    def _value(self) -> bytes:
        """The bytes of the value that begins here, and on to its end."""
        self._peek()
        while (end := _end(self.buffer, self._at)) is None:
            if len(self.buffer) - self._at > MAX_ITEM:
                raise self._error(f"an item is larger than {MAX_ITEM:,} bytes")
            if not self._more():
                raise self._error("the document ends within an item")
        if end == self._at:
            raise self._error("a value is missing")
        value = self.buffer[self._at : end]
        self._at = end
        return value

    def _expect(self, what: bytes) -> None:
        if self._peek() != what:
            raise self._error(f"{what.decode()!r} is missing")
        self._at += 1

    def _peek(self) -> bytes:
        """The next byte that is no space; none at the end."""
        while True:
            space = _SPACE.match(self.buffer, self._at)
            assert space is not None  # it may be empty
            self._at = space.end()
            if self._at < len(self.buffer):
                return self.buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def _more(self) -> bool:
        """Read on; as much again as waits, so that a large item is not scanned too often."""
        rest = self.buffer[self._at :]
        chunk = self.stream.read(max(CHUNK, len(rest)))
        self._gone += self._at
        self.buffer, self._at = rest + chunk, 0
        return bool(chunk)

    def _error(self, what: str) -> InvalidError:
        return InvalidError(what, where=f"byte {self._gone + self._at}")


def _end(buffer: bytes, start: int) -> int | None:
    """Where the value ends that begins at `start`; None if that is not in the buffer."""
    first = buffer[start : start + 1]
    if first == b'"':
        string = _STRING.match(buffer, start)
        return string.end() if string else None
    if first not in (b"{", b"["):
        scalar = _SCALAR.match(buffer, start)
        if scalar is None:
            return start
        return scalar.end() if scalar.end() < len(buffer) else None
    depth, at = 0, start
    while found := _NEXT.match(buffer, at):
        at = found.end()
        depth += 1 if buffer[at - 1] in b"{[" else -1
        if depth == 0:
            return at
    return None
