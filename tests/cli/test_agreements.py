"""`sepakat agreement`: findings with their lines, and what an amendment changes."""

import json
import subprocess
import sys
from pathlib import Path

from support.agreements import SOUND, line_of


def sepakat(*argv: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "sepakat.cli", *map(str, argv)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_sound_text_is_found_fault_with(tmp_path: Path) -> None:
    file = tmp_path / "agreement.toml"
    file.write_text(SOUND)
    done = sepakat("agreement", "check", file)
    assert (done.returncode, done.stdout) == (0, f"{file}: nothing is wrong.\n")


def test_a_fault_is_told_without_its_line(tmp_path: Path) -> None:
    file = tmp_path / "agreement.toml"
    broken = SOUND.replace('obligor = "KOR"', 'obligor = "TUR"')
    file.write_text(broken)
    done = sepakat("agreement", "check", file)
    line = line_of(broken, 'obligor = "TUR"')
    assert done.returncode == 1
    assert f"{file}:{line}: error: TUR is no party [party]" in done.stdout.replace("\n", " ")
    (found,) = json.loads(sepakat("agreement", "check", file, "--json").stdout)
    assert found["line"] == line


def test_a_file_that_is_no_text_ends_in_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "agreement.toml"
    file.write_text("a = ")
    done = sepakat("agreement", "check", file)
    assert done.returncode not in (0, 1)
    assert "this is no TOML" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_amendment_changes_what_it_does_not_say(tmp_path: Path) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(SOUND)
    new.write_text(
        SOUND.replace('share = "0.30"', 'share = "0.25"').replace("2028-12-31", "2029-06-30")
    )
    rows = json.loads(
        sepakat("agreement", "diff", old, new, "--as-of", "2026-12-01", "--json").stdout
    )
    assert {(row["what"], row["before"], row["after"]) for row in rows} == {
        ("nominal", "300,000.00", "250,000.00"),
        ("owed", "300,000.00", "250,000.00"),
        ("due", "2028-12-31", "2029-06-30"),
    }
    assert json.loads(sepakat("agreement", "diff", old, old, "--json").stdout) == []
