"""The table of commitments: what was promised, claimed, verified, and is still owed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sepakat.record.fields import Money
from sepakat.record.kind import Object

BINDING = ("in_force", "fulfilment_proposed", "fulfilled")  # what both nations have agreed to
UPHELD = ("filed", "disputed", "verified")  # neither refused nor withdrawn
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One obligation that binds, on a day. The amounts are in `currency`.

    `claimed` counts the claims that its obligor upholds and `verified` what was found of them.
    `owed` is what is not yet verified; nothing, once both nations have called it fulfilled.
    """

    obligation: str
    title: str
    agreement: str
    obligor: str
    category: str
    state: str
    currency: str
    promised: Decimal
    claimed: Decimal
    verified: Decimal
    owed: Decimal
    milestones_reached: int
    milestones_planned: int  # agreed in all, those reached included
    due: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class Total:
    """The commitments of one category or nation in one currency, added up."""

    name: str
    currency: str
    commitments: int
    promised: Decimal
    claimed: Decimal
    verified: Decimal
    owed: Decimal
    overdue: int  # how many of the commitments are


def commitments(objects: Iterable[Object], today: date) -> list[Commitment]:
    """One row for each obligation that binds, the earliest due first.

    `objects` are all that a reader may see. Whoever may see a claim may see its verification too,
    since each refers to the other.
    """
    known = {thing.id: thing for thing in objects}
    claims = _by_obligation(known.values(), "claim", UPHELD)
    milestones = _by_obligation(known.values(), "milestone", ("planned", "reached"))
    rows = [
        _row(thing, claims.get(thing.id, []), milestones.get(thing.id, []), known, today)
        for thing in known.values()
        if thing.kind == "obligation" and thing.state in BINDING
    ]
    return sorted(rows, key=lambda row: (row.due, row.obligation))


def totals_by_category(rows: Iterable[Commitment]) -> list[Total]:
    return _totals(rows, lambda row: row.category)


def totals_by_nation(rows: Iterable[Commitment]) -> list[Total]:
    """By the nation that owes."""
    return _totals(rows, lambda row: row.obligor)


def _by_obligation(
    objects: Iterable[Object], kind: str, states: tuple[str, ...]
) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = {}
    for thing in objects:
        if thing.kind == kind and thing.state in states:
            found.setdefault(thing.fields["obligation"], []).append(thing)
    return found


def _row(
    obligation: Object,
    claims: list[Object],
    milestones: list[Object],
    known: Mapping[str, Object],
    today: date,
) -> Commitment:
    fields = obligation.fields
    promised = _amount(fields)
    verified = sum(
        (_amount(known[c.fields["verification"]].fields) for c in claims if c.state == "verified"),
        NOTHING,
    )
    is_fulfilled = obligation.state == "fulfilled"
    owed = NOTHING if is_fulfilled else max(promised - verified, NOTHING)
    due = date.fromisoformat(fields["due"])
    return Commitment(
        obligation=obligation.id,
        title=fields["title"],
        agreement=fields["agreement"],
        obligor=fields["obligor"],
        category=fields["category"],
        state=obligation.state,
        currency=Money.model_validate(fields["value"]).currency,
        promised=promised,
        claimed=sum((_amount(claim.fields) for claim in claims), NOTHING),
        verified=verified,
        owed=owed,
        milestones_reached=sum(m.state == "reached" for m in milestones),
        milestones_planned=len(milestones),
        due=due,
        overdue=owed > 0 and today > due,
    )


def _amount(fields: Mapping[str, Any]) -> Decimal:
    return Money.model_validate(fields["value"]).decimal


def _totals(rows: Iterable[Commitment], name: Callable[[Commitment], str]) -> list[Total]:
    groups: dict[tuple[str, str], list[Commitment]] = {}
    for row in rows:
        groups.setdefault((name(row), row.currency), []).append(row)
    return [
        Total(
            name=group,
            currency=currency,
            commitments=len(members),
            promised=sum((row.promised for row in members), NOTHING),
            claimed=sum((row.claimed for row in members), NOTHING),
            verified=sum((row.verified for row in members), NOTHING),
            owed=sum((row.owed for row in members), NOTHING),
            overdue=sum(row.overdue for row in members),
        )
        for (group, currency), members in sorted(groups.items())
    ]
