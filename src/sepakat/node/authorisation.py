"""Who may see and say what at this node: the label check first, then the policies.

Everything that shows records to people asks an `Access`: lists filter by `labels_of`, which needs
no look at the records themselves, so that a list of any length is decided by its labels.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from sepakat.node import clock, rows
from sepakat.node.cedar import PUBLIC_ROLE, SHIPPED, Hat, Policies
from sepakat.node.home import Home
from sepakat.record.errors import NotFoundError, RefusedError
from sepakat.record.kind import Action, Kind, Object
from sepakat.record.label import (
    PUBLIC_READER,
    RANK,
    Classification,
    Label,
    Reader,
    may_see,
    nation_reader,
    organisation_reader,
)
from sepakat.vocabulary import REGISTRY

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """Whoever asks: a pseudonym, what may be entrusted to it, and the roles it acts in."""

    account: str
    nation: str
    clearance: Classification = "UNCLASSIFIED"
    caveats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hats: tuple[Hat, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether an action may be taken now: in which roles, or why not.

    `why` is one of state, side, role, policy, time; `needs` are the states, the nation, the roles
    or the day that it would need.
    """

    hats: tuple[Hat, ...] = ()
    why: str = ""
    needs: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return bool(self.hats)


def public(home: Home) -> Person:
    return Person("public", home.config.nation)


@lru_cache(maxsize=4)
def policies_of(home: Home) -> Policies:
    own = home.policies_dir
    return Policies(own if own.is_dir() else SHIPPED)


class Access:
    """What one person may see and say, for the length of one request."""

    def __init__(self, home: Home, person: Person) -> None:
        self.home = home
        self.person = person
        self.policies = policies_of(home)
        ceiling = min(person.clearance, home.config.ceiling, key=RANK.__getitem__)
        self._readers = [(hat, self._reader(hat, ceiling)) for hat in person.hats]
        self._readers.append((Hat(person.nation, PUBLIC_ROLE), PUBLIC_READER))
        self._sets: dict[tuple[frozenset[str], ...], frozenset[int]] = {}

    def _reader(self, hat: Hat, ceiling: Classification) -> Reader:
        if hat.organisation:
            return organisation_reader(self.person.nation, hat.organisation, ceiling)
        return nation_reader(self.person.nation, ceiling, self.person.caveats)

    def may_view(self, kind: str, label: Label) -> bool:
        return any(self._views(hat, reader, kind, label) for hat, reader in self._readers)

    def _views(self, hat: Hat, reader: Reader, kind: str, label: Label) -> bool:
        return may_see(label, reader) and kind in self.policies.view(hat, label)

    @cached_property
    def _labels(self) -> dict[frozenset[str], set[int]]:
        """The numbers of the labels under which this person sees records, by the kinds of those:
        a partner may bring many labels, so each is looked at once, and not for each kind."""
        found: dict[frozenset[str], set[int]] = {}
        for number, label in rows.labels().items():
            for hat, reader in self._readers:
                if may_see(label, reader):
                    found.setdefault(self.policies.view(hat, label), set()).add(number)
        return found

    def labels_of(self, kind: str) -> frozenset[int]:
        """The numbers of the labels under which this person sees records of a kind."""
        these = tuple(kinds for kinds in self._labels if kind in kinds)
        if these not in self._sets:  # of which few serve many kinds
            self._sets[these] = frozenset().union(*(self._labels[kinds] for kinds in these))
        return self._sets[these]

    def alike(self, kinds: Iterable[str]) -> dict[frozenset[int], list[str]]:
        """Kinds by the numbers of the labels under which this person sees records of them."""
        found: dict[frozenset[int], list[str]] = {}
        for kind in kinds:
            found.setdefault(self.labels_of(kind), []).append(kind)
        return found

    def kinds(self) -> list[type[Kind]]:
        return list(REGISTRY.kinds.values())

    def get(self, object_id: str) -> Object:
        """The object; NotFoundError alike where there is none and where it may not be seen."""
        thing = rows.objects([object_id]).get(object_id)
        if thing is None or not self.may_view(thing.kind, thing.label):
            raise NotFoundError(
                "there is no such record, or none that you may see",
                where=object_id,
                fix="Check its identifier, or ask its owner who may see it",
            )
        return thing

    def seen(self, things: Iterable[Object]) -> list[Object]:
        return [thing for thing in things if self.may_view(thing.kind, thing.label)]

    def verdict(self, thing: Object, action: Action) -> Verdict:
        """Whether this person may take the action on the object as it is now."""
        if not action.start or thing.state not in action.start:
            return Verdict(why="state", needs=action.start)
        nations = thing.nations_of(action.by)
        if self.home.config.nation not in nations:
            return Verdict(why="side", needs=nations)
        verdict = self._roles(thing.kind, thing.label, action)
        if verdict.allowed and action.is_early(thing.fields, clock.now()):
            return Verdict(why="time", needs=tuple(filter(None, [thing.fields.get(action.after)])))
        return verdict

    def may_make(self, kind: type[Kind], action: Action, label: Label | None = None) -> Verdict:
        """Whether this person may make an object of a kind; without a label, under any at all."""
        if label is None:
            held = self.person.hats if self.speaks else ()
            hats = tuple(h for h in held if not action.roles or h.role in action.roles)
            return Verdict(hats) if hats else Verdict(why="role", needs=action.roles)
        return self._roles(kind.kind, label, action)

    @property
    def speaks(self) -> bool:
        """Whether this person may sign for the node's nation; a partner's liaison only reads."""
        return self.person.nation == self.home.config.nation

    def _roles(self, kind: str, label: Label, action: Action) -> Verdict:
        if not self.speaks:
            return Verdict(why="side", needs=(self.person.nation,))
        held = [
            hat
            for hat, reader in self._readers
            if hat.role != PUBLIC_ROLE and self._views(hat, reader, kind, label)
        ]
        hats = tuple(
            hat for hat in held if self.policies.take(hat, kind, label, action.name, action.roles)
        )
        if hats:
            return Verdict(hats)
        in_role = [hat for hat in held if not action.roles or hat.role in action.roles]
        return Verdict(why="policy" if in_role else "role", needs=action.roles)

    def require(self, verdict: Verdict, where: str) -> Hat:
        """The first role that the action may be taken in; RefusedError where there is none."""
        if not verdict.allowed:
            raise RefusedError(
                WHY[verdict.why].format(", ".join(verdict.needs)),
                where=where,
                fix=_FIX[verdict.why],
            )
        return verdict.hats[0]

    @cached_property
    def manages_accounts(self) -> bool:
        hats = self.person.hats if self.speaks else ()
        return any(self.policies.manage_accounts(hat) for hat in hats)

    def log(self, did: str, **what: Any) -> None:
        """Both answers are part of the trail: who was let do what, in which role."""
        logger.info("%s: %s", did, {"account": self.person.account} | what)


WHY = {
    "state": "it may be said only in the state {}",
    "side": "it is for {} to say",
    "role": "it is for the role {}",
    "policy": "a policy of this nation forbids it",
    "time": "it may be said only after {}",
}
_FIX = {
    "state": "Look at the record anew, and take a step that may follow",
    "side": "Ask the other side to take this step",
    "role": "Ask somebody in that role, or an administrator for it",
    "policy": "Ask the operator which policy, and who may",
    "time": "Say it then",
}
