"""The fold: all known statements of all parties, in any order of arrival, to the one state.

Each nation's statements are taken in the order of its log, and a statement after those that it
relies on. As a state belongs to one side, every order that keeps to this gives the same decisions.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from itertools import groupby, islice
from operator import attrgetter

import orjson

from sepakat.record import canon, dsse
from sepakat.record.card import Card
from sepakat.record.errors import ConflictError, InvalidError
from sepakat.record.keys import PublicKey
from sepakat.record.kind import Object, Registry
from sepakat.record.label import PUBLIC_READER, may_see
from sepakat.record.rules import (
    EDITION,
    PENDING,
    REJECTED,
    STANDING,
    Decision,
    Located,
    Pending,
    RegisteredKey,
    Rejected,
    Status,
    View,
    apply,
    decide,
    first_state,
)
from sepakat.record.statement import MAX_ENVELOPE_BYTES, Statement, parse
from sepakat.record.verifying import AHEAD, IsSigned, VerifiedAhead, Verify

MAX_DETAIL = 1000  # characters

NOTHING: frozenset[str] = frozenset()
_PLACE = attrgetter("nation", "index")


@dataclass(slots=True)
class Entry:
    """An envelope at its place in a nation's log, as read; `fault` says why it is no statement."""

    nation: str
    index: int
    digest: str
    envelope: dsse.Envelope | None
    statement: Statement | None
    fault: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the log is its author's; a copy in another log does not answer for it."""
        return self.statement is not None and self.statement.by.nation == self.nation

    def decided(self, status: Status, code: str = "", detail: str = "") -> Decision:
        about = self.statement.object if self.statement else ""
        detail = _shown(detail) if detail else ""
        return Decision(self.nation, self.index, self.digest, status, code, detail, about)


def _shown(detail: str) -> str:
    """A reason to be stored and printed: it may quote what its author wrote."""
    short = detail if len(detail) <= MAX_DETAIL else f"{detail[: MAX_DETAIL - 1]}…"
    return short if short.isprintable() else "".join(map(_printable, short))


def _printable(char: str) -> str:
    return char if char.isprintable() else repr(char)[1:-1]


def read(nation: str, index: int, data: bytes) -> Entry:
    """Read an envelope's bytes; what cannot be read becomes an entry that will be rejected."""
    try:
        if len(data) > MAX_ENVELOPE_BYTES:
            raise InvalidError(f"an envelope of {len(data):,} bytes")
        envelope = dsse.decode(data)
        if envelope.payload_type != dsse.STATEMENT:
            raise InvalidError(f"the payload type {envelope.payload_type!r} is no statement's")
        statement = parse(envelope.payload)
    except InvalidError as error:
        return Entry(nation, index, canon.digest(data), None, None, str(error))
    return Entry(nation, index, canon.digest(envelope.payload), envelope, statement)


def judge(view: View, entry: Entry, is_signed: IsSigned) -> tuple[Decision, Object | None]:
    """What becomes of a statement in its log's order, and the object as it leaves it if it stands.

    The caller takes the object into its state before it asks about the next one.
    """
    statement, envelope = entry.statement, entry.envelope
    if statement is None or envelope is None:
        return entry.decided(REJECTED, "unreadable", entry.fault), None
    if view.decision(entry.digest) is not None and entry.is_own:
        return entry.decided(REJECTED, "repeated", "the log has this statement already"), None
    signers = []
    for signature in envelope.signatures:
        key = view.key(entry.nation, signature.keyid)
        if key and is_signed(key.public, envelope, signature):
            signers.append(key)
    try:
        after = decide(
            view, Located(entry.nation, entry.index, entry.digest, statement, tuple(signers))
        )
    except Rejected as verdict:
        return entry.decided(REJECTED, verdict.code, verdict.detail), None
    except Pending as wait:
        return entry.decided(PENDING, "unknown", f"waits for {wait.missing}"), None
    return entry.decided(STANDING), after


