"""Horizontal bars, group below group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html

from sepakat.desk.charts.drawing import (
    LABEL,
    UNKNOWN,
    WIDTH,
    Figure,
    colour,
    figure,
    legend,
    rounded,
    text,
)

NUMBER = 120  # kept free for the number right of the longest bar
BAR = 18
GAP = 4
GROUP_GAP = 18


@dataclass(frozen=True)
class Bars:
    """A group of bars: its name, and a value for each series; none, where it is not known."""

    name: str
    values: tuple[Decimal | None, ...]


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
    key, above = legend(series)
    parts, height = [key], above + len(groups) * height_of_group
    for number, group in enumerate(groups):
        top = above + number * height_of_group
        middle = top + len(series) * (BAR + GAP) / 2
        parts.append(text(LABEL - 10, middle, group.name, "end", room=LABEL - 14))
        for place, value in enumerate(group.values):
            y = top + place * (BAR + GAP)
            width = max(float(value or 0) * scale, 0)
            end = LABEL + width + 6
            parts.append(
                format_html(
                    '<rect class="series-{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
                    colour(place + 1),
                    LABEL,
                    rounded(y),
                    rounded(width),
                    BAR,
                )
            )
            parts.append(text(end, y + BAR - 5, told(value), room=WIDTH - end))
    axis = format_html(
        '<path class="axis" d="M{0} {1}V{2}"/>',
        LABEL,
        rounded(above - 4),
        rounded(height - GROUP_GAP),
    )
    rows = tuple((group.name, *map(told, group.values)) for group in groups)
    return figure(title, description, height, [*parts, axis], (head, *series), rows)
