"""Things by the day that they hold for: plans, forecasts and ratings."""

from collections.abc import Iterable

from sepakat.record.kind import Object


def in_order(things: Iterable[Object]) -> list[Object]:
    """The earliest first; those of one day by identifier."""
    return sorted(things, key=lambda thing: (thing.fields["as_of"], thing.id))


def latest(things: Iterable[Object], *states: str) -> Object | None:
    """The newest in one of these states."""
    found = in_order(thing for thing in things if thing.state in states)
    return found[-1] if found else None
