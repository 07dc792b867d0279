"""A SQL view for each kind, `kind_<kind>`, with a real column for each field, for filters and for
whoever brings a tool of their own.

Every view has id, owner, counterparty, state, classification, label_id, and the fields as they are
declared: text and integers as such, true and false as 1 and 0, money as `<field>_amount` (numeric)
and `<field>_currency`, everything else as JSON text. The views show all that the node holds,
whatever its label: a tool that reads them must be as trusted as the node's operator.
"""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from sepakat.record.fields import Money
from sepakat.record.kind import Kind, Registry

PREFIX: Final = "kind_"

_COMMON: Final = ("id", "owner", "counterparty", "state", "classification", "label_id")
_SOURCE: Final = "FROM node_object o JOIN node_label l ON l.id = o.label_id"


def create_views(connection: BaseDatabaseWrapper, registry: Registry) -> None:
    """Drop the views of all kinds and make them anew."""
    with transaction.atomic(using=connection.alias):
        drop_views(connection)
        with connection.cursor() as cursor:
            for kind in registry.kinds.values():
                cursor.execute(_view(connection, kind))


def drop_views(connection: BaseDatabaseWrapper) -> None:
    """Drop the views of all kinds, so that a migration may change the table under them."""
    with connection.cursor() as cursor:
        for info in connection.introspection.get_table_list(cursor):
            if info.type == "v" and info.name.startswith(PREFIX):
                cursor.execute(f"DROP VIEW {connection.ops.quote_name(info.name)}")


def view_name(kind: type[Kind]) -> str:
    return PREFIX + kind.kind


def _view(connection: BaseDatabaseWrapper, kind: type[Kind]) -> str:
    quote = connection.ops.quote_name
    value = _VALUES[connection.vendor]
    columns = ["o.id", "o.owner", "o.counterparty", "o.state"]
    columns.append(f"{value('l.text', ('classification',), 'text')} AS classification")
    columns.append("o.label_id")
    names = set(_COMMON)
    for name, path, type_ in columns_of(kind):
        if name in names:
            raise ValueError(f"{kind.kind}: two columns of the view are named {name!r}")
        names.add(name)
        columns.append(f"{value('o.fields', path, type_)} AS {quote(name)}")
    name = quote(view_name(kind))
    chosen = f"o.kind = {_literal(kind.kind)}"
    return f"CREATE VIEW {name} AS SELECT {', '.join(columns)} {_SOURCE} WHERE {chosen}"


def columns_of(kind: type[Kind]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Name, place in the fields, and type of each column of a kind's own."""
    for name, info in kind.model_fields.items():
        if name == "counterparty":  # the object has it too
            continue
        type_ = _plain(info.annotation)
        if type_ is Money:
            yield f"{name}_amount", (name, "amount"), "numeric"
            yield f"{name}_currency", (name, "currency"), "text"
        else:
            yield name, (name,), {int: "bigint", bool: "boolean"}.get(type_, "text")


def _plain(annotation: Any) -> Any:
    """The type of a field without what is said of it; a `Literal` has that of its values."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain(get_args(annotation)[0])
    if origin is Literal:
        types_ = {type(value) for value in get_args(annotation)}
        return types_.pop() if len(types_) == 1 else str
    if origin in (Union, types.UnionType):
        types_ = {_plain(part) for part in get_args(annotation)} - {type(None)}
        return types_.pop() if len(types_) == 1 else str
    return annotation


def _sqlite(column: str, path: tuple[str, ...], type_: str) -> str:
    # Already an integer or text; an amount beyond 15 digits is rounded, as SQLite has no decimals.
    found = f"json_extract({column}, {_literal('$' + ''.join(f'.{part}' for part in path))})"
    return f"CAST({found} AS NUMERIC)" if type_ == "numeric" else found


def _postgresql(column: str, path: tuple[str, ...], type_: str) -> str:
    # PostgreSQL's text has no U+0000, and one in any field would fail every query of the view.
    source = rf"replace({column}, '\u0000', '\ufffd')::json"
    found = f"{source} #>> {_literal('{' + ','.join(path) + '}')}"
    if type_ == "boolean":
        return f"({found})::boolean::integer"
    return f"({found})" if type_ == "text" else f"({found})::{type_}"


_VALUES: Final = {"sqlite": _sqlite, "postgresql": _postgresql}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
