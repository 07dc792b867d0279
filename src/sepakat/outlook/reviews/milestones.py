"""A project's milestones: what was promised first, what the team says now, what is forecast."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sepakat.outlook.dated import in_order
from sepakat.outlook.risks.triggers import figure
from sepakat.record.kind import Object

WERE_ACCEPTED = ("accepted", "withdrawn")  # a plan is withdrawn only once it was accepted


@dataclass(frozen=True)
class Milestone:
    """One milestone, by the code of its activity. What is not known is None.

    `baseline` and `baseline_due` are of the first plan that was accepted, `planned` and `due` of
    the latest; P50 and P80 of the latest forecast; `on_time` is a chance in per cent.
    """

    activity: str
    title: str
    baseline: date | None = None
    baseline_due: date | None = None
    planned: date | None = None
    due: date | None = None
    achieved: date | None = None
    p50: date | None = None
    p80: date | None = None
    calibrated_p50: date | None = None
    calibrated_p80: date | None = None
    on_time: Decimal | None = None

    @property
    def moved(self) -> int | None:
        """By how many days the team's date is later than the baseline."""
        if self.baseline is None or self.planned is None:
            return None
        return (self.planned - self.baseline).days

    @property
    def due_moved(self) -> bool:
        """Whether the plan says another due day than the first accepted one did."""
        return self.baseline_due != self.due and None not in (self.baseline, self.planned)


@dataclass(frozen=True)
class Confidence:
    """What one forecast said: the least chance of any milestone, and when the last is reached."""

    forecast: str
    as_of: date
    withdrawn: bool
    on_time: Decimal | None
    title: str
    p50: date
    p80: date
    calibrated_p50: date | None
    calibrated_p80: date | None


def baseline_of(plans: Iterable[Object]) -> Object | None:
    """The first plan that was accepted, by its own day. That it was withdrawn later moves no
    baseline: both nations had agreed to it."""
    accepted = in_order(plan for plan in plans if plan.state in WERE_ACCEPTED)
    return accepted[0] if accepted else None


def milestones(
    first: Object | None, now: Object | None, forecast: Object | None
) -> tuple[Milestone, ...]:
    """One row for each activity that a plan promises, in the order of the latest plan; those that
    only the first plan promised come last."""
    before, promised = _rows(first, "promises"), _rows(now, "promises")
    said = _rows(forecast, "milestones")
    codes = dict.fromkeys((*promised, *said, *before))
    return tuple(
        _milestone(code, before.get(code, {}), promised.get(code, {}), said.get(code, {}))
        for code in codes
    )


def confidence(forecasts: Iterable[Object]) -> tuple[Confidence, ...]:
    """What each forecast said, first to last; those withdrawn among them, for they were made."""
    return tuple(_confidence(thing) for thing in in_order(forecasts))


Row = Mapping[str, Any]


def _rows(thing: Object | None, name: str) -> dict[str, Row]:
    return {row["activity"]: row for row in thing.fields[name]} if thing else {}


def _milestone(code: str, before: Row, promised: Row, said: Row) -> Milestone:
    shown = promised or said or before
    return Milestone(
        activity=code,
        title=shown["title"],
        baseline=_day(before, "planned"),
        baseline_due=_day(before, "due"),
        planned=_day(promised, "planned"),
        due=_day(promised or said, "due"),
        achieved=_day(promised, "achieved"),
        p50=_day(said, "p50"),
        p80=_day(said, "p80"),
        calibrated_p50=_day(said, "calibrated_p50"),
        calibrated_p80=_day(said, "calibrated_p80"),
        on_time=Decimal(said["on_time"]) if said.get("on_time") is not None else None,
    )


def _confidence(forecast: Object) -> Confidence:
    fields = forecast.fields
    last = max(fields["milestones"], key=lambda row: (row["p80"], row["p50"], row["activity"]))
    return Confidence(
        forecast=forecast.id,
        as_of=date.fromisoformat(fields["as_of"]),
        withdrawn=forecast.state == "withdrawn",
        on_time=figure("on_time_percent", fields),
        title=last["title"],
        p50=date.fromisoformat(last["p50"]),
        p80=date.fromisoformat(last["p80"]),
        calibrated_p50=_day(last, "calibrated_p50"),
        calibrated_p80=_day(last, "calibrated_p80"),
    )


def _day(row: Row, name: str) -> date | None:
    return date.fromisoformat(row[name]) if row.get(name) else None
