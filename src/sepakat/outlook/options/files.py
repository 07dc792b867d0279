"""What a portfolio is chosen from, and what offers shares are allotted to, as people write them."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sepakat.outlook.options.portfolio import Candidate, Choice
from sepakat.outlook.options.workshare import Offer, Work
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Count, Line, Nation
from sepakat.record.kind import Object
from sepakat.record.statement import from_validation

MAX_FILE = 8 * 1024 * 1024
_ROW = ConfigDict(frozen=True, extra="forbid")

Percents = dict[Nation, Count]
Form = TypeVar("Form", bound=BaseModel)


class Amount(BaseModel):
    """What one nation has, or pays, in one year."""

    model_config = _ROW

    nation: Nation
    year: Annotated[Count, Field(ge=1900, le=2199)]
    amount: Count


class CandidateRow(BaseModel):
    """See `portfolio.Candidate`. Without `cost` it is what the record has of the project."""

    model_config = _ROW

    name: Line
    value: Count
    cost: tuple[Amount, ...] | None = None
    work: dict[Nation, Count] = {}
    risk: Count = 0
    group: str = ""
    needs: tuple[Line, ...] = ()


class ChoiceForm(BaseModel):
    """See `portfolio.Choice`. Amounts are in so many `unit`s of currency each."""

    model_config = _ROW

    candidates: Annotated[tuple[CandidateRow, ...], Field(min_length=1, max_length=2_000)]
    budgets: tuple[Amount, ...]
    unit: Annotated[Count, Field(ge=1)] = 1
    risk: Count | None = None
    floors: Percents = {}
    committed: tuple[Line, ...] = ()


class OfferRow(BaseModel):
    """See `workshare.Offer`."""

    model_config = _ROW

    package: Line
    organisation: Line
    price: Count
    content: Percents
    least: Count = 1
    most: Count = 100


class WorkForm(BaseModel):
    """See `workshare.Work`."""

    model_config = _ROW

    offers: Annotated[tuple[OfferRow, ...], Field(min_length=1, max_length=2_000)]
    floors: Percents = {}
    capacities: dict[Line, Count] = {}


def read_choice(data: bytes, where: str, projects: Iterable[Object] = ()) -> Choice:
    """What to choose from. `projects` are candidates of the record, which cost what each nation is
    to pay in each year, rounded up to whole units: of each the file has the value.

    InvalidError for another form, a candidate without a cost, and a project without a value.
    """
    form = _read(ChoiceForm, data, where)
    known = {project.id: project for project in projects}
    if left := sorted(known.keys() - {row.name for row in form.candidates}):
        raise InvalidError(
            f"it gives no value to {', '.join(left)}, which could not be chosen then",
            where=where,
            fix="Name each project of the portfolio among the candidates",
        )
    return Choice(
        candidates=[
            _candidate(row, known.get(row.name), form.unit, where) for row in form.candidates
        ],
        budgets=_by_year(form.budgets, f"{where}: budgets"),
        risk=form.risk,
        floors=form.floors,
        committed=frozenset(form.committed),
    )


def read_work(data: bytes, where: str) -> Work:
    """Offers, floors and capacities; InvalidError for another form."""
    form = _read(WorkForm, data, where)
    offers = [Offer(**row.model_dump()) for row in form.offers]
    return Work(offers, form.floors, form.capacities)


def _candidate(row: CandidateRow, project: Object | None, unit: int, where: str) -> Candidate:
    if row.cost is not None:
        cost = _by_year(row.cost, f"{where}: {row.name}")
    elif project is not None:
        cost = {
            (paid["nation"], paid["year"]): _units(paid["amount"], unit)
            for paid in project.fields["budget"]
        }
    else:
        raise InvalidError(
            f"{row.name} has no cost, and is no project of the portfolio",
            where=where,
            fix="Give its cost, a list of nation, year and amount",
        )
    return Candidate(row.name, row.value, cost, row.work, row.risk, row.group, row.needs)


def _units(amount: str, unit: int) -> int:
    return int((Decimal(amount) / unit).to_integral_value(ROUND_CEILING))


def _by_year(rows: Sequence[Amount], where: str) -> Mapping[tuple[str, int], int]:
    counted = Counter((row.nation, row.year) for row in rows)
    for (nation, year), times in counted.items():
        if times > 1:
            raise InvalidError(
                f"{nation} is there twice in {year}",
                where=where,
                fix="Give one row for that year, with the sum",
            )
    return {(row.nation, row.year): row.amount for row in rows}


def _read(form: type[Form], data: bytes, where: str) -> Form:
    if len(data) > MAX_FILE:
        raise InvalidError(
            f"a file of {len(data):,} bytes is too large",
            where=where,
            fix=f"Give one of at most {MAX_FILE:,} bytes",
        )
    try:
        found: Any = tomllib.loads(data.decode()) if where.endswith(".toml") else json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidError(
            f"neither TOML nor JSON ({error})", where=where, fix="Name TOML files .toml"
        ) from error
    try:
        return form.model_validate(found)
    except ValidationError as error:
        raise from_validation(error, where) from error


def plain(value: Any) -> Any:
    """A question's members as JSON has them, in the form that is read: amounts by nation and year
    are rows."""
    if isinstance(value, Mapping):
        if any(isinstance(key, tuple) for key in value):
            return [
                {"nation": nation, "year": year, "amount": amount}
                for (nation, year), amount in value.items()
            ]
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value
