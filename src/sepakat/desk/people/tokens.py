"""Tokens by which programs act for a person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sepakat.desk.people.forms import TokenForm, add_refusal
from sepakat.node.accounts.models import Token
from sepakat.record.errors import InvalidError


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """All tokens of the account, and a new one, whose secret is shown this once."""
    form, secret = TokenForm(request.user, request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            token, secret = Token.issue(
                request.user, given["name"], given["roles"], given["expires"]
            )
        except InvalidError as error:
            add_refusal(form, error)
        else:
            request.access.log("token made", number=token.id, roles=token.roles)
            form = TokenForm(request.user)
    mine = request.user.tokens.order_by("-id")
    context = {"form": form, "secret": secret, "tokens": mine}
    status = 422 if form.errors else 200
    return render(request, "desk/people/tokens.html", context, status=status)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token: int) -> HttpResponse:
    found = get_object_or_404(Token, user=request.user, id=token)
    if found.revoked is None:
        found.revoked = timezone.now()
        found.save(update_fields=["revoked"])
        request.access.log("token revoked", number=found.id)
    messages.success(request, _("The token works no more."))
    return redirect("tokens")
