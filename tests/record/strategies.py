"""Toy kinds, and nations whose logs a test fills with honest and hostile statements."""

import base64
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Annotated, Any

from hypothesis import strategies as st

from sepakat.record import label as labels
from sepakat.record.card import Card
from sepakat.record.fields import Count, Line, Money, Nation, ObjectId, Ref, Text
from sepakat.record.fold import Entry, Fold, read
from sepakat.record.keys import SigningKey
from sepakat.record.kind import (
    COUNTERPARTY,
    EITHER,
    Action,
    Context,
    Kind,
    Lifecycle,
    Object,
    Registry,
)
from sepakat.record.kinds import KINDS
from sepakat.record.rules import Decision, Status, referenced
from sepakat.record.statement import Author, Seen, Statement

NATIONS = ("KOR", "MYS", "TUR")
ALL = labels.make("RESTRICTED", NATIONS)
WIDER = labels.make("UNCLASSIFIED", [labels.PUBLIC])
NARROW = labels.make("CONFIDENTIAL", ["MYS"])
ROOT = "00" * 32  # the fold takes marks at their word; roots are for the audit
UNKNOWN = "77" * 32


class Organisation(Kind):
    """What a key may be registered for."""

    name: Line
    lifecycle = Lifecycle(Action("register", end="registered"))


def _not_loud(context: Context) -> str | None:
    if context.fields["title"] == "unforeseen":
        raise ZeroDivisionError("the check itself fails")
    return "it shouts" if context.fields["title"].isupper() else None


def _shown_no_notes(context: Context) -> str | None:
    """Which notes are known is chance of arrival, so a check must not be shown any."""
    things = [context.before, *(thing for field in context.refs.values() for thing in field)]
    return "a check was shown notes" if any(thing and thing.notes for thing in things) else None


class Report(Kind):
    """Of one nation alone."""

    title: Line
    remark: Text | None = None
    lifecycle = Lifecycle(
        Action("publish", end="published", check=_not_loud),
        Action("amend", start=("published",), end="published", may=("title",), check=_not_loud),
        Action("retract", start=("published",), end="retracted", roles=("approver",)),
        Action("remark", start=("published", "retracted"), end=None, needs=("remark",)),
    )


class Deal(Kind):
    """Between two nations, which take turns."""

    title: Line
    counterparty: Nation
    value: Money | None = None
    share: Count | None = None
    report: Annotated[ObjectId | None, Ref("report")] = None
    annexes: tuple[Annotated[ObjectId, Ref("report")], ...] = ()
    follows: Annotated[ObjectId | None, Ref("deal")] = None
    lifecycle = Lifecycle(
        Action("propose", end="proposed", may=("value", "share", "report", "annexes", "follows")),
        Action(
            "accept",
            start=("proposed",),
            end="accepted",
            by=COUNTERPARTY,
            requires={"report": ("published",)},
            check=_shown_no_notes,
        ),
        Action("decline", start=("proposed",), end="declined", by=COUNTERPARTY),
        Action("revise", start=("declined",), end="proposed", may=("title", "share")),
        Action("deliver", start=("accepted",), end="delivered", may=("share",)),
        Action("reopen", start=("delivered",), end="accepted", by=COUNTERPARTY),
        Action(
            "comment",
            start=("proposed", "accepted", "delivered"),
            end=None,
            by=EITHER,
            needs=("title",),
            may=("report",),
            requires={"report": ("published",)},
        ),
    )


class Pact(Kind):
    """Known from the second edition of the rules on."""

    title: Line
    edition = 2
    lifecycle = Lifecycle(Action("declare", end="declared"))


REGISTRY = Registry(*KINDS, Organisation, Report, Deal, Pact)


def key(name: str) -> SigningKey:
    return SigningKey(sha256(name.encode()).digest())


