"""Industry: what is transferred, made together, supplied and achieved, promised beside proven."""

from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sepakat.desk import words
from sepakat.desk.charts import Bars, Figure, grouped_bars
from sepakat.desk.pages.partnership import today
from sepakat.industry.outcomes.indicators import Outcome, Standing, outcome_of
from sepakat.industry.production.factories import Factory, factory
from sepakat.industry.suppliers.pipeline import pipeline
from sepakat.industry.transfer.absorption import absorption
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.record.kind import Object

UNDER_WAY = ("agreed", "absorption_proposed", "absorbed")


@require_GET
def industry(request: HttpRequest) -> HttpResponse:
    """Packages, factories, suppliers and outcomes, over what this person may see."""
    access = request.access
    day = today()
    context = {
        "day": day,
        "packages": _packages(access),
        "factories": [(found, _ramp(found)) for found in _factories(access)],
        "pipeline": pipeline(_seen(access, "supplier"), _seen(access, "certification"), day),
        "bills": [bill for bill in _seen(access, "bill_of_materials") if bill.state == "confirmed"],
        "names": {thing.id: thing.fields["name"] for thing in _seen(access, "organisation")},
        "outcomes": _outcomes(access),
    }
    return render(request, "desk/pages/industry.html", context)


def _seen(access: Access, kind: str) -> list[Object]:
    return rows.objects_under(kind, access.labels_of(kind))


def _packages(access: Access) -> list[object]:
    proofs = _seen(access, "absorption_proof")
    assessments = _seen(access, "readiness")
    deliveries = _seen(access, "delivery")
    return [
        absorption(package, proofs, assessments, deliveries)
        for package in _seen(access, "transfer_package")
        if package.state in UNDER_WAY
    ]


def _factories(access: Access) -> Iterable[Factory]:
    reports = _seen(access, "rate_report")
    return [
        factory(plan, reports)
        for plan in _seen(access, "factory_plan")
        if plan.state in ("agreed", "in_production", "closed")
    ]


def _ramp(found: Factory) -> Figure:
    groups = [
        Bars(month.month, (Decimal(month.planned), Decimal(month.actual or 0)))
        for month in found.ramp.months
    ]
    return grouped_bars(
        _("Units by month: {}").format(found.plan.fields["title"]),
        _("What was to be made in each month, and what was made by the confirmed reports."),
        (_("Planned"), _("Made")),
        groups,
        words.number,
        _("Month"),
    )


def _outcomes(access: Access) -> list[tuple[Object, Outcome, str, str]]:
    measurements = _seen(access, "measurement")
    standings = {
        Standing.UNMEASURED: _("Not measured yet"),
        Standing.MET: _("Met"),
        Standing.ON_COURSE: _("On course"),
        Standing.BEHIND: _("Behind"),
        Standing.MISSED: _("Missed"),
    }
    found = []
    for indicator in _seen(access, "indicator"):
        if indicator.state in ("in_force", "end_proposed"):
            outcome = outcome_of(indicator, measurements, today())
            way = "" if outcome.progress is None else f"{outcome.progress * 100:.0f} %"
            found.append((indicator, outcome, standings[outcome.standing], way))
    return found
