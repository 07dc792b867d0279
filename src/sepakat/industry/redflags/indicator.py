"""What an indicator is, and the fences that tell an outlier."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import ClassVar

from sepakat.industry.redflags.findings import Flag
from sepakat.industry.redflags.process import Process
from sepakat.industry.redflags.settings import Settings

ONE_AND_A_HALF = Fraction(3, 2)  # Tukey's factor for what lies outside


class Indicator(ABC):
    """Reads each process once. It keeps aggregates only, never a release.

    `title` says what is flagged, `innocent` what often explains it. `fences` are those that
    `finish` measured against.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    innocent: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.fences: dict[str, Fraction] = {}

    @abstractmethod
    def read(self, process: Process) -> Iterable[Flag]:
        """The flags that this process raises by itself."""

    def finish(self) -> Iterable[Flag]:
        """The flags that only all processes together tell."""
        return ()

    def of_process(self, process: Process, value: Fraction | int = 1) -> Flag:
        return Flag(self.code, "OCID", process.ocid, Fraction(value), process.ocid)

    def of_tenderer(self, identifier: str, value: Fraction | int, ocid: str | None = None) -> Flag:
        return Flag(self.code, "Tenderer", identifier, Fraction(value), ocid)


def quantile(values: Collection[Fraction], at: Fraction) -> Fraction:
    """The quantile that is unbiased by the median, Hyndman and Fan's eighth (1996).

    `values` must not be empty.
    """
    ordered = sorted(values)
    place = (len(ordered) + Fraction(1, 3)) * at + Fraction(1, 3)
    below = int(place)
    if below < 1:
        return ordered[0]
    if below >= len(ordered):
        return ordered[-1]
    low, high = ordered[below - 1], ordered[below]
    return low + (place - below) * (high - low)


def is_low(value: Fraction, fence: Fraction, given: object) -> bool:
    """At a threshold that was given, or below a fence that was computed.

    Not at a computed one: where all values are equal, they are all at the fence.
    """
    return value <= fence if given is not None else value < fence


def is_high(value: Fraction, fence: Fraction, given: object) -> bool:
    """At a threshold that was given, or above a fence that was computed."""
    return value >= fence if given is not None else value > fence


def lower_fence(values: Collection[Fraction]) -> Fraction:
    """Q1 less one and a half times the interquartile range (Tukey 1977)."""
    first, third = quartiles(values)
    return first - ONE_AND_A_HALF * (third - first)


def upper_fence(values: Collection[Fraction]) -> Fraction:
    """Q3 and one and a half times the interquartile range (Tukey 1977)."""
    first, third = quartiles(values)
    return third + ONE_AND_A_HALF * (third - first)


def quartiles(values: Collection[Fraction]) -> tuple[Fraction, Fraction]:
    ordered = sorted(values)  # sorted again at no cost, being sorted already
    return quantile(ordered, Fraction(1, 4)), quantile(ordered, Fraction(3, 4))
