"""R028: the same price from different tenderers."""

from collections.abc import Iterator

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator
from sepakat.industry.redflags.process import Price, Process, ids, price


class SamePrice(Indicator):
    """Different tenderers submitted bids with the same price."""

    code = "R028"
    title = "Different tenderers bid the same price."
    innocent = "A price set by law, by the buyer or by one maker whom all resell."

    def read(self, process: Process) -> Iterator[Flag]:
        if not process.compares_prices:
            return
        by_price: dict[Price, set[frozenset[str]]] = {}
        for bid in process.submitted:
            paid, tenderers = price(bid.get("value")), frozenset(ids(bid.get("tenderers")))
            if paid and tenderers:
                by_price.setdefault(paid, set()).add(tenderers)
        same = [one for one in by_price.values() if len(one) > 1]
        if same:
            yield self.of_process(process)
        for tenderer in sorted(frozenset().union(*(t for one in same for t in one))):
            yield self.of_tenderer(tenderer, 1, process.ocid)
