"""Rows in and out, by plain SQL that SQLite and PostgreSQL share: the hot path of the node.

Statements go to the database's own driver, within the transaction that Django has begun: Django's
cursors would cost more than what they are asked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import orjson
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from sepakat.node.models import Log, Statement
from sepakat.node.models import Object as Stored
from sepakat.record import canon
from sepakat.record.errors import ProofError
from sepakat.record.fold import object_digest
from sepakat.record.kind import Object
from sepakat.record.label import Label
from sepakat.record.merkle import HASH_SIZE
from sepakat.record.rules import NOT_OWN, Decision, Status
from sepakat.record.statement import Statement as Said

_FIELDS = ("id", "kind", "owner", "counterparty", "label__text", "state", "fields", "head", "notes")
_COLUMNS = "o.id, o.kind, o.owner, o.counterparty, l.text, o.state, o.fields, o.head, o.notes"
_TABLES = "node_object o JOIN node_label l ON l.id = o.label_id"
_OBJECTS = f"SELECT {_COLUMNS} FROM {_TABLES}"
_WITH_HEADS = (
    f'SELECT {_COLUMNS}, s.nation, s."index" FROM {_TABLES}'
    f" JOIN node_statement s ON s.digest = o.head AND s.status = '{Status.STANDING.value}'"
)
_OBJECT_COLUMNS = [field.attname for field in Stored._meta.concrete_fields]
_LOG_COLUMNS = ", ".join(field.attname for field in Log._meta.concrete_fields)
_IS_OWN = f"code NOT IN {NOT_OWN}"  # Decision.is_own
# Whoever asks for anything is held to each label.
MAX_LABELS = 20_000
PARTNER_LABELS = 1_000  # in one partner's log, of what is disclosed of it
MAX_LABEL_BYTES = 8_192
_CHUNK = 500  # parameters of one IN list: below every database's limit


class ReadColumns(NamedTuple):
    """What a statement's row says of it, and its envelope and place must give."""

    digest: str
    label_id: int | None
    object: str
    action: str
    at: str
    status: str
    code: str
    detail: str

    @classmethod
    def of(cls, decision: Decision, statement: Said | None) -> "ReadColumns":
        """Of a statement, or of what is none, and what became of it."""
        return cls(*_said(decision, statement))


@lru_cache(maxsize=4096)
def label_id(text: bytes) -> int:
    """A label's number: the first 60 bits of its digest, the same in every database."""
    return int(canon.digest(text)[:15], 16)


def save_labels(
    labels: Iterable[Label], admit: Callable[[list[Label]], None] = lambda new: None
) -> dict[Label, int]:
    """Keep labels, and give their numbers. Those that are new are put to `admit`.

    Two of one number can be found with some labour; the second is refused, for what is under the
    first would be shown to its readers."""
    ids = {label: label_id(label.text) for label in labels}
    texts = dict(_in("SELECT id, text FROM node_label WHERE id IN", ids.values()))
    new = {}
    for label, number in ids.items():
        text = label.text.decode()
        kept = texts.get(number)
        if kept == text:
            continue
        if kept is not None and label_id(kept.encode()) == number:
            raise ProofError(
                "two labels have one number, which does not come about by chance",
                where=f"label {text[:200]}",
                fix="Show both to the joint committee, and ask for the record under another label",
            )
        texts[number] = new[number] = text  # or it was damaged
    if new:
        admit([label for label, number in ids.items() if number in new])
    _many(
        "INSERT INTO node_label (id, text) VALUES (%s, %s)"
        " ON CONFLICT (id) DO UPDATE SET text = excluded.text",
        list(new.items()),
    )
    return ids


def is_long(label: Label) -> bool:
    return len(label.text) > MAX_LABEL_BYTES


def count_labels() -> int:
    return int(_all("SELECT count(*) FROM node_label")[0][0])


def labels_in(nation: str) -> list[Label]:
    """The labels in a nation's log, as far as it is known here."""
    used = "SELECT DISTINCT label_id FROM node_statement WHERE nation = %s"
    found = _all(f"SELECT text FROM node_label WHERE id IN ({used})", (nation,))
    return [_label(text) for (text,) in found]


def labels() -> dict[int, Label]:
    found = _all("SELECT id, text FROM node_label")
    return {number: _label(text) for number, text in found}


@lru_cache(maxsize=MAX_LABELS)  # fewer, and who reads them all would find none kept
def _label(text: str) -> Label:
    return Label.model_validate_json(text)


def save_leaves(nation: str, first: int, entries: Sequence[tuple[bytes, bytes | None]]) -> None:
    _many(
        'INSERT INTO node_leaf (nation, "index", entry, salt) VALUES (%s, %s, %s, %s)',
        [(nation, first + i, entry, salt) for i, (entry, salt) in enumerate(entries)],
    )


