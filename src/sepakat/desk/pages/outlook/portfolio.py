"""Outlook: the portfolios that one may see, what will be late, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sepakat.desk.charts import Figure
from sepakat.desk.kinds.objects import links
from sepakat.desk.pages.outlook import overview
from sepakat.desk.pages.outlook.computed import Outlook, computed
from sepakat.outlook.portfolio.kinds import SHOWN
from sepakat.outlook.portfolio.standing import Standing, funding
from sepakat.outlook.reviews.ratings import Rating
from sepakat.record.kind import Object


@dataclass(frozen=True)
class Line:
    """A project in the table."""

    standing: Standing
    ratings: tuple[Rating, ...]
    standing_words: tuple[str, str]  # how its dates look, and that tag's colour


@dataclass(frozen=True)
class Part:
    """A portfolio with its projects; none, where the portfolio itself is not seen."""

    id: str
    portfolio: Object | None
    currency: str
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    nations: tuple[str, ...]
    years: tuple[tuple[int, tuple[Decimal | None, ...], Decimal], ...]


@require_GET
def portfolios(request: HttpRequest) -> HttpResponse:
    """Every portfolio that this person may see, or one domain of them."""
    access = request.access
    found = computed(access)
    domains = sorted({each.project.fields["domain"] for each in found.standings})
    chosen = request.GET.get("domain", "")
    shown = [each for each in found.standings if chosen in ("", each.project.fields["domain"])]
    names = [each.project.fields["lead"] for each in shown]
    context = {
        "parts": _parts(found, shown),
        "domains": domains,
        "chosen": chosen,
        "links": links(access, dict.fromkeys(names)),
    }
    return render(request, "desk/outlook/portfolios.html", context)


def _parts(found: Outlook, shown: Sequence[Standing]) -> list[Part]:
    known = [name for name, thing in found.portfolios.items() if thing.state in SHOWN]
    named = dict.fromkeys([*known, *(each.project.fields["portfolio"] for each in shown)])
    parts = [
        _part(found, name, [s for s in shown if s.project.fields["portfolio"] == name])
        for name in named
    ]
    return sorted(parts, key=lambda part: (part.portfolio is None, part.id))


def _part(found: Outlook, name: str, standings: Sequence[Standing]) -> Part:
    portfolio = found.portfolios.get(name)
    by_year = funding(each.project for each in standings)
    nations = tuple(sorted({nation for year in by_year.values() for nation in year}))
    currency = str(portfolio.fields["currency"]) if portfolio else ""
    return Part(
        name,
        portfolio,
        currency,
        tuple(_line(found, each) for each in standings),
        tuple(overview.figures(standings, by_year, nations, currency)),
        nations,
        tuple(
            (year, tuple(paid.get(nation) for nation in nations), sum(paid.values(), Decimal(0)))
            for year, paid in by_year.items()
        ),
    )


def _line(found: Outlook, standing: Standing) -> Line:
    return Line(standing, found.rated(standing), overview.lateness(standing))
