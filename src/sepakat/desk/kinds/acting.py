"""Taking an action: a form, a page to check what will be signed, and the signature.

Nothing that is signed can be taken back, so nothing is signed that was not shown first.
"""

import mimetypes
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sepakat.desk import refusals, uploads
from sepakat.desk.kinds import objects
from sepakat.desk.kinds.forms import (
    ActionForm,
    IdentifierForm,
    make_identifier,
    takes_file,
    title_field,
)
from sepakat.desk.kinds.labels import LabelForm, proposed
from sepakat.desk.kinds.views import kind_of
from sepakat.node import rows
from sepakat.node.accounts import foureyes
from sepakat.node.acting import record_for
from sepakat.node.authorisation import Access, Verdict
from sepakat.node.ledger import Draft
from sepakat.node.models import Statement
from sepakat.node.recording import Batch
from sepakat.record import canon
from sepakat.record.errors import ConflictError, SepakatError
from sepakat.record.fold import read
from sepakat.record.kind import Action, Kind, Object
from sepakat.vocabulary import REGISTRY

OCTETS = "application/octet-stream"


@dataclass
class Taking:
    """One person about to take an action, of a new object or of one that there is."""

    request: HttpRequest
    kind: type[Kind]
    action: Action
    before: Object | None
    verdict: Verdict

    def __post_init__(self) -> None:
        self.upload = self.request.POST.get("upload", "")
        self.upload_name = self.request.POST.get("upload_name", "")

    @property
    def access(self) -> Access:
        return self.request.access

    @cached_property
    def _data(self) -> Any:
        return self.request.POST if self.request.method == "POST" else None

    @cached_property
    def form(self) -> ActionForm:
        given = {name: self.request.GET[name] for name in self.request.GET if name in self._taken}
        return ActionForm(
            self.access,
            self.kind,
            self.action,
            self.before,
            self._data,
            self.request.FILES or None,
            initial=given,
        )

    @property
    def _taken(self) -> set[str]:
        return {*self.kind.needed_by(self.action), *self.action.may}

    @cached_property
    def identifier(self) -> IdentifierForm | None:
        return None if self.before else IdentifierForm(self.access.person.nation, self._data)

    @cached_property
    def label_form(self) -> LabelForm | None:
        if self.before:
            return None
        like = self._belongs_to()
        return LabelForm(
            self.access,
            self._data,
            prefix="label",
            initial=proposed(self.access, self.kind, like.label if like else None),
        )

    def _belongs_to(self) -> Object | None:
        """The record that the address of the form names, whose label the new one begins with."""
        for name in self.kind.refs:
            if given := self.request.GET.get(name):
                return self.access.get(given)
        return None

    @property
    def forms(self) -> list[Any]:
        return [form for form in (self.form, self.label_form, self.identifier) if form]

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in self.forms]  # each one says what is wrong with it
        return all(found)

    @property
    def head(self) -> str:
        return self.before.head if self.before else ""

    def batch(self) -> Batch:
        """What the forms give, as a draft with its file; the forms are valid."""
        body, files = dict(self.form.body), []
        if takes_file(self.kind, self.action):
            content, name = self._file()
            files.append(content)
            body |= {
                "sha256": canon.digest(content),
                "size": len(content),
                "filename": name,
                "media_type": mimetypes.guess_type(name)[0] or OCTETS,
            }
        label = self.label_form.label() if self.label_form else None
        draft = Draft(
            self.kind.kind, self._object(body), self.action.name, body, label, head=self.head
        )
        return Batch([replace(draft, **self._hat())], files)

    def _object(self, body: dict[str, Any]) -> str:
        if self.before:
            return self.before.id
        assert self.identifier is not None
        given = str(self.identifier.cleaned_data["object"])
        title = str(body.get(title_field(self.kind), ""))
        return given or make_identifier(self.access.person.nation, self.kind, title)

    def _hat(self) -> dict[str, Any]:
        """The role chosen where the person has several that may."""
        number = self.request.POST.get("hat", "0")
        hats = self.verdict.hats
        hat = hats[int(number)] if number in map(str, range(len(hats))) else hats[0]
        return {"role": hat.role, "organisation": hat.organisation}

    def _file(self) -> tuple[bytes, str]:
        """The file sent with this form, kept until it is signed; or the one sent before."""
        home, account = self.access.home, self.access.person.account
        if file := self.form.cleaned_data.get("file"):
            content = file.read()
            self.upload = uploads.keep(home, account, content)
            self.upload_name = file.name
        else:
            content = uploads.read(home, account, self.upload)
        return content, self.upload_name


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, kind: str, action: str) -> HttpResponse:
    """A new record of a kind."""
    declared = kind_of(kind)
    found = declared.lifecycle.actions.get(action)
    if found is None or found.start:
        raise Http404
    access = request.access
    verdict = access.may_make(declared, found)
    if not verdict.allowed:
        if not access.speaks or not access.person.hats or not access.labels_of(kind):
            raise Http404  # to an outsider nothing tells of what others may do here
        return _not_now(request, declared, found, verdict)
    if before := _signed_before(request, request.POST.get("object", ""), found):
        return before
    return _steps(Taking(request, declared, found, None, verdict))


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, object_id: str, action: str) -> HttpResponse:
    """An action on a record that there is."""
    thing = request.access.get(object_id)
    kind = REGISTRY.get(thing.kind)
    found = kind.lifecycle.actions.get(action)
    if found is None or not found.start:
        raise Http404
    if before := _signed_before(request, object_id, found):
        return before
    verdict = request.access.verdict(thing, found)
    if not verdict.allowed:
        return _not_now(request, kind, found, verdict, thing)
    return _steps(Taking(request, kind, found, thing, verdict))


