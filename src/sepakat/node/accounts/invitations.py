"""Invitations: the only way in. A link with a secret is sent to an address, and works once."""

import logging
import secrets
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sepakat.node.accounts import people, places
from sepakat.node.accounts.models import Invitation, User, digest
from sepakat.node.accounts.places import Place
from sepakat.node.home import Home
from sepakat.record.errors import ConflictError, NotFoundError

LASTS: Final = timedelta(days=7)

logger = logging.getLogger(__name__)


def invite(
    home: Home,
    *,
    email: str,
    name: str,
    role: str,
    place: Place,
    clearance: str,
    caveats: places.Caveats = places.NO_CAVEATS,
    by: User | None,
) -> tuple[Invitation, str]:
    """Offer a place; also gives the secret of the link, which cannot be had again.

    InvalidError where the place cannot be given; ConflictError where the address has an account.
    """
    email = email.strip().lower()
    places.check(home, place, role, clearance, caveats)
    if User.objects.filter(email=email).exists():
        raise ConflictError(
            _("there is an account with this address already"),
            where="email",
            fix=_("Give that account the role"),
        )
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        for earlier in waiting().filter(email=email):
            withdraw(earlier)
        made = Invitation.objects.create(
            email=email,
            name=name,
            nation=place.nation,
            clearance=clearance,
            caveats=dict(caveats),
            role=role,
            organisation=place.organisation,
            digest=digest(secret),
            invited_by=by,
            expires=timezone.now() + LASTS,
        )
    logger.info("invited: %s", {"number": made.id, "by": by.account if by else "operator"})
    return made, secret


def renew(invitation: Invitation) -> str:
    """A new secret and seven more days; the old link works no more."""
    secret = secrets.token_urlsafe(32)
    invitation.digest, invitation.expires = digest(secret), timezone.now() + LASTS
    invitation.save(update_fields=["digest", "expires"])
    return secret


def withdraw(invitation: Invitation) -> None:
    invitation.withdrawn = timezone.now()
    invitation.save(update_fields=["withdrawn"])


def waiting() -> Any:
    """Those neither accepted nor withdrawn, also where the link has expired."""
    return Invitation.objects.filter(accepted=None, withdrawn=None).order_by("-id")


def find(secret: str) -> Invitation:
    """The invitation of a link; one NotFoundError for those wrong, used, withdrawn and expired."""
    found = waiting().filter(digest=digest(secret), expires__gt=timezone.now()).first()
    if found is None:
        raise NotFoundError(
            _("this invitation does not work, or works no more"),
            fix=_("Ask the administrator who invited you to send it again"),
        )
    return found


def accept(home: Home, secret: str, password: str) -> User:
    """Make the account. Its language is the one in which the invitation was read."""
    with transaction.atomic():
        found = Invitation.objects.select_for_update().get(id=find(secret).id)
        if found.accepted or found.withdrawn:  # while it waited for the lock
            raise ConflictError(_("this invitation has been used"), fix=_("Sign in"))
        user = people.create(
            home,
            email=found.email,
            name=found.name,
            role=found.role,
            place=Place(found.organisation, found.nation),
            clearance=found.clearance,
            caveats=found.caveats,
            password=password,
            by=found.invited_by.account if found.invited_by else "operator",
        )
        user.language = (get_language() or "en").partition("-")[0]
        user.save(update_fields=["language"])
        found.accepted = timezone.now()
        found.save(update_fields=["accepted"])
    return user


def link(home: Home, secret: str) -> str:
    """The address to send: at the node's own, whatever address the inviter came by."""
    return home.config.url + reverse("invitation", args=[secret])
