"""The first page: what waits, what is late, what is due, and what is new since one last looked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sepakat.desk.pages import dues, figures, firing
from sepakat.desk.pages.models import Look
from sepakat.desk.pages.partnership import today as this_day
from sepakat.desk.pages.said import said
from sepakat.desk.pages.waiting import waiting
from sepakat.node.accounts import foureyes
from sepakat.node.models import Log
from sepakat.record import kinds

MAX_NEW = 25
MAX_PUBLIC = 10
KEEPING = [kind.kind for kind in kinds.KINDS]  # keys and the like, for those who verify


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return _public(request)
    access = request.access
    looks = dict(Look.objects.filter(user=request.user).values_list("nation", "size"))
    sizes = dict(Log.objects.values_list("nation", "size"))
    found, count = waiting(access)
    new, more = said(access, sizes, MAX_NEW, looks)
    context = {
        "waiting": found,
        "waiting_count": count,
        "prepared": foureyes.waiting_for(access),
        "fired": firing.fired(access),
        "late": dues.late(access, this_day()),
        "soon": dues.soon(access, this_day()),
        "said": new,
        "more": more,
        "sizes": sizes,
    }
    return render(request, "desk/pages/today.html", context)


@require_POST
@login_required
def seen(request: HttpRequest) -> HttpResponse:
    """That this person has seen what the page showed: up to the sizes that it was made at."""
    sizes = dict(Log.objects.values_list("nation", "size"))
    for nation, size in sizes.items():
        given = request.POST.get(nation, "")
        looked = int(given) if given.isascii() and given.isdigit() and len(given) < 17 else 0
        Look.objects.update_or_create(
            user=request.user, nation=nation, defaults={"size": min(looked, size)}
        )
    messages.success(request, _("Marked as seen."))
    return redirect("today")


def _public(request: HttpRequest) -> HttpResponse:
    """For whoever has not signed in: what is public, and how to check it."""
    access = request.access
    nations = list(Log.objects.values_list("nation", flat=True))
    newest, _more = said(access, nations, MAX_PUBLIC, without=KEEPING)
    context = {
        "figures": figures.figures(access, this_day()),
        "said": newest,
        "logs": list(Log.objects.order_by("nation")),
    }
    return render(request, "desk/pages/public.html", context)
