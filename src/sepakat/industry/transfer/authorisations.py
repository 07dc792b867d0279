"""Export authorisations on a day: which hold, which end soon, and what goes without one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sepakat.record.kind import Object

AHEAD = timedelta(days=90)
SENDING = ("agreed", "absorption_proposed")  # states of a package that may still be delivered


@dataclass(frozen=True, slots=True)
class Authorised:
    """A package's authorisations; none of them has to be said to have expired to have done so."""

    authorisations: tuple[Object, ...]  # in any state, by their last day
    holding: tuple[Object, ...]  # those that cover the day
    ending: tuple[Object, ...]  # of these, those that do not cover ninety days more
    is_uncovered: bool  # it is controlled, may still be sent, and nothing covers the day


def authorised(package: Object, authorisations: Iterable[Object], day: date) -> Authorised:
    """What a package's deliveries may go under; authorisations of others are left aside."""
    found = sorted(
        (thing for thing in authorisations if thing.fields["package"] == package.id),
        key=lambda thing: (thing.fields["expires"], thing.id),
    )
    on, until = day.isoformat(), (day + AHEAD).isoformat()
    holding = tuple(
        thing
        for thing in found
        if thing.state == "in_force" and thing.fields["effective"] <= on <= thing.fields["expires"]
    )
    return Authorised(
        tuple(found),
        holding,
        tuple(thing for thing in holding if thing.fields["expires"] <= until),
        bool(package.fields.get("classifications")) and package.state in SENDING and not holding,
    )
