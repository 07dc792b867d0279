"""Meetings: what is to be spoken of, what was decided, and the papers of it."""

from datetime import UTC, date, datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from sepakat.desk.pages import paper
from sepakat.desk.pages.minutes import MAX_MINUTES, draft, minutes_of, papers
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.errors import NotFoundError, RefusedError
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

PAGE_SIZE = 25
ENGAGEMENT = REGISTRY.get("engagement")
MAKING = (("decision", "propose"), ("action_item", "undertake"), ("action_item", "ask"))


def _today() -> date:
    return datetime.now(UTC).date()


@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """The meetings that this person may see: those ahead, and those that have been."""
    seen = table(ENGAGEMENT).objects.filter(label_id__in=request.access.labels_of("engagement"))
    ahead = seen.filter(state="scheduled").order_by("date", "id")
    been = seen.exclude(state="scheduled").order_by("-date", "id")
    schedule = ENGAGEMENT.lifecycle.actions["schedule"]
    context = {
        "ahead": ahead[:PAGE_SIZE],
        "page": Paginator(been, PAGE_SIZE).get_page(request.GET.get("page")),
        "final": ENGAGEMENT.lifecycle.final,
        "may_schedule": request.access.may_make(ENGAGEMENT, schedule).allowed,
    }
    return render(request, "desk/meeting/meetings.html", context)


def _meeting(access: Access, object_id: str) -> Object:
    thing = access.get(object_id)
    if thing.kind != "engagement":
        raise NotFoundError("there is no such meeting")
    return thing


@require_GET
def meeting(request: HttpRequest, object_id: str) -> HttpResponse:
    """One meeting."""
    thing = _meeting(request.access, object_id)
    context = {
        "thing": thing,
        "papers": papers(request.access, thing, _today()),
        "final": ENGAGEMENT.lifecycle.final,
        "making": _making(request.access, thing),
        "may_propose": _may_propose(request.access, thing),
    }
    return render(request, "desk/meeting/meeting.html", context)


def _making(access: Access, thing: Object) -> list[tuple[str, str, str]]:
    """What may be recorded of the meeting: kind, action and address, filled in as far as known."""
    others = sorted(thing.parties - {access.home.config.nation})
    found = []
    for name, action in MAKING:
        kind = REGISTRY.get(name)
        declared = kind.lifecycle.actions[action]
        if access.may_make(kind, declared).allowed:
            given = {"engagement": thing.id}
            if others and "counterparty" in kind.needed_by(declared):
                given["counterparty"] = others[0]
            address = f"{reverse('make', args=[name, action])}?{urlencode(given)}"
            found.append((name, action, address))
    return found


def _may_propose(access: Access, thing: Object) -> bool:
    return access.verdict(thing, ENGAGEMENT.lifecycle.actions["propose_minutes"]).allowed


@require_GET
def minutes(request: HttpRequest, object_id: str) -> HttpResponse:
    """The minutes to be written, beginning with what is recorded."""
    thing = _meeting(request.access, object_id)
    if not _may_propose(request.access, thing):
        raise RefusedError("minutes are proposed by its secretariat, once the meeting was held")
    # What was returned is written on; the draft is there to be begun from anew.
    fresh = "draft" in request.GET or not thing.fields.get("minutes")
    made = papers(request.access, thing, _today())
    context = {
        "thing": thing,
        "text": draft(made) if fresh else minutes_of(made),
        "returned": thing.fields.get("reason") if thing.fields.get("minutes") else "",
        "longest": MAX_MINUTES,
    }
    return render(request, "desk/meeting/minutes.html", context)


@require_GET
def agenda_paper(request: HttpRequest, object_id: str) -> HttpResponse:
    thing = _meeting(request.access, object_id)
    content = paper.agenda_paper(papers(request.access, thing, _today()))
    return _file(request, thing, "agenda", content)


@require_http_methods(["GET", "POST"])
def minutes_paper(request: HttpRequest, object_id: str) -> HttpResponse:
    """The minutes as recorded; or, of a text that is being written, how it will look."""
    thing = _meeting(request.access, object_id)
    made = papers(request.access, thing, _today())
    written = request.POST.get("minutes", "")[:MAX_MINUTES]
    is_draft = thing.state != "minutes_agreed"
    content = paper.minutes_paper(made, written or minutes_of(made), is_draft=is_draft)
    return _file(request, thing, "minutes", content)


def _file(request: HttpRequest, thing: Object, name: str, content: bytes) -> HttpResponse:
    request.access.log("took a paper", object=thing.id, paper=name)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{thing.id}-{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
