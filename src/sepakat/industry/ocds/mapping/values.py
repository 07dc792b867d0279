"""Money, days and times, as our record and as OCDS have them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sepakat.record.errors import InvalidError


def to_value(money: Mapping[str, str]) -> dict[str, Any]:
    """An OCDS Value, whose amount is a JSON number.

    Raises InvalidError for an amount that a double does not hold exactly enough to give it back.
    """
    exact = Decimal(money["amount"])
    number = int(exact) if exact == exact.to_integral_value() else float(exact)
    if Decimal(repr(number)) != exact or abs(exact) >= 2**53:
        raise InvalidError(
            f"{money['amount']} has more digits than OCDS can carry",
            fix="Say it in a larger unit, or leave it out",
        )
    return {"amount": number, "currency": money["currency"]}


def from_value(value: Mapping[str, Any], where: str) -> dict[str, str]:
    """Money of an OCDS Value. Raises InvalidError."""
    amount, currency = value.get("amount"), value.get("currency")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise InvalidError("the amount is no number", where=f"{where}/amount")
    if not isinstance(currency, str):
        raise InvalidError("the currency is missing", where=f"{where}/currency")
    return {"amount": f"{Decimal(repr(amount)):f}", "currency": currency}


def to_moment(day: str) -> str:
    """A day as a date-time: its end, in UTC, since what is due on a day is due until then."""
    return f"{day}T23:59:59Z"


def from_moment(moment: Any, where: str) -> str:
    """The day of a date-time, as it is written there. Raises InvalidError."""
    try:
        return datetime.fromisoformat(str(moment)).date().isoformat()
    except ValueError as error:
        raise InvalidError(f"{moment!r} is no date and time", where=where) from error
