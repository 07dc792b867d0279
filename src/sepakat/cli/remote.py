"""Commands on a node elsewhere: asked through its API, with the token in SEPAKAT_TOKEN."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.items import Item, file_fields
from sepakat.cli.shown import Shown, in_order
from sepakat.client import Client, Prepared, Record, Recorded, ToSay
from sepakat.industry.commitments import Commitment, Total
from sepakat.record.errors import InvalidError, NotFoundError
from sepakat.record.kind import Object

if TYPE_CHECKING:
    from sepakat.node.proofs import Proof

TOKEN = "SEPAKAT_TOKEN"  # noqa: S105 - its name


def connect(url: str) -> Client:
    """The client of the node at `url`, closed when the command ends."""
    client = Client(url, os.environ.get(TOKEN, ""))
    click.get_current_context().call_on_close(client.close)
    return client


def select(client: Client, kind: str | None, filters: dict[str, str]) -> list[Object]:
    """The objects of a kind, or of all, that have these values."""
    kinds = [kind] if kind else sorted(one.kind for one in client.kinds())
    given = {name: value for name, value in filters.items() if value}
    found: list[Object] = []
    without = 0
    for name in kinds:
        try:
            found += [_object(record) for record in client.list(name, **given)]
        except InvalidError:  # a state that other kinds have
            without += 1
            if kind or (without == len(kinds) and "state" not in given):
                raise
    if without == len(kinds):
        raise InvalidError(
            f"no kind has a state {given['state']!r}",
            where="--state",
            fix="See `sepakat kinds KIND` for a kind's own",
        )
    return found


def show(client: Client, object_id: str) -> tuple[Object, list[Shown]]:
    """An object, and what was said of it."""
    record = client.find(object_id)
    said = [
        Shown(
            nation=one.nation,
            index=one.index,
            digest=one.digest,
            said=one.statement,
            signers=one.signed_by,
            status=one.status,
            code=one.code,
            reason=one.reason,
            cosigned=bool(one.cosigned),
        )
        for one in client.statements(record.kind, object_id)
    ]
    return _object(record), in_order(said)


def commitments(client: Client, on: date) -> tuple[list[Commitment], list[Total]]:
    """The table of commitments, and its totals by nation."""
    table = client.commitments(on)
    rows = [Commitment(**dict(row)) for row in table.commitments]
    return rows, [Total(**dict(total)) for total in table.by_nation]


def say(
    client: Client, items: Sequence[Item], folder: Path, *, dry_run: bool
) -> Recorded | Prepared:
    """Have the node say it, as the person whose token it is."""
    manner = _manner(items)
    statements = [_to_say(client, item, folder) for item in items]
    if len(statements) > 1:
        return client.say_all(statements, **manner, dry_run=dry_run)
    [one] = statements
    return client.say(
        one.kind,
        one.object,
        one.action,
        one.body,
        label=one.label,
        upload=one.upload,
        **manner,
        dry_run=dry_run,
    )


def _to_say(client: Client, item: Item, folder: Path) -> ToSay:
    body, upload = dict(item.body), None
    if item.attach:
        content = (folder / item.attach).read_bytes()
        body = file_fields(item, content) | body
        upload = client.upload(content).upload
    label = item.label.model_dump(mode="json") if item.label else None
    return ToSay(
        kind=item.kind,
        action=item.action,
        object=item.object,
        body=body,
        label=label,
        upload=upload,
    )


def _manner(items: Sequence[Item]) -> dict[str, Any]:
    """The one role and organisation of all items, where they name any."""
    if any({"account", "key"} & item.model_fields_set for item in items):
        raise InvalidError(
            "the node itself knows whose token it is, and which key signs",
            where="account, key",
            fix="Leave them out with --node",
        )
    stated = {
        (
            item.role if "role" in item.model_fields_set else None,
            item.organisation,
        )
        for item in items
    }
    if len(stated) > 1:
        raise InvalidError(
            "the statements of a batch are said in one role",
            where="--batch",
            fix="Give each role its own batch",
        )
    [(role, organisation)] = stated
    return {"role": role, "organisation": organisation}


def prove(client: Client, target: str) -> "Proof":
    """The proof of the latest statement about an object."""
    from sepakat.node.proofs import Proof
    from sepakat.record.note import parse_note
    from sepakat.record.tlogproof import parse_tlog_proof

    record = client.find(target)
    data = client.proof(record.kind, record.id, record.head).encode()
    said = client.statements(record.kind, record.id)
    nation = next((one.nation for one in said if one.digest == record.head), None)
    if nation is None:
        raise NotFoundError(
            "its latest statement is not to be seen",
            where=target,
            fix="Use the token of somebody who may see it",
        )
    proof = parse_tlog_proof(data)
    note = parse_note(proof.checkpoint_note)
    origin, size = note.text.split("\n")[:2]
    witnesses = tuple(name for name in note.names if name != origin)
    return Proof(nation, origin, proof.index, int(size), witnesses, proof.extra, data)


def _object(record: Record) -> Object:
    return Object(
        id=record.id,
        kind=record.kind,
        owner=record.owner,
        counterparty=record.counterparty,
        label=record.label,
        state=record.state,
        fields=record.fields,
        head=record.head,
        notes=record.notes,
    )
