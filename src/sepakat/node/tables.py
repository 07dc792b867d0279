"""The tables of a node as JSON lines, and back: the same from SQLite and from PostgreSQL.

Left out is what must not come back: sessions, whose numbers of accounts could by then be other
people's; jobs and answers kept for programs, which tell of statements that may be lost; counters
that lock out whoever guesses; and Django's own lists, which every version makes by itself.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from django.apps import apps
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

from sepakat.node.archive import Table
from sepakat.record.errors import InvalidError

PART_BYTES: Final = 4 * 1024 * 1024  # of lines in one member, and the last line's rest

_CHUNK: Final = 1000  # rows read or written at once
# What has been answered stays answered, so that no message can be sent again after a restore.
_KEPT: Final = frozenset({"node_nonce"})

_APPS: Final = ("node", "accounts", "desk")
_ALLAUTHS: Final = frozenset({"account.EmailAddress", "mfa.Authenticator"})
_LEFT_OUT: Final = frozenset({"desk.Job", "desk.KeptAnswer"})
_DJANGOS: Final = ("auth", "contenttypes")


def _models() -> Iterator[type[models.Model]]:
    """Those whose rows a backup holds."""
    for model in apps.get_models():
        label = model._meta.label
        if label in _ALLAUTHS or (model._meta.app_label in _APPS and label not in _LEFT_OUT):
            yield model


def tables() -> dict[str, list[models.Field]]:
    """The tables that a backup holds, each with its columns."""
    return {model._meta.db_table: list(model._meta.concrete_fields) for model in _models()}


def _passing() -> list[str]:
    """The tables that a backup leaves out and a restored node begins without."""
    held = set(tables())
    every = [model._meta for model in apps.get_models() if model._meta.managed]
    return [m.db_table for m in every if m.db_table not in held and m.app_label not in _DJANGOS]


def columns(fields: Iterable[models.Field]) -> tuple[str, ...]:
    return tuple(str(field.column) for field in fields)


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own that sees the database as it is now, while others go on writing."""
    own = connection.copy()
    mode = "ISOLATION LEVEL REPEATABLE READ READ ONLY" if own.vendor == "postgresql" else ""
    try:
        with own.cursor() as cursor:
            # In SQLite, and beside Django's own setting, a transaction that takes no lock.
            cursor.execute(f"BEGIN {mode}")
        yield own
    finally:
        own.close()


def dump(source: BaseDatabaseWrapper, table: str) -> Iterator[tuple[bytes, int]]:
    """The rows of a table by its key, as parts of JSON lines, each part with its count of rows."""
    part, count = bytearray(), 0
    for row in _rows(source, table):
        part += orjson.dumps(row) + b"\n"
        count += 1
        if len(part) >= PART_BYTES:
            yield bytes(part), count
            part, count = bytearray(), 0
    if part:
        yield bytes(part), count


def _rows(source: BaseDatabaseWrapper, table: str) -> Iterator[list[Any]]:
    fields = tables()[table]
    model = fields[0].model
    names = columns(fields)
    key = columns(getattr(model._meta, "pk_fields", [model._meta.pk]))
    quote = source.ops.quote_name
    order = ", ".join(map(quote, key))
    select = f"SELECT {', '.join(map(quote, names))} FROM {quote(table)}"  # noqa: S608
    after = f" WHERE ({order}) > ({', '.join(['%s'] * len(key))})"
    places = [names.index(name) for name in key]
    kinds = [_inner(field) for field in fields]
    where: str = ""
    last: Sequence[Any] = ()
    with source.cursor() as cursor:
        while True:
            cursor.execute(f"{select}{where} ORDER BY {order} LIMIT {_CHUNK}", last)
            chunk = cursor.fetchall()
            for row in chunk:
                yield [_plain(kind, value) for kind, value in zip(kinds, row, strict=True)]
            if len(chunk) < _CHUNK:
                return
            where, last = after, [chunk[-1][place] for place in places]


def check(found: Mapping[str, Table], version: str) -> None:
    """Refuse tables that are not those of this version of the program."""
    if {name: table.columns for name, table in found.items()} != {
        name: columns(fields) for name, fields in tables().items()
    }:
        raise InvalidError(
            f"the backup has the tables of another version of Sepakat ({version})",
            fix="Restore it with that version, then bring the node up to date",
        )


def lock() -> None:
    """Keep everybody else out until the transaction ends. SQLite has done so at its beginning."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            every = ", ".join((*tables(), *_passing()))
            cursor.execute(f"LOCK TABLE {every} IN ACCESS EXCLUSIVE MODE")


def empty() -> None:
    with connection.cursor() as cursor:
        for table in (*(tables().keys() - _KEPT), *_passing()):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


def reset_sequences() -> None:
    """Let PostgreSQL go on counting after the numbers that were loaded."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(_models())):
            cursor.execute(sql)


def load(table: str, part: bytes, where: str) -> int:
    """Insert the rows of a part, and give their number."""
    fields = tables()[table]
    quote = connection.ops.quote_name
    insert = (
        f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns(fields)))})"  # noqa: S608
        f" VALUES ({', '.join(['%s'] * len(fields))})"
        f"{' ON CONFLICT DO NOTHING' if table in _KEPT else ''}"
    )
    lines = part.splitlines()
    try:
        with connection.cursor() as cursor:
            for start in range(0, len(lines), _CHUNK):
                chunk = [_values(fields, line) for line in lines[start : start + _CHUNK]]
                cursor.executemany(insert, chunk)
    except (orjson.JSONDecodeError, ValueError, IntegrityError, DataError) as error:
        raise InvalidError(
            f"a row does not fit its table ({str(error).splitlines()[0]})",
            where=where,
            fix="Nothing was changed. Take another backup",
        ) from error
    return len(lines)


def _values(fields: Sequence[models.Field], line: bytes) -> list[Any]:
    row = orjson.loads(line)
    if not isinstance(row, list) or len(row) != len(fields):
        raise ValueError("not a list of all columns")
    return [_value(field, value) for field, value in zip(fields, row, strict=True)]


def _inner(field: models.Field) -> models.Field:
    """The field whose values a column holds: of a foreign key, that which it points to."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _plain(field: models.Field, value: Any) -> Any:
    """A value as it stands in a backup, whichever database it was read from."""
    if value is None:
        return None
    if isinstance(field, models.BinaryField):
        return base64.b64encode(value).decode()
    if isinstance(field, models.BooleanField):
        return bool(value)
    if isinstance(field, models.JSONField):  # PostgreSQL keeps no order of members
        return orjson.dumps(orjson.loads(value), option=orjson.OPT_SORT_KEYS).decode()
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _value(field: models.Field, value: Any) -> Any:
    """A value of a backup as the database's driver wants it."""
    if value is None and field.null:
        return None
    inner = _inner(field)
    type_: type = bool if isinstance(inner, models.BooleanField) else str
    if isinstance(inner, models.IntegerField):
        type_ = int
    if type(value) is not type_:
        raise ValueError(f"{field.column} is of another type")
    if isinstance(inner, models.BinaryField):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise ValueError(f"{field.column} is no base64") from None
    if isinstance(inner, models.JSONField):
        return inner.get_db_prep_value(orjson.loads(value), connection)
    if isinstance(inner, models.DateTimeField):
        return inner.get_db_prep_value(datetime.fromisoformat(value), connection)
    if isinstance(inner, models.DateField):
        return inner.get_db_prep_value(date.fromisoformat(value), connection)
    return inner.get_db_prep_value(value, connection) if type_ is bool else value
