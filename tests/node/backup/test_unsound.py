"""A backup that is not sound is refused and leaves nothing: an honest one, with a part changed, and
a manifest that fits it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.backups import (
    Change,
    Node,
    fewer_lines,
    files,
    look,
    repack,
    restore,
    without,
)
from support.processes import finish, start

# One failed restoring after the other into one folder, each told with what it left there.
RESTORE_EACH = """
import json
import sys
from pathlib import Path
from sepakat.node.backup import restore
from sepakat.record.errors import SepakatError
home = Path(sys.argv[1])
for file in sys.argv[2:]:
    try:
        restore(home, Path(file))
        said = "restored"
    except SepakatError as error:
        said = f"{type(error).__name__} {error}"
    print(json.dumps([said, [str(path) for path in home.parent.glob("*")]]))
"""


def on(part: str, change: Callable[[list[Any]], Any]) -> Change:
    """Change the last row of a table."""

    def changed(name: str, data: bytes) -> bytes:
        if part not in name:
            return data
        *lines, last = data.splitlines()
        row = json.loads(last)
        change(row)
        return b"\n".join([*lines, json.dumps(row).encode(), b""])

    return changed


def put(place: int, value: Any) -> Callable[[list[Any]], None]:
    return lambda row: row.__setitem__(place, value)


UNSOUND: dict[str, tuple[Change, str]] = {
    "a statement is dropped": (fewer_lines("node_statement"), "not what the record says"),
    "a leaf is dropped": (fewer_lines("node_leaf"), "no leaf|leaves|entries"),
    "a leaf is another": (on("node_leaf", put(2, "AAAA")), "entries"),
    "a leaf's place is another": (on("node_leaf", put(1, 9999)), "missing|entries"),
    "a salt is another": (on("node_leaf", put(3, "AAAA")), "leaf commits to"),
    "a tile is another": (on("node_tile", put(3, "AAAA")), "tile|begins|bytes"),
    "the log says another size": (on("node_log", put(1, 5)), "manifest|checkpoint"),
    "the log says another root": (on("node_log", put(2, "AA==")), "manifest|root"),
    "a checkpoint is missing": (on("node_log", put(3, "")), "note|checkpoint"),
    "an object has another state": (on("node_object", put(5, "void")), "not what the record"),
    "an object has another digest": (on("node_object", put(9, "0" * 64)), "not what the record"),
    "a statement is rejected": (on("node_statement", put(8, "rejected")), "not what the record"),
    "a key is forgotten": (on("node_log", put(6, "{}")), "not what the record"),
    "an envelope is another": (on("node_statement", put(3, "e30=")), "leaf commits to"),
    "a number is a word": (on("node_leaf", put(1, "many")), "another type"),
    "a word is a number": (on("node_object", put(5, 7)), "another type"),
    "bytes are no base64": (on("node_leaf", put(2, "?")), "base64"),
    "a row is too short": (on("node_leaf", list.pop), "all columns"),
    "a row is no JSON": (
        lambda name, data: data + b"{\n" if "node_leaf" in name else data,
        "does not fit its table",
    ),
    "a row comes twice": (
        lambda name, data: data + data if "node_partner" in name else data,
        "does not fit its table",
    ),
    "the partner's card is another": (on("node_partner", put(1, "e30=")), "card|nation"),
    "a log has no partner": (fewer_lines("node_partner"), "one log for each nation"),
    "an evidence file is missing": (without("evidence/"), "lost"),
    "an evidence file is another": (
        lambda name, data: bytes(len(data)) if name.startswith("evidence/") else data,
        "damaged",
    ),
    "an evidence key is another": (on("node_evidencefile", put(2, "AAAA")), "does not open"),
    "a key is no key": (
        lambda name, data: b"no key" if name == "keys/log.key" else data,
        "base64|key",
    ),
    "the log key is another's": (
        lambda name, data: b"A" * 43 + b"=" if name == "keys/log.key" else data,
        "known key|signed",
    ),
    "node.json is none": (lambda name, data: b"{}" if name == "node.json" else data, "node.json"),
    "node.json is another nation's": (
        lambda name, data: data.replace(b"MYS", b"KOR") if name == "node.json" else data,
        "another node's",
    ),
}


@pytest.fixture(scope="module")
def refusals(
    filled: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    """What is said of each unsound backup, and what it leaves in the folder."""
    folder = tmp_path_factory.mktemp("unsound")
    packed = [folder / str(number) for number in range(len(UNSOUND))]
    for path, (change, _) in zip(packed, UNSOUND.values(), strict=True):
        repack(filled[1], path, change)
    said = finish(start(RESTORE_EACH, folder / "homes/new", *packed))
    return dict(zip(UNSOUND, map(json.loads, said.splitlines()), strict=True))


@pytest.mark.parametrize("case", UNSOUND)
def test_an_unsound_backup_is_refused_and_leaves_nothing(
    refusals: dict[str, list[Any]], case: str
) -> None:
    message, left = refusals[case]
    assert message.split()[0] in {"ProofError", "InvalidError", "NotFoundError"}, message
    assert re.search(UNSOUND[case][1], message), message
    assert left == []


def test_an_honest_backup_packed_again_is_restored(home: Path, file: Path, tmp_path: Path) -> None:
    """Or else the tests above would show nothing."""
    repack(file, tmp_path / "same", lambda name, data: data)
    assert restore(tmp_path / "again", tmp_path / "same") == ""
    assert look(tmp_path / "again") == look(home)


@pytest.mark.parametrize("case", ["a tile is another", "an evidence file is another"])
def test_an_unsound_backup_changes_nothing_of_a_node(
    node: Node, file: Path, tmp_path: Path, case: str
) -> None:
    before = node.look(), files(node.home)
    repack(file, tmp_path / "bad", UNSOUND[case][0])
    said = node.restore(tmp_path / "bad", "rewind")
    if case == "an evidence file is another":
        assert said == ""  # what is here can be read, and stays
    else:
        assert "Error" in said
    assert (node.look(), files(node.home)) == before


def test_a_file_cut_off_changes_nothing(home: Path, file: Path, tmp_path: Path) -> None:
    before = look(home), files(home)
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-1000])
    assert "cut off" in restore(home, tmp_path / "cut", "rewind")
    assert restore(tmp_path / "again", tmp_path / "cut") != ""
    assert not (tmp_path / "again").exists()
    assert (look(home), files(home)) == before
