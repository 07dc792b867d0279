"""How likely and how bad a risk is, in four bands of each: for pictures, never for a simulation.

The limits are our own. Nations that use others read the figures, which stand beside the bands.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sepakat.outlook.risks.treatments import treatment_of

# The least value of each band after the first.
PROBABILITY = (10, 30, 60)  # per cent
IMPACT = {
    "days": (5, 20, 60),  # working days
    "percent": (5, 15, 30),  # beyond the planned duration
    "cost": (1, 5, 10),  # of the budget, in per cent
}
WHOLE = 100  # per cent


class Banded(NamedTuple):
    """Both from 0, the least, to 3."""

    probability: int
    impact: int


def banded(risk: Mapping[str, Any], budgets: Iterable[Decimal]) -> Banded:
    """A risk's fields as it is now, after the treatment that is under way.

    The worst of its most likely impacts counts; one of cost against the smallest of the `budgets`
    of its projects. Without a budget, any cost is in the highest band.
    """
    treatment = treatment_of(risk)
    probability = Decimal((treatment or risk)["probability"])
    left = Decimal(treatment["impact"]) / WHOLE if treatment else Decimal(1)
    budget = min(budgets, default=Decimal(0))
    impacts = (_impact(row["measure"], Decimal(row["likely"]), left, budget) for row in _rows(risk))
    return Banded(_band(probability, PROBABILITY), max(impacts))


def _rows(risk: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = risk["impacts"]
    return found


def _impact(measure: str, likely: Decimal, left: Decimal, budget: Decimal) -> int:
    limits = IMPACT[measure]
    match measure:
        case "percent":
            return _band((likely - WHOLE) * left, limits)
        case "cost":
            if likely * left <= 0:
                return 0
            return _band(likely * left / budget * WHOLE, limits) if budget > 0 else len(limits)
        case _:
            return _band(likely * left, limits)


def _band(value: Decimal, limits: Iterable[int]) -> int:
    return sum(value >= limit for limit in limits)
