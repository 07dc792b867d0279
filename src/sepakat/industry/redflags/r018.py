"""R018: a single bid where there should be competition."""

from collections.abc import Iterator

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator
from sepakat.industry.redflags.process import Process, text


class SingleBid(Indicator):
    """One tenderer in a competitive procedure."""

    code = "R018"
    title = "One bid alone was received in a competitive procedure."
    innocent = "A market with one able supplier, or a lot too small to draw others."

    def read(self, process: Process) -> Iterator[Flag]:
        method = text(process.tender.get("procurementMethod"))
        count = process.tender.get("numberOfTenderers")
        competitive = method in self.settings.r018.procurement_methods
        if competitive and count == 1 and not isinstance(count, bool):
            yield self.of_process(process)
