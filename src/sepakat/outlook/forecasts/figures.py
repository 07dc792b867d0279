"""The file of a forecast: the figures that its pictures are drawn from, without a float.

It comes from whoever made the forecast, so it is read as a stranger's. Chances are in tenths of a
per cent, money in whole units of the portfolio's currency.
"""

from typing import Annotated, Any, TypeVar

import orjson
from pydantic import (
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    StringConstraints,
    ValidationError,
)

from sepakat.record import canon
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Date, Digest, Line, ObjectId
from sepakat.record.statement import from_validation

MEDIA_TYPE = "application/json"
MAX_FIGURES = 32 * 1024 * 1024
MAX_ACTIVITIES = 20_000
MAX_MEMBERS = 16  # of one object: none has as many
MAX_DEPTH = 5  # the whole, a list, a row, a list, a row

_FILE = "the forecast's file"
_ANEW = "Ask whoever issued the forecast to make it anew"
M = TypeVar("M", bound=BaseModel)

_FIXED = ConfigDict(frozen=True, extra="forbid")
Tenths = Annotated[int, Field(strict=True, ge=0, le=1000)]
Whole = Annotated[int, Field(strict=True, ge=-(2**53) + 1, le=2**53 - 1)]
Short = Annotated[str, StringConstraints(max_length=200)]


class Row(BaseModel):
    """An activity: the plan's early dates, and when it ends by the simulation."""

    model_config = _FIXED

    code: Line
    name: Short
    phase: Short
    start: Date
    finish: Date
    p50: Date
    p80: Date
    criticality: Tenths
    cruciality: Tenths
    milestone: bool
    done: bool


class At(BaseModel):
    """A share of iterations that is done by a date."""

    model_config = _FIXED

    by: Date
    share: Tenths


class Within(BaseModel):
    """A share of iterations that costs no more."""

    model_config = _FIXED

    cost: Whole
    share: Tenths


class Point(BaseModel):
    """A finish and the cost that goes with it."""

    model_config = _FIXED

    on: Date
    cost: Whole


class Curve(BaseModel):
    """When a milestone is reached: the cumulative distribution."""

    model_config = _FIXED

    activity: Line
    points: Annotated[tuple[At, ...], FailFast(), Field(max_length=200)]


class Treated(BaseModel):
    """What a treatment that is not under way would change of the last milestone."""

    model_config = _FIXED

    risk: ObjectId
    title: Line
    price: Whole
    before: Date  # P80
    after: Date
    on_time_before: Tenths
    on_time_after: Tenths
    cost_before: Whole  # P80, with the price in it after
    cost_after: Whole


class Figures(BaseModel):
    """All that is drawn of a forecast. `plan` is the digest of the plan's file."""

    model_config = _FIXED

    v: Annotated[int, Field(strict=True, ge=1, le=1)]
    plan: Digest
    activities: Annotated[tuple[Row, ...], FailFast(), Field(max_length=MAX_ACTIVITIES)]
    curves: Annotated[tuple[Curve, ...], FailFast(), Field(max_length=64)]
    cost: Annotated[tuple[Within, ...], FailFast(), Field(max_length=200)]
    scatter: Annotated[tuple[Point, ...], FailFast(), Field(max_length=2000)]
    frontier: Annotated[tuple[Point, ...], FailFast(), Field(max_length=100)]
    treatments: Annotated[tuple[Treated, ...], FailFast(), Field(max_length=200)]
    notes: Annotated[tuple[Line, ...], FailFast(), Field(max_length=200)]

    def encode(self) -> bytes:
        return canon.encode(self.model_dump(mode="json"))


class _Treatments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    treatments: Annotated[tuple[Treated, ...], FailFast(), Field(max_length=200)]


def read(data: bytes) -> Figures:
    """InvalidError for too large a file, and for what is none, which names its first faults."""
    return _read(data, Figures)


def read_treatments(data: bytes) -> tuple[Treated, ...]:
    """The treatments alone, as `read` has them: a review looks at many files for no more."""
    return _read(data, _Treatments).treatments


def _read(data: bytes, model: type[M]) -> M:
    if len(data) > MAX_FIGURES:
        raise InvalidError("the figures are too large", where=_FILE, fix=_ANEW)
    try:
        _check_shape(orjson.loads(data))
        return model.model_validate_json(data, strict=True)
    except orjson.JSONDecodeError as error:
        raise InvalidError(f"this is no JSON: {error}", where=_FILE, fix=_ANEW) from None
    except ValidationError as error:
        raise from_validation(error, _FILE, _ANEW) from error


def _check_shape(value: Any, place: str = "the whole", depth: int = 1) -> None:
    """Refuse what is too deep, and an object of too many members, before each of its faults is
    looked at."""
    if not isinstance(value, dict | list):
        return
    if depth > MAX_DEPTH:
        raise InvalidError(f"{place}: is nested too deeply", where=_FILE, fix=_ANEW)
    if isinstance(value, list):
        for item in value:
            _check_shape(item, place, depth + 1)
        return
    if len(value) > MAX_MEMBERS:
        raise InvalidError(f"{place}: has {len(value):,} members", where=_FILE, fix=_ANEW)
    for name, item in value.items():
        _check_shape(item, name, depth + 1)
