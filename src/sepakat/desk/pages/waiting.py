"""What waits for a person: records whose next step this person's role may take."""

from dataclasses import dataclass

from django.db.models import Q

from sepakat.desk.kinds.objects import Value, links, named, title_of, values
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.kind import Action, Kind, Object, Side
from sepakat.vocabulary import REGISTRY

MAX_WAITING = 50  # on the page
MAX_OF_A_KIND = 500  # looked at


@dataclass(frozen=True)
class Waiting:
    """A record that waits: what may be done with it, and all one needs to decide."""

    thing: Object
    title: str
    actions: tuple[Action, ...]
    values: tuple[Value, ...]
    due: str


def waiting(access: Access) -> tuple[list[Waiting], int]:
    """What waits for this person, the earliest due first, and how many there are in all."""
    if not access.speaks or not access.person.hats:
        return [], 0
    ids: list[str] = []
    for kind in REGISTRY.kinds.values():
        if condition := _turn(access, kind):
            found = table(kind).objects.filter(condition, label_id__in=access.labels_of(kind.kind))
            ids += found.order_by("id").values_list("id", flat=True)[:MAX_OF_A_KIND]
    things = list(rows.objects(ids).values())
    may = [(thing, actions) for thing in things if (actions := _actions(access, thing))]
    may.sort(key=lambda pair: (_due(pair[0]) or "9", pair[0].id))
    shown = may[:MAX_WAITING]
    known = links(access, [i for t, _a in shown for i in named(REGISTRY.get(t.kind), t.fields)])
    return [
        Waiting(
            thing,
            title_of(thing),
            actions,
            values(access, REGISTRY.get(thing.kind), thing.fields, known),
            _due(thing),
        )
        for thing, actions in shown
    ], len(may)


def _turn(access: Access, kind: type[Kind]) -> Q | None:
    """The states of a kind in which the next step is ours and some role of this person's may take
    it; none where there is no such state."""
    nation = access.home.config.nation
    condition = Q()
    for state, side in kind.lifecycle.turn.items():
        if state in kind.lifecycle.resting:
            continue
        if any(_in_role(access, action) for action in _next(kind, state)):
            condition |= Q(state=state) & _ours(nation, side)
    return condition or None


def _ours(nation: str, side: Side) -> Q:
    """What `Object.nations_of` says, asked of the table."""
    if side is Side.OWNER:
        return Q(owner=nation)
    return Q(counterparty=nation) | Q(counterparty=None, owner=nation)


def _next(kind: type[Kind], state: str) -> list[Action]:
    """The actions that a state was entered for: those of the other side, or of another role, than
    of whoever brought the record there."""
    actions = kind.lifecycle.actions.values()
    entering = [action for action in actions if action.end == state]
    return [
        action
        for action in actions
        if state in action.start
        and not action.is_note
        and any(e.by is not action.by or not {*e.roles} & {*action.roles} for e in entering)
    ]


def _in_role(access: Access, action: Action) -> bool:
    roles = {hat.role for hat in access.person.hats}
    return not action.roles or not roles.isdisjoint(action.roles)


def _actions(access: Access, thing: Object) -> tuple[Action, ...]:
    following = _next(REGISTRY.get(thing.kind), thing.state)
    return tuple(action for action in following if access.verdict(thing, action).allowed)


def _due(thing: Object) -> str:
    return str(thing.fields.get("due") or "")
