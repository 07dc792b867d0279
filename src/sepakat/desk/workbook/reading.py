"""Reading the first sheet of a workbook that somebody sends: headings, and rows of plain values."""

import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from sepakat.desk.workbook import firstsheet
from sepakat.desk.workbook.openxml import check_workbook
from sepakat.record.errors import InvalidError, SepakatError

logger = logging.getLogger(__name__)

MAX_ROWS: Final = 5000
MAX_COLUMNS: Final = 64
MAX_CHARACTERS: Final = 8_000_000  # of all cells: one shared text may be named by each of them


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. `error` is a spreadsheet's own, such as #REF!"""

    value: Any
    error: str = ""


@dataclass(frozen=True)
class Table:
    """A sheet: its headings, and its rows that are not empty, each with its number in the sheet."""

    heads: list[str]
    rows: list[tuple[int, list[Cell]]]


def read_workbook(content: bytes, filename: str) -> Table:
    """The first sheet. InvalidError, whatever is wrong with the file, in words for its sender."""
    check_workbook(content, filename)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out, which nobody asks for
            return _read(content)
    except SepakatError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it stumble over
        logger.info("a workbook could not be read: %s", type(error).__name__)
        raise InvalidError(
            _("this workbook cannot be read"),
            fix=_("Fill in the template anew, and save it as .xlsx"),
        ) from error


def _read(content: bytes) -> Table:
    rows = _rows(content)
    number, first = next(rows, (1, []))
    heads = [str(cell.value or "").strip() for cell in first]
    if number != 1 or not any(heads):
        raise InvalidError(_("the first row has no headings"), where="A1")
    return Table(heads, list(rows))


def _rows(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    characters = last = 0
    for number, found in firstsheet.rows(content):
        # One more than is taken, to see that there is more. What lies far out is not looked at.
        if number > MAX_ROWS + 2:
            return
        if number <= last:
            continue
        last = number
        cells = _cells(found)
        if not cells:
            continue
        if number > MAX_ROWS + 1:
            raise InvalidError(
                _("there are more than {} rows").format(MAX_ROWS), fix=_("Send them in parts")
            )
        if len(cells) > MAX_COLUMNS:
            where = f"{get_column_letter(MAX_COLUMNS + 1)}{number}"
            raise InvalidError(_("there are too many columns"), where=where)
        characters += sum(len(cell.value) for cell in cells if isinstance(cell.value, str))
        if characters > MAX_CHARACTERS:
            raise InvalidError(_("the sheet holds too much text"), fix=_("Send it in parts"))
        yield number, cells


def _cells(found: list[dict[str, Any]]) -> list[Cell]:
    """From the first column to the last that is not empty."""
    cells = [Cell(None)] * (MAX_COLUMNS + 1)
    for cell in found:
        if 0 < cell["column"] <= MAX_COLUMNS + 1:
            cells[cell["column"] - 1] = _cell(cell["value"], cell["data_type"])
    while cells and cells[-1].value is None and not cells[-1].error:
        cells.pop()
    return cells


def _cell(value: Any, data_type: str) -> Cell:
    if data_type == "e":
        return Cell(None, str(value)[:20])
    if isinstance(value, str):
        value = value.strip() or None
    return Cell(value)
