"""R038: disqualified too often."""

from collections.abc import Iterator
from fractions import Fraction

from sepakat.industry.redflags.findings import Flag, Group
from sepakat.industry.redflags.indicator import Indicator, upper_fence
from sepakat.industry.redflags.process import Process, ids, record, text
from sepakat.industry.redflags.settings import Settings

Counts = dict[str, tuple[int, int]]  # disqualified, submitted


class OftenDisqualified(Indicator):
    """The share of disqualified bids is a high outlier, by buyer, procuring entity or tenderer."""

    code = "R038"
    title = "Bids are disqualified unusually often."
    innocent = "Works that few can do, or a firm whose papers are poor."

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.counts: dict[Group, Counts] = {"Buyer": {}, "ProcuringEntity": {}, "Tenderer": {}}

    def read(self, process: Process) -> Iterator[Flag]:
        disqualified = 0
        for bid in process.submitted:
            out = int(bid["status"] == "disqualified")
            disqualified += out
            for tenderer in frozenset(ids(bid.get("tenderers"))):
                self._add("Tenderer", tenderer, out, 1)
        if submitted := len(process.submitted):
            buyer = text(record(process.release.get("buyer")).get("id"))
            entity = text(record(process.tender.get("procuringEntity")).get("id"))
            self._add("Buyer", buyer, disqualified, submitted)
            self._add("ProcuringEntity", entity, disqualified, submitted)
        return iter(())

    def _add(self, group: Group, name: str | None, disqualified: int, submitted: int) -> None:
        if name is not None:
            before = self.counts[group].get(name, (0, 0))
            self.counts[group][name] = (before[0] + disqualified, before[1] + submitted)

    def finish(self) -> Iterator[Flag]:
        own = self.settings.r038
        for group, counts in self.counts.items():
            enough = own.minimum_submitted_bids
            ratios = {n: Fraction(out, of) for n, (out, of) in counts.items() if of >= enough}
            if not ratios:
                continue
            fence = upper_fence(ratios.values()) if own.threshold is None else own.threshold
            self.fences[group] = Fraction(fence)
            for name, ratio in ratios.items():
                # At a computed fence too, as Cardinal's cases have it; but never for nothing.
                if ratio and ratio >= self.fences[group]:
                    yield Flag(self.code, group, name, ratio, None)
