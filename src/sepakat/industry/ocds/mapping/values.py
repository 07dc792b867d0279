"""Money, days and times, as our record and as OCDS have them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sepakat.industry.ocds.model.codes import CURRENCY
from sepakat.record.errors import InvalidError


def to_number(amount: str) -> int | float:
    """A decimal as a JSON number.

    Raises InvalidError for one that a double does not hold exactly enough to give it back.
    """
    exact = Decimal(amount)
    number = int(exact) if exact == exact.to_integral_value() else float(exact)
    if Decimal(repr(number)) != exact or abs(exact) >= 2**53:
        raise InvalidError(
            f"{amount} has more digits than OCDS can carry",
            fix="Say it in a larger unit, or leave it out",
        )
    return number


def from_number(number: Any, where: str) -> str:
    """A JSON number as a decimal. Raises InvalidError."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise InvalidError(
            "it is no number", where=where, fix="Write it as a number, not in quotes"
        )
    return f"{Decimal(repr(number)):f}"


def to_value(money: Mapping[str, str]) -> dict[str, Any]:
    """An OCDS Value. Raises InvalidError for what OCDS cannot carry."""
    if money["currency"] not in CURRENCY.codes:
        raise InvalidError(f"OCDS has no currency {money['currency']}", fix="Use one of ISO 4217")
    return {"amount": to_number(money["amount"]), "currency": money["currency"]}


def from_value(value: Mapping[str, Any], where: str) -> dict[str, str]:
    """Money of an OCDS Value. Raises InvalidError."""
    if not isinstance(currency := value.get("currency"), str):
        raise InvalidError(
            "the currency is missing",
            where=f"{where}/currency",
            fix="Give its three letters, as in ISO 4217",
        )
    return {"amount": from_number(value.get("amount"), f"{where}/amount"), "currency": currency}


def to_moment(day: str) -> str:
    """A day as a date-time: its end, in UTC, since what is due on a day is due until then."""
    return f"{day}T23:59:59Z"


def to_first_moment(day: str) -> str:
    """The beginning of a day, in UTC."""
    return f"{day}T00:00:00Z"


def from_moment(moment: Any, where: str) -> str:
    """The day of a date-time, as it is written there. Raises InvalidError."""
    try:
        return datetime.fromisoformat(str(moment)).date().isoformat()
    except ValueError as error:
        raise InvalidError(
            f"{moment!r} is no date and time", where=where, fix="Write it as 2027-03-31T23:59:59Z"
        ) from error
