"""Statements as this node holds them, ready to be shown: who signed, where they stand, what became
of them. Imported only where a node is open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sepakat.node import rows
from sepakat.node.home import Home
from sepakat.node.models import Log, Statement
from sepakat.node.partners import all_cards
from sepakat.record import statement as statements
from sepakat.record.fold import read
from sepakat.record.keys import PublicKey
from sepakat.record.kind import Object


@dataclass(frozen=True)
class Shown:
    """A statement at its place in a log. `said` is none where the envelope cannot be read."""

    nation: str
    index: int
    digest: str
    said: statements.Statement | None
    signers: tuple[str, ...]  # the names of the keys, or their key ids where none is known
    status: str
    code: str
    reason: str
    cosigned: bool  # in a checkpoint that a partner has cosigned

    def document(self) -> dict[str, Any]:
        said = self.said.model_dump(mode="json") if self.said else None
        return {
            "nation": self.nation,
            "index": self.index,
            "digest": self.digest,
            "statement": said,
            "signed_by": self.signers,
            "status": self.status,
            "code": self.code,
            "reason": self.reason,
            "cosigned": self.cosigned,
        }

    @property
    def author(self) -> str:
        if self.said is None:
            return self.nation
        by = self.said.by
        parts = (by.nation, by.role, by.organisation or "", f"({by.account})")
        return " ".join(part for part in parts if part)


class Reading:
    """Reads statements, with the names of the keys that sign and how far each log is cosigned."""

    def __init__(self, home: Home) -> None:
        self._cosigned = dict(Log.objects.values_list("nation", "cosigned_size"))
        self._names: dict[tuple[str, str], str] = {}
        for card in all_cards(home):
            root = PublicKey.parse(card.statement_key)
            self._names[card.nation, root.keyid] = "root"
            for thing in rows.objects_of("key", card.nation):
                keyid = PublicKey.parse(thing.fields["public_key"]).keyid
                self._names.setdefault((card.nation, keyid), thing.fields["name"])

    def statements(self, found: Iterable[Statement]) -> list[Shown]:
        return [self._shown(row) for row in found]

    def _shown(self, row: Statement) -> Shown:
        entry = read(row.nation, row.index, bytes(row.envelope))
        keyids = [s.keyid for s in entry.envelope.signatures] if entry.envelope else []
        return Shown(
            nation=row.nation,
            index=row.index,
            digest=row.digest,
            said=entry.statement,
            signers=tuple(self._names.get((row.nation, keyid), keyid) for keyid in keyids),
            status=row.status,
            code=row.code,
            reason=row.detail,
            cosigned=row.index < self._cosigned.get(row.nation, 0),
        )

    def timeline(self, object_id: str) -> list[Shown]:
        """All that was said of an object, in order."""
        return in_order(self.statements(Statement.objects.filter(object=object_id)))


def in_order(found: Iterable[Shown]) -> list[Shown]:
    """Each statement after the one that it follows, whatever the clocks said; else by time."""
    by_time = sorted(found, key=lambda s: (s.said.at if s.said else "", s.nation, s.index))
    known = {shown.digest for shown in by_time}
    after: dict[str | None, list[Shown]] = {}
    for shown in by_time:
        prev = shown.said.prev if shown.said else None
        after.setdefault(prev if prev in known else None, []).append(shown)
    waiting, ordered = after.pop(None, [])[::-1], []
    while waiting:
        shown = waiting.pop()
        ordered.append(shown)
        waiting += after.pop(shown.digest, [])[::-1]
    return ordered


def document(thing: Object) -> dict[str, Any]:
    """An object's state."""
    return {
        "id": thing.id,
        "kind": thing.kind,
        "owner": thing.owner,
        "counterparty": thing.counterparty,
        "state": thing.state,
        "label": thing.label.model_dump(mode="json"),
        "fields": dict(thing.fields),
        "head": thing.head,
        "notes": thing.notes,
    }


def select(conditions: Mapping[str, Any]) -> list[Object]:
    """The objects whose columns have these values, by kind and identifier."""
    from sepakat.node.models import Object as Row

    ids = Row.objects.filter(**conditions).order_by("kind", "id").values_list("id", flat=True)
    found = rows.objects(ids)
    return [found[i] for i in ids if i in found]
