"""What an optimisation found, how good that can be said to be, and what stood in its way."""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any, Generic, TypeVar

from sepakat.record.errors import InvalidError, SepakatError

MAX_SECONDS = 3_600

Plan = TypeVar("Plan")


class Status(StrEnum):
    PROVED = "proved"  # no plan is better
    FEASIBLE = "feasible"  # a plan; the bound says how much better another could be
    NONE = "none"  # no plan found within the limit; there may be one
    INFEASIBLE = "infeasible"  # proved: no plan keeps all constraints


@dataclass(frozen=True, slots=True)
class Conflict:
    """A constraint that would have to give way, and by how much: one way out, seldom the only one.

    `rule` is the constraint's type and `of` what it is about: an activity, a nation, a year.
    """

    rule: str
    of: str
    short: int


@dataclass(frozen=True, slots=True)
class Result(Generic[Plan]):
    """An optimisation's outcome.

    `bound` is what no plan can beat, in the objective's unit; None where nothing was proved.
    `seconds` is the time limit that was set, not the time taken. `conflicts` is empty where there
    is a plan.
    """

    status: Status
    seconds: float
    plan: Plan | None = None
    objective: int | None = None
    bound: int | None = None
    conflicts: tuple[Conflict, ...] = ()

    @property
    def gap(self) -> float | None:
        """How far the objective is from the bound, as a share of the objective."""
        if self.objective is None or self.bound is None:
            return None
        return abs(self.objective - self.bound) / max(1, abs(self.objective))


def found(plan: Plan, objective: int, bound: int | None, seconds: float) -> Result[Plan]:
    """A plan, called proved only where its objective is its bound."""
    status = Status.PROVED if objective == bound else Status.FEASIBLE
    return Result(status, seconds, plan, objective, bound)


def check_limits(limit_s: float, workers: int = 1) -> None:
    if not 0 < limit_s <= MAX_SECONDS:
        raise InvalidError(
            f"a time limit of {limit_s} s is out of range", fix=f"Set 0 to {MAX_SECONDS:,} s"
        )
    if not 1 <= workers <= 64:
        raise InvalidError(f"{workers} workers are out of range", fix="Set 1 to 64")


def solver(module: str) -> Any:
    """A module of the extra `outlook`, imported when it is first needed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise SepakatError(
            f"options need the package {module.partition('.')[0]}, which is not installed",
            fix="Install Sepakat with it: pip install 'sepakat[outlook]'",
        ) from error
