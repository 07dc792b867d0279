"""The plan drawn: each bar as long as its days, each band to its P80, and small enough to send."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import MAX_ROWS, Activity, Figure, GanttWords, gantt, window
from sepakat.desk.charts.gantt import BAND, BAR, LEAST, LEFT, RIGHT
from support.drawings import DAYS, number, numbers, of_class, parsed, share, words

HEAD = ("Activity", "Phase", "Start", "Finish", "P50", "P80", "Criticality", "State")
SAID = GanttWords(
    "Planned", "P50 to P80", "Critical", "Milestone", "Done", "Data date", share, HEAD
)
DAY = date(2027, 1, 4)
ONE = Activity("Accept", "Phase", DAY, DAY + timedelta(days=9))


def drawn(activities: Sequence[Activity], today: date = DAY, headings: bool = True) -> Figure:
    return gantt("Plan", "What.", activities, today, DAYS, SAID, headings=headings)


def boxes(figure: Figure, height: int) -> list[tuple[float, float]]:
    """Left and right of each rectangle of a height, below the legend."""
    return [
        (number(rect, "x"), number(rect, "x") + number(rect, "width"))
        for rect in parsed(figure).iter("rect")
        if rect.get("height") == str(height) and number(rect, "y") > 28
    ]


SPANS = st.tuples(*[st.integers(0, 900)] * 4)


def activity(spans: tuple[int, int, int, int]) -> Activity:
    start, days, half, more = spans
    finish = DAY + timedelta(days=start + days)
    p50 = DAY + timedelta(days=start + half)
    return Activity("A", "G", DAY + timedelta(start), finish, p50, p50 + timedelta(days=more))


@given(st.lists(SPANS.map(activity), min_size=1, max_size=8))
def test_a_bar_is_not_as_long_as_its_days_or_a_band_ends_elsewhere(plan: list[Activity]) -> None:
    figure = drawn(plan)
    first = min(a.start for a in plan)
    last = max(max(a.finish, a.p80 or a.finish) for a in plan)
    scale = (RIGHT - LEFT) / ((last - first).days + 1)

    def at(day: date | None) -> float:
        return LEFT + scale * (day - first).days if day else nan

    bars, bands = boxes(figure, BAR), boxes(figure, BAND)
    assert len(bars) == len(bands) == len(plan)
    for a, (left, right), (half, end) in zip(plan, bars, bands, strict=True):
        assert left == pytest.approx(at(a.start), abs=0.06)
        days = (a.finish - a.start).days + 1
        assert right - left == pytest.approx(max(days * scale, LEAST), abs=0.06)
        assert half == pytest.approx(at(a.p50) + scale, abs=0.06)
        assert end == pytest.approx(max(at(a.p80) + scale, half + LEAST), abs=0.13)
    assert figure.rows == tuple(
        ("A", "G", *(str(d) for d in (a.start, a.finish, a.p50, a.p80)), "–", "") for a in plan
    )


def test_one_day_has_no_length() -> None:
    assert boxes(drawn([replace(ONE, finish=DAY)]), BAR) == [(LEFT, RIGHT)]


def test_an_empty_window_breaks_the_drawing() -> None:
    assert drawn([]).rows == ()
    assert boxes(drawn([]), BAR) == []


def test_a_critical_activity_is_told_by_colour_alone() -> None:
    figure = drawn([replace(ONE, criticality=0.5), replace(ONE, criticality=0.49)])
    in_legend = 1
    assert len(list(of_class(figure, "hatch"))) == 1 + in_legend
    told = [e.text for e in of_class(figure, "heading", "text")]
    assert told == ["Phase", "50 %"]
    assert "49 %" in words(figure)
    assert [row[6] for row in figure.rows] == ["50 %", "49 %"]


def test_what_is_done_is_still_critical() -> None:
    figure = drawn([replace(ONE, criticality=1.0, done=True)])
    assert words(figure).count("Done") == 2  # in the legend, and in its row
    assert len(list(of_class(figure, "hatch"))) == 1  # in the legend
    assert figure.rows[0][6:] == ("100 %", "Done")


def test_a_milestone_is_a_bar_or_stands_on_another_day() -> None:
    stone = replace(ONE, start=DAY + timedelta(days=4), finish=DAY + timedelta(4), milestone=True)
    figure = drawn([ONE, stone], headings=False)
    assert len(boxes(figure, BAR)) == 1
    _legend, diamond = [
        numbers(p.get("d")) for p in of_class(figure, "series-1", "path")
    ]  # fmt: skip
    across = diamond[::2]
    assert (min(across) + max(across)) / 2 == pytest.approx(LEFT + (RIGHT - LEFT) * 5 / 10, abs=0.1)
    assert figure.rows[1][7] == "Milestone"


def test_a_phase_is_not_named_above_its_rows() -> None:
    plan = [ONE, ONE, replace(ONE, group="Later")]
    named = [e.text for e in of_class(drawn(plan), "heading", "text")]
    assert named == ["Phase", "Later"]
    assert not list(of_class(drawn(plan, headings=False), "heading", "text"))


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (DAY - timedelta(days=400), "◂ Data date 2025-11-30"),
        (DAY + timedelta(days=5), "Data date 2027-01-09"),
        (DAY + timedelta(days=400), "Data date 2028-02-08 ▸"),
    ],
)
def test_a_data_date_beside_the_window_is_lost_or_squeezes_it(today: date, said: str) -> None:
    figure = drawn([ONE], today)
    assert said in words(figure)
    assert boxes(figure, BAR) == [(LEFT, RIGHT)]
    lines = [numbers(line.get("d"))[0] for line in of_class(figure, "today")]
    assert lines == ([] if "◂" in said or "▸" in said else [LEFT + (RIGHT - LEFT) / 2])


def test_a_page_of_5000_activities_is_too_large_to_send() -> None:
    plan = [
        Activity(
            f"A{n} " + "정비창 기술 이전 교육 " * 10,
            f"Phase {n // 100}",
            DAY + timedelta(days=n % 3000),
            DAY + timedelta(days=n % 3000 + 40),
            DAY + timedelta(days=n % 3000 + 50),
            DAY + timedelta(days=n % 3000 + 80),
            n % 100 / 100,
        )
        for n in range(5_000)
    ]
    for page in (1, 25, 50):
        figure = drawn(window(plan, page=page).rows)
        assert len(figure.rows) == 100
        assert len(str(figure.svg).encode()) < 150_000


def test_more_rows_than_can_be_looked_at_are_drawn() -> None:
    with pytest.raises(ValueError, match="window"):
        drawn([ONE] * (MAX_ROWS + 1))
