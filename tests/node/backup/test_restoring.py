"""A node is backed up while it runs, and comes back whole, on either database, or not at all."""

import json
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sepakat.node.archive import Manifest, Reader
from support import postgres
from support.backups import BACKUP, BACKUP_OR_SAY, SAY, SAY_SOME, Node, files, look, restore
from support.postgres import NewDatabase
from support.processes import BOOT, finish, init, run, start

WHO = """
import json
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from sepakat.node.accounts.models import Token, User
nur = User.objects.get(email="nur@mys.example")
print(json.dumps({
    "password": nur.check_password("correct horse battery staple"),
    "roles": [m.role for m in nur.memberships.all()],
    "caveats": nur.caveats,
    "seen": nur.last_login.isoformat(),
    "open": [u.is_active for u in User.objects.order_by("id")],
    "token": Token.find("t").name,
    "signed in": Session.objects.count() + UserSession.objects.count(),
    "next": User.objects.create_user(sys.argv[2], name="Next").id > nur.id,
}))
"""

# Goes on until there is a file of the given name, and says so after each round.
GO_ON = """
while not Path(sys.argv[2]).exists():
    index = ledger.append(companies(20), at=clock.now())[-1].index
    store.add(secrets.token_bytes(1000))
    print(index, flush=True)
"""

COSIGNED_MORE = """
from sepakat.node.models import Log
log = Log.objects.get(nation="KOR")
Log.objects.filter(nation="KOR").update(cosigned_size=log.size + 1)
"""


@pytest.fixture
def empty(postgresql: postgres.Server) -> Iterator[str]:
    """A new database on PostgreSQL."""
    with postgresql.database() as url:
        yield url


def manifest(file: Path) -> Manifest:
    with Reader(file) as reader:
        return reader.manifest


# Whole.


def test_a_restored_node_is_the_one_that_was_backed_up(
    home: Path, file: Path, tmp_path: Path
) -> None:
    assert restore(tmp_path / "again", file) == ""
    before, after = look(home), look(tmp_path / "again")
    assert after == before
    assert before["logs"]["KOR"][0] == 300
    assert len(before["files"]) == 2
    assert files(tmp_path / "again") == files(home)
    for path in (tmp_path / "again").rglob("*"):
        assert path.name.startswith("sepakat.sqlite3") or not path.stat().st_mode & 0o077, path
    run(SAY_SOME, tmp_path / "again", 3)
    assert look(tmp_path / "again")["logs"]["MYS"][0] == before["logs"]["MYS"][0] + 3


