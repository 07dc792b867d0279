"""What a risk's declaration cannot say of an action: each check names what is wrong."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sepakat.outlook.risks.triggers import figure, has_fired
from sepakat.record.kind import Context

Fields = Mapping[str, Any]


def can_be_simulated(context: Context) -> str | None:
    """Who names it is a party to its projects; its impacts, treatments and trigger can be."""
    for project in context.refs.get("projects", ()):
        if context.statement.by.nation not in project.parties:
            return f"{project.id} is of {' and '.join(sorted(project.parties))}"
    fields = context.fields
    return _impacts_can_be(fields) or _treatments_can_be(fields) or _trigger_can_be(fields)


def _impacts_can_be(fields: Fields) -> str | None:
    """They rise from the least to the most, one of each measure."""
    measures = [impact["measure"] for impact in fields["impacts"]]
    if len(set(measures)) < len(measures):
        return "impacts must have one row at most of each measure"
    for impact in fields["impacts"]:
        low, likely, high = (Decimal(impact[name]) for name in ("low", "likely", "high"))
        if not low <= likely <= high:
            return f"the impact in {impact['measure']} must rise from the least to the most"
        if impact["measure"] == "percent" and low < 0:
            return "no duration is less than 0 per cent of itself"
    return None


def _treatments_can_be(fields: Fields) -> str | None:
    titles = [treatment["title"] for treatment in fields.get("treatments", ())]
    if len(set(titles)) < len(titles):
        return "two treatments have one title"
    if fields.get("treated") is not None and fields["treated"] not in titles:
        return f"{fields['treated']} is under way: keep it among the treatments, or change treated"
    if any(treatment["price"].startswith("-") for treatment in fields.get("treatments", ())):
        return "no treatment costs less than nothing"
    return None


def _trigger_can_be(fields: Fields) -> str | None:
    if (fields.get("trigger") is None) != (fields.get("threshold") is None):
        return "a trigger needs a threshold, and a threshold a trigger"
    if fields.get("trigger") and not fields.get("contingency"):
        return "a trigger starts a contingency plan: say what is done then"
    return None


def is_known_treatment(context: Context) -> str | None:
    """The treatment is one of those that the risk names."""
    known = [treatment["title"] for treatment in context.fields.get("treatments", ())]
    if context.fields["treated"] not in known:
        return f"treated must be one of the treatments: {', '.join(known) or 'there is none'}"
    return None


def trigger_has_fired(context: Context) -> str | None:
    """The forecast is of one of the risk's projects, and its figure has reached the threshold."""
    fields = context.fields
    (forecast,) = context.refs["forecast"]
    if forecast.fields["project"] not in fields["projects"]:
        return f"{forecast.id} is a forecast of {forecast.fields['project']}"
    if not fields.get("trigger"):
        return "the risk has no trigger"
    if not has_fired(fields, forecast.fields):
        found = figure(fields["trigger"], forecast.fields)
        return f"{forecast.id} comes to {found}, which does not reach {fields['threshold']}"
    return None
