"""A forecast, from a plan, what was said beside it, and the risks it runs.

A pure function of its inputs and the seed: whoever has them comes to the same bytes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import numpy as np

from sepakat.outlook.forecasts import figures
from sepakat.outlook.forecasts.days import WorkingDays
from sepakat.outlook.forecasts.figures import Figures
from sepakat.outlook.forecasts.modelling import Modelled, modelled
from sepakat.outlook.forecasts.obligations import Bound
from sepakat.outlook.learning.reference import Basis, Outcome, PublicClass, correct
from sepakat.outlook.plan.cpm.schedule import Schedule, schedule
from sepakat.outlook.plan.model import Plan
from sepakat.outlook.plan.reading import read
from sepakat.outlook.simulation.drivers import Bar, cruciality, tornado, treated
from sepakat.outlook.simulation.model import Model
from sepakat.outlook.simulation.results import (
    Result,
    Samples,
    frontier,
    quantiles,
    s_curve,
    scatter,
)
from sepakat.outlook.simulation.running import Engine, simulate
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Object

Fields = Mapping[str, Any]
Step = Callable[[int, int], None]  # how far it has come, and of how much

DRIVER_ITERATIONS = 2_000  # a thousand tell the drivers' order
MAX_DRIVERS = 32
KEPT = 20_000_000  # finishes that are held at once: 80 MB
SMALL = 4_000_000  # samples for which NumPy is sooner done than numba has compiled
CURVE, SCATTER, FRONTIER = 41, 600, 25  # points
LEVELS = (10, 50, 80, 90)
JOINT = 80  # per cent: the frontier's confidence


@dataclass(frozen=True)
class Request:
    """What a forecast is made from. `plan` and `project` are the objects, `file` the plan's bytes.

    `outcomes` are the partnership's own, of forecasts that have come out, in days from the
    project's start; `public` is the class that stands in for them while they are few.
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


@dataclass(frozen=True)
class Made:
    """The fields of the forecast that are computed, and its file."""

    body: dict[str, Any]
    figures: Figures
    result: Result = field(repr=False)

    @property
    def file(self) -> bytes:
        return self.figures.encode()


def make(request: Request, step: Step = lambda done, total: None) -> Made:
    """Simulate, and say what came of it. InvalidError names what of the inputs cannot be."""
    return _Making(request, step).run()


def replan(request: Request) -> tuple[Plan, Modelled]:
    """The plan that a request's file holds, and what is simulated of it."""
    plan = read(request.file)
    return plan, modelled(plan, request.plan.fields, request.risks)