def card(nation: str, ceiling: labels.Classification = "CONFIDENTIAL") -> Card:
    return Card(
        nation=nation,
        name=nation.title(),
        url=f"https://{nation.lower()}.example",
        log_key=f"{nation.lower()}.example+0+0",
        witness_key=f"{nation.lower()}.example+0+0",
        statement_key=str(key(nation).public),
        exchange_key=str(key(f"{nation} exchange").public),
        sealing_key=base64.b64encode(nation.encode().ljust(1216)).decode(),
        ceiling=ceiling,
    )


CARDS = tuple(card(nation) for nation in NATIONS)


def fold(*deliveries: Iterable[Entry], cards: Sequence[Card] = CARDS) -> Fold:
    """The fold of entries as they arrive, delivery after delivery."""
    state = Fold(REGISTRY, cards)
    for entries in deliveries:
        state.add(entries)
    return state


class World:
    """Three nations' logs, and `state`, the fold of all that is in them.

    `say` fills in what an honest node would: `prev`, `deps`, `seen`, label and role. Any member of
    the statement may be given instead, and so may the keys that sign.
    """

    def __init__(self) -> None:
        self.logs: dict[str, list[Entry]] = {nation: [] for nation in NATIONS}
        self.state = Fold(REGISTRY, CARDS)

    @property
    def entries(self) -> list[Entry]:
        return [entry for log in self.logs.values() for entry in log]

    def seen(self, nation: str) -> dict[str, Seen]:
        return {n: Seen(size=len(log), root=ROOT) for n, log in self.logs.items() if n != nation}

    def draft(
        self,
        nation: str,
        kind: str,
        object_id: str,
        action: str,
        body: dict[str, Any] | None = None,
        **other: Any,
    ) -> Statement:
        body = body or {}
        before = self.state.object(object_id)
        filled: dict[str, Any] = {
            "kind": kind,
            "object": object_id,
            "action": action,
            "body": body,
            "prev": before.head if before else None,
            "deps": self._deps(kind, action, {**(before.fields if before else {}), **body}),
            "seen": self.seen(nation),
            "by": author(nation, role=self._role(kind, action)),
            "at": "2026-01-01T00:00:00Z",
            "label": before.label if before else ALL,
        }
        return Statement(**(filled | other))

    def say(
        self,
        nation: str,
        *what: Any,
        keys: Sequence[SigningKey] | None = None,
        **other: Any,
    ) -> Entry:
        """Draft, sign and append a statement; `decision` says what became of it."""
        statement = self.draft(nation, *what, **other)
        return self.append(nation, sign(statement, *(keys or [key(nation)])))

    def append(self, nation: str, envelope: bytes) -> Entry:
        entry = read(nation, len(self.logs[nation]), envelope)
        self.logs[nation].append(entry)
        self.state.add([entry])
        return entry

    def decision(self, entry: Entry) -> Decision:
        return self.state.decisions[entry.nation, entry.index]

    def code(self, entry: Entry) -> str:
        """The code of what was decided, or nothing where the statement stands."""
        return self.decision(entry).code

    def _deps(self, kind: str, action: str, fields: dict[str, Any]) -> tuple[str, ...]:
        if kind not in REGISTRY.kinds or action not in REGISTRY.kinds[kind].lifecycle.actions:
            return ()
        known = REGISTRY.get(kind), REGISTRY.action(kind, action)
        things = (self.state.object(i) for i in referenced(*known, fields))
        return tuple(dict.fromkeys(thing.head for thing in things if thing))

    def _role(self, kind: str, action: str) -> str:
        actions = REGISTRY.kinds[kind].lifecycle.actions if kind in REGISTRY.kinds else {}
        return next(iter(actions[action].roles if action in actions else ()), "officer")


def author(nation: str, organisation: str | None = None, role: str = "officer") -> Author:
    return Author(nation=nation, organisation=organisation, role=role, account="a-1")


def sign(statement: Statement, *keys: SigningKey) -> bytes:
    return statement.sign(*keys)[1]


def envelope_of(entry: Entry) -> bytes:
    assert entry.envelope is not None
    return entry.envelope.encode()


