"""The numba kernel: sample, forward and backward pass in one, 64 iterations at a time.

A block's rows of 64 float32 lie beside each other, so each inner loop is a few vector instructions,
and what a block needs of a network of thousands of activities stays in the cache. Operations and
their order are those of `reference.py`, and neither fuses nor reorders them (`fastmath` is off), so
the bits are the same.

Importing this needs numba. All compiled functions are in this file, as numba's cache notices a
changed file, but not a changed function of another.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit

from sepakat.outlook.network import LinkType
from sepakat.outlook.simulation.arrays import FIXED, TRIANGULAR, Arrays
from sepakat.outlook.simulation.randoms import LANES, MASK, MULTIPLIERS, PLACES, Purpose

# Only beside the source: numba's other places may be writable by others, and it unpickles.
_CACHE = os.access(Path(__file__).parent, os.W_OK)

_LINE = 64  # bytes of the cache

_M0, _M1 = (np.uint64(m) for m in MULTIPLIERS)
_HALF, _MASK = np.uint64(32), np.uint64(MASK)
_SKIP = np.uint32(9)
_MIDDLE, _STEP = np.float32(0.5), np.float32(2.0**-23)
_EACH, _TOP = np.uint64(0x0101010101010101), np.uint64(56)
_ZERO, _ONE = np.float32(0), np.float32(1)
_DURATION, _COST, _OCCURS, _IMPACT, _BRANCH = (np.uint64(p) for p in Purpose)
_FINISH_START, _START_START = int(LinkType.FINISH_START), int(LinkType.START_START)
_FINISH_FINISH = int(LinkType.FINISH_FINISH)

_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(*, inlined: bool) -> Callable[[_F], _F]:
    """A call would take its arrays apart, count references and put them together again, which takes
    longer than the work, so all is one function. Without numba's runtime (`_nrt`) nothing is
    counted, and nothing can be allocated.
    """
    options: dict[str, Any] = {
        "nogil": True,
        "cache": _CACHE,
        "forceinline": inlined,
        "_nrt": False,
    }
    return cast(Callable[[_F], _F], njit(**options))


@_compiled(inlined=True)
def _round(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Only the lower halves of the words count: 64 bits spare the vectors any rearrangement."""
    p0, p1 = _M0 * (c0 & _MASK), _M1 * (c2 & _MASK)
    return (p1 >> _HALF) ^ c1 ^ k0, p1, (p0 >> _HALF) ^ c3 ^ k1, p0


