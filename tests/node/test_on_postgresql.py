"""The node's database tests once more, on PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import postgres
from support.postgres import INNER

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(INNER in os.environ, reason="this is the run on PostgreSQL")


@pytest.fixture
def environment(postgresql: postgres.Server) -> Iterator[dict[str, str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEPAKAT_")}
    with postgresql.database() as url:
        yield kept | {"DATABASE_URL": url, INNER: "1"}


def test_the_server_has_no_port_and_is_not_run_by_root(postgresql: postgres.Server) -> None:
    assert postgresql.psql("SHOW listen_addresses") == ""
    status = Path(f"/proc/{(postgresql.folder / 'data/postmaster.pid').read_text().split()[0]}")
    assert status.stat().st_uid != 0


def test_django_makes_the_tables_there(environment: dict[str, str]) -> None:
    """As `psql` sees them, so that a fallback to another database would show."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--settings=sepakat.node.settings"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert postgres.ask(environment["DATABASE_URL"], "SELECT count(*) FROM node_statement") == "0"


def test_the_nodes_tests_pass(environment: dict[str, str]) -> None:
    """Those marked as using the database; what starts a node's process has one of its own."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/node",
            "-m",
            "django_db",
            "-q",
            "-p",
            "no:cacheprovider",
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"on PostgreSQL:\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
