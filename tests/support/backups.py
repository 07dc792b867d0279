"""A node with something of everything in it, its backup, and what comes back of that."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sepakat.node import archive
from sepakat.node.archive import Reader
from support.processes import BOOT, finish, run, start

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


Change = Callable[[str, bytes], bytes | None]
"""A member of a backup, by its name, made into another, or into none."""


def without(part: str) -> Change:
    return lambda name, data: None if part in name else data


def fewer_lines(*parts: str) -> Change:
    return lambda name, data: (
        b"\n".join(data.splitlines()[:-1]) if any(part in name for part in parts) else data
    )


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
