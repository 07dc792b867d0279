"""Industry: what is transferred, made together, supplied and achieved, promised beside proven."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sepakat.desk import words
from sepakat.desk.charts import Bars, Figure, grouped_bars
from sepakat.desk.pages.partnership import today
from sepakat.industry.outcomes.indicators import Outcome, Standing, outcome_of
from sepakat.industry.production.factories import Factory, factory
from sepakat.industry.production.ramps import MonthlyRate
from sepakat.industry.production.shares import Share, by_nation
from sepakat.industry.suppliers.pipeline import Pipeline, pipeline
from sepakat.industry.transfer.absorption import Absorption, absorption
from sepakat.industry.transfer.authorisations import Authorised, authorised
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Log
from sepakat.record.kind import Object

# What the page is worked out from, and in which states the things that it is about are shown.
KINDS = (
    *("transfer_package", "absorption_proof", "readiness", "delivery", "export_authorisation"),
    *("work_package", "factory_plan", "rate_report", "gate"),
    *("supplier", "certification", "bill_of_materials", "organisation"),
    *("indicator", "measurement"),
)
PACKAGES = ("agreed", "absorption_proposed", "absorbed", "end_proposed")
WORK = ("agreed", "completion_proposed", "completed", "end_proposed")
FACTORIES = ("agreed", "in_production", "closed")
INDICATORS = ("in_force", "end_proposed")
AROUND = 12  # months of a ramp that are drawn before the latest reported, and after it


@dataclass(frozen=True)
class Industry:
    """All that the page tells, over what one reader may see."""

    packages: tuple[tuple[Absorption, Authorised], ...]
    work: tuple[tuple[Object, tuple[Share, ...]], ...]
    factories: tuple[tuple[Factory, tuple[Object, ...]], ...]  # each with its gates
    pipeline: Pipeline
    bills: tuple[Object, ...]
    names: dict[str, str]  # of organisations
    outcomes: tuple[tuple[Object, Outcome], ...]


@require_GET
def industry(request: HttpRequest) -> HttpResponse:
    """Packages, work, factories, suppliers and outcomes, over what this person may see."""
    found = computed(request.access, today())
    context = {
        "found": found,
        "work": [(thing, _shares(thing, shares)) for thing, shares in found.work],
        "factories": [(each, gates, _ramp(each)) for each, gates in found.factories],
        "bills": [(bill, words.per_cent(bill.fields["percent"])) for bill in found.bills],
        "outcomes": [(thing, each, *_standing(each)) for thing, each in found.outcomes],
    }
    return render(request, "desk/pages/industry.html", context)


def computed(access: Access, day: date) -> Industry:
    """What this person may see, worked out; two queries while the record stands still."""
    sizes = tuple(Log.objects.order_by("nation").values_list("nation", "size"))
    labels = tuple(access.labels_of(kind) for kind in KINDS)
    return _computed(str(access.home.path), labels, sizes, day)


@lru_cache(maxsize=64)
def _computed(
    node: str, labels: tuple[frozenset[int], ...], sizes: tuple[tuple[str, int], ...], day: date
) -> Industry:
    """The state of a record follows from its logs, so what is found is kept until one has grown."""
    seen = {
        kind: rows.objects_under(kind, numbers) for kind, numbers in zip(KINDS, labels, strict=True)
    }
    gates = {gate.id: gate for gate in seen["gate"]}
    about = ("absorption_proof", "readiness", "delivery")

    def among(kind: str, states: tuple[str, ...]) -> list[Object]:
        return [thing for thing in seen[kind] if thing.state in states]

    return Industry(
        packages=tuple(
            (
                absorption(package, *(seen[kind] for kind in about)),
                authorised(package, seen["export_authorisation"], day),
            )
            for package in among("transfer_package", PACKAGES)
        ),
        work=tuple((thing, by_nation(thing)) for thing in among("work_package", WORK)),
        factories=tuple(
            (
                factory(plan, seen["rate_report"]),
                tuple(gates[name] for name in plan.fields["gates"] if name in gates),
            )
            for plan in among("factory_plan", FACTORIES)
        ),
        pipeline=pipeline(seen["supplier"], seen["certification"], day),
        bills=tuple(among("bill_of_materials", ("confirmed",))),
        names={thing.id: thing.fields["name"] for thing in seen["organisation"]},
        outcomes=tuple(
            (thing, outcome_of(thing, seen["measurement"], day))
            for thing in among("indicator", INDICATORS)
        ),
    )


def _shares(work: Object, shares: tuple[Share, ...]) -> list[tuple[str, str, str]]:
    """Each nation, its part, and what that is worth."""
    currency = work.fields["value"]["currency"]
    return [
        (words.nation(share.whose), words.per_cent(share.percent), _money(share.value, currency))
        for share in shares
    ]


def _money(amount: Decimal, currency: str) -> str:
    return words.money({"amount": f"{amount:f}", "currency": currency})


def _ramp(found: Factory) -> Figure:
    return grouped_bars(
        _("Units by month: {}").format(found.plan.fields["title"]),
        _("What was to be made in each month, and what was made by the confirmed reports."),
        (_("Planned"), _("Made")),
        [
            Bars(month.month, (Decimal(month.planned), _decimal(month.actual)))
            for month in _around(found)
        ],
        words.number,
        pgettext("field", "Month"),
    )


def _around(found: Factory) -> tuple[MonthlyRate, ...]:
    """The months about the latest that is reported: a ramp may have a hundred."""
    months, latest = found.ramp.months, found.ramp.latest
    at = months.index(latest) if latest else 0
    return months[max(at - AROUND, 0) : at + AROUND + 1]


def _decimal(units: int | None) -> Decimal | None:
    return None if units is None else Decimal(units)


def _standing(outcome: Outcome) -> tuple[str, str]:
    """How an indicator stands, in words, and how much of its way it has gone."""
    said = {
        Standing.UNMEASURED: pgettext("outcome", "Not measured yet"),
        Standing.MET: pgettext("outcome", "Met"),
        Standing.ON_COURSE: pgettext("outcome", "On course"),
        Standing.BEHIND: pgettext("outcome", "Behind"),
        Standing.MISSED: pgettext("outcome", "Missed"),
    }
    way = "" if outcome.progress is None else words.percent(outcome.progress)
    return said[outcome.standing], way
