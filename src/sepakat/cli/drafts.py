"""Statements as people give them, made into drafts for the ledger."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from sepakat.cli.items import Item, file_fields
from sepakat.node.evidence import read_source
from sepakat.node.ledger import Draft
from sepakat.node.recording import Batch
from sepakat.record import canon
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Registry
from sepakat.record.statement import from_validation


def prepare(registry: Registry, items: Sequence[Item], folder: Path, where: str) -> Batch:
    """Check every body and read the attached files, whose paths are relative to `folder`."""
    batch = Batch([])
    for number, item in enumerate(items, 1):
        place = f"{where}, statement {number}" if where else ""
        try:
            batch.drafts.append(_draft(registry, item, folder, batch.files))
        except InvalidError as error:
            inner = f"{place}, {error.where}" if place and error.where else place or error.where
            fix = error.fix or f"See `sepakat kinds {item.kind}`"
            raise InvalidError(error.what, where=inner, fix=fix) from error
        except ValidationError as error:
            raise from_validation(error, where=f"{place} label".strip()) from error
    return batch


def _draft(registry: Registry, item: Item, folder: Path, files: list[bytes]) -> Draft:
    kind = registry.get(item.kind)
    action = registry.action(item.kind, item.action)
    body = dict(item.body)
    if item.attach:
        content = read_source(folder / item.attach)
        files.append(content)
        body = file_fields(item, content) | body
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
