"""What an audit must catch in a record that its exporter, or a partner, falsified and signed."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sepakat.record import canon, dsse, export
from sepakat.record import label as labels
from sepakat.record.audit import audit
from sepakat.record.checkpoint import sign_checkpoint
from sepakat.record.fold import Fold
from sepakat.record.note import Note, Signature, parse_note
from sepakat.record.statement import Seen
from sepakat.record.treehead import Checkpoint
from sepakat.vocabulary import REGISTRY
from support import records
from support.audits import COMPANY, changed, found, places, resigned, tell
from support.nations import Nations

# A record that the exporter itself has falsified, with its own key under the manifest


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
