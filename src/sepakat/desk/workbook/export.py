"""A list as a file: exactly the rows that it is given, with the marking of all that is in it.

CSV (RFC 4180, in UTF-8 with a byte order mark, without which Excel spoils Hangul) and XLSX are for
people and their spreadsheets; JSON is for programs, and is exact to the character.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any, Final

import orjson
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from sepakat.desk.workbook.cells import as_text, for_csv, for_xlsx
from sepakat.desk.workbook.columns import Column, columns_of
from sepakat.desk.workbook.marking import marking
from sepakat.node import clock, rows
from sepakat.node.authorisation import Access
from sepakat.record.errors import RefusedError
from sepakat.record.kind import Kind, Object
from sepakat.record.label import Label, combine

MAX_AT_ONCE: Final = 20_000  # rows of an XLSX that is made while somebody waits
_CHUNK: Final = 500
_HEAD_ROW: Final = 2  # below the marking

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Export:
    """Rows of one kind, as one person may see them, about to be written."""

    kind: type[Kind]
    queryset: QuerySet[Any]
    access: Access
    title: str
    described: str  # the filter, in words
    at: str

    @cached_property
    def columns(self) -> list[Column]:
        return columns_of(self.kind)

    @cached_property
    def labels(self) -> dict[int, Label]:
        """The labels of the rows, by number; rows that come later under another are left out."""
        found = set(self.queryset.order_by().values_list("label_id", flat=True).distinct())
        found &= self.access.labels_of(self.kind.kind)
        return {number: label for number, label in rows.labels().items() if number in found}

    @cached_property
    def marking(self) -> str:
        return marking(self.labels.values())

    def things(self) -> Iterator[Object]:
        """The records in order; from the record itself, as the list rounds large amounts."""
        ids = self.queryset.filter(label_id__in=self.labels).values_list("id", flat=True)
        for chunk in _chunks(ids.iterator(chunk_size=_CHUNK)):
            found = rows.objects(chunk)
            yield from (found[id_] for id_ in chunk)

    def prepare(self) -> None:
        """Look up what depends on this request's language, before the rows are sent."""
        _prepared = self.columns, self.marking

    @property
    def filename(self) -> str:
        name = f"{self.access.home.config.nation}-{self.kind.kind}-{self.at[:10]}"
        return name.replace("_", "-").lower()

    @property
    def about(self) -> list[tuple[str, str]]:
        config = self.access.home.config
        return [
            (_("Marking"), self.marking),
            (_("List"), self.title),
            (_("Filter"), self.described or _("All records")),
            (_("Node"), f"{config.name} ({config.nation})"),
            (_("Time"), f"{self.at} (UTC)"),
        ]


def export(
    kind: type[Kind],
    queryset: QuerySet[Any],
    format: str,  # noqa: A002 - what it is
    access: Access,
    title: str,
    described: str,
    query: str = "",
) -> HttpResponseBase:
    """The rows as a download: `format` is csv, xlsx or json.

    A workbook of many rows becomes a job, whose page is the answer; `query` is then the list's
    query string, by which the job finds the rows again.
    """
    what = Export(kind, queryset, access, title, described, clock.now())
    access.log("exported", kind=kind.kind, format=format)
    if format == "xlsx":
        if queryset.count() > MAX_AT_ONCE:
            return _later(what, query)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        write_xlsx(what, file)
        file.seek(0)
        return as_download(FileResponse(file), f"{what.filename}.xlsx", TYPES["xlsx"])
    what.prepare()
    answer = StreamingHttpResponse(_csv(what) if format == "csv" else _json(what))
    return as_download(answer, f"{what.filename}.{format}", TYPES[format])


def _later(what: Export, query: str) -> HttpResponse:
    from sepakat.desk.jobs.queue import start
    from sepakat.desk.workbook.tasks import export_list
    from sepakat.node.accounts.models import User

    user = User.objects.filter(account=what.access.person.account).first()
    if user is None:
        raise RefusedError(
            _("so large a workbook is made for those who have signed in only"),
            fix=_("Sign in, narrow the list, or take it as CSV or JSON"),
        )
    said = _("Export: {}").format(what.title)
    job = start(user, said, export_list, kind=what.kind.kind, query=query, title=what.title)
    return redirect("job", job.id)


