"""The heat map: each cell's words in it, its level in words too, and a shade that exists."""

import pytest

from sepakat.desk.charts import Cell, Figure, HeatRow, heat_map
from support.drawings import number, of_class, words

LEVELS = ["None", "Low", "High"]
LIKELY = HeatRow("Likely", (Cell(("3", "Licence late"), 2), Cell((), 0)))
RARE = HeatRow("Rare", (Cell(("1",), 1), Cell(("2",), 2)))


def drawn(rows: list[HeatRow]) -> Figure:
    return heat_map("H", "What.", ["Minor", "Major"], rows, LEVELS, "Probability")


def test_a_cell_has_another_shade_or_place_than_its_level() -> None:
    figure = drawn([LIKELY, RARE])
    cells = [e for e in of_class(figure, "heat-2", "rect") if number(e, "width") > 20]
    (first, last) = cells
    assert number(first, "x") < number(last, "x")
    assert number(first, "y") < number(last, "y")
    assert number(first, "height") > number(last, "height"), "two lines need more room than one"


def test_a_level_is_told_by_its_shade_alone() -> None:
    figure = drawn([LIKELY, RARE])
    told = words(figure)
    assert [told.count(level) for level in LEVELS] == [2, 2, 3]  # once each in the legend
    assert {"3", "Licence late", "1", "2"} <= set(told)
    assert figure.rows == (
        ("Likely", "3 · Licence late · High", "None"),
        ("Rare", "1 · Low", "2 · High"),
    )


@pytest.mark.parametrize("level", [-1, 3])
def test_a_level_without_a_name_is_drawn(level: int) -> None:
    with pytest.raises(ValueError, match="levels"):
        drawn([HeatRow("Likely", (Cell((), level),))])


def test_more_levels_than_there_are_shades_are_drawn() -> None:
    with pytest.raises(ValueError, match="levels"):
        heat_map("H", "What.", [], [], ["x"] * 7, "Probability")