Draw = st.DrawFn


def _by_id(world: World) -> list[Object]:
    return sorted(world.state.objects.values(), key=lambda o: o.id)


def _fitting(thing: Object, nation: str) -> list[str]:
    """The actions that the nation may take on the object as it is."""
    sides = {"owner": [thing.owner], "counterparty": [thing.counterparty]}
    return [
        action.name
        for action in REGISTRY.get(thing.kind).lifecycle.actions.values()
        if thing.state in action.start and nation in sides.get(action.by, thing.parties)
    ]


def _body(world: World, action: str) -> dict[str, Any]:
    text = f"Text {len(world.entries)}"  # of its own: a second statement of one digest is rejected
    names = {"remark": "remark", "comment": "title", "amend": "title", "revoke": "reason"}
    return {names[action]: text} if action in names else {}


def honest(draw: Draw, world: World, nation: str) -> None:
    """Something that a sound node may say now, if there is such a thing to be drawn."""
    things = [o for o in _by_id(world) if o.kind in ("report", "deal") and _fitting(o, nation)]
    if not things or draw(st.integers(0, 3)) == 0:
        return _make(draw, world, nation)
    thing = draw(st.sampled_from(things))
    action = draw(st.sampled_from(_fitting(thing, nation)))
    requires = REGISTRY.action(thing.kind, action).requires
    report = world.state.object(thing.fields.get("report", ""))
    if "report" not in requires or not report or report.state == "published":
        world.say(nation, thing.kind, thing.id, action, _body(world, action))
    return None


def _make(draw: Draw, world: World, nation: str) -> None:
    name = f"{nation}-{len(world.logs[nation])}"
    reports = [o.id for o in _by_id(world) if (o.kind, o.state) == ("report", "published")]
    if draw(st.booleans()):
        world.say(nation, "report", name, "publish", {"title": "A report"})
        return
    other = draw(st.sampled_from([n for n in NATIONS if n != nation]))
    body: dict[str, Any] = {"title": "A deal", "counterparty": other}
    if reports and draw(st.booleans()):
        body["report"] = draw(st.sampled_from(reports))
    world.say(nation, "deal", name, "propose", body)


def administer(draw: Draw, world: World, nation: str) -> None:
    """Keys registered and revoked, again too, another nation's among them; editions adopted."""
    keys = [o for o in _by_id(world) if o.owner == nation and o.kind == "key"]
    rules = [o for o in _by_id(world) if o.kind == "rules" and _fitting(o, nation)]
    name = f"{nation}-{len(world.logs[nation])}"
    match draw(st.integers(0, 3)):
        case 0:
            whose = draw(st.sampled_from([*NATIONS, "spare one", "spare two"]))
            body = {"name": "Key", "public_key": str(key(whose).public)}
            world.say(nation, "key", name, "register", body)
        case 1 if keys:
            world.say(nation, "key", draw(st.sampled_from(keys)).id, "revoke", {"reason": "Lost"})
        case 2 if rules:
            thing = draw(st.sampled_from(rules))
            action = "accept" if thing.state == "proposed" else "confirm"
            world.say(nation, "rules", thing.id, action)
        case _:
            other = draw(st.sampled_from([n for n in NATIONS if n != nation]))
            body = {"title": "Edition", "counterparty": other, "number": 2}
            world.say(nation, "rules", name, "propose", body)