def _not_now(
    request: HttpRequest,
    kind: type[Kind],
    action: Action,
    verdict: Verdict,
    thing: Object | None = None,
) -> HttpResponse:
    context = {"thing": thing, "kind": kind, "action": action, "why": objects.why_not(verdict)}
    return render(request, "desk/kinds/not_now.html", context, status=403)


def _signed_before(request: HttpRequest, object_id: str, action: Action) -> HttpResponse | None:
    """The way to the record, where this person's own statement is its latest and follows the one
    that the form was opened at: the button was pressed twice."""
    if request.POST.get("step") != "sign":
        return None
    access = request.access
    thing = next(iter(access.seen(rows.objects([object_id]).values())), None)
    row = (
        thing
        and Statement.objects.filter(
            nation=access.home.config.nation, digest=thing.head, action=action.name
        ).first()
    )
    if not row:
        return None
    said = read(row.nation, row.index, bytes(row.envelope)).statement
    mine = said is not None and said.by.account == access.person.account
    if not mine or (said.prev or "") != request.POST.get("head", ""):
        return None
    messages.info(request, _("You have signed this already: record {}.").format(row.index))
    return redirect("object", object_id=object_id)


def _steps(taking: Taking) -> HttpResponse:
    if taking.request.method == "GET" or taking.request.POST.get("step") == "edit":
        return _form(taking)
    if not taking.is_valid():
        return _form(taking, status=422)
    try:
        batch = taking.batch()
        if not taking.form.check_body(batch.drafts[0].body):
            return _form(taking, status=422)
        _check_head(taking)
        if taking.request.POST.get("step") == "sign":
            return _sign(taking, batch)
        record_for(taking.access, batch, dry_run=True, confirmed=taking.action.four_eyes)
    except SepakatError as error:
        taking.form.add_error(None, refusals.reason(error))
        return _form(taking, status=422)
    return _check(taking, batch)


def _check_head(taking: Taking) -> None:
    if taking.request.POST.get("head", taking.head) != taking.head:
        raise ConflictError(
            _("this record has changed since you opened the form"),
            fix=_("Look at what was said, then fill in the form again"),
        )


def _form(taking: Taking, status: int = 200) -> HttpResponse:
    context = {
        "taking": taking,
        "title": objects.title_of(taking.before) if taking.before else "",
        "multipart": takes_file(taking.kind, taking.action),
    }
    return render(taking.request, "desk/kinds/form.html", context, status=status)


def _check(taking: Taking, batch: Batch) -> HttpResponse:
    """What will be signed, with everything that the form gave carried on."""
    draft = batch.drafts[0]
    known = objects.links(taking.access, objects.named(taking.kind, draft.body))
    hidden = [
        (name, value)
        for name, values in taking.request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "step", "head", "object", "upload", "upload_name")
    ]
    context = {
        "taking": taking,
        "draft": draft,
        "label": draft.label or (taking.before.label if taking.before else None),
        "values": objects.values(taking.access, taking.kind, draft.body, known),
        "hidden": hidden,
        "title": objects.title_of(taking.before) if taking.before else "",
    }
    return render(taking.request, "desk/kinds/check.html", context)


def _sign(taking: Taking, batch: Batch) -> HttpResponse:
    if taking.action.four_eyes:
        foureyes.prepare(taking.access, taking.request.user, batch.drafts[0], batch.files)
        messages.success(
            taking.request, _("Prepared. A second person with the same role is to confirm it.")
        )
        return (
            redirect("object", object_id=taking.before.id) if taking.before else redirect("today")
        )
    receipts = record_for(taking.access, batch)
    if taking.upload:
        uploads.discard(taking.access.home, taking.access.person.account, taking.upload)
    said = _("Signed and recorded: record {} of this nation’s log.").format(receipts[0].index)
    messages.success(taking.request, said)
    return redirect("object", object_id=receipts[0].object.id)
