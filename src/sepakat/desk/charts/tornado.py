"""What moves an outcome most: signed bars from a middle line, the longest first."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.axes import Scale
from sepakat.desk.charts.bars import BAR, GAP, GROUP_GAP, Bars
from sepakat.desk.charts.drawing import (
    LABEL,
    UNKNOWN,
    WIDTH,
    Figure,
    breadth,
    colour,
    figure,
    legend,
    rounded,
    text,
)

MOST = 120  # that a number takes, in pixels


def tornado(
    title: str,
    description: str,
    series: Sequence[str],
    drivers: Sequence[Bars],
    shown: Callable[[Decimal], str],
    head: str,
) -> Figure:
    """A group of bars for each driver, by the size of its first value; those below 0 to the left.

    The series are what is measured of each, such as the mean and P80 of the days that would be
    gained without it, or the same before and after a mitigation. `shown` writes a value with its
    sign; `head` names the drivers.
    """
    ordered = sorted(drivers, key=_length, reverse=True)

    def told(value: Decimal | None) -> str:
        return UNKNOWN if value is None else shown(value)

    scale = _scale([value for d in ordered for value in d.values if value is not None], told)
    key, above = legend(series)
    height_of_group = len(series) * (BAR + GAP) + GROUP_GAP
    foot = above + len(ordered) * height_of_group
    parts = [key]
    for number, driver in enumerate(ordered):
        top = above + number * height_of_group
        middle = top + len(series) * (BAR + GAP) / 2
        parts.append(text(LABEL - 10, middle + 2, driver.name, "end", room=LABEL - 14))
        for place, value in enumerate(driver.values):
            parts += _bar(place + 1, value, told(value), top + place * (BAR + GAP), scale)
    path = f"M{rounded(scale.of(0))} {rounded(above - 4)}V{rounded(foot - GROUP_GAP + 4)}"
    parts.append(format_html('<path class="axis strong" d="{}"/>', path))
    rows = [(driver.name, *map(told, driver.values)) for driver in ordered]
    return figure(title, description, foot, parts, (head, *series), rows)


def _length(driver: Bars) -> Decimal:
    return abs(driver.values[0] or Decimal(0))


def _scale(values: Sequence[Decimal], told: Callable[[Decimal], str]) -> Scale:
    """From the least, or 0, to the greatest, with room for the numbers at both ends."""
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    before = max((breadth(told(value)) for value in values if value < 0), default=-12)
    after = max((breadth(told(value)) for value in values if value >= 0), default=0)
    left, right = LABEL + min(before, MOST) + 12, WIDTH - min(after, MOST) - 12
    return Scale(float(low), float(high if high > low else low + 1), left, right)


def _bar(number: int, value: Decimal | None, said: str, y: float, scale: Scale) -> list[SafeString]:
    zero, end = scale.of(0), scale.of(float(value or 0))
    bar = format_html(
        '<rect class="series-{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        colour(number),
        rounded(min(zero, end)),
        rounded(y),
        rounded(abs(end - zero)),
        BAR,
    )
    if end < zero:
        return [bar, text(end - 6, y + BAR - 5, said, "end", room=end - 6 - LABEL)]
    return [bar, text(end + 6, y + BAR - 5, said, room=WIDTH - end - 6)]