def hostile(draw: Draw, world: World, nation: str, promised: list[bytes]) -> None:
    """Anything at all: another's words, stale or invented links, keys of others, garbage."""
    readable = [e for e in world.entries if e.statement is not None]
    match draw(st.integers(0, 9)):
        case 0 if readable:  # a copy of an envelope, or the bare payload in its place
            entry = draw(st.sampled_from(readable))
            assert entry.envelope is not None
            bare = draw(st.booleans())
            world.append(nation, entry.envelope.payload if bare else entry.envelope.encode())
        case 1 if promised:
            world.append(nation, promised.pop())
        case 2:  # relies on what somebody will say, or perhaps never says
            who = draw(st.sampled_from([nation, nation, *NATIONS]))
            name = f"{len(world.logs[nation])}"
            late = world.draft(who, "report", f"{who}-{name}-late", "publish", {"title": "Late"})
            digest, envelope = late.sign(key(who))
            promised.append(envelope)
            far = {n: Seen(size=99, root=ROOT) for n in NATIONS}
            body = {"title": "Early"}
            links: dict[str, Any] = {"deps": (digest,), "seen": far}
            world.say(nation, "report", f"{nation}-{name}", "publish", body, **links)
        case 3:
            world.append(nation, draw(st.binary(max_size=4)))
        case _:
            _say_amiss(draw, world, nation)


def _say_amiss(draw: Draw, world: World, nation: str) -> None:
    """What could be said of some object, or nearly: up to three things in it are changed."""
    present = draw(st.sampled_from([None, *_by_id(world)]))
    if present is None:
        kind, action, body = draw(
            st.sampled_from(
                [
                    ("report", "publish", {"title": "A report"}),
                    ("pact", "declare", {"title": "A pact"}),
                    ("deal", "propose", {"title": "A deal", "counterparty": "MYS"}),
                    ("gun", "fire", {}),
                ]
            )
        )
        object_id = f"{nation}-{len(world.logs[nation])}"
    else:
        kind, object_id = present.kind, present.id
        actions = [*REGISTRY.get(kind).lifecycle.actions]
        action = draw(st.sampled_from((_fitting(present, nation) or actions) * 3 + actions))
        body = _body(world, action)
    changes: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from([*_CHANGES]), max_size=3)):
        changes[name] = draw(_CHANGES[name](world, object_id))
    signer = changes.pop("signer", nation)
    body = body | changes.pop("body", {})
    world.say(nation, kind, object_id, action, body, keys=[key(signer)], **changes)


def _digests(world: World, object_id: str | None = None) -> list[str]:
    said = [(e.digest, e.statement) for e in world.entries if e.statement is not None]
    return [UNKNOWN, *(d for d, s in said if object_id in (None, s.object))]


_sizes = st.integers(0, 9).map(lambda n: {m: Seen(size=n, root=ROOT) for m in NATIONS})
_bodies = st.sampled_from(
    [{"title": 5}, {"title": "SHOUTED"}, {"share": 3}, {"report": "MYS-0"}, {"report": "KOR-0"}]
)
_CHANGES: dict[str, Callable[[World, str], st.SearchStrategy[Any]]] = {
    "prev": lambda world, thing: st.sampled_from([None, *_digests(world, thing)]),
    "deps": lambda world, thing: st.lists(st.sampled_from(_digests(world)), max_size=3).map(tuple),
    "seen": lambda world, thing: _sizes,
    "label": lambda world, thing: st.sampled_from([ALL, WIDER, NARROW]),
    "by": lambda world, thing: st.sampled_from([author(n, None, "administrator") for n in NATIONS]),
    "signer": lambda world, thing: st.sampled_from(["spare one", "spare two", *NATIONS]),
    "body": lambda world, thing: _bodies,
}


@st.composite
def histories(draw: Draw, cheats: Sequence[str] = NATIONS, most: int = 30) -> World:
    """A world after some turns, in which the `cheats` also say what no sound node would."""
    world = World()
    promised: list[bytes] = []
    for _ in range(draw(st.integers(4, most))):
        nation = draw(st.sampled_from(NATIONS))
        turn = draw(st.integers(0, 9))
        if nation in cheats and turn < 5:
            hostile(draw, world, nation, promised)
        elif turn == 5:
            administer(draw, world, nation)
        else:
            honest(draw, world, nation)
    return world


def standing(state: Fold) -> set[tuple[str, int]]:
    return {place for place, d in state.decisions.items() if d.status is Status.STANDING}
