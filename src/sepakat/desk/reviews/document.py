"""What a review pack is set out in: sections of tables and items, for the page and the paper."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.objects import Link

MAX_ROWS = 100  # of a table, and items of a section; the rest are counted
LONGEST = 1_200  # characters of a text; each record has its texts in full
IN_A_CELL = 400  # the same, in a cell of a table
NONE = "–"

Tone = Literal["", "good", "warn", "bad", "quiet"]


@dataclass(frozen=True)
class Cell:
    """A text, the record that it leads to, if the reader may see that, and how it is marked."""

    text: str
    to: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Table:
    """Rows under a head; `shares` are the widths of the columns, of their sum."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shares: tuple[int, ...]
    more: int = 0


@dataclass(frozen=True)
class Item:
    """Something with a title, tags, and lines that are each a name and a text."""

    title: Cell
    tags: tuple[Cell, ...] = ()
    lines: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the pack: under its title, notes, tables, then items; parts of its own after."""

    title: Cell
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    items: tuple[Item, ...] = ()
    parts: tuple["Section", ...] = ()
    more: int = 0
    empty: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.tables or self.items or self.parts)


@dataclass(frozen=True)
class Names:
    """What may be named by its title in a pack, and the currency of its amounts."""

    known: Mapping[str, Link]
    currency: str

    def of(self, id_: str | None, tone: Tone = "") -> Cell:
        """A record by its title; by its identifier, where it may not be named."""
        if not id_:
            return Cell(NONE)
        link = self.known.get(id_)
        return Cell(link.title, id_, tone) if link else Cell(id_)


def limited(section: Section) -> Section:
    """The section with as much of each list as a pack may have."""
    over = len(section.items) - MAX_ROWS
    return replace(
        section,
        tables=tuple(
            replace(table, rows=table.rows[:MAX_ROWS], more=max(len(table.rows) - MAX_ROWS, 0))
            for table in section.tables
        ),
        items=section.items[:MAX_ROWS],
        parts=tuple(map(limited, section.parts)),
        more=section.more or max(over, 0),
    )


def edition(title: str, number: int | None) -> str:
    """A scale with the number of its edition."""
    if number is None:
        return title
    return _("{title}, edition {number}").format(title=title, number=words.number(number))


def percent(value: Decimal | None) -> str:
    """A number that is in per cent already."""
    return words.per_cent(value) or NONE


def cut(text: str | None, longest: int = LONGEST) -> str:
    """The beginning of a text, on one line."""
    return Truncator(" ".join((text or "").split())).chars(longest)
