"""Digests by mail: at most one a day, or one more where something waits for approval.

Mail passes through servers that nobody here has cleared. So it names only records that are
UNCLASSIFIED and carry no caveat; of all others it says how many there are.
"""

from datetime import date
from itertools import groupby

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sepakat.desk import words
from sepakat.desk.notices import inbox
from sepakat.desk.notices.models import Mail, Notice, Preference, What
from sepakat.node.accounts.models import User
from sepakat.node.authorisation import Access
from sepakat.record.label import Label

URGENT = (What.PREPARED, What.WAITING, What.FIRED)
MAX_NAMED = 20


def is_plain(label: Label) -> bool:
    """Whether a record under the label may be named outside the node, to whoever may see it."""
    return label.classification == "UNCLASSIFIED" and not any(label.restrictive.values())


def send_due(access: Access, user: User, today: date) -> int:
    """Send the mail that is due to a person, if one is; how many were sent. OSError if it fails."""
    with transaction.atomic():
        kept, _made = Preference.objects.select_for_update().get_or_create(user=user)
        waiting = _waiting(access, user, kept, today)
        if not waiting:
            return 0
        with translation.override(user.language):
            _message(access, user, waiting).send()
        Notice.objects.filter(id__in=[n.id for n in waiting]).update(mailed=timezone.now())
        kept.mailed = today
        kept.save(update_fields=["mailed"])
    return 1


def _waiting(access: Access, user: User, kept: Preference, today: date) -> list[Notice]:
    """What the next mail says: nothing, as long as none is due."""
    if kept.mail == Mail.OFF:
        return []
    found = list(inbox.visible(access, user).filter(read=None, mailed=None).order_by("id"))
    if kept.mailed == today:
        at_once = kept.mail == Mail.AT_ONCE
        return [notice for notice in found if at_once and notice.what in URGENT]
    return found


def _message(access: Access, user: User, waiting: list[Notice]) -> EmailMessage:
    count = len(waiting)
    subject = ngettext("{} new notice", "{} new notices", count).format(words.number(count))
    order = list(What)
    ordered = sorted(inbox.items(access, waiting), key=lambda i: order.index(What(i.notice.what)))
    parts = []
    for what, group in groupby(ordered, key=lambda item: item.notice.what):
        found = list(group)
        lines = [inbox.heading(what, len(found))]
        named = [item for item in found if item.thing and is_plain(item.thing.label)]
        lines += [f"  - {item.title}" for item in named[:MAX_NAMED]]
        parts.append("\n".join(lines))
    url = access.home.config.url
    parts.append(_("Sign in to see them: {}").format(f"{url}/inbox"))
    parts.append(
        _("Records with a marking are only counted here. Choose how you are told: {}").format(
            f"{url}/inbox/settings"
        )
    )
    name = words.nation(access.home.config.nation)
    return EmailMessage(f"Sepakat, {name}: {subject}", "\n\n".join(parts) + "\n", to=[user.email])
