"""The inbox, how one wishes to be told, and the calendar feed."""

from datetime import UTC, datetime
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sepakat.desk.notices import feeds, inbox
from sepakat.desk.notices.models import Mail, Preference, What
from sepakat.node.signed import home

PAGE_SIZE = 50
CHOICES = (
    (Mail.OFF, gettext_lazy("No mail")),
    (Mail.DAILY, gettext_lazy("Once a day, if there is something new")),
    (Mail.AT_ONCE, gettext_lazy("Once a day, and at once what waits for me")),
)


@require_GET
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """What is unread, by occasion; and what has been read, newest first."""
    seen = inbox.visible(request.access, request.user)
    order = list(What)
    fresh = inbox.items(request.access, seen.filter(read=None).order_by("-id")[:500])
    fresh.sort(key=lambda item: order.index(What(item.notice.what)))
    groups = []
    for what, found in groupby(fresh, key=lambda item: item.notice.what):
        part = list(found)
        groups.append((what, inbox.heading(what, len(part)), part))
    old = seen.exclude(read=None).order_by("-id")
    page = Paginator(old, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "groups": groups,
        "page": page,
        "old": inbox.items(request.access, list(page.object_list)),
    }
    return render(request, "desk/notices/inbox.html", context)


@require_POST
@login_required
def mark(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read, all of one occasion, or all."""
    chosen = inbox.visible(request.access, request.user).filter(read=None)
    number, what = request.POST.get("notice", ""), request.POST.get("what", "")
    if number:
        valid = number.isascii() and number.isdigit() and len(number) < 17
        chosen = chosen.filter(id=int(number)) if valid else chosen.none()
    elif what:
        chosen = chosen.filter(what=what)
    chosen.update(read=timezone.now())
    return redirect("inbox")


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """How one is told by mail, and the address of one's calendar feed."""
    kept, _made = Preference.objects.get_or_create(user=request.user)
    if request.method == "POST":
        if request.POST.get("mail") in Mail.values:
            kept.mail = request.POST["mail"]
            kept.save(update_fields=["mail"])
            messages.success(request, _("Your choice is kept."))
        return redirect("notice-settings")
    return _settings(request, kept)


def _settings(request: HttpRequest, kept: Preference, address: str = "") -> HttpResponse:
    context = {
        "choices": CHOICES,
        "mail": kept.mail,
        "feed": feeds.live(request.user),
        "address": address,
    }
    response = render(request, "desk/notices/settings.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def make_feed(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once; the one before is no more."""
    secret = feeds.make(request.user)
    request.access.log("made a calendar address")
    kept, _made = Preference.objects.get_or_create(user=request.user)
    return _settings(request, kept, f"{home().config.url}/feeds/{secret}.ics")


@require_POST
@login_required
def revoke_feed(request: HttpRequest) -> HttpResponse:
    feeds.revoke(request.user)
    request.access.log("revoked a calendar address")
    messages.success(request, _("The address is no more. Calendars that have it get nothing."))
    return redirect("notice-settings")


@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar at a secret address, whoever asks."""
    found = feeds.find(secret)
    with translation.override(found.user.language):
        content = feeds.calendar(home(), found, datetime.now(UTC).date())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
