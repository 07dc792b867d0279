"""Tiles: paths, bundles, growing them, and the proofs read from them."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import merkle, tile
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.merkle import EMPTY_ROOT, HASH_SIZE, Frontier, leaf_hash
from sepakat.record.tile import TilePath, TileReader, TileWriter

MOST = 66_000  # beyond 65,536, where level 2 begins
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(MOST)]
SIZES = [1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, MOST]


class Store:
    """Tiles as they were last written; a narrower one is the beginning of a wider one."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}

    def present(self, level: int, index: int) -> bytes:
        return self.tiles[level, index]

    def read(self, level: int, index: int, width: int) -> bytes:
        return self.tiles[level, index][: width * HASH_SIZE]


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.tiles = TileWriter(0, store.present).append(LEAVES)
    return store


@pytest.fixture(scope="module")
def root_of() -> Callable[[int], bytes]:
    """The root of the first leaves, computed without tiles."""
    roots = [EMPTY_ROOT]
    frontier = Frontier()
    for leaf in LEAVES:
        frontier.append(leaf)
        roots.append(frontier.root())
    return roots.__getitem__


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("tile/0/000", TilePath(0, 0)),
        ("tile/0/x001/x234/067", TilePath(0, 1234067)),
        ("tile/63/999.p/255", TilePath(63, 999, 255)),
        ("tile/entries/x001/000.p/1", TilePath("entries", 1000, 1)),
    ],
)
def test_paths_of_the_specification_are_read(path, wanted):
    assert tile.parse_tile_path(path) == wanted
    assert str(wanted) == path


@given(
    st.integers(0, 63) | st.just("entries"),
    st.integers(0, tile.MAX_INDEX) | st.integers(0, 2000),
    st.integers(1, 256),
)
def test_path_is_read_as_written(level, index, width):
    path = TilePath(level, index, width)
    assert tile.parse_tile_path(str(path)) == path
    if level == "entries":
        assert tile.entries_path(index, width) == str(path)
    else:
        assert tile.tile_path(level, index, width) == str(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/1000",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/08",
        "tile/0/000.p/",
        "tile/0/000.P/8",
        "tile/entries",
        "tile/data/000",
        "tile/0/٠٠٠",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/../../etc/passwd",
    ],
)
def test_path_that_is_not_canonical_is_refused(path):
    with pytest.raises(InvalidError, match=r"not the path of a tile|there is no tile"):
        tile.parse_tile_path(path)


