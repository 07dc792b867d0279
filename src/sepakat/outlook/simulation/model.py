"""What is simulated: a network with its uncertainty, risks, branches and costs.

Durations and lags are working days. The drivers of risk come first (Hulett 2011): a risk has a
chance and an impact, and whatever activities it touches move together. Uncertainty proper is what
remains of each activity's duration where no risk happens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite

from sepakat.outlook.network import Network
from sepakat.outlook.simulation.correlation import Correlation
from sepakat.record.errors import InvalidError

MAX_RISKS = 2_000
MAX_BRANCHES = 2_000
MAX_EFFECTS = 1_000_000  # pairs of a risk or branch and an activity
MAX_NUMBER = 1e12  # of days or money: float32 still tells a part in ten million


@dataclass(frozen=True, slots=True)
class Triangular:
    """A three-point estimate: the density rises from `low` to `mode`, and falls to `high`."""

    low: float
    mode: float
    high: float

    def check(self, where: str, least: float) -> None:
        """Refuse points out of order, and any below `least`."""
        _check_numbers(where, least, self.low, self.mode, self.high)
        if not self.low <= self.mode <= self.high:
            raise InvalidError(
                f"the three points {self.low:g}, {self.mode:g}, {self.high:g} do not rise",
                where=where,
                fix="Give the least, the most likely and the greatest value, in this order",
            )


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything from `low` to `high`, all alike."""

    low: float
    high: float

    def check(self, where: str, least: float) -> None:
        """Refuse ends out of order, and any below `least`."""
        _check_numbers(where, least, self.low, self.high)
        if not self.low <= self.high:
            raise InvalidError(f"{self.low:g} is above {self.high:g}", where=where)


Spread = Triangular | Uniform


@dataclass(frozen=True, slots=True)
class Risk:
    """What may happen, and what it then does to each of `activities`.

    Where it happens, one draw says how bad it is, and is read off all its impacts: `factor`
    multiplies durations, `days` are added to them (below 0: a chance to be early), `cost` is spent
    once. Several risks on an activity multiply, and add, one after the other.
    """

    name: str
    probability: float
    activities: tuple[str, ...]
    factor: Spread | None = None
    days: Spread | None = None
    cost: Spread | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A turn that is taken with a probability: `activities` exist then, and else `otherwise`.

    What does not exist takes no time and no money; its links and their lags hold all the same.
    """

    name: str
    probability: float
    activities: tuple[str, ...]
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What an activity costs: `fixed`, and `per_day` for as long as it takes."""

    fixed: Spread | float = 0.0
    per_day: float = 0.0


@dataclass(frozen=True, slots=True)
class Mitigation:
    """What could be done: the risks as they would be `after` it, each under its old name.

    `price` is what doing it costs, whatever happens.
    """

    name: str
    after: tuple[Risk, ...]
    price: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """All that a simulation depends on but its seed. Raises InvalidError for what cannot be.

    An activity without `uncertainty` takes its duration in the network. None starts before day 0,
    nor before the day that `not_before` has for it. `price` is spent whatever happens.
    """

    network: Network
    uncertainty: Mapping[str, Spread] = field(default_factory=dict)
    risks: tuple[Risk, ...] = ()
    branches: tuple[Branch, ...] = ()
    costs: Mapping[str, Cost] = field(default_factory=dict)
    correlation: Correlation | None = None
    not_before: Mapping[str, float] = field(default_factory=dict)
    price: float = 0.0

    def __post_init__(self) -> None:
        known = set(self.network.activities)
        if not known:
            raise InvalidError("a network without activities cannot be simulated")
        for name, spread in self.uncertainty.items():
            _check_known(known, [name], "uncertainty")
            spread.check(f"uncertainty of {name}", least=0)
        _check_drivers(self.risks, self.branches, known)
        for name, cost in self.costs.items():
            _check_known(known, [name], "costs")
            _check_cost(cost, f"cost of {name}")
        for name, day in self.not_before.items():
            _check_known(known, [name], "not before")
            _check_numbers(f"not before, of {name}", 0, day)
        if self.correlation is not None:
            _check_known(set(self.uncertainty), self.correlation.activities, "correlation")
        _check_numbers("price", 0, self.price)

    def mitigated(self, *mitigations: Mitigation) -> "Model":
        """The model after these, of which no two may treat one risk."""
        after = {risk.name: risk for each in mitigations for risk in each.after}
        if len(after) < sum(len(each.after) for each in mitigations):
            raise InvalidError("two mitigations treat one risk", fix="Lay them beside each other")
        if unknown := after.keys() - {risk.name for risk in self.risks}:
            raise InvalidError(f"there is no risk {min(unknown)!r} to mitigate")
        risks = tuple(after.get(risk.name, risk) for risk in self.risks)
        price = self.price + sum(each.price for each in mitigations)
        return replace(self, risks=risks, price=price)

    def without(self, risk: str) -> "Model":
        """The model without the risk of this name."""
        if risk not in {each.name for each in self.risks}:
            raise InvalidError(f"there is no risk {risk!r}")
        return replace(self, risks=tuple(each for each in self.risks if each.name != risk))


