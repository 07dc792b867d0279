"""Nations in memory: each signs statements with a real key into a log of its own."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sepakat.record import label as labels
from sepakat.record import mldsa
from sepakat.record.card import Card
from sepakat.record.errors import InvalidError
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.fold import Entry, Fold, read
from sepakat.record.keys import SigningKey
from sepakat.record.kind import Object, Registry
from sepakat.record.label import Label, may_see
from sepakat.record.leaf import commit
from sepakat.record.merkle import Frontier, leaf_hash
from sepakat.record.note import KeyType, encode_vkey
from sepakat.record.rules import Decision, referenced
from sepakat.record.seal import SealingKey
from sepakat.record.statement import Author, Seen, Statement
from sepakat.vocabulary import REGISTRY

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
BETWEEN = labels.make("RESTRICTED", ["KOR", "MYS"])
NAMES = {"MYS": "Malaysia", "KOR": "Republic of Korea", "TUR": "Türkiye"}


def _key(nation: str, use: str) -> SigningKey:
    return SigningKey(sha256(f"{nation} {use}".encode()).digest())


@lru_cache
def sealing_key(whose: str) -> str:
    seeds = (sha256(f"{whose} sealing {part}".encode()).digest() for part in range(3))
    public = SealingKey.from_bytes(b"".join(seeds)).public
    return base64.b64encode(public.to_bytes()).decode()


def _card(nation: str) -> Card:
    origin = f"{nation.lower()}.example/log"
    log, witness = _key(nation, "log").public.raw, f"{nation.lower()}.example/witness"
    ed25519 = _key(nation, "witness")
    ml_dsa = mldsa.SigningKey(ed25519.seed)
    return Card(
        nation=nation,
        name=NAMES[nation],
        url=f"https://{nation.lower()}.example",
        log_key=encode_vkey(origin, KeyType.ED25519, log),
        witness_key=encode_vkey(witness, KeyType.COSIGNATURE, ed25519.public.raw),
        ml_dsa_witness_key=encode_vkey(witness, KeyType.ML_DSA_COSIGNATURE, ml_dsa.public.raw),
        statement_key=str(_key(nation, "statement").public),
        exchange_key=str(_key(nation, "exchange").public),
        sealing_key=sealing_key(nation),
        ceiling="CONFIDENTIAL",
    )


@dataclass
class Log:
    """One nation's entries, and the tree over them."""

    entries: list[Entry] = field(default_factory=list)
    tree: Frontier = field(default_factory=Frontier)

    def append(self, entry: Entry, envelope: bytes) -> None:
        self.entries.append(entry)
        self.tree.append(leaf_hash(commit(sha256(envelope).digest(), envelope)))

    @property
    def seen(self) -> Seen:
        return Seen(size=self.tree.size, root=self.tree.root().hex())


class Nations:
    """Nations that see all of each other's logs at once. `state` is the fold of everything said."""

    def __init__(self, *nations: str, registry: Registry = REGISTRY) -> None:
        self.cards = {nation: _card(nation) for nation in nations or NAMES}
        self.keys = {nation: _key(nation, "statement") for nation in self.cards}
        self.logs = {nation: Log() for nation in self.cards}
        self.registry = registry
        self.label = BETWEEN
        self.state = Fold(registry, self.cards.values())
        self._said = 0
        self._waited = timedelta()

    @property
    def now(self) -> datetime:
        """When the next statement is said: a minute after the last."""
        return START + timedelta(minutes=self._said) + self._waited

    def wait_until(self, time: str) -> None:
        """Let time pass, where it has not, until a moment as the record writes it is over."""
        self._waited += max(datetime.fromisoformat(time) - self.now, timedelta()) + timedelta(
            minutes=1
        )

    def say(
        self,
        nation: str,
        kind: str,
        object: str,  # noqa: A002  # the statement's own word
        action: str,
        body: Mapping[str, Any] | None = None,
        *,
        label: Label | None = None,
        role: str | None = None,
        organisation: str | None = None,
        account: str = "a-1",
        at: str | None = None,
        **other: Any,
    ) -> Entry:
        """Sign, log and fold one statement; what became of it is for `decision` to say.

        The role is one that may take the action; the label is the object's, or `self.label`.
        `other` sets members of the statement to something else than what an honest node would
        fill in: `prev`, `deps`, `seen`.
        """
        body = dict(body or {})
        before = self.state.object(object)
        filled = {
            "prev": before.head if before else None,
            "deps": self._deps(kind, action, before, body),
            "seen": {n: log.seen for n, log in self.logs.items() if n != nation},
        }
        statement = Statement(
            kind=kind,
            object=object,
            action=action,
            body=body,
            by=Author(
                nation=nation,
                organisation=organisation,
                role=role or self._role(kind, action),
                account=account,
            ),
            at=at or self.now.strftime(TIME_FORMAT),
            label=label or (before.label if before else self.label),
            **(filled | other),
        )
        self._said += 1
        _, envelope = statement.sign(self.keys[nation])
        log = self.logs[nation]
        entry = read(nation, len(log.entries), envelope)
        log.append(entry, envelope)
        self.state.add([entry])
        return entry

    def _deps(
        self, kind: str, action: str, before: Object | None, body: dict[str, Any]
    ) -> tuple[str, ...]:
        try:
            known = self.registry.get(kind), self.registry.action(kind, action)
        except InvalidError:
            return ()
        fields = {**(before.fields if before else {}), **body}
        things = (self.state.object(i) for i in referenced(*known, fields))
        return tuple(sorted({thing.head for thing in things if thing}))

    def _role(self, kind: str, action: str) -> str:
        try:
            return next(iter(self.registry.action(kind, action).roles), "officer")
        except InvalidError:
            return "officer"

    def decision(self, entry: Entry) -> Decision:
        return self.state.decisions[entry.nation, entry.index]

    def object(self, object_id: str) -> Object:
        return self.state.objects[object_id]

    def entries(self) -> Iterable[Entry]:
        for log in self.logs.values():
            yield from log.entries

    def fold(self, *viewers: str) -> Fold:
        """A new fold of what all these nations may see; of everything, where none is named."""
        fold = Fold(self.registry, self.cards.values())
        readers = [self.cards[viewer].reader for viewer in viewers]
        fold.add(
            entry
            for entry in self.entries()
            if entry.statement and all(may_see(entry.statement.label, r) for r in readers)
        )
        return fold
