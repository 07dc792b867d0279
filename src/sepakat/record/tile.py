"""The tiles of a log (C2SP tlog-tiles): their paths and bytes, growing them, reading proofs."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import Literal

from sepakat.record import merkle
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.merkle import HASH_SIZE, Frontier

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 63
MAX_INDEX = (1 << (63 - HEIGHT)) - 1  # a size fits 63 bits, as databases and Go count
MAX_ENTRY = 0xFFFF

ReadTile = Callable[[int, int, int], bytes]
"""`read_tile(level, index, width)` gives the bytes of one hash tile."""

_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True)
class TilePath:
    """Which tile: `level` 0 to 63 or "entries" for a bundle of entries, and `width` 1 to 256."""

    level: int | Literal["entries"]
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        known_level = self.level == "entries" or 0 <= self.level <= MAX_LEVEL
        if not (known_level and 0 <= self.index <= MAX_INDEX and 1 <= self.width <= WIDTH):
            raise InvalidError(
                f"there is no tile of level {self.level}, index {self.index}, width {self.width}",
                fix=f"Use a level of 0 to {MAX_LEVEL} or entries, and a width of 1 to {WIDTH}.",
            )

    def __str__(self) -> str:
        last = f"{self.index % 1000:03}"
        rest = self.index // 1000
        while rest:
            last = f"x{rest % 1000:03}/{last}"
            rest //= 1000
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{self.level}/{last}{partial}"


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """The path of a hash tile: "tile/0/x001/x234/067", with ".p/<width>" if it is partial."""
    return str(TilePath(level, index, width))


def entries_path(index: int, width: int = WIDTH) -> str:
    """The path of a bundle of entries: "tile/entries/000.p/15"."""
    return str(TilePath("entries", index, width))


def parse_tile_path(path: str) -> TilePath:
    """Reads the path of a hash tile or a bundle of entries; only the canonical form is taken."""
    if match := _PATH.fullmatch(path):
        level, groups, width = match.groups()
        tile = TilePath(
            "entries" if level == "entries" else int(level),
            int(groups.replace("x", "").replace("/", "")),
            int(width) if width else WIDTH,
        )
        if str(tile) == path:
            return tile
    raise InvalidError(
        "this is not the path of a tile",
        where=path[:100],
        fix="Write it as tile/<level>/<index>[.p/<width>], like tile/0/x001/x234/067.p/8.",
    )


def partial_width(size: int, level: int) -> int:
    """How many hashes the partial tile of a level has in a log of `size` leaves; 0 if none."""
    return (size >> (HEIGHT * level)) % WIDTH


def tiles_for(size: int) -> Iterator[TilePath]:
    """All hash tiles of a log of `size` leaves, level by level, partial ones included.

    The bundles of entries have the same indices and widths as the tiles of level 0.
    """
    level, hashes = 0, size
    while hashes:
        for index in range(hashes // WIDTH):
            yield TilePath(level, index)
        if width := hashes % WIDTH:
            yield TilePath(level, hashes // WIDTH, width)
        level, hashes = level + 1, hashes // WIDTH


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """The bundle of 1 to 256 entries, each led by its length as a big-endian uint16."""
    if not 1 <= len(entries) <= WIDTH:
        raise InvalidError(
            f"a bundle cannot have {len(entries)} entries", fix=f"Give 1 to {WIDTH} entries."
        )
    if max(map(len, entries)) > MAX_ENTRY:
        raise InvalidError(
            f"an entry is longer than {MAX_ENTRY} bytes", fix="Log a digest of it instead."
        )
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_entries(data: bytes, width: int) -> list[bytes]:
    """Reads a bundle that must have exactly `width` entries and no byte more."""
    entries: list[bytes] = []
    start = 0
    for number in range(width):
        first = start + 2
        if first > len(data) or (end := first + (data[start] << 8 | data[start + 1])) > len(data):
            raise _damaged(f"the bundle ends within entry {number} of {width}")
        entries.append(data[first:end])
        start = end
    if start != len(data):
        raise _damaged(f"{len(data) - start} bytes follow the {width} entries of the bundle")
    return entries


class TileWriter:
    """Grows the hash tiles of a log, with the partial tile of each level in memory.

    `read_tile(level, index)` gives the present bytes of a partial tile; it is called only here, to
    take up a log of `size` leaves. Where what `append` gave could not be stored, make a new writer.
    """

    def __init__(self, size: int, read_tile: Callable[[int, int], bytes]) -> None:
        self._size = size
        self._root: bytes | None = None
        self._edges: list[_Edge] = []
        hashes = size
        while hashes:
            level, index, width = len(self._edges), hashes // WIDTH, hashes % WIDTH
            data = read_tile(level, index) if width else b""
            _check_length(data, level, index, width)
            self._edges.append(_Edge(index, data))
            hashes = index

    @property
    def size(self) -> int:
        """How many leaves the log has."""
        return self._size

    def root(self) -> bytes:
        """The root of the log as it is now."""
        if self._root is None:
            hashes = [hash_ for edge in reversed(self._edges) for hash_ in edge.frontier.hashes]
            self._root = Frontier(self._size, hashes).root()
        return self._root

    def append(self, leaf_hashes: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
        """Adds leaves and gives all bytes of each tile that changed, by its level and index."""
        if any(len(leaf_hash) != HASH_SIZE for leaf_hash in leaf_hashes):
            raise InvalidError(
                f"a leaf hash does not have {HASH_SIZE} bytes", fix="Give the hash of the entry."
            )
        changed: dict[tuple[int, int], bytes] = {}
        level, hashes = 0, leaf_hashes
        while hashes:
            if level == len(self._edges):
                self._edges.append(_Edge(0, b""))
            hashes = self._edges[level].extend(hashes, level, changed)
            level += 1
        self._size += len(leaf_hashes)
        self._root = None
        return changed


class _Edge:
    """The partial tile at the right end of one level; it may be empty."""

    def __init__(self, index: int, data: bytes) -> None:
        self.index = index
        self.data = bytearray(data)
        self.frontier = Frontier()
        for hash_ in _split(data):
            self.frontier.append(hash_)

    def extend(
        self, hashes: Sequence[bytes], level: int, changed: dict[tuple[int, int], bytes]
    ) -> list[bytes]:
        """Adds hashes, notes the tiles that changed, and gives the roots of those now full."""
        roots = []
        source = iter(hashes)
        while part := list(islice(source, WIDTH - self.frontier.size)):
            self.data += b"".join(part)
            changed[level, self.index] = bytes(self.data)
            for hash_ in part:
                self.frontier.append(hash_)
            if self.frontier.size == WIDTH:
                roots.append(self.frontier.root())
                self.index += 1
                self.data.clear()
                self.frontier = Frontier()
        return roots


class TileReader:
    """Makes roots and proofs for a log of `size` leaves from its hash tiles.

    The tiles are not trusted to be right, only to be of the right length: whoever gets a root or a
    proof checks it, and `verify_tiles` checks them all. Up to `cache` tiles are kept, at 16 KiB
    each, with their inner nodes.
    """

    def __init__(self, read_tile: ReadTile, size: int, cache: int = 4096) -> None:
        self.size = size
        self._read_tile = read_tile
        self._nodes = lru_cache(maxsize=cache)(self._read_nodes)

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of the perfect subtree number `index` of `2**level` leaves."""
        tile_level, height = divmod(level, HEIGHT)
        tile_index, node = divmod(index, WIDTH >> height)
        start = node * HASH_SIZE
        hash_ = self._nodes(tile_level, tile_index)[height][start : start + HASH_SIZE]
        if not hash_:
            raise self._missing(f"subtree {index} of height {level}")
        return hash_

    def root(self) -> bytes:
        """The root of the log."""
        return self.root_at(self.size)

    def root_at(self, size: int) -> bytes:
        """The root that the log had at a size that is not larger than its own."""
        if not 0 <= size <= self.size:
            raise self._missing(f"root at size {size}")
        return merkle.root_at(size, self.subtree)

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The proof that leaf `index` is in the log."""
        return merkle.inclusion_proof(index, self.size, self.subtree)

    def consistency_proof(self, old_size: int) -> list[bytes]:
        """The proof that the log begins with what it was at `old_size`, which is not 0."""
        return merkle.consistency_proof(old_size, self.size, self.subtree)

    def _read_nodes(self, level: int, index: int) -> list[bytes]:
        """The nodes within a tile, one bytes object for each height from 0 to 7."""
        width = min(WIDTH, (self.size >> (HEIGHT * level)) - index * WIDTH)
        if width < 1:
            raise self._missing(f"tile {index} at level {level}")
        data = self._read_tile(level, index, width)
        _check_length(data, level, index, width)
        nodes = [data]
        hashes = _split(data)
        for _ in range(HEIGHT - 1):
            pairs = zip(hashes[::2], hashes[1::2], strict=False)  # an odd last one has no parent
            hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            nodes.append(b"".join(hashes))
        return nodes

    def _missing(self, what: str) -> InvalidError:
        return InvalidError(
            f"a log of {self.size} leaves has no {what}", fix="Ask for what is within the log."
        )


def verify_tiles(size: int, root: bytes, read_tile: ReadTile, leaf_hashes: Iterable[bytes]) -> None:
    """Checks every hash tile of a log against its entries' leaf hashes, and those against the root.

    Raises ProofError naming the first tile that does not fit.
    """
    writer = TileWriter(0, lambda level, index: b"")
    source = iter(leaf_hashes)
    partial: dict[tuple[int, int], bytes] = {}
    while batch := list(islice(source, WIDTH)):
        partial |= writer.append(batch)
        for level, index in [place for place, data in partial.items() if len(data) == _FULL]:
            _check_tile(partial.pop((level, index)), level, index, read_tile)
    if writer.size != size:
        raise ProofError(
            f"there are {writer.size} entries for a log of {size} leaves",
            where="entries",
            fix="Fetch the entries and the checkpoint again.",
        )
    for (level, index), data in partial.items():
        _check_tile(data, level, index, read_tile)
    if writer.root() != root:
        raise ProofError(
            "the entries do not give the root",
            where=f"log of {size} leaves",
            fix="Fetch the entries and the checkpoint again; if they stay so, the log has cheated.",
        )


_FULL = WIDTH * HASH_SIZE


def _check_tile(wanted: bytes, level: int, index: int, read_tile: ReadTile) -> None:
    width = len(wanted) // HASH_SIZE
    if read_tile(level, index, width) != wanted:
        raise ProofError(
            "the tile does not fit the entries",
            where=tile_path(level, index, width),
            fix="Fetch the tile and the entries again.",
        )


def _check_length(data: bytes, level: int, index: int, width: int) -> None:
    if len(data) != width * HASH_SIZE:
        raise ProofError(
            f"the tile has {len(data)} bytes and not {width * HASH_SIZE}",
            where=tile_path(level, index, max(width, 1)),
            fix="Fetch or restore the tile again.",
        )


def _split(data: bytes) -> list[bytes]:
    return [data[start : start + HASH_SIZE] for start in range(0, len(data), HASH_SIZE)]


def _damaged(what: str) -> InvalidError:
    return InvalidError(what, where="bundle of entries", fix="Fetch the bundle again.")
