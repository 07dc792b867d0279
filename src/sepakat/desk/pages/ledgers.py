"""The ledgers: what was owed and what of it counts, each figure unfolding to what it came from."""

from datetime import date
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sepakat.desk import words
from sepakat.desk.charts import Bars, Figure, grouped_bars
from sepakat.desk.pages.partnership import today
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Log
from sepakat.policy.credit.accounts import KINDS, Computed, compute


@require_GET
def ledgers(request: HttpRequest) -> HttpResponse:
    """The ledgers on a day, over what this person may see."""
    access = request.access
    as_of = _day(request.GET.get("as_of", ""))
    found = computed(access, as_of)
    context = {
        "as_of": as_of,
        "found": [(each, _chart(each), _titles(each)) for each in found],
        "accounts": rows.objects_under("account", access.labels_of("account")),
    }
    return render(request, "desk/pages/ledgers.html", context)


def computed(access: Access, as_of: date) -> list[Computed]:
    """The ledgers over what this person may see; two queries while the record stands still."""
    sizes = tuple(Log.objects.order_by("nation").values_list("nation", "size"))
    labels = tuple(access.labels_of(kind) for kind in KINDS)
    return _computed(str(access.home.path), labels, sizes, as_of)


@lru_cache(maxsize=64)
def _computed(
    node: str,
    labels: tuple[frozenset[int], ...],
    sizes: tuple[tuple[str, int], ...],
    as_of: date,
) -> list[Computed]:
    objects = (
        thing
        for kind, numbers in zip(KINDS, labels, strict=True)
        for thing in rows.objects_under(kind, numbers)
    )
    return compute(objects, as_of)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return today()


def _titles(found: Computed) -> dict[str, str]:
    return {thing.id: thing.fields["title"] for thing in found.obligations}


def _chart(found: Computed) -> Figure:
    titles = _titles(found)
    groups = [
        Bars(titles[item.obligation][:40], (item.nominal, item.credited, item.owed))
        for item in found.ledgers
    ]
    currency = found.text.agreement.currency
    series = tuple(pgettext("field", name) for name in ("Nominal", "Credited", "Owed"))
    return grouped_bars(
        _("Credit by obligation ({})").format(currency),
        _("What is owed in all, what of it is credited, and what is still owed."),
        series,
        groups,
        words.number,
        _("Obligation"),
    )
