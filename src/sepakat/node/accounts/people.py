"""Keeping the accounts: making them, giving and taking roles, closing and opening them again.

`by` is the pseudonym of whoever does it, for the log.
"""

import logging
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sepakat.node.accounts import places
from sepakat.node.accounts.models import Delegation, Invitation, Membership, User
from sepakat.node.accounts.places import Place
from sepakat.node.home import Home
from sepakat.node.plainlabel import caveat_texts
from sepakat.record.errors import ConflictError, RefusedError

logger = logging.getLogger(__name__)


def create(
    home: Home,
    *,
    email: str,
    name: str,
    role: str,
    place: Place,
    clearance: str,
    caveats: places.Caveats = places.NO_CAVEATS,
    password: str | None = None,
    by: str,
) -> User:
    """A new account, whose address counts as proven: by the link that was sent there, or by the
    operator's word. Without a password its owner sets one by mail."""
    places.check(home, place, role, clearance, caveats)
    with transaction.atomic():
        if User.objects.filter(email=email.strip().lower()).exists():
            raise ConflictError(
                _("there is an account with this address already"),
                where="email",
                fix=_("Give that account the role"),
            )
        user = User.objects.create_user(
            email,
            password,
            name=name,
            nation=place.nation,
            clearance=clearance,
            caveats=dict(caveats),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        Membership.objects.create(user=user, role=role, organisation=place.organisation)
    _log("account made", by, user, role=role, organisation=place.organisation)
    return user


def give_role(home: Home, user: User, role: str, organisation: str, *, by: str) -> Membership:
    """Give a role; whoever has it already keeps it."""
    places.check(home, Place(organisation, user.nation), role, user.clearance, user.caveats)
    held, is_new = Membership.objects.get_or_create(user=user, role=role, organisation=organisation)
    if is_new:
        _log("role given", by, user, role=role, organisation=organisation)
    return held


def take_role(held: Membership, *, by: str) -> None:
    """Take a role away, and what may have been offered in it; RefusedError for the last
    administrator's."""
    with transaction.atomic():
        if held.role == "administrator":
            _check_not_last(held.user)
        held.delete()
        _withdraw_invitations(held.user)
    _log("role taken", by, held.user, role=held.role, organisation=held.organisation)


def set_clearance(
    home: Home, user: User, clearance: str, caveats: places.Caveats, *, by: str
) -> None:
    places.check_clearance(home, clearance, caveats)
    user.clearance, user.caveats = clearance, dict(caveats)
    user.save(update_fields=["clearance", "caveats"])
    _log("clearance set", by, user, clearance=clearance, caveats=", ".join(caveat_texts(caveats)))


def close(user: User, *, by: str) -> None:
    """Close an account at once, and end all that goes on without it: its sessions and tokens, what
    it lent and was lent, its calendar address, and its invitations.

    RefusedError for the last administrator's.
    """
    now = timezone.now()
    with transaction.atomic():
        _check_not_last(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user)
        user.tokens.filter(revoked=None).update(revoked=now)
        user.feeds.filter(revoked=None).update(revoked=now)
        lent = Delegation.objects.filter(Q(user=user) | Q(delegate=user), ended=None)
        lent.update(ended=now)
        _withdraw_invitations(user)
    _log("account closed", by, user)


def reopen(user: User, *, by: str) -> None:
    """Open a closed account again. Nothing that its closing has ended comes back."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    _log("account reopened", by, user)


def remove_second_factors(user: User, *, by: str) -> None:
    """Take passkeys, app and recovery codes away from somebody who has lost them; the password is
    asked for again, and all sessions end."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
    _log("second factors removed", by, user)


def end_sessions(user: User) -> None:
    """Sign the user out everywhere."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for session in UserSession.objects.filter(user=user):
        store.delete(session.session_key)
        session.delete()


def _withdraw_invitations(user: User) -> None:
    sent = Invitation.objects.filter(invited_by=user, accepted=None, withdrawn=None)
    sent.update(withdrawn=timezone.now())


def administrators() -> Any:
    """The open accounts that manage accounts here by a role of their own."""
    return User.objects.filter(
        is_active=True,
        nation="",
        memberships__role="administrator",
        memberships__organisation="",
    )


def _check_not_last(user: User) -> None:
    # Locked, so that two administrators cannot remove each other at the same moment.
    if list(administrators().select_for_update(of=("self",))) == [user]:
        raise RefusedError(
            _("this is the last administrator"),
            fix=_("Make another person an administrator first"),
        )


def _log(did: str, by: str, user: User, **what: str) -> None:
    logger.info("%s: %s", did, {"by": by, "account": user.account} | what)
