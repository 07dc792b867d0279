"""The award rule: exact, on fixed scales, and unable to reverse two offers."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.procurement.award.rule import Criterion, weighted_sum
from sepakat.record.errors import InvalidError
from support.award import CRITERIA, sheets


def D(text: str) -> Decimal:
    return Decimal(text)


PRICE = Criterion("price", D("60"), D("100"), D("200"), "low")
QUALITY = Criterion("quality", D("40"), D("0"), D("10"))


def test_a_ranking_worked_out_by_hand():
    ranking = weighted_sum(
        [PRICE, QUALITY],
        {
            "a": {"price": D("120"), "quality": D("5")},
            "b": {"price": D("150"), "quality": D("10")},
            "c": {"price": D("200"), "quality": D("0")},
        },
    )
    totals = {standing.offer: standing.total for standing in ranking.standings}
    # a: .6 x .8 + .4 x .5; b: .6 x .5 + .4 x 1; c: 0
    assert totals == {"a": Fraction(68, 100), "b": Fraction(70, 100), "c": 0}
    assert [standing.rank for standing in ranking.standings] == [1, 2, 3]
    assert ranking.winner == "b"


def test_a_tie_is_told_and_the_next_rank_is_left_out():
    third = {"price": D("200"), "quality": D("0")}
    same = {"price": D("150"), "quality": D("5")}
    ranking = weighted_sum([PRICE, QUALITY], {"z": same, "a": same, "last": third})
    assert [(s.offer, s.rank) for s in ranking.standings] == [("a", 1), ("z", 1), ("last", 3)]
    assert ranking.winner is None
    assert ranking.first == ("a", "z")
    assert ranking.ties == (("a", "z"),)


def test_thirds_that_floats_would_split_are_a_tie():
    criteria = [Criterion(name, D("1"), D("0"), D("3")) for name in "pqr"]
    one = {"p": D("1"), "q": D("1"), "r": D("1")}
    other = {"p": D("3"), "q": D("0"), "r": D("0")}
    assert weighted_sum(criteria, {"one": one, "other": other}).winner is None


@given(sheets(), sheets())
def test_other_offers_never_reverse_two_offers(ours, others):
    """Whatever other offers there are, the totals of the two stay, and so does their order."""
    pair = dict(list(ours.items())[:2])
    alone = {s.offer: s.total for s in weighted_sum(CRITERIA, pair).standings}
    crowd = {f"other {name}": given for name, given in others.items()}
    together = {s.offer: s for s in weighted_sum(CRITERIA, {**crowd, **pair}).standings}
    for offer, total in alone.items():
        assert together[offer].total == total
    for a in alone:
        for b in alone:
            assert (alone[a] > alone[b]) == (together[a].rank < together[b].rank)


@given(sheets(), st.integers(1, 1000))
def test_the_unit_of_the_weights_does_not_matter(scores, factor):
    scaled = [replace(c, weight=c.weight * factor) for c in CRITERIA]
    assert weighted_sum(scaled, scores) == weighted_sum(CRITERIA, scores)


@pytest.mark.parametrize(
    ("score", "says"),
    [
        ("99.99", "outside the scale"),
        ("200.01", "outside the scale"),
        ("NaN", "no number"),
        ("Infinity", "no number"),
        ("1E+999999", "too many digits"),
        ("1E-999999", "too many digits"),
    ],
)
def test_a_score_off_the_published_scale_is_refused_and_named(score, says):
    with pytest.raises(InvalidError, match=rf"^acme, price: .*{says}"):
        weighted_sum([PRICE], {"acme": {"price": D(score)}})


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ([], "1 to"),
        ([PRICE, PRICE], "one name"),
        ([replace(PRICE, weight=D("-1"))], "below 0"),
        ([replace(PRICE, weight=D("0"))], "no criterion has any weight"),
        ([replace(PRICE, scale_max=D("100"))], "no length"),
    ],
)
def test_criteria_that_decide_nothing_are_refused(criteria, says):
    with pytest.raises(InvalidError, match=says):
        weighted_sum(criteria, {"acme": {"price": D("150")}})


def test_a_criterion_left_out_or_added_is_refused():
    with pytest.raises(InvalidError, match="acme, quality: has no score"):
        weighted_sum([PRICE, QUALITY], {"acme": {"price": D("150")}})
    with pytest.raises(InvalidError, match="acme: scores on no criterion: charm"):
        weighted_sum([PRICE], {"acme": {"price": D("150"), "charm": D("1")}})
