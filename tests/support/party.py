"""A nation made in a test: real keys, a log of its own, and whatever it chooses to put into it."""

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sepakat.record import canon, seal
from sepakat.record.card import Card
from sepakat.record.checkpoint import sign_checkpoint
from sepakat.record.fold import Entry, read
from sepakat.record.keys import SigningKey, decode_base64
from sepakat.record.label import Categories, Classification, Label, make, may_see
from sepakat.record.leaf import commit
from sepakat.record.merkle import Frontier, leaf_hash
from sepakat.record.note import KeyType, Signer, encode_vkey
from sepakat.record.seal import SealingKey, SealingPublicKey
from sepakat.record.statement import Author, Seen, Statement
from sepakat.record.tile import WIDTH, TileReader, TileWriter, encode_entries
from sepakat.record.treehead import Checkpoint

AT = "2026-03-01T09:00:00Z"
BOTH = make("RESTRICTED", ["KOR", "MYS"])


@dataclass(frozen=True)
class Leaf:
    """What a leaf commits to."""

    salt: bytes
    envelope: bytes

    @property
    def entry(self) -> bytes:
        return commit(self.salt, self.envelope)


@dataclass
class Party:
    """A nation with its keys and its log; nothing here is checked, as a liar would have it."""

    nation: str = "KOR"
    ceiling: Classification = "SECRET"
    caveats: Categories = field(default_factory=dict)
    url: str = "http://127.0.0.1:1"
    leaves: list[Leaf] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = SigningKey.generate()
        self.log_key = Signer(f"{self.nation.lower()}.example/log", os.urandom(32))
        witness = f"{self.nation.lower()}.example/witness"
        self.witness = Signer(witness, os.urandom(32), KeyType.COSIGNATURE)
        self.exchange = SigningKey.generate()
        self.sealing = SealingKey.generate()

    @property
    def card(self) -> Card:
        log, witness = self.log_key.verifier, self.witness.verifier
        return Card(
            nation=self.nation,
            name=f"The nation {self.nation}",
            url=self.url,
            log_key=encode_vkey(log.name, log.type, log.public),
            witness_key=encode_vkey(witness.name, witness.type, witness.public),
            statement_key=str(self.root.public),
            exchange_key=str(self.exchange.public),
            sealing_key=base64.b64encode(self.sealing.public.to_bytes()).decode(),
            ceiling=self.ceiling,
            caveats=self.caveats,
        )

    # Saying.

    def statement(self, kind: str, about: str, action: str, **members: Any) -> Statement:
        """A statement of this nation; `members` replace what would stand in it otherwise."""
        author = Author(nation=self.nation, organisation=None, role="officer", account="a-1")
        filled: dict[str, Any] = {
            "kind": kind,
            "object": about,
            "action": action,
            "body": {},
            "prev": None,
            "deps": (),
            "seen": {},
            "by": author,
            "at": AT,
            "label": BOTH,
        }
        if role := members.pop("role", None):
            filled["by"] = author.model_copy(update={"role": role})
        return Statement(**(filled | members))

    def say(
        self,
        kind: str,
        about: str,
        action: str,
        *,
        by_key: SigningKey | None = None,
        **members: Any,
    ) -> str:
        """Sign a statement, put it into the log, and give its digest."""
        digest, envelope = self.statement(kind, about, action, **members).sign(by_key or self.root)
        self.put(envelope)
        return digest

    def company(self, name: str = "a", label: Label = BOTH, **members: Any) -> str:
        """Register a company, the plainest thing that there is to say."""
        body = {"name": f"Company {name}", "type": "company"}
        about = f"{self.nation}-company-{name}"
        return self.say("organisation", about, "register", body=body, label=label, **members)

    def register_key(self, name: str, key: SigningKey, **members: Any) -> str:
        body = {"name": name, "public_key": str(key.public)}
        about = f"{self.nation}-key-{name}"
        return self.say("key", about, "register", body=body, role="administrator", **members)

    def put(self, envelope: bytes) -> None:
        self.leaves.append(Leaf(os.urandom(32), envelope))

    # The log.

    @property
    def size(self) -> int:
        return len(self.leaves)

    def root_at(self, size: int) -> bytes:
        tree = Frontier()
        for leaf in self.leaves[:size]:
            tree.append(leaf_hash(leaf.entry))
        return tree.root()

    def checkpoint(self, size: int | None = None, *, key: Signer | None = None) -> bytes:
        size = self.size if size is None else size
        root = self.root_at(size)
        signer = key or self.log_key
        return sign_checkpoint(Checkpoint(signer.verifier.name, size, root), signer)

    def seen(self, size: int | None = None) -> Seen:
        size = self.size if size is None else size
        return Seen(size=size, root=self.root_at(size).hex())

    def bundle(self, index: int, width: int) -> bytes:
        leaves = self.leaves[index * WIDTH : index * WIDTH + width]
        return encode_entries([leaf.entry for leaf in leaves])

    def consistency_proof(self, old: int) -> tuple[bytes, ...]:
        tiles = TileWriter(0, lambda level, index: b"").append(
            [leaf_hash(leaf.entry) for leaf in self.leaves]
        )
        reader = TileReader(lambda lv, ix, width: tiles[lv, ix][: width * 32], self.size)
        return tuple(reader.consistency_proof(old)) if old else ()

    def read(self, index: int) -> Entry:
        return read(self.nation, index, self.leaves[index].envelope)

    def fork(self, at: int) -> "Party":
        """The same nation with the same keys, and a log that is the same up to `at`."""
        other = replace(self, leaves=self.leaves[:at])
        for name in ("root", "log_key", "witness", "exchange", "sealing"):
            setattr(other, name, getattr(self, name))
        return other

    # Disclosing.

    def record(self, reader: Card, index: int, /, **other: Any) -> dict[str, Any]:
        """A leaf's disclosure to a reader; `other` changes what it says of itself, and `plain` or
        `recipient` what is sealed and for whom."""
        entry, leaf = self.read(index), self.leaves[index]
        label = entry.statement.label.model_dump() if entry.statement else None
        plain = other.pop("plain", leaf.salt + leaf.envelope)
        key = SealingPublicKey.from_bytes(decode_base64(reader.sealing_key))
        recipient = other.pop("recipient", key)
        stated = {"index": index, "digest": entry.digest, "label": label} | other
        context = canon.encode({"origin": self.card.origin, **stated})
        sealed = base64.b64encode(seal.seal(plain, recipient, context)).decode()
        return {**stated, "sealed": sealed}

    def shown_to(self, reader: Card, start: int, end: int) -> list[int]:
        """The indices of what a reader may see."""
        entries = [self.read(index) for index in range(start, min(end, self.size))]
        return [
            entry.index
            for entry in entries
            if entry.statement is None or may_see(entry.statement.label, reader.reader)
        ]


def page(records: Sequence[Mapping[str, Any]], following: int) -> bytes:
    return canon.encode({"next": following, "records": list(records)})
