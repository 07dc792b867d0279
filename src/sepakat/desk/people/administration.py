"""What administrators do with accounts."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sepakat.desk.people.forms import ClearanceForm, RoleForm, add_refusal
from sepakat.desk.people.guards import administrators_only
from sepakat.node.accounts import invitations, people
from sepakat.node.accounts.models import Membership, User
from sepakat.node.plainlabel import caveat_texts
from sepakat.node.signed import home
from sepakat.record.errors import InvalidError

PAGE = 50


@administrators_only
@require_GET
def everybody(request: HttpRequest) -> HttpResponse:
    """All accounts, and the invitations that wait."""
    words = request.GET.get("q", "").strip()
    found = User.objects.prefetch_related("memberships").order_by("name", "id")
    if words:
        found = found.filter(
            Q(name__icontains=words)
            | Q(email__icontains=words)
            | Q(memberships__organisation__icontains=words)
        ).distinct()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "query": query.urlencode(),
        "words": words,
        "invitations": invitations.waiting(),
    }
    return render(request, "desk/people/everybody.html", context)


@administrators_only
@require_GET
def person(request: HttpRequest, user: int) -> HttpResponse:
    """One account."""
    return _page(request, get_object_or_404(User, id=user))


def _page(
    request: HttpRequest,
    user: User,
    role_form: RoleForm | None = None,
    clearance_form: ClearanceForm | None = None,
) -> HttpResponse:
    forms = [form for form in (role_form, clearance_form) if form]
    context = {
        "user_shown": user,
        "has_second_factors": Authenticator.objects.filter(user=user).exists(),
        "forms": forms,
        "role_form": role_form or RoleForm(home(), user),
        "clearance_form": clearance_form
        or ClearanceForm(
            home(),
            initial={"clearance": user.clearance, "caveats": caveat_texts(user.caveats)},
        ),
    }
    return render(request, "desk/people/person.html", context, status=422 if forms else 200)


@administrators_only
@require_POST
def give_role(request: HttpRequest, user: int) -> HttpResponse:
    found = get_object_or_404(User, id=user)
    form = RoleForm(home(), found, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            people.give_role(
                home(), found, given["role"], given.get("organisation", ""), by=_by(request)
            )
        except InvalidError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The role is given."))
            return redirect("person", user=user)
    return _page(request, found, role_form=form)


@administrators_only
@require_POST
def take_role(request: HttpRequest, user: int, membership: int) -> HttpResponse:
    people.take_role(get_object_or_404(Membership, id=membership, user=user), by=_by(request))
    messages.success(request, _("The role is taken."))
    return redirect("person", user=user)


@administrators_only
@require_POST
def set_clearance(request: HttpRequest, user: int) -> HttpResponse:
    found = get_object_or_404(User, id=user)
    form = ClearanceForm(home(), request.POST)
    if not form.is_valid():
        return _page(request, found, clearance_form=form)
    given = form.cleaned_data
    people.set_clearance(home(), found, given["clearance"], given["caveats"], by=_by(request))
    messages.success(request, _("The clearance is changed."))
    return redirect("person", user=user)


@administrators_only
@require_POST
def close_account(request: HttpRequest, user: int) -> HttpResponse:
    said = _("The account is closed. Its sessions and tokens have ended.")
    return _change(request, user, people.close, said)


@administrators_only
@require_POST
def reopen_account(request: HttpRequest, user: int) -> HttpResponse:
    return _change(request, user, people.reopen, _("The account is open again."))


@administrators_only
@require_POST
def remove_second_factors(request: HttpRequest, user: int) -> HttpResponse:
    said = _("Passkeys, app and recovery codes are taken away, and all sessions have ended.")
    return _change(request, user, people.remove_second_factors, said)


def _change(
    request: HttpRequest, user: int, change: Callable[..., None], said: str
) -> HttpResponse:
    change(get_object_or_404(User, id=user), by=_by(request))
    messages.success(request, said)
    return redirect("person", user=user)


def _by(request: HttpRequest) -> str:
    account: str = request.access.person.account
    return account
