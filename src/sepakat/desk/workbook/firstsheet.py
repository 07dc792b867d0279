"""The rows of a workbook's first sheet, and as little else of the workbook as they need.

openpyxl loads a workbook whole: each format, name and text at the price of a few cells, and each
sheet as often as it is named. Used here is how it finds the parts and reads cells.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format
from openpyxl.worksheet._reader import (
    CELL_TAG,
    DATA_TAG,
    INLINE_STRING,
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import SubElement, iterparse

MAX_FORMAT: Final = 255  # characters, as in Excel; openpyxl's patterns take their square in steps
MAX_WHOLE: Final = 1024 * 1024  # bytes of a part that openpyxl builds whole

_NS: Final = f"{{{SHEET_MAIN_NS}}}"
_TEXT: Final = f"{_NS}t"
_RUN_TEXT: Final = f"{_NS}r/{_NS}t"  # of a part of a text that is formatted otherwise


class _Archive(zipfile.ZipFile):
    """What openpyxl builds whole, it takes with `read`: the lists of parts, and of sheets."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        size = name.file_size if isinstance(name, zipfile.ZipInfo) else self.getinfo(name).file_size
        if size > MAX_WHOLE:
            raise ValueError("a list of parts or sheets is too long")
        return super().read(name, pwd)


def rows(content: bytes) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Each row that the sheet has, with its number, and of each of its cells `column`, `value` and
    `data_type`. Raises whatever a damaged file makes openpyxl stumble over."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.archive = _Archive(io.BytesIO(content))
    with reader.archive:
        reader.read_manifest()
        reader.read_workbook()
        dates, spans = _date_styles(reader)
        texts = _shared_texts(reader)
        part = next(
            rel.target
            for _sheet, rel in reader.parser.find_sheets()
            if "chartsheet" not in rel.Type and rel.target in reader.valid_files
        )
        with reader.archive.open(part) as file:
            parser = WorkSheetParser(
                file,
                texts,
                data_only=True,
                epoch=reader.wb.epoch,
                date_formats=dates,
                timedelta_formats=spans,
            )
            for _event, element in iterparse(file):
                if element.tag == CELL_TAG and element.get("t") == "inlineStr":
                    _unfold(element)
                elif element.tag == ROW_TAG:
                    yield parser.parse_row(element)
                    element.clear()
                elif element.tag == DATA_TAG:
                    return


def _unfold(cell: Any) -> None:
    """A cell with a text of its own as one whose formula gives that text."""
    text = cell.find(INLINE_STRING)
    if text is not None:
        cell.set("t", "str")
        SubElement(cell, VALUE_TAG).text = _text(text)


def _text(element: Any) -> str:
    """Without its formats, and without how it is pronounced."""
    found = (*element.findall(_TEXT), *element.findall(_RUN_TEXT))
    return "".join(each.text or "" for each in found)


def _shared_texts(reader: ExcelReader) -> list[str]:
    part = reader.package.find(SHARED_STRINGS)
    texts: list[str] = []
    if part is not None:
        with reader.archive.open(part.PartName[1:]) as file:
            for _event, element in iterparse(file):
                if element.tag == f"{_NS}si":
                    texts.append(_text(element).replace("x005F_", ""))  # Excel's escape of "_x…_"
                    element.clear()
    return texts


def _date_styles(reader: ExcelReader) -> tuple[set[int], set[int]]:
    """The numbers of the cells' formats that show dates, and of those that show spans of time."""
    codes: dict[int, str] = {}
    used: list[int] = []
    if ARC_STYLE in reader.valid_files:
        with reader.archive.open(ARC_STYLE) as file:
            for _event, element in iterparse(file):
                if element.tag == f"{_NS}numFmt":
                    codes[int(element.get("numFmtId"))] = element.get("formatCode")
                elif element.tag == f"{_NS}cellXfs":
                    used = [int(format_.get("numFmtId", 0)) for format_ in element]
    known = {number: codes.get(number) or builtin_format_code(number) for number in set(used)}
    if any(len(code or "") > MAX_FORMAT for code in known.values()):
        raise ValueError("a number's format is too long")
    dates = {number for number, code in known.items() if is_date_format(code)}
    spans = {number for number, code in known.items() if is_timedelta_format(code)}
    return (
        {place for place, number in enumerate(used) if number in dates},
        {place for place, number in enumerate(used) if number in spans},
    )
