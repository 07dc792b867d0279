"""What a forecast's statement says of a simulated plan."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from sepakat.outlook.forecasts.obligations import Bound
from sepakat.outlook.forecasts.simulating import Simulated
from sepakat.outlook.learning.reference import Corrected, correct
from sepakat.outlook.simulation.drivers import Bar
from sepakat.outlook.simulation.results import Samples, chance, quantiles
from sepakat.record.errors import InvalidError

Fields = Mapping[str, Any]

MAX_DRIVERS = 32
LEVELS = (10, 50, 80, 90)
CALIBRATED = (0.5, 0.8)


def state(of: Simulated) -> dict[str, Any]:
    """The fields of `forecast issue` that are computed; InvalidError for an unknown obligation."""
    request, result = of.request, of.result
    return {
        "plan": request.plan.id,
        "project": request.project.id,
        "as_of": request.as_of.isoformat(),
        "seed": request.seed,
        "iterations": request.iterations,
        "inputs": result.inputs,
        "outcome_digest": result.digest(),
        "milestones": [_milestone(row, of) for row in of.open],
        "obligations": obligations(of),
        "risks": [risk.id for risk in of.modelled.risks],
        "drivers": [_driver(bar, of) for bar in of.bars[:MAX_DRIVERS]],
        **_money(of),
        **_calibration(of),
    }


def _money(of: Simulated) -> dict[str, str]:
    """Nothing where the plan states no costs: its risks' alone are no forecast of them. No joint
    confidence where no milestone is due, for then it would be that of the budget."""
    if not of.model.costs:
        return {}
    budget = sum(Decimal(row["amount"]) for row in of.request.project.fields["budget"])
    cost = quantiles(of.result.cost, (50, 80))
    said = {
        "budget": number(float(budget)),
        "cost_p50": number(cost[50]),
        "cost_p80": number(cost[80]),
    }
    if any(row.get("due") for row in of.open):
        held = _all_on_time(of) & (of.result.cost <= float(budget))
        said["joint"] = percent(float(np.mean(held)))
    return said


def _milestone(row: Fields, of: Simulated) -> dict[str, Any]:
    samples = of.result.milestones[row["activity"]]
    found = quantiles(samples, LEVELS)
    said = {name: row[name] for name in ("activity", "title", "planned")}
    said |= {f"p{level}": of.days.on(found[level]).isoformat() for level in LEVELS}
    said |= _calibrated(found[50], of)
    if row.get("due"):
        said |= {"due": row["due"], "on_time": percent(_share(samples, row["due"], of))}
    return said


def _share(samples: Samples, due: str, of: Simulated) -> float:
    return chance(samples, of.days.by(date.fromisoformat(due)))


def _calibrated(p50: float, of: Simulated) -> dict[str, str]:
    """P50 and P80 by how long others took, counted from the project's first phase; not before
    the forecast's own day, on which the milestone is not reached."""
    start = date.fromisoformat(of.request.project.fields["phases"][0]["starts"])
    length = (of.days.on(p50) - start).days
    if length <= 0:
        return {}
    return {
        f"calibrated_p{round(100 * level)}": max(
            start + timedelta(round(days)), of.request.as_of
        ).isoformat()
        for level, days in _correct(float(length), of).quantiles.items()
    }


def _correct(forecast: float, of: Simulated) -> Corrected:
    request = of.request
    stage = request.plan.fields["stage"]
    return correct(
        forecast, stage, request.as_of, request.outcomes, request.public, levels=CALIBRATED
    )


def _calibration(of: Simulated) -> dict[str, Any]:
    """Which class the milestones were calibrated by; nothing where there is none."""
    found = _correct(1.0, of)
    if not found.quantiles:
        return {}
    public = found.public if found.weight < 1 else None
    return {
        "reference": public.name if public else "own outcomes",
        "basis": public.basis.value if public else "own",
        "own_outcomes": found.own,
    }


def obligations(of: Simulated) -> list[dict[str, str]]:
    """How likely each is met that open milestones are tied to, and what lateness costs."""
    return [_obligation(each, of) for each in _bound(of)]


def _bound(of: Simulated) -> list[Bound]:
    tied = {row["obligation"] for row in of.open if row.get("obligation")}
    known = {each.id: each for each in of.request.obligations}
    if missing := tied - known.keys():
        raise InvalidError(
            "the obligation that a milestone is tied to is not known here", where=min(missing)
        )
    return [known[name] for name in sorted(tied)]


def _obligation(bound: Bound, of: Simulated) -> dict[str, str]:
    """Met when the last of its milestones is."""
    ends = [
        of.result.milestones[row["activity"]]
        for row in of.open
        if row.get("obligation") == bound.id
    ]
    met = np.max(ends, axis=0)
    return {
        "obligation": bound.id,
        "due": bound.due.isoformat(),
        "ends": bound.ends.isoformat(),
        "on_time": percent(_share(met, bound.due.isoformat(), of)),
        "in_cure": percent(_share(met, bound.ends.isoformat(), of)),
        "penalty": number(float(bound.penalty(_counted(met, of)))),
    }


def _counted(samples: Samples, of: Simulated) -> dict[date, int]:
    """On how many iterations each date falls."""
    ordered, found, before = np.sort(samples), {}, 0
    day, last = of.days.on(ordered[0]), of.days.on(ordered[-1])
    while day <= last:
        until = int(np.searchsorted(ordered, of.days.by(day), side="right"))
        if until > before:
            found[day] = until - before
        day, before = day + timedelta(1), until
    return found


def _driver(bar: Bar, of: Simulated) -> dict[str, str]:
    titles = {risk.id: risk.fields["title"] for risk in of.modelled.risks}
    said = {"risk": bar.risk} if bar.risk else {}
    return said | {
        "title": titles[bar.risk] if bar.risk else "Uncertainty of all durations",
        "days": number(bar.gain.mean_days),
        "p80_days": number(bar.gain.p80_days),
        "cost": number(bar.gain.mean_cost),
    }


def _all_on_time(of: Simulated) -> Samples:
    met = np.ones(of.result.iterations, dtype=bool)
    for row in of.open:
        if row.get("due"):
            by = of.days.by(date.fromisoformat(row["due"]))
            met &= of.result.milestones[row["activity"]] <= by
    return met


def percent(share: float) -> str:
    return number(100 * share)


def number(value: float) -> str:
    """A decimal with two places at most, as the record writes it."""
    text = f"{round(value, 2):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
