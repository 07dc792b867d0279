"""Reference classes and their scores: what would learn too fast, too little, or from the future."""

from datetime import date, timedelta
from itertools import pairwise
from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.outlook.learning.reference import (
    PUBLIC_CLASSES,
    Basis,
    Outcome,
    PublicClass,
    correct,
    empirical,
)
from sepakat.outlook.learning.scoring import pinball, rolling, table
from sepakat.record.errors import InvalidError

DAY = date(2027, 1, 1)
RAIL = PUBLIC_CLASSES[0]


def outcome(number: int, ratio: float, stage: str = "design", wait: int = 30) -> Outcome:
    said = DAY + timedelta(number)
    return Outcome(f"p{number}", stage, said, 100.0, said + timedelta(wait), 100.0 * ratio)


ratios = st.floats(0.2, 5)
outcomes = st.lists(
    st.builds(
        outcome,
        st.integers(0, 400),
        ratios,
        st.sampled_from(["design", "build"]),
        st.integers(0, 200),
    ),
    max_size=30,
)


@given(outcomes, st.integers(0, 400), st.floats(0.5, 2))
def test_later_outcome_changes_an_earlier_score(
    given_: list[Outcome], cut: int, factor: float
) -> None:
    """What comes to be known on a day or later is changed; forecasts said by then stay the same."""
    day = DAY + timedelta(cut)
    changed = [
        o
        if o.known < day
        else Outcome(o.subject, o.stage, o.said, o.forecast, o.known, o.actual * factor)
        for o in given_
    ]
    for public in (None, RAIL):
        before = [s.corrected for s in rolling(given_, public) if s.outcome.said <= day]
        after = [s.corrected for s in rolling(changed, public) if s.outcome.said <= day]
        assert before == after


@given(outcomes, ratios)
def test_other_stages_are_learned_from(given_: list[Outcome], ratio: float) -> None:
    other = [o for o in given_ if o.stage == "design"]
    on = DAY + timedelta(1000)
    assert correct(10, "design", on, given_, RAIL) == correct(10, "design", on, other, RAIL)


@given(outcomes, st.floats(1, 1e6))
def test_quantiles_fall_with_their_level(given_: list[Outcome], forecast: float) -> None:
    found = correct(forecast, "design", DAY + timedelta(1000), given_, RAIL)
    values = list(found.quantiles.values())
    assert all(low <= high * (1 + 1e-12) for low, high in pairwise(values))


def test_outcome_of_the_same_day_is_known_already() -> None:
    same = [outcome(0, 2.0, wait=10) for _ in range(9)]
    on = DAY + timedelta(10)
    assert correct(100, "design", on, same).own == 0
    assert correct(100, "design", on + timedelta(1), same).own == 9


@pytest.mark.parametrize(
    ("own", "weight"), [(0, 0.0), (4, 0.0), (5, 5 / 15), (10, 0.5), (30, 0.75)]
)
def test_public_class_does_not_give_way_as_own_outcomes_accrue(own: int, weight: float) -> None:
    past = [outcome(number, 2.0) for number in range(own)]
    found = correct(100, "design", DAY + timedelta(1000), past, RAIL, [0.5])
    assert (found.own, found.weight, found.public) == (own, weight, RAIL)
    expected = 100 * (weight * 2.0 + (1 - weight) * RAIL.quantile(0.5))
    assert found.quantiles[0.5] == pytest.approx(expected)


def test_four_outcomes_make_a_class_without_a_public_one() -> None:
    past = [outcome(number, 1.0 + number / 10) for number in range(5)]
    on = DAY + timedelta(1000)
    assert correct(100, "design", on, past[:4]).quantiles == {}
    five = correct(100, "design", on, past)
    assert five.weight == 1.0 and five.quantiles[0.5] == pytest.approx(120)
    assert five.beyond == (0.1, 0.9)  # five values reach from 1/6 to 5/6


def test_next_value_falls_under_the_quantile_less_often_than_said() -> None:
    """For any continuous distribution, exactly level, where level * (n + 1) is whole."""
    random, hits, rounds = Random(1), 0, 4_000
    for _ in range(rounds):
        values = sorted(random.lognormvariate(0, 1) for _ in range(9))
        hits += random.lognormvariate(0, 1) <= empirical(values, 0.8)
    assert hits / rounds == pytest.approx(0.8, abs=0.02)  # three standard errors