def open_leaves(salts: Sequence[tuple[bytes, str, int]]) -> None:
    """Enter the salts, each with nation and index, of leaves that have been disclosed here."""
    _many('UPDATE node_leaf SET salt = %s WHERE nation = %s AND "index" = %s', salts)


# Made for each statement: a plain tuple, taken apart by name, is what costs least.
def _said(
    decision: Decision, statement: Said | None
) -> tuple[str, int | None, str, str, str, str, str, str]:
    """The fields of `ReadColumns`."""
    label, action, at = None, "", ""
    if statement is not None:
        label, action, at = label_id(statement.label.text), statement.action, statement.at
    return (
        decision.digest,
        label,
        decision.object,
        action,
        at,
        decision.status.value,
        decision.code,
        decision.detail,
    )


def statement_row(decision: Decision, statement: Said | None, envelope: bytes) -> tuple[Any, ...]:
    digest, label, about, action, at, status, code, detail = _said(decision, statement)
    return (
        decision.nation,
        decision.index,
        digest,
        envelope,
        label,
        about,
        action,
        at,
        status,
        code,
        detail,
    )


def save_statements(rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows as `statement_row` makes them: nation, index, digest, envelope, label's number, object,
    action, at, status, code, detail."""
    _many(
        'INSERT INTO node_statement (nation, "index", digest, envelope, label_id, object, action,'
        " at, status, code, detail) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        rows,
    )


def save_read_columns(places: Iterable[tuple[str, int]], columns: Iterable[ReadColumns]) -> None:
    """Replace what the rows of statements say of them."""
    names = ", ".join(f"{name} = %s" for name in ReadColumns._fields)
    _many(
        f'UPDATE node_statement SET {names} WHERE nation = %s AND "index" = %s',
        [(*said, *place) for place, said in zip(places, columns, strict=True)],
    )


def read_columns() -> Iterator[tuple[tuple[str, int], ReadColumns]]:
    """What the rows of all statements say of them, by nation and index."""
    found = Statement.objects.values_list("nation", "index", *ReadColumns._fields)
    for nation, index, *said in found.iterator():
        yield (nation, index), ReadColumns(*said)


def save_objects(objects: Iterable[Object], label_ids: dict[Label, int]) -> None:
    marks = ", ".join(["%s"] * len(_OBJECT_COLUMNS))
    _many(
        f"INSERT INTO node_object ({', '.join(_OBJECT_COLUMNS)}) VALUES ({marks})"
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state, fields = excluded.fields,"
        " head = excluded.head, notes = excluded.notes, digest = excluded.digest",
        [object_row(o, label_ids[o.label]) for o in objects],
    )


def object_row(thing: Object, label_number: int) -> tuple[Any, ...]:
    """The row of an object, its identifier first."""
    return (
        thing.id,
        thing.kind,
        thing.owner,
        thing.counterparty,
        label_number,
        thing.state,
        canon.write(thing.fields).decode(),
        thing.head,
        canon.write(thing.notes).decode(),
        object_digest(thing),
    )


def object_rows() -> Iterator[tuple[Any, ...]]:
    """The rows of all objects, as they are."""
    return Stored.objects.values_list(*_OBJECT_COLUMNS).iterator()


def save_tiles(nation: str, tiles: dict[tuple[int, int], bytes]) -> None:
    _many(
        'INSERT INTO node_tile (nation, level, "index", data) VALUES (%s, %s, %s, %s)'
        ' ON CONFLICT (nation, level, "index") DO UPDATE SET data = excluded.data',
        [(nation, level, index, data) for (level, index), data in tiles.items()],
    )


def tile(nation: str, level: int, index: int) -> bytes:
    """The present hashes of a tile; none if it has not begun."""
    found = _all(
        'SELECT data FROM node_tile WHERE nation = %s AND level = %s AND "index" = %s',
        (nation, level, index),
    )
    return found[0][0] if found else b""


def hashes(nation: str, level: int, index: int, width: int) -> bytes:
    """The first `width` hashes of a tile, as it was in a log that has grown since; fewer, if it has
    no more (`record.tile.ReadTile`, of a nation)."""
    return tile(nation, level, index)[: width * HASH_SIZE]


def entries(nation: str, first: int, count: int) -> list[bytes]:
    """The commitments from `first` on, at most `count`."""
    return [entry for _, entry, _ in leaves(nation, first, first + count)]


def leaves(nation: str, first: int, end: int) -> list[tuple[int, bytes, bytes | None]]:
    return _all(
        'SELECT "index", entry, salt FROM node_leaf'
        ' WHERE nation = %s AND "index" >= %s AND "index" < %s ORDER BY "index"',
        (nation, first, end),
    )


def objects(ids: Iterable[str]) -> dict[str, Object]:
    return {row[0]: object_of(row) for row in _in(f"{_OBJECTS} WHERE o.id IN", ids)}


def objects_with_heads(ids: Iterable[str]) -> list[tuple[Object, Decision]]:
    """Objects, each with what became of the statement at its head: it stands."""
    found = []
    for *row, nation, index in _in(f"{_WITH_HEADS} WHERE o.id IN", ids):
        thing = object_of(row)
        head = Decision(nation, index, thing.head, Status.STANDING, object=thing.id)
        found.append((thing, head))
    return found


def objects_of(kind: str, owner: str, state: str = "") -> list[Object]:
    """All objects of a kind and an owner, or those in one state."""
    sql, values = f"{_OBJECTS} WHERE o.kind = %s AND o.owner = %s", [kind, owner]
    if state:
        sql, values = f"{sql} AND o.state = %s", [*values, state]
    return [object_of(row) for row in _all(f"{sql} ORDER BY o.id", values)]


def objects_under(kind: str, label_ids: Iterable[int]) -> list[Object]:
    """All objects of a kind under any of the labels."""
    found = Stored.objects.filter(kind=kind, label_id__in=label_ids).order_by("id")
    return [object_of(row) for row in found.values_list(*_FIELDS)]


def object_of(row: Sequence[Any]) -> Object:
    """An object from id, kind, owner, counterparty, label's text, state, fields, head, notes."""
    return Object(
        *row[:4],
        _label(row[4]),
        row[5],
        orjson.loads(row[6]),
        row[7],
        tuple(orjson.loads(row[8])),
    )


def decisions(digests: Iterable[str]) -> dict[str, Decision]:
    """What became of statements, each in the log of the nation that made it."""
    found: dict[str, Decision] = {}
    for nation, index, digest, status, code, detail, about in _in(
        'SELECT nation, "index", digest, status, code, detail, object FROM node_statement'
        f" WHERE {_IS_OWN} AND digest IN",
        digests,
    ):
        found[digest] = Decision(nation, index, digest, Status(status), code, detail, about)
    return found


def envelopes(digests: Iterable[str]) -> dict[str, bytes]:
    wanted = f"SELECT digest, envelope FROM node_statement WHERE {_IS_OWN} AND digest IN"
    return dict(_in(wanted, digests))


def own_statements() -> QuerySet[Statement]:
    """The statements that answer for their digests (`Decision.is_own`)."""
    return Statement.objects.exclude(code__in=NOT_OWN)


def all_envelopes() -> Iterator[tuple[str, int, bytes]]:
    """Every envelope held, by nation and index."""
    places = Statement.objects.order_by("nation", "index")
    rows = places.values_list("nation", "index", "envelope").iterator()
    return ((nation, index, bytes(envelope)) for nation, index, envelope in rows)


def logs() -> dict[str, Log]:
    """All logs; in a transaction, no other writer of this node enters until it ends."""
    # In one order, or two writers would wait for each other.
    can_lock = connections[DEFAULT_DB_ALIAS].features.has_select_for_update
    lock = " ORDER BY nation FOR UPDATE" if can_lock else ""
    found = _all(f"SELECT {_LOG_COLUMNS} FROM node_log{lock}")
    return {row[0]: Log(*row) for row in found}


def save_log(nation: str, size: int, root: bytes, checkpoint: bytes, memory: str) -> None:
    _many(
        "UPDATE node_log SET size = %s, root = %s, checkpoint = %s, memory = %s WHERE nation = %s",
        [(size, root, checkpoint, memory, nation)],
    )


def partner_cards() -> list[bytes]:
    return [card for (card,) in _all("SELECT card FROM node_partner")]


def _connected() -> Any:
    database = connections[DEFAULT_DB_ALIAS]
    if database.connection is None:
        database.ensure_connection()
    return database


@cache
def _native(sql: str, vendor: str) -> str:
    return sql.replace("%s", "?") if vendor == "sqlite" else sql


def _all(sql: str, values: Sequence[Any] = ()) -> list[Any]:
    database = _connected()
    with database.wrap_database_errors:
        cursor = database.connection.cursor()
        cursor.execute(_native(sql, database.vendor), values)
        return cursor.fetchall()


def _many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    database = _connected()
    with database.wrap_database_errors:
        database.connection.cursor().executemany(_native(sql, database.vendor), rows)


def _in(sql: str, values: Iterable[str | int]) -> Iterator[Any]:
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        yield from _all(f"{sql} ({', '.join(['%s'] * len(part))})", part)
