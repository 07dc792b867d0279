"""A rate ramp, planned against actual: how far a factory is ahead of its plan, or behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class MonthlyRate:
    """One month of a ramp; `actual` is nothing where no report of it is confirmed."""

    month: str
    planned: int
    actual: int | None
    planned_so_far: int
    actual_so_far: int

    @property
    def gap(self) -> int:
        """Units ahead of the plan, below zero behind it."""
        return self.actual_so_far - self.planned_so_far


@dataclass(frozen=True, slots=True)
class Ramp:
    months: tuple[MonthlyRate, ...]

    @property
    def latest(self) -> MonthlyRate | None:
        """The last month that is reported of."""
        reported = [month for month in self.months if month.actual is not None]
        return reported[-1] if reported else None

    @property
    def unreported(self) -> tuple[str, ...]:
        """The months before the latest that nothing is known of: their units count as none."""
        last = self.latest.month if self.latest else ""
        return tuple(m.month for m in self.months if m.actual is None and m.month < last)

    @property
    def months_behind(self) -> int:
        """How many planned months ago, seen from the latest, what is now made was due."""
        if self.latest is None:
            return 0
        made, last = self.latest.actual_so_far, self.latest.month
        return sum(
            m.month <= last and m.planned > 0 and m.planned_so_far > made for m in self.months
        )


def ramp(planned: Mapping[str, int], actual: Mapping[str, int]) -> Ramp:
    """The two month by month, in units; a month that only one of them has is there too."""
    months = sorted({*planned, *actual})
    due = accumulate(planned.get(month, 0) for month in months)
    made = accumulate(actual.get(month, 0) for month in months)
    return Ramp(
        tuple(
            MonthlyRate(month, planned.get(month, 0), actual.get(month), so_far, done)
            for month, so_far, done in zip(months, due, made, strict=True)
        )
    )
