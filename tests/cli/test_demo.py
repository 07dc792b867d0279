"""The demo, as a new user runs it: one run, looked at from several sides."""

import base64
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sepakat.record.audit import audit
from sepakat.record.card import Card
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.label import Label, may_see, nation_reader
from sepakat.record.note import parse_vkey
from sepakat.vocabulary import REGISTRY

PARTNER = {"MYS": "KOR", "KOR": "MYS"}


def sepakat(*argv: str, cwd: Path, database: str = "") -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SEPAKAT_")}
    environment |= {"DATABASE_URL": database}
    command = [sys.executable, "-m", "sepakat.cli", *argv]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Any, str]]:
    """The folder, the document and what was told of one demo, whose desks are open meanwhile."""
    folder = tmp_path_factory.mktemp("demo")
    another = "postgres://nobody@127.0.0.1:1/another"  # which is not the demo's to touch
    done = sepakat("demo", "--json", "--picture", "demo.svg", cwd=folder, database=another)
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


Held = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def held(played: Played) -> Held:
    """All objects that Korea's node holds, by identifier."""
    folder, _, _ = played
    listed = sepakat("--home", "var/demo/KOR", "list", "--json", cwd=folder)
    return {thing["id"]: thing for thing in json.loads(listed.stdout)}


def of_kind(held: Held, kind: str) -> dict[str, dict[str, Any]]:
    return {name: thing["fields"] for name, thing in held.items() if thing["kind"] == kind}


def test_a_domain_has_no_two_projects_or_a_project_no_forecast(played: Played, held: Held) -> None:
    _, document, told = played
    projects = of_kind(held, "project")
    by_domain = Counter(project["domain"] for project in projects.values())
    assert list(by_domain.values()) == [2] * 6
    assert {held[name]["owner"] for name in projects} == {"KOR", "MYS"}
    portfolio = held["MYS-portfolio"]["fields"]
    assert set(portfolio["domains"]) == {*by_domain, "Additive manufacturing"}
    assert {row["project"]: held[row["forecast"]]["state"] for row in document["outlook"]} == (
        dict.fromkeys(projects, "issued")
    )
    assert all(row["title"] in told for row in document["outlook"])


def test_a_budget_is_not_what_both_nations_pay(held: Held) -> None:
    budget = held["MYS-project-maintenance"]["fields"]["budget"]
    paid = Counter[str]()
    for row in budget:
        paid[row["nation"]] += int(row["amount"])
    # 7.245 million by days and rates, and a fifth more; Malaysia pays 40 per cent.
    assert paid == {"MYS": 3_477_600, "KOR": 5_216_400}


def test_what_slipped_is_not_said_to_be_late(played: Played, held: Held) -> None:
    _, document, told = played
    (late,) = (row for row in document["outlook"] if row["late"])
    assert late["project"] == "MYS-project-maintenance"
    before, after = (
        held[name]["fields"]["milestones"][-1]
        for name in ("MYS-forecast-maintenance", "MYS-forecast-maintenance-2")
    )
    assert after["due"] == held["MYS-tt-maintenance"]["fields"]["due"]
    assert after["planned"] < after["due"] < after["p50"]  # the team says that it is in time
    risk = held["MYS-risk-bearings"]
    threshold = float(risk["fields"]["threshold"])
    assert float(after["on_time"]) < threshold < float(before["on_time"])
    assert (risk["state"], risk["fields"]["forecast"]) == ("triggered", late["forecast"])
    assert set(risk["fields"]["projects"]) == {late["project"], "KOR-project-castings"}
    (line,) = (line for line in told.splitlines() if line.endswith("late"))
    assert late["title"] in line and "Off course" in line


def test_an_option_is_taken_without_the_committee_or_for_nothing(held: Held) -> None:
    taken, left = held["MYS-option-source"], held["MYS-option-stock"]
    assert (taken["state"], left["state"]) == ("taken", "left")
    decision = held[taken["fields"]["decision"]]
    assert (decision["kind"], decision["state"]) == ("decision", "agreed")
    dates = {
        name: next(e for e in held[name]["fields"]["effects"] if e["aspect"] == "date")
        for name in (taken["id"], left["id"])
    }
    assert (
        dates[taken["id"]]["option"] < dates[left["id"]]["option"] < (dates[taken["id"]]["present"])
    )


