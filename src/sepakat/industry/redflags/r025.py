"""R025: many bids that win almost nothing."""

from collections.abc import Iterator
from fractions import Fraction

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator, is_low, lower_fence, quantile
from sepakat.industry.redflags.process import Process
from sepakat.industry.redflags.settings import Settings


class SeldomWins(Indicator):
    """A top tenderer's ratio of wins to processes with a valid bid of its own is a low outlier."""

    code = "R025"
    title = "A tenderer that bids much wins unusually seldom."
    innocent = "A new firm that learns, or one whose prices are high everywhere."

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.wins: dict[str, int] = {}
        self.valid: dict[str, int] = {}

    def read(self, process: Process) -> Iterator[Flag]:
        if process.sole_winner is not None:
            for tenderer in {tenderer for tenderer, _ in process.single_valid_bids}:
                won = tenderer == process.sole_winner
                self.wins[tenderer] = self.wins.get(tenderer, 0) + won
                self.valid[tenderer] = self.valid.get(tenderer, 0) + 1
        return iter(())

    def finish(self) -> Iterator[Flag]:
        if not self.valid:
            return
        own = self.settings.r025
        ratios = {name: Fraction(self.wins[name], count) for name, count in self.valid.items()}
        counts = [Fraction(count) for count in self.valid.values()]
        top = quantile(counts, Fraction(own.percentile, 100))
        fence = lower_fence(ratios.values()) if own.threshold is None else own.threshold
        self.fences.update(bids=top, lower=Fraction(fence))
        for name, ratio in ratios.items():
            low = is_low(ratio, self.fences["lower"], own.threshold)
            if low and self.valid[name] >= top:
                yield self.of_tenderer(name, ratio)
