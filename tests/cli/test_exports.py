"""The record as files, and checking them without any node."""

import subprocess
from pathlib import Path

import pytest

from cli.conftest import BETWEEN, Pair, sepakat


@pytest.fixture(scope="module")
def exported(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pair.mys.organisation()
    pair.mys.do("exchange")
    pair.kor.do("exchange")
    directory = tmp_path_factory.mktemp("exports") / "mys"
    told = pair.mys.do("export", directory)
    assert told["sizes"].keys() == {"MYS", "KOR"}
    return directory


def test_a_sound_record_that_fails_without_a_node(exported: Path, pair: Pair) -> None:
    fingerprint = pair.mys.do("card")["fingerprint"]
    done = sepakat("audit", exported, "--pin", f"MYS={fingerprint}", "--workers", "1")
    assert done.returncode == 0, done.stdout
    assert "Everything holds" in done.stdout
    assert fingerprint in done.stdout


def test_another_state_than_the_export_says(exported: Path, pair: Pair, tmp_path: Path) -> None:
    told = pair.mys.do("export", tmp_path / "again")
    report = pair.mys.do("audit", tmp_path / "again", "--workers", "1")
    assert report["ok"] is True
    assert report["state"] == told["state"]
    assert report["sizes"] == told["sizes"]


def test_a_changed_record_that_passes(exported: Path, pair: Pair, tmp_path: Path) -> None:
    directory = tmp_path / "record"
    pair.mys.do("export", directory)
    file = directory / "checkpoint"
    file.write_bytes(file.read_bytes().replace(b"mys.example", b"mys.exampl3", 1))
    done = pair.mys.run("audit", directory, "--workers", "1")
    assert done.code == 1
    assert "checkpoint" in done.out
    as_json = pair.mys.run("audit", directory, "--workers", "1", "--json")
    assert as_json.code == 1
    assert as_json.json["ok"] is False
    assert any("checkpoint" in finding["place"] for finding in as_json.json["findings"])


def test_folders_that_lead_down_without_end_stop_the_audit(pair: Pair, tmp_path: Path) -> None:
    directory = tmp_path / "record"
    pair.mys.do("export", directory)
    (directory / "disclosures" / "aside").symlink_to("/")
    # By programs that mind no depth, as Python's own would.
    down = "/".join(["disclosures", "down", *["a"] * 1200])
    subprocess.run(["mkdir", "-p", down], cwd=directory, check=True)
    done = pair.mys.run("audit", directory)
    subprocess.run(["rm", "-r", "disclosures/down"], cwd=directory, check=True)
    assert done.code == 1
    assert "disclosures/aside: is a symbolic link" in done.out


def test_a_pin_that_is_not_held_to(exported: Path, pair: Pair) -> None:
    done = pair.mys.run("audit", exported, "--workers", "1", "--pin", "KOR=" + "ab" * 32)
    assert done.code == 1
    assert "keys.json, KOR" in done.out
    malformed = pair.mys.run("audit", exported, "--pin", "nonsense")
    assert malformed.code == 2
    assert "NATION=FINGERPRINT" in malformed.err


def test_an_export_that_shows_more_than_its_reader_may_see(pair: Pair, tmp_path: Path) -> None:
    acme = pair.mys.organisation("--classification", "RESTRICTED", "--for", "MYS")
    pair.mys.do("say", "organisation", "register", pair.mys.new("organisation"), "--set",
                "name=Public-77", "--set", "type=company", "--classification", "UNCLASSIFIED",
                "--for", "PUBLIC")  # fmt: skip
    pair.mys.do("say", "organisation", "register", pair.mys.new("organisation"), "--set",
                "name=Between-77", "--set", "type=company", *BETWEEN)  # fmt: skip
    pair.mys.do("say", "organisation", "register", pair.mys.new("organisation"), "--set",
                "name=Ours-77", "--set", "type=company", "--classification", "RESTRICTED",
                "--for", "MYS")  # fmt: skip
    pair.mys.do("say", "organisation", "register", pair.mys.new("organisation"), "--set",
                "name=Acme-77", "--set", "type=company", "--classification", "RESTRICTED",
                "--for", "MYS", "--only-organisation", acme)  # fmt: skip
    shown = {whom: _shown(pair, tmp_path, whom) for whom in ("PUBLIC", "KOR", "MYS", acme, "")}
    assert shown["PUBLIC"] == {"Public-77"}
    assert shown["KOR"] == {"Public-77", "Between-77"}
    assert shown["MYS"] == shown[""] == {"Public-77", "Between-77", "Ours-77", "Acme-77"}
    assert shown[acme] == {"Public-77", "Between-77", "Ours-77", "Acme-77"}


def _shown(pair: Pair, folder: Path, whom: str) -> set[str]:
    """Which of the names stand in an export that passes its audit."""
    import base64
    import json

    directory = folder / f"for-{whom}"
    pair.mys.do("export", directory, *(["--for", whom] if whom else []))
    assert pair.mys.do("audit", directory, "--workers", "1")["ok"] is True
    said = b"".join(
        base64.b64decode(json.loads(line)["envelope"]["payload"])
        for file in (directory / "disclosures").rglob("*.jsonl")
        for line in file.read_bytes().splitlines()
    )
    names = ("Public-77", "Between-77", "Ours-77", "Acme-77")
    return {name for name in names if name.encode() in said}


def test_an_export_for_nobody_known(pair: Pair, tmp_path: Path) -> None:
    done = pair.mys.run("export", tmp_path / "x", "--for", "TUR")
    assert done.code == 4
    assert "sepakat partner list" in done.err


def test_an_export_over_other_peoples_files(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    done = pair.mys.run("export", tmp_path)
    assert done.code == 5
    assert (tmp_path / "letter.txt").read_text() == "keep me"
