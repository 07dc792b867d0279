"""How a domain declares its things: a kind is a Pydantic model and a lifecycle.

Each state belongs to one side, whose turn it is. So no two nations ever compete for the next step
of an object, and what has been decided is never undone by a statement that arrives later.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import NoneType
from typing import Annotated, Any, ClassVar, NamedTuple, get_args

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, create_model

from sepakat.record import fields
from sepakat.record.errors import InvalidError
from sepakat.record.label import Label
from sepakat.record.statement import Statement, from_validation


class Side(StrEnum):
    OWNER = "owner"
    COUNTERPARTY = "counterparty"
    EITHER = "either"  # of the two parties; for notes, which change no state


OWNER, COUNTERPARTY, EITHER = Side.OWNER, Side.COUNTERPARTY, Side.EITHER


class Object(NamedTuple):
    """An object's state after a statement."""

    id: str
    kind: str
    owner: str
    counterparty: str | None
    label: Label
    state: str
    fields: Mapping[str, Any]
    head: str  # the digest of the statement that made this state
    notes: tuple[str, ...] = ()

    @property
    def parties(self) -> frozenset[str]:
        owner, other = self.owner, self.counterparty
        return frozenset({owner} if other is None else {owner, other})

    def nations_of(self, side: Side) -> tuple[str, ...]:
        """Who speaks for a side. Where there is no counterparty, the owner speaks for it too: its
        turn is then another role's, such as a buyer's to whom a company at home makes an offer."""
        if side is EITHER:
            return tuple(sorted(self.parties))
        return (self.owner if side is OWNER else self.counterparty or self.owner,)


class Context(NamedTuple):
    """What an action's check may look at: all of it lies in the statement's causal past."""

    statement: Statement
    before: Object | None
    fields: Mapping[str, Any]  # the object's fields as this statement leaves them
    refs: Mapping[str, tuple[Object, ...]]  # by field: the objects referred to, as relied on


_NAME = re.compile("[a-z][a-z_]{0,31}")  # fields.Name

Check = Callable[[Context], str | None]


@dataclass(frozen=True)
class Action:
    """Something that may be said of an object, in which states, by whom, and what it gives.

    `start` names the states it may be said in, none for the action that makes the object. `end` is
    the state that follows, none for a note, which changes no state and may be said by a side whose
    turn it is not. `needs` and `may` are the fields it must and may give; `requires` maps a
    reference field to the states in which the object referred to must be. `after` is the field of
    the object whose day must be over, or whose time must have come. `check` says what else is
    wrong, or nothing. `four_eyes` says that people say it in pairs: one prepares, another
    confirms. That is each node's own to ensure; no rule of the record can look into another's.
    """

    name: str
    end: str | None
    start: tuple[str, ...] = ()
    by: Side = OWNER
    roles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: str = ""
    check: Check | None = None
    four_eyes: bool = False

    @cached_property
    def is_note(self) -> bool:
        return self.end is None

    @cached_property
    def is_checked(self) -> bool:
        """Whether `fault` has anything to look for."""
        return self.check is not None or bool(self.after)

    def is_early(self, fields: Mapping[str, Any], at: str) -> bool:
        """Whether a time is too early for it, or it may never be said as `after` is not given."""
        if not self.after:
            return False
        # Days and times in ISO 8601 sort as text.
        until = fields.get(self.after)
        return until is None or (
            at[:10] <= until if len(until) == len("YYYY-MM-DD") else at < until
        )

    def fault(self, context: Context) -> str | None:
        """What is wrong with a statement, beside what the declaration says in other ways."""
        if self.is_early(context.fields, context.statement.at):
            until = context.fields.get(self.after)
            return (
                f"{self.after} is {until}, which is not over"
                if until
                else f"it has no {self.after}"
            )
        return self.check(context) if self.check else None


