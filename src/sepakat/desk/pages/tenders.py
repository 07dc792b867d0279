"""The tenders that one may see: until when they are open, what came in, and what is late."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sepakat.desk.pages.delays import timed, told
from sepakat.desk.pages.partnership import today
from sepakat.desk.pages.procurements import procurements
from sepakat.industry.procurement.leadtimes import KINDS, LeadTimes
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

PAGE_SIZE = 25
TENDER = REGISTRY.get("tender")


@dataclass(frozen=True)
class Line:
    """A tender in the list; `received` are the offers that the reader may know of."""

    tender: Object
    received: int
    times: LeadTimes | None


@require_GET
def tenders(request: HttpRequest) -> HttpResponse:
    """The tenders that this person may see, those that close last first."""
    access = request.access
    seen = table(TENDER).objects.filter(label_id__in=access.labels_of("tender"))
    ids = seen.order_by("-closes", "id").values_list("id", flat=True)
    page = Paginator(ids, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = _lines(access, page.object_list)
    context = {
        "page": page,
        "lines": lines,
        "is_timed": any(line.times for line in lines),
        "final": TENDER.lifecycle.final,
    }
    return render(request, "desk/pages/tenders.html", context)


def _lines(access: Access, ids: Sequence[str]) -> list[Line]:
    known = rows.objects(ids)
    found = access.seen(known[id_] for id_ in ids if id_ in known)
    strategies = procurements(access, found, ("procurement_strategy",))
    of_ours = [each.tender for each in strategies if each.strategy]
    whole = procurements(access, of_ours, ("need", *KINDS))
    said = told(access, (thing.id for each in whole for thing in each.things))
    times = timed(whole, said, today())
    coming = _coming(access, [tender.id for tender in found])
    return [Line(tender, _received(tender, coming), times.get(tender.id)) for tender in found]


def _received(tender: Object, coming: dict[str, int]) -> int:
    """Those it had when it closed, which it names itself; until then, those seen."""
    received = tender.fields.get("received")
    return len(received) if received else coming.get(tender.id, 0)


def _coming(access: Access, ids: list[str]) -> dict[str, int]:
    offers = table(REGISTRY.get("offer")).objects.filter(
        tender__in=ids, state="received", label_id__in=access.labels_of("offer")
    )
    counted = offers.order_by().values("tender").annotate(number=Count("id"))
    return {row["tender"]: row["number"] for row in counted}
