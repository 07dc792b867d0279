"""What changed between two days: the state of each record at both, made again from its statements.

A statement counts from the day that it states, and never before one that it follows: a day is its
author's word, the order is the record's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepakat.desk.kinds.objects import Link, Value, links, named, title_of, values
from sepakat.node.authorisation import Access
from sepakat.node.models import Statement
from sepakat.record.errors import SepakatError
from sepakat.record.fold import read
from sepakat.record.kind import Object
from sepakat.record.rules import apply, first_state
from sepakat.record.statement import Statement as Said
from sepakat.vocabulary import REGISTRY

MAX_CHANGED = 200  # records
CHUNK = 500  # identifiers in one query


@dataclass(frozen=True)
class Told:
    """A statement that did it: where it stands, and what it said."""

    nation: str
    index: int
    digest: str
    said: Said
    counts_from: str  # a day


@dataclass(frozen=True)
class FieldChange:
    """A field before and after; none of it, where it was not given."""

    title: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True)
class Change:
    """What became of a record: it is new where there was nothing before."""

    thing: Object
    title: str
    before: Object | None
    fields: tuple[FieldChange, ...]
    told: tuple[Told, ...]

    @property
    def has_moved(self) -> bool:
        return self.before is not None and self.before.state != self.thing.state


def changes(access: Access, first: date, last: date) -> tuple[list[Change], bool]:
    """What changed after the end of the first day, up to the end of the last; and whether there is
    more than is shown. Three queries, whatever the number of records."""
    labels = {number for kind in REGISTRY.kinds for number in access.labels_of(kind)}
    standing = Statement.objects.filter(status="standing", label_id__in=labels)
    within = standing.filter(at__gt=_end(first), at__lte=_end(last))
    found = within.order_by("object").values_list("object", flat=True).distinct()
    ids = list(found[: MAX_CHANGED + 1])
    stories = _stories(access, standing.filter(object__in=ids[:MAX_CHANGED]))
    pairs = [_replayed(story, first, last) for story in stories]
    kept = [pair for pair in pairs if pair is not None]
    known = links(
        access,
        [i for after, before, _t in kept for o in (after, before) if o for i in _named(o)],
    )
    made = [_change(access, *pair, known) for pair in kept]
    return sorted(made, key=lambda c: (c.thing.kind, c.title)), len(ids) > MAX_CHANGED


def _end(day: date) -> str:
    return f"{day.isoformat()}T23:59:59Z"


def _stories(access: Access, rows: Iterable[Statement]) -> list[list[Told]]:
    """The statements of each record, each after the one that it follows."""
    by_object: dict[str, dict[str, Told]] = {}
    for row in rows:
        try:
            said = read(row.nation, row.index, bytes(row.envelope)).statement
        except SepakatError:
            continue
        if said is not None and access.may_view(said.kind, said.label):
            told = Told(row.nation, row.index, row.digest, said, said.at[:10])
            by_object.setdefault(row.object, {})[row.digest] = told
    return [_in_order(found) for found in by_object.values()]


def _in_order(found: Mapping[str, Told]) -> list[Told]:
    following: dict[str | None, list[Told]] = {}
    for told in found.values():
        following.setdefault(told.said.prev, []).append(told)
    ordered: list[Told] = []
    waiting = list(following.get(None, ()))
    while waiting:
        told = waiting.pop(0)
        since = max(told.counts_from, ordered[-1].counts_from) if ordered else told.counts_from
        ordered.append(Told(told.nation, told.index, told.digest, told.said, since))
        waiting += following.get(told.digest, ())
    return ordered


def _replayed(
    story: list[Told], first: date, last: date
) -> tuple[Object, Object | None, list[Told]] | None:
    """The record at the end of the last day and of the first, and what was said between."""
    thing: Object | None = None
    before: Object | None = None
    told: list[Told] = []
    for one in story:
        if one.counts_from > last.isoformat():
            break
        thing = _after(thing, one)
        if one.counts_from <= first.isoformat():
            before = thing
        else:
            told.append(one)
    return (thing, before, told) if thing and told else None


def _after(thing: Object | None, one: Told) -> Object:
    action = REGISTRY.action(one.said.kind, one.said.action)
    if thing is None:
        return first_state(action, one.said, one.digest)
    return apply(thing, one.said.body, one.digest, action)


def as_of(access: Access, things: Iterable[Object], day: date) -> list[Object]:
    """Records as they stood at the end of a day, without those of which nothing was said yet. Only
    those of which something was said since are made again."""
    present = {thing.id: thing for thing in things}
    standing = Statement.objects.filter(status="standing")
    ids = list(present)
    for start in range(0, len(ids), CHUNK):
        since = standing.filter(object__in=ids[start : start + CHUNK], at__gt=_end(day))
        moved = list(since.values_list("object", flat=True).distinct())
        present |= dict.fromkeys(moved)
        for story in _stories(access, standing.filter(object__in=moved)):
            thing = None
            for one in story:
                if one.counts_from <= day.isoformat():
                    thing = _after(thing, one)
            present[story[0].said.object] = thing
    return [thing for thing in present.values() if thing is not None]


def _named(thing: Object) -> list[str]:
    return named(REGISTRY.get(thing.kind), thing.fields)


def _change(
    access: Access,
    after: Object,
    before: Object | None,
    told: list[Told],
    known: Mapping[str, Link],
) -> Change:
    was = _by_name(access, before, known) if before else {}
    now = _by_name(access, after, known)
    names = [name for name in {**was, **now} if _raw(was.get(name)) != _raw(now.get(name))]
    fields = tuple(
        FieldChange((now.get(name) or was[name]).title, was.get(name), now.get(name))
        for name in names
    )
    return Change(after, title_of(after), before, fields, tuple(told))


def _by_name(access: Access, thing: Object, known: Mapping[str, Link]) -> dict[str, Value]:
    kind = REGISTRY.get(thing.kind)
    return {value.field.name: value for value in values(access, kind, thing.fields, known)}


def _raw(value: Value | None) -> Any:
    return value.value if value else None
