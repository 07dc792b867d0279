"""One's own account: name, language, what protects it, and where it is signed in."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sepakat.desk.people.forms import ProfileForm
from sepakat.node.accounts import people
from sepakat.node.accounts.adapters import remember_language
from sepakat.node.accounts.person import memberships


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The account's page."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("Your account is saved."))
        response = redirect("profile")
        remember_language(response, user.language)
        return response
    kinds = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "form": form,
        "held": memberships(request.user),
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "sessions": UserSession.objects.filter(user=request.user).count(),
        "tokens": sum(token.is_good for token in request.user.tokens.all()),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/people/profile.html", context, status=status)


@login_required
@require_POST
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Sign out in one place."""
    found = get_object_or_404(UserSession, user=request.user, id=session)
    if found.session_key == request.session.session_key:
        found.delete()
        logout(request)
        return redirect("account_login")
    found.end()
    messages.success(request, _("The session is ended."))
    return redirect("usersessions_list")


@login_required
@require_POST
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here as well."""
    people.end_sessions(request.user)
    logout(request)
    return redirect("account_login")
