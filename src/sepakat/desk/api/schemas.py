"""The types of what the API takes and gives, made from the declarations of the kinds."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from sepakat.desk.kinds.shapes import Field as KindField
from sepakat.desk.kinds.shapes import Shape, fields_of
from sepakat.node.plainlabel import PlainLabel
from sepakat.record.fields import Digest, Name, Nation, ObjectId, shape
from sepakat.record.kind import Action, Kind
from sepakat.record.label import Label
from sepakat.record.statement import Statement

ROOT = "/api/v1"
MAX_SIZE = 200  # records on one page
MAX_PAGE = 1_000_000
MAX_STATEMENTS = 500  # in one batch

Upload = Annotated[str, shape(r"^[0-9a-f]{32}$", "the name that POST /files answered with")]
Search = Annotated[str, shape(r"^[^\x00-\x1f]*$", "one line of text", max_length=200)]
Amount = Annotated[
    str,
    shape(
        r"^-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$",
        "a number such as 1250000.50, with at most 13 digits and 4 decimals",
    ),
]
Day = Annotated[date, Field(description="A day, such as 2026-11-30.")]
Whole = Annotated[int, Field(ge=0, le=2**53 - 1)]


class Model(BaseModel):
    """What is given to a request or in an answer; nothing else is."""

    model_config = ConfigDict(extra="forbid")


class NextAction(Model):
    """An action, and whether the caller may take it now; if not, why and what it would need."""

    action: str
    allowed: bool
    roles: list[str]
    why: str
    needs: list[str]


class ActionInfo(Model):
    """An action of a kind: in which states, by which side and roles, and what it gives."""

    action: str
    start: list[str]
    end: str | None
    by: str
    roles: list[str]
    needs: list[str]
    may: list[str]
    four_eyes: bool


class KindInfo(Model):
    """A kind as it is declared. `fields` is the JSON Schema of its fields."""

    kind: str
    description: str
    bilateral: bool
    fields: dict[str, Any]
    references: dict[str, str]
    states: list[str]
    final: list[str]
    actions: list[ActionInfo]


class Cosigned(Model):
    """A nation that has cosigned, and when."""

    nation: str
    at: str


class Said(Model):
    """A statement about a record, and what vouches for it.

    `signed_by` are the names of the keys, `cosigned` the partners that have cosigned a checkpoint
    with it; `proof` is where its proof is.
    """

    nation: str
    index: int
    digest: Digest
    status: str
    code: str
    reason: str
    signed_by: list[str]
    cosigned: list[Cosigned]
    proof: str
    statement: Statement | None


class Place(Model):
    """Of which kind a record is, and where it is found."""

    kind: str
    id: ObjectId
    href: str


class StatementPage(Model):
    items: list[Said]
    page: int
    size: int
    total: int


class Receipt(Model):
    """A statement that is recorded, or would be: its place in the log, and the record after it."""

    kind: str
    action: str
    object: str
    state: str
    index: int
    digest: Digest


class Checkpoint(Model):
    """The size of the log whose signed checkpoint holds what was recorded."""

    origin: str
    size: int


class Recorded(Model):
    """What was recorded; with `dry_run`, what would be, and nothing is kept."""

    dry_run: bool
    recorded: list[Receipt]
    checkpoint: Checkpoint


class Prepared(Model):
    """A statement that waits for a second person, who confirms it at the desk."""

    prepared: int
    kind: str
    action: str
    object: str


class Kept(Model):
    """A file that waits for a day to be registered: by the name `upload`, with this digest."""

    upload: str
    sha256: Digest
    size: int


class SignedCheckpoint(Model):
    """The log's newest signed checkpoint, and the newest that partners have cosigned."""

    nation: str
    origin: str
    size: int
    root: Digest
    checkpoint: str
    cosigned_size: int
    cosigned_checkpoint: str
    cosigned: list[Cosigned]


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
    commitments: list[Commitment]
    by_nation: list[Total]
    by_category: list[Total]


class Saying(Model):
    """What all statements may give beside their body."""

    role: Name | None = Field(
        default=None, description="The role to say it in. By default the first that may."
    )
    organisation: ObjectId | None = Field(
        default=None, description="The organisation to say it for, where the role is held in one."
    )
    dry_run: bool = Field(default=False, description="Check everything and record nothing.")


class BatchItem(Model):
    """One statement of a batch; `body` is that of the action."""

    kind: Name
    action: Name
    object: ObjectId
    body: dict[str, Any] = {}
    label: PlainLabel | None = None
    upload: Upload | None = None


class BatchSaying(Saying):
    """Statements that are recorded all or none, in this order."""

    statements: Annotated[list[BatchItem], Field(min_length=1, max_length=MAX_STATEMENTS)]


# What the document calls these; a kind's own name stands beside them.
NAMES = frozenset(
    name
    for name, value in globals().items()
    if isinstance(value, type) and issubclass(value, BaseModel)
) | {"Author", "Fault", "Money", "Problem", "Seen", "Statement"}


