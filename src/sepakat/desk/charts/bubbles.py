"""A portfolio as bubbles: chance across, money up, and the size of each as its area."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.axes import Axis, Scale, horizontal, margin, scaled, vertical
from sepakat.desk.charts.drawing import (
    WIDTH,
    Figure,
    breadth,
    figure,
    frame,
    legend,
    mark,
    reach,
    rounded,
    text,
)

PLOT = 380  # high
LARGEST = 2400.0  # the area of the largest, in square pixels
LEAST = 20.0  # of the smallest that can be seen
INSET = 46.0  # from the plot's edges, so that the largest triangle stays within
NAME = 150.0  # the most that a name takes, in pixels
LINE = 14.0  # of a name, high
LISTED = 3  # names in a line, of those that find no room beside their bubbles


@dataclass(frozen=True)
class Bubble:
    """One project: its name and group, its chance from 0 to 1, its height and its size."""

    name: str
    group: str
    x: float
    y: Decimal | float
    size: Decimal | float


class Box(NamedTuple):
    left: float
    top: float
    right: float
    foot: float

    def meets(self, other: "Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.foot and other.top < self.foot


class Placed(NamedTuple):
    bubble: Bubble
    group: int
    x: float
    y: float
    area: float

    @property
    def reach(self) -> float:
        return reach(self.group, self.area)

    @property
    def box(self) -> Box:
        r = self.reach
        return Box(self.x - r, self.y - r, self.x + r, self.y + r)


class Name(NamedTuple):
    """Where a name begins, and whether it lies so far from its bubble that a line leads there."""

    box: Box
    led: bool


def bubbles(
    title: str,
    description: str,
    projects: Sequence[Bubble],
    x: Axis,
    y: Axis,
    size: Axis,
    head: tuple[str, str],
) -> Figure:
    """A bubble for each project, whose group has a shape and a colour, with its name beside it.

    Across is 0 to 1; up is from 0. A name that finds no room is listed below, by the number in its
    bubble. `head` names the table's columns of projects and groups; the axes name the others.
    """
    groups = list(dict.fromkeys(project.group for project in projects))
    key, above = legend(groups, 0, lambda number, left, middle: mark(number, left + 6, middle, 110))
    top = above + 22
    foot = top + PLOT
    up = scaled([0.0, *(project.y for project in projects)], foot - INSET, top + INSET)
    left = margin(y, up)
    across = Scale(0, 1, left + INSET, WIDTH - INSET)
    placed = _placed(projects, groups, across, up)
    names = _names(placed, Box(left, top, WIDTH, foot))
    parts = [key, *vertical(y, up, left, WIDTH, above + 10), *horizontal(x, across, top, foot)]
    parts += [frame(left, top, foot), *map(_bubble, placed)]
    parts += [_name(p, name) for p, name in zip(placed, names, strict=True) if name]
    listed = [p for p, name in zip(placed, names, strict=True) if not name]
    parts += _list(listed, foot + 62)
    rows = [(p.name, p.group, x.shown(p.x), y.shown(p.y), size.shown(p.size)) for p in projects]
    height = foot + 50 + -(-len(listed) // LISTED) * 20
    columns = (*head, x.name, y.name, size.name)
    return figure(title, description, height, parts, columns, rows)


def _placed(
    projects: Sequence[Bubble], groups: Sequence[str], across: Scale, up: Scale
) -> list[Placed]:
    """The largest first, so that no smaller one is hidden."""
    most = max((float(project.size) for project in projects), default=0.0) or 1.0
    return [
        Placed(
            project,
            groups.index(project.group) + 1,
            across.at(project.x),
            up.at(project.y),
            max(LARGEST * float(project.size) / most, LEAST),
        )
        for project in sorted(projects, key=lambda project: -project.size)
    ]


def _bubble(placed: Placed) -> SafeString:
    return mark(placed.group, placed.x, placed.y, placed.area, "bubble", placed.bubble.name)


def _names(placed: Sequence[Placed], plot: Box) -> list[Name | None]:
    """For each bubble the first place of its name that meets no bubble and no name before it."""
    taken = [one.box for one in placed]
    found: list[Name | None] = []
    for one in placed:
        free = (
            name
            for name in _places(one)
            if _within(name.box, plot) and not any(name.box.meets(box) for box in taken)
        )
        found.append(name := next(free, None))
        if name is not None:
            taken.append(name.box)
    return found


def _places(placed: Placed) -> Iterator[Name]:
    """Right, left, above and below; then right and left a line or more away."""
    x, y, away = placed.x, placed.y, placed.reach + 4
    wide = min(breadth(placed.bubble.name), NAME)

    def box(left: float, middle: float) -> Box:
        return Box(left, middle - LINE / 2, left + wide, middle + LINE / 2)

    yield Name(box(x + away, y), False)
    yield Name(box(x - away - wide, y), False)
    yield Name(box(x - wide / 2, y - away - LINE / 2), False)
    yield Name(box(x - wide / 2, y + away + LINE / 2), False)
    for lines in (1, -1, 2, -2, 3, -3):
        yield Name(box(x + away + 8, y + lines * LINE), True)
        yield Name(box(x - away - 8 - wide, y + lines * LINE), True)


def _within(box: Box, plot: Box) -> bool:
    across = plot.left <= box.left and box.right <= plot.right
    return across and plot.top <= box.top and box.foot <= plot.foot


def _name(placed: Placed, name: Name) -> SafeString:
    box = name.box
    words = text(box.left, box.foot - 3, placed.bubble.name, room=NAME, class_="halo")
    if not name.led:
        return words
    nearer = box.left - 2 if box.left > placed.x else box.right + 2
    middle = (box.top + box.foot) / 2
    path = f"M{rounded(placed.x)} {rounded(placed.y)}L{rounded(nearer)} {rounded(middle)}"
    return format_html('<path class="axis strong" d="{}"/>', path) + words


def _list(listed: Sequence[Placed], top: float) -> list[SafeString]:
    parts, room = [], WIDTH / LISTED
    for number, placed in enumerate(listed):
        said = str(number + 1)
        parts.append(text(placed.x, placed.y + 5, said, "middle", "heading halo"))
        x, y = number % LISTED * room, top + number // LISTED * 20
        parts.append(text(x, y, f"{said} {placed.bubble.name}", room=room - 12))
    return parts
