"""Charts as SVG, drawn by the server: each with a title, a description, and its table twin.

Colours come from the stylesheet by class, so that a chart is light, dark or printed as the page is.
No value is told by colour alone: each bar bears its number, and each mark its name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 760
LABEL = 190  # the column of names, left of the bars
NUMBER = 120  # kept free for the number right of the longest bar
BAR = 18
GAP = 4
GROUP_GAP = 18
LEGEND = 28
MARK_ROW = 26
LEVEL = 20  # from one level to the next
UNKNOWN = "–"
SHORT = 27  # characters of a name that fit its column
CHARACTER = 6.5  # the width of one, near enough to keep names apart


@dataclass(frozen=True)
class Figure:
    """A drawing, and the same as a table."""

    svg: SafeString
    title: str
    description: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Bars:
    """A group of bars: its name, and a value for each series; none, where it is not known."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Track:
    """A level that holds from each of its days, in their order, until the next: its name, short."""

    name: str
    points: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class Mark:
    """A day on a strip of time: its name, and whether it has been reached."""

    name: str
    on: date
    state: str  # in words
    series: int = 1


def grouped_bars(
    title: str,
    description: str,
    series: Sequence[str],
    groups: Sequence[Bars],
    shown: Callable[[Decimal], str],
    head: str,
) -> Figure:
    """Horizontal bars, group below group; `shown` writes a value; `head` names them."""
    known = (value for group in groups for value in group.values if value is not None)
    longest = max(known, default=Decimal(0))
    scale = float(WIDTH - LABEL - NUMBER) / float(longest or 1)

    def told(value: Decimal | None) -> str:
        return UNKNOWN if value is None else shown(value)

    height_of_group = len(series) * (BAR + GAP) + GROUP_GAP
    height = LEGEND + len(groups) * height_of_group
    parts = [_legend(series)]
    for number, group in enumerate(groups):
        top = LEGEND + number * height_of_group
        middle = top + len(series) * (BAR + GAP) / 2
        parts.append(_text(LABEL - 10, middle, _short(group.name), "end"))
        for place, value in enumerate(group.values):
            y = top + place * (BAR + GAP)
            width = max(float(value or 0) * scale, 0)
            parts.append(
                format_html(
                    '<rect class="series-{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
                    place + 1,
                    LABEL,
                    _round(y),
                    _round(width),
                    BAR,
                )
            )
            parts.append(_text(LABEL + width + 6, y + BAR - 5, told(value)))
    axis = format_html(
        '<path class="axis" d="M{0} {1}V{2}"/>', LABEL, LEGEND - 4, height - GROUP_GAP
    )
    rows = tuple((group.name, *map(told, group.values)) for group in groups)
    svg = _svg(title, description, height, [*parts, axis])
    return Figure(svg, title, description, (head, *series), rows)


def strip(
    title: str,
    description: str,
    marks: Sequence[Mark],
    today: date,
    shown: Callable[[date], str],
    head: tuple[str, str, str],
) -> Figure:
    """Days from left to right with today's line, each mark on a row of its own."""
    days = [mark.on for mark in marks] + [today]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)
    left, right = 16, WIDTH - 16

    def across(on: date) -> float:
        return left + (right - left) * (on - first).days / span

    height = LEGEND + len(marks) * MARK_ROW + 12
    at = _round(across(today))
    parts = [
        format_html('<path class="today" d="M{0} {1}V{2}"/>', at, LEGEND - 8, height),
        _beside(across(today), 12, shown(today), "muted"),
    ]
    for number, mark in enumerate(sorted(marks, key=lambda mark: mark.on)):
        y = LEGEND + number * MARK_ROW + 10
        parts.append(
            format_html(
                '<path class="grid-line" d="M{0} {2}H{1}"/>'
                '<circle class="series-{4}" cx="{3}" cy="{2}" r="6"/>',
                left,
                right,
                y,
                _round(across(mark.on)),
                mark.series,
            )
        )
        parts.append(_beside(across(mark.on), y - 7, f"{_short(mark.name, 60)} · {mark.state}"))
    rows = tuple((mark.name, shown(mark.on), mark.state) for mark in marks)
    return Figure(_svg(title, description, height, parts), title, description, head, rows)


def levels(
    title: str,
    description: str,
    tracks: Sequence[Track],
    top: int,
    until: date,
    shown: Callable[[date], str],
    head: tuple[str, str, str],
) -> Figure:
    """Levels from 0 to `top` over time, each held until the next one or the last day."""
    days = [day for track in tracks for day, _level in track.points] + [until]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)
    left, right, foot = 34, WIDTH - 16, LEGEND + top * LEVEL

    def across(on: date) -> float:
        return left + (right - left) * (on - first).days / span

    parts = [_legend([track.name for track in tracks])]
    for level in range(top + 1):
        y = foot - level * LEVEL
        parts.append(format_html('<path class="grid-line" d="M{} {}H{}"/>', left, y, right))
        parts.append(_text(left - 8, y + 4, str(level), "end", "muted"))
    for number, track in enumerate(tracks, 1):
        parts += _track(number, track, across, foot, right)
    parts.append(_text(left, foot + 18, shown(first), "start", "muted"))
    parts.append(_text(right, foot + 18, shown(last), "end", "muted"))
    told = sorted((day, track.name, level) for track in tracks for day, level in track.points)
    rows = tuple((shown(day), name, str(level)) for day, name, level in told)
    svg = _svg(title, description, foot + LEGEND, parts)
    return Figure(svg, title, description, head, rows)


def _track(
    number: int, track: Track, across: Callable[[date], float], foot: float, right: float
) -> list[SafeString]:
    """A stepped line; the tracks' names alternate above and below it, so that few collide."""
    places = [(across(day), foot - level * LEVEL, level) for day, level in track.points]
    path = "".join(
        f"{'H' if place else 'M'}{_round(x)}{'V' if place else ' '}{_round(y)}"
        for place, (x, y, _level) in enumerate(places)
    )
    parts = [format_html('<path class="line series-{}" d="{}H{}"/>', number, path, right)]
    for x, y, level in places:
        parts.append(
            format_html(
                '<circle class="series-{}" cx="{}" cy="{}" r="5"/>', number, _round(x), _round(y)
            )
        )
        parts.append(_beside(x - 6, y - 7 if number % 2 else y + 16, f"{track.name} {level}"))
    return parts


def _beside(x: float, y: float, text: str, class_: str = "") -> SafeString:
    """Text on that side of a mark where there is room for it."""
    fits = x + 12 + len(text) * CHARACTER < WIDTH
    return _text(x + 12 if fits else x - 12, y, text, "start" if fits else "end", class_)


def _legend(series: Sequence[str]) -> SafeString:
    places, x = [], float(LABEL)
    most = int(((WIDTH - LABEL) / max(len(series), 1) - 34) / (CHARACTER * 1.3))
    for number, name in enumerate((_short(name, most) for name in series), 1):
        places.append((number, _round(x), _round(x + 18), name))
        x += 34 + len(name) * CHARACTER * 1.3
    return format_html_join(
        "",
        '<rect class="series-{}" x="{}" y="4" width="12" height="12" rx="2"/>'
        '<text x="{}" y="15">{}</text>',
        places,
    )


def _text(x: float, y: float, text: str, anchor: str = "start", class_: str = "") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>',
        _round(x),
        _round(y),
        anchor,
        class_,
        text,
    )


def _svg(title: str, description: str, height: float, parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>",
        WIDTH,
        _round(height),
        f"{title}. {description}",
        title,
        description,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _short(name: str, most: int = SHORT) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _round(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
