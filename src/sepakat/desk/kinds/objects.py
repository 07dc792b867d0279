"""All that an object's page shows: its fields, what it belongs to and what belongs to it, its
timeline, and the actions that may be taken now and why not the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.forms import title_field
from sepakat.desk.kinds.shapes import Field, Shape, fields_of
from sepakat.node import rows
from sepakat.node.authorisation import Access, Verdict
from sepakat.node.kindtables import table
from sepakat.node.models import Statement
from sepakat.record.errors import SepakatError
from sepakat.record.fold import read
from sepakat.record.kind import Action, Kind, Object
from sepakat.record.statement import Statement as Said
from sepakat.vocabulary import REGISTRY

MAX_RELATED = 20  # of one kind; the rest are in its list
MAX_TIMELINE = 200
LONGEST_TITLE = 100


@dataclass(frozen=True)
class Link:
    """A record that another names: with its title, if the reader may see it."""

    id: str
    title: str
    visible: bool


@dataclass(frozen=True)
class Value:
    """A field as the page shows it."""

    field: Field
    title: str
    value: Any
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Related:
    """Records of one kind that name this one in one of their fields."""

    kind: type[Kind]
    field: str
    title: str
    links: tuple[Link, ...]
    more: bool


@dataclass(frozen=True)
class Step:
    """A statement in the timeline."""

    said: Said
    nation: str
    index: int
    digest: str
    status: str
    detail: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class NextAction:
    """An action, and whether this person may take it now."""

    action: Action
    verdict: Verdict
    why: str


def title_of(thing: Object) -> str:
    kind = REGISTRY.get(thing.kind)
    return shortened(thing.fields.get(title_field(kind))) or thing.id


def shortened(text: str | None) -> str:
    """The beginning of a text, on one line."""
    return Truncator(" ".join((text or "").split())).chars(LONGEST_TITLE)


def links(access: Access, ids: Iterable[str]) -> dict[str, Link]:
    """Links to objects, in one query; to those that the reader may not see, without a title."""
    found = rows.objects(dict.fromkeys(ids))
    made = {}
    for id_ in ids:
        thing = found.get(id_)
        visible = thing is not None and access.may_view(thing.kind, thing.label)
        made[id_] = Link(id_, title_of(thing) if thing and visible else id_, visible)
    return made


def values(
    access: Access, kind: type[Kind], given: Mapping[str, Any], known: Mapping[str, Link]
) -> tuple[Value, ...]:
    """The fields that are given, in the order of their declaration."""
    found = []
    for name, field in fields_of(kind).items():
        value = given.get(name)
        if value is None:
            continue
        linked = tuple(known[id_] for id_ in _ids(field, value) if id_ in known)
        found.append(Value(field, words.field_title(kind, name), value, linked))
    return tuple(found)


def _ids(field: Field, value: Any) -> list[str]:
    if field.shape is Shape.REF:
        return [value] if value else []
    return list(value) if field.shape is Shape.REFS else []


def named(kind: type[Kind], given: Mapping[str, Any]) -> list[str]:
    """The identifiers that the fields name."""
    return [i for n, f in fields_of(kind).items() if given.get(n) for i in _ids(f, given[n])]


def related(access: Access, thing: Object) -> list[Related]:
    """What names this object, kind by kind: one query for each kind that may."""
    found = []
    for kind in REGISTRY.kinds.values():
        fields = [name for name, target in kind.refs.items() if target == thing.kind]
        if not fields:
            continue
        shown = title_field(kind)
        condition = Q()
        for name in fields:
            many = fields_of(kind)[name].shape is Shape.REFS
            condition |= (
                Q(**{f"{name}__contains": f'"{thing.id}"'}) if many else Q(**{name: thing.id})
            )
        seen = table(kind).objects.filter(condition, label_id__in=access.labels_of(kind.kind))
        pairs = list(seen.order_by("id").values_list("id", shown)[: MAX_RELATED + 1])
        if pairs:
            linked = tuple(
                Link(id_, shortened(title) or id_, True) for id_, title in pairs[:MAX_RELATED]
            )
            more = len(pairs) > MAX_RELATED
            found.append(Related(kind, fields[0], words.kind_names(kind), linked, more))
    return found


def timeline(access: Access, thing: Object) -> list[Step]:
    """The statements about an object, first to last, those rejected and pending among them.

    An object keeps one label, so that whoever sees it sees its statements; one that says another
    label all the same is held to that one.
    """
    kind = REGISTRY.get(thing.kind)
    found = Statement.objects.filter(
        object=thing.id, label_id__in=access.labels_of(thing.kind)
    ).order_by("at", "nation", "index")[:MAX_TIMELINE]
    entries = []
    for row in found:
        try:
            said = read(row.nation, row.index, bytes(row.envelope)).statement
        except SepakatError:
            continue  # it cannot be read, and changes nothing; the Record page shows it
        if said is not None:
            entries.append((row, said))
    known = links(access, [i for _row, said in entries for i in named(kind, said.body)])
    steps = [
        Step(
            said,
            row.nation,
            row.index,
            row.digest,
            row.status,
            row.detail,
            values(access, kind, said.body, known),
        )
        for row, said in entries
    ]
    return in_order(steps)


def in_order(steps: list[Step]) -> list[Step]:
    """Each step after the one that it follows: clocks do not tell, as two may say the same second.

    What follows nothing that is known here stands where its author's clock puts it.
    """
    known = {step.digest for step in steps}
    following: dict[str | None, list[Step]] = {}
    for step in steps:
        following.setdefault(step.said.prev if step.said.prev in known else None, []).append(step)
    ordered: list[Step] = []
    waiting = following.pop(None, [])
    while waiting:
        step = waiting.pop(0)
        ordered.append(step)
        waiting = sorted([*waiting, *following.pop(step.digest, [])], key=lambda s: s.said.at)
    return ordered


def offers(access: Access, thing: Object) -> list[NextAction]:
    """Every action that may follow in this state or another: those allowed first."""
    found = []
    for action in REGISTRY.get(thing.kind).lifecycle.actions.values():
        if action.start:
            verdict = access.verdict(thing, action)
            found.append(NextAction(action, verdict, why_not(verdict)))
    order = {"": 0, "role": 1, "policy": 2, "time": 3, "side": 4, "state": 5}
    return sorted(found, key=lambda offer: order[offer.verdict.why])


def why_not(verdict: Verdict) -> str:
    match verdict.why:
        case "state":
            states = ", ".join(words.state_name(state) for state in verdict.needs)
            return _("Only in the state: {}.").format(states)
        case "side":
            nations = ", ".join(words.nation(nation) for nation in verdict.needs)
            return _("It is for {} to say.").format(nations)
        case "role":
            roles = ", ".join(words.role_name(role) for role in verdict.needs)
            return _("It needs the role: {}.").format(roles)
        case "time" if verdict.needs:
            until = verdict.needs[0]
            shown = words.day(until) if len(until) == len("YYYY-MM-DD") else words.moment(until)
            return _("Only after {}.").format(shown)
        case "time":
            return _("It names no day after which it may be done.")
        case "policy":
            return _("A policy of this nation forbids it.")
    return ""


def turn(thing: Object) -> str:
    """The nation whose turn it is, or nothing once nothing moves any more."""
    side = REGISTRY.get(thing.kind).lifecycle.turn.get(thing.state)
    if side is None:
        return ""
    return thing.nations_of(side)[0]
