"""Drafts for `sepakat say --batch`, and the objects that they are about."""

import json
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from sepakat.cli.items import parse_json
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Object
from sepakat.record.label import ORGANISATION, Label
from sepakat.record.statement import from_validation


def get(object_id: str, kind: str) -> Object:
    """The object of a kind that this node holds."""
    from sepakat.node import rows

    thing = rows.objects([object_id]).get(object_id)
    if thing is None or thing.kind != kind:
        raise NotFoundError(
            f"there is no such {kind.replace('_', ' ')} here",
            where=object_id,
            fix=f"See `sepakat list {kind}`",
        )
    return thing


def rows(path: Path, row: type[BaseModel]) -> list[dict[str, Any]]:
    """The rows of a table field, from a JSON list; `InvalidError` names the row at fault."""
    try:
        found = TypeAdapter(list[row]).validate_python(parse_json(path.read_bytes(), str(path)))
    except ValidationError as error:
        raise from_validation(error, str(path)) from error
    return [item.model_dump(exclude_none=True) for item in found]


def say(
    kind: str,
    action: str,
    object_id: str,
    body: dict[str, Any],
    *,
    label: Label | None = None,
    **rest: str | None,
) -> dict[str, Any]:
    """One statement of a batch."""
    said: dict[str, Any] = {"kind": kind, "action": action, "object": object_id}
    if label is not None:
        said["label"] = {
            "classification": label.classification,
            "releasable_to": list(label.released),
            "organisations": list(label.permissive.get(ORGANISATION, ())),
            "caveats": {name: list(values) for name, values in label.restrictive.items()},
        }
    given = {name: value for name, value in rest.items() if value is not None}
    return said | given | {"body": body}


def write(path: Path, batch: Sequence[dict[str, Any]]) -> str:
    """Write a batch; what to type next."""
    path.write_text(json.dumps(batch, indent=2, ensure_ascii=False), encoding="utf-8")
    return f"Read {path}, then sign it: sepakat say --batch {quote(str(path))}"
