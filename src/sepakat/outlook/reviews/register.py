"""The register of open risks: who answers, what is done, and whether a contingency plan is due."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sepakat.outlook.risks.kinds import MAY_HAPPEN
from sepakat.outlook.risks.triggers import figure, firing, is_said
from sepakat.record.kind import Object

OPEN = (*MAY_HAPPEN, "occurred")


@dataclass(frozen=True)
class Fired:
    """The forecast that reaches a risk's threshold, and with which figure."""

    forecast: str
    project: str
    as_of: date
    figure: Decimal


@dataclass(frozen=True)
class Entry:
    """A risk that is not closed. `fired` is None where no latest forecast reaches its threshold;
    `said` whether its owner has said of that forecast that the plan starts."""

    id: str
    title: str
    state: str
    owner: str  # a nation
    responsible: str  # an organisation
    projects: tuple[str, ...]  # those of the portfolio that the reader sees
    cause: str
    probability: Decimal
    impacts: tuple[dict[str, Any], ...]
    treated: str | None
    contingency: str | None
    trigger: str | None
    threshold: Decimal | None
    fired: Fired | None
    said: bool

    @property
    def is_due(self) -> bool:
        """Whether the plan is to be started, and nobody has said so."""
        return self.fired is not None and not self.said


def register(
    risks: Iterable[Object], projects: Collection[str], forecasts: Iterable[Object]
) -> tuple[Entry, ...]:
    """What has fired unsaid first, then what has come about, then the likeliest."""
    known = list(forecasts)
    entries = [
        _entry(risk, projects, known)
        for risk in risks
        if risk.state in OPEN and not set(projects).isdisjoint(risk.fields["projects"])
    ]
    order = ("occurred", "triggered", "open")
    entries.sort(key=lambda e: (not e.is_due, order.index(e.state), -e.probability, e.id))
    return tuple(entries)


def _entry(risk: Object, projects: Collection[str], forecasts: list[Object]) -> Entry:
    fields = risk.fields
    forecast = firing(risk, forecasts)
    threshold = fields.get("threshold")
    return Entry(
        id=risk.id,
        title=fields["title"],
        state=risk.state,
        owner=risk.owner,
        responsible=fields["responsible"],
        projects=tuple(project for project in fields["projects"] if project in projects),
        cause=fields["cause"],
        probability=Decimal(fields["probability"]),
        impacts=tuple(fields["impacts"]),
        treated=fields.get("treated"),
        contingency=fields.get("contingency"),
        trigger=fields.get("trigger"),
        threshold=Decimal(threshold) if threshold is not None else None,
        fired=_fired(risk, forecast) if forecast else None,
        said=forecast is not None and is_said(risk, forecast),
    )


def _fired(risk: Object, forecast: Object) -> Fired:
    found = figure(risk.fields["trigger"], forecast.fields)
    assert found is not None  # it has reached the threshold
    as_of = date.fromisoformat(forecast.fields["as_of"])
    return Fired(forecast.id, forecast.fields["project"], as_of, found)
