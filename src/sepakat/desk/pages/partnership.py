"""The partnership at a glance: commitments, what lies ahead, the exchange, the partner's word."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sepakat.desk.pages import figures
from sepakat.desk.pages.health import health
from sepakat.desk.pages.said import said
from sepakat.node import clock
from sepakat.node.models import Partner

MAX_SAID = 10


def today() -> date:
    return date.fromisoformat(clock.now()[:10])


@require_GET
def partnership(request: HttpRequest) -> HttpResponse:
    access = request.access
    found = figures.figures(access, today())
    partners = list(Partner.objects.values_list("nation", flat=True))
    newest, _more = said(access, partners, MAX_SAID)
    context = {
        "figures": found,
        "charts": [
            *figures.charts(found.by_category, _("By category"), _("Category"), nations=False),
            *figures.charts(found.by_nation, _("By nation that owes"), _("Nation"), nations=True),
        ],
        "ahead": figures.ahead(access, today()),
        "health": health(access),
        "said": newest,
    }
    return render(request, "desk/pages/partnership.html", context)