class _Making:
    def __init__(self, request: Request, step: Step) -> None:
        self.request, self._step = request, step
        self.plan, self.modelled = replan(request)
        self.model: Model = self.modelled.model
        self.days = WorkingDays(self.plan)
        self.schedule: Schedule = schedule(self.plan)
        self.open = [row for row in request.plan.fields["promises"] if not row.get("achieved")]
        for row in self.open:
            if row["activity"] not in self.model.network.index():
                raise InvalidError(
                    f"the plan has no activity {row['activity']!r}",
                    where="promises",
                    fix="Tie each milestone to an activity that logic dates",
                )
        samples = len(self.model.network.activities) * request.iterations
        self.engine: Engine | None = "numpy" if samples <= SMALL else None

    def run(self) -> Made:
        request = self.request
        drivers = len(self.model.risks) + len(self.modelled.treatments) + 1
        total = 2 + drivers
        self._step(0, total)
        result = self._simulate(request.iterations, [row["activity"] for row in self.open])
        self._step(1, total)
        rows = self._activities(result)
        self._step(2, total)
        bars = self._tornado()
        self._step(total - len(self.modelled.treatments), total)
        treatments = self._treated()
        self._step(total, total)
        made = Figures(
            v=1,
            plan=sha256(request.file).hexdigest(),
            activities=rows,
            curves=tuple(self._curve(row["activity"], result) for row in self.open),
            cost=tuple(
                figures.Within(cost=round(x), share=round(1000 * y))
                for x, y in s_curve(result.cost, CURVE)
            ),
            scatter=self._points(scatter(result, SCATTER)),
            frontier=self._points(frontier(result, JOINT, FRONTIER)),
            treatments=treatments,
            notes=tuple(note[:200] for note in (*self.modelled.notes, *self._drift(result))),
        )
        return Made(self._body(result, bars), made, result)

    def _simulate(
        self, iterations: int, milestones: Sequence[str], model: Model | None = None
    ) -> Result:
        return simulate(
            model or self.model,
            seed=self.request.seed,
            iterations=iterations,
            milestones=milestones,
            threads=self.request.threads,
            engine=self.engine,
        )

    # What the statement says.

    def _body(self, result: Result, bars: Sequence[Bar]) -> dict[str, Any]:
        request = self.request
        budget = sum(Decimal(row["amount"]) for row in request.project.fields["budget"])
        cost = quantiles(result.cost, (50, 80))
        on_time = self._all_on_time(result)
        body = {
            "plan": request.plan.id,
            "project": request.project.id,
            "as_of": request.as_of.isoformat(),
            "seed": request.seed,
            "iterations": request.iterations,
            "inputs": result.inputs,
            "outcome_digest": result.digest(),
            "milestones": [self._milestone(row, result) for row in self.open],
            "obligations": [self._obligation(each, result) for each in self._bound()],
            "risks": [risk.id for risk in self.modelled.risks],
            "drivers": [self._driver(bar) for bar in bars[:MAX_DRIVERS]],
            "budget": _number(float(budget)),
            "cost_p50": _number(cost[50]),
            "cost_p80": _number(cost[80]),
            "joint": _percent(float(np.mean(on_time & (result.cost <= float(budget))))),
        }
        return body | self._calibration()

    def _milestone(self, row: Fields, result: Result) -> dict[str, Any]:
        samples = result.milestones[row["activity"]]
        found = quantiles(samples, LEVELS)
        said = {name: row[name] for name in ("activity", "title", "planned")}
        said |= {f"p{level}": self.days.on(found[level]).isoformat() for level in LEVELS}
        said |= self._calibrated(found[50])
        if row.get("due"):
            by = self.days.by(date.fromisoformat(row["due"]))
            said |= {"due": row["due"], "on_time": _percent(float(np.mean(samples <= by)))}
        return said

    def _calibrated(self, p50: float) -> dict[str, str]:
        """P50 and P80 by how long others took, counted from the project's first phase."""
        request = self.request
        start = date.fromisoformat(request.project.fields["phases"][0]["starts"])
        length = (self.days.on(p50) - start).days
        if length <= 0:
            return {}
        corrected = self._correct(float(length)).quantiles
        return {
            f"calibrated_p{round(100 * level)}": (start + timedelta(round(days))).isoformat()
            for level, days in corrected.items()
        }

    def _correct(self, forecast: float) -> Any:
        request = self.request
        stage = request.plan.fields["stage"]
        return correct(
            forecast, stage, request.as_of, request.outcomes, request.public, levels=(0.5, 0.8)
        )

    def _calibration(self) -> dict[str, Any]:
        """Which class the milestones were calibrated by; nothing where there is none."""
        found = self._correct(1.0)
        if not found.quantiles:
            return {}
        public = found.public if found.weight < 1 else None
        basis = "own" if public is None else Basis(public.basis).value
        name = "own outcomes" if public is None else public.name
        return {"reference": name, "basis": basis, "own_outcomes": found.own}

    def _bound(self) -> list[Bound]:
        tied = {row["obligation"] for row in self.open if row.get("obligation")}
        known = {each.id: each for each in self.request.obligations}
        if missing := tied - known.keys():
            raise InvalidError("the obligation is not known here", where=min(missing))
        return [known[name] for name in sorted(tied)]

    def _obligation(self, bound: Bound, result: Result) -> dict[str, str]:
        """Met when the last of its milestones is."""
        ends = [
            result.milestones[row["activity"]]
            for row in self.open
            if row.get("obligation") == bound.id
        ]
        met = np.max(ends, axis=0)
        counted = quantiles(met, range(1, 100))  # a hundred days stand for all
        return {
            "obligation": bound.id,
            "due": bound.due.isoformat(),
            "ends": bound.ends.isoformat(),
            "on_time": _percent(float(np.mean(met <= self.days.by(bound.due)))),
            "in_cure": _percent(float(np.mean(met <= self.days.by(bound.ends)))),
            "penalty": _number(float(bound.penalty([*map(self.days.on, counted.values())]))),
        }

    def _driver(self, bar: Bar) -> dict[str, str]:
        titles = {risk.id: risk.fields["title"] for risk in self.modelled.risks}
        said = {"risk": bar.risk} if bar.risk else {}
        return said | {
            "title": titles[bar.risk] if bar.risk else "Uncertainty of all durations",
            "days": _number(bar.gain.mean_days),
            "p80_days": _number(bar.gain.p80_days),
            "cost": _number(bar.gain.mean_cost),
        }

    def _all_on_time(self, result: Result) -> Samples:
        met = np.ones(result.iterations, dtype=bool)
        for row in self.open:
            if row.get("due"):
                by = self.days.by(date.fromisoformat(row["due"]))
                met &= result.milestones[row["activity"]] <= by
        return met

    # What its pictures are drawn from.

    def _tornado(self) -> list[Bar]:
        return tornado(
            self.model,
            seed=self.request.seed,
            iterations=min(self.request.iterations, DRIVER_ITERATIONS),
            threads=self.request.threads,
            engine=self.engine,
        )

    def _treated(self) -> tuple[figures.Treated, ...]:
        if not self.modelled.treatments:
            return ()
        last = self.open[-1]
        found = treated(
            self.model,
            [mitigation for _risk, mitigation in self.modelled.treatments],
            milestone=last["activity"],
            seed=self.request.seed,
            iterations=min(self.request.iterations, DRIVER_ITERATIONS),
            threads=self.request.threads,
            engine=self.engine,
        )
        return tuple(
            self._treatment(risk, mitigation.price, mitigation.name, (each.before, each.after))
            for (risk, mitigation), each in zip(self.modelled.treatments, found, strict=True)
        )

    def _treatment(
        self, risk: Object, price: float, title: str, results: tuple[Result, Result]
    ) -> figures.Treated:
        last = self.open[-1]
        ends = [each.milestones[last["activity"]] for each in results]
        due = last.get("due") or last["planned"]
        by = self.days.by(date.fromisoformat(due))
        p80 = [self.days.on(quantiles(each, (80,))[80]).isoformat() for each in ends]
        cost = [round(quantiles(each.cost, (80,))[80]) for each in results]
        chance = [round(1000 * float(np.mean(each <= by))) for each in ends]
        return figures.Treated(
            risk=risk.id,
            title=title,
            price=round(price),
            before=p80[0],
            after=p80[1],
            on_time_before=chance[0],
            on_time_after=chance[1],
            cost_before=cost[0],
            cost_after=cost[1],
        )

    def _activities(self, result: Result) -> tuple[figures.Row, ...]:
        """A row for each activity that logic dates, in the plan's order."""
        codes = [code for code in self.plan.by_code if code in result.criticality]
        if len(codes) > figures.MAX_ACTIVITIES:
            return ()
        crucial = cruciality(self.model, result)
        bands: dict[str, dict[float, float]] = {}
        size = max(1, KEPT // self.request.iterations)
        for first in range(0, len(codes), size):
            part = self._simulate(self.request.iterations, codes[first : first + size])
            bands |= {code: quantiles(ends, (50, 80)) for code, ends in part.milestones.items()}
        return tuple(
            self._row(code, bands[code], result.criticality[code], crucial.get(code, 0.0))
            for code in codes
        )

    def _row(
        self, code: str, band: Mapping[float, float], critical: float, crucial: float
    ) -> figures.Row:
        activity, dates = self.plan.by_code[code], self.schedule.by_code[code]
        done = activity.actual_finish
        ends = [done.date() if done else self.days.on(band[level]) for level in (50, 80)]
        phases = {phase.code: phase.name for phase in self.plan.phases}
        return figures.Row(
            code=code,
            name=activity.name[:200],
            phase=phases.get(activity.phase, "")[:200],
            start=dates.start.date().isoformat(),
            finish=dates.finish.date().isoformat(),
            p50=ends[0].isoformat(),
            p80=ends[1].isoformat(),
            criticality=round(1000 * critical) if not done else 0,
            cruciality=round(1000 * crucial) if not done else 0,
            milestone=activity.type.is_milestone,
            done=done is not None,
        )

    def _curve(self, activity: str, result: Result) -> figures.Curve:
        points = s_curve(result.milestones[activity], CURVE)
        return figures.Curve(
            activity=activity,
            points=tuple(
                figures.At(by=self.days.on(x).isoformat(), share=round(1000 * y)) for x, y in points
            ),
        )

    def _points(self, points: Iterable[tuple[float, float]]) -> tuple[figures.Point, ...]:
        return tuple(
            figures.Point(on=self.days.on(x).isoformat(), cost=round(y)) for x, y in points
        )

    def _drift(self, result: Result) -> list[str]:
        """Milestones whose date in the model, with nothing uncertain, is not the plan's."""
        certain = Model(self.model.network, not_before=self.model.not_before)
        ends = self._simulate(1, [row["activity"] for row in self.open], certain).milestones
        notes = []
        for row in self.open:
            own = self.days.on(float(ends[row["activity"]][0]))
            planned = self.schedule.by_code[row["activity"]].finish.date()
            if abs((own - planned).days) > 3:
                notes.append(
                    f"{row['activity']}: the plan's date is {planned}, the model's {own}; "
                    "calendars or constraints differ"
                )
        return notes


def _percent(share: float) -> str:
    return _number(100 * share)


def _number(value: float) -> str:
    """A decimal with two places at most, as the record writes it."""
    text = f"{round(value, 2):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
