"""The pictures of a portfolio: chance beside cost, its risks, and who pays for it when."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from sepakat.desk import words
from sepakat.desk.charts import (
    Axis,
    Bars,
    Bubble,
    Cell,
    Figure,
    HeatRow,
    bubbles,
    grouped_bars,
    heat_map,
)
from sepakat.outlook.portfolio.standing import Standing, days_past
from sepakat.outlook.risks.bands import banded
from sepakat.record.kind import Object

WHOLE = 100  # per cent
NAMED = 3  # risks that a cell of the heat map names; the others are counted
BANDS = 4
HIGHEST = 5  # of the heat map's levels


def figures(
    standings: Sequence[Standing],
    by_year: Mapping[int, Mapping[str, Decimal]],
    nations: Sequence[str],
    currency: str,
) -> Iterator[Figure]:
    """Those that there is something to draw in."""
    if found := [bubble for each in standings if (bubble := _bubble(each))]:
        yield _bubbles(found, currency)
    if any(each.risks for each in standings):
        yield _risks(standings)
    if by_year:
        yield _funding(by_year, nations, currency)


def lateness(standing: Standing) -> tuple[str, str]:
    """How the dates of the milestone that tells most look, in words, and the tag's colour."""
    row = standing.milestone
    if standing.forecast is None:
        return pgettext("outlook", "No forecast"), ""
    if row is None:
        return pgettext("outlook", "Reached"), "tag-good"
    if not row.get("due"):
        return pgettext("outlook", "Nothing is due"), ""
    if days_past(row["p50"], row["due"]) > 0:
        return pgettext("outlook", "Likely late"), "tag-bad"
    if days_past(row["p80"], row["due"]) > 0:
        return pgettext("outlook", "In doubt"), "tag-warn"
    return pgettext("outlook", "On course"), "tag-good"


def _bubble(standing: Standing) -> Bubble | None:
    chance, forecast = standing.on_time, standing.forecast
    if chance is None or forecast is None or not forecast.fields.get("cost_p80"):
        return None
    budget = Decimal(forecast.fields.get("budget") or 0)
    if budget <= 0:
        return None
    project = standing.project.fields
    cost = Decimal(forecast.fields["cost_p80"]) / budget
    return Bubble(project["title"], project["domain"], float(chance / WHOLE), cost, budget)


def _bubbles(found: Sequence[Bubble], currency: str) -> Figure:
    budget = _("Budget ({})").format(currency) if currency else _("Budget")
    return bubbles(
        _("Chance to be on time, and cost"),
        _(
            "Each project by the least chance of its milestones to be on time and by its cost, "
            "P80, against its budget; larger is a larger budget, and a shape is a domain."
        ),
        found,
        Axis(_("Chance to be on time"), words.percent),
        Axis(_("Cost, P80, of the budget"), words.percent),
        Axis(budget, words.number),
        (_("Project"), pgettext("field", "Domain")),
    )


def _risks(standings: Sequence[Standing]) -> Figure:
    """Risks by probability and impact: each once, whatever projects it may happen to."""
    budgets: dict[str, list[Decimal]] = {}
    known: dict[str, Object] = {}
    for standing in standings:
        for risk in standing.risks:
            known[risk.id] = risk
            budgets.setdefault(risk.id, []).append(standing.budget)
    places: dict[tuple[int, int], list[str]] = {}
    for name, risk in known.items():
        band = banded(risk.fields, budgets[name])
        places.setdefault((band.probability, band.impact), []).append(risk.fields["title"])
    rows = [
        HeatRow(_likely()[p], tuple(_cell(places.get((p, i), []), p, i) for i in range(BANDS)))
        for p in reversed(range(BANDS))
    ]
    return heat_map(
        _("Risks by probability and impact"),
        _(
            "Open risks as they are now, after the treatment that is under way. Impact is the "
            "worst of its most likely days, durations and cost: minor is below 5 days, 5% of "
            "durations or 1% of the budget; severe is from 60 days, 30% or 10%."
        ),
        _bad(),
        rows,
        _levels(),
        _("Probability"),
    )


def _cell(titles: Sequence[str], probability: int, impact: int) -> Cell:
    level = probability + impact
    if not titles:
        return Cell((), min(level, HIGHEST))
    count = ngettext("{} risk", "{} risks", len(titles)).format(len(titles))
    more = [_("and {} more").format(len(titles) - NAMED)] if len(titles) > NAMED else []
    return Cell((count, *titles[:NAMED], *more), min(level, HIGHEST))


def _likely() -> list[str]:
    return [_("Below 10%"), _("10 to 30%"), _("30 to 60%"), _("60% and more")]


def _bad() -> list[str]:
    return [
        pgettext("impact", "Minor"),
        pgettext("impact", "Moderate"),
        pgettext("impact", "Major"),
        pgettext("impact", "Severe"),
    ]


def _levels() -> list[str]:
    return [
        pgettext("risk", "Lowest"),
        pgettext("risk", "Low"),
        pgettext("risk", "Moderate"),
        pgettext("risk", "Raised"),
        pgettext("risk", "High"),
        pgettext("risk", "Highest"),
    ]


def _funding(
    by_year: Mapping[int, Mapping[str, Decimal]], nations: Sequence[str], currency: str
) -> Figure:
    title = _("Co-funding by nation and year")
    return grouped_bars(
        f"{title} ({currency})" if currency else title,
        _("What each nation is to pay in each year, by the budgets of these projects."),
        [words.nation(nation) for nation in nations],
        [
            Bars(str(year), tuple(paid.get(nation) for nation in nations))
            for year, paid in by_year.items()
        ],
        words.number,
        pgettext("field", "Year"),
    )
