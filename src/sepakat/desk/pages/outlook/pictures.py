"""The pictures of one forecast: when its milestones are reached, what moves them, and at what cost.

Quantiles come from the forecast's statement, curves and dots from its file.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sepakat.desk import words
from sepakat.desk.charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Frontier,
    Quadrant,
    Target,
    s_curve,
    scatter,
    tornado,
)
from sepakat.outlook.forecasts.figures import Figures, Point
from sepakat.record.kind import Object

TENTHS = 1000  # of a per cent, in a whole
WHOLE = 100  # per cent
LEVELS = (10, 50, 80, 90)
JOINT = "80"  # per cent: what the frontier holds with
MAX_CURVES = 4  # milestones drawn at once; the others are chosen

Row = Mapping[str, Any]


def level(quantile: int) -> str:
    return f"P{quantile}"


def days() -> Axis:
    return Axis(pgettext("field", "Day"), words.day, words.period)


def milestones(forecast: Object, chosen: str) -> list[Row]:
    """The milestones whose curves are shown: the one that is chosen, or the first few."""
    rows: Sequence[Row] = forecast.fields["milestones"]
    return [row for row in rows if row["activity"] == chosen] or [*rows[:MAX_CURVES]]


def curves(rows: Sequence[Row], found: Figures) -> Iterator[Figure]:
    """An S-curve for each of the milestones, beside the day that is promised."""
    points = {curve.activity: curve.points for curve in found.curves}
    for row in rows:
        drawn = tuple((_day(at.by), at.share / TENTHS) for at in points.get(row["activity"], ()))
        quantiles = tuple((one, _day(row[f"p{one}"])) for one in LEVELS)
        yield s_curve(
            _("When {} is reached").format(row["title"]),
            _("How likely it is reached by each day; the line is the day that is promised."),
            [Curve(row["title"], drawn, quantiles)],
            days(),
            words.percent,
            level,
            pgettext("field", "Level"),
            (_("Promised"), _day(row["due"])) if row.get("due") else None,
        )


def cost(forecast: Object, found: Figures, currency: str) -> Figure | None:
    """The S-curve of the cost, beside the budget."""
    fields = forecast.fields
    if not found.cost or not fields.get("cost_p50") or not fields.get("cost_p80"):
        return None
    quantiles = tuple((one, Decimal(fields[f"cost_p{one}"])) for one in (50, 80))
    points = tuple((Decimal(at.cost), at.share / TENTHS) for at in found.cost)
    budget = fields.get("budget")
    return s_curve(
        _("What it costs"),
        _("How likely it costs no more than each amount; the line is the budget."),
        [Curve(_("Cost"), points, quantiles)],
        money(currency),
        words.percent,
        level,
        pgettext("field", "Level"),
        (_("Budget"), Decimal(budget)) if budget else None,
    )


def money(currency: str) -> Axis:
    return Axis(_("Cost ({})").format(currency) if currency else _("Cost"), words.number)


def drivers(forecast: Object) -> Figure | None:
    """What would be gained without each risk, and without all uncertainty of durations."""
    rows = forecast.fields.get("drivers", ())
    if not rows:
        return None
    return tornado(
        _("What moves the finish most"),
        _("Working days by which it would end earlier without each of them."),
        (_("On average"), _("At P80")),
        [Bars(row["title"] if row.get("risk") else uncertainty(), _both(row)) for row in rows],
        words.number,
        pgettext("field", "Driver"),
    )


def uncertainty() -> str:
    """What the driver is called that is no risk."""
    return _("Uncertainty of all durations")


def _both(row: Row) -> tuple[Decimal, Decimal]:
    return Decimal(row["days"]), Decimal(row["p80_days"])


def joint(forecast: Object, found: Figures, currency: str) -> Figure | None:
    """Finish and cost of some iterations, against the last day that is promised and the budget."""
    fields = forecast.fields
    if not found.scatter or not fields.get("budget"):
        return None
    by = max(_day(row.get("due") or row["planned"]) for row in fields["milestones"])
    within = Decimal(fields["budget"])
    dots = [_dot(point) for point in found.scatter]
    edge = tuple(_dot(point) for point in found.frontier)
    return scatter(
        _("Finish and cost together"),
        _("{} iterations; the shares are of these. Each dot is one finish with its cost.").format(
            words.number(len(dots))
        ),
        dots,
        Axis(_("Finish"), words.day, words.period),
        money(currency),
        (Target(_("Promised"), by), Target(_("Budget"), within)),
        _quadrants(dots, by, within),
        Frontier(_("80% joint confidence"), words.percent(Decimal(JOINT) / WHOLE), edge)
        if edge
        else None,
        _("An iteration"),
        (_("Which"), _("Finish"), _("Cost"), _("Share")),
    )


def _dot(point: Point) -> tuple[date, Decimal]:
    return _day(point.on), Decimal(point.cost)


def _quadrants(
    dots: Sequence[tuple[date, Decimal]], by: date, within: Decimal
) -> tuple[Quadrant, Quadrant, Quadrant, Quadrant]:
    def share(late: bool, dear: bool) -> str:
        count = sum((on > by, cost > within) == (late, dear) for on, cost in dots)
        return words.percent(Decimal(count) / len(dots))

    return (
        Quadrant(_("In time and within budget"), share(late=False, dear=False)),
        Quadrant(_("In time, over budget"), share(late=False, dear=True)),
        Quadrant(_("Late, within budget"), share(late=True, dear=False)),
        Quadrant(_("Late and over budget"), share(late=True, dear=True)),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
