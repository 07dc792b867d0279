"""The addresses of the pages about people, and those of allauth's that this node does not offer."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import path

from sepakat.desk.people import (
    administration,
    confirmations,
    delegations,
    inviting,
    profile,
    single_sign_on,
    tokens,
)


def closed(request: HttpRequest, **_: str) -> NoReturn:
    """An account's address is the one that was invited, and nobody signs up alone."""
    raise Http404


urlpatterns = [
    path("account", profile.profile, name="profile"),
    path("account/sessions/<int:session>/end", profile.end_session, name="end-session"),
    path("account/sessions/end", profile.end_all_sessions, name="end-all-sessions"),
    path("account/tokens", tokens.tokens, name="tokens"),
    path("account/tokens/<int:token>/revoke", tokens.revoke_token, name="revoke-token"),
    path("account/delegations", delegations.delegations, name="delegations"),
    path(
        "account/delegations/<int:delegation>/end",
        delegations.end_delegation,
        name="end-delegation",
    ),
    path("people", administration.everybody, name="people"),
    path("people/<int:user>", administration.person, name="person"),
    path("people/<int:user>/roles", administration.give_role, name="give-role"),
    path(
        "people/<int:user>/roles/<int:membership>/take",
        administration.take_role,
        name="take-role",
    ),
    path("people/<int:user>/clearance", administration.set_clearance, name="set-clearance"),
    path("people/<int:user>/close", administration.close_account, name="close-account"),
    path("people/<int:user>/reopen", administration.reopen_account, name="reopen-account"),
    path(
        "people/<int:user>/second-factors/remove",
        administration.remove_second_factors,
        name="remove-second-factors",
    ),
    path("people/invite", inviting.invite, name="invite"),
    path(
        "people/invitations/<int:invitation>/send",
        inviting.resend_invitation,
        name="resend-invitation",
    ),
    path(
        "people/invitations/<int:invitation>/withdraw",
        inviting.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path("invitation/<str:secret>", inviting.accept, name="invitation"),
    path("confirmations", confirmations.confirmations, name="confirmations"),
    path("confirmations/<int:number>", confirmations.confirmation, name="confirmation"),
    path("confirmations/<int:number>/confirm", confirmations.confirm, name="confirm"),
    path("confirmations/<int:number>/decline", confirmations.decline, name="decline"),
    path("accounts/oidc/<str:provider_id>/login/", single_sign_on.login),
    path("accounts/oidc/<str:provider_id>/login/callback/", single_sign_on.callback),
    path("accounts/signup/", closed),
    path("accounts/email/", closed),
    path("accounts/confirm-email/", closed),
    path("accounts/confirm-email/<str:key>/", closed),
    path("accounts/login/code/confirm/", closed),
    path("accounts/3rdparty/", closed),
    path("accounts/3rdparty/signup/", closed),
    path("accounts/social/<path:rest>", closed),
]