@_compiled(inlined=True)
def _philox(keys: Any, place: Any, purpose: Any, s0: Any, s1: Any) -> Any:
    """Ten rounds, written out: a loop over them would not be vectorised."""
    c0, c1, c2, c3 = _round(place, purpose, s0, s1, keys[0, 0], keys[0, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[1, 0], keys[1, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[2, 0], keys[2, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[3, 0], keys[3, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[4, 0], keys[4, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[5, 0], keys[5, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[6, 0], keys[6, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[7, 0], keys[7, 1])
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, keys[8, 0], keys[8, 1])
    return _round(c0, c1, c2, c3, keys[9, 0], keys[9, 1])


@_compiled(inlined=True)
def _unit(word: Any) -> Any:
    return (np.float32(np.uint32(word) >> _SKIP) + _MIDDLE) * _STEP


@_compiled(inlined=True)
def _uniforms(keys: Any, block: int, purpose: Any, s0: Any, s1: Any, out: Any) -> None:
    first, s0, s1 = np.uint64(block * PLACES), np.uint64(s0), np.uint64(s1)
    for p in range(PLACES):
        c0, c1, c2, c3 = _philox(keys, first + np.uint64(p), purpose, s0, s1)
        out[p] = _unit(c0)
        out[p + PLACES] = _unit(c1)
        out[p + 2 * PLACES] = _unit(c2)
        out[p + 3 * PLACES] = _unit(c3)


@_compiled(inlined=True)
def _quantiles(shape: int, spread: Any, row: int, u: Any, out: Any) -> None:
    split, low, high = spread[row, 0], spread[row, 1], spread[row, 2]
    up, down = spread[row, 3], spread[row, 4]
    if shape == FIXED:
        for lane in range(LANES):
            out[lane] = low
    elif shape == TRIANGULAR:
        for lane in range(LANES):
            x = u[lane]
            rising = x < split
            root = np.sqrt(x if rising else _ONE - x)
            out[lane] = (low if rising else high) + root * (up if rising else down)
    else:
        for lane in range(LANES):
            out[lane] = low + u[lane] * up


@_compiled(inlined=True)
def _happening(probability: Any, u: Any, out: Any) -> None:
    for lane in range(LANES):
        out[lane] = u[lane] < probability


@_compiled(inlined=True)
def _impact(happens: Any, x: Any, nothing: Any, impact: Any, r: int) -> None:
    for lane in range(LANES):
        impact[r, lane] = x[lane] if happens[lane] else nothing


@_compiled(inlined=True)
def _affect(first: int, last: int, risk: Any, factors: Any, delays: Any, days: Any) -> None:
    """What an activity's risks make of its sampled duration."""
    for e in range(first, last):
        for lane in range(LANES):
            days[lane] *= factors[risk[e], lane]
    for e in range(first, last):
        for lane in range(LANES):
            days[lane] += delays[risk[e], lane]
    for lane in range(LANES):
        days[lane] = days[lane] if days[lane] > _ZERO else _ZERO


@_compiled(inlined=True)
def _exist(first: int, last: int, branch: Any, wanted: Any, taken: Any, exists: Any) -> None:
    """In which iterations an activity's branches let it exist."""
    for lane in range(LANES):
        exists[lane] = 1
    for t in range(first, last):
        for lane in range(LANES):
            exists[lane] = exists[lane] if taken[branch[t], lane] == wanted[t] else 0


@_compiled(inlined=True)
def _only(exists: Any, x: Any) -> None:
    for lane in range(LANES):
        x[lane] = x[lane] if exists[lane] else _ZERO


@_compiled(inlined=True)
def _delay(kind: int, p: int, lag: Any, days: Any, starts: Any, finishes: Any, start: Any) -> None:
    """Start later, where this link has it so."""
    if kind == _FINISH_START:
        for lane in range(LANES):
            date = finishes[p, lane] + lag
            start[lane] = date if date > start[lane] else start[lane]
    elif kind == _START_START:
        for lane in range(LANES):
            date = starts[p, lane] + lag
            start[lane] = date if date > start[lane] else start[lane]
    elif kind == _FINISH_FINISH:
        for lane in range(LANES):
            date = (finishes[p, lane] + lag) - days[lane]
            start[lane] = date if date > start[lane] else start[lane]
    else:
        for lane in range(LANES):
            date = (starts[p, lane] + lag) - days[lane]
            start[lane] = date if date > start[lane] else start[lane]


@_compiled(inlined=True)
def _bind(
    kind: int, p: int, lag: Any, days: Any, starts: Any, finishes: Any, start: Any, out: Any, k: int
) -> None:
    """Whether the start is the date that this link gives."""
    if kind == _FINISH_START:
        for lane in range(LANES):
            out[k, lane] = finishes[p, lane] + lag == start[lane]
    elif kind == _START_START:
        for lane in range(LANES):
            out[k, lane] = starts[p, lane] + lag == start[lane]
    elif kind == _FINISH_FINISH:
        for lane in range(LANES):
            out[k, lane] = (finishes[p, lane] + lag) - days[lane] == start[lane]
    else:
        for lane in range(LANES):
            out[k, lane] = (starts[p, lane] + lag) - days[lane] == start[lane]


@_compiled(inlined=True)
def _wait(
    k: int, m: int, origin: Any, lags: Any, earliest: Any, finishes: Any, start: Any, out: Any
) -> None:
    """`_delay` and `_bind` for one link or two, from finish to start: most of any plan, and half as
    fast again in one. A single link is given twice.
    """
    p, q, lag, other = origin[k], origin[m], lags[k], lags[m]
    for lane in range(LANES):
        date, late = finishes[p, lane] + lag, finishes[q, lane] + other
        first = date if date > earliest else earliest
        start[lane] = late if late > first else first
    for lane in range(LANES):
        out[k, lane] = finishes[p, lane] + lag == start[lane]
    for lane in range(LANES):
        out[m, lane] = finishes[q, lane] + other == start[lane]


@_compiled(inlined=True)
def _last(finishes: Any, last: Any, counts: Any, critical: Any) -> None:
    """What finishes last is critical, in iterations that count."""
    for i in range(finishes.shape[0]):
        for lane in range(LANES):
            critical[i, lane] = (finishes[i, lane] == last[lane]) & counts[lane]


@_compiled(inlined=True)
def _sum(eights: Any, i: int) -> Any:
    """How many of a row's bytes are 1, where none is more."""
    found = np.uint64(0)
    for k in range(LANES // 8):
        found += eights[i, k]
    return np.int64((found * _EACH) >> _TOP)


class Work(NamedTuple):
    """What a block is worked out in: rows of lanes."""

    starts: Any
    finishes: Any
    drives: Any
    critical: Any
    eights: Any  # the same, eight at a time
    factors: Any
    delays: Any
    taken: Any
    flags: Any
    lanes: Any
    money: Any


def work(a: Arrays) -> Work:
    """Room for a block of this model."""
    rows, risks = len(a.shape), len(a.risk_probability)
    critical = _rows(rows, np.uint8)
    return Work(
        starts=_rows(rows, np.float32),
        finishes=_rows(rows, np.float32),
        drives=_rows(len(a.link_from), np.uint8),
        critical=critical,
        eights=critical.view(np.uint64),
        factors=_rows(risks, np.float32),
        delays=_rows(risks, np.float32),
        taken=_rows(len(a.branch_probability), np.uint8),
        flags=_rows(3, np.uint8),
        lanes=_rows(5, np.float32),
        money=_rows(1, np.float64),
    )


def _rows(count: int, kind: Any) -> Any:
    """Rows that begin at a cache line: a vector across two of them takes twice as long."""
    size = LANES * np.dtype(kind).itemsize
    space = np.zeros(count * size + _LINE, np.uint8)
    skip = -space.ctypes.data % _LINE
    return space[skip : skip + count * size].view(kind).reshape(count, LANES)


@_compiled(inlined=False)
def run(  # noqa: C901 - one function: see `_compiled`
    a: Any,
    w: Any,
    keys: Any,
    correlated: Any,
    first: int,
    finish: Any,
    cost: Any,
    kept: Any,
    criticality: Any,
) -> None:
    """Simulate as many iterations as `finish` has room for, from block `first` on.

    Writes each iteration's finish, cost and finish of each milestone, and adds to `criticality` in
    how many each activity was critical. `correlated` has the numbers of the correlated activities.
    """
    stream, shape, spread, row = a.stream, a.shape, a.spread, a.correlated
    link_first, link_from, link_type, link_lag = a.link_first, a.link_from, a.link_type, a.link_lag
    effect_first, effect_risk = a.effect_first, a.effect_risk
    turn_first, turn_branch, turn_taken = a.turn_first, a.turn_branch, a.turn_taken
    has_cost, per_day, cost_shape, cost_spread = a.has_cost, a.per_day, a.cost_shape, a.cost_spread
    not_before, risk_shape, risk_spread = a.not_before, a.risk_shape, a.risk_spread
    starts, finishes, drives, critical = w.starts, w.finishes, w.drives, w.critical
    factors, delays, taken, money = w.factors, w.delays, w.taken, w.money[0]
    exists, happens, counts = w.flags[0], w.flags[1], w.flags[2]
    u, x, days, start, last = w.lanes[0], w.lanes[1], w.lanes[2], w.lanes[3], w.lanes[4]
    total, rows = finish.shape[0], shape.shape[0]
    for done in range((total + LANES - 1) // LANES):
        block = first + done
        for lane in range(LANES):
            money[lane] = a.price[0]
            last[lane] = _ZERO
            counts[lane] = done * LANES + lane < total
        for r in range(a.risk_probability.shape[0]):
            s0, s1 = a.risk_stream[r, 0], a.risk_stream[r, 1]
            _uniforms(keys, block, _OCCURS, s0, s1, u)
            _happening(a.risk_probability[r], u, happens)
            _uniforms(keys, block, _IMPACT, s0, s1, u)
            _quantiles(risk_shape[r, 0], risk_spread, 3 * r, u, x)
            _impact(happens, x, _ONE, factors, r)
            _quantiles(risk_shape[r, 1], risk_spread, 3 * r + 1, u, x)
            _impact(happens, x, _ZERO, delays, r)
            _quantiles(risk_shape[r, 2], risk_spread, 3 * r + 2, u, x)
            _only(happens, x)
            for lane in range(LANES):
                money[lane] += np.float64(x[lane])
        for b in range(a.branch_probability.shape[0]):
            _uniforms(keys, block, _BRANCH, a.branch_stream[b, 0], a.branch_stream[b, 1], u)
            _happening(a.branch_probability[b], u, happens)
            for lane in range(LANES):
                taken[b, lane] = happens[lane]
        for i in range(rows):
            turns = turn_first[i] < turn_first[i + 1]
            if row[i] >= 0:
                for lane in range(LANES):
                    u[lane] = correlated[row[i], done * LANES + lane]
            elif shape[i] != FIXED:
                _uniforms(keys, block, _DURATION, stream[i, 0], stream[i, 1], u)
            _quantiles(shape[i], spread, i, u, days)
            if effect_first[i] < effect_first[i + 1]:
                _affect(effect_first[i], effect_first[i + 1], effect_risk, factors, delays, days)
            if turns:
                _exist(turn_first[i], turn_first[i + 1], turn_branch, turn_taken, taken, exists)
                _only(exists, days)
            if has_cost[i]:
                if cost_shape[i] != FIXED:
                    _uniforms(keys, block, _COST, stream[i, 0], stream[i, 1], u)
                _quantiles(cost_shape[i], cost_spread, i, u, x)
                if turns:
                    _only(exists, x)
                for lane in range(LANES):
                    money[lane] += np.float64(x[lane] + per_day[i] * days[lane])
            head, end = link_first[i], link_first[i + 1]
            if (
                0 < end - head <= 2
                and link_type[head] == _FINISH_START
                and link_type[end - 1] == _FINISH_START
            ):
                _wait(head, end - 1, link_from, link_lag, not_before[i], finishes, start, drives)
            else:
                for lane in range(LANES):
                    start[lane] = not_before[i]
                for k in range(head, end):
                    p, kind, lag = link_from[k], link_type[k], link_lag[k]
                    _delay(kind, p, lag, days, starts, finishes, start)
                for k in range(head, end):
                    p, kind, lag = link_from[k], link_type[k], link_lag[k]
                    _bind(kind, p, lag, days, starts, finishes, start, drives, k)
            for lane in range(LANES):
                date = start[lane] + days[lane]
                starts[i, lane] = start[lane]
                finishes[i, lane] = date
                last[lane] = date if date > last[lane] else last[lane]
        _last(finishes, last, counts, critical)
        for back in range(rows):
            i = rows - 1 - back
            found = _sum(w.eights, i)
            if found and turn_first[i] < turn_first[i + 1]:
                _exist(turn_first[i], turn_first[i + 1], turn_branch, turn_taken, taken, exists)
                for lane in range(LANES):
                    criticality[i] += critical[i, lane] & exists[lane]
            else:
                criticality[i] += found
            if found:
                for k in range(link_first[i], link_first[i + 1]):
                    p = link_from[k]
                    for lane in range(LANES):
                        critical[p, lane] |= critical[i, lane] & drives[k, lane]
        for lane in range(min(LANES, total - done * LANES)):
            finish[done * LANES + lane] = last[lane]
            cost[done * LANES + lane] = money[lane]
            for m in range(a.milestone.shape[0]):
                kept[m, done * LANES + lane] = finishes[a.milestone[m], lane]
