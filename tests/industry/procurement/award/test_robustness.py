"""The other methods, against answers published by their authors and users."""

import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given

from sepakat.industry.procurement.award.robustness import Opinion, opinions_of, robustness
from sepakat.industry.procurement.award.rule import Criterion, weighted_sum
from sepakat.record.errors import SepakatError
from support.award import CRITERIA, sheets

NAMES = "abcdefgh"


@pytest.fixture(scope="module", autouse=True)
def _methods() -> None:
    pytest.importorskip("pymcdm")  # imported once: it takes longer than an example may


def case(
    matrix: Sequence[Sequence[str | int]],
    weights: Sequence[str],
    scales: Sequence[tuple[int, int]],
    lows: Sequence[int] = (),
) -> tuple[list[Criterion], dict[str, dict[str, Decimal]]]:
    criteria = [
        Criterion(
            f"c{place}",
            Decimal(weight),
            Decimal(scales[place][0]),
            Decimal(scales[place][1]),
            "low" if place in lows else "high",
        )
        for place, weight in enumerate(weights)
    ]
    scores = {
        NAMES[row]: {f"c{place}": Decimal(value) for place, value in enumerate(values)}
        for row, values in enumerate(matrix)
    }
    return criteria, scores


def opinion(name: str, criteria: Sequence[Criterion], scores: Mapping[str, object]) -> Opinion:
    (found,) = (one for one in opinions_of(criteria, scores) if one.method == name)
    return found


def test_spotis_gives_the_values_of_its_paper():
    # Dezert, Tchamova, Han and Tacnet, FUSION 2020.
    criteria, scores = case(
        [
            ["10.5", "-3.1", "1.7"],
            ["-4.7", 0, "3.4"],
            ["8.1", "0.3", "1.3"],
            ["3.2", "7.3", "-5.3"],
        ],
        ["0.2", "0.3", "0.5"],
        [(-5, 12), (-6, 10), (-8, 5)],
        lows=[1],
    )
    found = opinion("SPOTIS", criteria, scores)
    assert [round(v, 4) for v in found.values.values()] == [0.1989, 0.3705, 0.3063, 0.7491]
    assert list(found.ranks.values()) == [1, 3, 2, 4]


def test_topsis_scaled_by_vectors_gives_published_values():
    criteria, scores = case(
        [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], ["0.3", "0.4", "0.3"], [(0, 10)] * 3
    )
    found = opinion("TOPSIS", criteria, scores)
    assert [round(v, 4) for v in found.values.values()] == [0.5037, 0.6581, 0.7482, 0.334]
    assert list(found.ranks.values()) == [3, 2, 1, 4]


def test_promethee_gives_published_flows():
    criteria, scores = case([[4, 3, 2], [3, 2, 4], [5, 1, 3]], ["0.5", "0.3", "0.2"], [(0, 5)] * 3)
    found = opinion("PROMETHEE II", criteria, scores)
    assert [round(v, 9) for v in found.values.values()] == [0.1, -0.3, 0.2]
    assert list(found.ranks.values()) == [2, 3, 1]


def test_vikor_gives_the_values_of_its_example():
    criteria, scores = case(
        [[78, 56, 34, 6], [4, 45, 3, 97], [18, 2, 50, 63], [9, 14, 11, 92], [85, 9, 100, 29]],
        ["0.25"] * 4,
        [(0, 100)] * 4,
    )
    found = opinion("VIKOR", criteria, scores)
    assert [round(v, 4) for v in found.values.values()] == [0.5679, 0.7667, 1, 0.7493, 0]
    assert list(found.ranks.values()) == [2, 4, 5, 3, 1]


@given(sheets())
def test_spotis_on_the_published_scales_is_what_the_award_rule_leaves(scores):
    table = robustness(CRITERIA, scores)
    (spotis,) = (one for one in table.opinions if one.method == "SPOTIS")
    for standing in weighted_sum(CRITERIA, scores).standings:
        assert spotis.values[standing.offer] == pytest.approx(1 - float(standing.total), abs=1e-12)
    assert spotis.ranks == table.ranks
    assert "SPOTIS" not in {one.method for one in table.disagreements}


@given(sheets())
def test_a_method_agrees_or_is_told_to_disagree(scores):
    table = robustness(CRITERIA, scores)
    first = tuple(sorted(offer for offer, rank in table.ranks.items() if rank == 1))
    told = {one.method: one for one in table.disagreements}
    for one in table.opinions:
        if one.undefined:
            assert not one.ranks
            assert one.method not in told
        elif one.first != first:
            assert told[one.method].other_winner
            assert not table.agrees


def test_methods_that_choose_another_offer_are_named_with_the_pairs():
    criteria, scores = case(
        [[4, 3, 2], [3, 2, 4], [5, 1, 3]], ["0.5", "0.3", "0.2"], [(0, 5), (0, 3), (0, 100)]
    )
    table = robustness(criteria, scores)
    assert table.ranks == {"a": 1, "c": 2, "b": 3}
    (promethee,) = (one for one in table.disagreements if one.method == "PROMETHEE II")
    assert promethee.other_winner
    assert promethee.reversed == (("a", "c"),)
    assert not table.agrees


def test_offers_that_are_alike_leave_no_opinion_and_no_warning():
    alike = {"price": Decimal("150"), "quality": Decimal("3"), "security": Decimal("0")}
    table = robustness(CRITERIA, {"a": alike, "b": dict(alike)})
    undefined = {one.method for one in table.opinions if one.undefined}
    assert undefined == {"TOPSIS", "VIKOR"}
    assert table.agrees


def test_a_missing_package_is_named_with_the_way_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymcdm", None)
    with pytest.raises(SepakatError, match=r"pip install 'sepakat\[methods\]'"):
        robustness(CRITERIA, {})
