"""A small project whose every figure is known: a plan of three activities, and forecasts of it."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any

from django.utils.text import slugify

from sepakat.desk.pages.outlook import computed
from sepakat.node import rows
from sepakat.node.evidence import EvidenceStore
from sepakat.node.models import Log
from sepakat.outlook.forecasts.figures import (
    At,
    Curve,
    Figures,
    Point,
    Row,
    Treated,
    Within,
)
from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.model import Activity, ActivityType, Dependency, Phase, Plan
from sepakat.outlook.plan.mspdi import write_mspdi
from sepakat.record.label import Label
from support.case import Case
from support.desks import Desk
from support.outlook import FORECAST, MILESTONE, TREATMENT
from support.plans import OFFICE

START = datetime.fromisoformat("2026-06-01T08:00")
DAY = 480  # minutes


def plan_of(count: int = 2, *, loose: bool = False) -> bytes:
    """A plan file: so many tasks of ten days in a row, of the phase BUILD, and the milestone A900
    after them. With a `loose` one, which nothing links, three of four have an end open."""
    tasks = tuple(
        Activity(f"A{100 + n}", f"Task {n}", "office", 10 * DAY, phase="BUILD")
        for n in range(count)
    )
    done = Activity("A900", "Delivered", "office", 0, ActivityType.FINISH_MILESTONE, phase="BUILD")
    line = (*tasks, done)
    links = tuple(
        Dependency(before.code, after.code, LinkType.FINISH_START)
        for before, after in pairwise(line)
    )
    if loose:
        line = (*line, Activity("A950", "Loose", "office", DAY, phase="BUILD"))
    return write_mspdi(
        Plan(
            "A plan", START, (OFFICE,), line, links, (Phase("BUILD", "Build"),),
            data_date=START,
        )
    )  # fmt: skip


def figures_of(plan: bytes, risk: str, count: int = 2) -> Figures:
    """A forecast's figures by hand: four iterations, one of which is in time and within budget."""
    tasks = tuple(
        Row(
            code=f"A{100 + n}",
            name=f"Task {n}",
            phase="Build",
            start="2026-06-01",
            finish="2026-06-12",
            p50="2026-06-19",
            p80="2026-06-26",
            criticality=max(1000 - 10 * n, 0),
            cruciality=0,
            milestone=False,
            done=False,
        )
        for n in range(count)
    )
    return Figures(
        v=1,
        plan=sha256(plan).hexdigest(),
        activities=tasks,
        curves=(
            Curve(
                activity="A900",
                points=(At(by="2026-10-05", share=100), At(by="2026-11-20", share=1000)),
            ),
        ),
        cost=(Within(cost=800_000, share=0), Within(cost=1_300_000, share=1000)),
        scatter=(
            Point(on="2026-10-20", cost=900_000),
            Point(on="2026-10-30", cost=1_900_000),
            Point(on="2026-11-02", cost=1_100_000),
            Point(on="2026-11-20", cost=2_100_000),
        ),
        frontier=(Point(on="2026-11-10", cost=1_250_000),),
        treatments=(
            Treated(
                risk=risk,
                title=TREATMENT["title"],
                price=20_000,
                before="2026-11-10",
                after="2026-10-29",
                on_time_before=650,
                on_time_after=825,
                cost_before=1_200_000,
                cost_after=1_100_000,
            ),
        ),
        notes=("constraints other than on the start are not simulated: A100",),
    )