def _check_drivers(risks: tuple[Risk, ...], branches: tuple[Branch, ...], known: set[str]) -> None:
    if len(risks) > MAX_RISKS or len(branches) > MAX_BRANCHES:
        raise InvalidError(
            f"{len(risks):,} risks and {len(branches):,} branches are too many",
            fix=f"A model has at most {MAX_RISKS:,} and {MAX_BRANCHES:,}",
        )
    effects = sum(len(r.activities) for r in risks)
    effects += sum(len(b.activities) + len(b.otherwise) for b in branches)
    if effects > MAX_EFFECTS:
        raise InvalidError(
            f"{effects:,} effects on activities are more than {MAX_EFFECTS:,}",
            fix="Let risks and branches touch fewer activities",
        )
    for kind, drivers in (("risk", risks), ("branch", branches)):
        names = [driver.name for driver in drivers]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InvalidError(
                "has the name of another", where=f"{kind} {twice}", fix="Give it a name of its own"
            )
        for driver in drivers:
            if not 0 <= driver.probability <= 1:
                raise InvalidError(
                    f"{driver.probability} is no probability", where=f"{kind} {driver.name}"
                )
    for risk in risks:
        _check_risk(risk, known)
    for branch in branches:
        where = f"branch {branch.name}"
        touched = (*branch.activities, *branch.otherwise)
        _check_known(known, touched, where)
        if len(set(touched)) < len(touched):
            raise InvalidError(
                "names an activity twice",
                where=where,
                fix="Put it into one way of the branch alone",
            )


def _check_risk(risk: Risk, known: set[str]) -> None:
    where = f"risk {risk.name}"
    _check_known(known, risk.activities, where)
    if len(set(risk.activities)) < len(risk.activities):
        raise InvalidError("names an activity twice", where=where)
    if risk.factor is not None:
        risk.factor.check(f"{where}, factor", least=0)
    for impact, spread in (("days", risk.days), ("cost", risk.cost)):
        if spread is not None:
            spread.check(f"{where}, {impact}", least=-MAX_NUMBER)


def _check_cost(cost: Cost, where: str) -> None:
    _check_numbers(where, 0, cost.per_day)
    if isinstance(cost.fixed, Triangular | Uniform):
        cost.fixed.check(where, least=0)
    else:
        _check_numbers(where, 0, cost.fixed)


def _check_known(known: set[str], names: Iterable[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise InvalidError(f"there is no activity {name!r}", where=where)


def _check_numbers(where: str, least: float, *numbers: float) -> None:
    for number in numbers:
        if not isfinite(number) or not least <= number <= MAX_NUMBER:
            raise InvalidError(
                f"{number:g} is not from {least:g} to {MAX_NUMBER:g}",
                where=where,
                fix="Give a number in that range",
            )
