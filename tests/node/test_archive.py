"""A backup's file: what is damaged or hostile is refused before anything of it is used."""

import gzip
import io
import random
import stat
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

from sepakat.node import archive
from sepakat.node.archive import NODE, Manifest, Reader
from sepakat.record.errors import ConflictError, InvalidError

FACTS: dict[str, Any] = {
    "version": "0",
    "at": "2026-03-01T00:00:00Z",
    "nation": "MYS",
    "origin": "mys.example/log",
    "tables": {},
    "logs": {"MYS": {"size": 0, "root": "0" * 64}},
    "lost": (),
}
DIGEST = "ab" + "0" * 62
MEMBERS = {
    NODE: b"{}",
    "keys/KOR-hanbada.key": b"secret",
    "policies/no-gates.v2.cedar": b"forbid (principal, action, resource);",
    "tables/node_log/000000.jsonl": b"[1]\n" * 1000,
    f"evidence/ab/{DIGEST}": random.Random(1).randbytes(3000),
}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    with archive.new(tmp_path / "good", 0) as writer:
        for name, data in MEMBERS.items():
            writer.add(name, data)
        writer.finish(**FACTS)
    return tmp_path / "good"


def read(path: Path) -> tuple[Manifest, dict[str, bytes]]:
    with Reader(path) as reader:
        return reader.manifest, dict(reader.members(""))


def test_what_was_written_is_read(good: Path) -> None:
    manifest, members = read(good)
    assert members == MEMBERS
    assert (manifest.keys, manifest.evidence) == (["KOR-hanbada"], [DIGEST])
    assert stat.S_IMODE(good.stat().st_mode) == 0o600


def test_tar_reads_it_too(good: Path) -> None:
    with tarfile.open(good) as tar:
        names = tar.getnames()
        assert names == [*MEMBERS, "manifest.json"]
        assert all(tar.extractfile(name).read() == data for name, data in MEMBERS.items())


def test_a_file_that_is_there_is_not_overwritten(good: Path) -> None:
    before = good.read_bytes()
    with pytest.raises(ConflictError), archive.new(good, 0):
        pass
    assert good.read_bytes() == before


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="disk"), archive.new(tmp_path / "new", 0) as writer:
        writer.add(NODE, b"{}")
        raise OSError("the disk is full")
    assert list(tmp_path.iterdir()) == []


def test_a_file_cut_off_anywhere_is_refused(good: Path) -> None:
    data = good.read_bytes()
    for length in (*range(0, len(data), 97), len(data) - 1):
        good.write_bytes(data[:length])
        with pytest.raises(InvalidError):
            Reader(good)


def test_any_changed_byte_is_refused_or_changes_nothing(good: Path) -> None:
    """Of gzip's own header some bytes say nothing of the content."""
    data, honest = good.read_bytes(), read(good)
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        good.write_bytes(changed)
        with suppress(InvalidError):
            assert read(good) == honest, f"byte {place}"


def test_a_changed_byte_under_all_checksums_is_refused(good: Path) -> None:
    """As somebody would change it who packs it again: only the manifest tells."""
    data = bytearray(gzip.decompress(good.read_bytes()))
    place = data.index(MEMBERS[f"evidence/ab/{DIGEST}"])
    data[place] ^= 1
    good.write_bytes(gzip.compress(data))
    with pytest.raises(InvalidError, match=f"evidence/ab/{DIGEST} is not what the manifest says"):
        Reader(good)


