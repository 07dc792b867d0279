"""A person's notices, as far as the person may see what they are of at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sepakat.desk import words
from sepakat.desk.kinds.objects import title_of
from sepakat.desk.notices.models import Notice, What
from sepakat.desk.pages import firing
from sepakat.node import rows
from sepakat.node.accounts.models import User
from sepakat.node.authorisation import Access
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY


@dataclass(frozen=True)
class Item:
    """A notice with its words: what happened, to what, and where to go."""

    notice: Notice
    thing: Object | None
    title: str
    text: str
    address: str


def visible(access: Access, user: User) -> QuerySet[Notice]:
    """The notices of a user, without those of records that the user may see no more."""
    condition = Q(label=None, object="")
    for labels, kinds in access.alike(REGISTRY.kinds).items():
        condition |= Q(kind__in=kinds, label__in=labels)
    return Notice.objects.filter(condition, user=user)


def unread(access: Access, user: User) -> int:
    return visible(access, user).filter(read=None).count()


def items(access: Access, notices: Sequence[Notice]) -> list[Item]:
    """The words of notices, in the reader's language."""
    found = rows.objects(notice.object for notice in notices if notice.object)
    things = {thing.id: thing for thing in access.seen(found.values())}
    return [_item(notice, things.get(notice.object)) for notice in notices]


def _item(notice: Notice, thing: Object | None) -> Item:
    title = title_of(thing) if thing else ""
    return Item(notice, thing, title, _text(notice), _address(notice))


ALONE = {
    What.PREPARED: gettext_lazy("A second person must confirm it, and you may."),
    What.WAITING: gettext_lazy("It waits for you."),
    What.FIRED: gettext_lazy("A forecast has fired its trigger. Say so, and start the plan."),
    What.SAID: gettext_lazy("The partner has said something of it."),
}
"""What is told without a detail."""


def _text(notice: Notice) -> str:
    match notice.what:
        case What.OVERDUE:
            return _("It was due on {}.").format(words.day(notice.detail))
        case What.DUE_SOON:
            return _("It is due on {}.").format(words.day(notice.detail))
        case What.MEETING:
            return _("It is scheduled for {}.").format(words.day(notice.detail))
        case What.FROZEN:
            return _("{} is frozen: nothing of it is taken in.").format(words.nation(notice.detail))
        case What.TROUBLE:
            return _("The exchange with {} is in trouble.").format(words.nation(notice.detail))
        case What.DELEGATED:
            return _("{} has asked you to stand in.").format(notice.detail)
    return str(ALONE.get(What(notice.what), ""))


def _address(notice: Notice) -> str:
    match notice.what:
        case What.PREPARED:
            return reverse("confirmation", args=[notice.detail])
        case What.FIRED:
            return firing.address(notice.object, notice.detail)
        case What.FROZEN | What.TROUBLE:
            return reverse("partnership")
        case What.DELEGATED:
            return reverse("delegations")
        case What.MEETING:
            return reverse("meeting", args=[notice.object])
    return reverse("object", args=[notice.object])


def heading(what: str, count: int) -> str:
    """How many there are of an occasion, in words: all that a mail says of what is marked."""
    number = words.number(count)
    match what:
        case What.PREPARED:
            text = ngettext("{} matter to confirm", "{} matters to confirm", count)
        case What.WAITING:
            text = ngettext("{} matter waits for you", "{} matters wait for you", count)
        case What.FIRED:
            text = ngettext("{} trigger has fired", "{} triggers have fired", count)
        case What.OVERDUE:
            text = ngettext("{} matter is overdue", "{} matters are overdue", count)
        case What.DUE_SOON:
            text = ngettext("{} matter is due soon", "{} matters are due soon", count)
        case What.MEETING:
            text = ngettext("{} meeting ahead", "{} meetings ahead", count)
        case What.SAID:
            text = ngettext("{} record with news", "{} records with news", count)
        case What.FROZEN:
            text = ngettext("{} partner is frozen", "{} partners are frozen", count)
        case What.TROUBLE:
            text = ngettext("{} exchange in trouble", "{} exchanges in trouble", count)
        case _:
            text = ngettext("{} person to stand in for", "{} people to stand in for", count)
    return text.format(number)