def takes_file(kind: type[Kind], action: Action) -> bool:
    """Whether the action registers a file, which must be sent first."""
    described = {"sha256", "size", "media_type", "filename"}
    return not action.start and described <= set(kind.needed_by(action))


@lru_cache(maxsize=256)
def record_of(kind: type[Kind]) -> type[BaseModel]:
    """A record of a kind, in a list."""
    return create_model(
        f"{kind.__name__}Record",
        __base__=Model,
        __doc__=f"A record of the kind {kind.kind}.",
        id=(ObjectId, ...),
        kind=(Literal[kind.kind], ...),
        owner=(Nation, ...),
        counterparty=(Nation | None, ...),
        state=(Literal[kind.lifecycle.states], ...),
        turn=(Nation | None, Field(description="The nation whose turn it is.")),
        label=(Label, ...),
        fields=(kind, ...),
        head=(Digest, Field(description="The digest of the statement that made this state.")),
        notes=(list[Digest], ...),
    )


@lru_cache(maxsize=256)
def detail_of(kind: type[Kind]) -> type[BaseModel]:
    """A record of a kind by itself, with the actions that may follow."""
    return create_model(
        f"{kind.__name__}Detail",
        __base__=record_of(kind),
        __doc__=f"A record of the kind {kind.kind}, and what may follow.",
        actions=(list[NextAction], ...),
    )


@lru_cache(maxsize=256)
def page_of(kind: type[Kind]) -> type[BaseModel]:
    return create_model(
        f"{kind.__name__}Page",
        __base__=Model,
        __doc__=f"One page of the records of the kind {kind.kind}.",
        items=(list[record_of(kind)], ...),
        page=(int, ...),
        size=(int, ...),
        total=(int, Field(description="How many there are on all pages.")),
    )


def saying_of(kind: type[Kind], action: Action) -> type[BaseModel]:
    """What a request gives to take an action."""
    body = kind.body_of(action)
    needed = any(info.is_required() for info in body.model_fields.values())
    given: dict[str, Any] = {"body": (body, ... if needed else Field(default_factory=body))}
    if not action.start:
        given["label"] = (PlainLabel, Field(description="Who may see the new record, for good."))
    if takes_file(kind, action):
        given["upload"] = (Upload, Field(description="The file, as POST /files has named it."))
    return create_model(
        f"Say_{kind.__name__}_{action.name}",
        __base__=Saying,
        __doc__=f"What {action.name} of {kind.kind} is said with.",
        **given,
    )


class Paging(Model):
    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    size: Annotated[int, Field(ge=1, le=MAX_SIZE, description="Records on a page.")] = 50


@lru_cache(maxsize=256)
def query_of(kind: type[Kind]) -> type[BaseModel]:
    """What a list of a kind is filtered and sorted by."""
    columns = ["id", "owner", "counterparty", "state"]
    given: dict[str, Any] = {
        "state": (list[Literal[kind.lifecycle.states]], []),
        "owner": (list[Nation], []),
    }
    for name, field in fields_of(kind).items():
        if name not in given:
            given |= _filters(name, field)
        if field.is_short and name not in columns:
            columns.append(f"{name}_amount" if field.shape is Shape.MONEY else name)
    orders = tuple(f"{sign}{column}" for column in columns for sign in ("", "-"))
    return create_model(
        f"{kind.__name__}Query",
        __base__=Paging,
        q=(Search, Field(default="", description="Text to look for in all text fields.")),
        sort=(Literal[orders], Field(default="id", description="With - the other way round.")),
        **given,
    )


_EXACT: dict[Shape, Any] = {
    Shape.LINE: Annotated[Search, StringConstraints(min_length=1)],
    Shape.TIME: Annotated[Search, StringConstraints(min_length=1)],
    Shape.LINES: Annotated[Search, StringConstraints(min_length=1)],
    Shape.DATE: Day,
    Shape.MONEY: Amount,
    Shape.NATION: Nation,
    Shape.COUNT: Whole,
    Shape.FLAG: bool,
    Shape.DIGEST: Digest,
    Shape.REF: ObjectId,
    Shape.REFS: ObjectId,
}
_RESERVED = ("page", "size", "q", "sort")  # they mean the list, whatever a kind calls its fields
_STRETCH = (Shape.DATE, Shape.COUNT, Shape.MONEY)


def _filters(name: str, field: KindField) -> dict[str, Any]:
    """A field's filters: one of some values, and for what has an order, from and to."""
    type_ = Literal[field.choices] if field.shape is Shape.CHOICE else _EXACT.get(field.shape)
    if type_ is None:
        return {}
    found: dict[str, Any] = {} if name in _RESERVED else {name: (list[type_], [])}
    if field.shape in _STRETCH:
        found |= {f"{name}_{end}": (type_, None) for end in ("from", "to")}
    return found
