"""R003: a short time to bid."""

from collections.abc import Iterator
from datetime import timedelta

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator
from sepakat.industry.redflags.process import Process, moment, record, text


class ShortNotice(Indicator):
    """The time from the start to the end of the tender period is below a number of days."""

    code = "R003"
    title = "Bidders had little time."
    innocent = "An emergency, or a notice before it that gave the time."

    def read(self, process: Process) -> Iterator[Flag]:
        own, tender = self.settings.r003, process.tender
        method = text(tender.get("procurementMethod"))
        if own.procurement_methods and method not in own.procurement_methods:
            return
        period = record(tender.get("tenderPeriod"))
        start, end = moment(period.get("startDate")), moment(period.get("endDate"))
        details = text(tender.get("procurementMethodDetails"))
        days = own.procurement_method_details.get(details or "", own.threshold)
        if start and end and end - start < timedelta(days=days):
            yield self.of_process(process)
