"""Excel in: a template is filled in and sent, looked at row by row, and recorded once confirmed."""

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from pydantic import ValidationError

from sepakat.desk import uploads, words
from sepakat.desk.jobs.queue import start
from sepakat.desk.kinds.labels import LabelForm, proposed
from sepakat.desk.kinds.objects import links
from sepakat.desk.workbook.checking import check
from sepakat.desk.workbook.entries import is_importable
from sepakat.desk.workbook.export import TYPES, as_download
from sepakat.desk.workbook.openxml import MAX_BYTES
from sepakat.desk.workbook.reading import MAX_ROWS, read_workbook
from sepakat.desk.workbook.sheet import Finding, Row, Sheet
from sepakat.desk.workbook.tasks import receipt_address, record_sheet, recorded
from sepakat.desk.workbook.template import write_template
from sepakat.node.accounts.models import User
from sepakat.node.models import Object, Statement
from sepakat.node.plainlabel import caveat_texts
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, SepakatError
from sepakat.record.kind import Action, Kind
from sepakat.vocabulary import REGISTRY

PAGE_SIZE = 100
MAX_FINDINGS = 100  # shown in the summary; each is also in its row
MAX_AT_ONCE = 200  # rows that are recorded while somebody waits


class UploadForm(forms.Form):
    """The workbook itself."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("The template, filled in and saved as .xlsx."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            text = _("The workbook is larger than {} MB.").format(MAX_BYTES // 2**20)
            raise forms.ValidationError(text)
        return file


def _asked(request: HttpRequest, kind: str, action: str) -> tuple[type[Kind], Action]:
    """What is to be made; 404 for whoever may not, as no link leads there."""
    declared = REGISTRY.kinds.get(kind)
    found = declared.lifecycle.actions.get(action) if declared else None
    if declared is None or found is None or not is_importable(declared, found):
        raise Http404
    may = request.access.may_make(declared, found).allowed
    if not may or not isinstance(request.user, User):
        raise Http404
    return declared, found


@require_GET
def template(request: HttpRequest, kind: str, action: str) -> HttpResponseBase:
    """The workbook to fill in."""
    declared, found = _asked(request, kind, action)
    file = io.BytesIO()
    write_template(request.access, declared, found, file)
    file.seek(0)
    name = f"{declared.kind}-{found.name}.xlsx".replace("_", "-")
    return as_download(FileResponse(file), name, TYPES["xlsx"])


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, kind: str, action: str) -> HttpResponse:
    """Sending a workbook: it is read, checked and kept, and nothing is recorded."""
    declared, found = _asked(request, kind, action)
    data = request.POST if request.method == "POST" else None
    form = UploadForm(data, request.FILES if data is not None else None)
    label = LabelForm(
        request.access, data, prefix="label", initial=proposed(request.access, declared, None)
    )
    status = 200
    if data is not None:
        status = 422
        if all([form.is_valid(), label.is_valid()]):
            try:
                return redirect("workbook-preview", _keep(request, declared, found, form, label))
            except InvalidError as error:
                form.add_error("file", str(error))
    context = {
        "kind": declared,
        "action": found,
        "form": form,
        "label_form": label,
        "forms": [form, label],
        "max_rows": MAX_ROWS,
        "max_size": MAX_BYTES // 2**20,
    }
    return render(request, "desk/workbook/upload.html", context, status=status)


def _keep(
    request: HttpRequest, kind: type[Kind], action: Action, form: UploadForm, label: LabelForm
) -> str:
    file, chosen = form.cleaned_data["file"], label.cleaned_data
    sheet = check(
        request.access,
        kind,
        action,
        read_workbook(file.read(), file.name),
        file.name,
        (
            chosen["classification"],
            tuple(chosen["releasable_to"]),
            tuple(chosen["organisations"]),
            tuple(caveat_texts(chosen["caveats"])),
        ),
    )
    content = sheet.model_dump_json().encode()
    request.access.log("sent a workbook", kind=kind.kind, action=action.name, rows=len(sheet.rows))
    return uploads.keep(request.access.home, request.access.person.account, content)


def _kept(request: HttpRequest, upload: str) -> tuple[Sheet, type[Kind], Action]:
    """The sheet under a name, for the one who sent it and may still say it."""
    content = uploads.read(request.access.home, request.access.person.account, upload)
    try:
        sheet = Sheet.model_validate_json(content)
    except ValidationError:  # a file sent for something else
        raise NotFoundError("no such sheet") from None
    return sheet, *_asked(request, sheet.kind, sheet.action)


@require_GET
def preview(request: HttpRequest, upload: str) -> HttpResponse:
    """What each row comes to, with what is wrong at its cell."""
    return _preview(request, upload, *_kept(request, upload))


def _preview(
    request: HttpRequest,
    upload: str,
    sheet: Sheet,
    kind: type[Kind],
    action: Action,
    status: int = 200,
) -> HttpResponse:
    wrong = {finding.row for finding in sheet.findings}
    only_wrong = request.GET.get("show") == "wrong"
    rows = [row for row in sheet.rows if row.number in wrong] if only_wrong else sheet.rows
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    by_row: dict[int, list[Finding]] = {}
    for finding in sheet.findings:
        by_row.setdefault(finding.row, []).append(finding)
    context = {
        "upload": upload,
        "sheet": sheet,
        "kind": kind,
        "action": action,
        "page": page,
        "query": "show=wrong" if only_wrong else "",
        "only_wrong": only_wrong,
        "lines": [_line(sheet, row, by_row.get(row.number, [])) for row in page],
        "shown": {row.number for row in page},
        "findings": sheet.findings[:MAX_FINDINGS],
        "more": max(0, len(sheet.findings) - MAX_FINDINGS),
        "wrong": len(wrong - {0}),
    }
    return render(request, "desk/workbook/preview.html", context, status=status)


def _line(sheet: Sheet, row: Row, findings: list[Finding]) -> dict[str, Any]:
    """A row for the page: each cell with its address and what is wrong there."""
    cells = []
    for place, column in enumerate(sheet.columns):
        address = f"{column.letter}{row.number}"
        cells.append(
            {
                "address": address,
                "text": row.shown[place] if place < len(row.shown) else "",
                "findings": [finding for finding in findings if finding.cell == address],
            }
        )
    addresses = {cell["address"] for cell in cells}
    return {
        "row": row,
        "cells": cells,
        "findings": [finding for finding in findings if finding.cell not in addresses],
    }


@require_POST
def confirm(request: HttpRequest, upload: str) -> HttpResponse:
    """Record all rows or none: at once, or as a job where there are many."""
    sheet, kind, action = _kept(request, upload)
    if not sheet.is_ready:
        raise ConflictError(
            _("this sheet has errors"), fix=_("Correct them in the workbook, and send it once more")
        )
    if len(sheet.rows) > MAX_AT_ONCE:
        what = _("{}: {} rows").format(words.kind_names(kind), len(sheet.rows))
        return redirect("job", start(request.user, what, record_sheet, upload=upload).id)
    try:
        receipts = sheet.record(request.access)
    except SepakatError as error:
        row = int(error.where) if error.where.isdecimal() else 0
        sheet.findings = [Finding.of(error, row)]
        messages.error(request, _("Nothing was recorded: the record has changed since."))
        return _preview(request, upload, sheet, kind, action, status=409)
    uploads.discard(request.access.home, request.access.person.account, upload)
    messages.success(request, recorded(receipts))
    return redirect(receipt_address(sheet.kind, receipts))


@require_POST
def cancel(request: HttpRequest, upload: str) -> HttpResponse:
    sheet, _kind, _action = _kept(request, upload)
    uploads.discard(request.access.home, request.access.person.account, upload)
    messages.success(request, _("The sheet is thrown away. Nothing was recorded."))
    return redirect("register", sheet.kind)


@require_GET
def receipt(request: HttpRequest, kind: str, first: int, last: int) -> HttpResponse:
    """Records that were made by neighbouring statements of this nation's log, as far as the
    reader may see them."""
    declared = REGISTRY.kinds.get(kind)
    if declared is None:
        raise Http404
    found = Statement.objects.filter(
        nation=request.access.home.config.nation,
        index__gte=first,
        index__lte=last,
        object__in=Object.objects.filter(kind=kind).values("id"),
        label_id__in=request.access.labels_of(kind),
    ).order_by("index")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    if not page.object_list:
        raise Http404
    linked = links(request.access, [said.object for said in page])
    context = {
        "kind": declared,
        "page": page,
        "lines": [(said, linked[said.object]) for said in page],
        "count": page.paginator.count,
    }
    return render(request, "desk/workbook/receipt.html", context)
