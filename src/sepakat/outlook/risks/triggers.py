"""When a contingency plan starts: a figure of a forecast against a risk's threshold."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sepakat.outlook.dated import in_order, latest
from sepakat.record.kind import Object


def figure(trigger: str, forecast: Mapping[str, Any]) -> Decimal | None:
    """The figure of a forecast's fields that a trigger looks at; None where it has none.

    `p80_late_days`: by how many days the P80 of any milestone is past its due day, at most.
    `on_time_percent`: the least chance of any milestone to be on time.
    """
    rows = [row for row in forecast["milestones"] if row.get("due")]
    if not rows:
        return None
    if trigger == "p80_late_days":
        return Decimal(max((_day(row["p80"]) - _day(row["due"])).days for row in rows))
    return min(Decimal(row["on_time"]) for row in rows)


def has_fired(risk: Mapping[str, Any], forecast: Mapping[str, Any]) -> bool:
    """Whether a forecast's figure has reached the threshold of a risk that has a trigger."""
    found = figure(risk["trigger"], forecast) if risk.get("trigger") else None
    if found is None:
        return False
    threshold = Decimal(risk["threshold"])
    return found >= threshold if risk["trigger"] == "p80_late_days" else found < threshold


def firing(risk: Object, forecasts: Iterable[Object]) -> Object | None:
    """The forecast that fires a risk's trigger now: of each of its projects only the latest issued
    counts, as a better one takes back what an earlier one said. The newest, where several do."""
    newest: dict[str, Object] = {}
    for forecast in in_order(forecasts):
        if forecast.state == "issued" and forecast.fields["project"] in risk.fields["projects"]:
            newest[forecast.fields["project"]] = forecast
    fired = [forecast for forecast in newest.values() if has_fired(risk.fields, forecast.fields)]
    return latest(fired, "issued")


def is_said(risk: Object, forecast: Object) -> bool:
    """Whether it has been said that this forecast fires the risk's trigger, or that the plan runs
    already. What was stood down is not said again of the same forecast."""
    return risk.state != "open" or risk.fields.get("forecast") == forecast.id


def _day(text: str) -> date:
    return date.fromisoformat(text)
