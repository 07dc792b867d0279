"""Charts: true to their numbers, safe from hostile names, and never without their table."""

import re
import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import WIDTH, Bars, Figure, Mark, grouped_bars, strip

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
