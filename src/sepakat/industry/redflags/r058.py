"""R058: a winning price far below the next."""

from collections.abc import Iterator
from fractions import Fraction

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator, is_high, upper_fence
from sepakat.industry.redflags.process import Gap, Process
from sepakat.industry.redflags.settings import Settings


class DeepDiscount(Indicator):
    """The gap from the winning to the next valid price is a high outlier."""

    code = "R058"
    title = "The winning price was unusually far below the next one."
    innocent = "A better process, spare capacity, or a rival that did not want the work."

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.gaps: dict[str, Gap] = {}

    def read(self, process: Process) -> Iterator[Flag]:
        if process.gap:
            self.gaps[process.ocid] = process.gap
        return iter(())

    def finish(self) -> Iterator[Flag]:
        if not self.gaps:
            return
        given = self.settings.r058.threshold
        fence = upper_fence([g.ratio for g in self.gaps.values()]) if given is None else given
        self.fences["upper"] = Fraction(fence)
        for ocid, gap in self.gaps.items():
            if is_high(gap.ratio, self.fences["upper"], given):
                yield Flag(self.code, "OCID", ocid, gap.ratio, ocid)
                yield self.of_tenderer(gap.winner, 0, ocid)