class Fold:
    """The state that follows from a set of statements."""

    def __init__(
        self,
        registry: Registry,
        cards: Iterable[Card],
        *,
        verify: Verify = PublicKey.verifies,
    ) -> None:
        self.registry = registry
        self.cards: Mapping[str, Card] = {card.nation: card for card in cards}
        self.entries: dict[tuple[str, int], Entry] = {}
        self._verify = verify
        self._reset()

    def _reset(self) -> None:
        self.objects: dict[str, Object] = {}
        self.decisions: dict[tuple[str, int], Decision] = {}
        self._by_digest: dict[str, Decision] = {}
        self._keys = root_keys(self.cards.values())
        self._past = Past(self.registry)
        self._seen: dict[str, dict[str, int]] = {}
        self._editions: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._blocked: set[tuple[str, str, str | None]] = set()
        self._missing: set[str] = set()
        self.signatures = VerifiedAhead(self._verify)
        self._ahead: dict[str, int] = {}

    def add(self, entries: Iterable[Entry]) -> None:
        """Take in more statements. What comes out depends on the whole set, not on this call."""
        new: dict[tuple[str, int], Entry] = {}
        for entry in entries:
            place = (entry.nation, entry.index)
            known = self.entries.get(place) or new.get(place)
            if known is None:
                new[place] = entry
            elif (known.digest, known.envelope) != (entry.digest, entry.envelope):
                raise ConflictError(
                    "two different statements at one place of a log",
                    where=f"{entry.nation} {entry.index}",
                )
        follows = not self.entries or all(
            index > self._last.get(nation, -1) and entry.digest not in self._missing
            for (nation, index), entry in new.items()
        )
        self.entries |= new
        if follows:
            self._settle(new.values())
        else:
            self._reset()
            self._settle(self.entries.values())

    def _settle(self, entries: Iterable[Entry]) -> None:
        in_order = sorted(entries, key=_PLACE)
        logs = {entry.digest: entry.nation for entry in in_order if entry.is_own}
        by_log = groupby(in_order, key=attrgetter("nation"))
        queues = {nation: deque(log) for nation, log in by_log}
        for nation, queue in queues.items():
            self._last[nation] = max(self._last.get(nation, -1), queue[-1].index)
        while queues:
            moved = False
            for queue in queues.values():
                while queue and not self._awaited(entry := queue[0], logs):
                    if entry.index > self._ahead.get(entry.nation, -1):
                        self._look_ahead(queue)
                    self._take(queue.popleft())
                    moved = True
            if not moved:
                # Only forged `seen` marks can make logs wait for each other.
                for nation in _circular({n: self._awaited(q[0], logs) for n, q in queues.items()}):
                    entry = queues[nation].popleft()
                    verdict = "circular", "relies on what follows it"
                    self._decided(entry, entry.decided(REJECTED, *verdict))
            queues = {nation: queue for nation, queue in queues.items() if queue}

    def _awaited(self, entry: Entry, logs: Mapping[str, str]) -> Set[str]:
        """The logs whose later entries must be decided before this one."""
        decided = self._by_digest
        relied_on = entry.statement.relied_on if entry.statement else ()
        for digest in relied_on:
            if digest not in decided:
                break
        else:
            return NOTHING  # as it mostly is, and a set for each statement takes long
        awaited = {logs[d] for d in relied_on if d not in decided and d in logs}
        return awaited if entry.is_own and entry.digest not in decided else NOTHING

    def _look_ahead(self, queue: Iterable[Entry]) -> None:
        """Verify the next of a log by the keys of now; what they register is asked about later."""
        for entry in islice(queue, AHEAD):
            self._ahead[entry.nation] = entry.index
            if envelope := entry.envelope:
                for signature in envelope.signatures:
                    if key := self.key(entry.nation, signature.keyid):
                        self.signatures.look(key.public, envelope, signature)

    def _take(self, entry: Entry) -> None:
        decision, after = judge(self, entry, self.signatures.is_signed)
        statement = entry.statement
        if statement is not None and decision.status is not REJECTED:
            # Which of two that follow the same `prev` stands is known when the first is decided.
            if self._blocked and self._is_blocked(entry.nation, statement):
                decision, after = entry.decided(PENDING, "unknown", "waits its turn"), None
            if after is not None:
                self._stand(entry, statement, after)
            elif not self._is_note(statement):
                self._blocked.add((entry.nation, statement.object, statement.prev))
            if decision.status is PENDING:
                self._missing.update(d for d in statement.relied_on if d not in self._by_digest)
        self._decided(entry, decision)

    def _is_blocked(self, nation: str, statement: Statement) -> bool:
        slot = (nation, statement.object, statement.prev)
        return slot in self._blocked and not self._is_note(statement)

    def _is_note(self, statement: Statement) -> bool:
        return self.registry.is_note(statement.kind, statement.action)

    def _decided(self, entry: Entry, decision: Decision) -> None:
        self.decisions[entry.nation, entry.index] = decision
        if decision.is_own:
            self._by_digest.setdefault(entry.digest, decision)

    def _stand(self, entry: Entry, statement: Statement, after: Object) -> None:
        self.objects[after.id] = after
        for partner, seen in statement.seen.items():
            self._seen.setdefault(entry.nation, {})[partner] = seen.size
        take_effect(after, entry.nation, entry.index, self._keys, self._editions)

    # What the rules ask (rules.View).

    def decision(self, digest: str) -> Decision | None:
        return self._by_digest.get(digest)

    def object(self, object_id: str) -> Object | None:
        return self.objects.get(object_id)

    def object_after(self, digest: str) -> Object | None:
        decision = self._by_digest.get(digest)
        if decision is None or decision.status is not STANDING:
            return None
        present = self.objects[decision.object]
        if present.head == digest:
            return present
        return self._past.after(digest, self._standing)

    def _standing(self, digest: str) -> Statement:
        decision = self._by_digest[digest]
        statement = self.entries[decision.nation, decision.index].statement
        assert statement is not None
        return statement

    def key(self, nation: str, keyid: str) -> RegisteredKey | None:
        return self._keys.get((nation, keyid))

    def seen(self, nation: str) -> Mapping[str, int]:
        return self._seen.get(nation, {})

    def edition(self, nation: str) -> int:
        return self._editions.get(nation, EDITION)

    # What comes out.

    def keys_of(self, nation: str) -> "Keys":
        """The keys that a nation has registered in its log."""
        return {
            place: key
            for place, key in self._keys.items()
            if place[0] == nation and not key.is_root
        }

    def object_digests(self) -> Iterable[tuple[str, str]]:
        return ((thing.id, object_digest(thing)) for thing in self.objects.values())

    def digest(self) -> str:
        """The name of the state."""
        refused = (d for d in self.decisions.values() if d.status is not STANDING)
        return state_digest(self.object_digests(), refused)


