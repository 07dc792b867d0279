"""Local content, measured from a bill of materials: what of a product's cost is of one nation."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from sepakat.record.errors import InvalidError

MAX_DEPTH = 50
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a bill: so many of a part, each at a cost, from a nation.

    An assembly is a part that has a bill of its own, by the part's name. Its cost is then what is
    done to its parts, without them; its origin is where that is done.
    """

    name: str
    quantity: Decimal
    cost: Decimal
    origin: str | None  # ISO 3166-1 alpha-3; None where nobody has shown it


@dataclass(frozen=True, slots=True)
class Content:
    """What a product costs, by origin. What is of no proven origin is nobody's."""

    by_origin: Mapping[str, Decimal]
    unknown: Decimal

    @property
    def total(self) -> Decimal:
        return sum(self.by_origin.values(), self.unknown)

    def share(self, nation: str) -> Decimal:
        """The nation's share of the whole cost, unrounded; nothing of a product that costs none."""
        return self.by_origin.get(nation, NOTHING) / self.total if self.total else NOTHING


def content(product: str, bills: Mapping[str, Iterable[Part]]) -> Content:
    """The content of one product, through all levels of its bills, each cost counted once.

    `InvalidError` for a bill that contains itself, is deeper than fifty levels, or has a negative
    quantity or cost.
    """
    kept = {name: tuple(parts) for name, parts in bills.items()}
    if product not in kept:
        raise InvalidError(
            "this product has no bill of materials",
            where=product,
            fix="Give the product's parts, with the product as their assembly",
        )
    by_origin: dict[str, Decimal] = {}
    unknown = NOTHING
    # How many of an assembly there are in one product, by all ways together.
    times = defaultdict(Decimal, {product: Decimal(1)})
    for name in _assemblies(product, kept):
        for part in kept[name]:
            if part.quantity < 0 or part.cost < 0:
                raise InvalidError(
                    "quantity and cost are not below zero",
                    where=f"{name}, {part.name}",
                    fix="Give each as 0 or more",
                )
            cost = times[name] * part.quantity * part.cost
            if part.origin is None:
                unknown += cost
            else:
                by_origin[part.origin] = by_origin.get(part.origin, NOTHING) + cost
            if part.name in kept:
                times[part.name] += times[name] * part.quantity
    return Content(by_origin, unknown)


def _assemblies(product: str, bills: Mapping[str, tuple[Part, ...]]) -> list[str]:
    """The product and all assemblies in it, each once and after all that it goes into: there may be
    more ways down through a bill than anybody could count one by one."""
    within: TopologicalSorter[str] = TopologicalSorter({product: ()})
    found, waiting = {product}, [product]
    while waiting:
        name = waiting.pop()
        for part in bills[name]:
            if part.name in bills:
                within.add(part.name, name)
                if part.name not in found:
                    found.add(part.name)
                    waiting.append(part.name)
    try:
        order = list(within.static_order())
    except CycleError as error:
        raise InvalidError(
            "a bill of materials contains itself",
            where=" › ".join(error.args[1]),
            fix="Take out the line that leads back",
        ) from None
    depth = dict.fromkeys(order, 1)
    for name in order:
        if depth[name] > MAX_DEPTH:
            raise InvalidError(
                f"a bill of materials is deeper than {MAX_DEPTH} levels",
                where=name,
                fix="Join assemblies of which one lies within the other",
            )
        for part in bills[name]:
            if part.name in bills:
                depth[part.name] = max(depth[part.name], depth[name] + 1)
    return order
