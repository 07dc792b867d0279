"""A nation's own policies go into a backup, and come back with it where there are none."""

import shutil
from pathlib import Path

import pytest

from sepakat.node.cedar import SHIPPED
from support.backups import (
    BACKUP,
    BACKUP_OR_SAY,
    fewer_lines,
    files,
    repack,
    restore,
    without,
)
from support.processes import init, run

MAY = """
from sepakat.node.authorisation import policies_of
from sepakat.node.cedar import Hat
from sepakat.record.label import make
for role in ("officer", "auditor"):
    gate = Hat("MYS", role), "gate", make("RESTRICTED", ["MYS"])
    print(policies_of(home).take(*gate, "table", ("officer",)), end=" ")
"""
NO_GATES = """
@id("no-gates")
forbid (principal, action == Action::"take", resource) when { resource.kind == "gate" };
"""
ALONE, NOBODY = "True False ", "False False "


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A node with little in it."""
    return init(tmp_path / "mys")


def forbid_gates(home: Path) -> None:
    shutil.copytree(SHIPPED, home / "policies")
    (home / "policies/no-gates.v2.cedar").write_text(NO_GATES)


def test_the_nations_own_policies_hold_after_a_restore(new: Path, tmp_path: Path) -> None:
    again, older = tmp_path / "again", tmp_path / "older"
    assert run(MAY, new) == ALONE
    forbid_gates(new)
    assert run(MAY, new) == NOBODY
    run(BACKUP, new, tmp_path / "backup", "without")
    shutil.copytree(new / "keys", again / "keys")
    assert restore(again, tmp_path / "backup") == ""
    assert run(MAY, again) == NOBODY
    kept, whole = files(again / "policies"), files(new / "policies")
    assert kept == {name: text for name, text in whole.items() if name.endswith(".cedar")}
    for path in (again / "policies", *(again / "policies").iterdir()):
        assert not path.stat().st_mode & 0o077, path
    repack(tmp_path / "backup", tmp_path / "bare", without("policies/"))
    shutil.copytree(new / "keys", older / "keys")
    assert restore(older, tmp_path / "bare") == "", "one made before backups held policies"
    assert run(MAY, older) == ALONE


def test_a_folder_without_policies_forbids_everything_after_a_restore_too(
    new: Path, tmp_path: Path
) -> None:
    (new / "policies").mkdir()
    run(BACKUP, new, tmp_path / "backup")
    assert restore(tmp_path / "again", tmp_path / "backup") == ""
    assert run(MAY, new) == run(MAY, tmp_path / "again") == NOBODY


def test_a_node_that_is_restored_over_keeps_the_policies_that_it_has_by_now(
    new: Path, tmp_path: Path
) -> None:
    run(BACKUP, new, tmp_path / "without")
    forbid_gates(new)
    run(BACKUP, new, tmp_path / "backup")
    assert restore(new, tmp_path / "without", "replace") == ""
    assert run(MAY, new) == NOBODY
    shutil.rmtree(new / "policies")
    assert restore(new, tmp_path / "backup", "replace") == ""
    assert run(MAY, new) == ALONE


def test_a_restoring_that_fails_leaves_no_policies(new: Path, tmp_path: Path) -> None:
    forbid_gates(new)
    run(BACKUP, new, tmp_path / "backup")
    repack(tmp_path / "backup", tmp_path / "bad", fewer_lines("node_statement"))
    again = tmp_path / "again"
    shutil.copytree(new / "keys", again / "keys")
    assert "ProofError" in restore(again, tmp_path / "bad")
    assert [path.name for path in again.iterdir()] == ["keys"]


def test_a_policy_of_a_name_that_no_backup_has_is_named(new: Path, tmp_path: Path) -> None:
    forbid_gates(new)
    (new / "policies/no gates.cedar").touch()
    said = run(BACKUP_OR_SAY, new, tmp_path / "backup")
    assert "policies/no gates.cedar" in said
    assert "plain letters" in said
    assert not (tmp_path / "backup").exists()
