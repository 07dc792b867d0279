"""What a review pack is made from: what its reader and both nations may see, as it stood on a day.

A pack is handed over the table, so whatever one of the two nations may not see is not in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepakat.desk.kinds.objects import Link, title_of
from sepakat.desk.pages.joint import JointSight
from sepakat.desk.pages.partnership import today
from sepakat.desk.pages.replay import CHUNK, as_of
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.evidence import file_of
from sepakat.node.kindtables import table
from sepakat.node.models import Log, Partner, Statement
from sepakat.node.partners import card_of
from sepakat.node.reconcile import shared_digest
from sepakat.outlook.dated import latest
from sepakat.outlook.forecasts.figures import Treated, read_treatments
from sepakat.outlook.reviews.matters import BEGIN_ACTIONS, Days, Dissent
from sepakat.outlook.reviews.pack import Material, Pack, pack
from sepakat.record.errors import SepakatError
from sepakat.record.fold import read
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

OF_PROJECTS = ("plan", "forecast", "rating", "option")
TIMED = (*BEGIN_ACTIONS, "agree")  # the actions whose day a review tells


@dataclass(frozen=True)
class Packed:
    """A pack, and links to the records that may be named in it by their titles."""

    pack: Pack
    known: Mapping[str, Link]


def packed(access: Access, portfolio: Object, day: date, since: date) -> Packed:
    """The review pack of a portfolio that the reader sees, with the decisions after `since`."""
    gathering = _Gathering(access, portfolio, day)
    material = gathering.material()
    known = {thing.id: Link(thing.id, title_of(thing), True) for thing in material.objects}
    known |= {o.id: Link(o.id, title_of(o), True) for o in gathering.evidence.values()}
    return Packed(pack(portfolio, material, day, since), known)


@dataclass(frozen=True)
class LogAt:
    """A log as this node has it: the number of its leaves, and its root in hexadecimal."""

    nation: str
    size: int
    root: str


@dataclass(frozen=True)
class Basis:
    """The logs that a pack is made from, and the digest of the state that both nations share at
    these sizes; without it, where the portfolio is not between this nation and a partner."""

    logs: tuple[LogAt, ...]
    state: str


def basis(access: Access, portfolio: Object) -> Basis:
    parties, home = portfolio.parties, access.home
    held = Log.objects.filter(nation__in=parties).order_by("nation")
    logs = tuple(LogAt(log.nation, log.size, bytes(log.root).hex()) for log in held)
    partner = Partner.objects.filter(nation__in=parties).first()
    state = ""
    if partner and home.config.nation in parties:
        sizes = {log.nation: log.size for log in logs}
        state = shared_digest(REGISTRY, home.card(), card_of(partner), sizes)
    return Basis(logs, state)


class _Gathering:
    def __init__(self, access: Access, portfolio: Object, day: date) -> None:
        self.access, self.portfolio, self.day = access, portfolio, day
        self._sight = JointSight(access, sorted(portfolio.parties))
        self.evidence: dict[str, Object] = {}

    def material(self) -> Material:
        found = self._objects()
        forecasts = self._forecasts(found)
        files = {forecast.fields["file"] for forecast in forecasts}
        for thing in found:
            files |= set(thing.fields["evidence"]) if thing.kind == "readiness" else set()
        self.evidence = {thing.id: thing for thing in self._where("evidence", id__in=files)}
        return Material(
            objects=found,
            days=self._days(found),
            dissents=self._dissents(found),
            treatments={forecast.id: self._treatments(forecast) for forecast in forecasts},
        )

    def _objects(self) -> list[Object]:
        projects = self._where("project", portfolio=self.portfolio.id)
        ids = [project.id for project in projects]
        owed = _named(projects, "obligations")
        packages = self._where("transfer_package", obligation__in=owed)
        found = [
            *projects,
            *(thing for kind in OF_PROJECTS for thing in self._where(kind, project__in=ids)),
            *self._where("rating_scale", portfolio=self.portfolio.id),
            *packages,
            *self._where("readiness", package__in=[package.id for package in packages]),
            *self._where("claim", obligation__in=owed),
            *self._where("measurement", indicator__in=_named(projects, "indicators")),
            *self._where("risk"),
            *self._where("organisation"),
            *self._where("action_item"),
            *self._where("decision"),
        ]
        return found if self.day >= today() else as_of(self.access, found, self.day)

    def _where(self, kind: str, **condition: Any) -> list[Object]:
        """The objects of a kind that the reader and both nations see, under a condition."""
        labels = self._sight.numbers(kind)
        seen = table(REGISTRY.get(kind)).objects.filter(label_id__in=labels, **condition)
        ids = list(seen.order_by("id").values_list("id", flat=True))
        found = rows.objects(ids)
        return [found[id_] for id_ in ids if id_ in found]

    def _forecasts(self, found: Iterable[Object]) -> list[Object]:
        """The latest forecast of each project on the day."""
        by_project: dict[str, list[Object]] = {}
        for thing in found:
            if thing.kind == "forecast" and thing.fields["as_of"] <= self.day.isoformat():
                by_project.setdefault(thing.fields["project"], []).append(thing)
        return [one for own in by_project.values() if (one := latest(own, "issued"))]

    def _treatments(self, forecast: Object) -> tuple[Treated, ...] | None:
        file = self.evidence.get(forecast.fields["file"])
        if file is None:
            return None
        try:
            return read_treatments(file_of(self.access, file))
        except SepakatError:
            return None  # not kept here, damaged, or no figures: the pack says that it cannot tell

    def _days(self, found: Iterable[Object]) -> Days:
        """When actions began, and when decisions were agreed: their authors' word."""
        ids = [thing.id for thing in found if thing.kind in ("action_item", "decision")]
        days = {}
        for start in range(0, len(ids), CHUNK):
            said = Statement.objects.filter(
                object__in=ids[start : start + CHUNK], action__in=TIMED, status="standing"
            )
            for about, action, at in said.order_by("at").values_list("object", "action", "at"):
                days[about, action] = date.fromisoformat(at[:10])
        return days

    def _dissents(self, found: Iterable[Object]) -> dict[str, list[Dissent]]:
        """The notes of dissent on decisions, first to last, up to the day."""
        about = {d: thing.id for thing in found if thing.kind == "decision" for d in thing.notes}
        said = []
        for envelope in rows.envelopes(about).values():
            statement = read("", 0, envelope).statement
            if statement is not None and statement.action == "dissent":
                said.append(statement)
        dissents: dict[str, list[Dissent]] = {}
        for statement in sorted(said, key=lambda one: one.at):
            on = date.fromisoformat(statement.at[:10])
            if on <= self.day:
                one = Dissent(statement.by.nation, str(statement.body["dissent"]), on)
                dissents.setdefault(statement.object, []).append(one)
        return dissents


def _named(things: Iterable[Object], name: str) -> list[str]:
    return sorted({id_ for thing in things for id_ in thing.fields.get(name, ())})
