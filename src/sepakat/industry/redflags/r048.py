"""R048: a supplier of everything."""

from collections.abc import Iterator
from fractions import Fraction

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.indicator import Indicator, is_high, upper_fence
from sepakat.industry.redflags.process import Process, record, records, text
from sepakat.industry.redflags.settings import Settings


class SuppliesEverything(Indicator):
    """The number of first-level classes of the items awarded to a supplier is a high outlier."""

    code = "R048"
    title = "A supplier sells an unusual variety of things."
    innocent = "A wholesaler, or a framework that bundles what many make."

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.classes: dict[str, set[str]] = {}
        self.processes: dict[str, int] = {}

    def read(self, process: Process) -> Iterator[Flag]:
        digits = self.settings.r048.digits
        seen = set()
        for award in process.active:
            suppliers = records(award.get("suppliers"))
            # Of several suppliers nobody knows who supplies what.
            name = text(suppliers[0].get("id")) if len(suppliers) == 1 else None
            for item in records(award.get("items")) if name is not None else ():
                code = text(record(item.get("classification")).get("id"))
                if name is not None and code:
                    self.classes.setdefault(name, set()).add(code[:digits])
                    seen.add(name)
        for name in seen:
            self.processes[name] = self.processes.get(name, 0) + 1
        return iter(())

    def finish(self) -> Iterator[Flag]:
        own = self.settings.r048
        varieties = {name: Fraction(len(classes)) for name, classes in self.classes.items()}
        if own.threshold is not None:
            fence = Fraction(own.threshold)
        else:
            # Whoever supplies seldom has a small variety for that alone: it must not set the fence.
            enough = own.minimum_contracting_processes
            often = [v for name, v in varieties.items() if self.processes[name] >= enough]
            if not often:
                return
            fence = upper_fence(often)
        self.fences["upper"] = fence
        for name, variety in varieties.items():
            if is_high(variety, fence, own.threshold):
                yield self.of_tenderer(name, variety)
