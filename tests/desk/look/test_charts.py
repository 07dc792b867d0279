"""Charts: true to their numbers, safe from hostile names, and never without their table."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import (
    LEVEL,
    WIDTH,
    Bars,
    Figure,
    Mark,
    Track,
    grouped_bars,
    levels,
    strip,
)

NAMES = st.text(min_size=1, max_size=80).filter(lambda text: text.isprintable())
VALUES = st.decimals(0, 10**12, allow_nan=False, places=2)


def bars(groups: list[Bars]) -> Figure:
    return grouped_bars("Title", "What it shows.", ["One", "Two"], groups, str, "Group")


def parsed(figure: Figure) -> ET.Element:
    return ET.fromstring(str(figure.svg))


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


def test_a_hostile_name_stays_text() -> None:
    evil = '"><script>alert(1)</script><b onload="x'
    svg = str(bars([Bars(evil, (Decimal(1), Decimal(2)))]).svg)
    assert "<script" not in svg
    assert "<b " not in svg


def test_a_chart_needs_nothing_that_the_content_security_policy_forbids() -> None:
    svg = str(bars([Bars("a", (Decimal(1), Decimal(2)))]).svg)
    assert not re.search(r"style=|<style|on\w+=|href", svg)


def test_a_chart_says_what_it_is_to_whoever_cannot_see_it() -> None:
    root = parsed(bars([]))
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Title. What it shows."