def test_a_backup_taken_while_others_write_is_of_one_moment(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    url, folder = new_database(), tmp_path
    home, stop = init(folder / "mys", url=url), folder / "stop"
    run(SAY_SOME, home, 1000, url=url)
    writer = start(BOOT + SAY + GO_ON, home, stop, url=url)
    first = _index(writer)
    for number in range(2):
        run(BACKUP, home, folder / f"{number}", url=url)
        _index(writer)
    stop.touch()
    last = max(map(int, finish(writer).split()))
    sizes = [manifest(folder / f"{number}").own_log.size for number in range(2)]
    assert first < sizes[0] < sizes[1] <= last + 1
    for number in range(2):
        assert restore(folder / f"again-{number}", folder / f"{number}") == ""
        seen = look(folder / f"again-{number}")
        assert seen["logs"]["MYS"][0] == sizes[number]
        assert seen["files"], "none was added in time"


def _index(writer: subprocess.Popen[str]) -> int:
    """Wait for a writer to say where it is."""
    line = writer.stdout.readline()
    assert line, writer.stderr.read()
    return int(line)


def test_a_node_moves_to_postgresql_and_back(
    home: Path, file: Path, tmp_path: Path, empty: str
) -> None:
    before, url = look(home), empty
    assert restore(tmp_path / "there", file, url=url) == ""
    there = look(tmp_path / "there", url)
    assert there["rows"] == before["rows"]
    assert (there["state"], there["files"]) == (before["state"], before["files"])
    assert set(before["views"]) == set(there["views"])
    assert not (tmp_path / "there/sepakat.sqlite3").exists()
    run(BACKUP, tmp_path / "there", tmp_path / "second", url=url)
    assert restore(tmp_path / "back", tmp_path / "second") == ""
    assert look(tmp_path / "back") == before


def test_a_database_of_another_node_is_left_alone(file: Path, tmp_path: Path, empty: str) -> None:
    other, url = tmp_path / "other", empty
    init(other, url=url)
    postgres.ask(url, "UPDATE node_log SET nation = 'KOR'")
    for option in ("replace", "rewind"):
        said = restore(tmp_path / "again", file, option, url=url)
        assert "another node's record" in said
        assert not (tmp_path / "again").exists()
    assert postgres.ask(url, "SELECT nation, size FROM node_log") == "KOR|1"


# People.


def test_people_come_back_with_all_that_is_theirs_and_nobody_is_signed_in(
    home: Path, file: Path, tmp_path: Path, empty: str
) -> None:
    url = empty
    assert json.loads(run(WHO, home, "a@mys.example"))["signed in"] == 2
    assert restore(tmp_path / "again", file) == ""
    assert restore(tmp_path / "there", file, url=url) == ""
    here = json.loads(run(WHO, tmp_path / "again", "a@mys.example"))
    there = json.loads(run(WHO, tmp_path / "there", "a@mys.example", url=url))
    assert here == there
    assert here == {
        "password": True,
        "roles": ["administrator"],
        "caveats": {"programme": ["b", "a"]},
        "seen": "2026-03-01T08:30:15.123456+00:00",
        "open": [True, False],
        "token": "t",
        "signed in": 0,
        "next": True,
    }


def test_who_is_signed_in_at_a_node_is_signed_out_when_it_is_restored_over(
    home: Path, file: Path
) -> None:
    """Else a session's number could by then be another person's."""
    assert restore(home, file, "replace") == ""
    assert json.loads(run(WHO, home, "a@mys.example"))["signed in"] == 0


# Keys.


def test_a_backup_is_for_its_owner_alone(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_the_keys_nothing_secret_is_in_it_and_nothing_comes_of_it(
    home: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    run(BACKUP, home, bare, "without")
    with Reader(bare) as reader:
        everything = b"".join(data for _, data in reader.members(""))
    for key in (home / "keys").iterdir():
        assert key.read_bytes().strip() not in everything, key.name
    again = tmp_path / "again"
    assert "without the keys" in restore(again, bare)
    assert not again.exists()
    again.mkdir(0o755)
    shutil.copytree(home / "keys", again / "keys")
    assert restore(again, bare) == ""
    assert look(again) == look(home)
    assert stat.S_IMODE(again.stat().st_mode) == 0o700


def test_what_is_no_key_makes_a_backup_that_cannot_be_restored(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "keys" / "sealing.key", home / "keys" / "sealing-old.key")
    said = run(BACKUP_OR_SAY, home, tmp_path / "file")
    assert "sealing-old.key" in said
    assert not (tmp_path / "file").exists()


def test_keys_that_are_not_the_backups_are_kept_and_nothing_is_restored(
    file: Path, tmp_path: Path
) -> None:
    other = init(tmp_path / "other")
    before = files(other)
    shutil.rmtree(other / "evidence")
    assert "another key" in restore(other, file, "rewind")
    (other / "evidence").mkdir(exist_ok=True)
    assert files(other) == before


# Into what is there.


def test_a_folder_in_use_is_left_alone(home: Path, file: Path, tmp_path: Path) -> None:
    before = look(home), files(home)
    assert "a record here already" in restore(home, file)
    assert (look(home), files(home)) == before
    (tmp_path / "else").mkdir()
    (tmp_path / "else/letter").touch()
    assert "not empty" in restore(tmp_path / "else", file)
    assert [path.name for path in (tmp_path / "else").iterdir()] == ["letter"]


def test_a_restoring_that_was_interrupted_can_be_done_again(home: Path, file: Path) -> None:
    before = look(home)
    for path in home.glob("sepakat.sqlite3*"):
        path.unlink()
    assert restore(home, file) == ""
    assert look(home) == before


def test_a_later_backup_replaces_the_record_of_a_node_that_runs(
    node: Node, filled: tuple[Path, Path], tmp_path: Path
) -> None:
    """The node has fallen back behind its backup, and a process of it goes on meanwhile."""
    shutil.copytree(filled[0], tmp_path / "ahead")
    run(SAY_SOME, tmp_path / "ahead", 7)
    run("store.add(b'The third report.')", tmp_path / "ahead")
    run(BACKUP, tmp_path / "ahead", tmp_path / "later")
    ahead = look(tmp_path / "ahead")
    waiting = node.start(SAY + WAITING)
    assert waiting.stdout.readline() == "ready\n"
    assert node.restore(tmp_path / "later", "replace") == ""
    assert node.look() == ahead
    said, errors = waiting.communicate("go\n", timeout=60)
    assert said.strip() == str(ahead["logs"]["MYS"][0]), errors
    assert node.look()["logs"]["MYS"][0] == ahead["logs"]["MYS"][0] + 1


WAITING = """
ledger.append(companies(1), at=clock.now(), dry_run=True)
print("ready", flush=True)
sys.stdin.readline()
print(ledger.append(companies(1), at=clock.now())[0].index)
"""


def test_a_shorter_log_is_not_restored_without_consent(node: Node, file: Path) -> None:
    node.run(SAY_SOME, 1)
    before = node.look(), files(node.home)
    assert "RefusedError" in (said := node.restore(file, "replace"))
    assert "partners may have seen" in said and "--rewind" in said
    assert (node.look(), files(node.home)) == before
    assert node.restore(file, "rewind") == ""
    assert node.look()["logs"]["MYS"][0] == before[0]["logs"]["MYS"][0] - 1


def test_a_log_that_went_another_way_is_not_restored_without_consent(
    home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "twin")
    run(SAY_SOME, tmp_path / "twin", 5)
    run(BACKUP, tmp_path / "twin", tmp_path / "other")
    run(SAY_SOME, home, 1)
    before = look(home)
    assert "differ" in restore(home, tmp_path / "other", "replace")
    assert look(home) == before
    assert restore(home, tmp_path / "other", "rewind") == ""
    assert look(home) == look(tmp_path / "twin")


def test_what_was_cosigned_of_a_partners_log_is_not_forgotten_without_consent(
    node: Node, file: Path
) -> None:
    node.run(COSIGNED_MORE)
    before = node.look()
    assert "seen more of KOR's log" in node.restore(file, "replace")
    assert node.look() == before
    assert node.restore(file, "rewind") == ""


def test_another_nations_folder_is_left_alone(home: Path, file: Path) -> None:
    node = home / "node.json"
    node.write_text(node.read_text().replace("MYS", "TUR"))
    assert "another node here" in restore(home, file, "rewind")


# Evidence.


def test_evidence_that_has_another_key_by_now_is_not_lost(home: Path, file: Path) -> None:
    """Destroyed and added again, it has the name that it has in the backup, and another key."""
    before = look(home)["files"]
    run("digest, _ = store.add(b'The first report.'); store.destroy(digest)", home)
    run("store.add(b'The first report.')", home)
    assert restore(home, file, "replace") == ""
    assert look(home)["files"] == before


@pytest.mark.parametrize("is_there", [False, True])
def test_lost_or_damaged_evidence_is_named_and_hinders_nothing(
    home: Path, tmp_path: Path, is_there: bool
) -> None:
    lost = sorted((home / "evidence").glob("*/*"))[0]
    if is_there:
        lost.write_bytes(lost.read_bytes()[:-1] + b"!")
    else:
        lost.unlink()
    run(BACKUP, home, tmp_path / "backup")
    assert manifest(tmp_path / "backup").lost == (lost.name,)
    assert restore(tmp_path / "again", tmp_path / "backup") == ""
    assert run("print(store.missing())", tmp_path / "again").strip() == f"['{lost.name}']"
