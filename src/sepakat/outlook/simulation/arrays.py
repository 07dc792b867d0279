"""A model as the flat arrays that both engines read."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import sqrt
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sepakat.outlook.simulation.model import Model, Spread, Triangular, Uniform
from sepakat.outlook.simulation.randoms import stream
from sepakat.record.errors import InvalidError

METHOD = b"sepakat simulation 1\n"  # changes with any change of what the same model and seed give

FIXED, UNIFORM, TRIANGULAR = 0, 1, 2

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Words = NDArray[np.uint32]
T = TypeVar("T")


class Arrays(NamedTuple):
    """Rows are activities, risks or branches; `*_first` says where a row's own entries begin.

    A spread is its shape, and five numbers: where a triangle splits, its ends, and the steps from
    each. `correlated` is the row among the correlated activities, or -1.
    """

    stream: Words
    shape: Ints
    spread: Floats
    correlated: Ints
    not_before: Floats
    link_first: Ints
    link_from: Ints
    link_type: Ints
    link_lag: Floats
    effect_first: Ints
    effect_risk: Ints
    turn_first: Ints
    turn_branch: Ints
    turn_taken: Ints
    has_cost: Ints
    per_day: Floats
    cost_shape: Ints
    cost_spread: Floats
    risk_stream: Words
    risk_probability: Floats
    risk_shape: Ints  # of factor, days and cost
    risk_spread: Floats  # three rows for each
    branch_stream: Words
    branch_probability: Floats
    factor: NDArray[np.float64]  # of the correlation matrix: it is this times its transpose
    price: NDArray[np.float64]
    milestone: Ints

    def digest(self) -> str:
        """SHA-256 of all inputs, so that a forecast can name them: equal inputs, equal digest."""
        found = sha256(METHOD)
        for name in self._fields:
            array: NDArray[Any] = getattr(self, name)
            found.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
            found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()


def arrays(model: Model, milestones: Sequence[str]) -> Arrays:
    """The model, of which the finishes of `milestones` are to be kept."""
    names, place = model.network.activities, model.network.index()
    for name in milestones:
        if name not in place:
            raise InvalidError(f"there is no activity {name!r}", where="milestones")
    estimates = [
        model.uncertainty.get(name, duration)
        for name, duration in zip(names, model.network.durations, strict=True)
    ]
    costs = [model.costs.get(name) for name in names]
    shape, spread = _spreads(estimates)
    cost_shape, cost_spread = _spreads([cost.fixed if cost else 0.0 for cost in costs])
    risk_shape, risk_spread = _spreads(
        [part for r in model.risks for part in (r.factor or 1.0, r.days or 0.0, r.cost or 0.0)]
    )
    links = model.network.links
    effect_first, effect_risk = _by_activity(
        len(names), [(place[a], i) for i, risk in enumerate(model.risks) for a in risk.activities]
    )
    turns = [
        (place[a], (i, taken))
        for i, branch in enumerate(model.branches)
        for taken, group in ((1, branch.activities), (0, branch.otherwise))
        for a in group
    ]
    turn_first, turn = _by_activity(len(names), turns)
    grid = np.array(turn, dtype=np.int32).reshape(-1, 2)
    correlation = model.correlation
    row = {name: i for i, name in enumerate(correlation.activities)} if correlation else {}
    return Arrays(
        stream=_streams(names),
        shape=shape,
        spread=spread,
        correlated=_ints(row.get(name, -1) for name in names),
        not_before=_floats(model.not_before.get(name, 0.0) for name in names),
        link_first=_firsts(len(names), [after for _, after, _, _ in links]),
        link_from=_ints(before for before, _, _, _ in links),
        link_type=_ints(int(kind) for _, _, kind, _ in links),
        link_lag=_floats(lag for _, _, _, lag in links),
        effect_first=effect_first,
        effect_risk=_ints(effect_risk),
        turn_first=turn_first,
        turn_branch=np.ascontiguousarray(grid[:, 0]),
        turn_taken=np.ascontiguousarray(grid[:, 1]),
        has_cost=_ints(cost is not None for cost in costs),
        per_day=_floats(cost.per_day if cost else 0.0 for cost in costs),
        cost_shape=cost_shape,
        cost_spread=cost_spread,
        risk_stream=_streams(risk.name for risk in model.risks),
        risk_probability=_floats(risk.probability for risk in model.risks),
        risk_shape=risk_shape.reshape(-1, 3),
        risk_spread=risk_spread,
        branch_stream=_streams(branch.name for branch in model.branches),
        branch_probability=_floats(branch.probability for branch in model.branches),
        factor=np.array(correlation.factor() if correlation else [], dtype=np.float64).reshape(
            len(row), len(row)
        ),
        price=np.array([model.price], dtype=np.float64),
        milestone=_ints(place[name] for name in milestones),
    )


def spread_of(spread: Spread | float) -> tuple[int, tuple[float, float, float, float, float]]:
    """The shape and its five numbers: see `Arrays`."""
    if isinstance(spread, Uniform):
        return UNIFORM, (0.0, spread.low, 0.0, spread.high - spread.low, 0.0)
    if not isinstance(spread, Triangular):
        return FIXED, (0.0, spread, 0.0, 0.0, 0.0)
    low, mode, high = spread.low, spread.mode, spread.high
    if low == high:
        return FIXED, (0.0, low, 0.0, 0.0, 0.0)
    width = high - low
    up, down = sqrt(width * (mode - low)), sqrt(width * (high - mode))
    return TRIANGULAR, ((mode - low) / width, low, high, up, -down)


def _spreads(given: Sequence[Spread | float]) -> tuple[Ints, Floats]:
    found = [spread_of(spread) for spread in given]
    numbers = np.array([numbers for _, numbers in found], dtype=np.float32)
    return _ints(shape for shape, _ in found), numbers.reshape(-1, 5)


def _by_activity(count: int, pairs: list[tuple[int, T]]) -> tuple[Ints, list[T]]:
    ordered = sorted(pairs, key=lambda pair: pair[0])  # stable: drivers keep their order
    return _firsts(count, [activity for activity, _ in ordered]), [entry for _, entry in ordered]


def _firsts(count: int, rows: Sequence[int]) -> Ints:
    numbers = np.bincount(np.array(rows, dtype=np.int64), minlength=count)
    return np.concatenate([[0], np.cumsum(numbers)]).astype(np.int32)


def _streams(names: Iterable[str]) -> Words:
    return np.array([stream(name) for name in names], dtype=np.uint32).reshape(-1, 2)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.int32)


def _floats(numbers: Iterable[float]) -> Floats:
    return np.array(list(numbers), dtype=np.float32)