class Lifecycle:
    """The actions of a kind; the states and whose turn each is follow from them.

    `resting` are the states that may last: there is a next step, and nobody waits for it.
    """

    def __init__(self, *actions: Action, resting: tuple[str, ...] = ()) -> None:
        self.actions: dict[str, Action] = {action.name: action for action in actions}
        if len(self.actions) != len(actions):
            raise ValueError("two actions of one name")
        self.first = [action for action in actions if not action.start]
        if not self.first or any(a.is_note or a.by is not OWNER for a in self.first):
            raise ValueError("an object is made by its owner, by an action that leads to a state")
        self.states = tuple(dict.fromkeys(a.end for a in actions if a.end))
        self.turn: dict[str, Side] = {}
        for action in actions:
            self._enter(action)
        self.resting = resting
        if stray := set(resting) - set(self.states):
            raise ValueError(f"no action leads to the resting {', '.join(sorted(stray))}")
        if lost := set(self.states) - self._reachable():
            raise ValueError(f"nothing leads from the first state to {', '.join(sorted(lost))}")

    def _enter(self, action: Action) -> None:
        for state in action.start:
            if state not in self.states:
                raise ValueError(f"no action leads to the state {state!r} of {action.name!r}")
            if action.is_note:
                continue
            if action.by is EITHER or self.turn.setdefault(state, action.by) is not action.by:
                raise ValueError(f"in the state {state!r} the turn must be one side's alone")

    def _reachable(self) -> set[str | None]:
        reached = {action.end for action in self.first}
        while more := {
            action.end
            for action in self.actions.values()
            if action.end and action.end not in reached and not reached.isdisjoint(action.start)
        }:
            reached |= more
        return reached

    @cached_property
    def final(self) -> tuple[str, ...]:
        """The states in which nothing moves any more."""
        return tuple(state for state in self.states if state not in self.turn)


