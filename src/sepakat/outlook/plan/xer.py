"""Primavera's exchange file (XER) as tables: lines of fields parted by tabs.

A line begins with its sort: ERMHDR the file, %T a table, %F the names of its fields, %R a row, %E
the end. The format is described with Primavera P6's data dictionary; nothing in the file names its
encoding, which is that of the Windows that wrote it.
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from sepakat.outlook.plan.model import Note
from sepakat.record.errors import InvalidError

MAX_FILE = 128 << 20
MAX_LINE = 4 << 20  # a calendar with all its exceptions is one line
MAX_ROWS = 4_000_000
MAX_FIELDS = 500
MAX_NAMED, MAX_NOTE = 20, 200  # fields that a note names, and its characters


@dataclass(frozen=True, slots=True)
class Row:
    """Values by field, those that are empty left out. `line` counts from 1."""

    line: int
    table: str
    values: Mapping[str, str]

    def error(self, name: str, reason: str) -> InvalidError:
        value = self.values.get(name)
        said = "nothing" if value is None else f"{value[:60]!r}"
        return InvalidError(
            f"{name} is {said}: {reason}",
            where=f"line {self.line}, table {self.table}",
            fix="Export the file from Primavera once more, or correct the field",
        )


@dataclass(slots=True)
class Table:
    name: str
    fields: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)


def tables(content: bytes, encoding: str = "cp1252") -> tuple[dict[str, Table], list[Note]]:
    """All tables of a file, by name, and what was odd in it.

    Raises InvalidError, with the line, for what is no XER: another beginning, a row before its
    fields, more values than fields, bytes that the encoding has not.
    """
    if len(content) > MAX_FILE:
        raise InvalidError(
            f"the file has {len(content) >> 20} MiB", fix=f"At most {MAX_FILE >> 20} MiB are read"
        )
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InvalidError("the file is in UTF-16", where="line 1", fix="Save it as exported")
    if content.startswith(codecs.BOM_UTF8):
        content, encoding = content[len(codecs.BOM_UTF8) :], "utf-8"
    if not content.startswith(b"ERMHDR\t"):
        raise InvalidError(
            "the file does not begin with ERMHDR", where="line 1", fix="Give a Primavera XER file"
        )
    reading = _Reading(encoding)
    for number, line in enumerate(content.split(b"\n"), 1):
        if not reading.take(number, line.rstrip(b"\r")):
            break
    else:
        reading.notes.append(
            Note(f"line {number}", "%E", "the file has no end line: its last rows may be missing")
        )
    return reading.tables, reading.notes


class _Reading:
    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.tables: dict[str, Table] = {}
        self.notes: list[Note] = []
        self._table: Table | None = None
        self._rows = 0

    def take(self, number: int, line: bytes) -> bool:
        """Reads a line. False at the file's end."""
        if len(line) > MAX_LINE:
            self._refuse(number, f"the line has {len(line):,} bytes")
        sort, *values = self._text(number, line).split("\t")
        match sort:
            case "%R":
                self._row(number, values)
            case "%F":
                self._fields(number, values)
            case "%T":
                self._begin(number, values)
            case "%E":
                return False
            case "ERMHDR" if number == 1:
                pass
            case "":
                if any(values):
                    self._refuse(number, "the line begins with nothing")
            case _:
                self._refuse(number, f"the line begins with {sort[:30]!r}, not with %T, %F or %R")
        return True

    def _text(self, number: int, line: bytes) -> str:
        try:
            text = line.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise InvalidError(
                f"byte {error.start + 1} is no text in {self.encoding}",
                where=f"line {number}",
                fix="Name the encoding of the Windows that wrote it: cp949 for Korean",
            ) from error
        except LookupError as error:
            raise InvalidError(
                f"there is no encoding {self.encoding!r}",
                fix="Name one that there is, such as cp1252 or cp949",
            ) from error
        if "\0" in text:
            self._refuse(number, "the line has a zero byte")
        return text

    def _begin(self, number: int, values: list[str]) -> None:
        name = values[0] if values else ""
        if not name or name in self.tables:
            self._refuse(number, f"the table {name!r} has no name, or comes twice")
        self._table = self.tables[name] = Table(name)

    def _fields(self, number: int, values: list[str]) -> None:
        if self._table is None or self._table.fields:
            self._refuse(number, "fields come without a table, or twice")
        while values and not values[-1]:
            values.pop()
        if len(set(values)) != len(values) or not 0 < len(values) <= MAX_FIELDS:
            self._refuse(number, "the fields are none, too many, or one twice")
        self._table.fields = tuple(values)

    def _row(self, number: int, values: list[str]) -> None:
        table = self._table
        if table is None or not table.fields:
            self._refuse(number, "a row comes before the fields of its table")
        if any(values[len(table.fields) :]):
            self._refuse(
                number, f"{len(values)} values for the {len(table.fields)} fields of {table.name}"
            )
        if len(values) < len(table.fields):
            missing = ", ".join(table.fields[len(values) :][:MAX_NAMED])[:MAX_NOTE]
            self.notes.append(
                Note(f"line {number}", missing, "the row ends before them: taken as empty")
            )
        self._rows += 1
        if self._rows > MAX_ROWS:
            self._refuse(number, f"the file has more than {MAX_ROWS:,} rows")
        pairs = zip(table.fields, values, strict=False)
        table.rows.append(Row(number, table.name, {key: value for key, value in pairs if value}))

    def _refuse(self, number: int, reason: str) -> NoReturn:
        raise InvalidError(reason, where=f"line {number}", fix="Give an XER file as exported")
