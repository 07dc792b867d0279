"""What an audit must catch in an exported record, whoever changed it, and what it must let be."""

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sepakat.record import canon, dsse, export
from sepakat.record import label as labels
from sepakat.record.audit import Report, audit
from sepakat.record.audit.files import _limit
from sepakat.record.audit.signatures import VerifyAhead, good_ones
from sepakat.record.audit.statements import verify_jobs
from sepakat.record.checkpoint import sign_checkpoint
from sepakat.record.errors import InvalidError
from sepakat.record.fold import Fold
from sepakat.record.note import Note, Signature, parse_note
from sepakat.record.statement import MAX_ENVELOPE_BYTES, Seen
from sepakat.record.tile import WIDTH
from sepakat.record.treehead import Checkpoint
from sepakat.vocabulary import REGISTRY
from support import records
from support.garbage import left_by
from support.nations import Nations

OWN = labels.make("RESTRICTED", ["MYS"])
COMPANY = {"name": "Company", "type": "company"}
AGREEMENT = {"title": "A title", "counterparty": "MYS", "exclusivity": "exclusive"}


def tell(nations: Nations, own: int = 2) -> Nations:
    """A short story of both nations, after `own` statements that MYS keeps to itself."""
    for i in range(own):
        nations.say("MYS", "organisation", f"MYS-own-{i}", "register", COMPANY, label=OWN)
    office = records.secret("MYS", "office")
    nations.say(
        "MYS", "key", "MYS-office", "register", {"name": "Office", "public_key": str(office.public)}
    )
    root, nations.keys["MYS"] = nations.keys["MYS"], office
    nations.say("MYS", "organisation", "MYS-a", "register", COMPANY)
    nations.keys["MYS"] = root
    nations.say("KOR", "agreement", "KOR-ag", "propose", AGREEMENT)
    nations.say("MYS", "agreement", "KOR-ag", "accept")
    nations.say(
        "KOR",
        "organisation",
        "KOR-own",
        "register",
        COMPANY,
        label=labels.make("RESTRICTED", ["KOR"]),
    )
    nations.say("MYS", "agreement", "KOR-ag", "accept")  # once too often: it is rejected
    return nations


@pytest.fixture(scope="module")
def nations() -> Nations:
    return tell(Nations("MYS", "KOR"))


@pytest.fixture
def record(tmp_path: Path, nations: Nations) -> Path:
    records.write(tmp_path / "record", nations)
    return tmp_path / "record"


