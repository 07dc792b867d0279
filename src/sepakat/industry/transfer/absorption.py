"""How far a package is absorbed: what is proven, what is still to be shown, how ready it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from sepakat.record.kind import Object


@dataclass(frozen=True, slots=True)
class Level:
    """A confirmed readiness level, and the day it was assessed."""

    scale: str
    level: int
    day: str
    assessment: str


@dataclass(frozen=True, slots=True)
class Absorption:
    package: Object
    witnessed: tuple[Object, ...]  # the proofs that the provider stands by
    missing: tuple[str, ...]  # the sorts of proof needed that nobody has witnessed
    levels: tuple[Level, ...]  # by scale, the latest
    received: tuple[Object, ...]  # deliveries, by day


def absorption(
    package: Object,
    proofs: Iterable[Object],
    assessments: Iterable[Object],
    deliveries: Iterable[Object],
) -> Absorption:
    """What is known of one package; objects of other packages are left aside.

    An assessment or a proof counts once the other nation has confirmed or witnessed it.
    """
    witnessed = _of(package, proofs, "witnessed")
    shown = {proof.fields["type"] for proof in witnessed}
    latest = {
        thing.fields["scale"]: Level(
            thing.fields["scale"], thing.fields["level"], thing.fields["date"], thing.id
        )
        for thing in _of(package, assessments, "confirmed")
    }
    return Absorption(
        package,
        witnessed,
        tuple(sort for sort in package.fields["needed"] if sort not in shown),
        tuple(latest[scale] for scale in sorted(latest)),
        _of(package, deliveries, "received"),
    )


def _of(package: Object, things: Iterable[Object], state: str) -> tuple[Object, ...]:
    """Those of a package in a state, by day."""
    found = [t for t in things if t.fields["package"] == package.id and t.state == state]
    return tuple(sorted(found, key=lambda thing: (thing.fields["date"], thing.id)))
