"""Several projects' plans as one problem to level, and what its solution means for each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil, floor
from typing import Any, NamedTuple

from sepakat.outlook.forecasts.days import WorkingDays
from sepakat.outlook.forecasts.simulating import Simulated
from sepakat.outlook.network import Link, network
from sepakat.outlook.options.levelling import Starts
from sepakat.outlook.options.problem import Levelling, Model
from sepakat.record.errors import InvalidError

ROUNDING = 1e-9  # of a day


class Finish(NamedTuple):
    """When a plan ends: as it is, with nobody short, and levelled."""

    plan: str
    before: date
    after: date


class Across:
    """Plans whose activities share named resources, one unit of each that an activity is assigned.

    Days are whole working days, by the first plan's calendar, from the earliest of the plans' data
    dates; durations and lags are rounded up. With several plans the sum of their finishes is least,
    with one its own. `by_due` holds each open milestone to the day that it is due.

    Raises InvalidError for a plan named twice, and a resource that no activity left to do has.
    """

    def __init__(
        self, plans: Sequence[Simulated], capacities: Mapping[str, int], *, by_due: bool = False
    ) -> None:
        self.plans = {of.request.plan.id: of for of in plans}
        if len(self.plans) < len(plans):
            raise InvalidError("a plan is named twice", fix="Name each plan once")
        own = plans[0].plan
        self.calendar = own.own_calendar
        self.days = WorkingDays(replace(own, data_date=min(of.days.start for of in plans)))
        self.offsets = {
            name: _up(self.days.until(of.days.start)) for name, of in self.plans.items()
        }
        self.problem = self._problem(capacities, by_due)
        held = {resource for demand in self.problem.demands.values() for resource in demand}
        if unknown := sorted(capacities.keys() - held):
            raise InvalidError(
                f"nothing that is left to do has the resource {unknown[0]!r}",
                where="capacity",
                fix=f"The plans' resources are {', '.join(sorted(self._resources())) or 'none'}",
            )
        self.early: Starts = dict(zip(*self._early(), strict=True))

    @property
    def other_calendars(self) -> list[str]:
        """The plans with a calendar that is not the first's: their days are counted by that."""
        mine = self.calendar.week, self.calendar.exceptions
        found = {name: of.plan.own_calendar for name, of in self.plans.items()}
        return [name for name, c in found.items() if (c.week, c.exceptions) != mine]

    def finishes(self, starts: Starts) -> list[Finish]:
        return [
            Finish(name, self.days.on(self.early[name]), self.days.on(starts[name]))
            for name in self.plans
        ]

    def short(self, starts: Starts) -> dict[str, int]:
        """On how many days each resource is asked for more than there is."""
        net = self.problem.network
        length = dict(zip(net.activities, map(int, net.durations), strict=True))
        used: dict[str, dict[int, int]] = {name: {} for name in self.problem.capacities}
        for name, demand in self.problem.demands.items():
            for day in range(starts[name], starts[name] + length[name]):
                for resource, units in demand.items():
                    used[resource][day] = used[resource].get(day, 0) + units
        return {
            resource: sum(units > self.problem.capacities[resource] for units in days.values())
            for resource, days in used.items()
        }

    def levelled(self, plan: str, starts: Starts) -> Simulated:
        """The plan as it is simulated where nothing left to do starts before its levelled day."""
        of, first = self.plans[plan], self.offsets[plan]
        held = dict(of.model.not_before)
        for code, days in _left(of):
            if days:
                held[code] = max(held.get(code, 0.0), float(starts[_in(plan, code)] - first))
        return of.with_model(replace(of.model, not_before=held))

    def document(self, starts: Starts) -> list[dict[str, Any]]:
        """Each plan's finish, and the day on which each activity left to do starts."""
        return [
            {
                "plan": each.plan,
                "finish_before": each.before.isoformat(),
                "finish": each.after.isoformat(),
                "starts": {
                    code: self.days.begins(starts[_in(each.plan, code)]).isoformat()
                    for code, days in _left(self.plans[each.plan])
                    if days
                },
            }
            for each in self.finishes(starts)
        ]

    def _problem(self, capacities: Mapping[str, int], by_due: bool) -> Levelling:
        durations: dict[str, int] = {}
        links: list[Link] = []
        earliest: dict[str, int] = {}
        latest: dict[str, int] = {}
        demands: dict[str, dict[str, int]] = {}
        for name, of in self.plans.items():
            net = of.model.network
            for code, days in _left(of):
                this = _in(name, code)
                durations[this] = _up(days)
                not_before = of.model.not_before.get(code, 0.0)
                earliest[this] = self.offsets[name] + _up(not_before)
                held = of.plan.by_code[code].resources if days else ()
                demands[this] = {r: 1 for r in held if r in capacities}
                links.append(Link(this, name))
            durations[name] = 0  # the plan's finish: after all that is in it
            for a, b, kind, lag in net.links:
                before, after = (_in(name, net.activities[place]) for place in (a, b))
                links.append(Link(before, after, kind, _up(lag)))
            if by_due:
                latest |= {_in(name, code): day for code, day in self._due(of)}
        return Levelling(
            network(durations, links),
            {name: demand for name, demand in demands.items() if demand},
            capacities,
            earliest,
            latest,
            dict.fromkeys(self.plans, 1) if len(self.plans) > 1 else {},
        )

    def _due(self, of: Simulated) -> Iterator[tuple[str, int]]:
        for row in of.open:
            if row.get("due"):
                by = self.days.by(date.fromisoformat(row["due"]))
                yield row["activity"], max(0, floor(by + ROUNDING))

    def _early(self) -> tuple[Sequence[str], Sequence[int]]:
        """By the links alone: what the plans say now, whoever is short."""
        model = Model(replace(self.problem, latest={}))
        return model.names, model.head

    def _resources(self) -> set[str]:
        return {
            resource
            for of in self.plans.values()
            for code, days in _left(of)
            if days
            for resource in of.plan.by_code[code].resources
        }


def _left(of: Simulated) -> Iterator[tuple[str, float]]:
    """Each activity, with the days that are left of it."""
    net = of.model.network
    return zip(net.activities, net.durations, strict=True)


def _in(plan: str, code: str) -> str:
    """An activity's name among those of all plans; identifiers have no spaces."""
    return f"{plan} {code}"


def _up(days: float) -> int:
    return ceil(days - ROUNDING)