@pytest.fixture(scope="module")
def every_sort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with every sort of file: full and partial tiles of two levels, an older cosigned
    checkpoint, and many leaves that stay closed, so that it is audited quickly."""
    directory = tmp_path_factory.mktemp("every-sort")
    nations = tell(Nations("MYS", "KOR"), own=256)
    records.write(
        directory, nations, reader=nations.cards["KOR"].reader, older={"MYS": 258, "KOR": 1}
    )
    return directory


def places(report: Report) -> list[str]:
    return [finding.place for finding in report.findings]


def found(report: Report, place: str, what: str) -> bool:
    return any(f.place.startswith(place) and what in f.what for f in report.findings)


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


@contextmanager
def changed(path: Path, data: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


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


# A record that the exporter itself has falsified, with its own key under the manifest


def resigned(directory: Path, **change: object) -> Report:
    records.sign_anew(directory, **change)  # type: ignore[arg-type]
    return audit(directory, REGISTRY)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_changed_byte_of_a_log_or_a_statement_fails_under_a_new_signature(
    every_sort: Path, data: st.DataObject
) -> None:
    parts = ("tile/", "disclosures/", "vkey", "witness.vkey")
    names = [
        n
        for n in records.all_files(every_sort)
        if n.removeprefix("partners/KOR/").startswith(parts)
    ]
    name = data.draw(st.sampled_from(sorted(names)), "file")
    path = every_sort / name
    before = bytearray(path.read_bytes())
    before[data.draw(st.integers(0, len(before) - 1), "offset")] ^= data.draw(st.integers(1, 255))
    manifest = (every_sort / export.MANIFEST).read_bytes()
    with changed(path, bytes(before)), changed(every_sort / export.MANIFEST, manifest):
        report = resigned(every_sort)
    tiles = name.rpartition("tile/")[0] + "tile/"
    assert any(p.startswith((name, tiles)) for p in places(report)), report.findings


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data(), content=st.binary(max_size=300))
def test_no_content_of_any_file_stops_the_audit(
    every_sort: Path, data: st.DataObject, content: bytes
) -> None:
    name = data.draw(st.sampled_from(sorted(records.all_files(every_sort))))
    before = (every_sort / name).read_bytes()
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    manifest = (every_sort / export.MANIFEST).read_bytes()
    after = before[:start] + content + before[end:]
    with changed(every_sort / export.MANIFEST, manifest), changed(every_sort / name, after):
        if name != export.MANIFEST:
            records.sign_anew(every_sort)
        audit(every_sort, REGISTRY)


def test_log_replaced_as_a_whole_does_not_hold_the_statements(
    record: Path, nations: Nations
) -> None:
    kor = nations.cards["KOR"]
    entries = [bytes([i]) * 32 for i in range(6)]
    forged = records.log_of(nations.cards["MYS"], entries, [kor])
    (record / "checkpoint").write_bytes(forged.checkpoint)
    (record / "tile/0/000.p/6").write_bytes(forged.read_tile(0, 0, 6))
    (record / "tile/entries/000.p/6").write_bytes(
        b"".join(b"\x00\x20" + entry for entry in entries)
    )
    report = resigned(record)
    assert found(report, "disclosures/MYS/000.jsonl, line 1, index 0", "do not open the leaf")
    assert found(report, "disclosures/KOR/000.jsonl, line 1, seen.MYS", "another root")
    assert found(report, "manifest.json, state", "another state")


def test_rewound_log_is_told_by_what_the_partner_had_seen(tmp_path: Path, nations: Nations) -> None:
    rewound = Nations("MYS", "KOR")
    tell(rewound)
    log = rewound.logs["MYS"]
    log.entries = log.entries[:3]
    records.write(tmp_path, rewound)
    report = audit(tmp_path, REGISTRY)
    assert found(report, "disclosures/KOR/000.jsonl, line 1, seen.MYS", "the export has 3")


def test_log_that_does_not_continue_its_cosigned_checkpoint_fails(
    record: Path, nations: Nations
) -> None:
    card = nations.cards["MYS"]
    other = records.log_of(card, [b"another"] * 4, [nations.cards["KOR"]])
    (record / "cosigned").write_bytes(other.checkpoint)
    assert found(resigned(record), "cosigned", "the log was forked")
    larger = records.log_of(card, [b"another"] * 7, [nations.cards["KOR"]])
    (record / "cosigned").write_bytes(larger.checkpoint)
    assert found(resigned(record), "cosigned", "the log was rewound")
    alone = records.log_of(card, [b"another"] * 4, [])
    (record / "cosigned").write_bytes(alone.checkpoint)
    assert found(resigned(record), "cosigned", "no witness")


@pytest.mark.parametrize("which", [1, 2])  # of type 04, of type 06
def test_forged_cosignature_is_named_and_the_log_is_still_checked(record: Path, which: int) -> None:
    path = record / "checkpoint"
    note = parse_note(path.read_bytes())
    signatures = list(note.signatures)
    theirs = signatures[which]
    changed = bytes([theirs.value[-1] ^ 1])
    signatures[which] = Signature(theirs.name, theirs.key_id, theirs.value[:-1] + changed)
    path.write_bytes(Note(note.text, tuple(signatures)).encode())
    report = resigned(record)
    assert found(report, "checkpoint", "kor.example/witness does not verify")
    assert len(report.findings) == 1
    assert (report.cosignatures, report.leaves) == (2, 8)


def test_nation_does_not_witness_its_own_log(record: Path, nations: Nations) -> None:
    card = nations.cards["MYS"]
    entries = parse_entries(record / "tile/entries/000.p/6")
    (record / "checkpoint").write_bytes(records.log_of(card, entries, [card]).checkpoint)
    assert resigned(record).cosignatures == 2  # KOR's log has those of MYS


def parse_entries(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return [data[i + 2 : i + 34] for i in range(0, len(data), 34)]


def test_checkpoint_of_another_key_is_refused(record: Path, nations: Nations) -> None:
    (record / "checkpoint").write_bytes((record / "partners/KOR/checkpoint").read_bytes())
    report = resigned(record)
    assert found(report, "checkpoint", "no known key has signed")
    assert found(report, "disclosures/MYS/000.jsonl", "no log of MYS")


def test_checkpoint_of_a_size_beyond_all_files_ends_at_the_first_that_is_missing(
    record: Path, nations: Nations
) -> None:
    card = nations.cards["MYS"]
    huge = sign_checkpoint(Checkpoint(card.origin, 2**62, b"\x01" * 32), records.log_signer(card))
    (record / "checkpoint").write_bytes(huge)
    report = resigned(record)
    assert found(report, "tile/entries/000", "no such file")
    assert found(report, "manifest.json, sizes.MYS", str(2**62))


def test_wrong_state_digest_is_named(record: Path) -> None:
    assert places(resigned(record, state="0" * 64)) == ["manifest.json, state"]


def test_wrong_size_is_named(record: Path) -> None:
    assert places(resigned(record, sizes={"MYS": 6, "KOR": 3})) == ["manifest.json, sizes.KOR"]


def test_log_left_out_is_named(record: Path) -> None:
    report = resigned(record, sizes={"MYS": 6})
    assert "partners/KOR/checkpoint" in places(report)


def test_statement_left_out_changes_the_state(record: Path) -> None:
    path = record / "disclosures/MYS/000.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    report = resigned(record)
    assert places(report) == ["disclosures/MYS", "manifest.json, state"]
    assert places(resigned(record, state=report.state)) == ["disclosures/MYS"]


def test_disclosures_out_of_order_or_repeated_are_named(record: Path) -> None:
    path = record / "disclosures/MYS/000.jsonl"
    one, two, *rest = path.read_bytes().splitlines(keepends=True)
    for lines in ([two, one, *rest], [one, one, two, *rest]):
        path.write_bytes(b"".join(lines))
        assert found(resigned(record), "disclosures/MYS/000.jsonl, line 2, index 0", "out of order")


def test_disclosures_without_a_whole_last_line_are_named(record: Path) -> None:
    path = record / "disclosures/MYS/000.jsonl"
    for data in (path.read_bytes()[:-1], b""):
        path.write_bytes(data)
        assert found(resigned(record), "disclosures/MYS/000.jsonl", "whole line")


def test_disclosure_that_the_reader_may_not_see_is_named(record: Path, nations: Nations) -> None:
    reader = export.ManifestReader.of(nations.cards["KOR"].reader)
    report = resigned(record, reader=reader)
    assert set(places(report)) == {
        f"disclosures/MYS/000.jsonl, line {line}, label" for line in (1, 2)
    }


def test_partner_statement_that_was_not_released_to_the_exporter_is_named(
    tmp_path: Path, nations: Nations
) -> None:
    records.write(tmp_path, nations, shows=lambda entry: True)
    report = audit(tmp_path, REGISTRY)
    assert places(report) == ["disclosures/KOR/000.jsonl, line 2, label"]


def test_mark_of_a_root_that_a_log_never_had_is_named(tmp_path: Path) -> None:
    nations = tell(Nations("MYS", "KOR"))
    nations.say(
        "KOR",
        "organisation",
        "KOR-b",
        "register",
        COMPANY,
        seen={"MYS": Seen(size=3, root="5" * 64)},
    )
    records.write(tmp_path, nations)
    assert places(audit(tmp_path, REGISTRY)) == ["disclosures/KOR/000.jsonl, line 2, seen.MYS"]


def test_mark_beyond_what_the_exporter_has_of_a_third_log_is_only_counted(tmp_path: Path) -> None:
    nations = Nations("MYS", "KOR", "TUR")
    seen = {"TUR": Seen(size=3, root="5" * 64)}
    nations.say("KOR", "organisation", "KOR-b", "register", COMPANY, seen=seen)
    records.write(tmp_path, nations)
    report = audit(tmp_path, REGISTRY)
    assert (report.findings, report.unchecked_marks) == ([], 1)
    nations.say("MYS", "organisation", "MYS-b", "register", COMPANY, seen=seen)
    records.write(tmp_path / "own", nations)
    assert places(audit(tmp_path / "own", REGISTRY)) == [
        "disclosures/MYS/000.jsonl, line 1, seen.TUR"
    ]


# Keys


def test_record_signed_by_another_key_passes_only_without_pins(tmp_path: Path) -> None:
    honest = Nations("MYS", "KOR")
    forged = Nations("MYS", "KOR")
    forged.keys["KOR"] = records.secret("KOR", "somebody else's")
    forged.cards["KOR"] = forged.cards["KOR"].model_copy(
        update={"statement_key": str(forged.keys["KOR"].public)}
    )
    forged.state = Fold(REGISTRY, forged.cards.values())
    records.write(tmp_path, tell(forged))
    assert audit(tmp_path, REGISTRY).ok
    pins = {n: card.fingerprint for n, card in honest.cards.items()}
    assert places(audit(tmp_path, REGISTRY, pins=pins)) == ["keys.json, KOR"]


def test_pins_are_compared_without_regard_to_spaces_and_case(
    record: Path, nations: Nations
) -> None:
    pin = nations.cards["MYS"].fingerprint
    assert audit(record, REGISTRY, pins={"MYS": pin.replace(" ", "").upper()}).ok
    assert places(audit(record, REGISTRY, pins={"MYS": pin[:-1]})) == ["keys.json, MYS"]
    assert places(audit(record, REGISTRY, pins={"TUR": pin})) == ["keys.json, TUR"]


def test_manifest_signed_by_a_key_that_is_not_the_root_is_named(record: Path) -> None:
    records.sign_anew(record, records.secret("MYS", "office"))
    assert places(audit(record, REGISTRY)) == [
        "manifest.json, signatures, keyid",
        "manifest.json, signatures, sig",
    ]


def test_manifest_with_a_second_signature_is_named(record: Path) -> None:
    path = record / export.MANIFEST
    envelope = dsse.decode(path.read_bytes())
    stray = records.secret("MYS", "office")
    second = dsse.Signature(stray.public.keyid, stray.sign(envelope.signed))
    both = replace(envelope, signatures=(*envelope.signatures, second))
    path.write_bytes(both.encode())
    assert places(audit(record, REGISTRY)) == ["manifest.json, signatures"]


def test_manifest_under_the_type_of_a_statement_is_refused(record: Path) -> None:
    path = record / export.MANIFEST
    payload = dsse.decode(path.read_bytes()).payload
    key = records.secret("MYS", "statement")
    path.write_bytes(dsse.sign(dsse.STATEMENT, payload, key).encode())
    assert found(audit(record, REGISTRY), "manifest.json", "payload type")


def test_second_card_of_a_nation_is_refused(record: Path) -> None:
    path = record / export.KEYS
    kor, mys = canon.decode(path.read_bytes())
    for cards in ([kor, mys, mys], [mys, kor]):
        path.write_bytes(canon.encode(cards))
        assert found(resigned(record), "keys.json", "not sorted")


def test_statement_signed_by_nobody_registered_is_rejected_and_counted(tmp_path: Path) -> None:
    nations = tell(Nations("MYS", "KOR"))
    nations.keys["KOR"] = records.secret("KOR", "stray")
    nations.say("KOR", "organisation", "KOR-b", "register", COMPANY)
    records.write(tmp_path, nations)
    report = audit(tmp_path, REGISTRY)
    assert report.findings == []
    assert report.rejected == {"signature": 1, "state": 1}


@pytest.mark.parametrize("faulty", [False, True])
def test_worker_processes_give_the_same_report(tmp_path: Path, faulty: bool) -> None:
    nations = tell(Nations("MYS", "KOR"))
    if faulty:
        nations.keys["KOR"] = records.secret("KOR", "stray")
        nations.say("KOR", "organisation", "KOR-b", "register", COMPANY)
    records.write(tmp_path, nations)
    if faulty:
        path = tmp_path / "disclosures/KOR/000.jsonl"
        path.write_bytes(path.read_bytes().replace(b'"sig":"', b'"sig":"A', 1))
    alone = audit(tmp_path, REGISTRY)
    assert alone.ok is not faulty
    assert audit(tmp_path, REGISTRY, workers=2) == alone


def test_worker_finds_only_good_signatures_good() -> None:
    key, stray = records.secret("MYS", "one"), records.secret("MYS", "two")
    good = (key.public.raw, b"message", key.sign(b"message"))
    bad = [
        (key.public.raw, b"another", good[2]),
        (stray.public.raw, b"message", good[2]),
        (key.public.raw, b"message", good[2][:-1]),
        (key.public.raw, b"message", b""),
        (key.public.raw, good[2][-1:] + b"message", good[2][:-1]),
    ]
    assert good_ones([good]) != b""
    assert good_ones([*bad, good, *bad]) == good_ones([good])


def test_worker_is_not_believed_about_another_split_of_signature_and_message() -> None:
    key = records.secret("MYS", "one")
    signature = key.sign(b"message")
    with VerifyAhead(1) as ahead:
        ahead.submit([(key.public.raw, b"message", signature)])
        assert ahead.verify(key.public, b"message", signature)
        assert not ahead.verify(key.public, signature[-1:] + b"message", signature[:-1])


def test_dead_workers_answer_for_nothing() -> None:
    key = records.secret("MYS", "one")
    messages = [b"%d" % number for number in range(2_000)]
    with VerifyAhead(1) as ahead:
        signed = [(key.public.raw, each, key.sign(each)) for each in messages]
        for start in range(0, len(signed), 100):
            ahead.submit(signed[start : start + 100])
        for worker in active_children():
            worker.kill()
        assert all(ahead.verify(key.public, said, by) for _, said, by in signed)
        assert not ahead.verify(key.public, b"never", signed[0][2])


def test_signatures_of_all_registered_keys_are_verified_ahead(nations: Nations) -> None:
    roots = {(n, k.public.keyid): k.public for n, k in nations.keys.items()}
    jobs = list(verify_jobs(list(nations.entries()), roots))
    assert len(jobs) == len(list(nations.entries()))
    assert len({raw for raw, _, _ in jobs}) == 3


# What a faulty partner may have logged


@pytest.mark.parametrize("envelope", [b"\xff garbage", b"{}", b'{"a":1}', b"[1]", b"{ }"])
def test_logged_garbage_is_a_rejected_part_of_the_record(tmp_path: Path, envelope: bytes) -> None:
    nations = tell(Nations("MYS", "KOR"))
    garbage = export.Disclosure("KOR", 2, b"s" * 32, envelope)
    records.write(tmp_path / "all", nations, more=[garbage])
    report = audit(tmp_path / "all", REGISTRY)
    assert report.findings == []
    assert report.rejected == {"state": 1, "unreadable": 1}
    records.write(tmp_path / "public", nations, more=[garbage], reader=labels.PUBLIC_READER)
    report = audit(tmp_path / "public", REGISTRY)
    assert places(report) == ["disclosures/KOR/000.jsonl, line 1"]


def test_logged_garbage_in_the_place_of_an_object_is_named(tmp_path: Path) -> None:
    nations = tell(Nations("MYS", "KOR"))
    envelope = b"{ }"
    records.write(tmp_path, nations, more=[export.Disclosure("KOR", 2, b"s" * 32, envelope)])
    path = tmp_path / "disclosures/KOR/000.jsonl"
    text = b'"' + base64.b64encode(envelope) + b'"'
    path.write_bytes(path.read_bytes().replace(text, envelope, 1))
    assert places(resigned(tmp_path))[0] == "disclosures/KOR/000.jsonl, line 2, index 2"


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
