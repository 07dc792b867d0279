"""Our own forecasts that have come out: when a milestone was to be reached, and when it was."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sepakat.outlook.dated import in_order
from sepakat.outlook.learning.reference import Outcome
from sepakat.record.kind import Object

Fields = Mapping[str, Any]


def outcomes(
    forecasts: Iterable[Object], plans: Iterable[Object], projects: Iterable[Object]
) -> list[Outcome]:
    """An outcome for each forecast P50 of a milestone that an accepted plan says was achieved.

    In days from the project's first phase. The outcome is known from the day of the earliest plan
    that says so, as the other nation accepted it; forecasts that were withdrawn count too, for
    they were made.
    """
    starts = {thing.id: _start(thing.fields) for thing in projects}
    stages = {}
    reached: dict[tuple[str, str], tuple[date, date]] = {}
    for plan in in_order(plans):
        stages[plan.id] = plan.fields["stage"]
        if plan.state == "accepted":
            for activity, day in _achieved(plan.fields):
                place = plan.fields["project"], activity
                reached.setdefault(place, (_day(plan.fields["as_of"]), day))
    found: list[Outcome] = []
    for forecast in sorted(forecasts, key=lambda forecast: forecast.id):
        fields = forecast.fields
        if (start := starts.get(fields["project"])) and fields["plan"] in stages:
            found += _of(fields, start, stages[fields["plan"]], reached)
    return found


def _of(
    fields: Fields, start: date, stage: str, reached: Mapping[tuple[str, str], tuple[date, date]]
) -> Iterator[Outcome]:
    said = _day(fields["as_of"])
    for row in fields["milestones"]:
        known, actual = reached.get((fields["project"], row["activity"]), (None, None))
        if known is None or actual is None or known < said:
            continue
        lengths = (_day(row["p50"]) - start).days, (actual - start).days
        if min(lengths) > 0:
            subject = f"{fields['project']} {row['activity']}"
            yield Outcome(subject, stage, said, lengths[0], known, lengths[1])


def _achieved(fields: Fields) -> Iterator[tuple[str, date]]:
    for row in fields["promises"]:
        if row.get("achieved"):
            yield row["activity"], _day(row["achieved"])


def _start(fields: Fields) -> date:
    return _day(fields["phases"][0]["starts"])


def _day(text: str) -> date:
    return date.fromisoformat(text)
