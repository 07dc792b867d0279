"""A window onto a plan's activities: searched, by phase, the critical first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sepakat.desk import words
from sepakat.desk.charts import Activity, Figure, GanttWords, Order, Window, gantt, window
from sepakat.desk.pages.outlook.pictures import days

SIZE = 50  # rows of a page
LONGEST = 200  # characters of a search


@dataclass(frozen=True)
class Gantt:
    """The page that is shown, how it was asked for, and the way to its neighbours."""

    window: Window
    figure: Figure | None
    search: str
    phase: str
    critical: bool

    def __str__(self) -> str:
        return self._query()

    @property
    def phases(self) -> list[str]:
        return [name for name in self.window.groups if name]

    @property
    def before(self) -> str:
        page = self.window.page
        return self._query(page - 1) if page > 1 else ""

    @property
    def after(self) -> str:
        page = self.window.page
        return self._query(page + 1) if page < self.window.pages else ""

    def _query(self, page: int = 1) -> str:
        asked = {"q": self.search, "phase": self.phase, "critical": "1" if self.critical else ""}
        given = {name: value for name, value in asked.items() if value}
        return urlencode(given | {"page": page})


def view(activities: Sequence[Activity], today: date, asked: QueryDict, description: str) -> Gantt:
    """The activities that a query string asks for; whatever it says, something is shown."""
    search = asked.get("q", "")[:LONGEST]
    phase, critical = asked.get("phase", ""), bool(asked.get("critical"))
    order: Order = "criticality" if critical else "start"
    found = window(
        activities,
        search=search,
        group=phase or None,
        order=order,
        page=_page(asked.get("page", "")),
        size=SIZE,
    )
    figure = (
        gantt(
            _("Activities"), description, found.rows, today, days(), _words(),
            headings=found.grouped,
        )
        if found.rows
        else None
    )  # fmt: skip
    return Gantt(found, figure, search, phase, critical)


def _page(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def _words() -> GanttWords:
    return GanttWords(
        planned=_("Planned"),
        spread=_("P50 to P80"),
        critical=pgettext("activity", "Critical"),
        milestone=pgettext("field", "Milestone"),
        done=pgettext("activity", "Done"),
        today=_("As of"),
        share=words.percent,
        head=(
            pgettext("field", "Activity"),
            pgettext("field", "Phase"),
            pgettext("field", "Starts"),
            pgettext("field", "Ends"),
            "P50",
            "P80",
            pgettext("activity", "Critical"),
            _("State"),
        ),
    )
