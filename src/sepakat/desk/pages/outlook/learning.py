"""How good earlier forecasts were: each as it would have been made on its day, beside what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sepakat.desk import words
from sepakat.desk.charts import Bars, Figure, grouped_bars
from sepakat.desk.pages.outlook.computed import LEVELS, computed
from sepakat.outlook.learning.reference import HALF_OWN, LEAST_OWN, TIME_TO_FINISH
from sepakat.outlook.learning.scoring import Scored, StageScore, table

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """A forecast that has come out, in days from the project's start; `project` its identifier."""

    scored: Scored
    project: str
    activity: str
    p50: int | None  # corrected
    p80: int | None
    late: int  # days that it took longer than forecast

    @property
    def within_p80(self) -> bool:
        return self.p80 is not None and self.scored.outcome.actual <= self.p80


@dataclass(frozen=True)
class Stage:
    """How the forecasts at one stage came out, as it is written."""

    score: StageScore
    coverage: tuple[str, ...]
    pinball: str
    uncorrected: str


@require_GET
def learning(request: HttpRequest) -> HttpResponse:
    """The scores over what this person may see."""
    found = computed(request.access)
    stages = table(found.scored)
    latest = sorted(
        found.scored, key=lambda one: (one.outcome.known, one.outcome.subject), reverse=True
    )
    page = Paginator(latest, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "public": TIME_TO_FINISH,
        "quantiles": [f"P{round(100 * level)}" for level in LEVELS],
        "own": len(found.outcomes),
        "least": LEAST_OWN,
        "half": HALF_OWN,
        "stages": [_stage(score) for score in stages],
        "figure": _losses(stages) if any(s.pinball is not None for s in stages) else None,
        "page": page,
        "lines": [_line(one) for one in page],
        "titles": {each.project.id: each.project.fields["title"] for each in found.standings},
    }
    return render(request, "desk/outlook/learning.html", context)


def _line(scored: Scored) -> Line:
    outcome, quantiles = scored.outcome, scored.corrected.quantiles
    project, _space, activity = outcome.subject.partition(" ")
    p50, p80 = (round(quantiles[level]) if level in quantiles else None for level in (0.5, 0.8))
    return Line(scored, project, activity, p50, p80, round(outcome.actual - outcome.forecast))


def _stage(score: StageScore) -> Stage:
    return Stage(
        score,
        tuple(words.percent(score.coverage[level]) if score.coverage else "–" for level in LEVELS),
        _share(score.pinball),
        _share(score.uncorrected),
    )


def _share(loss: float | None) -> str:
    return "–" if loss is None else words.percent(loss)


def _losses(stages: Sequence[StageScore]) -> Figure:
    losses = [
        (score.stage, (_decimal(score.pinball), _decimal(score.uncorrected))) for score in stages
    ]
    return grouped_bars(
        _("Mean loss by stage"),
        _("The pinball loss as a share of the forecast: less is better."),
        (_("Corrected by the reference class"), _("As it was forecast")),
        [Bars(words.value_name(stage), both) for stage, both in losses],
        words.percent,
        pgettext("field", "Stage"),
    )


def _decimal(loss: float | None) -> Decimal | None:
    return None if loss is None else Decimal(str(round(loss, 4)))
