"""Days on a strip of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html

from sepakat.desk.charts.drawing import LEGEND, WIDTH, Figure, beside, figure, rounded, short

ROW = 26
NAME = 390  # the most that a name takes, in pixels


@dataclass(frozen=True)
class Mark:
    """A day on a strip of time: its name, and whether it has been reached."""

    name: str
    on: date
    state: str  # in words
    series: int = 1


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

    height = LEGEND + len(marks) * ROW + 12
    at = rounded(across(today))
    parts = [
        format_html('<path class="today" d="M{0} {1}V{2}"/>', at, LEGEND - 8, height),
        beside(across(today), 12, shown(today), "muted"),
    ]
    for number, mark in enumerate(sorted(marks, key=lambda mark: mark.on)):
        y = LEGEND + number * ROW + 10
        parts.append(
            format_html(
                '<path class="grid-line" d="M{0} {2}H{1}"/>'
                '<circle class="series-{4}" cx="{3}" cy="{2}" r="6"/>',
                left,
                right,
                y,
                rounded(across(mark.on)),
                mark.series,
            )
        )
        parts.append(beside(across(mark.on), y - 7, f"{short(mark.name, NAME)} · {mark.state}"))
    rows = tuple((mark.name, shown(mark.on), mark.state) for mark in marks)
    return figure(title, description, height, parts, head, rows)
