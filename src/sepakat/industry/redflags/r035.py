"""R035: everybody disqualified but the winner."""

from collections.abc import Iterator

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator
from sepakat.industry.redflags.process import Process, ids


class OthersDisqualified(Indicator):
    """One tenderer alone had valid bids and won; its rivals were disqualified."""

    code = "R035"
    title = "All tenderers but the winner were disqualified."
    innocent = "A requirement that is hard and stated plainly, which one bidder read with care."

    def read(self, process: Process) -> Iterator[Flag]:
        if not process.decided:
            return
        valid, disqualified = self._with(process, "valid"), self._with(process, "disqualified")
        others = len(disqualified - valid)
        sole = len(valid) == 1 and valid == process.suppliers
        if sole and others >= self.settings.r035.threshold:
            yield self.of_process(process, others)
            yield self.of_tenderer(next(iter(valid)), 0, process.ocid)

    @staticmethod
    def _with(process: Process, status: str) -> frozenset[str]:
        bids = [bid for bid in process.bids if bid.get("status") == status]
        return frozenset(tenderer for bid in bids for tenderer in ids(bid.get("tenderers")))
