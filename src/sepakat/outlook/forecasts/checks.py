"""What a forecast kind's declaration cannot say of an action: each check names what is wrong."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sepakat.record.kind import Context, Object

Row = Mapping[str, Any]


def fits_project(context: Context) -> str | None:
    """The parties are the project's, milestones are tied to what is named, estimates can be."""
    fields, refs = context.fields, context.refs
    (project,) = refs["project"]
    if wrong := _of_its_parties(project, context):
        return wrong
    for earlier in refs.get("replaces", ()):
        if earlier.fields["project"] != project.id:
            return f"{earlier.id} is a plan of {earlier.fields['project']}"
        if earlier.fields["as_of"] > fields["as_of"]:
            return f"{earlier.id} is as of {earlier.fields['as_of']}, a later day"
    return _promises_can_be(fields) or _estimates_can_be(fields)


def _promises_can_be(fields: Row) -> str | None:
    named = [row["activity"] for row in fields["promises"]]
    if len(set(named)) < len(named):
        return "two milestones have one activity"
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
    for row in fields.get("correlations", ()):
        if not -100 <= Decimal(row["percent"]) <= 100:
            return f"the correlation of {row['first']} and {row['second']} is not in -100 to 100"
    return None


def passes_its_gates(context: Context) -> str | None:
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
    if wrong := _of_its_parties(plan, context):
        return wrong
    if fields["as_of"] < plan.fields["as_of"]:
        return f"{plan.id} is as of {plan.fields['as_of']}, which is after it"
    for risk in refs.get("risks", ()):
        if plan.fields["project"] not in risk.fields["projects"]:
            return f"{risk.id} is no risk of {plan.fields['project']}"
    known = set(fields.get("risks", ()))
    for driver in fields.get("drivers", ()):
        if driver.get("risk") and driver["risk"] not in known:
            return f"risks must name {driver['risk']}, a driver"
    if (fields.get("reference") is None) != (fields.get("basis") is None):
        return "a reference class needs its basis, and a basis its class"
    tied = {row["obligation"] for row in _open(plan) if row.get("obligation")}
    if {row["obligation"] for row in fields.get("obligations", ())} != tied:
        return (
            f"obligations must be those of its open milestones, {_listed(sorted(tied)) or 'none'}"
        )
    return _has_open_milestones(plan, fields["milestones"])


def _open(plan: Object) -> list[Row]:
    return [row for row in plan.fields["promises"] if not row.get("achieved")]


def _has_open_milestones(plan: Object, rows: Iterable[Row]) -> str | None:
    promised = {row["activity"]: row for row in _open(plan)}
    found = {row["activity"]: row for row in rows}
    if found.keys() != promised.keys():
        return f"milestones must be the plan's open ones, {_listed(sorted(promised))}"
    for activity, row in found.items():
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
    if wrong := _of_its_parties(forecast, context):
        return wrong
    searched = [fields.get(name) is not None for name in ("objective", "bound", "gap")]
    if fields["proof"] == "simulated":
        return "what was simulated has no objective, bound or gap" if any(searched) else None
    if not all(searched):
        return "what was searched for comes with objective, bound and gap"
    if fields["proof"] == "proved" and Decimal(fields["gap"]) != 0:
        return "what is proved to be the best leaves no gap"
    return None


def _of_its_parties(thing: Object, context: Context) -> str | None:
    parties = {context.statement.by.nation, context.fields["counterparty"]}
    if parties != thing.parties:
        return f"{thing.id} is of {' and '.join(sorted(thing.parties))}"
    return None


def _listed(things: Iterable[object]) -> str:
    return ", ".join(map(str, things))
