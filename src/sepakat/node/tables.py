"""All tables of a node as JSON lines, and back: the same from SQLite and from PostgreSQL."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import orjson
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

from sepakat.node.archive import Table
from sepakat.record.errors import InvalidError

PART_BYTES: Final = 4 * 1024 * 1024  # of lines in one member, and the last line's rest

_CHUNK: Final = 1000  # rows read or written at once
# What has been answered stays answered, so that no message can be sent again after a restore.
_KEPT: Final = frozenset({"node_nonce"})


def tables() -> dict[str, list[models.Field]]:
    """The tables of a node, each with its columns."""
    return {
        model._meta.db_table: list(model._meta.concrete_fields)
        for model in apps.get_app_config("node").get_models()
    }


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
    is_binary = [isinstance(field, models.BinaryField) for field in fields]
    where: str = ""
    last: Sequence[Any] = ()
    with source.cursor() as cursor:
        while True:
            cursor.execute(f"{select}{where} ORDER BY {order} LIMIT {_CHUNK}", last)
            chunk = cursor.fetchall()
            for row in chunk:
                yield [
                    base64.b64encode(value).decode() if binary and value is not None else value
                    for value, binary in zip(row, is_binary, strict=True)
                ]
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
            cursor.execute(f"LOCK TABLE {', '.join(tables())} IN ACCESS EXCLUSIVE MODE")


def empty() -> None:
    with connection.cursor() as cursor:
        for table in tables().keys() - _KEPT:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


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


def _value(field: models.Field, value: Any) -> Any:
    if value is None and field.null:
        return None
    inner = field.target_field if isinstance(field, models.ForeignKey) else field
    type_ = int if isinstance(inner, models.IntegerField) else str
    if type(value) is not type_:
        raise ValueError(f"{field.column} is of another type")
    if isinstance(inner, models.BinaryField):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise ValueError(f"{field.column} is no base64") from None
    return value
