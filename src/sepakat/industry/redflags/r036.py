"""R036: the lowest bid disqualified."""

from collections.abc import Iterator

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator
from sepakat.industry.redflags.process import Process, price


class LowestDisqualified(Indicator):
    """There is an award, and a bid of the lowest submitted price was disqualified."""

    code = "R036"
    title = "The lowest bid was disqualified."
    innocent = "A bid that is cheap because it leaves out what was asked for."

    def read(self, process: Process) -> Iterator[Flag]:
        if not process.active or not process.compares_prices:
            return
        prices = [(price(bid.get("value")), bid) for bid in process.submitted]
        known = [(paid, bid) for paid, bid in prices if paid]
        compared = any(bid["status"] == "valid" for _, bid in known)
        if not compared or len({paid.currency for paid, _ in known}) != 1:
            return
        lowest = min(paid.amount for paid, _ in known)
        if any(p.amount == lowest and bid["status"] == "disqualified" for p, bid in known):
            yield self.of_process(process)
