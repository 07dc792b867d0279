"""The columns of an exported list: everything that a record of the kind has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.shapes import Field, Shape, fields_of
from sepakat.record.kind import Kind, Object
from sepakat.record.label import CLASSIFICATIONS, ORGANISATION

Value = str | int | bool | date | Decimal | None


@dataclass(frozen=True)
class Column:
    """A column: its name in the record, its heading and meaning, its width in characters, and how
    a record's value is found."""

    name: str
    title: str
    help: str
    width: int
    value: Callable[[Object], Value]


def columns_of(kind: type[Kind]) -> list[Column]:
    """Of a kind, in the language of whoever asks now: all words are looked up here."""
    found = [Column("id", _("Identifier"), _("What the record is named by."), 34, lambda t: t.id)]
    for field in fields_of(kind).values():
        found += _of_field(kind, field)
    states = {state: words.state_name(state) for state in kind.lifecycle.states}
    grades = {name: words.classification(name) for name in CLASSIFICATIONS}
    return [
        *found,
        Column("owner", _("Owner"), _("The nation that made it."), 10, lambda t: t.owner),
        Column(
            "state",
            _("State"),
            _("Where the record stands."),
            18,
            lambda t: states.get(t.state, t.state),
        ),
        Column(
            "classification",
            _("Classification"),
            _("Of this record alone."),
            18,
            lambda t: grades[t.label.classification],
        ),
        Column(
            "releasable_to",
            _("Releasable to"),
            _("Who may see this record."),
            18,
            lambda t: ", ".join(t.label.released),
        ),
        Column(
            "organisations",
            _("Organisations"),
            _("If any is named, only these see it."),
            24,
            lambda t: ", ".join(t.label.permissive.get(ORGANISATION, ())),
        ),
    ]


def _of_field(kind: type[Kind], field: Field) -> list[Column]:
    name = field.name
    title, meaning = str(words.field_title(kind, name)), str(words.field_help(kind, name))
    if field.shape is Shape.MONEY:
        return [
            Column(
                f"{name}_amount",
                _("{} (amount)").format(title),
                meaning,
                18,
                lambda t: _part(t, name, "amount"),
            ),
            Column(
                f"{name}_currency",
                _("{} (currency)").format(title),
                _("The currency, by its ISO 4217 code."),
                10,
                lambda t: _part(t, name, "currency"),
            ),
        ]
    if name == "counterparty":
        return [Column(name, title, meaning, 10, lambda t: t.counterparty)]
    names = {value: str(words.value_name(value)) for value in field.choices}
    width = _WIDTHS.get(field.shape, 28)
    return [Column(name, title, meaning, width, lambda t: _plain(field, names, t.fields.get(name)))]


_WIDTHS = {
    Shape.TEXT: 60,
    Shape.DATE: 12,
    Shape.NATION: 10,
    Shape.COUNT: 12,
    Shape.FLAG: 8,
    Shape.REFS: 40,
    Shape.LINES: 40,
}


def _part(thing: Object, name: str, part: str) -> Value:
    money = thing.fields.get(name)
    if not money:
        return None
    return Decimal(money[part]) if part == "amount" else str(money[part])


def _plain(field: Field, names: dict[str, str], value: Any) -> Value:
    match field.shape:
        case _ if value is None:
            return None
        case Shape.DATE:
            return date.fromisoformat(value)
        case Shape.CHOICE:
            return names.get(value, str(value))
        case Shape.COUNT | Shape.FLAG:
            return value  # type: ignore[no-any-return]
        case Shape.REFS | Shape.LINES:
            return "\n".join(value)
        case Shape.OTHER | Shape.TABLE:
            return orjson.dumps(value).decode()
    return str(value)
