"""One compiled release, read with care: whatever has another type than the standard's is not there.

Reporting that is the validator's task; an indicator must not stop a run over it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

FINAL = ("active", "cancelled", "unsuccessful")  # award statuses that will not change
SUBMITTED = ("pending", "valid", "disqualified")  # neither merely invited nor withdrawn
MAX_MAGNITUDE = 30  # an amount with more places before or after the point is no amount

Json = Mapping[str, Any]


class Price(NamedTuple):
    amount: Fraction
    currency: str


class Gap(NamedTuple):
    """By how much the winner is below the next tenderer, as a share of the winning price."""

    ratio: Fraction
    winner: str
    runner_up: str


@dataclass
class Process:
    """A contracting process, as its compiled release tells it."""

    ocid: str
    release: Json
    compares_prices: bool

    @cached_property
    def tender(self) -> Json:
        return record(self.release.get("tender"))

    @cached_property
    def awards(self) -> list[Json]:
        return records(self.release.get("awards"))

    @cached_property
    def active(self) -> list[Json]:
        return [award for award in self.awards if award.get("status") == "active"]

    @cached_property
    def decided(self) -> bool:
        """Whether there are awards and each is final."""
        return bool(self.awards) and all(text(a.get("status")) in FINAL for a in self.awards)

    @cached_property
    def bids(self) -> list[Json]:
        return records(record(self.release.get("bids")).get("details"))

    @cached_property
    def submitted(self) -> list[Json]:
        return [bid for bid in self.bids if text(bid.get("status")) in SUBMITTED]

    @cached_property
    def suppliers(self) -> frozenset[str]:
        """The suppliers of the active awards."""
        return frozenset(i for award in self.active for i in ids(award.get("suppliers")))

    @cached_property
    def sole_winner(self) -> str | None:
        """The supplier, where all awards are final and one is active, to one supplier.

        Only then do all bids compete with one another: cancelled and unsuccessful awards are taken
        for earlier attempts, and several active ones for lots, which bids do not name.
        """
        if not self.decided or len(self.active) != 1:
            return None
        suppliers = records(self.active[0].get("suppliers"))
        return text(suppliers[0].get("id")) if len(suppliers) == 1 else None

    @cached_property
    def single_valid_bids(self) -> list[tuple[str, Json]]:
        """The valid bids of one tenderer each, with its identifier."""
        found = []
        for bid in self.bids:
            tenderers = records(bid.get("tenderers"))
            tenderer = text(tenderers[0].get("id")) if len(tenderers) == 1 else None
            if bid.get("status") == "valid" and tenderer is not None:
                found.append((tenderer, bid))
        return found

    @cached_property
    def gap(self) -> Gap | None:
        """From the winner's lowest bid to the lowest of the others; none if that is lower.

        For then price was not the only criterion. None either where the bids are in more than one
        currency, or the winner's is not above nothing.
        """
        winner = self.sole_winner
        if winner is None or not self.compares_prices:
            return None
        lowest: dict[str, Fraction] = {}
        currencies = set()
        for tenderer, bid in self.single_valid_bids:
            if paid := price(bid.get("value")):
                currencies.add(paid.currency)
                lowest[tenderer] = min(paid.amount, lowest.get(tenderer, paid.amount))
        won = lowest.pop(winner, None)
        if won is None or won <= 0 or not lowest or len(currencies) != 1:
            return None
        next_one = min(lowest, key=lambda tenderer: (lowest[tenderer], tenderer))
        if lowest[next_one] < won:
            return None
        return Gap((lowest[next_one] - won) / won, winner, next_one)


def record(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def ids(value: Any) -> Iterator[str]:
    """The identifiers of the organisations in a list of references."""
    for organisation in records(value):
        if isinstance(identifier := organisation.get("id"), str):
            yield identifier


def price(value: Any) -> Price | None:
    """An OCDS value. A float is taken as it is written, so that 1.10 is 11/10."""
    given = record(value)
    amount, currency = given.get("amount"), text(given.get("currency"))
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal) or not currency:
        return None
    number = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):  # infinite, or no number
        return None
    if number.adjusted() > MAX_MAGNITUDE or not -MAX_MAGNITUDE <= exponent <= MAX_MAGNITUDE:
        return None
    return Price(Fraction(number), currency)


def moment(value: Any) -> datetime | None:
    """A date-time with its offset, as the standard asks for (RFC 3339)."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None
