"""A project of two real nodes, with a plan, an obligation under an agreement's text, and a risk."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sepakat.outlook.forecasts.making import Request
from sepakat.outlook.plan.model import Activity, ActivityType, Dependency, Plan
from sepakat.outlook.plan.mspdi import write_mspdi
from sepakat.record.kind import Object
from sepakat.record.label import make as make_label
from support.plans import OFFICE

BOTH = {"classification": "RESTRICTED", "releasable_to": ["KOR", "MYS"]}
MONDAY = datetime.fromisoformat("2026-03-02T08:00")
DUE = "2026-08-07"
DAY = 480  # minutes
TREATMENT = "A second source"
QUICK = ("--iterations", 200, "--as-of", "2026-03-02", "--threads", 1)  # NumPy does it at once

TEXT = """
[agreement]
id = "{agreement}"
title = "An agreement"
edition = 1
parties = ["KOR", "MYS"]
currency = "USD"
in_force = 2026-01-01
expires = 2030-12-31

[[contract]]
id = "main"
party = "KOR"
value = "1000000"
signed = 2026-02-01
ends = 2029-12-31

[[obligation]]
id = "{obligation}"
category = "co_production"
obligor = "KOR"
due = {due}
contract = "main"

[[rule]]
id = "share"
type = "share"
obligation = "{obligation}"
share = "0.30"

[[rule]]
id = "lateness"
type = "penalty"
share = "0.10"

