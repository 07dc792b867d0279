"""Whether one statement stands: a function of its causal past and its author's own log alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from sepakat.record.card import Card
from sepakat.record.errors import InvalidError
from sepakat.record.keys import PublicKey
from sepakat.record.kind import (
    EITHER,
    Action,
    Context,
    Declared,
    Kind,
    Object,
    Registry,
    Side,
)
from sepakat.record.label import RANK, Label, is_within, may_see, nation_reader
from sepakat.record.statement import Statement

EDITION = 1  # of the rules in this file, the first


class Status(StrEnum):
    STANDING = "standing"
    REJECTED = "rejected"  # with its reason, and kept
    PENDING = "pending"  # relies on a statement that is not known here


STANDING, REJECTED, PENDING = Status.STANDING, Status.REJECTED, Status.PENDING


NOT_OWN = ("foreign", "repeated", "unreadable")
"""Codes of what does not answer for its digest: another nation's copy of a statement, a second
copy, or bytes that are no statement but have one's digest."""


# One is made for each statement, as of Located and fold.Entry, and read all the time: frozen, it
# would take several times as long to make, and a tuple is slower to read.
@dataclass(slots=True)
class Decision:
    """What became of the statement at an index of a nation's log.

    `code` names the rule that rejected it and is the same for every implementation; `detail` is
    for people.
    """

    nation: str
    index: int
    digest: str
    status: Status
    code: str = ""
    detail: str = ""
    object: str = ""  # what the statement is about, if it can be read

    @property
    def is_own(self) -> bool:
        """Whether it answers for its digest."""
        return self.code not in NOT_OWN


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A key and the stretch of its nation's log in which its signatures count.

    `label` is that of its registration, or none if everyone may see that: who is shown a statement
    and not the key could not find its signature good.
    """

    public: PublicKey
    organisation: str | None = None
    sign_as: tuple[str, ...] = ()
    registered: int = -1  # the index of its registration; keys of a card precede the log
    revoked: int | None = None
    is_root: bool = False
    label: Label | None = None

    def is_valid_at(self, index: int) -> bool:
        return self.registered < index and (self.revoked is None or index <= self.revoked)


@dataclass(slots=True)
class Located:
    """A statement, where it stands, and the keys whose signatures over it verify."""

    nation: str
    index: int
    digest: str
    statement: Statement
    signers: tuple[RegisteredKey, ...]


class View(Protocol):
    """What the rules ask of those who keep the state."""

    registry: Registry
    cards: Mapping[str, Card]

    def decision(self, digest: str) -> Decision | None:
        """What became of a statement, or nothing if it is not known."""

    def object(self, object_id: str) -> Object | None:
        """An object's present state."""

    def object_after(self, digest: str) -> Object | None:
        """An object as it was after a standing statement; of its notes, any that are known."""

    def key(self, nation: str, keyid: str) -> RegisteredKey | None:
        """A key that a nation has registered for itself."""

    def seen(self, nation: str) -> Mapping[str, int]:
        """The largest sizes of partners' logs that a nation has said it has seen."""

    def edition(self, nation: str) -> int:
        """The edition of the rules that a nation's next statement is judged by."""


class Rejected(Exception):  # noqa: N818 - a verdict on a statement, not an error of the program
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Pending(Exception):  # noqa: N818
    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


def decide(view: View, located: Located) -> Object:
    """The object as the statement leaves it; `Rejected` or `Pending` if it changes nothing."""
    statement = located.statement
    if statement.by.nation != located.nation:
        raise Rejected("foreign", f"{located.nation} cannot speak for {statement.by.nation}")
    relied = _relied_on(view, statement)
    declared = _vocabulary(view, located)
    action = declared.action
    _check_author(view, located, declared)
    _check_reliance(located, relied)
    before = _before(view, located, action)
    if action.roles and statement.by.role not in action.roles:
        raise Rejected("role", f"{action.name} is for {' or '.join(action.roles)}")
    if wrong := _asked(declared.check_body, statement.body):
        raise Rejected("body", wrong)
    if before is None:
        thing, fields = _make(statement, located.digest, action), statement.body
    else:
        # A note's own fields count here too, though it changes none of the object's.
        thing, fields = before, {**before.fields, **statement.body}
    refs = _references(view, statement, declared, thing, fields)
    if action.is_checked:
        context = Context(statement, before, fields, refs)
        if wrong := _asked(action.fault, context):
            raise Rejected("check", wrong)
    if before is None:
        return thing
    # What others have said meanwhile stays: a move follows the head, a note stands beside all.
    present = view.object(thing.id)
    assert present is not None
    return apply(present, statement.body, located.digest, action)