@dataclass(slots=True)
class Declared:
    """An action of a kind, with what the rules ask of the two.

    They ask it of every statement, and to read it from a Pydantic class takes five times as long.
    `needed` are the fields that the action must give, and `body` is the type of all that it gives.
    """

    kind: str
    edition: int
    refs: Mapping[str, str]
    action: Action
    needed: tuple[str, ...]
    body: type[BaseModel]
    _validate: Callable[..., Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._validate = self.body.__pydantic_validator__.validate_json

    def check_body(self, body: Mapping[str, Any]) -> None:
        """Refuse a body that does not fit the action; `InvalidError` names each field."""
        try:
            # As JSON, for then "5" is no number and 1 is not true, and an array is a tuple.
            self._validate(orjson.dumps(body), strict=True)
        except ValidationError as error:
            raise from_validation(error, where=f"{self.kind} {self.action.name}", fix="") from error


class Kind(BaseModel):
    """Base of all kinds. A subclass gives its fields and its lifecycle; its name follows.

    A kind with a `counterparty` field is bilateral: what it says binds two nations. Where that
    field may be left out, an object without it is its owner's alone, and so are both turns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    lifecycle: ClassVar[Lifecycle]
    edition: ClassVar[int] = 1  # of the rules: the first that knows this kind
    refs: ClassVar[dict[str, str]]
    _declared: ClassVar[dict[str, Declared]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.kind = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
        cls.refs = {
            name: ref.kind for name, info in cls.model_fields.items() for ref in _marks(info)
        }
        if not _NAME.fullmatch(cls.kind):
            raise ValueError(f"no statement can name the kind {cls.kind!r}")
        for action in cls.lifecycle.actions.values():
            cls._check_action(action)
        cls._declared = {
            action.name: cls._declare(action) for action in cls.lifecycle.actions.values()
        }

    @classmethod
    def _declare(cls, action: Action) -> Declared:
        needed = cls._needed_by(action)
        body = cls._body_model(action, needed)
        return Declared(cls.kind, cls.edition, cls.refs, action, needed, body)

    @classmethod
    def _check_action(cls, action: Action) -> None:
        where = f"{cls.__name__}.{action.name}"
        if not _NAME.fullmatch(action.name):
            raise ValueError(f"{where}: no statement can name this action")
        if stray := action.requires.keys() - cls.refs.keys():
            raise ValueError(f"{where}: requires what is no reference: {', '.join(sorted(stray))}")
        if action.after and action.after not in cls.model_fields:
            raise ValueError(f"{where}: is said after what is no field: {action.after}")
        if action.by is not OWNER and not cls.is_bilateral():
            raise ValueError(f"{where}: is for a counterparty, and the kind has none")
        if action.start and "counterparty" in (*action.needs, *action.may):
            raise ValueError(f"{where}: the counterparty is named when the object is made")

    @classmethod
    def is_bilateral(cls) -> bool:
        return "counterparty" in cls.model_fields

    @classmethod
    def needed_by(cls, action: Action) -> tuple[str, ...]:
        """The fields an action must give; the one that makes the object gives all required ones."""
        return cls._declared[action.name].needed

    @classmethod
    def _needed_by(cls, action: Action) -> tuple[str, ...]:
        if action.start:
            return action.needs
        required = (name for name, info in cls.model_fields.items() if info.is_required())
        return tuple(dict.fromkeys((*required, *action.needs)))

    @classmethod
    def _body_model(cls, action: Action, needed: tuple[str, ...]) -> type[BaseModel]:
        given: dict[str, Any] = {}
        for name in (*needed, *(n for n in action.may if n not in needed)):
            info = cls.model_fields.get(name)
            if info is None:
                raise ValueError(f"{cls.__name__}.{action.name}: no field {name!r}")
            annotation = info.rebuild_annotation()
            if name not in needed:
                given[name] = (annotation, None)
            elif _may_be_null(annotation):
                given[name] = (Annotated[annotation, AfterValidator(_given)], ...)
            else:
                given[name] = (annotation, ...)
        # Values are looked at and dropped: to look each up, so as to keep it once, only costs.
        config = ConfigDict(extra="forbid", cache_strings="keys")
        return create_model(f"{cls.__name__}_{action.name}", __config__=config, **given)

    @classmethod
    def body_of(cls, action: Action) -> type[BaseModel]:
        """The type of what an action gives."""
        return cls._declared[action.name].body

    @classmethod
    def check_body(cls, action: Action, body: Mapping[str, Any]) -> None:
        """Refuse a body that does not fit the action; `InvalidError` names each field."""
        cls._declared[action.name].check_body(body)


def _may_be_null(annotation: Any) -> bool:
    """Whether a field may be null; true also where only something within it may."""
    return annotation in (None, NoneType, Any) or any(map(_may_be_null, get_args(annotation)))


def _given(value: Any) -> Any:
    """Null does not give a field that an action needs, though the field may be empty elsewhere."""
    if value is None:
        raise ValueError("must be given")
    return value


def _marks(info: Any) -> list[fields.Ref]:
    """The `Ref` marks of a field, also where they stand inside a tuple or an optional type."""
    found = [item for item in info.metadata if isinstance(item, fields.Ref)]
    waiting = [info.annotation]
    while waiting:
        annotation = waiting.pop()
        found += [x for x in getattr(annotation, "__metadata__", ()) if isinstance(x, fields.Ref)]
        waiting += get_args(annotation)
    return found[:1]


class Registry:
    """The kinds that a program knows, by name."""

    def __init__(self, *kinds: type[Kind]) -> None:
        self.kinds: dict[str, type[Kind]] = {kind.kind: kind for kind in kinds}
        if len(self.kinds) != len(kinds):
            raise ValueError("two kinds of one name")
        for kind in kinds:
            for name, target in kind.refs.items():
                if target not in self.kinds:
                    raise ValueError(f"{kind.kind}.{name} refers to the unknown kind {target!r}")
                for action in kind.lifecycle.actions.values():
                    self._check_required(kind, action, name, self.kinds[target].lifecycle)

    @staticmethod
    def _check_required(kind: type[Kind], action: Action, name: str, target: Lifecycle) -> None:
        if stray := set(action.requires.get(name, ())) - set(target.states):
            raise ValueError(
                f"{kind.kind} {action.name}: {name} has no state {', '.join(sorted(stray))}"
            )

    def get(self, name: str) -> type[Kind]:
        try:
            return self.kinds[name]
        except KeyError:
            raise InvalidError(
                f"there is no kind {name!r}", fix=f"Known are {', '.join(sorted(self.kinds))}"
            ) from None

    def action(self, kind: str, name: str) -> Action:
        return self.find(kind, name).action

    def is_note(self, kind: str, action: str) -> bool:
        """Whether an action is a note; one that is not known is none."""
        known = self.kinds.get(kind)
        found = known.lifecycle.actions.get(action) if known else None
        return found is not None and found.is_note

    def find(self, kind: str, action: str) -> Declared:
        """What is declared of an action of a kind."""
        declared = self.get(kind)._declared
        try:
            return declared[action]
        except KeyError:
            known = ", ".join(declared)
            raise InvalidError(f"{kind} has no action {action!r}", fix=f"It has {known}") from None
