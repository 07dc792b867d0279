"""The field types that an agreement's text is declared with."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from sepakat.record.fields import shape

Slug = Annotated[
    str, shape(r"^[a-z][a-z0-9-]{0,63}$", "small letters, digits and dashes, a letter first")
]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Months = Annotated[int, Field(strict=True, ge=0, le=1200)]
Days = Annotated[int, Field(strict=True, ge=0, le=36_600)]
MAX_DIGITS = 30


def _exact(value: Any) -> Decimal:
    """A number as it is written. TOML's floats are binary, so that 0.1 would not be a tenth."""
    if isinstance(value, float):
        raise ValueError(f'put the number in quotes, as "{value}"')
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("must be a number in quotes")
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise ValueError('must be a number such as "0.30" or "12500000"') from None
    if (
        not found.is_finite()
        or len(found.as_tuple().digits) > MAX_DIGITS
        or abs(found.adjusted()) > MAX_DIGITS
    ):
        raise ValueError(f"must be a number of at most {MAX_DIGITS} digits")
    return found


def _day(value: Any) -> Any:
    if type(value) is not date:
        raise ValueError("must be a date such as 2027-09-20, without quotes")
    return value


Number = Annotated[Decimal, BeforeValidator(_exact)]
Amount = Annotated[Number, Field(ge=0)]
Factor = Annotated[Number, Field(gt=0, le=100)]
Share = Annotated[Number, Field(ge=0, le=1)]
Day = Annotated[date, BeforeValidator(_day)]


class Part(BaseModel):
    """Base of all parts of a text: nothing in it that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
