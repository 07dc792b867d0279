"""What a review speaks of between two nations: open actions, decisions with dissent, readiness."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sepakat.record.kind import Object

OPEN_ACTIONS = ("undertaken", "asked", "accepted", "reported")
BEGIN_ACTIONS = ("undertake", "ask")

Days = Mapping[tuple[str, str], date]
"""By object and action, the day on which it was last said."""


@dataclass(frozen=True)
class ActionItem:
    """Something that is still to be done. `age` is in days since it was undertaken or asked, None
    where no statement of that is known; `overdue` in days past its day, 0 where it is not."""

    id: str
    title: str
    nation: str  # that is to do it
    due: date
    state: str
    age: int | None
    overdue: int


@dataclass(frozen=True)
class Dissent:
    """An opinion that differs, of which nation, and when it was said; None for the day of what
    the decision itself says."""

    nation: str
    text: str
    on: date | None = None


@dataclass(frozen=True)
class Decision:
    """A decision that both nations agreed, with every dissent on record."""

    id: str
    question: str
    text: str
    reasons: str
    agreed: date
    dissents: tuple[Dissent, ...]


@dataclass(frozen=True)
class Readiness:
    """The newest level of a package on one scale that both nations have confirmed."""

    id: str
    package: str
    title: str  # of the package
    scale: str
    level: int
    on: date
    findings: str
    evidence: tuple[str, ...]


def actions_by_owner(
    actions: Iterable[Object], days: Days, day: date
) -> tuple[tuple[str, tuple[ActionItem, ...]], ...]:
    """The open actions by the nation that is to do them; the longest overdue first."""
    found: dict[str, list[ActionItem]] = {}
    for thing in actions:
        if thing.state in OPEN_ACTIONS:
            item = _action(thing, days, day)
            found.setdefault(item.nation, []).append(item)
    return tuple(
        (nation, tuple(sorted(found[nation], key=lambda item: (item.due, item.id))))
        for nation in sorted(found)
    )


def _action(thing: Object, days: Days, day: date) -> ActionItem:
    fields = thing.fields
    due = date.fromisoformat(fields["due"])
    begun = [days[thing.id, name] for name in BEGIN_ACTIONS if (thing.id, name) in days]
    return ActionItem(
        id=thing.id,
        title=fields["title"],
        nation=fields["assignee"],
        due=due,
        state=thing.state,
        age=(day - begun[0]).days if begun else None,
        overdue=max((day - due).days, 0),
    )


def decisions_since(
    decisions: Iterable[Object],
    days: Days,
    dissents: Mapping[str, Sequence[Dissent]],
    since: date,
    day: date,
) -> tuple[Decision, ...]:
    """Those agreed after one day and up to another, first to last. `dissents` are the notes."""
    found = []
    for thing in decisions:
        agreed = days.get((thing.id, "agree"))
        if thing.state == "agreed" and agreed and since < agreed <= day:
            fields = thing.fields
            own = fields.get("dissent")
            differing = [Dissent(thing.owner, own)] if own else []
            differing += dissents.get(thing.id, ())
            found.append(
                Decision(
                    thing.id,
                    fields["question"],
                    fields["text"],
                    fields["reasons"],
                    agreed,
                    tuple(differing),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.agreed, one.id)))


def readiness(packages: Iterable[Object], levels: Iterable[Object]) -> tuple[Readiness, ...]:
    """The newest confirmed level of each package on each scale, in the order of the packages."""
    confirmed = sorted(
        (thing for thing in levels if thing.state == "confirmed"),
        key=lambda thing: (thing.fields["date"], thing.id),
    )
    found = []
    for package in packages:
        own = [thing for thing in confirmed if thing.fields["package"] == package.id]
        newest = {thing.fields["scale"]: thing for thing in own}
        found += [_readiness(package, newest[scale]) for scale in sorted(newest, reverse=True)]
    return tuple(found)


def _readiness(package: Object, thing: Object) -> Readiness:
    fields = thing.fields
    return Readiness(
        id=thing.id,
        package=package.id,
        title=package.fields["title"],
        scale=fields["scale"],
        level=fields["level"],
        on=date.fromisoformat(fields["date"]),
        findings=fields["findings"],
        evidence=tuple(fields["evidence"]),
    )
