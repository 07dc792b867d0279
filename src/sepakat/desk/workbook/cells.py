"""What may stand in a cell: values that no spreadsheet takes for a formula.

A spreadsheet computes text that begins with one of a few characters, in CSV whatever its type. See
OWASP, CSV Injection.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MAX_TEXT: Final = 32_767  # characters of a cell, in every spreadsheet
MAX_DIGITS: Final = 15  # of a number that a spreadsheet keeps exactly
FIRST_DAY: Final = date(1900, 3, 1)  # earlier ones count differently from one program to the next

# Also full-width, which Excel takes for the plain ones; also behind blanks, which some take away.
_TRIGGERS: Final = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_BLANK: Final = "[\\s\x00-\x20\u200b-\u200f\u2060\ufeff]*"
_FORMULA: Final = re.compile(f"^{_BLANK}[{_TRIGGERS}]|^[\t\r\n]")
# Where semicolons or tabs end a cell and a comma does not, text within one may begin the next.
# From the first of a run on and never back, or many line breaks would take quadratic time.
_RUN: Final = "[;\\s\x00-\x20\u200b-\u200f\u2060\ufeff]"
_WITHIN: Final = re.compile(f"(?<!{_RUN})({_RUN}++)(?=[{_TRIGGERS}])")
_SEPARATOR: Final = re.compile("[;\t\r\n]")
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML 1.0

AMOUNT_FORMAT: Final = "#,##0.00##"
DAY_FORMAT: Final = "yyyy-mm-dd"


def is_like_formula(text: str) -> bool:
    return bool(_FORMULA.match(text))


def for_csv(value: Any) -> str:
    """A value as text; an apostrophe keeps it from being computed. Numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, Decimal)):
        return str(value)
    text = _WITHIN.sub(_guarded, str(value))
    return f"'{text}" if is_like_formula(text) else text


def _guarded(run: re.Match[str]) -> str:
    return f"{run[1]}'" if _SEPARATOR.search(run[1]) else run[1]


def for_xlsx(sheet: WriteOnlyWorksheet, value: Any) -> Cell | None:
    """A cell of the value's own type; text is stored as text, and stays text when it is edited."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    if isinstance(value, date) and value >= FIRST_DAY:
        return _formatted(WriteOnlyCell(sheet, value), DAY_FORMAT)
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= MAX_DIGITS:
        return _formatted(WriteOnlyCell(sheet, value), AMOUNT_FORMAT)
    if isinstance(value, int) and abs(value) < 10**MAX_DIGITS:
        return WriteOnlyCell(sheet, value)
    return as_text(WriteOnlyCell(sheet), str(value))


def as_text(cell: Any, text: str) -> Any:
    """Put text into a cell that holds text whatever it begins with."""
    clean = _ILLEGAL.sub("\ufffd", text)
    cell.value = clean if len(clean) <= MAX_TEXT else f"{clean[: MAX_TEXT - 1]}…"
    cell.data_type = "s"  # openpyxl makes a formula of what begins with =, an error of #N/A
    if is_like_formula(clean):
        cell.quotePrefix = True  # or Excel computes it once somebody edits it
    return cell


def _formatted(cell: Cell, number_format: str) -> Cell:
    cell.number_format = number_format
    return cell
