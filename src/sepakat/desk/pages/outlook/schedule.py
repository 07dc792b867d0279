"""The quality of a project's schedule, worked out from its plan's file, and its earned schedule."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sepakat.desk import refusals, words
from sepakat.desk.pages.outlook import files
from sepakat.desk.pages.outlook.computed import computed
from sepakat.outlook.learning.earned import Earned
from sepakat.outlook.quality import Finding
from sepakat.record.errors import NotFoundError, SepakatError

MAX_OFFENDERS = 50  # of one check; the rest are counted


@dataclass(frozen=True)
class Checked:
    """A check, as it is written; `passes` is None where it could not be worked out."""

    finding: Finding
    passes: bool | None
    value: str
    limit: str
    offenders: tuple[str, ...]
    more: int


@require_GET
def schedule(request: HttpRequest, object_id: str) -> HttpResponse:
    """All fourteen checks of the latest plan's schedule, and how its progress compares."""
    standing = computed(request.access).of(object_id)
    if standing is None or standing.plan is None:
        raise NotFoundError("there is no plan", where=object_id)
    told, planned = "", None
    try:
        planned = files.planned(request.access, standing.plan)
    except SepakatError as error:
        told = refusals.reason(error)
    context = {
        "thing": standing.project,
        "plan": standing.plan,
        "told": told,
        "checks": [_checked(finding) for finding in planned.findings] if planned else (),
        "progress": _progress(planned.progress) if planned and planned.progress else (),
        "today": planned.today if planned else None,
    }
    return render(request, "desk/outlook/schedule.html", context)


def _checked(finding: Finding) -> Checked:
    check = finding.check
    sign = "≥" if check.at_least else "≤"
    return Checked(
        finding,
        finding.passes,
        "–" if finding.value is None else _amount(finding.value, check.unit),
        f"{sign} {_amount(check.limit, check.unit)}",
        finding.offenders[:MAX_OFFENDERS],
        max(0, len(finding.offenders) - MAX_OFFENDERS),
    )


def _amount(value: float, unit: str) -> str:
    return words.percent(value / 100) if unit == "%" else words.number(str(round(value, 2)))


def _progress(found: Earned) -> Sequence[tuple[str, str, str]]:
    """Each figure: its name, what it is, and what it means."""
    weeks = _("{} weeks")

    def plain(value: float | None) -> str:
        return "–" if value is None else words.number(str(round(value, 2)))

    return (
        (_("Actual time"), weeks.format(plain(found.at)), _("Since the first baseline start.")),
        (
            _("Earned schedule"),
            weeks.format(plain(found.schedule)),
            _("When by the baseline as much was to be done as is done now."),
        ),
        (
            "SPI(t)",
            plain(found.spi_t),
            _("Earned schedule over actual time: below 1, it is behind."),
        ),
        ("SV(t)", weeks.format(plain(found.sv_t)), _("Earned schedule less actual time.")),
        (
            _("Planned duration"),
            weeks.format(plain(found.planned_duration)),
            pgettext("earned", "By the baseline."),
        ),
        (
            "IEAC(t)",
            "–" if found.finish is None else weeks.format(plain(found.finish)),
            _("What it will have taken if it goes on as so far."),
        ),
    )
