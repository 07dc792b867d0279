"""Statements as people give them, by flags or in a batch, made into drafts for the ledger."""

import mimetypes
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from sepakat.node.ledger import Draft
from sepakat.node.plainlabel import PlainLabel
from sepakat.node.recording import Batch
from sepakat.record import canon
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Registry
from sepakat.record.statement import from_validation

OCTETS = "application/octet-stream"


class Item(BaseModel):
    """One statement to make. A new object needs a label; `attach` is a file for `evidence`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    action: str
    object: str
    body: dict[str, Any] = {}
    label: PlainLabel | None = None
    role: str = Draft.role
    account: str = Draft.account
    organisation: str | None = None
    key: str = Draft.key
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
        raise from_validation(error, where) from error


def parse_json(data: bytes, where: str) -> Any:
    import json

    try:
        return json.loads(data)
    except ValueError as error:
        raise InvalidError(f"not JSON ({error})", where=where) from error


def prepare(registry: Registry, items: Sequence[Item], folder: Path, where: str) -> Batch:
    """Check every body and read the attached files, whose paths are relative to `folder`."""
    batch = Batch([])
    for number, item in enumerate(items, 1):
        place = f"{where}, statement {number}" if where else ""
        try:
            batch.drafts.append(_draft(registry, item, folder, batch.files))
        except InvalidError as error:
            inner = f"{place}, {error.where}" if place and error.where else place or error.where
            raise InvalidError(error.what, where=inner, fix=error.fix) from error
        except ValidationError as error:
            raise from_validation(error, where=f"{place} label".strip()) from error
    return batch


def _draft(registry: Registry, item: Item, folder: Path, files: list[bytes]) -> Draft:
    kind = registry.get(item.kind)
    action = registry.action(item.kind, item.action)
    body = dict(item.body)
    if item.attach:
        content = (folder / item.attach).read_bytes()
        files.append(content)
        body = _file_fields(item, content) | body
    taken = (*kind.needed_by(action), *action.may)
    if unknown := [name for name in body if name not in taken]:
        raise InvalidError(
            f"it takes no field {', '.join(map(repr, unknown))}",
            where=f"{item.kind} {item.action}",
            fix=f"It takes {', '.join(dict.fromkeys(taken)) or 'no field'}",
        )
    canon.encode(body)
    kind.check_body(action, body)
    return Draft(
        kind=item.kind,
        object=item.object,
        action=item.action,
        body=body,
        label=item.label.make() if item.label else None,
        role=item.role,
        account=item.account,
        organisation=item.organisation,
        key=item.key,
    )


def _file_fields(item: Item, content: bytes) -> dict[str, Any]:
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
    held: dict[str, list[str]] = {}
    for caveat in caveats:
        name, found, value = caveat.partition("=")
        if not found:
            raise InvalidError("not NAME=VALUE", where=f"--caveat {caveat}")
        held.setdefault(name, []).append(value)
    if not (classification or readers or organisations or held):
        return None
    if not (classification and readers):
        raise InvalidError(
            "a label needs a classification and those whom it may be released to",
            where="label",
            fix="Give both --classification and --for, such as --for MYS,KOR or --for PUBLIC",
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
