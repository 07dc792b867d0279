"""Charts: true to their numbers, safe from hostile names, and never without their table."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import (
    Activity,
    Bars,
    Bubble,
    Cell,
    Curve,
    Figure,
    Frontier,
    GanttWords,
    HeatRow,
    Mark,
    Quadrant,
    Target,
    Track,
    bubbles,
    gantt,
    grouped_bars,
    heat_map,
    levels,
    s_curve,
    scatter,
    strip,
    tornado,
)
from sepakat.desk.charts.drawing import WIDTH, breadth
from sepakat.desk.charts.levels import LEVEL
from support.drawings import AMOUNTS, DAYS, number, parsed, share

DAY = date(2027, 1, 1)
NAMES = st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable())
VALUES = st.decimals(0, 10**12, allow_nan=False, places=2)


def bars(groups: list[Bars]) -> Figure:
    return grouped_bars("Title", "What it shows.", ["One", "Two"], groups, str, "Group")


@given(st.lists(st.builds(Bars, NAMES, st.tuples(VALUES, VALUES)), max_size=8))
def test_every_bar_is_as_long_as_its_number(groups: list[Bars]) -> None:
    figure = bars(groups)
    widths = [
        float(rect.get("width", "0"))
        for rect in parsed(figure).iter("rect")
        if rect.get("height") == "18"
    ]
    values = [float(value) for group in groups for value in group.values]
    assert len(widths) == len(values)
    longest = max(values, default=0)
    for width, value in zip(widths, values, strict=True):
        assert abs(width - 450 * value / (longest or 1)) <= 0.06
    assert figure.rows == tuple((g.name, *map(str, g.values)) for g in groups)


def test_a_value_that_is_not_known_is_told_as_nothing() -> None:
    figure = bars([Bars("a", (Decimal(0), None))])
    assert figure.rows == (("a", "0", "–"),)


POINTS = st.lists(
    st.tuples(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 10)),
    min_size=1,
    max_size=6,
).map(lambda points: tuple(sorted(points)))


def stepped(tracks: list[Track], until: date) -> Figure:
    return levels("Title", "What it shows.", tracks, 10, until, str, ("Day", "Scale", "Level"))


@given(st.lists(st.builds(Track, NAMES, POINTS), max_size=2), st.dates())
def test_every_level_is_as_high_as_its_number(tracks: list[Track], until: date) -> None:
    figure = stepped(tracks, until)
    circles = list(parsed(figure).iter("circle"))
    foot = 28 + 10 * LEVEL
    drawn = [(float(c.get("cx", "-1")), (foot - float(c.get("cy", "-1"))) / LEVEL) for c in circles]
    given = [(day, level) for track in tracks for day, level in track.points]
    assert [level for _x, level in drawn] == [level for _day, level in given]
    assert all(0 <= x <= WIDTH for x, _level in drawn)
    # A later day is never left of an earlier one.
    days = sorted(zip([day for day, _level in given], [x for x, _level in drawn], strict=True))
    assert [x for _day, x in days] == sorted(x for x, _level in drawn)
    told = sorted((day, track.name, level) for track in tracks for day, level in track.points)
    assert figure.rows == tuple((str(day), name, str(level)) for day, name, level in told)


def test_a_level_rises_before_it_is_reached() -> None:
    """It holds until the next one, and the last one to the last day."""
    track = Track("TRL", ((date(2026, 1, 1), 4), (date(2026, 1, 11), 6)))
    (path,) = [
        p.get("d") for p in parsed(stepped([track], date(2026, 1, 21))).iter("path")
        if "line series-1" in (p.get("class") or "")
    ]  # fmt: skip
    # 34 to 744 for twenty days; 228 is level 0, and each level lies 20 higher.
    assert path == "M34 148H389V108H744"


@given(NAMES, st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), max_size=6))
def test_no_mark_leaves_the_strip(name: str, days: list[date]) -> None:
    figure = strip(
        name, "x", [Mark(name, day, "due") for day in days], date(2026, 1, 1), str, ("a", "b", "c")
    )
    for circle in parsed(figure).iter("circle"):
        assert 0 <= float(circle.get("cx", "-1")) <= WIDTH


Draw = Callable[[str], Figure]
MONEY = Decimal(1)


def _gantt(name: str) -> Figure:
    said = GanttWords(*[name] * 6, share, (name,) * 8)
    row = Activity(name, name, DAY, DAY, DAY, DAY, 0.9)
    return gantt(name, name, [row], DAY, replace(DAYS, name=name), said)


def _scatter(name: str) -> Figure:
    axes = replace(DAYS, name=name), replace(AMOUNTS, name=name)
    targets = Target(name, DAY), Target(name, 1.0)
    one = Quadrant(name, name)
    edge = Frontier(name, name, ((DAY, 1.0),))
    quadrants = (one, one, one, one)
    return scatter(name, name, [(DAY, 1.0)], *axes, targets, quadrants, edge, name, (name,) * 4)


def _bubbles(name: str) -> Figure:
    axis = replace(AMOUNTS, name=name)
    ones = [Bubble(name, name, 0.5, MONEY, MONEY)] * 30
    return bubbles(name, name, ones, axis, axis, axis, (name, name))


def _curve(name: str) -> Figure:
    curve = Curve(name, ((DAY, 1.0),), ((50, DAY), (80, DAY)))
    axis = replace(DAYS, name=name)
    return s_curve(name, name, [curve] * 7, axis, share, lambda _: name, name, (name, DAY))


DRAWINGS: dict[str, Draw] = {
    "bars": lambda n: grouped_bars(n, n, [n, n], [Bars(n, (MONEY, None))], lambda _: n, n),
    "strip": lambda n: strip(n, n, [Mark(n, DAY, n)], DAY, lambda _: n, (n, n, n)),
    "levels": lambda n: levels(n, n, [Track(n, ((DAY, 1),))], 2, DAY, lambda _: n, (n, n, n)),
    "tornado": lambda n: tornado(n, n, [n, n], [Bars(n, (MONEY, -MONEY))], lambda _: n, n),
    "heat": lambda n: heat_map(n, n, [n], [HeatRow(n, (Cell((n, n), 0),))], [n], n),
    "gantt": _gantt,
    "scatter": _scatter,
    "bubbles": _bubbles,
    "curve": _curve,
}
EMPTY: dict[str, Callable[[], Figure]] = {
    "bars": lambda: grouped_bars("T", "W.", [], [], str, "x"),
    "tornado": lambda: tornado("T", "W.", [], [], str, "x"),
    "heat": lambda: heat_map("T", "W.", [], [], [], "x"),
    "bubbles": lambda: bubbles("T", "W.", [], AMOUNTS, AMOUNTS, AMOUNTS, ("a", "b")),
    "curve": lambda: s_curve("T", "W.", [], DAYS, share, str, "x"),
    "levels": lambda: levels("T", "W.", [], 2, DAY, str, ("a", "b", "c")),
    "strip": lambda: strip("T", "W.", [], DAY, str, ("a", "b", "c")),
}
every_drawing = pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
EVIL = '"><script>alert(1)</script><b onload="x'


@every_drawing
def test_a_hostile_name_becomes_markup(draw: Draw) -> None:
    figure = draw(EVIL)
    root = parsed(figure)
    assert {e.tag for e in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "text",
        "rect",
        "path",
        "circle",
    }
    assert root.get("aria-label") == f"{EVIL}. {EVIL}"
    assert any(EVIL in cell for row in [figure.head, *figure.rows] for cell in row)


@every_drawing
def test_a_drawing_needs_what_the_content_security_policy_forbids(draw: Draw) -> None:
    assert not re.search(r"style=|<style|on\w+=|href|url\(", str(draw("a").svg))


@every_drawing
@pytest.mark.parametrize(
    "name", ["W" * 300, "정비창 기술 이전 " * 30, "x"], ids=["wide", "ko", "x"]
)
def test_text_leaves_the_drawing(draw: Draw, name: str) -> None:
    for element in parsed(draw(name)).iter("text"):
        at, wide = number(element, "x"), breadth(element.text or "")
        left = {"start": at, "middle": at - wide / 2, "end": at - wide}
        start = left[element.get("text-anchor", "start")]
        assert start >= -0.1
        assert start + wide <= WIDTH + 0.1


@every_drawing
def test_a_name_that_was_shortened_cannot_be_read_whole(draw: Draw) -> None:
    name = "A name of some length " * 10
    shortened = [e for e in parsed(draw(name)).iter("text") if (e.text or "").endswith("…")]
    assert shortened
    for element in shortened:
        whole = element.find("title")
        assert whole is not None
        assert (element.text or "")[:-1] in (whole.text or "")


@pytest.mark.parametrize("draw", EMPTY.values(), ids=EMPTY)
def test_nothing_to_draw_is_an_error(draw: Callable[[], Figure]) -> None:
    figure = draw()
    assert figure.rows == ()
    root = parsed(figure)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "T. W."
    assert "nan" not in str(figure.svg)
