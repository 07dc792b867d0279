"""One round of telling: new notices for everybody, then the mails that are due."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from sepakat.desk.notices import mail
from sepakat.desk.notices.models import Heard, Notice
from sepakat.desk.notices.occasions import LASTING, Occasion, news, occasions
from sepakat.node import rows
from sepakat.node.accounts.models import User
from sepakat.node.accounts.person import person_of
from sepakat.node.authorisation import Access
from sepakat.node.home import Home

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """What a round came to."""

    people: int
    notices: int
    mails: int
    failed: int  # mails that could not be sent, and will be tried again


def tell(home: Home) -> Told:
    """Do a round. Doing it twice, or two at once, tells nobody anything twice."""
    today = datetime.now(UTC).date()
    heard = dict(Heard.objects.values_list("nation", "size"))
    found = news(heard)
    users = list(User.objects.filter(is_active=True).order_by("id"))
    made = mails = failed = 0
    for user in users:
        access = Access(home, person_of(home, user))
        with transaction.atomic():
            made += _keep(user, occasions(access, user, found, today))
        try:
            mails += mail.send_due(access, user, today)
        except OSError as error:  # of the mail server, or the folder; others may be luckier
            failed += 1
            logger.warning("a mail to %s was not sent: %s", user.account, type(error).__name__)
    for nation, size in found.upto.items():
        Heard.objects.update_or_create(nation=nation, defaults={"size": size})
    return Told(len(users), made, mails, failed)


def _keep(user: User, found: list[Occasion]) -> int:
    """Keep what is new, and mark as read what has passed. How many are new."""
    keys = {occasion.key for occasion in found}
    told = set(Notice.objects.filter(user=user, key__in=keys).values_list("key", flat=True))
    fresh = [occasion for occasion in found if occasion.key not in told]
    Notice.objects.bulk_create(
        (
            Notice(
                user=user,
                what=occasion.what,
                key=occasion.key,
                kind=occasion.thing.kind if occasion.thing else "",
                object=occasion.thing.id if occasion.thing else "",
                label=rows.label_id(occasion.thing.label.text) if occasion.thing else None,
                detail=occasion.detail,
            )
            for occasion in fresh
        ),
        ignore_conflicts=True,
    )
    passed = Notice.objects.filter(user=user, read=None, what__in=LASTING).exclude(key__in=keys)
    passed.update(read=timezone.now())
    return len(fresh)