def _asked(check: Callable[..., str | None], *about: Any) -> str | None:
    """What a kind finds wrong. Where it fails on what a stranger wrote, that is what is wrong: it
    must stop nobody else's word."""
    try:
        return check(*about)
    except InvalidError as error:
        return str(error)
    except MemoryError:
        raise
    except Exception as error:
        return f"it cannot be checked ({error!r})"


def _relied_on(view: View, statement: Statement) -> list[Decision]:
    """What became of all that it relies on. This comes first: until all is known, no other rule
    is asked, so that what a statement waits for is the same in every order of arrival."""
    relied = []
    for digest in statement.relied_on:
        decision = view.decision(digest)
        if decision is None or decision.status is PENDING:
            raise Pending(digest)
        relied.append(decision)
    return relied


def _vocabulary(view: View, located: Located) -> Declared:
    statement = located.statement
    try:
        declared = view.registry.find(statement.kind, statement.action)
    except InvalidError as error:
        raise Rejected("vocabulary", str(error)) from error
    # The first is in force everywhere, and asking takes time.
    if declared.edition > EDITION and declared.edition > (edition := view.edition(located.nation)):
        raise Rejected(
            "edition", f"{declared.kind} is of edition {declared.edition}; {edition} is in force"
        )
    return declared


def _check_author(view: View, located: Located, declared: Declared) -> None:
    nation = located.nation
    label = located.statement.label
    card = view.cards.get(nation)
    if card is None:
        raise Rejected("stranger", f"no card of {nation} is registered")
    if RANK[label.classification] > RANK[card.ceiling]:
        raise Rejected("ceiling", f"{nation}'s node is cleared to {card.ceiling} only")
    for name, values in label.restrictive.items():
        if lacking := set(values).difference(card.caveats.get(name, ())):
            held = f"{name}={min(lacking)}"
            raise Rejected("ceiling", f"{nation}'s node does not hold the caveat {held}")
    needs_root = declared.kind == "key"
    for key in located.signers:
        if _may_sign(key, located, needs_root=needs_root):
            break
    else:
        raise Rejected(
            "signature",
            "no valid signature of a key registered for its author, and shown to all its readers",
        )
    if seen := located.statement.seen:
        said = view.seen(nation)
        for partner, mark in seen.items():
            if mark.size < said.get(partner, 0):
                raise Rejected("seen", f"had already seen {partner} at {said[partner]}")


def _may_sign(key: RegisteredKey, located: Located, *, needs_root: bool) -> bool:
    by = located.statement.by
    return (
        key.is_valid_at(located.index)
        and (key.is_root or not needs_root)
        and (key.organisation is None or key.organisation == by.organisation)
        and (not key.sign_as or by.role in key.sign_as)
        and (key.label is None or is_within(located.statement.label, key.label))
    )


def _check_reliance(located: Located, relied: Iterable[Decision]) -> None:
    for decision in relied:
        nation, index = decision.nation, decision.index
        if decision.status is REJECTED:
            raise Rejected("reliance", f"relies on {nation} {index}, which is rejected")
        seen = located.statement.seen.get(nation)
        known = located.index if nation == located.nation else seen.size if seen else 0
        if index >= known:
            raise Rejected("unseen", f"relies on {nation} {index}, which it had not seen")


def _before(view: View, located: Located, action: Action) -> Object | None:
    """The object as it was after `prev`, if this action may follow there; nothing if it is new."""
    statement, nation = located.statement, located.nation
    present = view.object(statement.object)
    if not action.start:
        _check_new(located, action, present)
        return None
    before = None
    if present is not None and present.head == statement.prev:
        before = _without_notes(present)
    elif statement.prev:
        before = _as_left(view, statement.prev)
    if before is None or (before.id, before.kind) != (statement.object, statement.kind):
        raise Rejected("prev", "prev is not a statement about this object")
    if before.state not in action.start:
        raise Rejected("state", f"{action.name} cannot follow when {before.state}")
    if nation not in before.nations_of(action.by):
        raise Rejected("turn", f"{action.name} is for the {_name(action.by)}, not {nation}")
    # They are mostly one object, and members take long to compare.
    if statement.label is not before.label and statement.label != before.label:
        raise Rejected("label", "an object keeps the label that it was made with")
    assert present is not None
    if located.digest in present.notes:
        raise Rejected("repeated", "the object has this note already")
    if not action.is_note and present.head != statement.prev:
        raise Rejected("superseded", "another statement that follows the same prev stands")
    return before


