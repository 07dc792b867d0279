"""The partnership in figures: what was promised, claimed and verified, as one reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.charts import Bars, Figure, Mark, grouped_bars, strip
from sepakat.industry.commitments import (
    Commitment,
    Total,
    commitments,
    totals_by_category,
    totals_by_nation,
)
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Log

KINDS = ("obligation", "milestone", "claim", "verification")


@dataclass(frozen=True)
class Figures:
    """The commitments that bind, earliest due first, and their totals."""

    commitments: tuple[Commitment, ...]
    by_category: tuple[Total, ...]
    by_nation: tuple[Total, ...]

    @property
    def overdue(self) -> list[Commitment]:
        return [row for row in self.commitments if row.overdue]


def figures(access: Access, today: date) -> Figures:
    """The figures over what this person may see; two queries while the record stands still."""
    sizes = tuple(Log.objects.order_by("nation").values_list("nation", "size"))
    labels = tuple(access.labels_of(kind) for kind in KINDS)
    return _figures(str(access.home.path), labels, sizes, today)


@lru_cache(maxsize=64)
def _figures(
    node: str,
    labels: tuple[frozenset[int], ...],
    sizes: tuple[tuple[str, int], ...],
    today: date,
) -> Figures:
    """The state of a record follows from its logs, so the figures are kept until one has grown."""
    objects = [
        thing
        for kind, numbers in zip(KINDS, labels, strict=True)
        for thing in rows.objects_under(kind, numbers)
    ]
    found = commitments(objects, today)
    return Figures(tuple(found), tuple(totals_by_category(found)), tuple(totals_by_nation(found)))


def charts(totals: Sequence[Total], title: str, head: str, nations: bool) -> list[Figure]:
    """One chart for each currency: amounts of different ones have no common scale."""
    series = (_("Promised"), _("Claimed"), _("Verified"))
    name = words.nation if nations else words.value_name
    drawn = []
    for currency in dict.fromkeys(total.currency for total in totals):
        groups = [
            Bars(name(total.name), (total.promised, total.claimed, total.verified))
            for total in totals
            if total.currency == currency
        ]
        said = _("Amounts promised, claimed and verified, in {}.").format(currency)
        drawn.append(grouped_bars(f"{title} ({currency})", said, series, groups, _amount, head))
    return drawn


def _amount(value: Decimal) -> str:
    return words.number(value.quantize(Decimal(1)) if value == value.to_integral() else value)


def ahead(access: Access, today: date) -> Figure | None:
    """The gates and milestones that are still to come, or late, on a strip of time."""
    gates = rows.objects_under("gate", access.labels_of("gate"))
    open_gates = [g for g in gates if g.state in ("planned", "tabled", "deferred")]
    milestones = rows.objects_under("milestone", access.labels_of("milestone"))
    planned = [m for m in milestones if m.state == "planned"]
    named = [(g, g.fields["name"], 1) for g in open_gates]
    named += [(m, m.fields["title"], 3) for m in planned]
    marks = [
        Mark(name, date.fromisoformat(thing.fields["due"]), words.state_name(thing.state), series)
        for thing, name, series in named
    ]
    marks = sorted(marks, key=lambda mark: mark.on)[:MAX_MARKS]
    if not marks:
        return None
    return strip(
        _("Gates and milestones ahead"),
        _("Each by the day on which it is due; the line is today."),
        marks,
        today,
        words.day,
        (_("Name"), _("Due"), _("State")),
    )


MAX_MARKS = 20
