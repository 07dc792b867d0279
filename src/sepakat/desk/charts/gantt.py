"""A plan's activities on a calendar, with how late they may end: one window of its rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk.charts.axes import Axis, Scale, grid, number, ticks
from sepakat.desk.charts.drawing import (
    UNKNOWN,
    WIDTH,
    Figure,
    beside,
    breadth,
    figure,
    joined,
    legend,
    polygon,
    rounded,
    text,
)
from sepakat.desk.charts.window import MAX_ROWS, Activity

NAMES, SHARES = 230, 74  # the columns left and right of the calendar
INDENT = 10  # of names below their phase's
LEFT, RIGHT = NAMES + 8, WIDTH - SHARES
ROW = 24
BAR = 10
BAND = 4  # from P50 to P80, below the bar
MIDDLE = 11  # of the bar, from its row's top
LOWER = 20  # the middle of the band
LEAST = 1.5  # a bar is never less wide, so that a day in ten years can be seen
DIAMOND = 110.0  # square pixels
DAYS_ABOVE, DATES_ABOVE = 18, 36  # the lines above the rows: the data date, and the ticks
LONG = 12  # rows, from which the ticks' words stand below too


@dataclass(frozen=True)
class GanttWords:
    """What the drawing says, in the reader's language; `share` writes a criticality.

    `head` names the table's columns: name, phase, start, finish, P50, P80, criticality and state.
    """

    planned: str
    spread: str  # from P50 to P80
    critical: str
    milestone: str
    done: str
    today: str  # the data date
    share: Callable[[float], str]
    head: tuple[str, str, str, str, str, str, str, str]


def gantt(
    title: str,
    description: str,
    activities: Sequence[Activity],
    today: date,
    days: Axis,
    words: GanttWords,
    *,
    headings: bool = True,
    critical: float = 0.5,
) -> Figure:
    """The activities as they are given, a row each; with `headings`, a phase's name above its own.

    Choose them with `window`: more than MAX_ROWS are refused with a ValueError. From `critical` on
    an activity counts as critical: its bar is hatched, and its share stands in bold.
    """
    if len(activities) > MAX_ROWS:
        raise ValueError(f"{len(activities)} rows are too many to draw; choose some with window()")
    scale = _scale(activities, today)
    key, above = _legend(words)
    top = above + DATES_ABOVE
    lines, shaded, y = [], "", top
    for group, rows in groupby(activities, lambda a: a.group if headings else ""):
        if headings:
            lines.append(_heading(group, y))
            y += ROW
        for place, activity in enumerate(rows):
            shaded += "" if place % 2 else f"M0 {rounded(y)}h{WIDTH}v{ROW}H0Z"
            lines += _row(activity, y, scale, words, critical)
            y += ROW
    parts = [key, format_html('<path class="shaded" d="{}"/>', shaded)]
    parts += [*_calendar(days, scale, above, y, len(activities) >= LONG), *lines]
    parts.append(text(WIDTH, above + 30, words.critical, "end", "muted", SHARES - 6))
    parts += _today(today, scale, f"{words.today} {days.shown(today)}", above, y)
    told = [_told(activity, days, words) for activity in activities]
    return figure(title, description, y + DAYS_ABOVE + 6, parts, words.head, told)


def _scale(activities: Sequence[Activity], today: date) -> Scale:
    """From the first day to the end of the last, whichever is planned or feared."""
    found = [day for a in activities for day in (a.start, a.finish, a.p50, a.p80) if day]
    first, last = min(found, default=today), max(found, default=today)
    return Scale(first.toordinal(), last.toordinal() + 1, LEFT, RIGHT)


def _end(scale: Scale, day: date) -> float:
    """Where a day ends: what is done on it takes it whole."""
    return scale.of(number(day) + 1)


def _calendar(days: Axis, scale: Scale, above: float, foot: float, twice: bool) -> list[SafeString]:
    marks = ticks(days, scale)
    parts = [grid(marks, above + DAYS_ABOVE, foot)]
    for at, said in marks:
        if at + 4 + breadth(said) <= RIGHT:
            parts.append(text(at + 4, above + 30, said, class_="muted"))
            parts += [text(at + 4, foot + 15, said, class_="muted")] if twice else []
    return parts


def _heading(group: str, y: float) -> SafeString:
    line = format_html('<path class="axis" d="M0 {}H{}"/>', rounded(y + ROW - 3), WIDTH)
    return line + text(0, y + ROW - 9, group, class_="heading halo", room=WIDTH)


def _row(
    activity: Activity,
    y: float,
    scale: Scale,
    words: GanttWords,
    critical: float,
) -> list[SafeString]:
    hot = (activity.criticality or 0.0) >= critical and not activity.done
    start, end = scale.at(activity.start), _end(scale, activity.finish)
    parts = [text(INDENT, y + 15, activity.name, room=NAMES - INDENT)]
    parts.append(_spread(activity, y + LOWER, scale))
    if activity.milestone:
        parts.append(_diamond(end, y + MIDDLE, hot, activity.done))
    else:
        parts += _bar(start, y + MIDDLE, max(end - start, LEAST), hot, activity.done)
    said = words.done if activity.done else _share(activity, words)
    class_ = "heading" if hot else "muted"
    return [*parts, text(WIDTH, y + 15, said, "end", class_, SHARES - 6)]


def _bar(x: float, middle: float, width: float, hot: bool, done: bool) -> list[SafeString]:
    series = "series-4" if hot else "series-1"
    bar = format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1.5"/>',
        f"{series} hollow" if done else series,
        rounded(x),
        rounded(middle - BAR / 2),
        rounded(width),
        BAR,
    )
    hatch = format_html(
        '<path class="hatch" stroke-width="{}" d="M{} {}h{}"/>',
        BAR,
        rounded(x),
        rounded(middle),
        rounded(width),
    )
    return [bar, hatch] if hot else [bar]


def _diamond(x: float, y: float, hot: bool, done: bool) -> SafeString:
    series = "series-4" if hot else "series-1"
    outline = polygon(4, 0, x, y, DIAMOND)
    return format_html('<path class="{}" d="{}"/>', f"{series} hollow" if done else series, outline)


def _spread(activity: Activity, y: float, scale: Scale) -> SafeString:
    if activity.p50 is None:
        return SafeString()
    half = _end(scale, activity.p50)
    last = half if activity.p80 is None else max(_end(scale, activity.p80), half + LEAST)
    return _band(_end(scale, activity.finish), half, last, y)


def _band(planned: float, half: float, last: float, y: float) -> SafeString:
    """A line from the planned finish to P50, and a band from there to P80."""
    return format_html(
        '<path class="slip" d="M{0} {1}H{2}"/>'
        '<rect class="series-2" x="{2}" y="{3}" width="{4}" height="{5}"/>',
        rounded(planned),
        rounded(y),
        rounded(half),
        rounded(y - BAND / 2),
        rounded(last - half),
        BAND,
    )


def _today(today: date, scale: Scale, said: str, above: float, foot: float) -> list[SafeString]:
    """Its line; where the window lies wholly before or after it, an arrow to that side."""
    at = scale.at(today)
    y = above + 12
    if at < LEFT:
        return [text(LEFT, y, f"◂ {said}", class_="muted", room=RIGHT - LEFT)]
    if at > RIGHT:
        return [text(RIGHT, y, f"{said} ▸", "end", "muted", RIGHT - LEFT)]
    line = format_html(
        '<path class="today" d="M{} {}V{}"/>', rounded(at), rounded(above), rounded(foot)
    )
    return [line, beside(at, y, said, "halo", 6)]


def _legend(words: GanttWords) -> tuple[SafeString, float]:
    def swatch(series: int, x: float, y: float) -> SafeString:
        match series:
            case 1:
                return joined(_bar(x, y, 13, hot=False, done=False))
            case 2:
                return _band(x, x + 4, x + 13, y)
            case 3:
                return joined(_bar(x, y, 13, hot=True, done=False))
            case 4:
                return _diamond(x + 6, y, hot=False, done=False)
            case _:
                return joined(_bar(x, y, 13, hot=False, done=True))

    names = [words.planned, words.spread, words.critical, words.milestone, words.done]
    return legend(names, 0, swatch)


def _share(activity: Activity, words: GanttWords) -> str:
    return UNKNOWN if activity.criticality is None else words.share(activity.criticality)


def _told(activity: Activity, days: Axis, words: GanttWords) -> tuple[str, ...]:
    spread = (UNKNOWN if day is None else days.shown(day) for day in (activity.p50, activity.p80))
    states = [words.milestone] * activity.milestone + [words.done] * activity.done
    return (
        activity.name,
        activity.group,
        days.shown(activity.start),
        days.shown(activity.finish),
        *spread,
        _share(activity, words),
        " · ".join(states),
    )
