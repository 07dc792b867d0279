"""R024: a losing price close to the winning one."""

from collections.abc import Iterator
from fractions import Fraction

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator, is_low, lower_fence
from sepakat.industry.redflags.process import Gap, Process
from sepakat.industry.redflags.settings import Settings


class CloseBid(Indicator):
    """The gap from the winning to the next valid price is a low outlier."""

    code = "R024"
    title = "The second price was unusually close to the winning one."
    innocent = "A mature market where costs are known to all, or a list price."

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
        given = self.settings.r024.threshold
        fence = lower_fence([g.ratio for g in self.gaps.values()]) if given is None else given
        self.fences["lower"] = Fraction(fence)
        for ocid, gap in self.gaps.items():
            if is_low(gap.ratio, self.fences["lower"], given):
                yield Flag(self.code, "OCID", ocid, gap.ratio, ocid)
                yield self.of_tenderer(gap.winner, 0, ocid)
                yield self.of_tenderer(gap.runner_up, 0, ocid)
