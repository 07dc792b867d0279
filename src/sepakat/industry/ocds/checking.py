"""Checking releases, records and packages against the schemas, with the place of each fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from sepakat.industry.ocds import schema
from sepakat.industry.ocds.model.release import DEFINITIONS
from sepakat.industry.ocds.reading import PACKAGE, RECORD, RELEASE, Item
from sepakat.record.errors import InvalidError

MAX_PROBLEMS = 100
"""The most problems named of one item."""

_AS_OURS = "Give a JSON Schema, such as `sepakat ocds schema release` prints"


@dataclass(frozen=True)
class Problem:
    """`place` is the path of the value at fault within its item; `rule` is the schema's keyword."""

    place: str
    rule: str
    reason: str


class Checker:
    """Checks items by the schemas of OCDS 1.1.5, or releases by a schema that is given."""

    def __init__(
        self,
        release_schema: Mapping[str, Any] | None = None,
        definitions: schema.Definitions = DEFINITIONS,
    ) -> None:
        """Raises InvalidError for a schema that is none, or that needs another file."""
        given = (
            dict(release_schema)
            if release_schema is not None
            else schema.release_schema(definitions)
        )
        self._release = _validator(given)
        self._record = _validator(_record_schema(definitions))
        self._package = _validator(_package_schema())

    def problems(self, item: Item) -> tuple[Problem, ...]:
        validator = {RELEASE: self._release, RECORD: self._record, PACKAGE: self._package}[
            item.kind
        ]
        try:
            if validator.is_valid(item.value):
                return ()
            found = islice(validator.iter_errors(item.value), MAX_PROBLEMS)
            return tuple(_problem(error) for error in found)
        except (ValueError, RecursionError):
            return (Problem("", "depth", "it is nested too deeply to be checked"),)


def read_schema(path: Path) -> dict[str, Any]:
    """A release schema from a file. Raises InvalidError, OSError."""
    try:
        found = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise InvalidError(
            f"the schema is no JSON ({error})", where=str(path), fix=_AS_OURS
        ) from error
    if not isinstance(found, dict):
        raise InvalidError("the schema is no JSON object", where=str(path), fix=_AS_OURS)
    return found


def _problem(error: jsonschema_rs.ValidationError) -> Problem:
    return Problem("/".join(map(str, error.instance_path)), error.kind.name, _short(error.message))


def _short(message: str, limit: int = 300) -> str:
    """A message may quote the whole value at fault."""
    half = limit // 2
    return message if len(message) <= limit else f"{message[:half]} … {message[-half:]}"


def _validator(of: dict[str, Any]) -> jsonschema_rs.Draft4Validator:
    try:
        return jsonschema_rs.Draft4Validator(of, validate_formats=True, retriever=_refuse)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise InvalidError(
            f"the schema cannot be used ({_short(str(error))})",
            fix="Give a JSON Schema of draft 4 that refers to no other file",
        ) from error


def _refuse(uri: str) -> Any:
    raise ValueError(f"it refers to {uri}")


def _record_schema(definitions: schema.Definitions) -> dict[str, Any]:
    package = schema.record_package_schema(definitions)
    return {"$ref": "#/definitions/Record", "definitions": package["definitions"]}


def _package_schema() -> dict[str, Any]:
    """What a package must say beside its list, whose items are checked one by one."""
    whole = schema.record_package_schema()
    properties = {name: of for name, of in whole["properties"].items() if name != "records"}
    required = [name for name in whole["required"] if name != "records"]
    return {"type": "object", "properties": properties, "required": required}
