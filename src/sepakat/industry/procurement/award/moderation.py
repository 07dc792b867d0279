"""From what each evaluator scored alone to the score that the panel stands by.

In moderation an evaluator may change a score of their own, with a reason; the agreed score is the
median, which no single evaluator can pull away.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from sepakat.industry.procurement.award.rule import Criterion, check_score
from sepakat.record.errors import InvalidError


@dataclass(frozen=True, slots=True)
class Given:
    """The score that an evaluator gave an offer alone, before seeing the others'."""

    evaluator: str
    offer: str
    criterion: str
    score: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """A score that an evaluator changed in moderation; `before` is what it was until then."""

    evaluator: str
    offer: str
    criterion: str
    before: Decimal
    after: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """An offer's score on one criterion.

    `alone` and `moderated` are the scores by evaluator before and after the changes. A spread is
    the highest less the lowest, in the criterion's unit.
    """

    offer: str
    criterion: str
    alone: Mapping[str, Decimal]
    moderated: Mapping[str, Decimal]
    spread_alone: Decimal
    spread: Decimal
    score: Decimal
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Moderation:
    """What the panel agreed, by offer and criterion."""

    agreed: tuple[Agreed, ...]

    @property
    def scores(self) -> dict[str, dict[str, Decimal]]:
        """The agreed scores, as `weighted_sum` takes them."""
        found: dict[str, dict[str, Decimal]] = {}
        for one in self.agreed:
            found.setdefault(one.offer, {})[one.criterion] = one.score
        return found


Cell = tuple[str, str]  # offer, criterion

EXACT = Context(prec=80)  # holds the sum of any two numbers that `check_score` lets through


def moderate(
    criteria: Sequence[Criterion],
    given: Iterable[Given],
    changes: Iterable[Change] = (),
) -> Moderation:
    """Agree on scores. `changes` apply in their order.

    Raises `InvalidError` where an evaluator has not scored everything, or twice; where a score is
    outside its scale; and where a change has no reason or does not start from the score as it
    stands.
    """
    by_name = {criterion.name: criterion for criterion in criteria}
    every = tuple(given)
    offers = sorted({one.offer for one in every})
    alone = _sheets(by_name, every)
    _check_complete(alone, [(offer, name) for offer in offers for name in by_name])
    moderated = {evaluator: dict(sheet) for evaluator, sheet in alone.items()}
    made: dict[Cell, list[Change]] = {}
    for change in changes:
        _apply(change, by_name, moderated)
        made.setdefault((change.offer, change.criterion), []).append(change)
    agreed = tuple(
        _agreed((offer, name), alone, moderated, tuple(made.get((offer, name), ())))
        for offer in offers
        for name in by_name
    )
    return Moderation(agreed)


def median(scores: Iterable[Decimal]) -> Decimal:
    """The middle score; of an even number, the exact middle between the two."""
    ordered = sorted(scores)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return low if low == high else EXACT.divide(EXACT.add(low, high), Decimal(2))


def _spread(scores: Collection[Decimal]) -> Decimal:
    return EXACT.subtract(max(scores), min(scores))


def _sheets(
    criteria: Mapping[str, Criterion], given: Sequence[Given]
) -> dict[str, dict[Cell, Decimal]]:
    sheets: dict[str, dict[Cell, Decimal]] = {}
    for one in given:
        where = f"{one.evaluator}, {one.offer}, {one.criterion}"
        _check(criteria, one.criterion, one.score, where)
        sheet = sheets.setdefault(one.evaluator, {})
        if (one.offer, one.criterion) in sheet:
            raise InvalidError("scored twice", where=where, fix="Keep the one that was locked")
        sheet[one.offer, one.criterion] = one.score
    return sheets


def _check_complete(sheets: Mapping[str, Mapping[Cell, Decimal]], cells: Sequence[Cell]) -> None:
    for evaluator, sheet in sheets.items():
        for offer, criterion in cells:
            if (offer, criterion) not in sheet:
                raise InvalidError(
                    "not scored",
                    where=f"{evaluator}, {offer}, {criterion}",
                    fix="Each evaluator scores every offer on every criterion",
                )


def _apply(
    change: Change, criteria: Mapping[str, Criterion], sheets: dict[str, dict[Cell, Decimal]]
) -> None:
    where = f"{change.evaluator}, {change.offer}, {change.criterion}"
    stands = sheets.get(change.evaluator, {}).get((change.offer, change.criterion))
    if stands is None:
        raise InvalidError(
            "no score of theirs is there to change",
            where=where,
            fix="Name evaluator, offer and criterion as their score sheet has them",
        )
    if not change.reason.strip():
        raise InvalidError("a change without a reason", where=where, fix="Say why it changed")
    if change.before != stands:
        raise InvalidError(
            f"the score is {stands}, not {change.before}",
            where=where,
            fix=f"Give {stands} as the score before the change",
        )
    _check(criteria, change.criterion, change.after, where)
    sheets[change.evaluator][change.offer, change.criterion] = change.after


def _check(criteria: Mapping[str, Criterion], name: str, score: Decimal, where: str) -> None:
    if name not in criteria:
        raise InvalidError(f"there is no criterion {name!r}", where=where)
    check_score(criteria[name], score, where)


def _agreed(
    cell: Cell,
    alone: Mapping[str, Mapping[Cell, Decimal]],
    moderated: Mapping[str, Mapping[Cell, Decimal]],
    changes: tuple[Change, ...],
) -> Agreed:
    before = {evaluator: sheet[cell] for evaluator, sheet in sorted(alone.items())}
    after = {evaluator: sheet[cell] for evaluator, sheet in sorted(moderated.items())}
    return Agreed(
        offer=cell[0],
        criterion=cell[1],
        alone=before,
        moderated=after,
        spread_alone=_spread(before.values()),
        spread=_spread(after.values()),
        score=median(after.values()),
        changes=changes,
    )
