"""Evaluations worked out again: who scored what, what it comes to, and how sure the winner is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.charts import Bars, Figure, grouped_bars
from sepakat.industry.procurement.award.moderation import Agreed
from sepakat.industry.procurement.award.robustness import Opinion, robustness
from sepakat.industry.procurement.award.rule import Part
from sepakat.industry.procurement.award.weights import Interval, stable_weights
from sepakat.industry.procurement.evaluation.tallying import Tally, points, tally
from sepakat.record.errors import SepakatError
from sepakat.record.kind import Object

MOST_DRAWN = 4  # offers: as many as there are colours


@dataclass(frozen=True)
class Cell:
    """What an offer has on one criterion."""

    agreed: Agreed
    points: str


@dataclass(frozen=True)
class Row:
    """An offer's place, as the evaluation states it, with what it comes from."""

    offer: str
    points: str
    rank: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Range:
    """The weights, of 100, at which the first offer stays first; `interval` names its rivals."""

    interval: Interval
    weight: str
    lower: str
    upper: str


@dataclass(frozen=True)
class Scored:
    """An evaluation; without a tally, where not all of its sheets may be seen.

    `opinions` are other methods', or none where their package is not installed; `others_first`
    names the methods that put another offer first.
    """

    evaluation: Object
    rows: tuple[Row, ...]
    sheets: tuple[Object, ...]
    tally: Tally | None = None
    ranges: tuple[Range, ...] = ()
    opinions: tuple[Opinion, ...] | None = None
    others_first: tuple[str, ...] = ()
    figure: Figure | None = None


def scored(
    tender: Object, evaluation: Object, known: Mapping[str, Object], names: Mapping[str, str]
) -> Scored:
    """An evaluation, worked out from those of its sheets that are known; `names` are offers'."""
    fields = evaluation.fields
    sheets = tuple(known[id_] for id_ in fields["sheets"] if id_ in known)
    stated = tuple(Row(row["offer"], row["points"], row["rank"], ()) for row in fields["results"])
    if len(sheets) < len(fields["sheets"]):
        return Scored(evaluation, stated, sheets)
    try:
        counted = tally(tender.fields, sheets, fields.get("changes", ()))
    except SepakatError:  # a sheet was made void since, or the evaluation was sent back
        return Scored(evaluation, stated, sheets)
    opinions, others_first = _opinions(counted)
    return Scored(
        evaluation,
        tuple(_with_cells(row, counted) for row in stated),
        sheets,
        counted,
        _ranges(counted),
        opinions,
        others_first,
        _figure(tender, counted, names),
    )


def _with_cells(row: Row, counted: Tally) -> Row:
    parts = _parts(counted).get(row.offer, ())
    agreed = {(one.offer, one.criterion): one for one in counted.moderation.agreed}
    cells = (Cell(agreed[row.offer, part.criterion], points(part.points)) for part in parts)
    return Row(row.offer, row.points, row.rank, tuple(cells))


def _parts(counted: Tally) -> dict[str, tuple[Part, ...]]:
    return {standing.offer: standing.parts for standing in counted.ranking.standings}


def _ranges(counted: Tally) -> tuple[Range, ...]:
    """Nothing where the first place is shared."""
    winner = counted.ranking.winner
    if winner is None:
        return ()
    found = stable_weights(counted.criteria, counted.moderation.scores, winner)
    return tuple(Range(one, points(one.share), _end(one.lower), _end(one.upper)) for one in found)


def _end(share: Fraction | None) -> str:
    return "" if share is None else points(share)


def _opinions(counted: Tally) -> tuple[tuple[Opinion, ...] | None, tuple[str, ...]]:
    try:
        found = robustness(counted.criteria, counted.moderation.scores)
    except SepakatError:  # pymcdm is not installed: the scores are in order, as they were tallied
        return None, ()
    return found.opinions, tuple(one.method for one in found.disagreements if one.other_winner)


def _figure(tender: Object, counted: Tally, names: Mapping[str, str]) -> Figure:
    """Criterion by criterion, the points of the best offers."""
    best = [standing.offer for standing in counted.ranking.standings][:MOST_DRAWN]
    parts = _parts(counted)
    titles = [row["title"] for row in tender.fields["criteria"]]
    groups = [
        Bars(title, tuple(Decimal(points(parts[offer][place].points)) for offer in best))
        for place, title in enumerate(titles)
    ]
    return grouped_bars(
        _("Points by criterion"),
        _("What each criterion adds to the points of each of the best offers, four at most."),
        [names.get(offer, offer) for offer in best],
        groups,
        words.exact,
        _("Criterion"),
    )
