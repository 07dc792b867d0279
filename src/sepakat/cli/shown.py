"""Objects and statements as they are shown, wherever they were read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sepakat.record import statement as statements
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
        said = self.said.plain() if self.said else None
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
