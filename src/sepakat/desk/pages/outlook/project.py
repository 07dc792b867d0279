"""One project of the outlook: its plan, its forecasts, its risks and what could be done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sepakat.desk import refusals, words
from sepakat.desk.charts import Figure
from sepakat.desk.kinds.objects import Step, links, timeline
from sepakat.desk.pages.outlook import files, gantts, overview, pictures
from sepakat.desk.pages.outlook.computed import computed
from sepakat.desk.pages.outlook.gantts import Gantt
from sepakat.desk.pages.outlook.preparing import may_forecast
from sepakat.node.authorisation import Access
from sepakat.outlook.forecasts.figures import Figures, Treated
from sepakat.outlook.portfolio.kinds import AGREED
from sepakat.outlook.portfolio.standing import Standing
from sepakat.outlook.risks.treatments import treatment_of
from sepakat.outlook.risks.triggers import figure as trigger_figure
from sepakat.record.errors import NotFoundError, SepakatError
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Pictures:
    """What the forecast's file, or else the plan's, gives to look at; `told` is why it does not."""

    gantt: Gantt | None = None
    curves: tuple[Figure, ...] = ()
    cost: Figure | None = None
    joint: Figure | None = None
    treatments: tuple[Treated, ...] = ()
    notes: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True)
class RiskLine:
    """A risk: the treatment under way, and the figure that its trigger looks at."""

    risk: Object
    treatment: Fields | None
    figure: object | None
    fired: bool


@require_GET
def project(request: HttpRequest, object_id: str) -> HttpResponse:
    """One project, with all that this person may see of it."""
    access = request.access
    found = computed(access)
    standing = found.of(object_id)
    if standing is None:
        thing = access.get(object_id)
        if thing.kind != "project" or thing.state in AGREED:
            raise NotFoundError("there is no such project", where=object_id)
        standing = Standing(thing)
    thing, forecast, plan = standing.project, standing.forecast, standing.plan
    currency = found.currency(thing)
    made_from = next((p for p in standing.plans if forecast and p.id == _plan_of(forecast)), None)
    issued = {each.id: each for each in standing.forecasts}
    shown = _pictures(access, standing, made_from, request.GET, currency)
    context = {
        "thing": thing,
        "final": REGISTRY.get("project").lifecycle.final,
        "standing": standing,
        "lateness": overview.lateness(standing),
        "portfolio": found.portfolios.get(thing.fields["portfolio"]),
        "currency": currency,
        "plan": plan,
        "forecast": forecast,
        "milestones": forecast.fields["milestones"] if forecast else (),
        "promises": plan.fields["promises"] if plan else (),
        "achieved": _rows(plan, "achieved"),
        "trend": _trend(standing),
        "tied": _rows(plan, "obligation", "gate"),
        "pictures": shown,
        "treatments": [(row, *_chances(row)) for row in shown.treatments],
        "drivers": pictures.drivers(forecast) if forecast else None,
        "driving": _driving(forecast),
        "options": [(each, issued.get(each.fields["forecast"])) for each in standing.options],
        "risks": _risks(standing),
        "accepted": _accepted(access, plan),
        "may_forecast": may_forecast(access, plan),
        "links": links(access, list(dict.fromkeys(_named(standing)))),
        "ratings": found.rated(standing),
    }
    return render(request, "desk/outlook/project.html", context)


def _plan_of(forecast: Object) -> str:
    return str(forecast.fields["plan"])


def _pictures(
    access: Access, standing: Standing, made_from: Object | None, asked: QueryDict, currency: str
) -> Pictures:
    forecast, plan = standing.forecast, standing.plan
    try:
        if forecast is not None:
            drawn = files.drawn(access, forecast, made_from)
            return _of_forecast(forecast, drawn, asked, currency)
        if plan is not None:
            planned = files.planned(access, plan)
            said = _("Each activity by the plan’s own dates. No forecast has been made of it yet.")
            return Pictures(gantts.view(planned.activities, planned.today, asked, said))
    except SepakatError as error:
        return Pictures(told=refusals.reason(error))
    return Pictures()


def _of_forecast(forecast: Object, drawn: files.Drawn, asked: QueryDict, currency: str) -> Pictures:
    found: Figures = drawn.figures
    chosen = pictures.milestones(forecast, asked.get("milestone", ""))
    said = _(
        "Each activity by the plan’s own dates, with the time from P50 to P80 of its end and the "
        "share of iterations in which it drives the finish."
    )
    day = date.fromisoformat(forecast.fields["as_of"])
    return Pictures(
        gantt=gantts.view(drawn.activities, day, asked, said) if drawn.activities else None,
        curves=tuple(pictures.curves(chosen, found)),
        cost=pictures.cost(forecast, found, currency),
        joint=pictures.joint(forecast, found, currency),
        treatments=found.treatments,
        notes=found.notes,
    )


def _rows(plan: Object | None, *names: str) -> list[Fields]:
    """The plan's milestones of which one of these is said."""
    rows = plan.fields["promises"] if plan else ()
    return [row for row in rows if any(row.get(name) for name in names)]


def _chances(row: Treated) -> tuple[str, str]:
    """The chance to be on time as it is, and with the treatment."""
    both = row.on_time_before, row.on_time_after
    before, after = (words.percent(tenths / pictures.TENTHS) for tenths in both)
    return before, after


def _trend(standing: Standing) -> list[tuple[str, list[tuple[Object, Fields]]]]:
    """For each milestone of the latest forecast, what each forecast so far has said of it."""
    forecast = standing.forecast
    if forecast is None or len(standing.forecasts) < 2:
        return []
    return [
        (row["title"], [*_said_of(row["activity"], standing.forecasts)])
        for row in forecast.fields["milestones"]
    ]


def _said_of(activity: str, forecasts: Sequence[Object]) -> Iterator[tuple[Object, Fields]]:
    for forecast in forecasts:
        for row in forecast.fields["milestones"]:
            if row["activity"] == activity:
                yield forecast, row


def _driving(forecast: Object | None) -> list[str]:
    rows = forecast.fields.get("drivers", ()) if forecast else ()
    return [row["risk"] for row in rows if row.get("risk")]


def _risks(standing: Standing) -> list[RiskLine]:
    forecast, fired = standing.forecast, {risk.id for risk in standing.fired}
    lines = []
    for risk in standing.risks:
        trigger = risk.fields.get("trigger")
        figure = trigger_figure(trigger, forecast.fields) if trigger and forecast else None
        lines.append(RiskLine(risk, treatment_of(risk.fields), figure, risk.id in fired))
    return lines


def _accepted(access: Access, plan: Object | None) -> Step | None:
    """How a plan whose schedule fails a gating check came to be accepted all the same."""
    if plan is None or not plan.fields.get("failing"):
        return None
    steps = timeline(access, plan)
    return next((step for step in steps if step.said.action == "accept_knowingly"), None)


def _named(standing: Standing) -> Iterable[str]:
    """What the page names by identifier and is not read with the project."""
    fields = standing.project.fields
    yield fields["lead"]
    for name in ("participants", "obligations", "gates", "indicators"):
        yield from fields.get(name, ())
    for risk in standing.risks:
        yield risk.fields["responsible"]
    for option in standing.options:
        yield from (option.fields[n] for n in ("decision", "forecast") if option.fields.get(n))
    if standing.plan is not None:
        for row in standing.plan.fields["promises"]:
            yield from (row[name] for name in ("obligation", "gate") if row.get(name))
    if standing.forecast is not None:
        given = standing.forecast.fields
        yield given["plan"]
        yield from (row["obligation"] for row in given.get("obligations", ()))
        yield from _driving(standing.forecast)
