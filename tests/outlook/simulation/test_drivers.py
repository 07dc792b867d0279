"""What moves the finish, and what a mitigation does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from sepakat.outlook.network import Link, network
from sepakat.outlook.simulation.drivers import cruciality, tornado, treated
from sepakat.outlook.simulation.model import (
    Branch,
    Cost,
    Mitigation,
    Model,
    Risk,
    Triangular,
    Uniform,
)
from sepakat.outlook.simulation.running import simulate
from sepakat.record.errors import InvalidError
from support.simulated import series

CHAIN = network({"a": 10.0, "b": 20.0, "c": 5.0}, series("a", "b", "c"))
RISKS = (
    Risk("small", 0.5, ("a",), days=Triangular(1, 1, 1)),
    Risk("large", 0.5, ("b",), days=Triangular(8, 8, 8), cost=Triangular(30, 30, 30)),
)


def test_tornado_out_of_order_or_of_wrong_length() -> None:
    model = Model(CHAIN, uncertainty={"c": Uniform(3, 9)}, risks=RISKS)
    bars = tornado(model, seed=3, iterations=20_000)
    assert [bar.risk for bar in bars] == ["large", None, "small"]
    gains = [bar.gain.mean_days for bar in bars]
    assert gains == pytest.approx([4, 1, 0.5], abs=0.12)  # half of 8; 6 less 5; half of 1
    assert bars[0].gain.mean_cost == pytest.approx(15, abs=0.6)
    assert bars[2].gain.mean_cost == 0


def test_risk_left_out_that_changes_the_draws_of_others() -> None:
    model = Model(CHAIN, uncertainty={"c": Uniform(3, 9)}, risks=RISKS)
    whole = simulate(model, seed=3, iterations=1000).finish
    without = simulate(model.without("small"), seed=3, iterations=1000).finish
    assert set(np.round(whole - without, 3).tolist()) == {0.0, 1.0}


spreads = st.tuples(*[st.floats(0, 9)] * 3).map(lambda points: Triangular(*sorted(points)))


@given(st.floats(0, 1), st.floats(0, 1), spreads, st.floats(0, 1), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_mitigation_that_makes_an_iteration_worse(
    before: float, less: float, days: Triangular, share: float, seed: int
) -> None:
    """Rarer, and milder in all three points: no iteration may end later, whatever the fortune."""
    links = [Link("a", "c"), Link("b", "c"), Link("a", "d", lag=2)]
    risk = Risk("r", before, ("a", "d"), days=days)
    milder = Triangular(days.low * share, days.mode * share, days.high * share)
    model = Model(
        network(dict.fromkeys("abcd", 4.0), links),
        uncertainty=dict.fromkeys("abc", Triangular(1, 3, 8)),
        risks=(risk, Risk("other", 0.5, ("c", "b"), factor=Uniform(1, 2))),
    )
    after = replace(risk, probability=before * less, days=milder)
    [found] = treated(model, [Mitigation("m", (after,))], seed=seed, iterations=256)
    rounding = 2.0**-20 * float(found.before.finish.max())
    assert (found.after.finish <= found.before.finish + rounding).all()
    assert found.gain.mean_days >= -rounding


def test_mitigation_whose_price_is_forgotten() -> None:
    model = Model(CHAIN, risks=RISKS, costs={"b": Cost(fixed=50, per_day=2)})
    gone = Mitigation("second source", (replace(RISKS[1], probability=0.0),), price=12)
    [found] = treated(model, [gone], "c", seed=3, iterations=20_000, milestones=["b"])
    assert found.gain.mean_days == pytest.approx(4, abs=0.12)
    assert found.gain.mean_cost == pytest.approx(0.5 * (8 * 2 + 30) - 12, abs=0.7)
    assert set(found.after.milestones) == {"b", "c"}
    assert found.gain.p80_days == 8


def test_mitigations_that_contradict_or_treat_nothing() -> None:
    model = Model(CHAIN, risks=RISKS)
    with pytest.raises(InvalidError, match="one risk"):
        model.mitigated(Mitigation("m", (RISKS[0],)), Mitigation("n", (RISKS[0],)))
    with pytest.raises(InvalidError, match="no risk 'unheard of'"):
        model.mitigated(Mitigation("m", (Risk("unheard of", 0, ()),)))
    with pytest.raises(InvalidError):
        model.without("unheard of")


def test_cruciality_that_another_rank_correlation_does_not_show() -> None:
    model = Model(
        network(dict.fromkeys("abcd", 4.0), [Link("a", "c"), Link("b", "c")]),
        uncertainty={"a": Uniform(1, 9), "b": Uniform(1, 3)},
        risks=(Risk("r", 0.3, ("c",), factor=Uniform(1, 2)),),
    )
    result = simulate(model, seed=5, iterations=5001, milestones=["a", "b", "c"])
    found = cruciality(model, result, "c")
    assert list(found) == sorted(found) == ["a", "b", "c"]  # d never varies
    a, b, c = (result.milestones[name] for name in "abc")
    assert found["a"] == pytest.approx(spearmanr(a, c).statistic, abs=1e-6)
    days = np.round(c - np.maximum(a, b), 4)  # 4 in most iterations: ties share a rank
    assert found["c"] == pytest.approx(spearmanr(days, c).statistic, abs=1e-4)
    assert found["b"] < 0.1 < found["c"] < found["a"]
    with pytest.raises(InvalidError, match="another model"):
        cruciality(replace(model, price=1.0), result)


def test_cruciality_of_what_only_sometimes_exists() -> None:
    model = Model(CHAIN, branches=(Branch("rework", 0.4, ("b",)),))
    result = simulate(model, seed=5, iterations=1000)
    assert cruciality(model, result) == {"b": pytest.approx(1)}


def test_tornado_that_would_never_end() -> None:
    names = [f"n{n}" for n in range(1000)]
    risks = tuple(Risk(f"r{n}", 0.5, ("n1",)) for n in range(1100))
    model = Model(network(dict.fromkeys(names, 1.0), []), risks=risks)
    with pytest.raises(InvalidError, match="fewer iterations"):
        tornado(model, seed=1, iterations=1_000_000)
