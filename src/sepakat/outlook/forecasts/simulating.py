"""A plan being simulated: what its forecast and its pictures are both taken from."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sepakat.outlook.forecasts.days import WorkingDays
from sepakat.outlook.forecasts.modelling import modelled
from sepakat.outlook.forecasts.obligations import Bound
from sepakat.outlook.forecasts.rows import still_open
from sepakat.outlook.learning.reference import Outcome, PublicClass
from sepakat.outlook.plan.cpm.schedule import Schedule, schedule
from sepakat.outlook.plan.reading import read
from sepakat.outlook.simulation.drivers import Bar, Treated, tornado, treated
from sepakat.outlook.simulation.model import Model
from sepakat.outlook.simulation.results import Result, chance, quantiles
from sepakat.outlook.simulation.running import Engine, simulate
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Object

if TYPE_CHECKING:
    from distributed import Client

Fields = Mapping[str, Any]

DRIVER_ITERATIONS = 2_000  # a thousand tell the drivers' order
SMALL = 4_000_000  # samples for which NumPy is sooner done than numba has compiled


@dataclass(frozen=True)
class Request:
    """What a forecast is made from. `plan` and `project` are the objects, `file` the plan's bytes.

    `outcomes` are the partnership's own, of forecasts that have come out, in days from the
    project's start; `public` is the class that stands in for them while they are few. Neither
    `threads` nor a `cluster`, which takes their place, changes a figure.
    """

    plan: Object
    project: Object
    file: bytes
    as_of: date
    seed: int
    iterations: int = 10_000
    risks: Sequence[Object] = ()
    obligations: Sequence[Bound] = ()
    outcomes: Sequence[Outcome] = ()
    public: PublicClass | None = None
    threads: int = 1
    cluster: "Client | None" = None


class End(NamedTuple):
    """P80 of the last milestone, the chance to reach it by its day, and P80 of the cost."""

    p80: date
    on_time: float
    cost: float


class Simulated:
    """A request's plan, its model, and the simulation of both."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.plan = read(request.file)
        self.modelled = modelled(self.plan, request.plan.fields, request.risks)
        self.model: Model = self.modelled.model
        self.days = WorkingDays(self.plan)
        self.schedule: Schedule = schedule(self.plan)
        self.open: list[Fields] = still_open(request.plan.fields["promises"])
        self._check()
        samples = len(self.model.network.activities) * request.iterations
        self._engine: Engine | None = "numpy" if samples <= SMALL else None

    def _check(self) -> None:
        if not self.open:
            raise InvalidError(
                "every milestone of the plan is achieved",
                where=self.request.plan.id,
                fix="There is nothing left to forecast: complete the project",
            )
        known = self.model.network.index()
        for row in self.open:
            if row["activity"] not in known:
                raise InvalidError(
                    f"the plan has no activity {row['activity']!r}",
                    where="promises",
                    fix="Tie each milestone to an activity that logic dates",
                )

    @property
    def last(self) -> Fields:
        """The open milestone that is planned last."""
        return max(self.open, key=lambda row: row["planned"])

    def end(self, result: Result) -> End:
        """How the last milestone and the cost come out in a simulation that kept it."""
        row = self.last
        ends = result.milestones[row["activity"]]
        by = self.days.by(date.fromisoformat(row.get("due") or row["planned"]))
        cost = quantiles(result.cost, (80,))[80]
        return End(self.days.on(quantiles(ends, (80,))[80]), chance(ends, by), cost)

    def with_model(self, model: Model) -> "Simulated":
        """The same plan under another model, simulated anew."""
        found = copy(self)
        for name in ("result", "bars", "treated"):
            found.__dict__.pop(name, None)
        found.model = model
        return found

    @cached_property
    def result(self) -> Result:
        return self.simulate(self.model, [row["activity"] for row in self.open])

    def simulate(
        self, model: Model, milestones: Sequence[str], iterations: int | None = None
    ) -> Result:
        how = self._how(iterations or self.request.iterations)
        return simulate(model, milestones=milestones, **how)

    @cached_property
    def bars(self) -> list[Bar]:
        """What each driver moves, the strongest first."""
        return tornado(self.model, **self._how(self._fewer))

    @cached_property
    def treated(self) -> list[Treated]:
        """What each treatment that is not under way would change of the last milestone."""
        mitigations = [mitigation for _risk, mitigation in self.modelled.treatments]
        if not mitigations:
            return []
        how = self._how(self._fewer)
        return treated(self.model, mitigations, milestone=self.last["activity"], **how)

    @property
    def _fewer(self) -> int:
        return min(self.request.iterations, DRIVER_ITERATIONS)

    def _how(self, iterations: int) -> dict[str, Any]:
        request = self.request
        return {
            "seed": request.seed,
            "iterations": iterations,
            "threads": request.threads,
            "engine": self._engine,
            "cluster": request.cluster,
        }
