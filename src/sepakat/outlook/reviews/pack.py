"""The review pack of a portfolio on a day: a pure function of what one reader may see of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sepakat.outlook.dated import latest
from sepakat.outlook.forecasts.figures import Treated
from sepakat.outlook.portfolio.kinds import AGREED
from sepakat.outlook.reviews.freshness import Source, freshness
from sepakat.outlook.reviews.matters import (
    ActionItem,
    Days,
    Decision,
    Dissent,
    Readiness,
    actions_by_owner,
    decisions_since,
    readiness,
)
from sepakat.outlook.reviews.milestones import (
    Confidence,
    Milestone,
    baseline_of,
    confidence,
    milestones,
)
from sepakat.outlook.reviews.ratings import Rated, Summary, rated, summaries
from sepakat.outlook.reviews.register import Entry, register
from sepakat.record.kind import Object
from sepakat.record.label import Label

PROJECTS = (*AGREED, "ended")  # what both nations have accepted
OPTIONS = ("proposed", "taken", "carried_out")
TOP_DRIVERS = 5
# The day that an object itself holds for: what is of a later one is not looked at.
DATED = {
    **dict.fromkeys(("plan", "forecast", "rating"), "as_of"),
    **dict.fromkeys(("readiness", "measurement"), "date"),
    "claim": "delivered",
}


@dataclass(frozen=True)
class Material:
    """What a pack is made from: objects as they stood at the end of the day, to one reader.

    `days` and `dissents` are what statements tell beside the objects; `treatments` the before and
    after that the files of forecasts hold, by forecast: None where a file cannot be read here.
    """

    objects: Sequence[Object]
    days: Days
    dissents: Mapping[str, Sequence[Dissent]]
    treatments: Mapping[str, Sequence[Treated] | None]


@dataclass(frozen=True)
class Driver:
    """What would be gained without one risk: working days of the mean and of P80, and money."""

    risk: str | None
    title: str
    days: Decimal
    p80_days: Decimal
    cost: Decimal


@dataclass(frozen=True)
class Option:
    """What could be done, or is being done, beside the present plan."""

    id: str
    title: str
    type: str
    state: str
    proof: str
    gap: Decimal | None
    effects: tuple[Mapping[str, str], ...]
    decision: str | None


@dataclass(frozen=True)
class Review:
    """One project. `forecast` is the latest issued; `treatments` is None where its file is not to
    be read here. `reference`, `basis` and `own_outcomes` say what it was calibrated by."""

    project: Object
    baseline: str | None  # a plan
    plan: str | None
    forecast: str | None
    milestones: tuple[Milestone, ...]
    confidence: tuple[Confidence, ...]
    joint: Decimal | None
    reference: str | None
    basis: str | None
    own_outcomes: int | None
    drivers: tuple[Driver, ...]
    treatments: tuple[Treated, ...] | None
    rated: tuple[Rated, ...]
    readiness: tuple[Readiness, ...]
    options: tuple[Option, ...]
    freshness: tuple[Source, ...]


@dataclass(frozen=True)
class Pack:
    """All of it. `made_from` has, of everything that is shown, the kind and the label."""

    portfolio: Object
    day: date
    since: date
    projects: tuple[Review, ...]
    summaries: tuple[Summary, ...]
    risks: tuple[Entry, ...]
    actions: tuple[tuple[str, tuple[ActionItem, ...]], ...]
    decisions: tuple[Decision, ...]
    made_from: frozenset[tuple[str, Label]]

    @property
    def labels(self) -> frozenset[Label]:
        return frozenset(label for _kind, label in self.made_from)

    @property
    def stale(self) -> tuple[tuple[Object, Source], ...]:
        """What is too old, with the project that it is of."""
        return tuple(
            (review.project, source)
            for review in self.projects
            for source in review.freshness
            if source.stale
        )


def pack(portfolio: Object, material: Material, day: date, since: date) -> Pack:
    """The pack of a portfolio as it was at the end of `day`, with what was decided after `since`.

    Projects come by domain, in the portfolio's order, then by title. Open actions and decisions
    name no project, so those of the portfolio's two nations are all in.
    """
    return _Making(portfolio, material, day, since).run()


class _Making:
    def __init__(self, portfolio: Object, material: Material, day: date, since: date) -> None:
        self.portfolio, self.material, self.day, self.since = portfolio, material, day, since
        self.by_kind: dict[str, list[Object]] = {}
        for thing in material.objects:
            if _day_of(thing) <= day.isoformat():
                self.by_kind.setdefault(thing.kind, []).append(thing)
        self.scales = {thing.id: thing for thing in self._all("rating_scale")}
        self.used: list[Object] = [portfolio]

    def run(self) -> Pack:
        material, day = self.material, self.day
        reviews = tuple(map(self._review, self._projects()))
        shown = [review.project.id for review in reviews]
        forecasts = [f for f in self._all("forecast") if f.fields["project"] in shown]
        risks = register(self._all("risk"), shown, forecasts)
        actions = actions_by_owner(self._ours("action_item"), material.days, day)
        decisions = decisions_since(
            self._ours("decision"), material.days, material.dissents, self.since, day
        )
        self._use(
            {item.id for _nation, items in actions for item in items},
            {decision.id for decision in decisions},
            {name for risk in risks for name in (risk.id, risk.responsible)},
        )
        return Pack(
            portfolio=self.portfolio,
            day=day,
            since=self.since,
            projects=reviews,
            summaries=summaries({r.project.id: r.rated for r in reviews}, self.scales),
            risks=risks,
            actions=actions,
            decisions=decisions,
            made_from=frozenset((thing.kind, thing.label) for thing in self.used),
        )

    def _projects(self) -> list[Object]:
        found = [
            thing
            for thing in self._all("project")
            if thing.state in PROJECTS and thing.fields["portfolio"] == self.portfolio.id
        ]
        domains = list(self.portfolio.fields["domains"])
        return sorted(found, key=lambda p: (_place(domains, p), p.fields["title"], p.id))

    def _use(self, *names: set[str]) -> None:
        named = set().union(*names)
        self.used += [thing for thing in self.material.objects if thing.id in named]

    def _review(self, project: Object) -> Review:
        plans, forecasts, ratings, options = (
            self._of(project, kind) for kind in ("plan", "forecast", "rating", "option")
        )
        first, plan = baseline_of(plans), latest(plans, "accepted")
        forecast = latest(forecasts, "issued")
        said = forecast.fields if forecast else {}
        packages = self._fulfilling(project, "transfer_package")
        levels = [r for r in self._all("readiness") if r.fields["package"] in _ids(packages)]
        by_nation = rated(sorted(self.portfolio.parties), ratings, self.scales)
        measured = self._measured(project)
        claims = self._fulfilling(project, "claim")
        shown = [thing for thing in options if thing.state in OPTIONS]
        self.used += [project, *plans, *forecasts, *ratings, *shown]
        self.used += [*packages, *levels, *measured, *claims]
        self._use({project.fields["lead"], *(rating.fields["scale"] for rating in ratings)})
        return Review(
            project=project,
            baseline=first.id if first else None,
            plan=plan.id if plan else None,
            forecast=forecast.id if forecast else None,
            milestones=milestones(first, plan, forecast),
            confidence=confidence(forecasts),
            joint=_decimal(said.get("joint")),
            reference=said.get("reference"),
            basis=said.get("basis"),
            own_outcomes=said.get("own_outcomes"),
            drivers=tuple(map(_driver, said.get("drivers", ())[:TOP_DRIVERS])),
            treatments=self._treatments(forecast),
            rated=by_nation,
            readiness=readiness(packages, levels),
            options=tuple(map(_option, shown)),
            freshness=freshness(plans, forecasts, by_nation, measured, claims, self.day),
        )

    def _treatments(self, forecast: Object | None) -> tuple[Treated, ...] | None:
        if forecast is None:
            return ()
        found = self.material.treatments.get(forecast.id)
        return None if found is None else tuple(found)

    def _all(self, kind: str) -> list[Object]:
        return self.by_kind.get(kind, [])

    def _of(self, project: Object, kind: str) -> list[Object]:
        return [thing for thing in self._all(kind) if thing.fields["project"] == project.id]

    def _fulfilling(self, project: Object, kind: str) -> list[Object]:
        """What is for one of the obligations that the project is to fulfil."""
        owed = set(project.fields.get("obligations", ()))
        return [thing for thing in self._all(kind) if thing.fields.get("obligation") in owed]

    def _measured(self, project: Object) -> list[Object]:
        indicators = project.fields.get("indicators", ())
        return [m for m in self._all("measurement") if m.fields["indicator"] in indicators]

    def _ours(self, kind: str) -> list[Object]:
        """What concerns nobody but the portfolio's two nations."""
        parties = self.portfolio.parties
        return [thing for thing in self._all(kind) if thing.parties <= parties]


def _day_of(thing: Object) -> str:
    name = DATED.get(thing.kind)
    return str(thing.fields.get(name) or "") if name else ""


def _place(domains: Sequence[str], project: Object) -> int:
    domain = project.fields["domain"]
    return domains.index(domain) if domain in domains else len(domains)


def _ids(things: Iterable[Object]) -> set[str]:
    return {thing.id for thing in things}


def _driver(row: Mapping[str, Any]) -> Driver:
    figures = (Decimal(row[name]) for name in ("days", "p80_days", "cost"))
    return Driver(row.get("risk"), row["title"], *figures)


def _option(thing: Object) -> Option:
    fields = thing.fields
    return Option(
        id=thing.id,
        title=fields["title"],
        type=fields["type"],
        state=thing.state,
        proof=fields["proof"],
        gap=_decimal(fields.get("gap")),
        effects=tuple(fields["effects"]),
        decision=fields.get("decision"),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
