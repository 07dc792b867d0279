"""What all charts share: the figure, text that fits its place, the legend, and marks by shape."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt
from unicodedata import combining, east_asian_width

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 760
LABEL = 190  # the column of names, left of the bars
LEGEND = 28  # a legend of one line
LEGEND_LINE = 20  # each line more
SWATCH = 18  # a legend's mark, with its distance from the name
BETWEEN = 18  # one name of the legend, and the next mark
COLOURS = 4  # that the stylesheet has for series
UNKNOWN = "–"

# How wide characters are in Pretendard at 13 px, and a little more: for names that must not meet.
NARROW, THIN, WIDE = 4.0, 5.0, 11.5
CAPITAL, OTHER = 9.0, 7.5
KINDS = {" .,·:;'|!ijl()[]": NARROW, "ftrI": THIN, "mwMW%…@": WIDE}
BREADTHS = {character: breadth for some, breadth in KINDS.items() for character in some}

# Regular polygons: corners, and the angle of the first in degrees. Without corners, a circle.
SHAPES = ((0, 0), (4, 45), (4, 0), (3, -90), (3, 90), (6, 0))


@dataclass(frozen=True)
class Figure:
    """A drawing, and the same as a table."""

    svg: SafeString
    title: str
    description: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Swatch = Callable[[int, float, float], SafeString]  # of a series' number, at the left middle


def figure(
    title: str,
    description: str,
    height: float,
    parts: Sequence[SafeString],
    head: Sequence[str],
    rows: Sequence[tuple[str, ...]],
) -> Figure:
    """The parts, later ones over earlier ones, as one drawing; and its table twin."""
    svg = format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        WIDTH,
        rounded(height),
        f"{title}. {description}",
        title,
        description,
        joined(parts),
    )
    return Figure(svg, title, description, tuple(head), tuple(rows))


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def text(
    x: float,
    y: float,
    words: str,
    anchor: str = "start",
    class_: str = "",
    room: float | None = None,
) -> SafeString:
    """Text, shortened to its room in pixels; then the whole of it is shown on pointing."""
    fitting = words if room is None else short(words, room)
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" class="{}">{}{}</text>',
        rounded(x),
        rounded(y),
        anchor,
        class_,
        fitting,
        "" if fitting == words else format_html("<title>{}</title>", words),
    )


def beside(x: float, y: float, words: str, class_: str = "", away: float = 12) -> SafeString:
    """Text on that side of a mark where there is room for it."""
    right, left = WIDTH - x - away, x - away
    fits = breadth(words) < right or right > left
    return text(
        x + away if fits else x - away,
        y,
        words,
        "start" if fits else "end",
        class_,
        max(right, left),
    )


def breadth(words: str) -> float:
    """About how wide text is, in pixels; never much too little."""
    return sum(map(_breadth, words))


def _breadth(character: str) -> float:
    if (known := BREADTHS.get(character)) is not None:
        return known
    if character.isascii():
        return CAPITAL if character.isupper() else OTHER
    if combining(character):
        return 0
    return WIDE + 0.5 if east_asian_width(character) in "WF" else CAPITAL


def short(words: str, room: float) -> str:
    """The text, or as much of it as fits the room, in pixels, with an ellipsis."""
    if breadth(words) <= room:
        return words
    end, used = 0, WIDE
    while (used := used + _breadth(words[end])) <= room:
        end += 1
    return f"{words[:end].rstrip()}…"


def wrapped(words: str, room: float, most: int = 2) -> list[str]:
    """The text on at most so many lines, broken between words; the last may be too long."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (breadth(longer) <= room or len(lines) == most):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def frame(left: float, top: float, foot: float) -> SafeString:
    """The axes of a plot, up and to the right."""
    path = f"M{rounded(left)} {rounded(top)}V{rounded(foot)}H{WIDTH}"
    return format_html('<path class="axis strong" d="{}"/>', path)


def legend(
    names: Sequence[str], left: float = LABEL, swatch: Swatch | None = None
) -> tuple[SafeString, float]:
    """The series by mark and name, on as many lines as they need; and how high that is."""
    most = (WIDTH - left) / 2 - SWATCH - BETWEEN
    parts, x, y = [], left, 10.0
    for number, name in enumerate(names, 1):
        needed = SWATCH + min(breadth(name), most) + BETWEEN
        if x > left and x + needed > WIDTH + BETWEEN:
            x, y = left, y + LEGEND_LINE
        parts.append((swatch or _box)(number, x, y))
        parts.append(text(x + SWATCH, y + 5, name, room=most))
        x += needed
    return joined(parts), LEGEND + y - 10


def _box(number: int, x: float, y: float) -> SafeString:
    return format_html(
        '<rect class="series-{}" x="{}" y="{}" width="12" height="12" rx="2"/>',
        colour(number),
        rounded(x),
        rounded(y - 6),
    )


def colour(number: int) -> int:
    """The colour of a series: beyond the last they begin anew, and shapes and words tell apart."""
    return (number - 1) % COLOURS + 1


def mark(
    number: int, x: float, y: float, area: float, class_: str = "", name: str = ""
) -> SafeString:
    """The mark of a series around a point: six shapes in turn, of one area in square pixels."""
    corners, turn = SHAPES[(number - 1) % len(SHAPES)]
    classes = f"series-{colour(number)} {class_}".rstrip()
    title = format_html("<title>{}</title>", name) if name else ""
    if corners:
        outline = polygon(corners, turn, x, y, area)
        return format_html('<path class="{}" d="{}">{}</path>', classes, outline, title)
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}">{}</circle>',
        classes,
        rounded(x),
        rounded(y),
        f"{circumradius(0, area):.2f}",
        title,
    )


def polygon(corners: int, turn: float, x: float, y: float, area: float) -> str:
    """The path of a regular polygon around a point; the first corner at an angle in degrees."""
    radius = circumradius(corners, area)
    angles = [radians(turn + 360 * corner / corners) for corner in range(corners)]
    points = [f"{x + radius * cos(at):.2f} {y + radius * sin(at):.2f}" for at in angles]
    return f"M{'L'.join(points)}Z"


def circumradius(corners: int, area: float) -> float:
    """Of a regular polygon of an area; of a circle, where it has no corners."""
    return sqrt(2 * area / (corners * sin(2 * pi / corners)) if corners else area / pi)


def reach(number: int, area: float) -> float:
    """How far a series' mark of an area reaches from its middle, at most."""
    return circumradius(SHAPES[(number - 1) % len(SHAPES)][0], area)


def rounded(value: float) -> str:
    """A place in the drawing, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
