"""What moves the finish: risks, uncertainties and mitigations, each by what it changes.

Numbers are keyed by names, so a model with a risk less, or a milder one, meets the same fortune in
everything else: what differs is the risk's doing, and not chance (common random numbers).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from sepakat.outlook.simulation.arrays import FIXED, arrays
from sepakat.outlook.simulation.copula import correlated
from sepakat.outlook.simulation.model import Mitigation, Model
from sepakat.outlook.simulation.randoms import LANES, round_keys
from sepakat.outlook.simulation.reference import Sampler
from sepakat.outlook.simulation.results import Result, Samples, quantiles
from sepakat.outlook.simulation.running import simulate
from sepakat.record.errors import InvalidError

MAX_SAMPLES = 10**12  # activities times iterations times drivers: half an hour of a core
LOOKED_AT = 10_048  # iterations that a correlation is taken over, at most


class Difference(NamedTuple):
    """By how much one simulation is better than another: below 0 where it is worse."""

    mean_days: float
    p80_days: float
    mean_cost: float
    p80_cost: float


class Bar(NamedTuple):
    """One driver of the tornado: what would be gained if it were gone. `risk` None: uncertainty."""

    risk: str | None
    gain: Difference


class Treated(NamedTuple):
    """What a mitigation changes. Its gain in cost has its price taken off."""

    mitigation: Mitigation
    before: Result
    after: Result
    gain: Difference


def tornado(model: Model, milestone: str | None = None, **how: Any) -> list[Bar]:
    """A bar for each risk, and one for all uncertainty, the longest first.

    Each is the difference between the simulation and one without that driver; gains do not add up,
    as paths and risks hide one another. `how` is as for `simulate`.
    """
    kept = _kept(milestone)
    _check(model, len(model.risks), how)
    base = simulate(model, milestones=kept, **how)
    cases: list[tuple[str | None, Model]] = [(r.name, model.without(r.name)) for r in model.risks]
    if model.uncertainty:
        cases.append((None, replace(model, uncertainty={}, correlation=None)))
    bars = [
        Bar(name, difference(base, simulate(case, milestones=kept, **how), milestone))
        for name, case in cases
    ]
    return sorted(bars, key=lambda bar: (-abs(bar.gain.mean_days), bar.risk or ""))


def treated(
    model: Model, mitigations: Sequence[Mitigation], milestone: str | None = None, **how: Any
) -> list[Treated]:
    """Each mitigation before and after, by itself. `how` is as for `simulate`."""
    kept = list(dict.fromkeys([*how.pop("milestones", ()), *_kept(milestone)]))
    _check(model, len(mitigations), how)
    before = simulate(model, milestones=kept, **how)
    found = []
    for mitigation in mitigations:
        after = simulate(model.mitigated(mitigation), milestones=kept, **how)
        found.append(Treated(mitigation, before, after, difference(before, after, milestone)))
    return found


def difference(before: Result, after: Result, milestone: str | None = None) -> Difference:
    """How much earlier, and how much cheaper, `after` is."""
    days = [_days(result, milestone) for result in (before, after)]
    cost = [result.cost for result in (before, after)]
    found: list[float] = []
    for old, new in (days, cost):
        found.append(float(old.mean(dtype=np.float64) - new.mean(dtype=np.float64)))
        found.append(quantiles(old, [80])[80] - quantiles(new, [80])[80])
    return Difference(*found)


def cruciality(model: Model, result: Result, milestone: str | None = None) -> dict[str, float]:
    """How closely each duration goes with the finish: the size of their rank correlation, 0 to 1.

    Spearman's, as in M. Vanhoucke, *Measuring time* (2010), of the first 10,048 iterations. It
    shows what criticality does not: a critical activity of a certain length has none. Durations
    are looked up again by seed and name, as none were kept. Those that never vary are left out.
    """
    finish = _days(result, milestone)[:LOOKED_AT]
    a, keys = arrays(model, []), round_keys(result.seed)
    if arrays(model, list(result.milestones)).digest() != result.inputs:
        raise InvalidError("the result is of another model", fix="Simulate this one")
    blocks = range(-(-len(finish) // LANES))
    sampler = Sampler(a, keys, correlated(a, keys, blocks), blocks)
    ends, found = _ranks(finish), {}
    for i, name in enumerate(model.network.activities):
        drivers = a.effect_first[i + 1] - a.effect_first[i] + a.turn_first[i + 1] - a.turn_first[i]
        if a.shape[i] != FIXED or drivers:
            ranks = _ranks(sampler.days(i)[: len(finish)])
            spread = float(np.sqrt((ranks @ ranks) * (ends @ ends)))
            found[name] = abs(float(ranks @ ends)) / spread if spread else 0.0
    return found


def _ranks(samples: Samples) -> Any:
    """Ranks less their mean; equal samples share the mean of theirs."""
    _, place, counts = np.unique(samples, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return ranks[place] - (len(samples) + 1) / 2


def _check(model: Model, drivers: int, how: dict[str, Any]) -> None:
    samples = len(model.network.activities) * how.get("iterations", 10_000) * (drivers + 2)
    if samples > MAX_SAMPLES:
        raise InvalidError(
            f"{drivers:,} drivers of so large a network take too long",
            fix="Take fewer iterations: a thousand tell the drivers' order",
        )


def _kept(milestone: str | None) -> list[str]:
    return [] if milestone is None else [milestone]


def _days(result: Result, milestone: str | None) -> Samples:
    return result.finish if milestone is None else result.milestones[milestone]
