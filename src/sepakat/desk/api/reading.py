"""Resources that are read: every kind's lists, records, statements and proofs."""

from collections.abc import Callable
from inspect import cleandoc
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel

from sepakat.desk.api import lists, schemas
from sepakat.desk.pages.proofs import proof_statuses
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Statement
from sepakat.node.proofs import tlog_proof
from sepakat.record.errors import NotFoundError, SepakatError
from sepakat.record.fields import Digest, ObjectId
from sepakat.record.fold import read
from sepakat.record.kind import Kind, Object

View = Callable[..., Any]


def list_of(kind: type[Kind]) -> View:
    """The view of a kind's list."""
    query_type, page = schemas.query_of(kind), schemas.page_of(kind)

    def view(request: HttpRequest, response: HttpResponse, query: Query[query_type]) -> BaseModel:
        lists.check_known(request, query_type)
        found = lists.rows(request.access, kind, query)
        total = found.count()
        ids = list(lists.one_page(found.values_list("id", flat=True), query))
        things = rows.objects(ids)
        lists.add_links(request, response, query, total)
        items = [record(kind, things[id_]) for id_ in ids if id_ in things]
        return page(items=items, page=query.page, size=query.size, total=total)

    return view


def record(kind: type[Kind], thing: Object) -> BaseModel:
    return schemas.record_of(kind)(**_members(kind, thing))


def _members(kind: type[Kind], thing: Object) -> dict[str, Any]:
    side = kind.lifecycle.turn.get(thing.state)
    return {
        "id": thing.id,
        "kind": thing.kind,
        "owner": thing.owner,
        "counterparty": thing.counterparty,
        "state": thing.state,
        "turn": thing.nations_of(side)[0] if side else None,
        "label": thing.label,
        "fields": dict(thing.fields),
        "head": thing.head,
        "notes": list(thing.notes),
    }


def seen(access: Access, kind: type[Kind], object_id: str) -> Object:
    """The record; NotFoundError where there is none of the kind, or none to be seen."""
    thing = access.get(object_id)
    if thing.kind != kind.kind:
        raise NotFoundError("it is of another kind", where=object_id)
    return thing


def place(request: HttpRequest, object_id: ObjectId) -> schemas.Place:
    """Find a record of which only the identifier is known."""
    thing = request.access.get(object_id)
    href = f"{schemas.ROOT}/{thing.kind}/{thing.id}"
    return schemas.Place(kind=thing.kind, id=thing.id, href=href)


def record_view(kind: type[Kind]) -> View:
    """The view of one record."""
    detail = schemas.detail_of(kind)

    def view(request: HttpRequest, object_id: ObjectId) -> BaseModel:
        thing = seen(request.access, kind, object_id)
        return detail(**_members(kind, thing), actions=_offers(request.access, kind, thing))

    return view


def _offers(access: Access, kind: type[Kind], thing: Object) -> list[schemas.NextAction]:
    found = []
    for action in kind.lifecycle.actions.values():
        if not action.start:
            continue
        verdict = access.verdict(thing, action)
        roles = list(dict.fromkeys(hat.role for hat in verdict.hats))
        found.append(
            schemas.NextAction(
                action=action.name,
                allowed=verdict.allowed,
                roles=roles,
                why=verdict.why,
                needs=list(verdict.needs),
            )
        )
    return found


def statements_of(kind: type[Kind]) -> View:
    """The view of what was said of a record, first to last."""

    def view(
        request: HttpRequest,
        response: HttpResponse,
        object_id: ObjectId,
        query: Query[schemas.Paging],
    ) -> schemas.StatementPage:
        lists.check_known(request, schemas.Paging)
        thing = seen(request.access, kind, object_id)
        found = _said(request.access, thing).order_by("at", "nation", "index")
        total = found.count()
        page = list(lists.one_page(found, query))
        proofs = proof_statuses([row.digest for row in page])
        lists.add_links(request, response, query, total)
        items = [
            _shown(request.path, row, proofs[row.digest]) for row in page if row.digest in proofs
        ]
        return schemas.StatementPage(items=items, page=query.page, size=query.size, total=total)

    return view


def _said(access: Access, thing: Object) -> Any:
    """The statements about a record that the caller may see.

    One that says a label of its own, which cannot stand, is held to that one.
    """
    return rows.own_statements().filter(object=thing.id, label_id__in=access.labels_of(thing.kind))


def _shown(path: str, row: Statement, proof: Any) -> schemas.Said:
    try:
        said = read(row.nation, row.index, bytes(row.envelope)).statement
    except SepakatError:
        said = None
    return schemas.Said(
        nation=row.nation,
        index=row.index,
        digest=row.digest,
        status=row.status,
        code=row.code,
        reason=row.detail,
        signed_by=list(proof.signed_by),
        cosigned=[schemas.Cosigned(nation=c.nation, at=c.at) for c in proof.cosigned],
        proof=f"{path}/{row.digest}/proof",
        statement=said,
    )


def proof_of(kind: type[Kind]) -> View:
    """The view of a statement's proof."""

    def view(request: HttpRequest, object_id: ObjectId, digest: Digest) -> HttpResponse:
        thing = seen(request.access, kind, object_id)
        row = _said(request.access, thing).filter(digest=digest).first()
        if row is None:
            raise NotFoundError("no such statement", where=digest)
        text = tlog_proof(request.access.home, row.nation, row.index)
        return HttpResponse(text, content_type="text/plain; charset=utf-8")

    return view


def kind_info(kind: type[Kind]) -> schemas.KindInfo:
    """A kind as it is declared."""
    return schemas.KindInfo(
        kind=kind.kind,
        description=cleandoc(kind.__doc__ or ""),
        bilateral=kind.is_bilateral(),
        fields=kind.model_json_schema(),
        references=dict(kind.refs),
        states=list(kind.lifecycle.states),
        final=list(kind.lifecycle.final),
        actions=[
            schemas.ActionInfo(
                action=action.name,
                start=list(action.start),
                end=action.end,
                by=action.by.value,
                roles=list(action.roles),
                needs=list(kind.needed_by(action)),
                may=[name for name in action.may if name not in kind.needed_by(action)],
                four_eyes=action.four_eyes,
            )
            for action in kind.lifecycle.actions.values()
        ],
    )
