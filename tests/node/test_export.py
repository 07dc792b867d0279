"""A node's export: what it holds, whole or for a reader, in place of an earlier one only."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest

from sepakat.node import disclosure, mirror, partners, rows
from sepakat.node.export import export
from sepakat.node.home import Config, Home
from sepakat.node.init import make_keys
from sepakat.node.ledger import Draft, Ledger, begin
from sepakat.node.models import Leaf, Log
from sepakat.node.rebuild import check
from sepakat.record import canon, seal
from sepakat.record import label as labels
from sepakat.record.audit import audit
from sepakat.record.checkpoint import cosign
from sepakat.record.errors import ConflictError, InvalidError
from sepakat.record.keys import SigningKey, decode_base64
from sepakat.record.label import may_see
from sepakat.record.leaf import commit
from sepakat.record.tile import WIDTH, TilePath, encode_entries
from sepakat.vocabulary import REGISTRY
from support import records
from support.nations import Nations

pytestmark = pytest.mark.django_db

AT = "2026-02-01T00:00:00Z"
COMPANY = {"name": "Company", "type": "company"}
OWN = labels.make("RESTRICTED", ["MYS"])
BOTH = labels.make("RESTRICTED", ["KOR", "MYS"])
PUBLIC = labels.make("UNCLASSIFIED", [labels.PUBLIC])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    config = Config(
        nation="MYS",
        name="Malaysia",
        origin="mys.example/log",
        url="https://mys.example",
        ceiling="SECRET",
    )
    made = Home.create(tmp_path / "node", config)
    make_keys(made)
    begin(made)
    office = str(SigningKey(made.keys.get("office")).public)
    body = {"name": "office", "public_key": office}
    say(made, "key", "MYS-key-office", "register", body, PUBLIC)
    return made


def say(
    home: Home,
    kind: str,
    name: str,
    action: str,
    body: dict[str, str],
    label: labels.Label | None = OWN,
) -> None:
    role = "administrator" if kind == "key" else "officer"
    Ledger(home, REGISTRY).append([Draft(kind, name, action, body, label, role)], at=AT)


def companies(home: Home, count: int, label: labels.Label = BOTH, first: int = 0) -> None:
    drafts = [
        Draft("organisation", f"MYS-c-{first + i}", "register", COMPANY, label)
        for i in range(count)
    ]
    Ledger(home, REGISTRY).append(drafts, at=AT)


@pytest.fixture
def partner(home: Home) -> Nations:
    """KOR, registered, its log followed, and what MYS may see of it disclosed."""
    nations = Nations("KOR")
    for i in range(3):
        nations.say("KOR", "organisation", f"KOR-c-{i}", "register", COMPANY, label=BOTH)
    kor = labels.make("RESTRICTED", ["KOR"])
    nations.say("KOR", "organisation", "KOR-own", "register", COMPANY, label=kor)
    card = nations.cards["KOR"]
    partners.register(home, REGISTRY, card, card.fingerprint)
    take(home, nations)
    return nations


def take(home: Home, nations: Nations) -> None:
    card, reader = nations.cards["KOR"], home.card().reader
    recipient = seal.SealingPublicKey.from_bytes(decode_base64(home.card().sealing_key))
    shown = [records.disclosure(e) for e in nations.logs["KOR"].entries]
    log = records.log_of(card, [commit(d.salt, d.envelope) for d in shown], [])

    def fetch(tile: TilePath) -> bytes:
        assert tile.level == "entries"
        return encode_entries(log.read_entries(tile.index, tile.width))

    mirror.follow(home, card, lambda: log.checkpoint, fetch)
    page = []
    for entry, shows in zip(nations.logs["KOR"].entries, shown, strict=True):
        assert entry.statement is not None
        if not may_see(entry.statement.label, reader):
            continue
        label = entry.statement.label.model_dump()
        context = {
            "origin": card.origin,
            "index": entry.index,
            "digest": entry.digest,
            "label": label,
        }
        sealed = seal.seal(shows.salt + shows.envelope, recipient, canon.encode(context))
        text = base64.b64encode(sealed).decode()
        page.append({"index": entry.index, "digest": entry.digest, "label": label, "sealed": text})
    data = canon.encode({"next": log.size, "records": page})
    disclosure.take(home, REGISTRY, card, data, 0)


def said(directory: Path) -> set[str]:
    lines = [
        json.loads(line)["envelope"]["payload"]
        for path in directory.rglob("disclosures/*/*.jsonl")
        for line in path.read_text().splitlines()
    ]
    return {json.loads(base64.b64decode(payload))["object"] for payload in lines}


def test_export_passes_the_audit_in_the_state_of_the_node(
    home: Home, partner: Nations, tmp_path: Path
) -> None:
    companies(home, 2 * WIDTH)
    manifest = export(home, REGISTRY, tmp_path / "out", at=AT)
    pins = {c.nation: c.fingerprint for c in (home.card(), partner.cards["KOR"])}
    report = audit(tmp_path / "out", REGISTRY, pins=pins)
    assert report.findings == []
    assert report.state == manifest.state == check(home, REGISTRY)
    assert report.sizes == {"MYS": 2 * WIDTH + 2, "KOR": 4}
    assert report.statements == 2 * WIDTH + 5
    assert report.standing == report.statements
    assert (report.cosignatures, report.at) == (2, AT)


def test_export_for_a_reader_leaves_out_what_its_labels_hide(
    home: Home, partner: Nations, tmp_path: Path
) -> None:
    companies(home, 2, OWN)
    companies(home, 2, BOTH, first=2)
    companies(home, 1, labels.make("UNCLASSIFIED", ["PUBLIC"]), first=4)
    ours = {f"KOR-c-{i}" for i in range(3)}
    open_ = {"MYS-c-4", "MYS-key-office"}
    for reader, expected in (
        (partner.cards["KOR"].reader, {"MYS-c-2", "MYS-c-3", "MYS-partner-kor", *open_, *ours}),
        (labels.PUBLIC_READER, open_),
    ):
        export(home, REGISTRY, tmp_path / "out", reader, AT)
        assert said(tmp_path / "out") == expected
        assert audit(tmp_path / "out", REGISTRY).findings == []


def test_cosignature_of_an_older_size_is_exported_beside_the_checkpoint(
    home: Home, partner: Nations, tmp_path: Path
) -> None:
    def cosigned() -> None:
        note = bytes(Log.objects.get(nation="MYS").checkpoint)
        card = partner.cards["KOR"]
        lines = [cosign(note, signer, 1_770_000_000) for signer in records.witness_signers(card)]
        mirror.cosigned(home, card, "".join(lines).encode(), note)

    cosigned()
    export(home, REGISTRY, tmp_path / "out", at=AT)
    assert not (tmp_path / "out/cosigned").exists()
    assert audit(tmp_path / "out", REGISTRY).cosignatures == 4
    companies(home, 1)
    export(home, REGISTRY, tmp_path / "out", at=AT)
    assert (tmp_path / "out/cosigned").exists()
    report = audit(tmp_path / "out", REGISTRY)
    assert (report.findings, report.cosignatures) == ([], 4)


def test_log_is_exported_as_it_was_when_the_export_began(
    home: Home, partner: Nations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    companies(home, WIDTH - 4)
    tile, said_more = rows.tile, []

    def tile_after_more(nation: str, level: int, index: int) -> bytes:
        if not said_more:
            said_more.append(True)
            companies(home, WIDTH, first=WIDTH)
        return tile(nation, level, index)

    size = Log.objects.get(nation="MYS").size
    monkeypatch.setattr(rows, "tile", tile_after_more)
    manifest = export(home, REGISTRY, tmp_path / "out", at=AT)
    assert said_more
    assert manifest.sizes["MYS"] == size
    assert audit(tmp_path / "out", REGISTRY).findings == []


def test_registered_partner_without_a_log_yet_has_only_a_card(home: Home, tmp_path: Path) -> None:
    card = Nations("KOR").cards["KOR"]
    partners.register(home, REGISTRY, card, card.fingerprint)
    export(home, REGISTRY, tmp_path / "out", at=AT)
    report = audit(tmp_path / "out", REGISTRY)
    assert report.findings == []
    assert (set(report.sizes), set(report.fingerprints)) == ({"MYS"}, {"MYS", "KOR"})


def test_statement_whose_salt_is_destroyed_stays_closed(home: Home, tmp_path: Path) -> None:
    companies(home, 2)
    Leaf.objects.filter(nation="MYS", index=1).update(salt=None)
    export(home, REGISTRY, tmp_path / "out", at=AT)
    assert said(tmp_path / "out") == {"MYS-key-office", "MYS-c-1"}
    (finding,) = audit(tmp_path / "out", REGISTRY).findings
    assert str(finding) == (
        "disclosures/MYS: 1 of 3 statements are not shown, though no reader is named"
    )


def test_earlier_export_is_replaced_whole_and_nothing_is_left_beside_it(
    home: Home, tmp_path: Path
) -> None:
    out = tmp_path / "here" / "out"
    export(home, REGISTRY, out, at=AT)
    companies(home, 1)
    export(home, REGISTRY, out, at=AT)
    assert audit(out, REGISTRY).findings == []
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "vkey", "tile"])
def test_folder_that_is_no_earlier_export_is_left_as_it_is(
    home: Home, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine")
    with pytest.raises(ConflictError):
        export(home, REGISTRY, out, at=AT)
    assert [(p.name, p.read_text()) for p in out.iterdir()] == [(name, "mine")]


def test_export_with_something_else_in_it_is_not_deleted(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(home, REGISTRY, out, at=AT)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(ConflictError):
        export(home, REGISTRY, out, at=AT)
    assert (out / "notes.txt").read_text() == "mine"


def test_link_or_file_in_the_target_is_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(ConflictError):
            export(home, REGISTRY, tmp_path / name, at=AT)
    assert (tmp_path / "file").read_text() == "mine"


def test_failed_export_leaves_the_earlier_one(home: Home, partner: Nations, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(home, REGISTRY, out, at=AT)
    before = sha256((out / "manifest.json").read_bytes()).digest()
    Leaf.objects.filter(nation="MYS").delete()
    with pytest.raises(InvalidError):
        export(home, REGISTRY, out, at=AT)
    assert sha256((out / "manifest.json").read_bytes()).digest() == before
    assert {path.name for path in tmp_path.iterdir()} == {"node", "out"}
