"""One technology-transfer package: what moves, under what leave, and whether it is absorbed."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sepakat.desk import words
from sepakat.desk.charts import Figure, Track, levels
from sepakat.desk.kinds import objects
from sepakat.desk.pages.partnership import today
from sepakat.industry.transfer.absorption import Absorption, absorption
from sepakat.industry.transfer.authorisations import authorised
from sepakat.industry.transfer.checks import HIGHEST
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

PACKAGE = REGISTRY.get("transfer_package")
RIGHTS = ("background_ip", "foreground_ip", "licence")
LINKED = ("end_user", "classifier", "obligation")


@require_GET
def package(request: HttpRequest, object_id: str) -> HttpResponse:
    """One package, with what of its authorisations, deliveries and proofs this person may see."""
    access, day = request.access, today()
    thing = access.get(object_id)
    if thing.kind != PACKAGE.kind:
        raise NotFoundError("there is no such package")
    kinds = ("absorption_proof", "readiness", "delivery")
    found = absorption(thing, *(_of(access, thing, kind) for kind in kinds))
    named = {name: thing.fields[name] for name in LINKED if thing.fields.get(name)}
    known = objects.links(access, named.values())
    permits = authorised(thing, _of(access, thing, "export_authorisation"), day)
    context = {
        "thing": thing,
        "final": PACKAGE.lifecycle.final,
        "found": found,
        "authorised": permits,
        "numbers": {permit.id: permit.fields["number"] for permit in permits.authorisations},
        "items": thing.fields["items"],
        "rights": [(words.field_title(PACKAGE, name), thing.fields[name]) for name in RIGHTS],
        "links": {name: known[id_] for name, id_ in named.items()},
        "figure": _readiness(found, day) if found.levels else None,
    }
    return render(request, "desk/pages/package.html", context)


def _of(access: Access, thing: Object, kind: str) -> list[Object]:
    """What of a kind belongs to a package, as far as this person may see it."""
    own = table(REGISTRY.get(kind)).objects.filter(
        package=thing.id, label_id__in=access.labels_of(kind)
    )
    return list(rows.objects(own.values_list("id", flat=True)).values())


def _readiness(found: Absorption, day: date) -> Figure:
    short = {"technology_readiness": _("TRL"), "manufacturing_readiness": _("MRL")}
    tracks = [
        Track(
            name,
            tuple(
                (date.fromisoformat(level.day), level.level)
                for level in found.levels
                if level.scale == scale
            ),
        )
        for scale, name in short.items()
    ]
    return levels(
        _("Readiness over time"),
        _("The levels that both nations have confirmed: technology (TRL), manufacturing (MRL)."),
        [track for track in tracks if track.points],
        max(HIGHEST.values()),
        day,
        words.day,
        (_("Day"), pgettext("field", "Scale"), pgettext("field", "Level")),
    )
