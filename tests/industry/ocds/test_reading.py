"""Reading files: every form gives the same releases, and nothing bad is lost."""

import io
import json
import tracemalloc
from typing import Any

import ijson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.ocds import reading, splitting
from sepakat.industry.ocds.reading import PACKAGE, RECORD, RELEASE, Bad, Item, read, releases

ONE = {"ocid": "ocds-a-1", "id": "1", "date": "2020-01-01T00:00:00Z", "note": '}"]\\{'}
TWO = {"ocid": "ocds-a-2", "id": "2", "date": "2020-01-02T00:00:00Z", "amount": 1.5, "s": "é"}
ABOUT = {"uri": "https://example.org", "version": "1.1"}


def lines(*documents: Any) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


FORMS = {
    "package on one line": json.dumps(ABOUT | {"releases": [ONE, TWO]}).encode(),
    "package on one ended line": lines({"releases": [ONE, TWO]} | ABOUT),
    "package, indented": json.dumps(ABOUT | {"releases": [ONE, TWO]}, indent=2).encode(),
    "records": json.dumps(ABOUT | {"records": [{"ocid": "x", "releases": [ONE, TWO]}]}).encode(),
    "list": json.dumps([ONE, TWO]).encode(),
    "list, a line each": b"[\n" + json.dumps(ONE).encode() + b",\n" + lines(TWO) + b"]\n",
    "list of packages": json.dumps([{"releases": [ONE]}, {"releases": [TWO]}], indent=1).encode(),
    "lines of releases": lines(ONE, TWO),
    "lines of packages": lines({"releases": [ONE]}, {"releases": [TWO]}),
}


def read_bytes(content: bytes) -> list[Item | Bad]:
    return list(read(io.BytesIO(content)))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_releases_are_read_from_every_form(form):
    found = list(releases(read_bytes(FORMS[form])))
    assert [item.value for item in found if isinstance(item, Item)] == [ONE, TWO]
    assert not [item for item in found if isinstance(item, Bad)]


def test_a_release_by_itself_is_one():
    (item,) = read_bytes(json.dumps(ONE, indent=1).encode())
    assert (item.kind, item.value) == (RELEASE, ONE)


def test_a_packages_own_members_are_read_wherever_they_stand():
    content = json.dumps({"uri": "a", "releases": [ONE], "version": "1.1"}).encode()
    assert read_bytes(content)[-1] == Item("", PACKAGE, {"uri": "a", "version": "1.1"})


def test_a_broken_release_is_kept_and_the_rest_goes_on():
    content = b'{"releases": [%b, {"ocid": "b", "x": NaN}, 7, %b], "uri": "a"}' % (
        *(json.dumps(ONE).encode(), json.dumps(TWO).encode()),
    )
    one, broken, number, two, package = read_bytes(content)
    assert (one.value, two.value, package.kind) == (ONE, TWO, PACKAGE)
    assert (broken.place, broken.content) == ("releases/1", '{"ocid": "b", "x": NaN}')
    assert (number.place, number.content) == ("releases/2", 7)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_broken_line_is_kept_and_the_rest_goes_on(at):
    found = lines(ONE, TWO).splitlines(keepends=True)
    found.insert(at, b'{"ocid": "half\n')
    items = read_bytes(b"".join(found))
    assert (items[at].place, items[at].content) == (f"line {at + 1}", '{"ocid": "half\n')
    assert [item.value for item in items if isinstance(item, Item)] == [ONE, TWO]


def test_what_comes_before_the_place_where_a_file_ends_too_soon_is_read():
    content = json.dumps(ABOUT | {"releases": [ONE, TWO]}).encode()[:-30]
    one, bad = read_bytes(content)
    assert one.value == ONE
    assert "ends within an item" in bad.reason
    assert bad.content.startswith('{"ocid": "ocds-a-2"')


