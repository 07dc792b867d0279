"""Moderation: who counts, what was agreed, and that no change lacks its reason."""

from dataclasses import replace
from decimal import Decimal
from statistics import median as published_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.procurement.award.moderation import (
    Change,
    Given,
    median,
    moderate,
)
from sepakat.industry.procurement.award.rule import Criterion
from sepakat.record.errors import InvalidError

QUALITY = Criterion("quality", Decimal("1"), Decimal("0"), Decimal("10"))


def scored(**by_evaluator: tuple[int, int]) -> list[Given]:
    """What each evaluator gave the offers a and b."""
    return [
        Given(evaluator, offer, "quality", Decimal(score))
        for evaluator, scores in by_evaluator.items()
        for offer, score in zip("ab", scores, strict=True)
    ]


CHANGE = Change("eka", "a", "quality", Decimal("2"), Decimal("6"), "Overlooked annex 3.")


def test_the_median_is_agreed_and_the_spread_told():
    panel = scored(eka=(2, 5), min=(7, 6), raj=(9, 8))
    a, b = moderate([QUALITY], panel).agreed
    assert (a.score, a.spread_alone, a.spread) == (7, 7, 7)
    assert (b.score, b.spread) == (6, 3)


def test_a_change_stands_beside_what_was_scored_alone():
    panel = scored(eka=(2, 5), min=(7, 6))
    a, b = moderate([QUALITY], panel, changes=[CHANGE]).agreed
    assert (a.alone["eka"], a.moderated["eka"]) == (2, 6)
    assert (a.spread_alone, a.spread, a.score) == (5, 1, Decimal("6.5"))
    assert a.changes == (CHANGE,)
    assert b.changes == ()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_change_without_a_reason_is_refused(reason):
    panel = scored(eka=(2, 5))
    with pytest.raises(InvalidError, match="without a reason"):
        moderate([QUALITY], panel, changes=[replace(CHANGE, reason=reason)])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (replace(CHANGE, before=Decimal("3")), "the score is 2, not 3"),
        (replace(CHANGE, after=Decimal("11")), "outside the scale"),
        (replace(CHANGE, evaluator="nobody"), "no score of theirs"),
        (replace(CHANGE, offer="z"), "no score of theirs"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change, says):
    with pytest.raises(InvalidError, match=says):
        moderate([QUALITY], scored(eka=(2, 5)), changes=[change])


def test_a_score_missing_twice_or_of_nothing_is_refused():
    panel = scored(eka=(2, 5), min=(5, 5))
    with pytest.raises(InvalidError, match="min, b, quality: not scored"):
        moderate([QUALITY], panel[:3])
    with pytest.raises(InvalidError, match="min, b, quality: scored twice"):
        moderate([QUALITY], [*panel, panel[3]])
    with pytest.raises(InvalidError, match="no criterion 'charm'"):
        moderate([QUALITY], [*panel, replace(panel[0], criterion="charm")])


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=9))
def test_the_median_is_that_of_the_standard_library(scores):
    assert median(scores) == published_median(scores)