class Past:
    """Objects as they were after standing statements, by their chains of `prev`.

    Each state is worked out once: a statement can rely on many of them, of a long chain. Who asks
    is not kept: in a cycle with it, a state of a large record would wait for the garbage collector.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._after: dict[str, Object] = {}

    def after(self, digest: str, standing: Callable[[str], Statement]) -> Object:
        """The object after a standing statement; `standing` gives any such by its digest."""
        chain = []
        wanted: str | None = digest
        while wanted is not None and wanted not in self._after:
            statement = standing(wanted)
            chain.append((wanted, statement))
            wanted = statement.prev
        thing = self._after[wanted] if wanted is not None else None
        for name, statement in reversed(chain):
            action = self._registry.action(statement.kind, statement.action)
            if thing is None:
                thing = first_state(action, statement, name)
            else:
                thing = apply(thing, statement.body, name, action)
            self._after[name] = thing
        return self._after[digest]


def _circular(waits: Mapping[str, Set[str]]) -> list[str]:
    """The logs that, through others, wait for themselves."""
    found = []
    for log in waits:
        reached: set[str] = set()
        ahead = set(waits[log])
        while ahead:
            reached |= ahead
            ahead = set().union(*(waits.get(n, set()) for n in ahead)) - reached
        if log in reached:
            found.append(log)
    return found


Keys = dict[tuple[str, str], RegisteredKey]


def root_keys(cards: Iterable[Card]) -> Keys:
    """The keys that stand on the cards: each signs for its whole nation, from before its log."""
    roots = {card.nation: PublicKey.parse(card.statement_key) for card in cards}
    return {(n, key.keyid): RegisteredKey(key, is_root=True) for n, key in roots.items()}


def take_effect(
    thing: Object, nation: str, index: int, keys: Keys, editions: dict[str, int]
) -> None:
    """Enter what a statement at an index changes for those that follow in its nation's log: its
    keys, and the edition of the rules that binds it once it has accepted, or confirmed, one."""
    if thing.kind == "key":
        _enter_key(thing, nation, index, keys)
    elif thing.kind == "rules" and thing.state in ("accepted", "in_force"):
        editions[nation] = thing.fields["number"]


def _enter_key(thing: Object, nation: str, index: int, keys: Keys) -> None:
    """Enter a registration or a revocation.

    A key that has been revoked stays so, also when somebody registers it again. A card's key is
    withdrawn by a new card alone.
    """
    public = PublicKey.parse(thing.fields["public_key"])
    place = (nation, public.keyid)
    known = keys.get(place)
    if thing.state == "in_force" and known is None:
        keys[place] = RegisteredKey(
            public,
            thing.fields.get("organisation"),
            tuple(thing.fields.get("sign_as", ())),
            index,
            label=None if may_see(thing.label, PUBLIC_READER) else thing.label,
        )
    elif thing.state == "revoked" and known and known.revoked is None and not known.is_root:
        keys[place] = replace(known, revoked=index)


def object_digest(thing: Object) -> str:
    return canon.digest(
        canon.write(
            {
                "id": thing.id,
                "kind": thing.kind,
                "owner": thing.owner,
                "counterparty": thing.counterparty,
                "label": orjson.Fragment(thing.label.text),
                "state": thing.state,
                "fields": thing.fields,
                "head": thing.head,
                "notes": sorted(thing.notes),
            }
        )
    )


def state_digest(objects: Iterable[tuple[str, str]], refused: Iterable[Decision]) -> str:
    """SHA-256 over the objects' digests by identifier, then what does not stand by its place."""
    state = hashlib.sha256(b"sepakat/state/v1\n")
    state.update("".join(f"{name} {digest}\n" for name, digest in sorted(objects)).encode())
    for decision in sorted(refused, key=lambda d: (d.nation, d.index)):
        state.update(
            f"{decision.nation} {decision.index} {decision.status} {decision.code}\n".encode()
        )
    return state.hexdigest()
