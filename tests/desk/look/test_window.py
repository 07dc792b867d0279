"""Which rows of a long plan are drawn: none twice, none lost, and those that were asked for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import MAX_ROWS, Activity, Order, window

DAY = date(2027, 1, 1)
NAMES = st.sampled_from(["Accept lot", "Qualify supplier", "ACCEPT tool", "통합 시험"])
SHARES = st.none() | st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
DAYS = st.integers(0, 50).map(lambda days: DAY + timedelta(days=days))


@st.composite
def activities(draw: st.DrawFn) -> Activity:
    start = draw(DAYS)
    group = draw(st.sampled_from("ABC"))
    return Activity(draw(NAMES), group, start, start, criticality=draw(SHARES))


PLANS = st.lists(activities(), max_size=30)


@given(PLANS, st.sampled_from(["start", "criticality"]), st.integers(1, 7))
def test_a_row_is_lost_or_shown_twice_between_pages(
    plan: list[Activity], order: Order, size: int
) -> None:
    first = window(plan, order=order, size=size)
    pages = [window(plan, order=order, size=size, page=n + 1) for n in range(first.pages)]
    rows = [row for page in pages for row in page.rows]
    assert sorted(map(repr, rows)) == sorted(map(repr, plan))
    assert all(len(page.rows) == size for page in pages[:-1])
    assert (first.found, first.total) == (len(plan), len(plan))


@given(PLANS)
def test_phases_are_torn_apart_or_a_later_row_comes_first(plan: list[Activity]) -> None:
    found = window(plan, size=MAX_ROWS)
    keys = [(found.groups.index(row.group), row.start) for row in found.rows]
    assert keys == sorted(keys)
    begins = [min(a.start for a in plan if a.group == group) for group in found.groups]
    assert begins == sorted(begins)
    assert found.grouped


@given(PLANS)
def test_a_less_critical_row_comes_before_a_more_critical_one(plan: list[Activity]) -> None:
    found = window(plan, order="criticality", size=MAX_ROWS)
    shares = [row.criticality or 0.0 for row in found.rows]
    assert shares == sorted(shares, reverse=True)
    assert not found.grouped


@given(PLANS, st.sampled_from(["", "accept", "lot ACCEPT", "시험", "nothing"]))
def test_a_filter_lets_through_what_it_should_not(plan: list[Activity], search: str) -> None:
    found = window(plan, search=search, group="A", size=MAX_ROWS)
    wanted = [
        a
        for a in plan
        if a.group == "A" and all(word.lower() in a.name.lower() for word in search.split())
    ]
    assert sorted(map(repr, found.rows)) == sorted(map(repr, wanted))
    assert found.found == len(wanted)
    assert found.groups == window(plan).groups, "the phases to choose from do not shrink"


@pytest.mark.parametrize(("asked", "given"), [(-5, 1), (0, 1), (3, 3), (4, 3), (10**9, 3)])
def test_a_page_that_does_not_exist_is_empty(asked: int, given: int) -> None:
    plan = [Activity(str(n), "A", DAY, DAY) for n in range(21)]
    found = window(plan, page=asked, size=10)
    assert (found.page, found.pages, len(found.rows)) == (given, 3, 1 if given == 3 else 10)


def test_a_page_is_larger_than_a_drawing_may_be() -> None:
    plan = [Activity(str(n), "A", DAY, DAY) for n in range(5_000)]
    assert len(window(plan, size=5_000).rows) == MAX_ROWS


def test_nothing_found_is_not_a_page() -> None:
    found = window([], search="x")
    assert (found.rows, found.page, found.pages, found.found) == ((), 1, 1, 0)
