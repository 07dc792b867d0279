"""Promised against proven: how far an indicator has come from its baseline to its target."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sepakat.record.kind import Object


class Standing(StrEnum):
    UNMEASURED = "unmeasured"  # nobody knows; not the same as nothing
    MET = "met"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Promise:
    """What an indicator is to become. A target below its baseline is met from above."""

    baseline: Decimal
    since: date
    target: Decimal
    due: date

    def progress(self, value: Decimal) -> Decimal:
        """The share of the way, below zero where it went the other way; 1 is the target."""
        return (value - self.baseline) / (self.target - self.baseline)

    def expected(self, day: date) -> Decimal:
        """The share of the time that has passed, from 0 to 1."""
        passed = Decimal((day - self.since).days) / (self.due - self.since).days
        return min(max(passed, Decimal(0)), Decimal(1))


@dataclass(frozen=True, slots=True)
class Measured:
    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an indicator stands on a day; `progress` and `latest` are nothing where none is known."""

    standing: Standing
    latest: Measured | None
    progress: Decimal | None
    expected: Decimal


def outcome(promise: Promise, proven: Iterable[Measured], day: date) -> Outcome:
    """How an indicator stands on a day, by what was proven up to it.

    It is on course where it has gone at least as much of the way as of the time on the day of the
    latest measurement; of several of one day the last given counts.
    """
    known = [measured for measured in proven if measured.day <= day]
    expected = promise.expected(day)
    if not known:
        return Outcome(Standing.UNMEASURED, None, None, expected)
    latest = sorted(known, key=lambda measured: measured.day)[-1]
    progress = promise.progress(latest.value)
    if progress >= 1:
        standing = Standing.MET
    elif day > promise.due:
        standing = Standing.MISSED
    elif progress >= promise.expected(latest.day):
        standing = Standing.ON_COURSE
    else:
        standing = Standing.BEHIND
    return Outcome(standing, latest, progress, expected)


def outcome_of(indicator: Object, measurements: Iterable[Object], day: date) -> Outcome:
    """How an indicator in the record stands, by the measurements of it that are confirmed."""
    fields = indicator.fields
    promise = Promise(
        baseline=Decimal(fields["baseline"]),
        since=date.fromisoformat(fields["effective"]),
        target=Decimal(fields["target"]),
        due=date.fromisoformat(fields["due"]),
    )
    proven = (
        Measured(date.fromisoformat(thing.fields["date"]), Decimal(thing.fields["value"]))
        for thing in measurements
        if thing.fields["indicator"] == indicator.id and thing.state == "confirmed"
    )
    return outcome(promise, proven, day)
