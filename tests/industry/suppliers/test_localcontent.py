"""Local content: each cost once, through all levels, and nothing unproven for anybody."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.suppliers.localcontent import Part, content
from sepakat.record.errors import InvalidError


def part(name: str, quantity: int, cost: str, origin: str | None = None) -> Part:
    return Part(name, Decimal(quantity), Decimal(cost), origin)


def test_a_nested_part_is_counted_twice_or_once_too_few() -> None:
    bills = {
        "sensor": [part("housing", 1, "10", "MYS"), part("lens", 2, "15", "KOR")],
        # Two housings' worth of metal in each, and its machining is the 10 above.
        "housing": [part("casting", 2, "5", "MYS"), part("seal", 4, "2.5")],
    }
    found = content("sensor", bills)
    assert found.by_origin == {"MYS": 20, "KOR": 30}
    assert (found.unknown, found.total) == (10, 60)
    assert found.share("MYS") == Decimal(20) / 60
    assert found.share("TUR") == 0


def test_what_nobody_has_shown_counts_as_local() -> None:
    assert content("a", {"a": [part("b", 1, "5")]}).share("MYS") == 0


def test_a_product_that_costs_nothing_divides_by_zero() -> None:
    assert content("a", {"a": []}).share("MYS") == 0


@pytest.mark.parametrize(
    ("bills", "said"),
    [
        ({"a": [part("b", 1, "1")], "b": [part("a", 1, "1")]}, "contains itself"),
        ({"b": []}, "has no bill"),
        ({"a": [part("b", -1, "1")]}, "not below zero"),
        (
            {f"{n}": [part(f"{n + 1}", 1, "1")] for n in range(60)} | {"a": [part("0", 1, "1")]},
            "deeper",
        ),
    ],
)
def test_a_bill_that_is_none_has_an_answer(bills: dict[str, list[Part]], said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        content("a", bills)


def test_a_bill_of_more_ways_down_than_can_be_counted_ends() -> None:
    levels = {
        f"{n}": [part(f"{n + 1}", 1, "0"), part(f"{n + 1}", 1, "0"), part("bolt", 1, "1", "MYS")]
        for n in range(49)
    }
    found = content("0", levels | {"49": [part("bolt", 1, "1", "KOR")]})
    assert found.by_origin == {"MYS": 2**49 - 1, "KOR": 2**49}


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 99), st.sampled_from(["MYS", "KOR", None])),
        max_size=8,
    ),
    st.integers(1, 5),
)
def test_a_level_between_changes_the_sum(
    lines: list[tuple[int, int, str | None]], times: int
) -> None:
    parts = [Part(f"p{n}", Decimal(q), Decimal(c), o) for n, (q, c, o) in enumerate(lines)]
    flat = content("a", {"a": [Part(p.name, p.quantity * times, p.cost, p.origin) for p in parts]})
    nested = content("a", {"a": [part("box", times, "0", "MYS")], "box": parts})
    assert nested.total == flat.total
    assert nested.unknown == flat.unknown
    assert all(nested.by_origin.get(o, 0) == v for o, v in flat.by_origin.items())