def as_download(answer: HttpResponseBase, filename: str, type_: str) -> HttpResponseBase:
    """To be saved and not shown, by its stated type alone, and kept by nobody on the way."""
    answer.headers["Content-Type"] = type_
    answer.headers["Content-Disposition"] = content_disposition_header(True, filename)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _chunks(ids: Iterator[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for id_ in ids:
        chunk.append(id_)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Line:
    """Where the csv module writes to, so that each row can be taken as it is made."""

    def write(self, text: str) -> str:
        return text


def _csv(what: Export) -> Iterator[bytes]:
    # Everything is quoted, so that no other separator than the comma ends a cell.
    write = csv.writer(_Line(), quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow
    empty = [""] * (len(what.columns) - 1)
    yield b"\xef\xbb\xbf" + write([for_csv(what.marking), *empty]).encode()
    yield write([for_csv(column.title) for column in what.columns]).encode()
    for thing in what.things():
        yield write([for_csv(column.value(thing)) for column in what.columns]).encode()


def _json(what: Export) -> Iterator[bytes]:
    labels = list(what.labels.values())
    head = {
        "nation": what.access.home.config.nation,
        "kind": what.kind.kind,
        "at": what.at,
        "filter": what.described,
        "marking": what.marking,
        "label": combine(*labels).model_dump() if labels else None,
    }
    yield orjson.dumps(head)[:-1] + b',"rows":['
    comma = b"\n"
    for thing in what.things():
        row = {
            "id": thing.id,
            "owner": thing.owner,
            "counterparty": thing.counterparty,
            "state": thing.state,
            "label": thing.label.model_dump(),
            "fields": dict(thing.fields),
            "head": thing.head,
        }
        yield comma + orjson.dumps(row)
        comma = b",\n"
    yield b"\n]}\n"


def write_xlsx(
    what: Export, file: IO[bytes], step: Callable[[int], None] = lambda done: None
) -> None:
    """Write the rows into one sheet, and into another what its columns mean and what was asked
    for. `step` is told the number of rows that are done."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Records"))
    try:
        count = _fill(sheet, what, step)
    except BaseException:  # cancelled: nothing of it may lie about
        sheet.close()
        sheet._writer.cleanup()
        raise
    _explain(book.create_sheet(_("About")), what, count)
    book.save(file)


def _fill(sheet: WriteOnlyWorksheet, what: Export, step: Callable[[int], None]) -> int:
    for place, column in enumerate(what.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = f"B{_HEAD_ROW + 1}"
    sheet.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    _mark(sheet, what.marking)
    sheet.append([_bold(sheet, what.marking)])
    sheet.append([_bold(sheet, column.title) for column in what.columns])
    count = 0
    for count, thing in enumerate(what.things(), 1):
        sheet.append([for_xlsx(sheet, column.value(thing)) for column in what.columns])
        if count % _CHUNK == 0:
            step(count)
    last = get_column_letter(len(what.columns))
    sheet.auto_filter.ref = f"A{_HEAD_ROW}:{last}{_HEAD_ROW + count}"
    return count


def _explain(sheet: WriteOnlyWorksheet, what: Export, count: int) -> None:
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 90
    _mark(sheet, what.marking)
    for name, value in (*what.about, (_("Records"), str(count))):
        sheet.append([_bold(sheet, name), for_xlsx(sheet, value)])
    sheet.append([])
    sheet.append([_bold(sheet, _("Column")), _bold(sheet, _("Meaning"))])
    for column in what.columns:
        sheet.append([for_xlsx(sheet, column.title), for_xlsx(sheet, column.help)])


def _mark(sheet: WriteOnlyWorksheet, text: str) -> None:
    """On every printed page. A header holds 255 characters, and an ampersand begins a code."""
    short = text[:200].replace("&", "&&")[:250]
    for part in (sheet.oddHeader, sheet.oddFooter):
        part.center.text = short


def _bold(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = as_text(WriteOnlyCell(sheet), text)
    cell.font = Font(bold=True)
    return cell
