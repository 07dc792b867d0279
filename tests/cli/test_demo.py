"""The demo, as a new user runs it: one run, looked at from several sides."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sepakat.record.audit import audit
from sepakat.record.card import Card
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.note import parse_vkey
from sepakat.vocabulary import REGISTRY

PARTNER = {"MYS": "KOR", "KOR": "MYS"}


def sepakat(*argv: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SEPAKAT_")}
    environment |= {"DATABASE_URL": ""}
    command = [sys.executable, "-m", "sepakat.cli", *argv]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Any, str]]:
    """The folder, the document and what was told of one demo, whose desks are open meanwhile."""
    folder = tmp_path_factory.mktemp("demo")
    done = sepakat("demo", "--json", "--picture", "demo.svg", cwd=folder)
    try:
        assert done.returncode == 0, done.stderr
        yield folder, json.loads(done.stdout), done.stderr
    finally:
        stopped = sepakat("demo", "--stop", "--json", cwd=folder)
    assert json.loads(stopped.stdout) == {"stopped": ["MYS", "KOR"]}
    for address in json.loads(done.stdout)["desks"].values():
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/healthz")


Played = tuple[Path, dict[str, Any], str]


def test_a_commitment_without_proof_does_not_count_as_met(played: Played) -> None:
    _, document, _ = played
    rows = {row["obligation"]: row for row in document["commitments"]["commitments"]}
    housings = rows["MYS-cp-housings"]
    # 8 million verified in full, 15.5 of a disputed 20 million after its settlement.
    amounts = [float(housings[name]) / 1e6 for name in ("promised", "claimed", "verified")]
    assert amounts == [66.0, 28.0, 23.5]
    assert housings["overdue"] and not rows["MYS-tt-maintenance"]["overdue"]
    assert float(rows["KOR-sd-suppliers"]["claimed"]) == 0


def test_a_credit_counts_otherwise_than_by_the_agreements_text(played: Played) -> None:
    _, document, _ = played
    (ledger,) = document["ledgers"]
    rows = {row["obligation"]: row for row in ledger["obligations"]}
    training, housings = rows["MYS-tt-maintenance"], rows["MYS-cp-housings"]
    # Training counts threefold, up to 60 % of what is owed; production by 1.2.
    assert float(training["credited"]) == 24e6
    assert float(housings["credited"]) == (8e6 + 15.5e6) * 1.2
    # A twentieth of what was missing on the last day: the second lot came before it.
    assert float(housings["penalised"]) == (66e6 - 28.2e6) * 0.05
    assert float(housings["owed"]) == 66e6 - 28.2e6


def test_a_credited_amount_does_not_unfold(played: Played) -> None:
    folder, _, _ = played
    done = sepakat(
        *("--home", "var/demo/KOR", "agreement", "explain", "KOR-claim-lot-2", "--json"), cwd=folder
    )
    (found,) = json.loads(done.stdout)
    assert found["evidence"] and found["verification"] == "MYS-ver-lot-2"
    steps = [(step["what"], step["rule"], float(step["amount"])) for step in found["reasons"]]
    assert steps == [
        ("verified", "", 15.5e6),
        ("multiplier", "direct-production", 15.5e6),
        ("bonus", "direct-production", 18.6e6),
    ]
    assert found["reasons"][1]["clause"] == "Annex C, 3"


def test_an_account_is_confirmed_and_audited_by_both(played: Played) -> None:
    folder, document, _ = played
    shown = sepakat("--home", "var/demo/KOR", "show", "MYS-account-1", "--json", cwd=folder)
    assert json.loads(shown.stdout)["object"]["state"] == "confirmed", shown.stdout
    assert all(audit["ok"] and not audit["rejected"] for audit in document["audits"].values())


def test_the_award_does_not_follow_from_what_was_published_and_locked(played: Played) -> None:
    folder, document, _ = played
    first, second = document["evaluation"]["results"]
    # 35 (9 + 9) / 20 + 25 (7 + 7) / 20 + 40 (6 - 4.6) / 6, the second score after moderation.
    assert (first["offer"], first["points"]) == ("KOR-offer-rig", "58.3333")
    # 35 (6 + 7) / 20 + 25 (8 + 8) / 20 + 40 (6 - 4.2) / 6
    assert (second["offer"], second["points"]) == ("MYS-offer-rig", "54.7500")
    told = sepakat("--home", "var/demo/KOR", "show", "MYS-notice-rig", "--json", cwd=folder)
    notice = json.loads(told.stdout)["object"]
    assert (notice["state"], notice["fields"]["offer"]) == ("published", "KOR-offer-rig")


def test_a_rivals_offer_reaches_the_other_nation(played: Played) -> None:
    folder, _, _ = played
    held = [path for path in (folder / "var/demo/KOR").rglob("*") if path.is_file()]
    sealed = (folder / "var/demo/tender/MYS-offer-rig.spko").read_bytes()
    assert not [path for path in held if b"MYS-company-m: 4200000" in path.read_bytes()]
    assert not [path for path in held if sealed[:200] in path.read_bytes()]
    told = sepakat("--home", "var/demo/KOR", "show", "MYS-opening-mys", "--json", cwd=folder)
    assert told.returncode == 4, told.stdout


def test_a_package_is_absorbed_without_what_shows_it(played: Played) -> None:
    folder, document, told = played
    (package,) = document["packages"]
    assert package["state"] == "absorbed"
    assert "absorbed, 3 of 3 proofs witnessed" in told
    for proof in package["fields"]["proofs"]:
        done = sepakat("--home", "var/demo/KOR", "show", proof, "--json", cwd=folder)
        shown = json.loads(done.stdout)["object"]
        assert (shown["state"], shown["owner"]) == ("witnessed", "MYS")
        assert shown["fields"]["evidence"]


def test_both_nodes_hold_the_same_state_of_what_both_can_see(played: Played) -> None:
    _, document, _ = played
    assert document["agreed"]
    assert document["digests"]["MYS"] == document["digests"]["KOR"]


def test_each_checkpoint_is_signed_by_both_nations(played: Played) -> None:
    folder, document, _ = played
    for nation, partner in PARTNER.items():
        export = folder / "var/demo" / nation / "export"
        log, witness = (
            parse_vkey((export / name).read_text().strip())
            for name in ("vkey", f"partners/{partner}/witness.vkey")
        )
        opened = open_checkpoint((export / "checkpoint").read_bytes(), log, [witness])
        assert [cosignature.name for cosignature in opened.cosignatures] == [witness.name]
        assert document["checkpoints"][nation] == (export / "checkpoint").read_text()


def test_what_is_kept_apart_is_in_the_log_and_nowhere_else(played: Played) -> None:
    folder, document, _ = played
    hidden = {n: [text.split(",")[0] for text in told] for n, told in document["hidden"].items()}
    assert hidden["KOR"] == ["KOR-ev-process"]
    assert {"MYS-position-ip", "MYS-offer-rig", "MYS-sheet-evaluator-1"} <= set(hidden["MYS"])
    assert not {"MYS-tender-rig", "MYS-notice-rig"} & set(hidden["MYS"])
    for nation, secret in (("KOR", b"MYS-position-ip"), ("MYS", b"KOR-ev-process")):
        held = folder / "var/demo" / nation
        files = [path for path in held.rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if secret in path.read_bytes()]


def test_the_exports_pass_an_audit_pinned_to_the_cards(played: Played) -> None:
    folder, _, _ = played
    cards = {
        nation: Card.model_validate_json((folder / "var/demo" / f"{nation}-card.json").read_bytes())
        for nation in PARTNER
    }
    pins = {nation: card.fingerprint for nation, card in cards.items()}
    for nation in PARTNER:
        report = audit(folder / "var/demo" / nation / "export", REGISTRY, pins=pins)
        assert report.ok, report.findings


def test_what_it_says_to_type_next_works(played: Played) -> None:
    folder, _, told = played
    lines = [
        line.split(" ", 1)[1] for line in map(str.strip, told.splitlines()) if "--home" in line
    ]
    assert len(lines) == 4
    for line in lines:
        done = sepakat(*line.split(), cwd=folder)
        assert done.returncode == 0, (line, done.stderr)


def test_the_picture_shows_the_end_and_asks_the_network_for_nothing(played: Played) -> None:
    folder, _, _ = played
    picture = (folder / "demo.svg").read_text()
    assert "They" in picture
    assert "url(" not in picture.replace("url(#", "")
    assert "href=" not in picture
    assert str(folder) not in picture


def test_a_folder_that_is_no_demo_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = sepakat("demo", "--directory", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 5
    assert "no earlier demo" in done.stderr and "--directory" in done.stderr
    assert (tmp_path / "thesis.txt").exists()


def test_both_desks_are_open_with_accounts_that_work(played: Played) -> None:
    _, document, told = played
    for nation, address in document["desks"].items():
        assert address in told
        member = f"approver@{nation.lower()}.example"
        assert member in told
        with httpx.Client(base_url=address, follow_redirects=True) as browser:
            form = browser.get("/accounts/login/").text
            token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
            given = {
                "login": member,
                "password": document["password"],
                "csrfmiddlewaretoken": token,
            }
            signed_in = browser.post("/accounts/login/", data=given, headers={"Origin": address})
            assert signed_in.status_code == 200
            assert "Approver (illustrative)" in signed_in.text
            assert browser.get("/partnership").status_code == 200
            industry = browser.get("/industry").text
            for title in ("Pressure test bench", "Machining line", "Skilled jobs", "68.49%"):
                assert title in industry
            package = browser.get("/industry/packages/KOR-package-bench").text
            assert "A failed pressure sensor found" in package


def test_the_password_is_in_no_picture(played: Played) -> None:
    folder, document, _ = played
    assert document["password"] not in (folder / "demo.svg").read_text()
