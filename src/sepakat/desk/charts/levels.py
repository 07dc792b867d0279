"""Levels over time, as steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.drawing import LEGEND, WIDTH, Figure, beside, figure, legend, rounded, text

LEVEL = 20  # from one level to the next


@dataclass(frozen=True)
class Track:
    """A level that holds from each of its days, in their order, until the next: its name, short."""

    name: str
    points: tuple[tuple[date, int], ...]


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
    key, above = legend([track.name for track in tracks])
    left, right, foot = 34, WIDTH - 16, above + top * LEVEL

    def across(on: date) -> float:
        return left + (right - left) * (on - first).days / span

    parts = [key]
    for level in range(top + 1):
        y = foot - level * LEVEL
        parts.append(
            format_html('<path class="grid-line" d="M{} {}H{}"/>', left, rounded(y), right)
        )
        parts.append(text(left - 8, y + 4, str(level), "end", "muted"))
    for number, track in enumerate(tracks, 1):
        parts += _track(number, track, across, foot, right)
    half = (right - left) / 2 - 8
    parts.append(text(left, foot + 18, shown(first), "start", "muted", half))
    parts.append(text(right, foot + 18, shown(last), "end", "muted", half))
    told = sorted((day, track.name, level) for track in tracks for day, level in track.points)
    rows = tuple((shown(day), name, str(level)) for day, name, level in told)
    return figure(title, description, foot + LEGEND, parts, head, rows)


def _track(
    number: int, track: Track, across: Callable[[date], float], foot: float, right: float
) -> list[SafeString]:
    """A stepped line; the tracks' names alternate above and below it, so that few collide."""
    places = [(across(day), foot - level * LEVEL, level) for day, level in track.points]
    path = "".join(
        f"{'H' if place else 'M'}{rounded(x)}{'V' if place else ' '}{rounded(y)}"
        for place, (x, y, _level) in enumerate(places)
    )
    parts = [format_html('<path class="line series-{}" d="{}H{}"/>', number, path, right)]
    for x, y, level in places:
        parts.append(
            format_html(
                '<circle class="series-{}" cx="{}" cy="{}" r="5"/>', number, rounded(x), rounded(y)
            )
        )
        parts.append(beside(x - 6, y - 7 if number % 2 else y + 16, f"{track.name} {level}"))
    return parts
