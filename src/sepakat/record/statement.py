"""The statement: the only thing that is ever stored."""

from collections.abc import Collection
from dataclasses import fields
from functools import lru_cache
from typing import Annotated, Any, cast

import orjson
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.dataclasses import dataclass

from sepakat.record import canon, dsse
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Account, Count, Digest, Name, Nation, ObjectId, Time, described
from sepakat.record.keys import SigningKey
from sepakat.record.label import Label

MAX_BYTES = 256 * 1024
MAX_ENVELOPE_BYTES = 384 * 1024  # of the envelope that it travels in: base64, and its signatures
MAX_DEPS = 256


class Author(BaseModel):
    """Who says it: the nation answers for it; the account is a pseudonym that it can resolve."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nation: Nation
    organisation: ObjectId | None
    role: Name
    account: Account

    @field_validator("organisation")
    @classmethod
    def _its_own(cls, text: str | None, info: ValidationInfo) -> str | None:
        nation = info.data.get("nation", "")
        if text and not text.startswith(f"{nation}-"):
            raise ValueError(f"{text} is not for {nation} to speak for")
        return text


class Seen(BaseModel):
    """The last checkpoint of a partner that the author's node had verified."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Count
    root: Digest


# A dataclass, for the rules ask much of it: its fields are read in a third of a model's time.
@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Statement:
    """One nation's signed word about one object."""

    v: Annotated[int, Field(strict=True, ge=1, le=1)] = 1
    kind: Name
    object: ObjectId
    action: Name
    body: dict[str, Any]
    prev: Digest | None
    deps: Annotated[tuple[Digest, ...], Field(max_length=MAX_DEPS)]
    seen: dict[Nation, Seen]
    by: Author
    at: Time
    label: Label

    @property
    def relied_on(self) -> tuple[str, ...]:
        """The digests of the statements that it relies on, `prev` among them."""
        return self.deps if self.prev is None else (self.prev, *self.deps)

    def plain(self) -> dict[str, Any]:
        """Its members as JSON has them."""
        return cast("dict[str, Any]", _FORM.dump_python(self))

    def encode(self) -> bytes:
        canon.check(self.body, "/body", depth=2)  # the one member that no type sees to
        payload = canon.write(self.plain())
        if len(payload) > MAX_BYTES:
            raise InvalidError(
                f"a statement of {len(payload):,} bytes; at most {MAX_BYTES:,} are taken",
                fix="Put long matter into an evidence file",
            )
        return payload

    def sign(self, *keys: SigningKey) -> tuple[str, bytes]:
        """The statement's digest, and its envelope signed by `keys`."""
        payload = self.encode()
        return canon.digest(payload), dsse.sign(dsse.STATEMENT, payload, *keys).encode()


_FORM = TypeAdapter(Statement)
_validate = _FORM.validator.validate_python  # at half the cost of the adapter's own


def parse(payload: bytes) -> Statement:
    """A statement from its canonical bytes; `InvalidError` names the field at fault."""
    if len(payload) > MAX_BYTES:
        raise InvalidError(
            f"a statement of {len(payload):,} bytes; at most {MAX_BYTES:,} are taken"
        )
    value = canon.read(payload)
    if type(value) is dict:
        value["by"], value["label"] = _share(value.get("by"), value.get("label"))
    try:
        statement: Statement = _validate(value)
    except ValidationError as error:
        raise from_validation(error, fix="") from error
    # What code may leave out, a record states: a statement has one spelling.
    if len(value) < len(_STATED):
        raise _unstated("", _STATED, value)
    if not statement.label.is_stated:
        raise _unstated("label.", Label.model_fields, statement.label.model_fields_set)
    canon.check(statement.body, "/body", depth=2)
    return statement


# Statements by the thousand have few authors and labels between them, so each is kept once.
@lru_cache(maxsize=4096)
def _author(data: bytes) -> Author:
    return Author.model_validate_json(data)


@lru_cache(maxsize=4096)
def _label(data: bytes) -> Label:
    return Label.model_validate_json(data)


@lru_cache(maxsize=4096)
def _author_and_label(data: bytes) -> tuple[Author, Label]:
    by, label = map(orjson.dumps, orjson.loads(data))
    return _author(by), _label(label)


_SHARED_BYTES = 2048


def _share(*author_and_label: Any) -> tuple[Any, Any]:
    """These members of a statement, made before if possible; as they are where not in order."""
    data = orjson.dumps(author_and_label)
    try:
        return _author_and_label(data) if len(data) <= _SHARED_BYTES else author_and_label
    except ValidationError:
        return author_and_label


_STATED = tuple(field.name for field in fields(Statement))


def _unstated(where: str, names: Collection[str], given: Collection[str]) -> InvalidError:
    missing = (name for name in names if name not in given)
    return InvalidError("; ".join(f"{where}{name}: must be stated" for name in missing))


def from_validation(
    error: ValidationError, where: str = "", fix: str = "Correct what is named"
) -> InvalidError:
    """Pydantic's findings as one message that names each field."""
    found = [
        f"{'.'.join(str(part) for part in item['loc']) or 'the whole'}: {described(item)}"
        for item in error.errors(include_url=False, include_input=False)
    ]
    return InvalidError("; ".join(found), where=where, fix=fix)