def _check_new(located: Located, action: Action, present: Object | None) -> None:
    statement, nation = located.statement, located.nation
    if not statement.object.startswith(f"{nation}-"):
        raise Rejected("owner", f"{nation} makes only objects named {nation}-…")
    if statement.prev is not None:
        raise Rejected("prev", f"{action.name} makes an object and has no prev")
    if present is not None:
        raise Rejected("taken", f"{statement.object} exists")


def _as_left(view: View, digest: str) -> Object | None:
    """The object after a statement, without its notes: which of them are known here is chance."""
    thing = view.object_after(digest)
    return thing and _without_notes(thing)


def _without_notes(thing: Object) -> Object:
    return thing._replace(notes=()) if thing.notes else thing


def _name(side: Side) -> str:
    return "two parties" if side is EITHER else str(side.value)


def _make(statement: Statement, digest: str, action: Action) -> Object:
    made = first_state(action, statement, digest)
    if made.counterparty == made.owner:
        raise Rejected("counterparty", "the counterparty must be another nation")
    for party in made.parties:
        if not _may_concern(statement.label, party):
            raise Rejected("label", f"its label keeps it from {party}, whom it concerns")
    return made


def first_state(action: Action, statement: Statement, digest: str) -> Object:
    assert action.end is not None  # Lifecycle: what makes an object leads to a state
    return Object(
        id=statement.object,
        kind=statement.kind,
        owner=statement.by.nation,
        counterparty=statement.body.get("counterparty"),
        label=statement.label,
        state=action.end,
        fields=statement.body,
        head=digest,
    )


@lru_cache(maxsize=4096)
def _may_concern(label: Label, nation: str) -> bool:
    """Whether the label lets a nation see, were its node cleared as high as the label is."""
    return may_see(label, nation_reader(nation, label.classification, label.restrictive))


def apply(before: Object, body: Mapping[str, Any], digest: str, action: Action) -> Object:
    """The object after a standing statement that follows `before`."""
    if action.end is None:
        return before._replace(notes=tuple(sorted({*before.notes, digest})))
    return Object(
        before.id,
        before.kind,
        before.owner,
        before.counterparty,
        before.label,
        action.end,
        {**before.fields, **body},
        digest,
        before.notes,
    )


def _references(
    view: View,
    statement: Statement,
    declared: Declared,
    about: Object,
    fields: Mapping[str, Any],
) -> dict[str, tuple[Object, ...]]:
    """The objects referred to, each as it was after the statement that this one relies on."""
    relied: dict[str, Object] = {}
    for digest in statement.deps:
        thing = _as_left(view, digest)
        assert thing is not None  # every dep stands: _check_reliance
        if not is_within(statement.label, thing.label):
            raise Rejected("label", f"its label shows it to some who may not see {thing.id}")
        relied[thing.id] = thing
    refs: dict[str, tuple[Object, ...]] = {}
    action = declared.action
    for name, target in declared.refs.items():
        if name not in statement.body and name not in action.requires:
            continue
        ids = reference_ids(fields.get(name))
        for missing in ids:
            if missing not in relied:
                raise Rejected("reference", f"{name} names {missing} without relying on it")
        refs[name] = tuple([relied[i] for i in ids])
        for thing in refs[name]:
            _check_reference(name, thing, target, action, about)
    return refs


def _check_reference(name: str, thing: Object, kind: str, action: Action, about: Object) -> None:
    if thing.kind != kind:
        raise Rejected("reference", f"{name} must be of the kind {kind}: {thing.id}")
    states = action.requires.get(name)
    if states and thing.state not in states:
        raise Rejected(
            "requires", f"{thing.id} is {thing.state}, and must be {' or '.join(states)}"
        )
    if thing.counterparty and about.counterparty and thing.parties != about.parties:
        raise Rejected("parties", f"{thing.id} is between other nations")


def reference_ids(value: Any) -> tuple[str, ...]:
    """The identifiers in a reference field: one, several or none."""
    if isinstance(value, str):
        return (value,)
    return tuple(i for i in value if isinstance(i, str)) if isinstance(value, list | tuple) else ()


def referenced(kind: type[Kind], action: Action, fields: Mapping[str, Any]) -> Iterable[str]:
    """The objects that a statement must rely on, for one who is about to make it: `fields` are the
    object's as the statement will leave them."""
    for name in kind.refs:
        if name in action.requires or name in kind.needed_by(action) or name in action.may:
            yield from reference_ids(fields.get(name))
