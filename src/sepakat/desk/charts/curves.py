"""S-curves: how likely a day or an amount is not exceeded, for one or several outcomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.axes import Axis, Scale, Value, horizontal, scaled
from sepakat.desk.charts.drawing import (
    LEGEND_LINE,
    SWATCH,
    UNKNOWN,
    WIDTH,
    Figure,
    beside,
    colour,
    figure,
    mark,
    rounded,
    text,
)

LEFT, RIGHT = 62, WIDTH - 46
PLOT = 240  # high
GRID = (0.0, 0.2, 0.5, 0.8, 1.0)
NAME = 240  # of a curve in the legend, in pixels
DOT = 75.0  # square pixels
TOLD = (50, 80)  # the levels that are marked


@dataclass(frozen=True)
class Curve:
    """The distribution of an outcome: points of a value and the share, 0 to 1, that ends by it.

    `quantiles` are the values of P10, P50 and such, each by its level in per cent.
    """

    name: str
    points: tuple[tuple[Value, float], ...]
    quantiles: tuple[tuple[int, Value], ...]


def s_curve(
    title: str,
    description: str,
    curves: Sequence[Curve],
    values: Axis,
    share: Callable[[float], str],
    level: Callable[[int], str],
    head: str,
    promised: tuple[str, Value] | None = None,
) -> Figure:
    """The curves over one axis of days or amounts, P50 and P80 marked on each and told by name.

    `share` writes a chance, `level` the name of a quantile, such as P80, and `head` names them. The
    table holds every quantile that is given. `promised` is a value with its name, drawn as a line.
    """
    found = [value for curve in curves for value, _share in curve.points]
    found += [value for curve in curves for level_, value in curve.quantiles if level_ in TOLD]
    scale = scaled([*found, promised[1]] if promised else found, LEFT + 8, RIGHT - 8)
    top = len(curves) * LEGEND_LINE + 30
    rise = Scale(0, 1, top + PLOT, top)
    parts = [*_shares(rise, share, level), *horizontal(values, scale, top, rise.start)]
    for number, curve in enumerate(curves, 1):
        parts += _curve(number, curve, scale, rise)
        parts += _named(number, curve, values, level)
    if promised is not None:
        parts += _promise(*promised, values, scale, rise)
    rows = _rows(curves, values, level)
    return figure(title, description, rise.start + 44, parts, (head, *_names(curves)), rows)


def _names(curves: Sequence[Curve]) -> list[str]:
    return [curve.name for curve in curves]


def _rows(
    curves: Sequence[Curve], values: Axis, level: Callable[[int], str]
) -> list[tuple[str, ...]]:
    known = [dict(curve.quantiles) for curve in curves]
    levels = sorted({level for quantiles in known for level in quantiles})
    return [
        (level(one), *(values.shown(q[one]) if one in q else UNKNOWN for q in known))
        for one in levels
    ]


def _shares(
    rise: Scale, share: Callable[[float], str], level: Callable[[int], str]
) -> list[SafeString]:
    parts = []
    for height in GRID:
        y = rise.of(height)
        class_ = "grid-line strong" if round(height * 100) in TOLD else "grid-line"
        parts.append(
            format_html(
                '<path class="{}" d="M{} {}H{}"/>', class_, LEFT, rounded(y), rounded(RIGHT)
            )
        )
        parts.append(text(LEFT - 8, y + 4, share(height), "end", "muted", LEFT - 8))
    for quantile in TOLD:
        y = rise.of(quantile / 100)
        parts.append(text(RIGHT + 6, y + 4, level(quantile), room=WIDTH - RIGHT - 6))
    return parts


def _curve(number: int, curve: Curve, scale: Scale, rise: Scale) -> list[SafeString]:
    """From no chance up to the last point, with a mark of its own shape at P50 and P80."""
    places = [(scale.at(value), rise.of(share)) for value, share in curve.points]
    parts = []
    if places:
        path = "".join(f"L{rounded(x)} {rounded(y)}" for x, y in places)
        start = f"M{rounded(places[0][0])} {rounded(rise.start)}"
        parts.append(_line(number, start + path))
    for level, value in curve.quantiles:
        if level in TOLD:
            x, y = scale.at(value), rise.of(level / 100)
            drop = f"M{rounded(x)} {rounded(y)}V{rounded(rise.start)}"
            parts.append(format_html('<path class="drop" d="{}"/>', drop))
            parts.append(mark(number, x, y, DOT, "edged"))
    return parts


def _line(number: int, path: str) -> SafeString:
    return format_html('<path class="line series-{}" d="{}"/>', colour(number), path)


def _named(
    number: int, curve: Curve, values: Axis, level: Callable[[int], str]
) -> list[SafeString]:
    """A line of the legend: mark and name, and when or what its marked quantiles are."""
    y = (number - 1) * LEGEND_LINE + 10
    told = [f"{level(one)}: {values.shown(value)}" for one, value in curve.quantiles if one in TOLD]
    return [
        _line(number, f"M0 {y}H22"),
        mark(number, 11, y, DOT, "edged"),
        text(SWATCH + 10, y + 5, curve.name, room=NAME),
        text(SWATCH + NAME + 16, y + 5, " · ".join(told), room=WIDTH - SWATCH - NAME - 16),
    ]


def _promise(name: str, value: Value, values: Axis, scale: Scale, rise: Scale) -> list[SafeString]:
    at = scale.at(value)
    path = f"M{rounded(at)} {rounded(rise.end - 12)}V{rounded(rise.start)}"
    return [
        format_html('<path class="today" d="{}"/>', path),
        beside(at, rise.end - 8, f"{name}: {values.shown(value)}", "halo", 6),
    ]
