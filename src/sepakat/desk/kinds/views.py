"""The pages that every kind has: its list, its records, and the files that they name."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sepakat.desk import words
from sepakat.desk.kinds import objects
from sepakat.desk.kinds.lists import Listing
from sepakat.desk.kinds.models import SavedView
from sepakat.desk.pages.proofs import proof_statuses
from sepakat.desk.workbook.entries import is_importable
from sepakat.desk.workbook.export import export
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.evidence import file_of
from sepakat.node.kindtables import table
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Kind, Object
from sepakat.vocabulary import REGISTRY

FORMATS = ("csv", "xlsx", "json")
MAX_SAVED_VIEWS = 50
# Pages made by hand: by kind, the page, and the field that names whose it is; none, its own.
OWN_PAGES = {
    "tender": ("tender", ""),
    "transfer_package": ("package", ""),
    "project": ("outlook-project", ""),
    **dict.fromkeys(("plan", "forecast", "option", "rating"), ("outlook-project", "project")),
    "risk": ("outlook-project", "projects"),
}


def kind_of(name: str) -> type[Kind]:
    try:
        return REGISTRY.kinds[name]
    except KeyError:
        raise Http404 from None


@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    """All kinds, with how many records of each this person may see."""
    counts = [
        (kind, table(kind).objects.filter(label_id__in=request.access.labels_of(name)).count())
        for name, kind in REGISTRY.kinds.items()
    ]
    return render(request, "desk/kinds/registers.html", {"counts": counts})


@require_GET
def register(request: HttpRequest, kind: str) -> HttpResponse:
    """The list of a kind."""
    declared = kind_of(kind)
    listing = Listing(request.access, declared, request.GET)
    views = (
        SavedView.objects.filter(user=request.user, kind=kind).order_by("name")
        if request.user.is_authenticated
        else ()
    )
    made_by = [
        action
        for action in declared.lifecycle.first
        if request.access.may_make(declared, action).allowed
    ]
    context = {
        "kind": declared,
        "listing": listing,
        "views": views,
        "made_by": made_by,
        "imports": [action for action in made_by if is_importable(declared, action)],
    }
    template = "list_table.html" if request.htmx else "list.html"
    return render(request, f"desk/kinds/{template}", context)


@require_GET
def export_register(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """Exactly the filtered rows, as a file."""
    if form not in FORMATS:
        raise Http404
    declared = kind_of(kind)
    listing = Listing(request.access, declared, request.GET)
    title = words.kind_names(declared)
    return export(
        declared, listing.rows, form, request.access, title, listing.describe(), listing.encoded
    )


@require_POST
@login_required
def save_view(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep a list's filter under a name; the same name again replaces it."""
    declared = kind_of(kind)
    name = request.POST.get("name", "").strip()[:80]
    listing = Listing(request.access, declared, _query(request))
    address = f"{reverse('register', args=[kind])}?{listing.encoded}"
    mine = SavedView.objects.filter(user=request.user)
    if not name:
        messages.error(request, _("Give the view a name."))
    elif len(listing.encoded) > 2000 or mine.count() >= MAX_SAVED_VIEWS:
        messages.error(request, _("This view cannot be kept. Remove one that you do not need."))
    else:
        SavedView.objects.update_or_create(
            user=request.user, kind=kind, name=name, defaults={"query": listing.encoded}
        )
        messages.success(request, _("The view is saved."))
    return redirect(address)


@require_POST
@login_required
def remove_view(request: HttpRequest, kind: str, view: int) -> HttpResponse:
    SavedView.objects.filter(user=request.user, kind=kind, id=view).delete()
    messages.success(request, _("The view is removed."))
    return redirect("register", kind=kind)


def _query(request: HttpRequest) -> QueryDict:
    return QueryDict(request.POST.get("query", "")[:4000])


@require_GET
def show(request: HttpRequest, object_id: str) -> HttpResponse:
    """A record's page."""
    access = request.access
    thing = access.get(object_id)
    kind = REGISTRY.get(thing.kind)
    steps = objects.timeline(access, thing)
    proofs = proof_statuses([step.digest for step in steps])
    known = objects.links(access, objects.named(kind, thing.fields))
    offers = objects.offers(access, thing)
    context = {
        "thing": thing,
        "kind": kind,
        "title": objects.title_of(thing),
        "values": objects.values(access, kind, thing.fields, known),
        "related": objects.related(access, thing),
        "steps": [(step, proofs.get(step.digest)) for step in steps],
        "offers": offers,
        "later": [offer for offer in offers if offer.verdict.why == "state"],
        "turn": objects.turn(thing),
        "own_page": _own_page(access, thing),
        "has_file": thing.kind == "evidence" and thing.state != "destroyed",
    }
    return render(request, "desk/kinds/object.html", context)


def _own_page(access: Access, thing: Object) -> str:
    """The address of the page made by hand that has a record on it, if the reader may see it."""
    page, field = OWN_PAGES.get(thing.kind, ("", ""))
    if not page or not field:
        return reverse(page, args=[thing.id]) if page else ""
    named = thing.fields[field]
    known = rows.objects([named] if isinstance(named, str) else named)
    whose = next((each.id for each in access.seen(known.values())), "")
    return reverse(page, args=[whose]) if whose else ""


@require_GET
def evidence_file(request: HttpRequest, object_id: str) -> HttpResponse:
    """The file of an evidence record, as a download and never as a page."""
    thing = request.access.get(object_id)
    if thing.kind != "evidence":
        raise NotFoundError("no such file")
    content = file_of(request.access, thing)
    request.access.log("read a file", object=object_id)
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(
        True, thing.fields["filename"]
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
