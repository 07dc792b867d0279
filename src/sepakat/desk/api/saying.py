"""Resources by which something is said: an action of a kind, a batch, and the files for them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Header
from pydantic import BaseModel, ValidationError

from sepakat.desk import uploads
from sepakat.desk.api import schemas
from sepakat.desk.api.idempotency import once
from sepakat.desk.api.problems import Fault, ProblemError
from sepakat.desk.api.reading import View, seen
from sepakat.node.accounts import foureyes
from sepakat.node.acting import record_for
from sepakat.node.authorisation import Access
from sepakat.node.ledger import Draft
from sepakat.node.plainlabel import PlainLabel
from sepakat.node.recording import Batch
from sepakat.record import canon
from sepakat.record.errors import InvalidError, NotFoundError, RefusedError
from sepakat.record.fields import ObjectId, described, shape
from sepakat.record.kind import Action, Kind
from sepakat.record.label import Label
from sepakat.vocabulary import REGISTRY

IdempotencyKey = Annotated[
    Annotated[str, shape(r"^[\x21-\x7e]{1,255}$", "1 to 255 printable ASCII characters, no space")],
    Header(
        None,
        alias="Idempotency-Key",
        description="Chosen by the caller, anew for each new request; sent again with a retry.",
    ),
]


def action_view(kind: type[Kind], action: Action) -> View:
    """The view that takes an action of a kind."""
    saying_type = schemas.saying_of(kind, action)

    def view(
        request: HttpRequest,
        object_id: ObjectId,
        saying: saying_type,
        idempotency_key: IdempotencyKey,
    ) -> HttpResponse:
        given: Any = saying
        access = _in_role(request.auth.access, given)
        if action.start:
            seen(access, kind, object_id)
        body = given.body.model_dump(mode="json", exclude_unset=True)
        label = None if action.start else _label(given.label, "/label")
        draft = _draft(given, kind, action, object_id, body, label)
        sent = [given.upload] if hasattr(given, "upload") else []
        return _answer(request, access, given, [draft], sent, idempotency_key)

    return view


def batch_view(
    request: HttpRequest,
    saying: schemas.BatchSaying,
    idempotency_key: IdempotencyKey,
) -> HttpResponse:
    """Record several statements, all or none, in their order."""
    access = _in_role(request.auth.access, saying)
    drafts, sent = [], []
    for number, item in enumerate(saying.statements):
        draft = _from_item(saying, item, number)
        drafts.append(draft)
        if item.upload:
            sent.append(item.upload)
    return _answer(request, access, saying, drafts, sent, idempotency_key)


def _from_item(saying: schemas.BatchSaying, item: schemas.BatchItem, number: int) -> Draft:
    where = f"statements/{number}"
    try:
        kind, action = REGISTRY.get(item.kind), REGISTRY.action(item.kind, item.action)
        kind.check_body(action, item.body)
    except InvalidError as error:
        raise InvalidError(error.what, where=where, fix=error.fix) from error
    if schemas.takes_file(kind, action) != bool(item.upload):
        raise _unfit(number, "upload", "a file is named where one is registered, and only there")
    if bool(action.start) == bool(item.label):
        raise _unfit(number, "label", "a label is given where a record is made, and only there")
    label = _label(item.label, f"/statements/{number}/label") if item.label else None
    return _draft(saying, kind, action, item.object, item.body, label)


def _unfit(number: int, member: str, detail: str) -> ProblemError:
    pointer = f"/statements/{number}/{member}"
    return ProblemError("invalid", detail, errors=[Fault(detail=detail, pointer=pointer)])


def _label(plain: PlainLabel, pointer: str) -> Label:
    try:
        return plain.make()
    except ValidationError as error:
        faults = [Fault(detail=described(item), pointer=pointer) for item in error.errors()]
        raise ProblemError("invalid", "the label breaks its rules", errors=faults) from error


def _draft(
    saying: schemas.Saying,
    kind: type[Kind],
    action: Action,
    object_id: str,
    body: dict[str, Any],
    label: Label | None,
) -> Draft:
    role = {"role": saying.role} if saying.role else {}
    return Draft(
        kind.kind,
        object_id,
        action.name,
        body,
        label,
        organisation=saying.organisation,
        **role,
    )


def _in_role(access: Access, saying: schemas.Saying) -> Access:
    """The caller in the role and for the organisation that are asked for, and no other."""
    person = access.person
    hats = tuple(
        hat
        for hat in person.hats
        if saying.role in (None, hat.role) and saying.organisation in (None, hat.organisation)
    )
    if not hats and (saying.role or saying.organisation):
        raise RefusedError(
            "the token does not hold this role",
            where=" ".join(filter(None, (saying.role, saying.organisation))),
            fix="Leave it out, or use a token that holds it",
        )
    return access if hats == person.hats else Access(access.home, replace(person, hats=hats))


def _answer(
    request: HttpRequest,
    access: Access,
    saying: schemas.Saying,
    drafts: Sequence[Draft],
    sent: Sequence[str],
    key: str | None,
) -> HttpResponse:
    def act() -> HttpResponse:
        batch = Batch(list(drafts), _files(access, drafts, sent))
        return _say(request, access, batch, dry_run=saying.dry_run)

    if saying.dry_run or key is None:
        with transaction.atomic():
            response = act()
    else:
        response = once(request, access.person.account, key, act)
    if not saying.dry_run:
        for name in sent:
            uploads.discard(access.home, access.person.account, name)
    return response


def _say(request: HttpRequest, access: Access, batch: Batch, *, dry_run: bool) -> HttpResponse:
    [first, *rest] = batch.drafts
    if not (rest or dry_run) and REGISTRY.action(first.kind, first.action).four_eyes:
        kept = foureyes.prepare(access, request.auth.token.user, first, batch.files)
        prepared = schemas.Prepared(
            prepared=kept.pk, kind=first.kind, action=first.action, object=first.object
        )
        return _json(prepared, 202)
    receipts = record_for(access, batch, dry_run=dry_run, confirmed=dry_run and not rest)
    recorded = schemas.Recorded(
        dry_run=dry_run,
        recorded=[
            schemas.Receipt(
                kind=draft.kind,
                action=draft.action,
                object=draft.object,
                state=receipt.object.state,
                index=receipt.index,
                digest=receipt.digest,
            )
            for draft, receipt in zip(batch.drafts, receipts, strict=True)
        ],
        checkpoint=schemas.Checkpoint(
            origin=access.home.card().origin, size=receipts[-1].index + 1
        ),
    )
    response = _json(recorded, 200 if dry_run else 201)
    if not dry_run and not rest:
        response.headers["Location"] = f"{schemas.ROOT}/{first.kind}/{first.object}"
    return response


def _files(access: Access, drafts: Sequence[Draft], sent: Sequence[str]) -> list[bytes]:
    """The files sent before, each of which must be the one that its statement describes.

    So nobody gets at a file by its digest alone: whoever registers one has it already.
    """
    registering = [draft for draft in drafts if _takes_file(draft)]
    files = []
    for draft, name in zip(registering, sent, strict=True):
        try:
            content = uploads.read(access.home, access.person.account, name)
        except NotFoundError as error:
            raise InvalidError(error.what, where="upload", fix="Send it again") from None
        described = draft.body["sha256"], draft.body["size"]
        if described != (canon.digest(content), len(content)):
            raise InvalidError(
                "the file that was sent is not the one that the statement describes",
                where=f"{draft.kind} {draft.action} {draft.object}",
                fix="Give the sha256 and the size that were answered when it was sent",
            )
        files.append(content)
    return files


def _takes_file(draft: Draft) -> bool:
    kind, action = REGISTRY.get(draft.kind), REGISTRY.action(draft.kind, draft.action)
    return schemas.takes_file(kind, action)


def _json(model: BaseModel, status: int) -> HttpResponse:
    return HttpResponse(model.model_dump_json(), status=status, content_type="application/json")