[[rule]]
id = "verifiers"
type = "verification"
steps = [{{ nation = "MYS", role = "inspector" }}]
"""


def statement(kind: str, action: str, about: str, role: str = "officer", **body: Any) -> Any:
    return {"kind": kind, "action": action, "object": about, "role": role, "body": body}


def first(said: dict[str, Any], **label: Any) -> dict[str, Any]:
    """The statement with the label that a new object needs."""
    return said | {"label": BOTH | label}


def small_plan(name: str) -> Plan:
    """Five activities of 100 working days, to 17 July 2026; three of them on one test bench."""
    bench = ("Bench",)
    days = {"10": 40, "20": 30, "30": 60, "40": 40}
    tasks = [
        Activity(code, f"Step {code}", "1", length * DAY, resources=() if code == "30" else bench)
        for code, length in days.items()
    ]
    done = Activity("900", "Delivered", "1", 0, type=ActivityType.FINISH_MILESTONE)
    links = [("10", "30"), ("20", "40"), ("30", "900"), ("40", "900")]
    return Plan(
        name,
        MONDAY,
        (replace(OFFICE, code="1"),),
        (*tasks, done),
        tuple(Dependency(*link) for link in links),
        data_date=MONDAY,
    )


def request() -> Request:
    """What a forecast of that plan is made from, without a node."""
    stated = {
        "project": "MYS-project",
        "stage": "production",
        "estimates": [{"activities": "*", "low": "90", "likely": "100", "high": "130"}],
        "promises": [
            {"activity": "900", "title": "Delivered", "planned": "2026-07-17", "due": DUE}
        ],
    }
    budget = [{"nation": "MYS", "year": 2026, "amount": "1000000"}]
    phases = [{"title": "Build", "starts": "2026-03-02", "ends": "2026-12-31"}]
    label = make_label("RESTRICTED", ("KOR", "MYS"))
    plan, project = (
        Object(f"MYS-{kind}", kind, "MYS", "KOR", label, "", fields, "")
        for kind, fields in (("plan", stated), ("project", {"budget": budget, "phases": phases}))
    )
    file = write_mspdi(small_plan("Small"))
    return Request(plan, project, file, MONDAY.date(), seed=3, iterations=400)


@dataclass
class Joint:
    """Malaysia's and Korea's nodes, and what they have agreed to."""

    mys: Any
    kor: Any
    folder: Path
    names: dict[str, str] = field(default_factory=dict)

    def say(self, node: Any, *said: dict[str, Any]) -> None:
        path = self.folder / f"said-{node.nation}.json"
        path.write_text(json.dumps(said))
        node.do("say", "--batch", path)

    def agreed(self, made: Iterable[dict[str, Any]], *accepted: tuple[str, ...]) -> None:
        """Malaysia says it, and Korea accepts of it what is bilateral."""
        self.say(self.mys, *made)
        self.kor.do("exchange")
        self.say(
            self.kor, *(statement(kind, "accept", name, "approver") for kind, name in accepted)
        )
        self.mys.do("exchange")

    def begin(self) -> "Joint":
        """Up to an obligation in force and a project under way, with a risk."""
        kinds = ("organisation", "agreement", "edition", "obligation", "portfolio", "risk")
        self.names = names = {kind: self.mys.new(kind) for kind in kinds}
        text = TEXT.format(due=DUE, **names)
        partner = {"counterparty": "KOR"}
        self.agreed(
            [
                first(statement("organisation", "register", names["organisation"],
                                name="A company", type="company")),
                first(statement("agreement", "propose", names["agreement"],
                                title="An agreement", exclusivity="exclusive", **partner)),
                first(statement("portfolio", "propose", names["portfolio"], title="A portfolio",
                                currency="USD", domains=["Sensors"], **partner)),
            ],
            ("agreement", names["agreement"]),
            ("portfolio", names["portfolio"]),
        )  # fmt: skip
        self.agreed(
            [
                statement("agreement", "enter_into_force", names["agreement"], "approver",
                          effective="2026-01-01"),
                first(statement("edition", "propose", names["edition"], source=text, number=1,
                                agreement=names["agreement"], effective="2026-01-01", **partner)),
            ],
            ("edition", names["edition"]),
        )  # fmt: skip
        self.agreed(
            [
                first(statement("obligation", "propose", names["obligation"], title="Housings",
                                agreement=names["agreement"], terms=names["edition"],
                                obligor="KOR", category="co_production", due=DUE,
                                value={"amount": "100000.00", "currency": "USD"},
                                description="Housings.", **partner)),
            ],
            ("obligation", names["obligation"]),
        )  # fmt: skip
        self.names["project"] = self.project(obligations=[names["obligation"]])
        self.say(self.mys, self.risk(names["risk"]))
        return self

    def project(self, **more: Any) -> str:
        """Another project under way."""
        name: str = self.mys.new("project")
        said = statement(
            "project", "propose", name, title="A sensor", counterparty="KOR", domain="Sensors",
            portfolio=self.names["portfolio"], lead=self.names["organisation"],
            phases=[{"title": "Build", "starts": "2026-03-02", "ends": "2026-12-31"}],
            budget=[{"nation": "MYS", "year": 2026, "amount": "700000"},
                    {"nation": "KOR", "year": 2026, "amount": "300000"}],
            **more,
        )  # fmt: skip
        self.agreed([first(said)], ("project", name))
        return name

    def risk(self, name: str, **label: Any) -> dict[str, Any]:
        treatment = {"title": TREATMENT, "probability": "5", "impact": "50", "price": "20000"}
        said = statement(
            "risk", "raise", name, title="The supplier is late", cause="supply",
            projects=[self.names["project"]], responsible=self.names["organisation"],
            probability="50", touches=["30"], treatments=[treatment],
            impacts=[{"measure": "days", "low": "10", "likely": "20", "high": "40"}],
        )  # fmt: skip
        return first(said, **label)

    def submitted(self, plan: Plan | None = None, project: str = "", tie: bool = True) -> str:
        """A plan of a file, drafted and said by Malaysia, and seen by Korea."""
        made: str = self.mys.new("plan")
        file, draft = self.folder / f"{made}.xml", self.folder / f"{made}.json"
        file.write_bytes(write_mspdi(plan or small_plan(made)))
        costs = self.folder / "costs.json"
        costs.write_text(json.dumps([{"activity": "30", "fixed": "1000", "per_day": "10000"}]))
        ties = ["--tie", f"900={self.names['obligation']}"] if tie else ["--due", f"900={DUE}"]
        self.mys.do(
            "plan", "submit", file, "--project", project or self.names["project"],
            "--stage", "production", *ties, "--estimate", "90/100/130", "--costs", costs,
            "--draft", draft, made,
        )  # fmt: skip
        self.mys.do("say", "--batch", draft)
        self.kor.do("exchange")
        return made

    def accepted(self, **given: Any) -> str:
        """A plan that Korea accepted, knowing that its small network fails a gating check."""
        made = self.submitted(**given)
        self.say(self.kor, statement("plan", "accept_knowingly", made, "approver",
                                     reason="A small plan has open ends."))  # fmt: skip
        self.mys.do("exchange")
        return made

    def issued(self, plan: str) -> str:
        """A forecast of a plan, drafted and said by Malaysia, and seen by Korea."""
        made: str = self.mys.new("forecast")
        draft = self.folder / f"{made}.json"
        self.mys.do("forecast", "make", plan, "--draft", draft, made, *QUICK)
        self.mys.do("say", "--batch", draft)
        self.kor.do("exchange")
        return made


def workdays(first_day: date, last: date) -> int:
    """Mondays to Fridays from one day to another, both counted."""
    days = (date.fromordinal(n) for n in range(first_day.toordinal(), last.toordinal() + 1))
    return sum(day.weekday() < 5 for day in days)
