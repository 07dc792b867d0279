"""Statements as people give them, by flags or in a batch; for a node here or elsewhere."""

import mimetypes
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from sepakat.node.plainlabel import PlainLabel, parse_caveats
from sepakat.record import canon
from sepakat.record.errors import InvalidError
from sepakat.record.fields import is_nation
from sepakat.record.label import PUBLIC
from sepakat.record.statement import from_validation

OCTETS = "application/octet-stream"
OFFICER, OFFICE = "officer", "office"  # who speaks unless another is named


class Item(BaseModel):
    """One statement to make. A new object needs a label; `attach` is a file for `evidence`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    action: str
    object: str
    body: dict[str, Any] = {}
    label: PlainLabel | None = None
    role: str = OFFICER
    account: str = OFFICE
    organisation: str | None = None
    key: str = OFFICE
    attach: Path | None = None


def parse_batch(data: bytes, where: str) -> list[Item]:
    """A JSON list of statements; `InvalidError` names the statement and the member at fault."""
    value = parse_json(data, where)
    if not isinstance(value, list):
        raise InvalidError("not a list of statements", where=where, fix="Write [ {…}, {…} ]")
    return [parse_item(item, f"{where}, statement {n}") for n, item in enumerate(value, 1)]


def parse_item(value: Any, where: str) -> Item:
    try:
        return TypeAdapter(Item).validate_python(value)
    except ValidationError as error:
        known = ", ".join(Item.model_fields)
        raise from_validation(error, where, fix=f"A statement has {known}") from error


def parse_json(data: bytes, where: str) -> Any:
    import json

    try:
        return json.loads(data, object_pairs_hook=named_once)
    except InvalidError as error:
        raise error.at(where=where) from None
    except (ValueError, RecursionError) as error:
        raise InvalidError(
            f"not JSON ({error})", where=where, fix="Correct it there, in UTF-8"
        ) from error


def named_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. One of two members of a name would be signed unseen."""
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise InvalidError(f"{name!r} is given twice", fix="Give it once in each object")
        found[name] = value
    return found


def file_fields(item: Item, content: bytes) -> dict[str, Any]:
    """What `evidence register` says of its file."""
    assert item.attach is not None
    if (item.kind, item.action) != ("evidence", "register"):
        raise InvalidError(
            "a file is attached to `evidence register` only",
            where=f"{item.kind} {item.action}",
            fix="Register the file as evidence, then name that here",
        )
    return {
        "sha256": canon.digest(content),
        "size": len(content),
        "filename": item.attach.name,
        "media_type": mimetypes.guess_type(item.attach.name)[0] or OCTETS,
    }


def label_item(
    classification: str | None,
    released: Iterable[str],
    organisations: Sequence[str],
    caveats: Iterable[str],
) -> dict[str, Any] | None:
    """The label that the flags of `say` give, or none if they give none of it."""
    readers = split(released)
    held = parse_caveats(caveats, "--caveat")
    if not (classification or readers or organisations or held):
        return None
    if not (classification and readers):
        raise InvalidError(
            "a label needs a classification and those whom it may be released to",
            where="label",
            fix="Give both --classification and --for, such as --for MYS,KOR or --for PUBLIC",
        )
    for name in readers:
        if name != PUBLIC and not is_nation(name):
            raise InvalidError(
                f"{name!r} is no nation's code",
                where="--for",
                fix="Write three capital letters for each, as in --for MYS,KOR; or --for PUBLIC",
            )
    return {
        "classification": classification,
        "releasable_to": readers,
        "organisations": split(organisations),
        "caveats": held,
    }


def split(values: Iterable[str]) -> list[str]:
    """Values that were repeated, or parted by commas."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
