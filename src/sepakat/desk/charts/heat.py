"""A matrix of levels: rows by columns, with what lies in each cell written in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.drawing import WIDTH, Figure, figure, legend, rounded, text, wrapped

NAMES = 150  # the column of names
LINE = 16
PAD = 8
LEVELS = 6  # that the stylesheet has shades for, 0 to 5


@dataclass(frozen=True)
class Cell:
    """What is written in a cell, line by line, and its level, from 0."""

    lines: tuple[str, ...]
    level: int


@dataclass(frozen=True)
class HeatRow:
    name: str
    cells: tuple[Cell, ...]


def heat_map(
    title: str,
    description: str,
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    levels: Sequence[str],
    head: str,
) -> Figure:
    """Each row's cells below their columns, shaded by level; `levels` names them, from 0 upward.

    A level's name stands in its cells, below what they hold. A level beyond the sixth, or without
    a name, is a ValueError.
    """
    used = {cell.level for row in rows for cell in row.cells}
    if len(levels) > LEVELS or not used <= set(range(len(levels))):
        raise ValueError(f"levels are 0 to {LEVELS - 1}, each with its name")
    wide = (WIDTH - NAMES) / max(len(columns), 1)
    key, above = legend(levels, 0, lambda number, x, y: _shade(number - 1, x, y - 6, 13, 13))
    heads = [wrapped(column, wide - PAD) for column in columns]
    y = above + max(map(len, heads), default=0) * LINE
    parts = [key]
    for place, lines in enumerate(heads):
        x = NAMES + (place + 0.5) * wide
        parts += _lines(lines, x, y - (len(lines) - 1) * LINE - 4, "middle", "heading", wide - PAD)
    for row in rows:
        high = max((len(cell.lines) for cell in row.cells), default=0) * LINE + LINE + PAD + 4
        parts += _row(row, y, wide, high, levels)
        y += high
    told = [(row.name, *(_told(cell, levels) for cell in row.cells)) for row in rows]
    return figure(title, description, y + 2, parts, (head, *columns), told)


def _row(
    row: HeatRow, y: float, wide: float, high: float, levels: Sequence[str]
) -> list[SafeString]:
    name = wrapped(row.name, NAMES - 14)
    parts = _lines(
        name, NAMES - 10, y + high / 2 - len(name) * LINE / 2 + 12, "end", "heading", NAMES - 14
    )
    for place, cell in enumerate(row.cells):
        x = NAMES + place * wide
        parts.append(_shade(cell.level, x + 1, y + 1, wide - 2, high - 2))
        top = y + (high - (len(cell.lines) + 1) * LINE) / 2 + 12
        middle = x + wide / 2
        parts += _lines(cell.lines, middle, top, "middle", "heading", wide - PAD)
        below = top + len(cell.lines) * LINE
        parts.append(text(middle, below, levels[cell.level], "middle", room=wide - PAD))
    return parts


def _lines(
    lines: Sequence[str], x: float, top: float, anchor: str, class_: str, room: float
) -> list[SafeString]:
    return [text(x, top + n * LINE, line, anchor, class_, room) for n, line in enumerate(lines)]


def _shade(level: int, x: float, y: float, wide: float, high: float) -> SafeString:
    return format_html(
        '<rect class="heat-{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        level,
        rounded(x),
        rounded(y),
        rounded(wide),
        rounded(high),
    )


def _told(cell: Cell, levels: Sequence[str]) -> str:
    return " · ".join([*cell.lines, levels[cell.level]])
