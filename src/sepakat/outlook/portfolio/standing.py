"""Where a project stands: its latest plan and forecasts, its ratings, and what has fired.

Pure functions over what somebody may see, whoever that is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sepakat.outlook.dated import in_order
from sepakat.outlook.portfolio.kinds import AGREED
from sepakat.outlook.risks.kinds import MAY_HAPPEN
from sepakat.outlook.risks.triggers import has_fired, is_said
from sepakat.record.kind import Object

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """A project with what is about it, each as somebody may see it.

    `plans` are those accepted and `forecasts` those issued, earliest first; `risks` those that may
    still happen; `ratings` and `options` all there are.
    """

    project: Object
    plans: tuple[Object, ...] = ()
    forecasts: tuple[Object, ...] = ()
    ratings: tuple[Object, ...] = ()
    risks: tuple[Object, ...] = ()
    options: tuple[Object, ...] = ()

    @property
    def plan(self) -> Object | None:
        return self.plans[-1] if self.plans else None

    @property
    def forecast(self) -> Object | None:
        return self.forecasts[-1] if self.forecasts else None

    @property
    def budget(self) -> Decimal:
        return sum((Decimal(row["amount"]) for row in self.project.fields["budget"]), Decimal(0))

    @property
    def milestone(self) -> Fields | None:
        """The row of the latest forecast that tells most, of what no plan says was reached since:
        the milestone least likely to be on time, of several the last; where none is due on a day,
        the last of all."""
        rows: Sequence[Fields] = self.forecast.fields["milestones"] if self.forecast else ()
        still_open = [row for row in rows if row["activity"] not in self.reached]
        by_day = sorted(still_open, key=lambda row: str(row["planned"]), reverse=True)
        due = [row for row in by_day if row.get("due")]
        if due:
            return min(due, key=lambda row: Decimal(row["on_time"]))
        return by_day[0] if by_day else None

    @property
    def reached(self) -> frozenset[str]:
        """The activities of the milestones that the latest plan says were reached."""
        rows: Sequence[Fields] = self.plan.fields["promises"] if self.plan else ()
        return frozenset(row["activity"] for row in rows if row.get("achieved"))

    @property
    def on_time(self) -> Decimal | None:
        """The least chance of any milestone to be on time, in per cent."""
        row = self.milestone
        return Decimal(row["on_time"]) if row and row.get("due") else None

    @property
    def days_late(self) -> int | None:
        """By how many days that milestone's P80 is past the day that it is due; below 0, before."""
        row = self.milestone
        return days_past(row["p80"], row["due"]) if row and row.get("due") else None

    @property
    def is_outdated(self) -> bool:
        """Whether a plan has been accepted since the one that the latest forecast was made from."""
        forecast, plan = self.forecast, self.plan
        return bool(forecast and plan and forecast.fields["plan"] != plan.id)

    @property
    def fired(self) -> tuple[Object, ...]:
        """Risks whose trigger the latest forecast fires, where that is still to be said."""
        forecast = self.forecast
        return tuple(
            risk
            for risk in self.risks
            if forecast and has_fired(risk.fields, forecast.fields) and not is_said(risk, forecast)
        )

    @property
    def triggered(self) -> tuple[Object, ...]:
        """Risks whose contingency plan has been started."""
        return tuple(risk for risk in self.risks if risk.state == "triggered")


def standings(seen: Mapping[str, Sequence[Object]]) -> list[Standing]:
    """A standing for each project that is agreed, those that are latest first.

    `seen` are objects by kind.
    """
    found = [_of(project, seen) for project in seen["project"] if project.state in AGREED]
    return sorted(found, key=_order)


def _of(project: Object, seen: Mapping[str, Sequence[Object]]) -> Standing:
    def about(kind: str) -> list[Object]:
        return [thing for thing in seen[kind] if thing.fields["project"] == project.id]

    accepted = [plan for plan in about("plan") if plan.state == "accepted"]
    issued = [forecast for forecast in about("forecast") if forecast.state == "issued"]
    return Standing(
        project,
        tuple(in_order(accepted)),
        tuple(in_order(issued)),
        tuple(about("rating")),
        tuple(
            risk
            for risk in seen["risk"]
            if risk.state in MAY_HAPPEN and project.id in risk.fields["projects"]
        ),
        tuple(about("option")),
    )


def _order(standing: Standing) -> tuple[bool, bool, Decimal, int, str]:
    """What is under way before what is done, and the least likely to be on time first."""
    chance = standing.on_time
    return (
        standing.project.state == "completed",
        chance is None,
        chance or Decimal(0),
        -(standing.days_late or 0),
        standing.project.id,
    )


def funding(projects: Iterable[Object]) -> dict[int, dict[str, Decimal]]:
    """What each nation pays in each year, for all of them, by year."""
    found: dict[int, dict[str, Decimal]] = {}
    for project in projects:
        for row in project.fields["budget"]:
            year = found.setdefault(row["year"], {})
            year[row["nation"]] = year.get(row["nation"], Decimal(0)) + Decimal(row["amount"])
    return dict(sorted(found.items()))


def days_past(day: str, due: str) -> int:
    return (date.fromisoformat(day) - date.fromisoformat(due)).days