def test_tiles_of_the_example_in_the_specification():
    paths = [str(path) for path in tile.tiles_for(70_000)]
    assert len(paths) == 273 + 1 + 1 + 1 + 1
    assert paths[0] == "tile/0/000"
    assert paths[272:] == [
        "tile/0/272",
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [str(path) for path in tile.tiles_for(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tile.tiles_for(0)) == []
    assert [tile.partial_width(70_000, level) for level in range(4)] == [112, 17, 1, 0]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundle_is_read_as_written_and_not_when_damaged(entries):
    data = tile.encode_entries(entries)
    assert tile.decode_entries(data, len(entries)) == entries
    for damaged, width in [
        (data[:-1], len(entries)),
        (data + b"\x00", len(entries)),
        (data, len(entries) + 1),
        (data, len(entries) - 1),
    ]:
        with pytest.raises(InvalidError, match="bundle"):
            tile.decode_entries(damaged, width)


@pytest.mark.parametrize("entries", [[], [b""] * 257, [b"x" * 65_536]])
def test_bundle_outside_the_limits_is_not_made(entries):
    with pytest.raises(InvalidError):
        tile.encode_entries(entries)


@given(st.lists(st.integers(0, 700), max_size=8), st.booleans())
def test_tiles_do_not_depend_on_how_the_leaves_are_split(batches, restart):
    store = Store()
    writer = TileWriter(0, store.present)
    for batch in batches:
        if restart:
            writer = TileWriter(writer.size, store.present)
        changed = writer.append(LEAVES[writer.size : writer.size + batch])
        assert not changed or batch
        store.tiles |= changed
    at_once = TileWriter(0, store.present)
    assert at_once.append(LEAVES[: sum(batches)]) == store.tiles
    assert at_once.root() == writer.root()
    paths = [(path.level, path.index, path.width * 32) for path in tile.tiles_for(writer.size)]
    assert paths == [(*place, len(data)) for place, data in sorted(store.tiles.items())]


@pytest.mark.parametrize("size", SIZES)
def test_roots_of_writer_and_reader_are_those_without_tiles(size, store, root_of):
    reader = TileReader(store.read, size)
    assert reader.root() == root_of(size)
    assert reader.root_at(size // 3) == root_of(size // 3)
    assert reader.root_at(0) == EMPTY_ROOT
    present = {
        (path.level, path.index): store.read(path.level, path.index, path.width)
        for path in tile.tiles_for(size)
    }
    assert TileWriter(size, lambda *place: present[place]).root() == root_of(size)


@given(st.data())
def test_proofs_from_tiles_verify(store, root_of, data):
    size = data.draw(st.sampled_from(SIZES) | st.integers(1, MOST))
    reader = TileReader(store.read, size, cache=data.draw(st.sampled_from([1, 4096])))
    index = data.draw(st.integers(0, size - 1))
    proof = reader.inclusion_proof(index)
    merkle.verify_inclusion(index, size, LEAVES[index], proof, root_of(size))
    old = data.draw(st.integers(1, size))
    proof = reader.consistency_proof(old)
    merkle.verify_consistency(old, size, proof, root_of(old), root_of(size))


def test_reader_refuses_what_the_log_does_not_have(store):
    reader = TileReader(store.read, 300)
    for ask in (
        lambda: reader.subtree(0, 300),
        lambda: reader.subtree(0, 511),
        lambda: reader.subtree(0, 512),
        lambda: reader.subtree(8, 1),
        lambda: reader.subtree(7, 2),
        lambda: reader.root_at(301),
        lambda: reader.inclusion_proof(300),
        lambda: reader.consistency_proof(301),
    ):
        with pytest.raises(InvalidError):
            ask()


def test_tile_of_a_wrong_length_is_named():
    with pytest.raises(ProofError, match=r"tile/0/001\.p/44: the tile has 31 bytes and not 1408"):
        TileReader(lambda *_: b"x" * 31, 300).subtree(0, 256)
    with pytest.raises(ProofError, match=r"tile/0/001\.p/44: the tile has 31 bytes"):
        TileWriter(300, lambda *_: b"x" * 31)


def test_short_leaf_hash_leaves_the_writer_as_it_was():
    writer = TileWriter(0, lambda *_: b"")
    with pytest.raises(InvalidError, match="32 bytes"):
        writer.append([LEAVES[0], b"short"])
    assert (writer.size, writer.root()) == (0, EMPTY_ROOT)


@pytest.mark.parametrize("size", [0, 1, 256, 300, 65_537])
def test_sound_tiles_verify(size, store, root_of):
    tile.verify_tiles(size, root_of(size), store.read, LEAVES[:size])


@given(st.data())
def test_one_flipped_bit_in_any_tile_is_found_and_named(store, root_of, data):
    size = data.draw(st.sampled_from([1, 300, 1000]))
    bad = data.draw(st.sampled_from(list(tile.tiles_for(size))))
    bit = data.draw(st.integers(0, bad.width * 256 - 1))

    def read(level: int, index: int, width: int) -> bytes:
        good = store.read(level, index, width)
        if (level, index) != (bad.level, bad.index):
            return good
        return (int.from_bytes(good, "big") ^ (1 << bit)).to_bytes(len(good), "big")

    with pytest.raises(ProofError) as refusal:
        tile.verify_tiles(size, root_of(size), read, LEAVES[:size])
    assert refusal.value.where == str(bad)


def test_other_entries_or_another_root_do_not_verify(store, root_of):
    def entries(*changes: tuple[int, bytes]) -> Iterator[bytes]:
        return iter((dict(enumerate(LEAVES[:300])) | dict(changes)).values())

    with pytest.raises(ProofError, match="tile/0/000: "):
        tile.verify_tiles(300, root_of(300), store.read, entries((7, LEAVES[8])))
    with pytest.raises(ProofError, match="301 entries for a log of 300"):
        tile.verify_tiles(300, root_of(300), store.read, entries((300, LEAVES[300])))
    with pytest.raises(ProofError, match="do not give the root"):
        tile.verify_tiles(300, root_of(301), store.read, entries())
