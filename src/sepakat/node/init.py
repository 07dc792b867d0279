"""Making a node, and starting Django for one that exists."""

import os
from pathlib import Path

from sepakat.node.home import Config, Home
from sepakat.node.keystore import NAMES, key_bytes
from sepakat.record import label
from sepakat.record.errors import ConflictError, NotFoundError
from sepakat.record.keys import SigningKey


def boot(path: Path) -> Home:
    """Start Django for the node in this folder. A process serves one node."""
    os.environ["SEPAKAT_HOME"] = str(path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sepakat.node.settings")
    import django

    django.setup()
    return Home(path)


def init(path: Path, config: Config) -> Home:
    """Make a node: its folder, its keys, its tables, and the first statement of its log, by which
    the root key registers the office key that signs from day to day."""
    home = Home.create(path, config)
    try:
        _furnish(home)
    except BaseException:
        home.remove()  # or the next try would find a node here, and it would have no log
        raise
    return home


def _furnish(home: Home) -> None:
    make_keys(home)
    boot(home.path)
    _require_no_record()
    migrate()
    _open_log(home)


def make_keys(home: Home) -> None:
    """Make each key that the node does not have; the environment may give some."""
    for name in NAMES:
        if name not in home.keys:
            home.keys.put(name, os.urandom(key_bytes(name)))  # seeds are any bytes


def _require_no_record() -> None:
    """Before its tables are touched, which may be another node's and of an older version."""
    if _has_record():
        raise ConflictError(
            "the database has another node's record",
            where="DATABASE_URL",
            fix="Give each node a database of its own",
        )


def require_record(home: Home) -> None:
    """Before tables are brought up to this version: where there is no log, to make them would only
    hide that the record is lost."""
    if not _has_record():
        raise NotFoundError(
            "the database has no record: it was lost, or `sepakat init` was cut off",
            where=str(home.path),
            fix="Restore a backup into another folder; if nothing was ever said here, remove this "
            "one and run `sepakat init` again",
        )


def _has_record() -> bool:
    from django.db import connection

    from sepakat.node.models import Log

    return Log._meta.db_table in connection.introspection.table_names() and Log.objects.exists()


def migrate() -> None:
    """Bring the tables up to this version, and make the views of the kinds anew."""
    from django.core.management import call_command
    from django.db import connection

    from sepakat.node.sqlviews import create_views, drop_views
    from sepakat.vocabulary import REGISTRY

    drop_views(connection)  # no table can be changed under them
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    call_command("createcachetable", verbosity=0)
    create_views(connection, REGISTRY)


def _open_log(home: Home) -> None:
    from django.db import transaction

    from sepakat.node import clock
    from sepakat.node.ledger import Draft, Ledger, begin
    from sepakat.vocabulary import REGISTRY

    office = Draft(
        kind="key",
        object=f"{home.config.nation}-key-office",
        action="register",
        body={"name": "office", "public_key": str(SigningKey(home.keys.get("office")).public)},
        label=label.make("UNCLASSIFIED", [label.PUBLIC]),
        role="administrator",
    )
    with transaction.atomic():
        begin(home)
        Ledger(home, REGISTRY).append([office], at=clock.now())
