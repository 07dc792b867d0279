"""A node is backed up while it runs, and comes back whole, on either database, or not at all."""

import json
import re
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sepakat.node import archive
from sepakat.node.archive import Manifest, Reader
from sepakat.node.cedar import SHIPPED
from support import postgres
from support.postgres import NewDatabase
from support.processes import BOOT, finish, init, run, start

FILL = """
from sepakat.node import disclosure, mirror, partners
from sepakat.vocabulary import REGISTRY
from support.party import Party, page
korea = Party()
for number in range(300):
    korea.company(str(number))
partners.register(home, REGISTRY, korea.card, korea.card.fingerprint)
mirror.follow(home, korea.card, korea.checkpoint, lambda t: korea.bundle(t.index, t.width))
shown = [korea.record(home.card(), index) for index in range(0, 80, 2)]
disclosure.take(home, REGISTRY, korea.card, page(shown, 80), 0)
store.add(b"The first report.")
store.add(b"The second report." * 100_000)
"""

# A value of every type that a column of these tables has, and what must not come back.
PEOPLE = """
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from sepakat.node.accounts.models import (
    Delegation, Invitation, Membership, Prepared, Token, User, digest,
)
nur = User.objects.create_user(
    "nur@mys.example", "correct horse battery staple", name="Nur", clearance="RESTRICTED",
    caveats={"programme": ["b", "a"]}, language="ms",
    last_login=datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC),
)
lee = User.objects.create_user("lee@mys.example", name="이영", is_active=False)
EmailAddress.objects.create(user=nur, email=nur.email, verified=True, primary=True)
Authenticator.objects.create(user=nur, type="totp", data={"secret": "sealed", "a": [1, None]})
Membership.objects.create(user=nur, role="administrator")
Membership.objects.create(user=lee, role="company", organisation="MYS-acme")
Delegation.objects.create(
    user=nur, delegate=lee, starts=date(2026, 3, 1), ends=date(2026, 3, 9),
    ended=datetime(2026, 3, 2, tzinfo=UTC),
)
later = datetime(2027, 1, 1, tzinfo=UTC)
Invitation.objects.create(
    email="x@mys.example", name="X", role="officer", digest=digest("x"), expires=later
)
Token.objects.create(user=nur, name="t", roles=["officer"], digest=digest("t"), expires=later)
Prepared.objects.create(
    kind="gate", object="MYS-gate", action="pass", draft={"body": {"z": 1, "a": "é"}},
    prepared_by=nur, decided_by=lee,
)
store_class = import_module(settings.SESSION_ENGINE).SessionStore
session = store_class()
session["whose"] = nur.id
session.create()
UserSession.objects.create(
    user=nur, ip="127.0.0.1", user_agent="test", session_key=session.session_key
)
"""
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

SAY = """
import secrets
from sepakat.node import clock
from sepakat.node.ledger import Draft, Ledger
from sepakat.record.label import make
from sepakat.vocabulary import REGISTRY

def companies(count):
    return [
        Draft(
            kind="organisation",
            object=f"MYS-company-{secrets.token_hex(8)}",
            action="register",
            body={"name": "A company", "type": "company"},
            label=make("RESTRICTED", ["KOR", "MYS"]),
        )
        for _ in range(count)
    ]

ledger = Ledger(home, REGISTRY)
"""
SAY_SOME = SAY + "print(ledger.append(companies(int(sys.argv[2])), at=clock.now())[-1].index)"
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
BACKUP = """
from sepakat.node.backup import backup
backup(home, Path(sys.argv[2]), with_keys=sys.argv[3:] != ["without"])
"""
BACKUP_OR_SAY = """
from sepakat.node.backup import backup
from sepakat.record.errors import SepakatError
try:
    backup(home, Path(sys.argv[2]))
except SepakatError as error:
    print(error)
"""
RESTORE = """
import json
import sys
from pathlib import Path
from sepakat.node.backup import restore
from sepakat.record.errors import SepakatError
options = dict.fromkeys(sys.argv[3:], True)
try:
    restore(Path(sys.argv[1]), Path(sys.argv[2]), **options)
except SepakatError as error:
    print(type(error).__name__, error)
"""
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

