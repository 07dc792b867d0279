"""The portfolio: areas true to sizes, and every project named beside its bubble or by a number."""

from decimal import Decimal
from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.desk.charts import Axis, Bubble, Figure, bubbles
from sepakat.desk.charts.axes import Scale
from sepakat.desk.charts.bubbles import LARGEST, LEAST, Box, _names, _placed
from sepakat.desk.charts.drawing import WIDTH
from support.drawings import AMOUNTS, number, of_class, share, words

CHANCE = Axis("Chance", share)
SIZE = Axis("Budget", str)
PLOT = Box(80, 50, WIDTH, 430)


def drawn(projects: list[Bubble]) -> Figure:
    return bubbles("B", "What.", projects, CHANCE, AMOUNTS, SIZE, ("Project", "Domain"))


PROJECTS = st.lists(
    st.builds(
        Bubble,
        st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=20),
        st.just("Air"),
        st.floats(0, 1),
        st.integers(0, 10**9).map(Decimal),
        st.integers(0, 10**9).map(Decimal),
    ),
    max_size=25,
)


@given(PROJECTS)
def test_an_area_is_not_as_large_as_its_size(projects: list[Bubble]) -> None:
    found = list(of_class(drawn(projects), "bubble", "circle"))
    sizes = sorted((float(p.size) for p in projects), reverse=True)
    most = max(sizes, default=0) or 1
    for circle, size in zip(found, sizes, strict=True):
        area = pi * number(circle, "r") ** 2
        assert area == pytest.approx(max(LARGEST * size / most, LEAST), rel=0.01)


@given(PROJECTS)
def test_names_meet_each_other_or_a_bubble(projects: list[Bubble]) -> None:
    placed = _placed(projects, ["Air"], Scale(0, 1, 126, 714), Scale(0, 1e9, 384, 96))
    names = [name.box for name in _names(placed, PLOT) if name]
    for place, box in enumerate(names):
        assert not any(box.meets(other) for other in names[:place])
        assert not any(box.meets(one.box) for one in placed)
        assert PLOT.left <= box.left and box.right <= PLOT.right


def test_a_project_in_a_crowd_has_no_name() -> None:
    crowd = [Bubble(f"Project {n}", "Air", 0.5, Decimal(1), Decimal(1)) for n in range(40)]
    told = words(drawn(crowd))
    named = [word for word in told if "Project" in word]
    assert len(named) == 40
    numbered = [word for word in named if not word.startswith("Project")]
    assert numbered
    assert all(word.split()[0] in told for word in numbered), "the number stands in its bubble"


def test_groups_are_told_by_colour_alone() -> None:
    groups = [f"Domain {n}" for n in range(6)]
    figure = drawn([Bubble(g, g, 0.5, Decimal(n), Decimal(9)) for n, g in enumerate(groups)])
    shapes = {e.get("d", "round").count("L"): None for e in of_class(figure, "bubble")}
    assert len(shapes) >= 4  # a circle, three, four and six corners; squares and triangles turned
    assert set(groups) <= set(words(figure))
    assert figure.rows[1] == ("Domain 1", "Domain 1", "50 %", "1", "9")
    assert figure.head == ("Project", "Domain", "Chance", "Cost", "Budget")
