"""The interval of each weight, against trying weights one by one."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.procurement.award.rule import Criterion, Scores, shares, weighted_sum
from sepakat.industry.procurement.award.weights import Interval, stable_weights
from sepakat.record.errors import NotFoundError
from support.award import CRITERIA, sheets


def is_first(scores: Scores, varied: str, at: Fraction, offer: str) -> bool:
    """By brute force: rescale the weights, add up, compare."""
    share = shares(CRITERIA)
    rescaled = {
        name: at if name == varied else own * (1 - at) / (1 - share[varied])
        for name, own in share.items()
    }
    totals = {
        name: sum(rescaled[c.name] * c.utility(row[c.name]) for c in CRITERIA)
        for name, row in scores.items()
    }
    return totals[offer] == max(totals.values())


def test_an_interval_worked_out_by_hand():
    """a leads on p and b on q, by as much: a stays first down to half of the weight."""
    criteria = [
        Criterion("p", Decimal("7"), Decimal("0"), Decimal("1")),
        Criterion("q", Decimal("3"), Decimal("0"), Decimal("1")),
    ]
    one, nothing = Decimal("1"), Decimal("0")
    scores = {"a": {"p": one, "q": nothing}, "b": {"p": nothing, "q": one}}
    half = Fraction(1, 2)
    assert stable_weights(criteria, scores, "a") == (
        Interval("p", Fraction(7, 10), half, Fraction(1), "b", None),
        Interval("q", Fraction(3, 10), Fraction(0), half, None, "b"),
    )


@given(sheets(), st.fractions(0, 1), st.sampled_from(CRITERIA), st.integers(0, 5))
def test_within_the_interval_first_and_beyond_it_not(scores, at, criterion, place):
    offer = list(scores)[place % len(scores)]
    (interval,) = (
        i for i in stable_weights(CRITERIA, scores, offer) if i.criterion == criterion.name
    )
    inside = interval.lower is not None and interval.lower <= at <= interval.upper
    assert inside == is_first(scores, criterion.name, at, offer)


@given(sheets(), st.sampled_from(CRITERIA), st.integers(0, 5))
def test_each_end_is_where_its_rival_draws_level_and_not_a_hair_before(scores, criterion, place):
    offer = list(scores)[place % len(scores)]
    (interval,) = (
        i for i in stable_weights(CRITERIA, scores, offer) if i.criterion == criterion.name
    )
    if interval.lower is None or interval.upper is None:
        return
    hair = Fraction(1, 10**12)
    for end, rival, beyond in (
        (interval.lower, interval.rival_below, interval.lower - hair),
        (interval.upper, interval.rival_above, interval.upper + hair),
    ):
        assert is_first(scores, criterion.name, end, offer)
        if rival is None:
            assert end in (0, 1)
        else:
            assert is_first(scores, criterion.name, end, rival)
            assert not is_first(scores, criterion.name, beyond, offer)


@given(sheets())
def test_the_published_weights_lie_within_the_winners_intervals(scores):
    for offer in weighted_sum(CRITERIA, scores).first:
        for interval in stable_weights(CRITERIA, scores, offer):
            assert interval.lower <= interval.share <= interval.upper


def test_a_criterion_with_all_the_weight_has_its_share_alone():
    (only,) = (replace(CRITERIA[0]),)
    scores = {"a": {"price": Decimal("100")}, "b": {"price": Decimal("120")}}
    (first,) = stable_weights([only], scores, "a")
    (second,) = stable_weights([only], scores, "b")
    assert (first.lower, first.upper) == (1, 1)
    assert (second.lower, second.upper) == (None, None)


def test_an_unknown_offer_is_refused():
    with pytest.raises(NotFoundError, match="no offer 'nobody'"):
        stable_weights(CRITERIA[:1], {"a": {"price": Decimal("100")}}, "nobody")
