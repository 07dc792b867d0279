"""Whole-number programs for HiGHS: named rows, an exact check of its answer, and what gives way.

HiGHS computes in floating point. Each row is divided by its largest coefficient, so that its
tolerance is a share of the amounts in it; the plan is then rounded and checked in whole numbers,
and a plan that breaks a row, by however little, is not returned.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from math import ceil, gcd, isfinite
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from sepakat.outlook.options.result import Conflict, Result, Status, found, solver
from sepakat.record.errors import InvalidError

PERCENT = 100
MAX_AMOUNT = 10**12  # in the unit that the caller chose
MAX_COLUMNS = 20_000
MAX_TERMS = 1_000_000
TRIES = 4
TOLERANCE = 1e-9
FIRM = 1_000.0  # a firm row gives way at the cost of so many others


class Column(NamedTuple):
    """A whole number from 0 to `most`, and what one of it adds to the objective."""

    most: int
    objective: int


class Row(NamedTuple):
    """`terms` times the columns come to `least` at least. `unit` divides a shortfall for people.

    A row without a rule says what the columns mean, and never gives way; a firm one only where
    giving way elsewhere does not help.
    """

    rule: str
    of: str
    terms: Mapping[int, int]
    least: int
    unit: int = 1
    firm: bool = False

    def short(self, values: Sequence[int]) -> int:
        return self.least - sum(factor * values[column] for column, factor in self.terms.items())


@dataclass
class Program:
    """Minimise the columns' objective under the rows."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def column(self, most: int = 1, objective: int = 0) -> int:
        self.columns.append(Column(most, objective))
        return len(self.columns) - 1

    def always(self, terms: Mapping[int, int]) -> None:
        self.rows.append(Row("", "", terms, 0))

    def at_least(
        self,
        rule: str,
        of: str,
        terms: Mapping[int, int],
        least: int,
        *,
        unit: int = 1,
        firm: bool = False,
    ) -> None:
        self.rows.append(Row(rule, of, terms, least, unit, firm))

    def at_most(
        self,
        rule: str,
        of: str,
        terms: Mapping[int, int],
        most: int,
        *,
        unit: int = 1,
        firm: bool = False,
    ) -> None:
        turned = {column: -factor for column, factor in terms.items()}
        self.at_least(rule, of, turned, -most, unit=unit, firm=firm)


def minimise(program: Program, limit_s: float, seed: int) -> Result[Sequence[int]]:
    """The columns' values. HiGHS runs on one thread, so the same program has the same answer,
    unless the time limit cuts it off.

    Raises InvalidError where the program is too large or its amounts are.
    """
    _check(program)
    deadline = monotonic() + limit_s
    margins = [0.0] * len(program.rows)
    bound: int | None = None
    for attempt in range(TRIES):
        status, values, dual = _solve(program, margins, deadline, seed)
        if status is Status.INFEASIBLE and not attempt:
            conflicts = _gives(program, deadline, seed)
            return Result(Status.INFEASIBLE, limit_s, conflicts=conflicts)
        if not attempt:
            bound = _bound(program, dual)
        if values is None:
            break
        broken = [(i, row.short(values)) for i, row in enumerate(program.rows)]
        if all(short <= 0 for _, short in broken):
            objective = sum(c.objective * v for c, v in zip(program.columns, values, strict=True))
            return found(values, objective, bound, limit_s)
        for i, short in broken:  # what rounding broke is asked for with a margin
            if short > 0:
                margins[i] += short
    return Result(Status.NONE, limit_s, bound=bound)


def _bound(program: Program, dual: float) -> int | None:
    """The least objective that whole numbers can have, from HiGHS' bound less its tolerance."""
    step = gcd(*(column.objective for column in program.columns)) or 1
    if not isfinite(dual):
        return None
    steps = dual / step
    return ceil(steps - max(1e-6, TOLERANCE * abs(steps))) * step