def member(name: str, data: bytes = b"", **attributes: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, data


HOSTILE = {
    "an absolute path": member("/etc/passwd", b"x"),
    "a way out": member("evidence/../../x", b"x"),
    "a way out below a known folder": member("keys/../../x.key", b"x"),
    "a way out below the policies": member("policies/../x.cedar", b"x"),
    "a policy in a folder of its own": member("policies/a/b.cedar", b"x"),
    "what is no policy among them": member("policies/schema.cedarschema", b"x"),
    "a policy that is a link": member(
        "policies/a.cedar", type=tarfile.SYMTYPE, linkname="/etc/passwd"
    ),
    "a policy too many": member("policies/a.cedar", b"x"),
    "a symbolic link": member("keys/root.key", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "a hard link": member("keys/root.key", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
    "a device": member("keys/root.key", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
    "a pipe": member("keys/root.key", type=tarfile.FIFOTYPE),
    "a folder": member("keys", type=tarfile.DIRTYPE),
    "a long name of GNU tar's": member("keys/" + "a" * 80 + ".key" * 40, b"x"),
    "an unknown name": member("keys/root.key.bak", b"x"),
    "a second one of a name": member(NODE, b"{}"),
    "a key too many": member("keys/root.key", b"x"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_member_that_no_backup_has_is_refused(good: Path, case: str) -> None:
    def add(tar: tarfile.TarFile) -> None:
        info, data = HOSTILE[case]
        tar.addfile(info, io.BytesIO(data))

    forge(good, add)
    with pytest.raises(InvalidError, match="cannot be restored"):
        Reader(good)


@pytest.mark.parametrize("size", [archive.MAX_MEMBER_BYTES + 1, 8**11 - 1, -1, 2**70])
def test_a_member_larger_than_any_is_refused_before_it_is_read(good: Path, size: int) -> None:
    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo("keys/root.key")
        info.size = size
        tar.fileobj.write(info.tobuf(tarfile.GNU_FORMAT))

    forge(good, add)
    with pytest.raises(InvalidError, match=r"too large|damaged"):
        Reader(good)


def test_an_extended_header_is_not_read_into_memory(good: Path) -> None:
    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo("pax")
        info.type, info.size = tarfile.XHDTYPE, 8**11 - 1
        tar.fileobj.write(info.tobuf(tarfile.USTAR_FORMAT))

    forge(good, add)
    with pytest.raises(InvalidError, match="no place"):
        Reader(good)


def test_what_follows_the_end_is_refused(good: Path) -> None:
    data = gzip.decompress(good.read_bytes())
    good.write_bytes(gzip.compress(data + b"more".ljust(512, b"\0")))
    with pytest.raises(InvalidError, match="follows its end"):
        Reader(good)


def test_an_archive_without_a_manifest_is_no_backup(good: Path) -> None:
    with tarfile.open(good) as old:
        members = [(info, old.extractfile(info).read()) for info in old]
    with gzip.open(good, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for info, data in members[:-1]:
            tar.addfile(info, io.BytesIO(data))
    with pytest.raises(InvalidError, match="no manifest"):
        Reader(good)


def test_a_member_after_the_manifest_is_refused(good: Path) -> None:
    forge(good, lambda tar: tar.addfile(*_as_file("keys/root.key", b"x")), after=True)
    with pytest.raises(InvalidError, match=r"keys/root\.key has no place there"):
        Reader(good)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "sepakat/backup/v2"}, "format"),
        ({"nation": "KOR"}, "whole node"),
        ({"extra": 1}, "extra"),
        ({"logs": {"MYS": {"size": -1, "root": "0" * 64}}}, "size"),
        ({"members": {}}, "is not what the manifest says"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    good: Path, change: dict[str, Any], says: str
) -> None:
    manifest, members = read(good)
    wrong = orjson.dumps(manifest.model_dump(mode="json") | change)
    with gzip.open(good, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name, data in (members | {"manifest.json": wrong}).items():
            tar.addfile(*_as_file(name, data))
    with pytest.raises(InvalidError, match=says):
        Reader(good)


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", bytes(10240), gzip.compress(bytes(4096))],
    ids=["nothing", "text", "zeros", "zeros packed"],
)
def test_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(InvalidError, match="other"):
        Reader(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InvalidError, match=path.name):
            Reader(path)


def test_the_writer_makes_nothing_that_the_reader_refuses(tmp_path: Path) -> None:
    with archive.new(tmp_path / "new", 0) as writer:
        for name in ("../x", "keys/a b.key", "policies/a b.cedar"):
            with pytest.raises(InvalidError):
                writer.add(name, b"")
        writer.add(NODE, b"{}")
        writer.finish(**FACTS)
    read(tmp_path / "new")


def _as_file(name: str, data: bytes) -> tuple[tarfile.TarInfo, io.BytesIO]:
    info, _ = member(name, data)
    return info, io.BytesIO(data)


def forge(path: Path, add: Callable[[tarfile.TarFile], None], *, after: bool = False) -> None:
    """Pack an archive again with something added, before its manifest or after it."""
    with tarfile.open(path) as old:
        members = [(info, old.extractfile(info).read()) for info in old]
    place = len(members) if after else len(members) - 1
    with gzip.open(path, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for number, (info, data) in enumerate(members):
            if number == place:
                add(tar)
            tar.addfile(info, io.BytesIO(data))
        if after:
            add(tar)
