"""A PostgreSQL server of the tests' own, from Debian's packages: no port, no other database."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PACKAGES = Path("/usr/lib/postgresql")
ROLE = "sepakat"
INNER = "SEPAKAT_TESTS_ON_POSTGRESQL"  # set in the run of the tests on such a server


def newest() -> Path | None:
    """The folder of the newest version's programs, where one is installed."""
    found = [path.parent for path in PACKAGES.glob("*/bin/initdb")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


@dataclass(frozen=True)
class Server:
    """A running server; only who may enter its folder can connect, and then without a password."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://{ROLE}@/{database}?host={self.folder}"

    def psql(self, sql: str, database: str = "postgres") -> str:
        return ask(self.url(database), sql)

    @contextmanager
    def database(self, copied_from: str = "") -> Iterator[str]:
        """The URL of a new database, empty or with all that another has; it goes at the end."""
        name = f"node_{secrets.token_hex(8)}"
        template = urlsplit(copied_from).path.removeprefix("/") or "template1"
        self.psql(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            # By force: the server may not have noticed yet that a process was killed.
            self.psql(f"DROP DATABASE {name} WITH (FORCE)")


def ask(url: str, sql: str) -> str:
    """What the database at this URL answers."""
    programs = newest()
    assert programs is not None
    return run(programs / "psql", "-XAtqc", sql, url).strip()


def is_left(url: str) -> bool:
    """Whether the server serves nobody there, not even a process that has been killed."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    return ask(url, f"SELECT count(*) FROM pg_stat_activity WHERE {others}") == "0"


# What gives the URL of a database for one more node; an empty one for SQLite in its folder.
NewDatabase = Callable[[], str]


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Start a server in a new folder, with a database `sepakat`; all of it goes at the end."""
    # Not in pytest's folder: others may not enter that, and a socket's path has 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="sepakat-pg-"))
    try:
        if (owner := _owner()) is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _run_as(owner, programs / "initdb", "-D", folder / "data", *INITDB)
        options = f"-k {folder} {' '.join(f'-c {option}' for option in OPTIONS)}"
        pg_ctl = programs / "pg_ctl", "-D", folder / "data", "-w", "-s"
        _run_as(owner, *pg_ctl, "-o", options, "start")
        try:
            server = Server(folder)
            server.psql("CREATE DATABASE sepakat")
            yield server
        finally:
            _run_as(owner, *pg_ctl, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


INITDB = ("-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
OPTIONS = ("listen_addresses=", "fsync=off", "max_connections=100")


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server where we are root, which PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run_as(owner: pwd.struct_passwd | None, *command: object) -> str:
    if owner is None:
        return run(*command)
    return run(*command, user=owner.pw_uid, group=owner.pw_gid, extra_groups=[])


def run(*command: object, **options: object) -> str:
    # A server that pg_ctl starts keeps what it inherits: hence a file, where a pipe would not end.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
            **options,
        )
        output.seek(0)
        text = output.read()
    assert done.returncode == 0, f"{command[0]} failed:\n{text}"
    return text
