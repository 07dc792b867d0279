"""How far a package is absorbed: what is proven, what is still to be shown, how ready it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sepakat.record.kind import Object


class Shown(StrEnum):
    """How far a sort of proof has come; the furthest of all that were brought counts."""

    WITNESSED = "witnessed"  # the provider stands by it
    SHOWN = "shown"  # the receiver says so; nobody has answered
    CONTESTED = "contested"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Needed:
    """A sort of proof that the package asks for, and what was brought of it, by day."""

    sort: str
    standing: Shown
    proofs: tuple[Object, ...]


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
    needed: tuple[Needed, ...]  # in the package's order
    levels: tuple[Level, ...]  # all of them, by day
    deliveries: tuple[Object, ...]  # in any state, by day

    @property
    def missing(self) -> tuple[str, ...]:
        """The sorts of proof that nobody has witnessed."""
        return tuple(n.sort for n in self.needed if n.standing is not Shown.WITNESSED)

    @property
    def latest(self) -> tuple[Level, ...]:
        """The level that each scale stands at, which may be lower than it once was."""
        found = {level.scale: level for level in self.levels}
        return tuple(found[scale] for scale in sorted(found))


def absorption(
    package: Object,
    proofs: Iterable[Object],
    assessments: Iterable[Object],
    deliveries: Iterable[Object],
) -> Absorption:
    """What is known of one package; objects of other packages are left aside.

    An assessment or a proof counts once the other nation has confirmed or witnessed it.
    """
    brought = _of(package, proofs)
    confirmed = (thing for thing in _of(package, assessments) if thing.state == "confirmed")
    return Absorption(
        package,
        tuple(_needed(sort, brought) for sort in dict.fromkeys(package.fields["needed"])),
        tuple(
            Level(thing.fields["scale"], thing.fields["level"], thing.fields["date"], thing.id)
            for thing in confirmed
        ),
        _of(package, deliveries),
    )


def _needed(sort: str, brought: Iterable[Object]) -> Needed:
    proofs = tuple(proof for proof in brought if proof.fields["type"] == sort)
    states = {proof.state for proof in proofs}
    standing = next((s for s in Shown if s in states), Shown.MISSING)
    return Needed(sort, standing, proofs)


def _of(package: Object, things: Iterable[Object]) -> tuple[Object, ...]:
    """Those of a package, by day."""
    found = [thing for thing in things if thing.fields["package"] == package.id]
    return tuple(sorted(found, key=lambda thing: (thing.fields["date"], thing.id)))
