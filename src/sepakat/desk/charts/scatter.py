"""Finish and cost of many simulations at once, against what was promised of both."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.axes import (
    Axis,
    Scale,
    Value,
    around,
    horizontal,
    margin,
    scaled,
    vertical,
)
from sepakat.desk.charts.drawing import (
    WIDTH,
    Figure,
    beside,
    figure,
    frame,
    legend,
    rounded,
    text,
)

PLOT = 360  # high
INSET = 48  # from top and foot, where the quadrants' words stand, and no dots
ROOM = 0.3  # of the values' range on either side of a target, for its quadrants' words
MAX_DOTS = 2_000


@dataclass(frozen=True)
class Target:
    """What was promised: its name, and the value that is not to be exceeded."""

    name: str
    value: Value


@dataclass(frozen=True)
class Quadrant:
    """One of the four ways in which it can end: its name, and its share, as it is written."""

    name: str
    share: str


@dataclass(frozen=True)
class Frontier:
    """Pairs of finish and least cost that hold together with one chance, such as 80 %, as it is
    written: the line of joint confidence."""

    name: str
    share: str
    points: tuple[tuple[Value, Value], ...]


def scatter(
    title: str,
    description: str,
    dots: Sequence[tuple[Value, Value]],
    x: Axis,
    y: Axis,
    targets: tuple[Target, Target],
    quadrants: tuple[Quadrant, Quadrant, Quadrant, Quadrant],
    frontier: Frontier | None,
    dots_name: str,
    head: tuple[str, str, str, str],
) -> Figure:
    """Dots of finish and cost, the targets of both as lines, and the line of joint confidence.

    The quadrants are: both kept; in time but too dear; within cost but late; neither. Their shares
    are of all simulations, of which the dots are a part; more than MAX_DOTS are a ValueError.
    `head` names the table's columns: what, finish, cost and share. It holds quadrants and frontier.
    """
    if len(dots) > MAX_DOTS:
        raise ValueError(f"{len(dots)} dots are too many to draw; take {MAX_DOTS} of them")
    by, within = targets
    edge = frontier.points if frontier else ()
    key, above = legend([dots_name, frontier.name] if frontier else [dots_name], 0, _swatch)
    top = above + 44
    foot = top + PLOT
    costs = scaled(
        [*(cost for _day, cost in [*dots, *edge]), within.value], foot - INSET, top + INSET
    )
    up = around(costs, within.value, ROOM)
    left = margin(y, up)
    days = scaled([*(day for day, _cost in [*dots, *edge]), by.value], left + 10, WIDTH - 10)
    across = around(days, by.value, ROOM)
    middle = across.at(by.value), up.at(within.value)
    parts = [key, *vertical(y, up, left, WIDTH, above + 10), *horizontal(x, across, top, foot)]
    parts += [frame(left, top, foot), _dots(dots, across, up), _line(edge, across, up)]
    parts += _targets(
        (f"{by.name}: {x.shown(by.value)}", f"{within.name}: {y.shown(within.value)}"),
        middle,
        left,
        top,
    )
    parts += _corners(quadrants, middle[0], left, top)
    rows = _rows(targets, (x, y), quadrants, frontier)
    return figure(title, description, foot + 44, parts, head, rows)


def _swatch(number: int, x: float, y: float) -> SafeString:
    if number == 1:
        return format_html(
            '<path class="dots" d="M{0} {1}h0m5 -4h0m3 6h0"/>', rounded(x), rounded(y)
        )
    return format_html('<path class="line series-4" d="M{} {}h14"/>', rounded(x), rounded(y))


def _dots(dots: Sequence[tuple[Value, Value]], across: Scale, up: Scale) -> SafeString:
    """All of them in one path: lines without length, which round ends make into dots."""
    path = "".join(f"M{rounded(across.at(x))} {rounded(up.at(y))}h0" for x, y in dots)
    return format_html('<path class="dots" d="{}"/>', path)


def _line(points: Sequence[tuple[Value, Value]], across: Scale, up: Scale) -> SafeString:
    path = "L".join(f"{rounded(across.at(x))} {rounded(up.at(y))}" for x, y in points)
    return format_html('<path class="line series-4" d="{}"/>', f"M{path}" if path else "")


def _targets(
    said: tuple[str, str], middle: tuple[float, float], left: float, top: float
) -> list[SafeString]:
    x, y = middle
    upright = f"M{rounded(x)} {rounded(top - 12)}V{rounded(top + PLOT)}"
    level = f"M{rounded(left)} {rounded(y)}H{WIDTH}"
    return [
        format_html('<path class="today" d="{}{}"/>', upright, level),
        beside(x, top - 4, said[0], away=6),
        text(WIDTH - 4, y - 6, said[1], "end", "halo", WIDTH - x - 10),
    ]


def _corners(quadrants: Sequence[Quadrant], x: float, left: float, top: float) -> list[SafeString]:
    """Each quadrant's share and name, in its outer corner."""
    parts = []
    for number, quadrant in enumerate(quadrants):
        late, dear = number >= 2, number in (1, 3)
        at, anchor = (WIDTH - 6, "end") if late else (left + 6, "start")
        room = (WIDTH - x if late else x - left) - 12
        below = top + 18 if dear else top + PLOT - 24
        parts.append(text(at, below, quadrant.share, anchor, "heading halo", room))
        parts.append(text(at, below + 17, quadrant.name, anchor, "halo", room))
    return parts


def _rows(
    targets: tuple[Target, Target],
    axes: tuple[Axis, Axis],
    quadrants: Sequence[Quadrant],
    frontier: Frontier | None,
) -> list[tuple[str, ...]]:
    by, within = (axis.shown(t.value) for axis, t in zip(axes, targets, strict=True))
    limits = [("≤", "≤"), ("≤", ">"), (">", "≤"), (">", ">")]
    rows: list[tuple[str, ...]] = [
        (quadrant.name, f"{late} {by}", f"{dear} {within}", quadrant.share)
        for quadrant, (late, dear) in zip(quadrants, limits, strict=True)
    ]
    if frontier:
        shown = [tuple(a.shown(v) for a, v in zip(axes, p, strict=True)) for p in frontier.points]
        rows += [(frontier.name, *point, frontier.share) for point in shown]
    return rows
