"""What an audit must catch in a record's files, whoever changed them, and what it must let be."""

import base64
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sepakat.record import canon, export
from sepakat.record import label as labels
from sepakat.record.audit import audit
from sepakat.record.audit.files import _limit
from sepakat.record.errors import InvalidError
from sepakat.record.fold import Fold
from sepakat.record.statement import MAX_ENVELOPE_BYTES
from sepakat.record.tile import WIDTH
from sepakat.vocabulary import REGISTRY
from support import records
from support.audits import changed, found, places, resigned
from support.garbage import left_by
from support.nations import Nations

# An honest record


def test_honest_record_passes(record: Path, nations: Nations) -> None:
    report = audit(record, REGISTRY)
    assert report.findings == []
    assert report.state == nations.fold("MYS").digest()
    assert report.sizes == {"MYS": 6, "KOR": 2}
    assert report.roots == {n: log.tree.root().hex() for n, log in nations.logs.items()}
    assert (report.leaves, report.statements, report.standing) == (8, 7, 6)
    assert report.rejected == {"state": 1}
    assert (report.signatures, report.cosignatures, report.marks) == (7, 4, 7)
    assert report.fingerprints == {n: c.fingerprint for n, c in nations.cards.items()}


def test_what_an_audit_has_read_does_not_wait_for_the_garbage_collector(record: Path) -> None:
    """To find a whole record again, as a cycle, took the collector an eighth of an audit."""
    assert left_by(lambda: audit(record, REGISTRY), Fold) == 0


def test_honest_record_of_every_sort_of_file_passes(every_sort: Path) -> None:
    report = audit(every_sort, REGISTRY)
    assert report.findings == []
    assert {"tile/0/000", "tile/0/001.p/4", "tile/1/000.p/1", "cosigned"} <= set(
        records.all_files(every_sort)
    )


@pytest.mark.parametrize("exporter", ["MYS", "KOR"])
@pytest.mark.parametrize("reader", ["PUBLIC", "KOR", "company", None])
def test_honest_export_for_a_reader_passes(
    tmp_path: Path, nations: Nations, exporter: str, reader: str | None
) -> None:
    chosen = {
        "PUBLIC": labels.PUBLIC_READER,
        "KOR": nations.cards["KOR"].reader,
        "company": labels.organisation_reader("MYS", "MYS-a", "RESTRICTED"),
        None: None,
    }[reader]
    records.write(tmp_path, nations, exporter=exporter, reader=chosen)
    assert audit(tmp_path, REGISTRY).findings == []


def test_empty_record_passes(tmp_path: Path) -> None:
    records.write(tmp_path, Nations("MYS", "KOR"))
    report = audit(tmp_path, REGISTRY)
    assert report.findings == []
    assert report.sizes == {"KOR": 0, "MYS": 0}


def test_progress_is_told_up_to_the_end(every_sort: Path) -> None:
    told: dict[str, tuple[int, int]] = {}
    audit(every_sort, REGISTRY, progress=lambda step, *done: told.__setitem__(step, done))
    assert set(told) == {"log of KOR", "log of MYS", "statements", "state"}
    assert all(done == total for done, total in told.values())


# One changed byte, by someone without the exporter's key


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_single_changed_byte_fails_and_names_its_file(
    every_sort: Path, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(records.all_files(every_sort))), "file")
    path = every_sort / name
    before = path.read_bytes()
    offset = data.draw(st.integers(0, len(before) - 1), "offset")
    flip = data.draw(st.integers(1, 255), "flip")
    after = bytearray(before)
    after[offset] ^= flip
    with changed(path, bytes(after)):
        report = audit(every_sort, REGISTRY)
    assert not report.ok
    assert any(place.startswith(name) for place in places(report)), report.findings


