"""The same simulation in NumPy, a row of iterations per activity.

It tests the kernel, and stands in for it where numba is not installed.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sepakat.outlook.network import LinkType
from sepakat.outlook.simulation.arrays import FIXED, TRIANGULAR, Arrays
from sepakat.outlook.simulation.randoms import LANES, Floats, Purpose, Words, uniforms

Flags = NDArray[np.bool_]

_ZERO, _ONE = np.float32(0), np.float32(1)


class Sampler:
    """What is sampled in some blocks: each array has a column for each iteration."""

    def __init__(self, a: Arrays, keys: Words, correlated: Floats, blocks: range) -> None:
        self.a, self.keys, self.correlated, self.blocks = a, keys, correlated, blocks
        size = len(blocks) * LANES
        risks, branches = len(a.risk_probability), len(a.branch_probability)
        self.cost = np.full(size, a.price[0])
        self.factors = np.empty((risks, size), dtype=np.float32)
        self.delays = np.empty((risks, size), dtype=np.float32)
        self.taken = np.empty((branches, size), dtype=np.bool_)
        for r in range(risks):
            happens = self._uniforms(a.risk_stream[r], Purpose.OCCURS) < a.risk_probability[r]
            u = self._uniforms(a.risk_stream[r], Purpose.IMPACT)
            factor, days, cost = (
                quantiles(a.risk_shape[r, part], a.risk_spread[3 * r + part], u)
                for part in range(3)
            )
            self.factors[r] = np.where(happens, factor, _ONE)
            self.delays[r] = np.where(happens, days, _ZERO)
            self.cost += np.where(happens, cost, _ZERO).astype(np.float64)
        for b in range(branches):
            u = self._uniforms(a.branch_stream[b], Purpose.BRANCH)
            self.taken[b] = u < a.branch_probability[b]

    def days(self, i: int) -> Floats:
        """An activity's duration in each iteration."""
        a = self.a
        if a.correlated[i] >= 0:
            days = quantiles(a.shape[i], a.spread[i], self.correlated[a.correlated[i]])
        else:
            days = self._sample(a.shape[i], a.spread[i], i, Purpose.DURATION)
        risks = a.effect_risk[a.effect_first[i] : a.effect_first[i + 1]]
        if len(risks):
            for r in risks:
                days = days * self.factors[r]
            for r in risks:
                days = days + self.delays[r]
            days = np.where(days > _ZERO, days, _ZERO)
        return np.where(self.exists(i), days, _ZERO)

    def exists(self, i: int) -> Flags:
        """In which iterations an activity's branches let it exist."""
        a, exists = self.a, np.ones(len(self.blocks) * LANES, dtype=np.bool_)
        for t in range(a.turn_first[i], a.turn_first[i + 1]):
            exists &= self.taken[a.turn_branch[t]] == a.turn_taken[t]
        return exists

    def spent(self, i: int, days: Floats) -> NDArray[np.float64]:
        """What an activity costs in each iteration."""
        a = self.a
        fixed = self._sample(a.cost_shape[i], a.cost_spread[i], i, Purpose.COST)
        fixed = np.where(self.exists(i), fixed, _ZERO)
        return np.asarray(fixed + a.per_day[i] * days, dtype=np.float64)

    def _sample(self, shape: int, spread: Floats, i: int, purpose: Purpose) -> Floats:
        u = self.cost if shape == FIXED else self._uniforms(self.a.stream[i], purpose)
        return quantiles(shape, spread, u)

    def _uniforms(self, stream: NDArray[np.uint32], purpose: Purpose) -> Floats:
        return uniforms(self.keys, purpose, (int(stream[0]), int(stream[1])), self.blocks)


def quantiles(shape: int, spread: Floats, u: Any) -> Floats:
    """The values of a spread that these numbers, above 0 and below 1, stand for."""
    split, low, high, up, down = spread
    if shape == FIXED:
        return np.full(len(u), low)
    if shape == TRIANGULAR:
        rising = u < split
        root = np.sqrt(np.where(rising, u, _ONE - u))
        return np.asarray(np.where(rising, low, high) + root * np.where(rising, up, down))
    return np.asarray(low + u * up)


def run(
    a: Arrays,
    keys: Words,
    correlated: Floats,
    first: int,
    finish: Floats,
    cost: NDArray[np.float64],
    kept: Floats,
    criticality: NDArray[np.int64],
) -> None:
    """As `kernel.run`."""
    total, rows = len(finish), len(a.shape)
    blocks = range(first, first + -(-total // LANES))
    sampler = Sampler(a, keys, correlated, blocks)
    starts = np.empty((rows, len(blocks) * LANES), dtype=np.float32)
    finishes = np.empty_like(starts)
    drives = np.empty((len(a.link_from), starts.shape[1]), dtype=np.bool_)
    last, spent = np.zeros(starts.shape[1], dtype=np.float32), sampler.cost
    for i in range(rows):
        days = sampler.days(i)
        if a.has_cost[i]:
            spent = spent + sampler.spent(i, days)
        start = np.full(len(days), a.not_before[i])
        links = range(a.link_first[i], a.link_first[i + 1])
        dates = [_date(a, k, days, starts, finishes) for k in links]
        for date in dates:
            start = np.where(date > start, date, start)
        for k, date in zip(links, dates, strict=True):
            drives[k] = date == start
        starts[i], finishes[i] = start, start + days
        last = np.where(finishes[i] > last, finishes[i], last)
    critical = finishes == last
    for i in reversed(range(rows)):
        criticality[i] += np.count_nonzero((critical[i] & sampler.exists(i))[:total])
        for k in range(a.link_first[i], a.link_first[i + 1]):
            critical[a.link_from[k]] |= critical[i] & drives[k]
    finish[:], cost[:], kept[:] = last[:total], spent[:total], finishes[a.milestone, :total]


def _date(a: Arrays, k: int, days: Floats, starts: Floats, finishes: Floats) -> Floats:
    """The start that this link has it wait for."""
    p, kind, lag = a.link_from[k], a.link_type[k], a.link_lag[k]
    if kind == LinkType.FINISH_START:
        return np.asarray(finishes[p] + lag)
    if kind == LinkType.START_START:
        return np.asarray(starts[p] + lag)
    end = finishes[p] if kind == LinkType.FINISH_FINISH else starts[p]
    return np.asarray((end + lag) - days)
