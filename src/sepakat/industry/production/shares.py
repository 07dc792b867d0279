"""Work shares: what of a work package is whose, in per cent and in money."""

from dataclasses import dataclass
from decimal import Decimal

from sepakat.record.kind import Object

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Share:
    """What an organisation, in all its tasks, or a nation has of a package; unrounded."""

    whose: str
    percent: Decimal
    value: Decimal


def by_organisation(package: Object) -> tuple[Share, ...]:
    """The organisations' shares, the largest first."""
    percents: dict[str, Decimal] = {}
    for share in package.fields["shares"]:
        whose = share["organisation"]
        percents[whose] = percents.get(whose, Decimal(0)) + Decimal(share["percent"])
    return _shares(package, percents)


def by_nation(package: Object) -> tuple[Share, ...]:
    """The nations' shares, each by the organisations that it registered, the largest first."""
    percents: dict[str, Decimal] = {}
    for share in by_organisation(package):
        nation = share.whose[:3]
        percents[nation] = percents.get(nation, Decimal(0)) + share.percent
    return _shares(package, percents)


def _shares(package: Object, percents: dict[str, Decimal]) -> tuple[Share, ...]:
    value = Decimal(package.fields["value"]["amount"])
    found = (Share(whose, part, value * part / WHOLE) for whose, part in percents.items())
    return tuple(sorted(found, key=lambda share: (-share.percent, share.whose)))