# All rows but the keys of evidence files, which each node has for itself.
LOOK = """
import json
from hashlib import sha256
from django.db import connection
from sepakat.node import integrity, tables
from sepakat.node.models import EvidenceFile, Log
from sepakat.vocabulary import REGISTRY
rows = {}
for table in tables.tables():
    parts = [part for part, _ in tables.dump(connection, table)]
    rows[table] = sha256(b"".join(sorted(b"".join(parts).splitlines()))).hexdigest()
files = {f.sha256: sha256(store.read(f.sha256)).hexdigest() for f in EvidenceFile.objects.all()}
print(json.dumps({
    "state": integrity.check(home, REGISTRY),
    "logs": {log.nation: [log.size, bytes(log.root).hex()] for log in Log.objects.all()},
    "rows": rows,
    "files": files,
    "views": connection.introspection.table_names(include_views=True),
}))
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A node with a partner, and its backup."""
    folder = tmp_path_factory.mktemp("filled")
    home = init(folder / "mys")
    run(FILL, home)
    run(PEOPLE, home)
    run(SAY_SOME, home, 300)
    run(BACKUP, home, folder / "backup")
    return home, folder / "backup"


@pytest.fixture
def home(filled: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled[0], tmp_path / "mys"))


@pytest.fixture
def file(filled: tuple[Path, Path]) -> Path:
    return filled[1]


@pytest.fixture
def empty(postgresql: postgres.Server) -> Iterator[str]:
    """A new database on PostgreSQL."""
    with postgresql.database() as url:
        yield url


@dataclass(frozen=True)
class Node:
    """The filled node, on either database."""

    home: Path
    url: str

    def run(self, script: str, *arguments: object) -> str:
        return run(script, self.home, *arguments, url=self.url)

    def start(self, script: str) -> subprocess.Popen[str]:
        return start(BOOT + script, self.home, url=self.url)

    def look(self) -> dict[str, Any]:
        return look(self.home, self.url)

    def restore(self, file: Path, *options: str) -> str:
        return restore(self.home, file, *options, url=self.url)


@pytest.fixture(scope="module")
def first(
    filled: tuple[Path, Path], new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Node:
    home, file = filled
    if url := new_database():
        home = tmp_path_factory.mktemp("moved") / "mys"
        assert restore(home, file, url=url) == ""
    return Node(home, url)


@pytest.fixture
def node(first: Node, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Node]:
    home = Path(shutil.copytree(first.home, tmp_path / "mys"))
    if not first.url:
        yield Node(home, "")
        return
    server: postgres.Server = request.getfixturevalue("postgresql")
    with server.database(copied_from=first.url) as url:
        yield Node(home, url)


def look(home: Path, url: str = "") -> dict[str, Any]:
    return dict(json.loads(run(LOOK, home, url=url)))


def restore(home: Path, file: Path, *options: str, url: str = "") -> str:
    """What the restoring said against it, if it did."""
    return finish(start(RESTORE, home, file, *options, url=url)).strip()


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a node's folder, beside the database, which `look` reads."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if "sqlite3" not in path.name
    }


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


# Policies.

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
    repack(tmp_path / "backup", tmp_path / "bad", UNSOUND["a statement is dropped"][0])
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


# Not sound: each is packed again with a manifest that fits it.

Change = Callable[[str, bytes], bytes | None]


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


def without(part: str) -> Change:
    return lambda name, data: None if part in name else data


def fewer_lines(*parts: str) -> Change:
    return lambda name, data: (
        b"\n".join(data.splitlines()[:-1]) if any(part in name for part in parts) else data
    )


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


def repack(file: Path, target: Path, change: Change) -> None:
    with Reader(file) as reader, archive.new(target, 0) as writer:
        counts = {name: table.model_dump() for name, table in reader.manifest.tables.items()}
        for name, data in reader.members(""):
            if (changed := change(name, data)) is None:
                continue
            writer.add(name, changed)
            if name.startswith("tables/"):
                table = counts[name.split("/")[1]]
                table["rows"] += len(changed.splitlines()) - len(data.splitlines())
        facts = reader.manifest.model_dump(exclude={"format", "members", "tables"})
        writer.finish(**facts, tables=counts)


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
