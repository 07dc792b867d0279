"""R030: a late bid that won."""

from collections.abc import Iterator

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator
from sepakat.industry.redflags.process import Process, ids, moment, record


class LateWinner(Indicator):
    """A valid bid of a supplier came after the tender period had ended."""

    code = "R030"
    title = "A bid that came late won."
    innocent = "A deadline extended in words but not in the data, or a second bid after a first."

    def read(self, process: Process) -> Iterator[Flag]:
        deadline = moment(record(process.tender.get("tenderPeriod")).get("endDate"))
        if deadline is None:
            return
        late: set[str] = set()
        for bid in process.bids:
            came = moment(bid.get("date"))
            if bid.get("status") == "valid" and came and came > deadline:
                late.update(ids(bid.get("tenderers")))
        if winners := late & process.suppliers:
            yield self.of_process(process)
            for winner in sorted(winners):
                yield self.of_tenderer(winner, 1, process.ocid)
