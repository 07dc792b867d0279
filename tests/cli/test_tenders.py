"""`sepakat tender` where something is wrong; the demo's tests play a tender that goes well."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Node
from sepakat.industry.procurement.evaluation.locking import commit_to
from sepakat.record.fields import TIME_FORMAT
from support.procurement import PLAIN

OPEN = ("--classification", "UNCLASSIFIED", "--for", "PUBLIC")


@pytest.fixture
def tender(mys: Node, tmp_path: Path) -> str:
    """A published tender whose openers' keys are in the folder."""
    requirement, made = mys.new("requirement"), mys.new("tender")
    about = ("number:=1", "title=Safe", "type=security", "priority=mandatory", "text=Safe.")
    pairs = [word for pair in (*about, "method=test") for word in ("--set", pair)]
    mys.do("say", "requirement", "state", requirement, *OPEN, *pairs)
    mys.do("say", "requirement", "approve", requirement, "--role", "approver")
    keys = [mys.do("tender", "key", tmp_path / f"{n}.key")["key"] for n in (1, 2)]
    later = (datetime.now(UTC) + timedelta(days=1)).strftime(TIME_FORMAT)
    body = {
        "requirements": [requirement],
        "title": "A rig",
        "description": "A rig.",
        "method": "open",
        "lots": PLAIN["lots"],
        "criteria": PLAIN["criteria"],
        "openers": [{"account": f"o-{n}", "key": key} for n, key in enumerate(keys, 1)],
        "version": 1,
        **dict.fromkeys(("questions_until", "closes", "opens"), later),
    }
    (tmp_path / "tender.json").write_text(json.dumps(body))
    mys.do(
        "say", "tender", "publish", made, "--file", tmp_path / "tender.json", *OPEN,
        "--role", "approver",
    )  # fmt: skip
    return made


@pytest.fixture
def offer(mys: Node, tender: str, tmp_path: Path) -> str:
    """An offer of a company at home, submitted."""
    company, made = mys.new("company"), mys.new("offer")
    mys.do(
        "say", "organisation", "register", company, *OPEN,
        "--set", "name=Company", "--set", "type=company",
    )  # fmt: skip
    (tmp_path / "offer.txt").write_text("900000 USD")
    draft = tmp_path / "offer.json"
    mys.do(
        "tender", "seal", made, tmp_path / "offer.txt", "--tender", tender, "--lot", 1,
        "--organisation", company, "--sealed", tmp_path / "offer.spko", "--draft", draft,
    )  # fmt: skip
    assert [row["state"] for row in mys.do("say", "--batch", draft)["recorded"]] == [
        "registered",
        "submitted",
    ]
    return made


def shares(node: Node, offer: str, folder: Path) -> list[Path]:
    made = [folder / f"{n}.share" for n in (1, 2)]
    for n, share in enumerate(made, 1):
        node.do("tender", "share", offer, "--key", folder / f"{n}.key", "--share", share)
    return made


def test_both_officers_open_what_was_sealed(mys: Node, offer: str, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    told = mys.do("tender", "open", offer, *shares(mys, offer, tmp_path), "--content", out)
    assert out.read_text() == "900000 USD"
    assert told.keys() == {"offer", "salt", "sha256"}
    for name in ("1.key", "1.share"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0, name


def test_one_officer_opens_alone(mys: Node, offer: str, tmp_path: Path) -> None:
    one, _ = shares(mys, offer, tmp_path)
    done = mys.run("tender", "open", offer, one, one, "--content", tmp_path / "out.txt")
    assert done.code == 1
    assert "both officers" in done.err
    assert not (tmp_path / "out.txt").exists()


def test_the_officers_file_that_is_no_share_is_not_named(
    mys: Node, offer: str, tmp_path: Path
) -> None:
    one, _ = shares(mys, offer, tmp_path)
    wrong = tmp_path / "2.key"
    done = mys.run("tender", "open", offer, one, wrong, "--content", tmp_path / "out.txt")
    assert done.code == 2
    assert f"{wrong}: it is no officer's share" in done.err


def test_an_outsiders_key_gives_a_share(mys: Node, offer: str, tmp_path: Path) -> None:
    mys.do("tender", "key", tmp_path / "other.key")
    share = tmp_path / "x.share"
    done = mys.run("tender", "share", offer, "--key", tmp_path / "other.key", "--share", share)
    assert done.code == 1
    assert "no share of this offer opens by this key" in done.err
    assert not share.exists()


def test_a_key_that_is_there_is_written_over(mys: Node, tmp_path: Path) -> None:
    mys.do("tender", "key", tmp_path / "one.key")
    before = (tmp_path / "one.key").read_bytes()
    assert mys.run("tender", "key", tmp_path / "one.key").code == 5
    assert (tmp_path / "one.key").read_bytes() == before


def test_a_share_is_no_share(mys: Node, offer: str, tmp_path: Path) -> None:
    one, two = shares(mys, offer, tmp_path)
    two.write_bytes(two.read_bytes()[:-1])
    done = mys.run("tender", "open", offer, one, two, "--content", tmp_path / "out.txt")
    assert done.code == 2
    assert "no officer's share" in done.err


def test_an_offer_to_a_tender_that_is_not_there(mys: Node, tmp_path: Path) -> None:
    (tmp_path / "offer.txt").write_text("x")
    done = mys.run(
        "tender", "seal", "MYS-x", tmp_path / "offer.txt", "--tender", "MYS-none", "--lot", 1,
        "--organisation", "MYS-c", "--sealed", tmp_path / "s", "--draft", tmp_path / "d",
    )  # fmt: skip
    assert done.code == 4
    assert "sepakat list tender" in done.err


def lock(mys: Node, tender: str, scores: Any, folder: Path) -> Any:
    (folder / "scores.json").write_text(json.dumps(scores))
    return mys.run(
        "tender", "lock", "MYS-sheet", folder / "scores.json", "--tender", tender, "--lot", 1,
        "--account", "e-1", "--kept", folder / "kept", "--draft", folder / "lock.json",
    )  # fmt: skip


def test_scores_are_locked_without_a_declaration(mys: Node, tender: str, tmp_path: Path) -> None:
    done = lock(mys, tender, [], tmp_path)
    assert done.code == 4
    assert "declared nothing" in done.err
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("scores", [{}, [5], [{"offer": "MYS-o"}]])
def test_scores_of_another_form(mys: Node, tender: str, scores: Any, tmp_path: Path) -> None:
    done = lock(mys, tender, scores, tmp_path)
    assert done.code == 2
    assert "scores.json" in done.err


def test_a_commitment_tells_nothing_and_binds() -> None:
    rows = [{"offer": "MYS-o", "criterion": "price", "score": "1"}]
    assert commit_to(rows, "00" * 32) != commit_to(rows, "01" * 32)
    assert commit_to(rows, "00" * 32) != commit_to([rows[0] | {"score": "2"}], "00" * 32)
