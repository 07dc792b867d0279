"""What the settings promise, asked of the database itself and of Django's own checks."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from sepakat.node import settings
from sepakat.node.home import Home
from sepakat.node.models import Label
from support.postgres import INNER
from support.serving import environment, init

CONFIG = """{"nation": "MYS", "name": "Malaysia", "origin": "mys.sepakat.example/log",
             "url": "https://mys.sepakat.example", "ceiling": "SECRET"}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return init(tmp_path_factory.mktemp("settings") / "node", CONFIG)


def in_node(home: Home, *arguments: str) -> str:
    """What Django's command says about this node."""
    variables = {"SEPAKAT_HOME": str(home.path), "DJANGO_SETTINGS_MODULE": "sepakat.node.settings"}
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment() | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_djangos_deployment_checks_find_nothing(home: Home) -> None:
    said = in_node(home, "-m", "django", "check", "--deploy", "--fail-level=INFO")
    assert "no issues" in said


def test_the_hosts_are_the_nodes_own_and_the_secret_outlives_the_process(home: Home) -> None:
    ask = "from sepakat.node import settings as s; print(s.ALLOWED_HOSTS, s.SECRET_KEY, s.DEBUG)"
    said = in_node(home, "-c", ask)
    assert "['localhost', '127.0.0.1', '[::1]', 'mys.sepakat.example']" in said
    assert said.endswith(" False\n")
    assert said == in_node(home, "-c", ask)
    assert home.keys.get("storage").hex() not in said


@pytest.fixture
def sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[ConnectionHandler]:
    """Connections to a new file, as the settings make them."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/node.sqlite3")
    handler = ConnectionHandler({"default": settings.database()})
    with django_db_blocker.unblock():
        yield handler
    handler.close_all()


def test_sqlite_commits_last_and_references_hold(sqlite: ConnectionHandler) -> None:
    with sqlite["default"].cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_sqlite_transactions_take_their_turn_from_the_start(sqlite: ConnectionHandler) -> None:
    """Two that read and then write: a deferred one would fail with a stale snapshot."""
    with sqlite["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE counter (value INTEGER)")
        cursor.execute("INSERT INTO counter VALUES (0)")
    failures = []

    def count() -> None:
        database = sqlite["default"]  # one connection a thread
        try:
            for _ in range(50):
                database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
                with database.cursor() as cursor:
                    value = cursor.execute("SELECT value FROM counter").fetchone()[0]
                    cursor.execute(f"UPDATE counter SET value = {value + 1}")
                database.commit()
                database.set_autocommit(True)
        except Exception as error:
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite["default"].cursor() as cursor:
        value = cursor.execute("SELECT value FROM counter").fetchone()[0]
    assert (failures, value) == ([], 200)


@pytest.mark.django_db
def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for() -> None:
    """Were it not, the run on PostgreSQL would pass without one."""
    assert connection.vendor == ("postgresql" if INNER in os.environ else "sqlite")


@pytest.mark.django_db(transaction=True)
def test_a_failed_transaction_leaves_nothing() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Label.objects.create(id=1, text="{}")
        1 / 0  # noqa: B018
    connections.close_all()
    assert not Label.objects.exists()