class Forecasted:
    """A project with all that the outlook has, each thing's title beginning with one word.

    Of a budget of 1.5 million, the forecast's P80 is 1.2 million; its one milestone is due on 31
    October and comes to 20 October (P50) or 10 November (P80), on time at 65 %.
    """

    def __init__(
        self, word: str, count: int = 2, domain: str = "Sensors", *, forecast: bool = True
    ) -> None:
        self.word, self.case = word, Case(slugify(word))
        self.files: list[bytes] = []
        self.portfolio = self._titled("portfolio", "in_force", domains=[domain], currency="USD")
        self.project = self._titled(
            "project",
            "under_way",
            portfolio=self.portfolio,
            domain=domain,
            budget=[
                {"nation": "MYS", "year": 2026, "amount": "1000000"},
                {"nation": "KOR", "year": 2026, "amount": "300000"},
                {"nation": "KOR", "year": 2027, "amount": "200000"},
            ],
        )
        self.risk = self._titled(
            "risk", "open", projects=[self.project], trigger="p80_late_days", threshold="5",
            contingency=f"{word} contingency",
        )  # fmt: skip
        content = plan_of()
        self.plan = self._titled(
            "plan", "accepted", project=self.project, file=self.file(content), as_of="2026-06-01"
        )
        self.figures = figures_of(content, self.risk, count)
        if forecast:
            self.forecast = self.issue("2026-07-01", self.figures.encode())
            self._rate()
            about = {"forecast": self.forecast, "project": self.project}
            self.option = self._titled("option", "proposed", **about)

    def _titled(self, kind: str, state: str, **given: Any) -> str:
        return self.case.make(kind, state, title=f"{self.word} {kind}", **given)

    def file(self, content: bytes, **given: Any) -> str:
        """The record of a file, which `keep` puts beside it."""
        self.files.append(content)
        digest = sha256(content).hexdigest()
        named = {"sha256": digest, "size": len(content)} | given
        return self.case.make("evidence", "registered", **named)

    def issue(self, as_of: str, content: bytes, **given: Any) -> str:
        """A forecast of the plan with its file."""
        return self.case.make(
            "forecast",
            "issued",
            **{
                "plan": self.plan,
                "project": self.project,
                "as_of": as_of,
                "file": self.file(content),
                "milestones": [
                    FORECAST | {"calibrated_p50": "2026-11-05", "calibrated_p80": "2026-12-12"}
                ],
                "risks": [self.risk],
                "drivers": [
                    {
                        "risk": self.risk,
                        "title": f"{self.word} risk",
                        "days": "3.5",
                        "p80_days": "8",
                        "cost": "1000",
                    }
                ],
                "budget": "1500000",
                "cost_p50": "1000000",
                "cost_p80": "1200000",
                "joint": "40",
                "reference": "time to finish",
                "basis": "illustrative",
                "own_outcomes": 0,
            }
            | given,
        )

    def _rate(self) -> None:
        scale = self._titled("rating_scale", "in_force", portfolio=self.portfolio, number=3)
        about = {"project": self.project, "scale": scale}
        self.case.make("rating", "given", "MYS", **about, grade="Likely", as_of="2026-06-01")
        self.case.make("rating", "given", "MYS", **about, grade="In doubt", as_of="2026-07-02")
        self.case.make("rating", "exempt", "KOR", **about, as_of="2026-07-02")

    def reach(self, day: str, as_of: str) -> str:
        """A later plan, by which the milestone was reached on a day."""
        row = MILESTONE | {"achieved": day}
        return self._titled(
            "plan", "accepted", project=self.project, file=self.file(plan_of()), as_of=as_of,
            promises=[row],
        )  # fmt: skip

    def keep(self, desk: Desk, label: Label) -> "Forecasted":
        desk.keep(self.case.things, label)
        for content in self.files:
            EvidenceStore(desk.home).add(content)
        computed._computed.cache_clear()
        return self

    def say(self, desk: Desk) -> None:
        """What both nations said, as an exchange would have left it: so that more can be said.

        This node's own statements lie before its log began."""
        for nation, log in self.case.nations.logs.items():
            if nation in ("KOR", "MYS"):
                _hold(desk, nation, self.case)
                if nation == "KOR":
                    Log.objects.filter(nation=nation).update(size=len(log.entries))
        computed._computed.cache_clear()

    @property
    def address(self) -> str:
        return f"/outlook/projects/{self.project}"


def _hold(desk: Desk, nation: str, case: Case) -> None:
    entries = case.nations.logs[nation].entries
    before = len(entries) if nation == desk.home.config.nation else 0
    held = []
    for entry in entries:
        assert entry.statement is not None
        assert entry.envelope is not None
        said = entry.statement
        held.append(
            (
                nation,
                entry.index - before,
                entry.digest,
                entry.envelope.encode(),
                rows.label_id(said.label.text),
                said.object,
                said.action,
                said.at,
                "standing",
                "",
                "",
            )
        )
    rows.save_statements(held)


@lru_cache
def forecasted(word: str, domain: str = "Sensors") -> Forecasted:
    """One for all tests: nothing is said of it once it is made."""
    return Forecasted(word, domain=domain)
