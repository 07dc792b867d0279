"""Allot work shares: who does how much of each package, at what price, with whose content."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sepakat.outlook.options.milp import PERCENT, Program, check_amounts, check_percents, minimise
from sepakat.outlook.options.result import Result, check_limits, found
from sepakat.record.errors import InvalidError


@dataclass(frozen=True, slots=True)
class Offer:
    """An organisation's offer for a package: `price` for all of it, a part in proportion.

    `content` is the percentage of the price that is each nation's work, and what is left is of no
    party. Of the package it takes 0, or `least` to `most` percent.
    """

    package: str
    organisation: str
    price: int
    content: Mapping[str, int]
    least: int = 1
    most: int = PERCENT


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be allotted. Each package with an offer is allotted whole, in whole percents.

    `floors` gives the least percentage of all prices paid that is each nation's content,
    `capacities` the most that an organisation may be paid in all; who is not named has no limit.
    """

    offers: Sequence[Offer]
    floors: Mapping[str, int] = field(default_factory=dict)
    capacities: Mapping[str, int] = field(default_factory=dict)


Shares = Mapping[tuple[str, str], int]


def allot(work: Work, *, limit_s: float = 10.0, seed: int = 1) -> Result[Shares]:
    """The percentage of each (package, organisation) that has one; the objective is 100 times the
    price of all.

    Conflicts are of the rules `package` (short by percents), `floor` (a nation) and `capacity` (an
    organisation), short by an amount.

    Raises InvalidError for figures out of range, and two offers of one organisation for a package.
    """
    check_limits(limit_s)
    _check(work)
    if not work.offers:
        return found({}, 0, 0, limit_s)
    result = minimise(_program(work), limit_s, seed)
    if result.plan is None or result.objective is None:
        return Result(result.status, limit_s, bound=result.bound, conflicts=result.conflicts)
    shares = {
        (offer.package, offer.organisation): share
        for offer, share in zip(work.offers, result.plan, strict=False)  # then, who takes part
        if share
    }
    return found(shares, result.objective, result.bound, limit_s)


def _program(work: Work) -> Program:
    program = Program()
    offers = list(enumerate(work.offers))
    for _, offer in offers:
        program.column(offer.most, offer.price)
    for package in dict.fromkeys(offer.package for _, offer in offers):
        shares = {i: 1 for i, offer in offers if offer.package == package}
        program.at_least("package", package, shares, PERCENT, firm=True)
        program.at_most("package", package, shares, PERCENT, firm=True)
    for place, offer in offers:
        takes_part = program.column()
        program.always({place: 1, takes_part: -offer.least})
        program.always({place: -1, takes_part: offer.most})
    for nation, percent in work.floors.items():
        above = {i: offer.price * (offer.content.get(nation, 0) - percent) for i, offer in offers}
        program.at_least("floor", nation, above, 0, unit=PERCENT * PERCENT)
    for organisation, most in work.capacities.items():
        paid = {i: o.price for i, o in offers if o.organisation == organisation}
        program.at_most("capacity", organisation, paid, most * PERCENT, unit=PERCENT)
    return program


def _check(work: Work) -> None:
    pairs = Counter((offer.package, offer.organisation) for offer in work.offers)
    for offer in work.offers:
        where = f"{offer.package}: {offer.organisation}"
        if pairs[offer.package, offer.organisation] > 1:
            raise InvalidError(
                "the organisation offers twice", where=where, fix="Keep one offer for the package"
            )
        check_amounts(where, offer.price)
        check_percents(offer.content)
        if sum(offer.content.values()) > PERCENT or not 1 <= offer.least <= offer.most <= PERCENT:
            raise InvalidError(
                "percentages do not fit together",
                where=where,
                fix="Let the contents come to 100 at most, and least be from 1 to most",
            )
    check_percents(work.floors)
    check_amounts("capacities", *work.capacities.values())
