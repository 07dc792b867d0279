"""What there is to tell a person, worked out from the record as that person may see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sepakat.desk.notices.models import What
from sepakat.desk.pages import dues, firing
from sepakat.desk.pages.waiting import waiting
from sepakat.node import rows
from sepakat.node.accounts import foureyes
from sepakat.node.accounts.models import Delegation, User
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.node.models import Partner, Statement
from sepakat.record.kind import Object
from sepakat.record.label import ORGANISATION
from sepakat.vocabulary import REGISTRY

SOON = timedelta(days=7)
OFFICES_TOLD_OF_TROUBLE = ("officer", "administrator")
# While it lasts it is worth a notice; once it is over, nobody needs to open it.
LASTING = (
    *(What.PREPARED, What.WAITING, What.FIRED, What.OVERDUE, What.DUE_SOON, What.MEETING),
    What.DELEGATED,
)


@dataclass(frozen=True)
class Occasion:
    """Something to tell, by a key that is the same whenever it is worked out anew."""

    what: What
    key: str
    thing: Object | None = None
    detail: str = ""


@dataclass(frozen=True)
class News:
    """What partners have said since the last time, by object: the newest statement of each."""

    digests: dict[str, str]
    upto: dict[str, int]  # by nation, the size up to which this looks


def occasions(access: Access, user: User, news: News, today: date) -> list[Occasion]:
    """Everything that this person is to be told now; what has been told already among it."""
    if not access.speaks or not access.person.hats:
        return []
    found = [*_prepared(access), *_waiting(access)]
    waits = {occasion.thing.id for occasion in found if occasion.thing}
    found += _fired(access)
    found += _due(access, today)
    found += _meetings(access, today)
    found += (o for o in _said(access, news) if o.thing and o.thing.id not in waits)
    found += _trouble(access)
    found += _delegated(user, today)
    return found


def _prepared(access: Access) -> Iterator[Occasion]:
    """Without the record where it is yet to be made: the page of it shows what it will be."""
    kept = foureyes.waiting_for(access)
    things = rows.objects(one.object for one in kept)
    for one in kept:
        yield Occasion(What.PREPARED, f"prepared:{one.id}", things.get(one.object), str(one.id))


def _waiting(access: Access) -> Iterator[Occasion]:
    found, _count = waiting(access)
    for one in found:
        yield Occasion(What.WAITING, f"waiting:{one.thing.id}:{one.thing.head}", one.thing)


def _fired(access: Access) -> Iterator[Occasion]:
    """A forecast that is better takes the notice back; the next that fires is told anew."""
    for one in firing.fired(access):
        key = f"fired:{one.risk.id}:{one.forecast.id}"
        yield Occasion(What.FIRED, key, one.risk, one.forecast.id)


def _due(access: Access, today: date) -> Iterator[Occasion]:
    until = (today + SOON).isoformat()
    soon = [one for one in dues.soon(access, today) if one.on <= until]
    late = dues.late(access, today)
    things = rows.objects(one.id for one in (*late, *soon))
    for what, found in ((What.OVERDUE, late), (What.DUE_SOON, soon)):
        for one in found:
            if one.id in things and _concerns(access, things[one.id]):
                yield Occasion(what, f"{what}:{one.id}:{one.on}", things[one.id], one.on)


def _meetings(access: Access, today: date) -> Iterator[Occasion]:
    if not _acts_on(access, "engagement"):
        return
    seen = table(REGISTRY.get("engagement")).objects.filter(
        label_id__in=access.labels_of("engagement"), state="scheduled", date__gte=today.isoformat()
    )
    pairs = list(seen.order_by("date").values_list("id", "date")[: dues.MAX_DUE])
    things = rows.objects(id_ for id_, _on in pairs)
    for id_, on in pairs:
        yield Occasion(What.MEETING, f"meeting:{id_}:{on}", things[id_], on)


def _said(access: Access, news: News) -> Iterator[Occasion]:
    for thing in access.seen(rows.objects(news.digests).values()):
        if _concerns(access, thing):
            yield Occasion(What.SAID, f"said:{news.digests[thing.id]}", thing)


def _concerns(access: Access, thing: Object) -> bool:
    """Whether it is of a kind that this person works with, or names the person's organisation."""
    own = {hat.organisation for hat in access.person.hats if hat.organisation}
    named = thing.label.permissive.get(ORGANISATION, ())
    return not own.isdisjoint(named) or _acts_on(access, thing.kind)


def _acts_on(access: Access, kind: str) -> bool:
    """Whether some role of this person's may do anything with records of the kind."""
    roles = {hat.role for hat in access.person.hats} - {"auditor"}
    actions = REGISTRY.get(kind).lifecycle.actions.values()
    return any(not action.roles or not roles.isdisjoint(action.roles) for action in actions)


def _trouble(access: Access) -> Iterator[Occasion]:
    """One notice a day of trouble that lasts. It names the partner and nothing of the record."""
    hats = access.person.hats
    if not any(h.role in OFFICES_TOLD_OF_TROUBLE and not h.organisation for h in hats):
        return
    for partner in Partner.objects.order_by("nation"):
        if partner.frozen:
            since = partner.frozen.partition(" ")[0]
            key = f"frozen:{partner.nation}:{since}"
            yield Occasion(What.FROZEN, key, detail=partner.nation)
        elif partner.problem:
            day = partner.problem[:10]
            key = f"trouble:{partner.nation}:{day}"
            yield Occasion(What.TROUBLE, key, detail=partner.nation)


def _delegated(user: User, today: date) -> Iterator[Occasion]:
    lent = Delegation.objects.filter(
        delegate=user, ended=None, ends__gte=today, user__is_active=True
    ).select_related("user")
    for one in lent.order_by("id"):
        yield Occasion(What.DELEGATED, f"delegated:{one.id}", detail=str(one.user)[:200])


def news(heard: dict[str, int]) -> News:
    """What partners have said after the places heard so far, as far as their disclosures are
    read. What still relies on a statement that is missing here is told of once it stands."""
    upto = dict(Partner.objects.values_list("nation", "disclosed"))
    digests: dict[str, str] = {}
    for nation, size in upto.items():
        said = Statement.objects.filter(
            nation=nation, index__gte=heard.get(nation, 0), index__lt=size, status="standing"
        ).order_by("index")
        digests |= dict(said.values_list("object", "digest"))
        waits = Statement.objects.filter(nation=nation, index__lt=size, status="pending")
        if first := waits.order_by("index").values_list("index", flat=True).first():
            upto[nation] = first  # what stands only later is told of then; nothing is told twice
    return News(digests, upto)
