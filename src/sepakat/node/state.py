"""What the rules ask of a node: its tables, read ahead for a batch, and what the batch adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import orjson

from sepakat.node import rows
from sepakat.record import canon, dsse
from sepakat.record.card import Card
from sepakat.record.fold import Keys, Past, root_keys, take_effect
from sepakat.record.keys import PublicKey
from sepakat.record.kind import Object, Registry
from sepakat.record.label import Label
from sepakat.record.rules import EDITION, Decision, RegisteredKey, Status
from sepakat.record.statement import Statement, parse


@dataclass
class Memory:
    """What the rules remember of one nation's log: a read table, kept beside the log."""

    seen: dict[str, int] = field(default_factory=dict)
    edition: int = EDITION
    keys: Keys = field(default_factory=dict)

    @classmethod
    def load(cls, nation: str, text: str) -> "Memory":
        kept = cls._load(nation, text)
        return cls(dict(kept.seen), kept.edition, dict(kept.keys))

    @classmethod
    @lru_cache(maxsize=64)
    def _load(cls, nation: str, text: str) -> "Memory":
        value = orjson.loads(text)
        return cls(
            value.get("seen", {}),
            value.get("edition", EDITION),
            {
                (nation, k["keyid"]): RegisteredKey(
                    PublicKey.parse(k["public"]),
                    k["organisation"],
                    tuple(k["sign_as"]),
                    k["registered"],
                    k["revoked"],
                    label=k["label"] and Label.model_validate(k["label"]),
                )
                for k in value.get("keys", ())
            },
        )

    def dump(self) -> str:
        keys = [
            {
                "keyid": keyid,
                "public": str(key.public),
                "organisation": key.organisation,
                "sign_as": key.sign_as,
                "registered": key.registered,
                "revoked": key.revoked,
                "label": key.label and key.label.model_dump(),
            }
            for (_, keyid), key in self.keys.items()
            if not key.is_root
        ]
        value = {"seen": self.seen, "edition": self.edition, "keys": keys}
        return canon.write(value).decode()


class State:
    """The rules' view (`rules.View`) of the tables within one transaction."""

    def __init__(
        self, registry: Registry, cards: Iterable[Card], memories: Mapping[str, Memory]
    ) -> None:
        self.registry = registry
        self.cards: Mapping[str, Card] = {card.nation: card for card in cards}
        self.memories = dict(memories)
        self._roots = root_keys(self.cards.values())
        self._objects: dict[str, Object | None] = {}
        self._decisions: dict[str, Decision | None] = {}
        self._statements: dict[str, Statement] = {}
        self._past = Past(registry)
        self.changed: dict[str, Object] = {}

    def read_ahead(self, object_ids: Iterable[str], digests: Iterable[str] = ()) -> None:
        """Fetch objects, and what became of their heads and of `digests`, in a few queries."""
        wanted = [i for i in object_ids if i not in self._objects]
        self._objects |= dict.fromkeys(wanted)
        for thing, head in rows.objects_with_heads(wanted):
            self._objects[thing.id] = thing
            self._decisions.setdefault(thing.head, head)
        missing = [d for d in digests if d not in self._decisions]
        known = rows.decisions(missing)
        self._decisions |= {d: known.get(d) for d in missing}

    def take(self, decision: Decision, statement: Statement | None, after: Object | None) -> None:
        """Take in what became of a statement, for those that follow in the batch."""
        if decision.is_own:
            self._decisions[decision.digest] = decision
        if statement is None or after is None:
            return
        self._objects[after.id] = self.changed[after.id] = after
        self._statements[decision.digest] = statement
        memory = self.memories.setdefault(decision.nation, Memory())
        for partner, seen in statement.seen.items():
            memory.seen[partner] = seen.size
        editions = {decision.nation: memory.edition}
        take_effect(after, decision.nation, decision.index, memory.keys, editions)
        memory.edition = editions[decision.nation]

    # rules.View

    def decision(self, digest: str) -> Decision | None:
        if digest not in self._decisions:
            self._decisions[digest] = rows.decisions([digest]).get(digest)
        return self._decisions[digest]

    def object(self, object_id: str) -> Object | None:
        if object_id not in self._objects:
            self.read_ahead([object_id])
        return self._objects[object_id]

    def object_after(self, digest: str) -> Object | None:
        decision = self.decision(digest)
        if decision is None or decision.status is not Status.STANDING:
            return None
        present = self.object(decision.object)
        if present is not None and present.head == digest:
            return present
        return self._past.after(digest, self._statement)

    def key(self, nation: str, keyid: str) -> RegisteredKey | None:
        if root := self._roots.get((nation, keyid)):
            return root
        memory = self.memories.get(nation)
        return memory.keys.get((nation, keyid)) if memory else None

    def seen(self, nation: str) -> Mapping[str, int]:
        memory = self.memories.get(nation)
        return memory.seen if memory else {}

    def edition(self, nation: str) -> int:
        memory = self.memories.get(nation)
        return memory.edition if memory else EDITION

    def _statement(self, digest: str) -> Statement:
        if digest not in self._statements:
            envelope = dsse.decode(rows.envelopes([digest])[digest])
            self._statements[digest] = parse(envelope.payload)
        return self._statements[digest]
