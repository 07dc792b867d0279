"""Four eyes: what others have prepared and wait for a second person to confirm."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sepakat.desk.kinds import objects
from sepakat.node import rows
from sepakat.node.accounts import foureyes
from sepakat.vocabulary import REGISTRY


@login_required
@require_GET
def confirmations(request: HttpRequest) -> HttpResponse:
    """What this person may confirm, and what this person has prepared."""
    context = {
        "waiting": foureyes.waiting_for(request.access),
        "prepared": foureyes.prepared_by(request.user),
    }
    return render(request, "desk/people/confirmations.html", context)


@login_required
@require_GET
def confirmation(request: HttpRequest, number: int) -> HttpResponse:
    """One statement that waits, with all that is needed to decide."""
    kept = foureyes.get(request.access, request.user, number)
    draft = foureyes.draft_of(kept)
    # Whoever prepared it may see the record no more.
    thing = next(iter(request.access.seen(rows.objects([kept.object]).values())), None)
    kind = REGISTRY.get(kept.kind)
    known = objects.links(request.access, objects.named(kind, draft.body))
    context = {
        "kept": kept,
        "draft": draft,
        "label": draft.label or (thing.label if thing else None),
        "title": objects.title_of(thing) if thing else "",
        "values": objects.values(request.access, kind, draft.body, known),
        "why_not": foureyes.why_not(request.access, request.user, kept),
        "may_decline": foureyes.may_decline(request.user, kept),
    }
    return render(request, "desk/people/confirmation.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    kept = foureyes.get(request.access, request.user, number)
    receipt = foureyes.confirm(request.access, request.user, kept)
    said = _("Signed and recorded: record {} of this nation’s log.").format(receipt.index)
    messages.success(request, said)
    return redirect("object", receipt.object.id)


@login_required
@require_POST
def decline(request: HttpRequest, number: int) -> HttpResponse:
    kept = foureyes.get(request.access, request.user, number)
    foureyes.decline(request.access, request.user, kept)
    messages.success(request, _("It is put aside. Nothing was signed."))
    return redirect("confirmations")
