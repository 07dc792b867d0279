"""The tornado: each bar as long as its number, on its side, and the longest first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import Bars, Figure, tornado
from sepakat.desk.charts.bars import BAR
from support.drawings import number, numbers, of_class, parsed, words

GAINS = st.none() | st.decimals(-1000, 1000, allow_nan=False, places=1)


def drawn(drivers: list[Bars]) -> Figure:
    return tornado("T", "What.", ["Mean", "P80"], drivers, lambda v: f"{v:+}", "Driver")


@given(st.lists(st.tuples(GAINS, GAINS), max_size=6))
def test_a_bar_is_not_as_long_as_its_number_or_on_the_wrong_side(
    gains: list[tuple[Decimal | None, Decimal | None]],
) -> None:
    figure = drawn([Bars(str(place), values) for place, values in enumerate(gains)])
    (axis,) = of_class(figure, "axis")
    zero = numbers(axis.get("d"))[0]
    bars = [r for r in parsed(figure).iter("rect") if r.get("height") == str(BAR)]
    values = [float(v or 0) for row in figure.rows for v in gains[int(row[0])]]
    longest = max(map(abs, values), default=0)
    unit = max((number(r, "width") for r in bars), default=0) / (longest or 1)
    for bar, value in zip(bars, values, strict=True):
        left, right = number(bar, "x"), number(bar, "x") + number(bar, "width")
        assert right - left == pytest.approx(abs(value) * unit, abs=0.12)
        assert (right if value < 0 else left) == pytest.approx(zero, abs=0.12)
    firsts = [abs(gains[int(row[0])][0] or 0) for row in figure.rows]
    assert firsts == sorted(firsts, reverse=True)


def test_a_number_is_not_told_with_its_sign() -> None:
    figure = drawn(
        [Bars("Weather", (Decimal("-3.5"), None)), Bars("Risk", (Decimal(9), Decimal(0)))]
    )
    assert figure.rows == (("Risk", "+9", "+0"), ("Weather", "-3.5", "–"))
    assert set(words(figure)) >= {"+9", "+0", "-3.5", "–", "Risk", "Weather", "Mean", "P80"}
