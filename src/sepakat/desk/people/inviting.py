"""Inviting people, and accepting an invitation."""

from smtplib import SMTPException

from django.contrib import messages
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sepakat.desk.people.forms import AcceptForm, InvitationForm, add_refusal
from sepakat.desk.people.guards import administrators_only
from sepakat.node.accounts import invitations
from sepakat.node.accounts.models import Invitation, User
from sepakat.node.signed import home
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError


@administrators_only
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    form = InvitationForm(home(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made, secret = invitations.invite(
                    home(),
                    email=given["email"],
                    name=given["name"],
                    role=given["role"],
                    place=form.place,
                    clearance=given["clearance"],
                    caveats=given["caveats"],
                    by=request.user,
                )
                _send(made, secret)
        except (InvalidError, ConflictError) as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("An invitation is on its way to {}.").format(made.email))
            return redirect("people")
    status = 422 if form.errors else 200
    return render(request, "desk/people/invite.html", {"form": form}, status=status)


@administrators_only
@require_POST
def resend_invitation(request: HttpRequest, invitation: int) -> HttpResponse:
    """Send a new link; the old one works no more."""
    found = get_object_or_404(invitations.waiting(), id=invitation)
    with transaction.atomic():
        _send(found, invitations.renew(found))
    messages.success(request, _("An invitation is on its way to {}.").format(found.email))
    return redirect("people")


@administrators_only
@require_POST
def withdraw_invitation(request: HttpRequest, invitation: int) -> HttpResponse:
    invitations.withdraw(get_object_or_404(invitations.waiting(), id=invitation))
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("people")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the link leads: the account is made with the password that is given here."""
    try:
        found = invitations.find(secret)
    except NotFoundError:
        return render(request, "desk/people/no_invitation.html", status=404)
    form = AcceptForm(User(email=found.email, name=found.name), request.POST or None)
    if request.method == "POST" and form.is_valid():
        invitations.accept(home(), secret, form.cleaned_data["password"])
        messages.success(request, _("Your account is made. Sign in, then protect it further."))
        return redirect("account_login")
    context = {"form": form, "invitation": found}
    status = 422 if form.errors else 200
    return render(request, "desk/people/accept.html", context, status=status)


def _send(invitation: Invitation, secret: str) -> None:
    context = {
        "invitation": invitation,
        "link": invitations.link(home(), secret),
        "node": home().config,
    }
    text = render_to_string("desk/people/invitation.txt", context)
    subject = _("Your invitation to Sepakat")
    try:
        send_mail(subject, text, None, [invitation.email])
    except (OSError, SMTPException):
        raise ConflictError(
            _("the mail could not be sent, and nobody was invited"),
            fix=_("Ask the operator of this node to look at its mail server"),
        ) from None
