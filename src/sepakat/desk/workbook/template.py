"""The workbook that people fill in to make records of a kind: headings with help, choices to pick
from, and a sheet that explains."""

from typing import IO, Any, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sepakat.desk import words
from sepakat.desk.kinds.forms import MAX_CHOICES, candidates, nations
from sepakat.desk.kinds.shapes import Shape
from sepakat.desk.workbook.cells import AMOUNT_FORMAT, DAY_FORMAT, as_text
from sepakat.desk.workbook.entries import CLASSIFICATION, Entry, entries
from sepakat.desk.workbook.marking import marking
from sepakat.desk.workbook.reading import MAX_ROWS
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.record.kind import Action, Kind
from sepakat.record.label import CLASSIFICATIONS, RANK

_CHOICES: Final = "choices"
_LAST: Final = MAX_ROWS + 1


def write_template(access: Access, kind: type[Kind], action: Action, file: IO[bytes]) -> None:
    book = Workbook()
    sheet, help_, lists = book.active, book.create_sheet(_("Help")), book.create_sheet(_CHOICES)
    sheet.title = _("Records")
    lists.sheet_state = "hidden"
    sheet.freeze_panes = "B2"
    named: list[str] = []  # records that the choices name
    help_.append([])
    help_.append([_("Column"), _("Must be given"), _("Meaning"), _("What may be written")])
    for place, entry in enumerate(entries(kind, action), 1):
        choices = _choices(access, action, entry, named)
        _head(sheet, place, entry)
        _offer(sheet, lists, place, entry, choices)
        _explain(help_, entry, choices)
    _finish(help_, named)
    book.save(file)


def _choices(access: Access, action: Action, entry: Entry, named: list[str]) -> list[str]:
    """What may be picked for a column; none where anything may be written."""
    if entry.key == f"label_{CLASSIFICATION}":
        ceiling = min(access.person.clearance, access.home.config.ceiling, key=RANK.__getitem__)
        return [name for name in CLASSIFICATIONS if RANK[name] <= RANK[ceiling]]
    if entry.field is None or entry.part:
        return []
    match entry.field.shape:
        case Shape.CHOICE:
            return [str(words.value_name(value)) for value in entry.field.choices]
        case Shape.FLAG:
            return [_("yes"), _("no")]
        case Shape.NATION:
            return [name for name, _shown in nations(access, entry.key == "counterparty")]
        case Shape.REF:
            found = candidates(access, action, entry.field)
            if len(found) <= MAX_CHOICES:
                named += [id_ for id_, _title in found]
                return [title for _id, title in found]
    return []


def _head(sheet: Worksheet, place: int, entry: Entry) -> None:
    cell = as_text(sheet.cell(1, place), f"{entry.title} *" if entry.needed else entry.title)
    cell.font = Font(bold=True)
    cell.comment = Comment(entry.help or entry.title, "Sepakat", height=90, width=260)
    letter = get_column_letter(place)
    shape = entry.field.shape if entry.field else None
    sheet.column_dimensions[letter].width = 50 if shape is Shape.TEXT else 24
    if shape is Shape.DATE:
        sheet.column_dimensions[letter].number_format = DAY_FORMAT
    elif entry.part == "amount":
        sheet.column_dimensions[letter].number_format = AMOUNT_FORMAT


def _offer(
    sheet: Worksheet, lists: Worksheet, place: int, entry: Entry, choices: list[str]
) -> None:
    """A list to pick from; in a hidden sheet, as one in the cell itself ends at 255 characters."""
    if not choices:
        return
    for number, choice in enumerate(choices, 1):
        as_text(lists.cell(number, place), choice)
    letter = get_column_letter(place)
    offered = DataValidation(
        type="list",
        formula1=f"{_CHOICES}!${letter}$1:${letter}${len(choices)}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=entry.title[:32],
        error=_("Pick one from the list."),
    )
    sheet.add_data_validation(offered)
    offered.add(f"{letter}2:{letter}{_LAST}")


def _explain(sheet: Worksheet, entry: Entry, choices: list[str]) -> None:
    may = "\n".join(choices[:20])
    if len(choices) > 20:
        may = f"{may}\n…"
    needed = _("yes") if entry.needed else ""
    line = sheet.max_row + 1
    values: list[Any] = [entry.title, needed, entry.help, may or _how(entry)]
    for place, value in enumerate(values, 1):
        as_text(sheet.cell(line, place), value)


def _how(entry: Entry) -> str:
    if entry.part == "amount":
        return _("An amount such as 1250000.50")
    if entry.part == "currency":
        return _("A currency such as MYR or KRW")
    if entry.key.startswith("label_"):
        return _("Nations, PUBLIC or organisations, with commas between them")
    match entry.field.shape if entry.field else None:
        case Shape.DATE:
            return _("A day such as 2026-03-01")
        case Shape.COUNT:
            return _("A whole number")
        case Shape.REF:
            return _("The identifier of a record")
        case Shape.REFS:
            return _("Identifiers of records, with commas between them")
        case Shape.LINES:
            return _("Text, each on a line of its own")
    return _("Text")


def _finish(sheet: Worksheet, named: list[str]) -> None:
    """The choices are part of the record: the workbook is marked as what it names is."""
    if named:
        text = marking(thing.label for thing in rows.objects(named).values())
        as_text(sheet.cell(1, 1), text)
        sheet.oddHeader.center.text = text[:200].replace("&", "&&")[:250]
    for letter, width in zip("ABCD", (30, 16, 60, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
