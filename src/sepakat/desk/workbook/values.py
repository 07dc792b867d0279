"""From what stands in a cell to what a statement says. Wrong says what is wrong, in words."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.shapes import Field, Shape
from sepakat.desk.kinds.widgets import AMOUNT
from sepakat.desk.workbook.reading import Cell


class Wrong(Exception):  # noqa: N818
    """What is wrong with a cell."""


_REF_AT_END: Final = re.compile(r"\(([A-Z]{3}-[a-z0-9-]+)\)$")


def plain(field: Field, cell: Cell, choices: Mapping[str, str]) -> Any:
    """A cell's value as a statement's body has it, none where the cell is empty.

    `choices` are the values of a choice by what people may write for them, in lower case.
    """
    if cell.error:
        raise Wrong(_("The spreadsheet shows the error {} here.").format(cell.error))
    if cell.value is None:
        return None
    if field.shape is Shape.CHOICE:
        return _choice(cell.value, choices)
    if field.shape is Shape.FLAG:
        return _flag(cell.value, choices)
    return _BY_SHAPE.get(field.shape, _text)(cell.value)


def amount(cell: Cell) -> str | None:
    """An amount as a decimal string with at most four decimals."""
    if cell.error:
        raise Wrong(_("The spreadsheet shows the error {} here.").format(cell.error))
    value = cell.value
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise Wrong(_("Write an amount such as 1250000.50."))
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) >= 1e15:
            raise Wrong(_("A spreadsheet rounds so large a number. Write it as text."))
        # Fifteen digits are exact; what is beyond them is the noise of binary fractions.
        text = f"{Decimal(f'{value:.15g}'):f}"
    else:
        text = str(value).replace(",", "").replace(" ", "").replace("\u00a0", "")
    if not re.fullmatch(AMOUNT, text):
        raise Wrong(_("Write an amount such as 1250000.50, with at most four decimals."))
    return text


def _text(value: Any) -> str:
    if isinstance(value, (bool, date, time)):
        raise Wrong(_("Write this as text."))
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 1e15:
            raise Wrong(_("Write this as text."))
        value = int(value)
    return str(value).replace("\r\n", "\n")


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        if value.time() != time():
            raise Wrong(_("Write a day without the time."))
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise Wrong(_("There is no such day.")) from None
    raise Wrong(_("Write a day such as 2026-03-01."))


def _count(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch("[0-9]{1,15}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Wrong(_("Write a whole number."))
    if not math.isfinite(value) or value != int(value) or not 0 <= value < 1e15:
        raise Wrong(_("Write a whole number, zero or more."))
    return int(value)


def _choice(value: Any, choices: Mapping[str, str]) -> str:
    found = choices.get(_text(value).lower())
    if found is None:
        allowed = ", ".join(words.value_name(name) for name in dict.fromkeys(choices.values()))
        raise Wrong(_("Choose one of: {}.").format(allowed))
    return found


def _flag(value: Any, choices: Mapping[str, str]) -> bool:
    if isinstance(value, bool):
        return value
    said = choices.get(_text(value).lower())
    if said is None:
        raise Wrong(_("Write yes or no."))
    return said == "yes"


def _ref(value: Any) -> str:
    """An identifier, alone or at the end in brackets, as the template offers it."""
    text = _text(value)
    found = _REF_AT_END.search(text)
    return found[1] if found else text


def _refs(value: Any) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", _text(value)) if part]


def _lines(value: Any) -> list[str]:
    return [line.strip() for line in _text(value).splitlines() if line.strip()]


def _json(value: Any) -> Any:
    try:
        return orjson.loads(_text(value))
    except orjson.JSONDecodeError:
        raise Wrong(_("This is no JSON.")) from None


_BY_SHAPE: Final[dict[Shape, Callable[[Any], Any]]] = {
    Shape.DATE: _day,
    Shape.COUNT: _count,
    Shape.REF: _ref,
    Shape.REFS: _refs,
    Shape.LINES: _lines,
    Shape.TABLE: _json,
    Shape.OTHER: _json,
    Shape.NATION: lambda value: _text(value).upper(),
}
