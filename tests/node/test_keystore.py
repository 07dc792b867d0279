"""Keys are kept where only their owner can read them, and are never shown."""

import base64
import os
from pathlib import Path

import pytest

from sepakat.node.keystore import Keystore
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, RefusedError

SECRET = bytes(range(32))
TEXT = base64.b64encode(SECRET).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def keys(folder: Path) -> Keystore:
    return Keystore(folder)


def test_a_key_comes_back_and_its_file_is_private(keys: Keystore, folder: Path) -> None:
    keys.put("root", SECRET)
    assert keys.get("root") == SECRET
    assert (folder / "root.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["root.key"]  # nothing temporary is left


def test_a_wide_umask_does_not_open_the_file(keys: Keystore, folder: Path) -> None:
    before = os.umask(0)
    try:
        keys.put("log", SECRET)
    finally:
        os.umask(before)
    assert (folder / "log.key").stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten(keys: Keystore) -> None:
    keys.put("root", SECRET)
    with pytest.raises(ConflictError, match="never overwritten"):
        keys.put("root", bytes(32))
    assert keys.get("root") == SECRET


def test_a_key_that_appears_meanwhile_is_not_overwritten(
    keys: Keystore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process makes the same key between the look and the writing."""
    keys.put("root", SECRET)
    monkeypatch.setattr(Keystore, "__contains__", lambda self, name: False)
    with pytest.raises(ConflictError):
        keys.put("root", bytes(32))
    assert keys.get("root") == SECRET
    assert [path.name for path in folder.iterdir()] == ["root.key"]


def test_the_environment_wins(keys: Keystore, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.put("MYS-yard-one", bytes(32))
    monkeypatch.setenv("SEPAKAT_KEY_MYS_YARD_ONE", TEXT)
    assert keys.get("MYS-yard-one") == SECRET


def test_the_environment_needs_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEPAKAT_KEY_ROOT", TEXT)
    keys = Keystore(tmp_path / "none")
    assert keys.get("root") == SECRET
    assert keys.names() == ["root"]
    assert "root" in keys


def test_a_new_key_is_not_hidden_by_the_environment(
    keys: Keystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEPAKAT_KEY_ROOT", TEXT)
    with pytest.raises(ConflictError):
        keys.put("root", bytes(32))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_may_reach_is_refused(keys: Keystore, folder: Path, mode: int) -> None:
    keys.put("root", SECRET)
    (folder / "root.key").chmod(mode)
    with pytest.raises(RefusedError, match=r"chmod 600 .*root\.key"):
        keys.get("root")


def test_a_folder_that_others_may_reach_is_refused(keys: Keystore, folder: Path) -> None:
    keys.put("root", SECRET)
    folder.chmod(0o755)
    with pytest.raises(RefusedError, match="chmod 700 "):
        keys.get("root")
    with pytest.raises(RefusedError, match="chmod 700 "):
        keys.put("log", SECRET)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(keys: Keystore, folder: Path) -> None:
    keys.put("root", SECRET)
    os.chown(folder / "root.key", 65534, 65534)
    with pytest.raises(RefusedError, match="another user"):
        keys.get("root")


def test_a_link_is_refused(keys: Keystore, folder: Path, tmp_path: Path) -> None:
    keys.put("root", SECRET)
    (folder / "root.key").rename(tmp_path / "elsewhere")
    (folder / "root.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match="plain file"):
        keys.get("root")


def test_a_pipe_is_refused_without_waiting(keys: Keystore, folder: Path) -> None:
    os.mkfifo(folder / "root.key", 0o600)
    with pytest.raises(RefusedError, match="plain file"):
        keys.get("root")


def test_a_missing_key_says_how_to_give_it(keys: Keystore) -> None:
    with pytest.raises(NotFoundError, match="SEPAKAT_KEY_OFFICE"):
        keys.get("office")


@pytest.mark.parametrize(
    "name", ["", "../root", "a/b", "Root", "-a", "a-", "a.b", "a\n", "a" * 64, "MYS-", "a_b"]
)
def test_a_name_that_could_leave_the_folder_is_refused(keys: Keystore, name: str) -> None:
    with pytest.raises(InvalidError, match="no name of a key"):
        keys.get(name)


@pytest.mark.parametrize(("name", "length"), [("root", 31), ("root", 96), ("sealing", 32)])
def test_a_key_of_the_wrong_length_is_refused(keys: Keystore, name: str, length: int) -> None:
    with pytest.raises(InvalidError, match="bytes"):
        keys.put(name, bytes(length))
    assert name not in keys


def test_no_secret_is_ever_shown(
    keys: Keystore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.put("root", SECRET)
    shown = [repr(keys), str(keys)]
    for damaged in (TEXT[:-4], TEXT + "AA", "*" + TEXT, TEXT[:-2] + "9="):
        monkeypatch.setenv("SEPAKAT_KEY_LOG", damaged)
        with pytest.raises(InvalidError) as raised:
            keys.get("log")
        error: BaseException | None = raised.value
        while error:
            shown.append(repr(error) + str(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for text in shown:
        assert TEXT[:8] not in text
        assert SECRET.hex()[:8] not in text


def test_names_lists_the_keys_and_nothing_else(keys: Keystore, folder: Path) -> None:
    keys.put("root", SECRET)
    keys.put("MYS-yard", SECRET)
    (folder / "README").write_text("Not a key.")
    (folder / "Not A Name.key").write_text("Not a key.")
    assert keys.names() == ["MYS-yard", "root"]
