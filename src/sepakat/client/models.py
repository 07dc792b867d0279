"""What a node answers. Members that a newer node adds are left out."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from sepakat.record.label import Label
from sepakat.record.statement import Statement


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ActionInfo(Model):
    """An action of a kind: in which states, by which side and roles, and what it gives."""

    action: str
    start: tuple[str, ...]
    end: str | None
    by: str
    roles: tuple[str, ...]
    needs: tuple[str, ...]
    may: tuple[str, ...]
    four_eyes: bool


class KindInfo(Model):
    """A kind as the node declares it; `fields` is a JSON Schema."""

    kind: str
    description: str
    bilateral: bool
    fields: dict[str, Any]
    references: dict[str, str]
    states: tuple[str, ...]
    final: tuple[str, ...]
    actions: tuple[ActionInfo, ...]


class NextAction(Model):
    """An action, and whether the caller may take it now; if not, why and what it would need."""

    action: str
    allowed: bool
    roles: tuple[str, ...]
    why: str
    needs: tuple[str, ...]


class Record(Model):
    """A record as it is now; `actions` only where it was asked for by itself."""

    id: str
    kind: str
    owner: str
    counterparty: str | None
    state: str
    turn: str | None
    label: Label
    fields: dict[str, Any]
    head: str
    notes: tuple[str, ...]
    actions: tuple[NextAction, ...] = ()


class Cosigned(Model):
    """A nation that has cosigned, and when."""

    nation: str
    at: str


class Said(Model):
    """A statement, where it stands in its log, and what vouches for it."""

    nation: str
    index: int
    digest: str
    status: str
    code: str
    reason: str
    signed_by: tuple[str, ...]
    cosigned: tuple[Cosigned, ...]
    statement: Statement | None


class Receipt(Model):
    """A statement that is recorded: its place in the log, and the record's state after it."""

    kind: str
    action: str
    object: str
    state: str
    index: int
    digest: str


class Checkpoint(Model):
    origin: str
    size: int


class Recorded(Model):
    """What was recorded, or with `dry_run` would be."""

    dry_run: bool
    recorded: tuple[Receipt, ...]
    checkpoint: Checkpoint


class Prepared(Model):
    """A statement that waits for a second person, who confirms it at the node's desk."""

    prepared: int
    kind: str
    action: str
    object: str


class Upload(Model):
    """A file that waits to be registered; `upload` names it."""

    upload: str
    sha256: str
    size: int


class SignedCheckpoint(Model):
    """The log's newest signed checkpoint, and the newest that partners have cosigned."""

    nation: str
    origin: str
    size: int
    root: str
    checkpoint: str
    cosigned_size: int
    cosigned_checkpoint: str
    cosigned: tuple[Cosigned, ...]


class Commitment(Model):
    """One obligation that binds, on the day; the amounts are in its currency."""

    obligation: str
    title: str
    agreement: str
    obligor: str
    category: str
    state: str
    currency: str
    promised: Decimal
    claimed: Decimal
    verified: Decimal
    owed: Decimal
    milestones_reached: int
    milestones_planned: int
    due: date
    overdue: bool


class Total(Model):
    """The commitments of one nation or category in one currency, added up."""

    name: str
    currency: str
    commitments: int
    promised: Decimal
    claimed: Decimal
    verified: Decimal
    owed: Decimal
    overdue: int


class Commitments(Model):
    """What was promised, claimed, verified and is owed, of all that the caller may see."""

    on: date
    commitments: tuple[Commitment, ...]
    by_nation: tuple[Total, ...]
    by_category: tuple[Total, ...]


class ToSay(Model):
    """A statement to make. A new record needs a label: classification, releasable_to, and where
    wanted organisations and caveats. `upload` names the file that evidence registers."""

    kind: str
    action: str
    object: str
    body: dict[str, Any] = {}
    label: dict[str, Any] | None = None
    upload: str | None = None
