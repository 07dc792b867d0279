"""How old what a review rests on is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sepakat.outlook.dated import latest
from sepakat.outlook.reviews.ratings import Rated
from sepakat.record.kind import Object

STALE = 90  # days

What = Literal["plan", "forecast", "rating", "measurement", "claim"]


@dataclass(frozen=True)
class Source:
    """The newest there is of something on the day; `id` and `age` are None where there is none.

    `age` is in days. `nation` is whose rating it is.
    """

    what: What
    id: str | None
    of: date | None
    age: int | None
    nation: str | None = None

    @property
    def stale(self) -> bool:
        return self.age is not None and self.age > STALE


def freshness(
    plans: Iterable[Object],
    forecasts: Iterable[Object],
    ratings: Iterable[Rated],
    measurements: Iterable[Object],
    claims: Iterable[Object],
    day: date,
) -> tuple[Source, ...]:
    """The sources of one project: its plan, its forecast, each nation's rating, what was measured
    of its indicators, and what was claimed of its obligations by the day of delivery."""
    plan, forecast = latest(plans, "accepted"), latest(forecasts, "issued")
    measured = [thing for thing in measurements if thing.state == "confirmed"]
    claimed = [
        thing
        for thing in claims
        if thing.state in ("filed", "disputed", "verified") and thing.fields.get("delivered")
    ]
    return (
        _source("plan", plan, "as_of", day),
        _source("forecast", forecast, "as_of", day),
        *(_of_rating(each, day) for each in ratings),
        _source("measurement", _newest(measured, "date"), "date", day),
        _source("claim", _newest(claimed, "delivered"), "delivered", day),
    )


def _newest(things: Iterable[Object], name: str) -> Object | None:
    return max(things, key=lambda thing: (thing.fields[name], thing.id), default=None)


def _source(what: What, thing: Object | None, name: str, day: date) -> Source:
    if thing is None:
        return Source(what, None, None, None)
    of = date.fromisoformat(thing.fields[name])
    return Source(what, thing.id, of, (day - of).days)


def _of_rating(each: Rated, day: date) -> Source:
    if each.latest is None:
        return Source("rating", None, None, None, each.nation)
    of = each.latest.as_of
    return Source("rating", each.latest.id, of, (day - of).days, each.nation)
