"""Networks: what would send a schedule round in circles, or into nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.outlook.network import Link, network
from sepakat.record.errors import InvalidError


def test_cycle_is_refused_and_named_the_way_it_runs() -> None:
    links = [Link("a", "b"), Link("b", "c"), Link("c", "a"), Link("a", "d")]
    with pytest.raises(InvalidError) as refused:
        network(dict.fromkeys("abcd", 1.0), links)
    assert refused.value.where in ("a -> b -> c -> a", "b -> c -> a -> b", "c -> a -> b -> c")


@pytest.mark.parametrize(
    ("durations", "links"),
    [
        ({"a": 1.0}, [Link("a", "b")]),
        ({"a": 1.0}, [Link("a", "a")]),
        ({"a": -1.0}, []),
        ({"a": float("nan")}, []),
        ({"a": 1.0, "b": 1.0}, [Link("a", "b", lag=float("inf"))]),
    ],
)
def test_what_no_date_can_come_of_is_refused(
    durations: dict[str, float], links: list[Link]
) -> None:
    with pytest.raises(InvalidError):
        network(durations, links)


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.data())))
def test_no_link_runs_back(drawn: tuple[int, st.DataObject]) -> None:
    count, data = drawn
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    links = [Link(f"n{min(p)}", f"n{max(p)}") for p in data.draw(st.lists(pairs)) if p[0] != p[1]]
    shuffled = data.draw(st.permutations([f"n{i}" for i in range(count)]))
    found = network(dict.fromkeys(shuffled, 1.0), links)
    assert sorted(found.activities) == sorted(shuffled)
    assert all(before < after for before, after, _, _ in found.links)
    assert [link[1] for link in found.links] == sorted(link[1] for link in found.links)
