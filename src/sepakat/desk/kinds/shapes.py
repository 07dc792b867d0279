"""What a field of a kind is to people: read off its JSON Schema, so that any kind has it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from sepakat.record import fields
from sepakat.record.kind import Kind


class Shape(StrEnum):
    LINE = "line"
    TEXT = "text"
    DATE = "date"
    TIME = "time"  # a point in time, in UTC
    MONEY = "money"
    NATION = "nation"
    CHOICE = "choice"
    COUNT = "count"
    FLAG = "flag"
    DIGEST = "digest"
    REF = "ref"
    REFS = "refs"
    LINES = "lines"
    TABLE = "table"  # rows, each with the same columns
    OTHER = "other"  # shown as JSON


@dataclass(frozen=True)
class Field:
    """A field's shape; `choices` of a choice, `target` of a reference, `longest` of a text,
    `columns` of a table. A column has a title and help of its own, and may be `required`."""

    name: str
    shape: Shape
    choices: tuple[str, ...] = ()
    target: str = ""
    longest: int | None = None
    pattern: str = ""
    columns: tuple["Field", ...] = ()
    title: str = ""
    help: str = ""
    required: bool = False
    may_be_empty: bool = False  # a list, declared with a length of 0 at least: none is an answer

    @property
    def is_short(self) -> bool:
        """Whether it fits a column of a table."""
        return self.shape not in _LONG_SHAPES


_LONG_SHAPES = (
    Shape.TEXT,
    Shape.REFS,
    Shape.LINES,
    Shape.TABLE,
    Shape.OTHER,
    Shape.DIGEST,
)


@lru_cache(maxsize=256)
def fields_of(kind: type[Kind]) -> dict[str, Field]:
    """The fields of a kind by name, in the order of their declaration."""
    schema = kind.model_json_schema()
    defined = schema.get("$defs", {})
    found = {}
    for name, stated in schema["properties"].items():
        resolved = _resolved(stated, defined)
        field = _field(kind, name, resolved, defined)
        found[name] = replace(field, may_be_empty=resolved.get("minItems") == 0)
    return found


def _resolved(stated: dict[str, Any], defined: dict[str, Any]) -> dict[str, Any]:
    """The schema of the value itself, without null and references."""
    options = [option for option in stated.get("anyOf", [stated]) if option.get("type") != "null"]
    if len(options) != 1:
        return {}
    reference = options[0].get("$ref", "").rpartition("/")[2]
    return {"$ref": reference} | defined[reference] if reference else options[0]


def _pattern(type_: Any) -> str:
    return str(TypeAdapter(type_).json_schema()["pattern"])


_BY_PATTERN = {
    _pattern(fields.Date): Shape.DATE,
    _pattern(fields.Time): Shape.TIME,
    _pattern(fields.Nation): Shape.NATION,
    _pattern(fields.Digest): Shape.DIGEST,
}
_LONG = 1000  # characters; what may be longer is text of several lines


def _field(kind: type[Kind], name: str, schema: dict[str, Any], defined: dict[str, Any]) -> Field:
    if target := kind.refs.get(name):
        many = schema.get("type") == "array"
        return Field(name, Shape.REFS if many else Shape.REF, target=target)
    if schema.get("type") == "array" and (row := _row(schema, defined)):
        return Field(name, Shape.TABLE, columns=_columns(row, defined))
    return _value(name, schema)


def _row(schema: dict[str, Any], defined: dict[str, Any]) -> dict[str, Any]:
    """The schema of an array's items, where they are objects of named fields."""
    found = _resolved(schema.get("items", {}), defined)
    return found if found.get("$ref") != "Money" and "properties" in found else {}


def _columns(row: dict[str, Any], defined: dict[str, Any]) -> tuple[Field, ...]:
    return tuple(
        replace(
            _value(name, _resolved(stated, defined)),
            title=stated.get("title", ""),
            help=stated.get("description", ""),
            required=name in row.get("required", ()),
        )
        for name, stated in row["properties"].items()
    )


def _value(name: str, schema: dict[str, Any]) -> Field:
    type_ = schema.get("type")
    if schema.get("$ref") == "Money":
        return Field(name, Shape.MONEY)
    if choices := schema.get("enum"):
        return Field(name, Shape.CHOICE, choices=tuple(map(str, choices)))
    if type_ == "array" and schema.get("items", {}).get("type") == "string":
        return Field(name, Shape.LINES)
    if type_ in ("integer", "boolean"):
        return Field(name, Shape.COUNT if type_ == "integer" else Shape.FLAG)
    if type_ == "string":
        return _text(name, schema)
    return Field(name, Shape.OTHER)


def _text(name: str, schema: dict[str, Any]) -> Field:
    pattern, longest = schema.get("pattern", ""), schema.get("maxLength")
    shape = None if "format" in schema else _BY_PATTERN.get(pattern)
    if shape is None:
        shape = Shape.TEXT if longest is None or longest > _LONG else Shape.LINE
        shape = Shape.LINE if pattern else shape
    return Field(name, shape, longest=longest, pattern=pattern)