def test_published_moments_are_not_those_of_the_class() -> None:
    steps = 20_000
    for public in PUBLIC_CLASSES:
        values = [public.quantile((k + 0.5) / steps) for k in range(steps)]
        mean = sum(values) / steps
        assert mean == pytest.approx(public.mean, rel=1e-3)
        deviation = (sum((v - mean) ** 2 for v in values) / steps) ** 0.5
        assert deviation == pytest.approx(public.deviation, rel=2e-2)


def test_class_without_a_source_is_called_published() -> None:
    for public in PUBLIC_CLASSES:
        assert (public.basis is Basis.PUBLISHED) == bool(public.source and public.count)


@given(st.floats(0.05, 0.95), st.lists(st.floats(1, 100), min_size=1, max_size=30))
def test_pinball_is_least_elsewhere_than_at_the_quantile(level: float, values: list[float]) -> None:
    ordered = sorted(values)
    right = next(v for k, v in enumerate(ordered, 1) if k >= level * len(ordered) - 1e-12)
    losses = {q: sum(pinball(level, q, v) for v in values) for q in ordered}
    least = min(losses.values())
    assert losses[right] <= least or isclose(losses[right], least, rel_tol=1e-9)


def test_pinball_of_a_forecast_by_hand() -> None:
    assert pinball(0.8, 100, 110) == pytest.approx(8)
    assert pinball(0.8, 100, 90) == pytest.approx(2)


def test_table_counts_what_was_not_forecast_or_covers_what_was_not_met() -> None:
    """Ten projects, each 100 days after the last, that all take half as long again."""
    past = [
        Outcome(
            f"p{n}", "design", DAY + timedelta(100 * n), 100, DAY + timedelta(100 * n + 50), 150
        )
        for n in range(10)
    ]
    (line,) = table(rolling(past, levels=[0.5, 0.8]))
    assert (line.stage, line.count, line.uncovered) == ("design", 10, 5)
    assert line.coverage == {0.5: 1.0, 0.8: 1.0}
    assert line.pinball == pytest.approx(0)
    assert line.uncorrected == pytest.approx((0.5 * 50 + 0.8 * 50) / 2 / 100)
    (none,) = table(rolling(past[:3]))
    assert (none.count, none.uncovered, none.pinball, none.coverage) == (3, 3, None, {})


def test_learning_does_not_help_where_errors_repeat() -> None:
    random = Random(2)
    past = [outcome(40 * n, random.lognormvariate(0.4, 0.2)) for n in range(80)]
    (line,) = table(rolling(past, RAIL))
    assert line.pinball is not None and line.uncorrected is not None
    assert line.pinball < line.uncorrected / 2
    assert line.coverage[0.8] == pytest.approx(0.8, abs=0.15)  # 80 forecasts: 3 standard errors


@pytest.mark.parametrize(
    "figures", [{"forecast": 0}, {"actual": -1}, {"actual": float("nan")}, {"known": DAY}]
)
def test_outcome_that_cannot_be_is_learned_from(figures: dict[str, object]) -> None:
    good = {
        "subject": "p", "stage": "design", "said": DAY + timedelta(1), "forecast": 1.0,
        "known": DAY + timedelta(2), "actual": 1.0,
    }  # fmt: skip
    with pytest.raises(InvalidError):
        Outcome(**good | figures)  # type: ignore[arg-type]


@pytest.mark.parametrize(("forecast", "levels"), [(0, [0.5]), (float("inf"), [0.5]), (1, [1.0])])
def test_forecast_that_cannot_be_is_corrected(forecast: float, levels: list[float]) -> None:
    with pytest.raises(InvalidError):
        correct(forecast, "design", DAY, [], RAIL, levels)


def test_other_class_than_the_one_given_is_used() -> None:
    mine = PublicClass("mine", Basis.ILLUSTRATIVE, "", 0, 2.0, 1e-9)
    assert correct(10, "design", DAY, [], mine).quantiles[0.5] == pytest.approx(20)