def test_any_single_changed_character_of_the_manifest_fails(every_sort: Path) -> None:
    """Case, other alphabets of base64, white space, padding: spellings that parsers forgive."""
    path = every_sort / export.MANIFEST
    before = path.read_bytes()
    for offset in range(0, len(before), 1 + len(before) // 50):
        for new in {before[offset : offset + 1].swapcase(), b"-", b"=", b" ", b"\n", b"A", b"B"}:
            if new == before[offset : offset + 1]:
                continue
            with changed(path, before[:offset] + new + before[offset + 1 :]):
                assert any(
                    p.startswith(export.MANIFEST) for p in places(audit(every_sort, REGISTRY))
                )


@pytest.mark.parametrize("offset", range(-150, 0))
def test_any_changed_byte_in_the_signature_of_the_manifest_fails(record: Path, offset: int) -> None:
    path = record / export.MANIFEST
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(bytes(data))
    assert any(p.startswith(export.MANIFEST) for p in places(audit(record, REGISTRY)))


SPELLINGS = {
    "a space": lambda data: data.replace(b'":"', b'": "', 1),
    "a newline at the end": lambda data: data + b"\n",
    "members in another order": lambda data: json.dumps(
        dict(reversed(json.loads(data).items())), separators=(",", ":")
    ).encode(),
    "an escaped character": lambda data: data.replace(b'"payload"', b'"\\u0070ayload"', 1),
    "a repeated member": lambda data: data.replace(b'{"payload"', b'{"payload":"","payload"', 1),
    "one more member": lambda data: data.replace(b'"signatures"', b'"q":1,"signatures"', 1),
    "the signature twice": lambda data: _edit(data, lambda s: s + s),
    "no signature": lambda data: _edit(data, lambda s: []),
    "another keyid": lambda data: _edit(data, lambda s: [{**s[0], "keyid": "0" * 32}]),
    "no keyid": lambda data: _edit(data, lambda s: [{**s[0], "keyid": ""}]),
    "the keyid in capitals": lambda data: _edit(
        data, lambda s: [{**s[0], "keyid": s[0]["keyid"].upper()}]
    ),
    "base64 without padding": lambda data: _edit(
        data, lambda s: [{**s[0], "sig": s[0]["sig"].rstrip("=")}]
    ),
    "base64 with stray bits": lambda data: _edit(
        data, lambda s: [{**s[0], "sig": s[0]["sig"][:-3] + _next(s[0]["sig"][-3]) + "=="}]
    ),
    "base64 with a newline": lambda data: _edit(
        data, lambda s: [{**s[0], "sig": s[0]["sig"] + "\n"}]
    ),
}


def _edit(data: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    value = json.loads(data)
    return canon.encode({**value, "signatures": change(value["signatures"])})


def _next(char: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(char) + 1]


@pytest.mark.parametrize("how", SPELLINGS)
def test_second_spelling_of_the_manifest_fails(record: Path, how: str) -> None:
    path = record / export.MANIFEST
    before = path.read_bytes()
    after = SPELLINGS[how](before)
    assert after != before
    path.write_bytes(after)
    assert any(p.startswith(export.MANIFEST) for p in places(audit(record, REGISTRY)))


def test_deleted_file_is_named(every_sort: Path, tmp_path: Path) -> None:
    for name in records.all_files(every_sort):
        copy = tmp_path / "copy"
        shutil.copytree(every_sort, copy)
        (copy / name).unlink()
        assert any(p.startswith(name) for p in places(audit(copy, REGISTRY))), name
        shutil.rmtree(copy)


def test_truncated_and_lengthened_files_are_named(every_sort: Path) -> None:
    for name in records.all_files(every_sort):
        before = (every_sort / name).read_bytes()
        for after in (before[:-1], before[: len(before) // 2], b"", before + b"\n", before * 2):
            with changed(every_sort / name, after):
                assert any(p.startswith(name) for p in places(audit(every_sort, REGISTRY))), name


def test_swapped_files_are_both_named(every_sort: Path) -> None:
    names = sorted(records.all_files(every_sort))
    for one, two in zip(names, names[1:] + names[:1], strict=True):
        data = [(every_sort / name).read_bytes() for name in (one, two)]
        with changed(every_sort / one, data[1]), changed(every_sort / two, data[0]):
            named = places(audit(every_sort, REGISTRY))
        for name in (one, two):
            assert any(p.startswith(name) for p in named), (one, two)


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "tile/0/000.p/5",
        "tile/0/001",
        "tile/2/000.p/1",
        "tile/entries/000.p/5",
        "partners/KOR/notes.txt",
        "partners/TUR/checkpoint",
        "partners/MYS/checkpoint",
        "disclosures/MYS/001.jsonl",
        "disclosures/TUR/000.jsonl",
        "disclosures/MYS/000.jsonl.bak",
        ".hidden",
        "tile/0/\udcff",
        "\x1b[2J",
    ],
)
@pytest.mark.parametrize("signed", [False, True])
def test_added_file_is_named(record: Path, name: str, signed: bool) -> None:
    path = record / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    if signed:
        with suppress(InvalidError):  # a manifest cannot name every file
            records.sign_anew(record)
    report = audit(record, REGISTRY)
    shown = name.encode("utf-8", "backslashreplace").decode().replace("\x1b", "\\x1b")
    assert any(p == shown for p in places(report)), report.findings
    assert all(str(f).isprintable() for f in report.findings)


def test_file_that_fits_the_record_but_not_the_manifest_is_named(
    record: Path, nations: Nations
) -> None:
    (record / "cosigned").write_bytes((record / "checkpoint").read_bytes())
    assert places(audit(record, REGISTRY)) == ["cosigned"]
    assert resigned(record).ok


# A hostile directory


def test_missing_directory_is_a_finding(tmp_path: Path) -> None:
    report = audit(tmp_path / "nothing", REGISTRY)
    assert found(report, "the record", "cannot be read")


def test_symbolic_links_are_named_and_not_followed(record: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copytree(record / "tile", outside)
    shutil.copy(record / "vkey", tmp_path / "vkey")
    (record / "vkey").unlink()
    (record / "vkey").symlink_to(tmp_path / "vkey")
    shutil.rmtree(record / "tile")
    (record / "tile").symlink_to(outside, target_is_directory=True)
    report = audit(record, REGISTRY)
    assert found(report, "vkey", "symbolic link")
    assert found(report, "tile", "symbolic link")
    assert found(report, "tile/entries/000.p/6", "no such file")


def test_pipe_in_place_of_a_file_is_named_and_not_waited_for(record: Path) -> None:
    (record / "checkpoint").unlink()
    os.mkfifo(record / "checkpoint")
    assert found(audit(record, REGISTRY), "checkpoint", "no plain file")


def test_the_largest_disclosures_that_a_bundle_can_have_are_beyond_their_limit() -> None:
    largest = bytes(MAX_ENVELOPE_BYTES)  # no JSON, so it stands in base64
    line = export.encode_line(export.Disclosure("MYS", 2**53 - 1, bytes(32), largest))
    assert WIDTH * (len(line) + 1) <= _limit("disclosures/MYS/000.jsonl")


@pytest.mark.parametrize("name", ["vkey", "checkpoint", "keys.json", "tile/0/000.p/6"])
def test_file_beyond_its_limit_is_named_and_not_read(record: Path, name: str) -> None:
    os.truncate(record / name, 1 << 40)
    assert found(audit(record, REGISTRY), name, "is longer than")


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "tile/../../outside"])
def test_path_out_of_the_directory_in_the_manifest_leads_nowhere(record: Path, path: str) -> None:
    (record.parent / "outside").write_bytes(b"secret")
    old, _ = export.parse_manifest((record / export.MANIFEST).read_bytes())
    manifest = old.model_copy(update={"files": {**old.files, path: "0" * 64}})
    data = manifest.sign(records.secret("MYS", "statement"))
    (record / export.MANIFEST).write_bytes(data)
    assert found(audit(record, REGISTRY), path, "is missing")


def test_findings_beyond_a_thousand_are_counted(record: Path) -> None:
    path = record / "disclosures/MYS/000.jsonl"
    path.write_bytes(b"x\n" * 3000)
    report = audit(record, REGISTRY)
    assert len(report.findings) == 1001
    assert "more findings" in report.findings[-1].what


def test_damaged_manifest_does_not_hide_what_else_is_wrong(record: Path) -> None:
    (record / export.MANIFEST).write_bytes(b"{}")
    tile = record / "partners/KOR/tile/0/000.p/2"
    tile.write_bytes(b"\x00" * 64)
    path = record / "disclosures/MYS/000.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"salt":"', b'"salt":"A', 1))
    report = audit(record, REGISTRY)
    assert report.nation == "MYS"
    assert {
        "manifest.json",
        "partners/KOR/tile/0/000.p/2",
        "disclosures/MYS/000.jsonl, line 1",
    } <= (set(places(report)))


def test_salt_is_not_taken_from_a_second_spelling(record: Path) -> None:
    path = record / "disclosures/MYS/000.jsonl"
    line = json.loads(path.read_bytes().splitlines()[0])
    raw = base64.b64decode(line["salt"])
    urlsafe = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    path.write_bytes(path.read_bytes().replace(line["salt"].encode(), urlsafe.encode(), 1))
    assert found(resigned(record), "disclosures/MYS/000.jsonl, line 1", "canonical")
