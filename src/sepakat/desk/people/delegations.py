"""Standing in for a colleague: what is lent, by whom, until when."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sepakat.desk.people.forms import DelegationForm, add_refusal
from sepakat.node.accounts import delegations as lending
from sepakat.record.errors import InvalidError


@login_required
@require_http_methods(["GET", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """What the account has lent, what was lent to it, and a form to lend."""
    form = DelegationForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            lending.lend(request.user, given["delegate"], given["starts"], given["ends"])
        except InvalidError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, _("{} stands in for you on these days.").format(given["delegate"])
            )
            return redirect("delegations")
    known = lending.open_delegations()
    context = {
        "form": form,
        "lent": known.filter(user=request.user),
        "borrowed": known.filter(delegate=request.user, user__is_active=True),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/people/delegations.html", context, status=status)


@login_required
@require_POST
def end_delegation(request: HttpRequest, delegation: int) -> HttpResponse:
    lending.take_back(request.user, delegation)
    messages.success(request, _("It is taken back."))
    return redirect("delegations")
