"""Standing in: a person lends own roles to a colleague for some days."""

import logging
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sepakat.node.accounts.models import Delegation, User
from sepakat.record.errors import InvalidError, NotFoundError

logger = logging.getLogger(__name__)


def colleagues(user: User) -> Any:
    """Whom the user may lend roles to: people of the same organisation, or of the own offices."""
    places = user.memberships.values("organisation")
    same = User.objects.filter(
        is_active=True, nation=user.nation, memberships__organisation__in=places
    )
    return same.exclude(id=user.id).distinct().order_by("name", "id")


def lend(user: User, delegate: User, starts: date, ends: date) -> Delegation:
    """Lend the user's own roles from the first day to the last, both included.

    Only what the user holds is lent, never what was lent to the user. InvalidError, naming the
    field, for somebody else's colleague and for days that cannot be.
    """
    if not colleagues(user).filter(id=delegate.id).exists():
        raise InvalidError(
            _("roles are lent within an organisation only"),
            where="delegate",
            fix=_("Choose one of your colleagues"),
        )
    if ends < starts or ends < timezone.now().date():
        raise InvalidError(
            _("the last day must not lie before the first, nor be past"), where="ends"
        )
    made = Delegation.objects.create(user=user, delegate=delegate, starts=starts, ends=ends)
    logger.info(
        "roles lent: %s",
        {"account": user.account, "to": delegate.account, "from": str(starts), "until": str(ends)},
    )
    return made


def take_back(user: User, number: int) -> None:
    """End what the user has lent, from this moment on."""
    found = Delegation.objects.filter(user=user, id=number, ended=None).first()
    if found is None:
        raise NotFoundError(_("nothing of yours is lent under it"), where=str(number))
    found.ended = timezone.now()
    found.save(update_fields=["ended"])
    logger.info("roles taken back: %s", {"account": user.account, "number": number})


def open_delegations() -> Any:
    """Those neither past nor taken back, with their people, soonest first."""
    kept = Delegation.objects.filter(ended=None, ends__gte=timezone.now().date())
    return kept.select_related("user", "delegate").order_by("starts", "id")
