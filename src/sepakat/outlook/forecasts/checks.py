"""What a forecast kind's declaration cannot say of an action: each check names what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sepakat.outlook.forecasts.rows import still_open
from sepakat.outlook.repeated import repeated
from sepakat.record.kind import Context, Object

Row = Mapping[str, Any]


def fits_project(context: Context) -> str | None:
    """What it replaces is of the project, too; milestones name their ties; estimates can be."""
    fields, refs = context.fields, context.refs
    (project,) = refs["project"]
    for earlier in refs.get("replaces", ()):
        if earlier.fields["project"] != project.id:
            return f"{earlier.id} is a plan of {earlier.fields['project']}"
        if earlier.fields["as_of"] > fields["as_of"]:
            return f"{earlier.id} is as of {earlier.fields['as_of']}, a later day"
    return _promises_can_be(fields) or _estimates_can_be(fields)


def _promises_can_be(fields: Row) -> str | None:
    if twice := repeated(row["activity"] for row in fields["promises"]):
        return f"two milestones have the activity {twice}"
    for row in fields["promises"]:
        for tie, known in (("obligation", "obligations"), ("gate", "gates")):
            if row.get(tie) and row[tie] not in fields.get(known, ()):
                return f"{row['activity']}: {known} must name {row[tie]}"
        if row.get("achieved") and row["achieved"] > fields["as_of"]:
            return f"{row['activity']} is achieved on a day after the plan's own"
    return None


def _estimates_can_be(fields: Row) -> str | None:
    for row in fields["estimates"]:
        low, likely, high = (Decimal(row[name]) for name in ("low", "likely", "high"))
        if not 0 <= low <= likely <= high:
            return f"the estimate of {row['activities']} must rise from 0 or more"
    for row in fields.get("costs", ()):
        if "-" in (row["fixed"][0], row["per_day"][0]):
            return f"{row['activity']} cannot cost less than nothing"
    if twice := repeated(row["activity"] for row in fields.get("costs", ())):
        return f"the cost of {twice} is stated twice"
    if twice := repeated(row["title"] for row in fields.get("branches", ())):
        return f"two branches are called {twice}"
    return _correlations_can_be(fields.get("correlations", ()))


def _correlations_can_be(rows: Iterable[Row]) -> str | None:
    pairs = set()
    for row in rows:
        pair = frozenset((row["first"], row["second"]))
        if len(pair) == 1:
            return f"{row['first']} cannot be correlated with itself"
        if pair in pairs:
            return f"the correlation of {row['first']} and {row['second']} is stated twice"
        pairs.add(pair)
        if not -100 <= Decimal(row["percent"]) <= 100:
            return f"the correlation of {row['first']} and {row['second']} is not in -100 to 100"
    return None


def passes_its_gates(context: Context) -> str | None:
    """The schedule fails none of the gating checks."""
    if failing := context.fields.get("failing", ()):
        return (
            f"its schedule fails the gating checks {_listed(failing)}: accept it knowing so, with "
            "the reason, or return it"
        )
    return None


def fits_plan(context: Context) -> str | None:
    """It has the plan's open milestones, with its promises; risks are of the project; the figures
    are in their order."""
    fields, refs = context.fields, context.refs
    (plan,) = refs["plan"]
    if fields["project"] != plan.fields["project"]:
        return f"{plan.id} is a plan of {plan.fields['project']}"
    if fields["as_of"] < plan.fields["as_of"]:
        return f"{plan.id} is as of {plan.fields['as_of']}, which is after it"
    for risk in refs.get("risks", ()):
        if plan.fields["project"] not in risk.fields["projects"]:
            return f"{risk.id} is no risk of {plan.fields['project']}"
    known = set(fields.get("risks", ()))
    for driver in fields.get("drivers", ()):
        if driver.get("risk") and driver["risk"] not in known:
            return f"risks must name {driver['risk']}, a driver"
    return (
        _has_open_milestones(plan, fields["milestones"])
        or _has_their_obligations(plan, fields.get("obligations", ()))
        or _is_calibrated_by_a_class(fields)
        or _cost_rises(fields)
    )


def _has_their_obligations(plan: Object, rows: Sequence[Row]) -> str | None:
    tied = sorted(
        {row["obligation"] for row in still_open(plan.fields["promises"]) if row.get("obligation")}
    )
    if sorted(row["obligation"] for row in rows) != tied:
        return f"obligations must be those of its open milestones, each once: {_listed(tied)}"
    for row in rows:
        if row["ends"] < row["due"]:
            return f"{row['obligation']} ends before it is due"
        if Decimal(row["in_cure"]) < Decimal(row["on_time"]):
            return f"{row['obligation']}: it is met in the end wherever it is met on time"
    return None


def _is_calibrated_by_a_class(fields: Row) -> str | None:
    """A figure that a class corrected comes with the class, and where the class comes from."""
    if (fields.get("reference") is None) != (fields.get("basis") is None):
        return "a reference class needs its basis, and a basis its class"
    for row in fields["milestones"]:
        days = [row.get("calibrated_p50"), row.get("calibrated_p80")]
        if days == [None, None]:
            continue
        if None in days or days[1] < days[0]:
            return f"{row['activity']}: calibrated P50 and P80 must be there, and must not fall"
        if fields.get("reference") is None:
            return f"{row['activity']} is calibrated, so reference and basis must be given"
    return None


def _cost_rises(fields: Row) -> str | None:
    p50, p80 = fields.get("cost_p50"), fields.get("cost_p80")
    if p50 and p80 and Decimal(p80) < Decimal(p50):
        return "the cost's P80 is below its P50"
    return None


def _has_open_milestones(plan: Object, rows: Sequence[Row]) -> str | None:
    promised = {row["activity"]: row for row in still_open(plan.fields["promises"])}
    if sorted(row["activity"] for row in rows) != sorted(promised):
        return f"milestones must be the plan's open ones, each once: {_listed(sorted(promised))}"
    for row in rows:
        activity = row["activity"]
        for name in ("title", "planned", "due"):
            if row.get(name) != promised[activity].get(name):
                return f"{activity}: {name} is not the plan's"
        days = [row[name] for name in ("p10", "p50", "p80", "p90")]
        if any(after < before for before, after in pairwise(days)):
            return f"{activity}: P10, P50, P80 and P90 must not fall"
        if row.get("due") and row.get("on_time") is None:
            return f"{activity} has a day that it is due, so on_time must be given"
    return None


def fits_forecast(context: Context) -> str | None:
    """It is about the forecast's project; what a search found comes with its bound and gap."""
    fields = context.fields
    (forecast,) = context.refs["forecast"]
    if fields["project"] != forecast.fields["project"]:
        return f"{forecast.id} is a forecast of {forecast.fields['project']}"
    searched = [fields.get(name) is not None for name in ("objective", "bound", "gap")]
    if fields["proof"] == "simulated":
        return "what was simulated has no objective, bound or gap" if any(searched) else None
    if not all(searched):
        return "what was searched for comes with objective, bound and gap"
    if fields["proof"] == "proved" and Decimal(fields["gap"]) != 0:
        return "what is proved to be the best leaves no gap"
    return None


def _listed(things: Iterable[object]) -> str:
    return ", ".join(map(str, things))
