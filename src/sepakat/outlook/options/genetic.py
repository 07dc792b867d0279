"""Schedules by serial generation and justification, improved by a genetic search; compiled.

A schedule is made from a list of activities, each placed at the first day on which its links and
all resources allow it (the serial scheme: R. Kolisch, European Journal of Operational Research 90,
1996). It is then justified: generated backwards from its own end and forwards again, for as long as
that improves it (V. Valls, F. Ballestín, S. Quintanilla, EJOR 165, 2005). Lists are crossed at two
points (S. Hartmann, Naval Research Logistics 45, 1998), and a child takes the place of the worse
parent, so that the population stays mixed.

This module needs numba, so it is imported late.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., object])


def _compiled(function: Function) -> Function:
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep compiled code in
        return cast(Function, numba.njit(nogil=True)(function))


class Tasks(NamedTuple):
    """n activities over r resources. `penalty` is the cost of a day late: above any objective.

    If all weights are 0, the objective is the makespan.
    """

    duration: Ints  # n
    demand: Ints  # n, r
    capacity: Ints  # r
    earliest: Ints  # n: no start before
    latest: Ints  # n: no finish after
    weight: Ints  # n
    penalty: int


class Waits(NamedTuple):
    """For activity i, entries first[i] to first[i + 1]: it starts `delta` after `other` does."""

    first: Ints
    other: Ints
    delta: Ints


class Population(NamedTuple):
    lists: Ints  # p, n: the activities in the order of their placing
    costs: Ints  # p; the best start is kept apart, as children take their parents' places
    best: Ints  # n: starts
    state: Ints  # how many members there are, the best cost


@_compiled
def _in_order(key: Floats, before: Waits, after: Waits, out: Ints) -> None:
    """The activities by key, none before one that it waits for."""
    count = key.size
    open_ = np.empty(count, np.int64)
    waiting = np.empty(count, np.int64)
    size = 0
    for i in range(count):
        waiting[i] = before.first[i + 1] - before.first[i]
        if waiting[i] == 0:
            open_[size] = i
            size += 1
    for place in range(count):
        least = 0
        for e in range(1, size):
            a, b = open_[e], open_[least]
            if key[a] < key[b] or (key[a] == key[b] and a < b):
                least = e
        chosen = open_[least]
        out[place] = chosen
        size -= 1
        open_[least] = open_[size]
        for q in range(after.first[chosen], after.first[chosen + 1]):
            waiting[after.other[q]] -= 1
            if waiting[after.other[q]] == 0:
                open_[size] = after.other[q]
                size += 1


@_compiled
def _place(tasks: Tasks, i: int, day: int, used: Ints) -> int:
    """The first day from `day` on which activity i has its resources, which it then takes."""
    resources = tasks.capacity.size
    reached = day
    while reached < day + tasks.duration[i]:
        free = True
        for r in range(resources):
            if used[reached, r] + tasks.demand[i, r] > tasks.capacity[r]:
                free = False
                break
        reached += 1
        if not free:
            day = reached
    for t in range(day, day + tasks.duration[i]):
        for r in range(resources):
            used[t, r] += tasks.demand[i, r]
    return day


@_compiled
def _generate(
    tasks: Tasks, earliest: Ints, before: Waits, order: Ints, used: Ints, start: Ints
) -> int:
    """Fill `start` by the serial scheme; returns the makespan. `used` is left all zero."""
    end = 0
    for place in range(order.size):
        i = order[place]
        day = earliest[i]
        for q in range(before.first[i], before.first[i + 1]):
            day = max(day, start[before.other[q]] + before.delta[q])
        start[i] = _place(tasks, i, day, used)
        end = max(end, start[i] + tasks.duration[i])
    used[:end] = 0
    return end


@_compiled
def _cost(tasks: Tasks, start: Ints) -> int:
    late, end, weighted, weights = 0, 0, 0, 0
    for i in range(start.size):
        finish = start[i] + tasks.duration[i]
        late += max(0, finish - tasks.latest[i])
        end = max(end, finish)
        weighted += tasks.weight[i] * finish
        weights += tasks.weight[i]
    return late * tasks.penalty + (weighted if weights else end)


@_compiled
def _improve(
    tasks: Tasks, before: Waits, after: Waits, order: Ints, used: Ints, start: Ints
) -> int:
    """The schedule of `order`, justified until that no longer helps; `order` becomes its own."""
    count = order.size
    key = np.empty(count)
    backward = np.empty(count, np.int64)
    trial = np.empty(count, np.int64)
    anytime = np.zeros(count, np.int64)
    _generate(tasks, tasks.earliest, before, order, used, start)
    cost = _cost(tasks, start)
    while True:
        for i in range(count):
            key[i] = -(start[i] + tasks.duration[i])
        _in_order(key, after, before, order)
        _generate(tasks, anytime, after, order, used, backward)
        for i in range(count):
            key[i] = -(backward[i] + tasks.duration[i])
        _in_order(key, before, after, order)
        _generate(tasks, tasks.earliest, before, order, used, trial)
        reached = _cost(tasks, trial)
        if reached <= cost:
            start[:] = trial
        if reached >= cost:
            break
        cost = reached
    for i in range(count):
        key[i] = start[i]
    _in_order(key, before, after, order)
    return cost


@_compiled
def _cross(mother: Ints, father: Ints, child: Ints) -> None:
    """Mother's order, but for a stretch of the places, which is filled in father's."""
    count = child.size
    one, two = np.random.randint(count + 1), np.random.randint(count + 1)
    if one > two:
        one, two = two, one
    taken = np.zeros(count, np.bool_)
    child[:one] = mother[:one]
    for place in range(one):
        taken[mother[place]] = True
    filled = one
    for parent, until in ((father, two), (mother, count)):
        for place in range(count):
            if filled == until:
                break
            if not taken[parent[place]]:
                child[filled] = parent[place]
                taken[parent[place]] = True
                filled += 1


@_compiled
def _mutate(before: Waits, after: Waits, child: Ints) -> None:
    """Move a few activities about a tenth of the list up or down, as far as links allow."""
    count = child.size
    key = np.empty(count)
    for place in range(count):
        key[child[place]] = place
    for _ in range(1 + np.random.randint(max(1, count // 20))):
        key[np.random.randint(count)] += np.random.normal() * count * 0.1
    _in_order(key, before, after, child)


@_compiled
def evolve(
    tasks: Tasks,
    before: Waits,
    after: Waits,
    rule: Floats,
    used: Ints,
    population: Population,
    children: int,
    seed: int,
) -> None:
    """Make so many children. The first members are made by the priority `rule`, blurred.

    `used` has a row for each day that a schedule can reach and a column for each resource.
    """
    np.random.seed(seed)
    count = rule.size
    lists, costs, best, state = population
    child = np.empty(count, np.int64)
    start = np.empty(count, np.int64)
    for _ in range(children):
        filled = state[0]
        worse = filled
        if filled < costs.size:
            blur = np.random.random(count) + 0.5 if filled else np.ones(count)
            _in_order(rule * blur, before, after, child)
        else:
            mother, father = np.random.randint(filled), np.random.randint(filled)
            worse = father if costs[father] > costs[mother] else mother
            _cross(lists[mother], lists[father], child)
            if np.random.random() < 0.5:
                _mutate(before, after, child)
        cost = _improve(tasks, before, after, child, used, start)
        if filled < costs.size or cost <= costs[worse]:
            lists[worse] = child
            costs[worse] = cost
            state[0] = min(filled + 1, costs.size)
        if cost < state[1]:
            state[1] = cost
            best[:] = start