def _solve(
    program: Program, margins: Sequence[float], deadline: float, seed: int
) -> tuple[Status, Sequence[int] | None, float]:
    """Whether HiGHS found a plan, the plan rounded, and its bound."""
    highspy, model = _model(program, margins, deadline, seed)
    for place, column in enumerate(program.columns):
        model.changeColCost(place, column.objective / _scale(program))
    model.run()
    status = model.getModelStatus()
    kinds = highspy.HighsModelStatus
    info = model.getInfo()
    dual = info.mip_dual_bound * _scale(program)
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):  # no column is unbounded
        return Status.INFEASIBLE, None, dual
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Status.NONE, None, dual
    return Status.FEASIBLE, [round(v) for v in model.getSolution().col_value], dual


def _gives(program: Program, deadline: float, seed: int) -> tuple[Conflict, ...]:
    """The rows that give way where as little as possible does, each as a share of its size.

    Empty where the time was too short to tell.
    """
    import numpy as np

    highspy, model = _model(program, [0.0] * len(program.rows), deadline, seed)
    count = len(program.columns)
    for place, row in enumerate(program.rows):
        if not row.rule:
            continue
        largest = max(1, *(abs(f) for f in row.terms.values()), abs(row.least))
        scale = _largest(row)
        cost = FIRM if row.firm else 1.0
        model.addCol(
            cost, 0.0, highspy.kHighsInf, 1, np.array([place]), np.array([largest / scale])
        )
    model.run()
    if model.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return ()
    values = [round(v) for v in model.getSolution().col_value[:count]]
    return tuple(
        Conflict(row.rule, row.of, -(-short // row.unit))
        for row in program.rows
        if (short := row.short(values)) > 0
    )


def _model(program: Program, margins: Sequence[float], deadline: float, seed: int) -> Any:
    """The module and a model with all rows, whole columns, and no objective."""
    import numpy as np

    highspy = solver("highspy")
    with _ONE_AT_A_TIME:
        _let_speak()
    model = highspy.Highs()
    options = {
        "output_flag": False,
        "log_to_console": False,
        "threads": 1,
        "random_seed": seed,
        "time_limit": max(0.01, deadline - monotonic()),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.0,
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
    }
    for name, value in options.items():
        model.setOptionValue(name, value)
    for column in program.columns:
        model.addVar(0.0, float(column.most))
    count = len(program.columns)
    whole = np.full(count, highspy.HighsVarType.kInteger)
    model.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)
    for row, margin in zip(program.rows, margins, strict=True):
        scale = _largest(row)
        places = np.array(list(row.terms), np.int32)
        factors = np.array([factor / scale for factor in row.terms.values()])
        least = (row.least + margin) / scale
        model.addRow(least, highspy.kHighsInf, len(places), places, factors)
    return highspy, model


_ONE_AT_A_TIME = Lock()


@cache
def _let_speak() -> None:
    """HiGHS' first model of a process prints two lines about itself, whatever it is told; where a
    program answers on the standard output, they would be in the answer."""
    with _said_on_stderr():
        solver("highspy").Highs()


@contextmanager
def _said_on_stderr() -> Iterator[None]:
    """Meanwhile what the process writes to file 1 goes to file 2, of other threads too: so nothing
    is lost, and it lasts for milliseconds."""
    try:
        kept = os.dup(1)
    except OSError:  # it is closed: then nobody reads it either
        yield
        return
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _largest(row: Row) -> int:
    return max((abs(factor) for factor in row.terms.values()), default=1) or 1


def _scale(program: Program) -> int:
    return max((abs(column.objective) for column in program.columns), default=1) or 1


def _check(program: Program) -> None:
    terms = sum(len(row.terms) for row in program.rows)
    if len(program.columns) > MAX_COLUMNS or terms > MAX_TERMS:
        raise InvalidError(
            f"{len(program.columns):,} choices with {terms:,} terms are too many",
            fix=f"Ask for at most {MAX_COLUMNS:,} and {MAX_TERMS:,} at once",
        )


def check_amounts(where: str, *amounts: int) -> None:
    for amount in amounts:
        if not 0 <= amount <= MAX_AMOUNT:
            raise InvalidError(
                f"{amount} is not between 0 and {MAX_AMOUNT:,}",
                where=where,
                fix="Give all amounts in thousands, or millions",
            )


def check_percents(floors: Mapping[str, int]) -> None:
    for nation, percent in floors.items():
        if not 0 <= percent <= PERCENT:
            raise InvalidError(
                f"{percent} is no percentage",
                where=nation,
                fix=f"Give a whole number from 0 to {PERCENT}",
            )
