"""Contingency plans to be started: triggers that a forecast has fired and nobody has said yet."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.outlook.risks.triggers import figure, firing, is_said
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

RISK, FORECAST = REGISTRY.get("risk"), REGISTRY.get("forecast")
TRIGGER = RISK.lifecycle.actions["trigger"]
MAX_RISKS = 200  # looked at


@dataclass(frozen=True)
class Firing:
    """A risk, the forecast that fires its trigger with a figure, and the form that says so."""

    risk: Object
    forecast: Object
    figure: Decimal

    @property
    def address(self) -> str:
        return address(self.risk.id, self.forecast.id)


def address(risk: str, forecast: str) -> str:
    """The form that says that a forecast fires a risk's trigger, filled in."""
    given = urlencode({"forecast": forecast})
    return f"{reverse('act', args=[risk, TRIGGER.name])}?{given}"


def fired(access: Access) -> list[Firing]:
    """Those that this person may say: an officer of the nation that answers for the risk."""
    if not access.may_make(RISK, TRIGGER).allowed:
        return []
    open_risks = table(RISK).objects.filter(
        state__in=TRIGGER.start,
        owner=access.home.config.nation,
        label_id__in=access.labels_of("risk"),
    )
    armed = open_risks.exclude(trigger=None).order_by("id").values_list("id", flat=True)
    known = rows.objects(armed[:MAX_RISKS])
    risks = [known[id_] for id_ in sorted(known)]
    projects = {project for risk in risks for project in risk.fields["projects"]}
    forecasts = _forecasts(access, projects) if projects else []
    found = []
    for risk in risks:
        forecast = firing(risk, forecasts)
        if forecast and not is_said(risk, forecast) and access.verdict(risk, TRIGGER).allowed:
            found.append(_firing(risk, forecast))
    return found


def _forecasts(access: Access, projects: set[str]) -> list[Object]:
    """The latest issued forecast of each project, as far as the person may see."""
    issued = table(FORECAST).objects.filter(
        project__in=projects, state="issued", label_id__in=access.labels_of("forecast")
    )
    newest = dict(issued.order_by("as_of", "id").values_list("project", "id"))
    return list(rows.objects(newest.values()).values())


def _firing(risk: Object, forecast: Object) -> Firing:
    found = figure(risk.fields["trigger"], forecast.fields)
    assert found is not None  # it has reached the threshold
    return Firing(risk, forecast, found)