def test_a_plan_that_fails_its_checks_is_accepted_unknowingly(held: Held) -> None:
    plans = of_kind(held, "plan")
    assert {held[name]["state"] for name in plans} == {"accepted"}
    (failing,) = (plan for plan in plans.values() if plan["failing"])
    assert failing["project"] == "MYS-project-coast"
    assert all(check in failing["reason"] for check in failing["failing"])


def test_a_forecast_that_the_partner_cannot_make_again(played: Played, held: Held) -> None:
    folder, _, _ = played
    name = "MYS-forecast-maintenance-2"
    shown = sepakat("--home", "var/demo/MYS", "show", name, "--json", cwd=folder)
    said = json.loads(shown.stdout)["timeline"][-1]["statement"]
    assert (said["by"]["nation"], said["action"]) == ("KOR", "recompute")
    assert said["body"]["outcome_digest"] == held[name]["fields"]["outcome_digest"]


def test_a_milestone_that_was_reached_is_not_learnt_from(played: Played, held: Held) -> None:
    folder, _, _ = played
    first, _ = held["MYS-plan-maintenance-2"]["fields"]["promises"]
    forecast = held["MYS-forecast-maintenance"]["fields"]["milestones"][0]
    assert first["activity"] == forecast["activity"]
    assert first["achieved"] > forecast["p50"]
    scored = sepakat("--home", "var/demo/KOR", "forecast", "scores", "--json", cwd=folder)
    (stage,) = json.loads(scored.stdout)["stages"]
    assert (stage["stage"], stage["count"]) == ("production", 1)


def test_a_rating_outlives_its_edition_or_an_exemption_is_a_grade(held: Held) -> None:
    ratings = of_kind(held, "rating")
    assert {held[name]["owner"] for name in ratings} == {"KOR", "MYS"}
    assert (held["MYS-scale-1"]["state"], held["MYS-scale-2"]["state"]) == ("retired", "in_force")
    assert ratings["MYS-rating-maintenance-1"]["scale"] == "MYS-scale-1"  # stays as it was given
    (exempt,) = (name for name in ratings if held[name]["state"] == "exempt")
    assert ratings[exempt].get("grade") is None


def test_an_outsider_sees_of_the_outlook_what_is_not_public(played: Played, held: Held) -> None:
    folder, document, _ = played
    kinds = ("portfolio", "project", "plan", "risk", "forecast", "option", "rating", "rating_scale")
    ours = {name: thing for name, thing in held.items() if thing["kind"] in kinds}
    public = {"MYS-portfolio", "MYS-scale-1", "MYS-scale-2"}
    listed = sepakat("--node", document["desks"]["MYS"], "list", "--json", cwd=folder)
    assert {thing["id"] for thing in json.loads(listed.stdout)} & ours.keys() == public
    third = nation_reader("TUR", "SECRET")
    labels = {name: Label.model_validate(thing["label"]) for name, thing in ours.items()}
    assert {name for name, label in labels.items() if may_see(label, third)} == public
    done = sepakat("--home", "var/demo/MYS", "export", "public", "--for", "PUBLIC", cwd=folder)
    assert done.returncode == 0, done.stderr
    said = b"".join(disclosed(folder / "public"))
    assert all(name.encode() in said for name in public)
    assert not [name for name in ours.keys() - public if name.encode() in said]


def disclosed(export: Path) -> Iterator[bytes]:
    """The statements that an export discloses."""
    for file in (export / "disclosures").rglob("*.jsonl"):
        for line in file.read_text().splitlines():
            yield base64.b64decode(json.loads(line)["envelope"]["payload"])


def test_both_nodes_hold_the_same_state_of_what_both_can_see(played: Played) -> None:
    _, document, _ = played
    assert document["agreed"]
    assert document["digests"]["MYS"] == document["digests"]["KOR"]


def test_each_checkpoint_is_signed_by_both_nations(played: Played) -> None:
    folder, document, _ = played
    for nation, partner in PARTNER.items():
        export = folder / "var/demo" / nation / "export"
        theirs = export / "partners" / partner
        log, *keys = (
            parse_vkey(path.read_text().strip())
            for path in (export / "vkey", theirs / "witness.vkey", theirs / "witness.mldsa.vkey")
        )
        opened = open_checkpoint((export / "checkpoint").read_bytes(), log, keys)
        assert [cosignature.name for cosignature in opened.cosignatures] == [k.name for k in keys]
        assert len(opened.witnesses) == 1
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
    assert len(lines) == 5
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