def test_linked_releases_give_the_compiled_release_or_say_that_there_is_none():
    linked = [{"url": "https://example.org/1", "date": "2020-01-01T00:00:00Z"}]
    records = [
        {"ocid": "a", "releases": linked, "compiledRelease": ONE},
        {"ocid": "b", "releases": linked},
    ]
    found = list(releases(read_bytes(json.dumps({"records": records}).encode())))
    assert [item.place for item in found] == ["records/0/compiledRelease", "records/1"]
    assert isinstance(found[1], Bad)


@pytest.mark.parametrize(
    "content", [b"", b"7", b'"x"', b"{", b"[", b'{"a" 1}', b'{"a":}', b"[1 2]"]
)
def test_what_is_no_ocds_at_all_is_bad_and_no_fault(content):
    assert any(isinstance(item, Bad) for item in read_bytes(content))


def test_an_item_larger_than_the_limit_is_refused_without_being_kept_whole(monkeypatch):
    monkeypatch.setattr(splitting, "MAX_ITEM", 1_000)
    monkeypatch.setattr(splitting, "CHUNK", 100)
    content = json.dumps({"releases": [ONE, {"ocid": "x" * 5_000}]}, indent=1).encode()
    one, bad = read_bytes(content)
    assert one.value == ONE
    assert "larger than" in bad.reason
    assert len(bad.content) < 5_000


def test_a_line_longer_than_the_limit_is_refused_and_the_next_is_read(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ITEM", 200)
    one, bad, two = read_bytes(lines(ONE, {"ocid": "x" * 900}, TWO))
    assert (one.value, two.value) == (ONE, TWO)
    assert bad.place == "line 2"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('"\\{}[],: aé\n', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text('"\\}x', max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(
    items=st.lists(st.dictionaries(st.text("ab{", min_size=1), JSON, max_size=3), max_size=4),
    beside=st.dictionaries(st.text("pq]", min_size=1), JSON, max_size=3),
    indent=st.sampled_from([None, 0, 2]),
    chunk=st.integers(1, 40),
)
def test_splitting_finds_what_a_json_parser_finds_whatever_the_chunks(items, beside, indent, chunk):
    content = json.dumps(beside | {"releases": items}, indent=indent).encode()
    splitter = splitting.Splitter(Trickle(content, chunk))
    found = [json.loads(value) for _, value in splitter.items(frozenset({"releases"}))]
    assert found == list(ijson.items(io.BytesIO(content), "releases.item"))
    assert {name: json.loads(value) for name, value in splitter.members.items()} == {
        json.dumps(name)[1:-1]: value for name, value in beside.items()
    }


class Trickle(io.BytesIO):
    """A file that gives little at a time."""

    def __init__(self, content: bytes, chunk: int) -> None:
        super().__init__(content)
        self._chunk = chunk

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._chunk)


def test_the_published_files_are_read_whole(data):
    with (data / "colombia-100-releases.json").open("rb") as stream:
        found = list(read(stream))
    assert [item.kind for item in found] == [RELEASE] * 100 + [PACKAGE]
    with (data / "fictional-example" / "record" / "ocds-213czf-000-00001.json").open(
        "rb"
    ) as stream:
        assert [item.kind for item in read(stream)] == [RECORD, PACKAGE]


class Endless(io.RawIOBase):
    """A package of many releases, made as it is read."""

    def __init__(self, releases: int) -> None:
        self._left = releases
        self._waiting = b'{"releases": [{"ocid": "first"}'

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while len(self._waiting) < len(buffer) and self._left:
            self._left -= 1
            self._waiting += b', {"ocid": "%d", "text": "%b"}' % (self._left, b"x" * 10_000)
            if not self._left:
                self._waiting += b"]}"
        given = self._waiting[: len(buffer)]
        self._waiting = self._waiting[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def test_a_file_is_not_held_in_memory():
    tracemalloc.start()
    try:
        count = sum(1 for item in read(io.BufferedReader(Endless(3_000))) if item.kind == RELEASE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 3_001
    assert peak < 10 << 20  # of 30 MB
