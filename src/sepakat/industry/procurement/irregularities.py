"""What no single statement can show to be wrong, and all of a procurement together can.

A rule holds a statement to what it relies on. It cannot count what else was said, nor ask of a
public notice for the award that only the buyer may see.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sepakat.record.kind import Object

Things = Mapping[str, Sequence[Object]]  # by kind, all of one tender
CLOSED = ("closed", "evaluation_suspended", "awarded", "terminated")


class Irregularity(NamedTuple):
    """`code` says what; `about` are the objects that show it."""

    code: str
    about: tuple[str, ...]


def irregularities(tender: Object, things: Things) -> list[Irregularity]:
    """All that is found in what one reader may see; nothing found proves nothing."""
    return [
        Irregularity(code, about)
        for code, find in FINDERS.items()
        for about in find(tender, things)
    ]


Found = Iterator[tuple[str, ...]]


def _offers_not_listed(tender: Object, things: Things) -> Found:
    if tender.state in CLOSED:
        for offer in things["offer"]:
            if offer.state == "received" and offer.id not in tender.fields.get("received", ()):
                yield (offer.id,)


def _opened_twice(tender: Object, things: Things) -> Found:
    yield from _several(things["opening"], "offer")


def _evaluated_twice(tender: Object, things: Things) -> Found:
    approved = [one for one in things["evaluation"] if one.state == "approved"]
    yield from _several(approved, "lot")


def _notices_without_award(tender: Object, things: Things) -> Found:
    """Asked only where the reader sees evaluations: to others every award is hidden."""
    announced = {award.fields.get("notice") for award in things["award"]}
    for notice in things["award_notice"] if things["evaluation"] else ():
        if notice.state == "published" and notice.id not in announced:
            yield (notice.id,)


def _prices_that_differ(tender: Object, things: Things) -> Found:
    """Of an offer for one lot: the value announced is neither offered nor agreed since."""
    agreed = {one.fields["offer"]: one for one in things["negotiation"] if one.state == "agreed"}
    opened = {one.fields["offer"]: one for one in things["opening"]}
    for notice in things["award_notice"]:
        offer = notice.fields["offer"]
        opening = opened.get(offer)
        if opening is None or len(opening.fields["lots"]) > 1 or notice.state != "published":
            continue
        last = agreed.get(offer)
        price = (last.fields.get("price") if last else None) or opening.fields.get("price")
        if price and not _equal(price, notice.fields["value"]):
            yield (notice.id, last.id if last else opening.id)


def _contracted_twice(tender: Object, things: Things) -> Found:
    binding = [one for one in things["contract"] if one.state not in ("declined", "terminated")]
    yield from _several(binding, "notice")


def _paid_beyond(tender: Object, things: Things) -> Found:
    """All payments for a milestone together are more than it is worth."""
    accepted = {one.id: one for one in things["acceptance"]}
    for contract in things["contract"]:
        worth = {row["number"]: Decimal(row["amount"]) for row in contract.fields["milestones"]}
        paid: dict[int, list[Object]] = {}
        for payment in things["payment"]:
            acceptance = accepted.get(payment.fields["acceptance"])
            if payment.fields["contract"] == contract.id and acceptance:
                paid.setdefault(acceptance.fields["milestone"], []).append(payment)
        for number, payments in sorted(paid.items()):
            total = sum(Decimal(one.fields["value"]["amount"]) for one in payments)
            if total > worth.get(number, Decimal(0)):
                yield (contract.id, *(one.id for one in payments))


def _several(things: Sequence[Object], field: str) -> Found:
    by_value: dict[object, list[str]] = {}
    for thing in things:
        by_value.setdefault(thing.fields[field], []).append(thing.id)
    yield from (tuple(ids) for ids in by_value.values() if len(ids) > 1)


def _equal(one: Mapping[str, str], two: Mapping[str, str]) -> bool:
    same = one["currency"] == two["currency"]
    return same and Decimal(one["amount"]) == Decimal(two["amount"])


FINDERS: Mapping[str, Callable[[Object, Things], Found]] = {
    "offer_not_listed": _offers_not_listed,
    "opened_twice": _opened_twice,
    "evaluated_twice": _evaluated_twice,
    "notice_without_award": _notices_without_award,
    "price_differs": _prices_that_differ,
    "contracted_twice": _contracted_twice,
    "paid_beyond": _paid_beyond,
}
