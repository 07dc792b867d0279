"""Calendar feeds (RFC 5545): what is due, what is met for, and what waits, by a secret address.

Calendars are kept by servers that nobody here has cleared. So an event names its record only where
the record is UNCLASSIFIED and carries no caveat; of all others it says that a matter is due.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from sepakat.desk import words
from sepakat.desk.kinds.objects import title_of
from sepakat.desk.notices.mail import is_plain
from sepakat.desk.notices.models import Feed
from sepakat.desk.pages import dues
from sepakat.desk.pages.waiting import waiting
from sepakat.node import rows
from sepakat.node.accounts.models import User
from sepakat.node.accounts.person import person_of
from sepakat.node.authorisation import Access
from sepakat.node.home import Home
from sepakat.node.kindtables import table
from sepakat.node.models import Statement
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

SECRET_BYTES = 32
BEHIND = timedelta(days=60)  # how far back a feed goes, and how far ahead
AHEAD = timedelta(days=400)
MAX_EVENTS = 500  # of a kind
REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """A day in a calendar: of which record, and why."""

    why: str  # due, meeting, waiting
    thing: Object
    on: date


def make(user: User) -> str:
    """A new address for a person, in place of the one before; its secret is not kept."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        revoke(user)
        Feed.objects.create(user=user, digest=_digest(secret))
    return secret


def revoke(user: User) -> None:
    Feed.objects.filter(user=user, revoked=None).update(revoked=timezone.now())


def live(user: User) -> Feed | None:
    return Feed.objects.filter(user=user, revoked=None).first()


def find(secret: str) -> Feed:
    """The feed at an address; NotFoundError for one revoked, of a closed account, or never made."""
    found = Feed.objects.select_related("user").filter(digest=_digest(secret), revoked=None).first()
    if found is None or not found.user.is_active:
        raise NotFoundError("there is no such feed")
    Feed.objects.filter(id=found.id).update(used=timezone.now())
    return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar(home: Home, feed: Feed, today: date) -> bytes:
    """The feed as it is for its owner at this moment, in the language that is active."""
    access = Access(home, person_of(home, feed.user))
    found = list(_entries(access, today))
    changes = _changes(entry.thing.id for entry in found)
    made = Calendar()
    made.add("prodid", "-//Sepakat//Desk//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Sepakat, {words.nation(home.config.nation)}")
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in found:
        made.add_component(_event(home, feed, entry, changes[entry.thing.id]))
    return bytes(made.to_ical())


def _entries(access: Access, today: date) -> Iterator[Entry]:
    first, last = (today - BEHIND).isoformat(), (today + AHEAD).isoformat()
    for name, states in dues.OPEN.items():
        yield from _dated(access, "due", name, states, ("due", first, last))
    meetings = ("scheduled", "held", "minutes_proposed", "minutes_agreed")
    yield from _dated(access, "meeting", "engagement", meetings, ("date", first, last))
    for one in waiting(access)[0]:
        # What has no day of its own stands on the day on which the feed is read.
        on = date.fromisoformat(one.due) if one.due else today
        yield Entry("waiting", one.thing, on)


def _dated(
    access: Access, why: str, name: str, states: tuple[str, ...], span: tuple[str, str, str]
) -> Iterator[Entry]:
    field, first, last = span
    seen = table(REGISTRY.get(name)).objects.filter(
        **{f"{field}__gte": first, f"{field}__lte": last},
        state__in=states,
        label_id__in=access.labels_of(name),
    )
    pairs = list(seen.order_by(field, "id").values_list("id", field)[:MAX_EVENTS])
    things = rows.objects(id_ for id_, _on in pairs)
    for id_, on in pairs:
        yield Entry(why, things[id_], date.fromisoformat(on))


def _changes(ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """How often each record was changed since it was made, and when last."""
    found = (
        Statement.objects.filter(object__in=set(ids), status="standing")
        .values_list("object")
        .annotate(Count("index"), Max("at"))
    )
    return {id_: (count - 1, at) for id_, count, at in found}


def _event(home: Home, feed: Feed, entry: Entry, changes: tuple[int, str]) -> Event:
    sequence, at = changes
    changed = datetime.fromisoformat(at)
    plain = is_plain(entry.thing.label)
    event = Event()
    # Of the feed as well, for an identifier of a record may say what the record is of.
    name = f"{feed.digest}:{entry.why}:{entry.thing.id}".encode()
    host = home.config.origin.partition("/")[0]
    event.add("uid", f"{hashlib.sha256(name).hexdigest()[:32]}@{host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", sequence)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(entry, plain))
    path = reverse("object", args=[entry.thing.id]) if plain else "/"
    event.add("url", home.config.url + path)
    return event


def _summary(entry: Entry, plain: bool) -> str:
    if not plain:
        return {
            "due": _("A matter is due (sign in to see it)"),
            "meeting": _("A meeting (sign in to see it)"),
            "waiting": _("A matter waits for you (sign in to see it)"),
        }[entry.why]
    title = title_of(entry.thing)
    if entry.why == "meeting":
        return title
    return (_("Due: {}") if entry.why == "due" else _("Waits for you: {}")).format(title)
