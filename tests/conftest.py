"""Fixtures that every folder of tests may use."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from support import postgres

MIGRATE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "sepakat.node.settings"
import django
django.setup()
from sepakat.node.init import migrate
migrate()
"""
SHARED = Path(__file__).parents[2] / "shared"

# No test is timed: how long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published answers beside the checkout; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip(f"no folder of published vectors at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """A PostgreSQL server; tests that need it skip without Debian's."""
    programs = postgres.newest()
    if programs is None:
        pytest.skip(f"no PostgreSQL server of Debian's in {postgres.PACKAGES}")
    with postgres.running(programs) as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgresql: postgres.Server) -> Iterator[str]:
    """A database with all tables and views. Others are copies, as they take seconds to make."""
    with postgresql.database() as url:
        subprocess.run(
            [sys.executable, "-c", MIGRATE],
            env=os.environ | {"DATABASE_URL": url},
            capture_output=True,
            check=True,
        )
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> Iterator[postgres.NewDatabase]:
    """Databases for nodes in processes of their own, of either kind; they go with the module."""
    if postgres.INNER in os.environ:
        pytest.skip("it has run on both databases")
    if request.param == "sqlite":
        yield str
        return
    server, migrated = map(request.getfixturevalue, ("postgresql", "migrated"))
    with ExitStack() as stack:
        yield lambda: stack.enter_context(server.database(migrated))
