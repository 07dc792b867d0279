"""The portfolio of the case, played by the commands that planners and the committee type."""

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sepakat.cli.demo.case import outlook, plans, portfolio, risks
from sepakat.cli.demo.case.plans import Progress
from sepakat.cli.demo.case.portfolio import LATE, PROJECTS, Project
from sepakat.cli.demo.case.words import Said
from sepakat.cli.demo.play import Node
from sepakat.outlook.plan.mspdi import write_mspdi

# Left to itself a seed follows from keys and times, and each demo would come to other figures.
SEED, ITERATIONS = 7, 1_000

Show = Callable[[str, int], None]
Chance = tuple[Project, str, float]  # of a project to be on time, by which forecast


class Forecasting:
    """Both nodes, and a folder for the files of their planners."""

    def __init__(self, nodes: dict[str, Node], folder: Path, today: date, show: Show) -> None:
        self.nodes, self.today = nodes, today
        self.folder = folder / "outlook"
        self.folder.mkdir()
        self._show = show
        self._said = 0

    def play(self) -> list[dict[str, Any]]:
        """From the portfolio to the option taken; how each project stands then."""
        self._open()
        self._plan()
        before = self._forecast()
        self._slip(before)
        after = self._warn(before)
        self._decide(before | after)
        return self._rows(before | after)

    def _open(self) -> None:
        self._say("MYS", portfolio.opened())
        self._say("KOR", [*portfolio.accepted(), *portfolio.proposed("KOR", self.today)])
        proposed = [*portfolio.proposed("MYS", self.today), portfolio.scale(1), portfolio.further()]
        self._say("MYS", [*portfolio.under_way("MYS"), *proposed])
        self._say("KOR", [*portfolio.under_way("KOR"), portfolio.agreed(), portfolio.in_force(1)])
        self._tell("A dozen projects in six domains get under way; a seventh domain joins")

    def _plan(self) -> None:
        failing: dict[str, list[str]] = {}
        drafts: dict[str, list[Said]] = {}
        for nation, node in self.nodes.items():
            for project in portfolio.of(nation):
                is_late = project.id == LATE
                progress = outlook.ON_COURSE if is_late else Progress(outlook.AS_OF)
                self._submit(node, project, project.named("plan"), progress)
        for nation, node in self.nodes.items():
            drafts[nation] = risks.raised(nation)
            for project in portfolio.of(nation):
                made = node.answer()
                failing[made["plan"]] = made["body"]["failing"]
                drafts[nation] += self._drafted(made["plan"])
        self._say("KOR", [*drafts["KOR"], portfolio.joining()])
        accepted = outlook.accepted("MYS", failing)
        self._say("MYS", [*drafts["MYS"], *accepted, portfolio.joined()])
        self._say("KOR", outlook.accepted("KOR", failing))
        self._tell("Each plans its projects; one plan fails its checks, and is accepted knowingly")

    def _forecast(self) -> dict[str, Chance]:
        """A forecast of each plan, by project."""
        for nation, node in self.nodes.items():
            for project in portfolio.of(nation):
                on = outlook.BEFORE + 2 if project.id == LATE else 0
                self._simulate(node, project.named("plan"), project.named("forecast"), on)
        made = {
            nation: [self._chance(node) for _ in portfolio.of(nation)]
            for nation, node in self.nodes.items()
        }
        found = {chance[0].id: chance for each in made.values() for chance in each}
        rated = self._rated("MYS", 1, [found[LATE]])
        for nation, chances in made.items():
            drafts = [said for _, name, _ in chances for said in self._drafted(name)]
            self._say(nation, [*drafts, *(rated if nation == "MYS" else [])])
        self._tell("All plans are simulated, with their risks; nobody is late")
        return found

    def _slip(self, before: dict[str, Chance]) -> None:
        late = before[LATE][0]
        node = self.nodes["MYS"]
        again = f"{late.named('plan')}-2"
        self._submit(node, late, again, outlook.SLIPPED, "--replaces", late.named("plan"))
        node.answer()
        self._say("MYS", [*self._drafted(again), portfolio.scale(2)])
        rated = self._rated("KOR", 1, [before[LATE]])
        self._say("KOR", [outlook.replaced(again), portfolio.in_force(2), *rated])
        self._tell("One project slips, and its new plan says that it still ends in time")

    def _warn(self, before: dict[str, Chance]) -> dict[str, Chance]:
        """The forecast that says otherwise, and what could be done."""
        late, node = before[LATE][0], self.nodes["MYS"]
        forecast = f"{late.named('forecast')}-2"
        self._simulate(node, f"{late.named('plan')}-2", forecast, 0)
        chance = self._chance(node)
        self._say("MYS", [*self._drafted(forecast), outlook.triggered(forecast)], read=False)
        after = {LATE: chance}
        drafts = []
        for option, treatment in outlook.OPTIONS.items():
            node.run(
                "option", "treat", forecast, risks.TRIGGERED, treatment,
                "--draft", self._file(f"{option}.json"), option,
            )  # fmt: skip
            drafts += self._drafted(option)
        own = [(before | after)[project.id] for project in portfolio.of("MYS")]
        rated = self._rated("MYS", 2, own)
        self._say("MYS", [*drafts, outlook.put(), portfolio.retired(1), *rated])
        self._tell(
            f"The forecast gives it {chance[2]:.0f} chances in 100, and fires a risk's trigger; "
            "two options"
        )
        return after

    def _decide(self, chances: dict[str, Chance]) -> None:
        node = self.nodes["KOR"]
        note = self._file("note.json")
        node.run("forecast", "check", chances[LATE][1], "--draft", note)
        own = [chances[p.id] for p in portfolio.of("KOR") if p.stage != "concept"]
        rated = self._rated("KOR", 2, [*own, chances[LATE]])
        exempt = [
            portfolio.exempted("KOR", p, 2, self._day(0))
            for p in portfolio.of("KOR")
            if p.stage == "concept"
        ]
        self._say("KOR", [*self._drafted("note"), *outlook.decided(), *rated, *exempt])
        self._tell("Korea comes to the same figures, and the committee takes a second source")

    def _rows(self, chances: dict[str, Chance]) -> list[dict[str, Any]]:
        """How each project stands, by its last forecast and its own nation's rating."""
        node = self.nodes["MYS"]
        known = {thing["id"]: thing["fields"] for thing in node.run("list", "forecast")}
        ratings = {
            (thing["owner"], thing["fields"]["project"]): thing["fields"].get("grade", "exempt")
            for thing in node.run("list", "rating")
            if thing["fields"]["scale"] == "MYS-scale-2"
        }
        rows = []
        for project, forecast, _ in (chances[project.id] for project in PROJECTS):
            last = known[forecast]["milestones"][-1]
            rows.append(
                {name: last[name] for name in ("due", "p50", "p80", "on_time")}
                | {"project": project.id, "title": project.title, "forecast": forecast}
                | {"rating": ratings[project.nation, project.id], "late": last["p50"] > last["due"]}
            )
        return rows

    def _submit(
        self, node: Node, project: Project, name: str, progress: Progress, *more: str
    ) -> None:
        """Have the plan drafted, from a file as a planner's tool would write it."""
        plan = progress.of(project.outline.baseline(self.today), self.today)
        file, costs = Path(self._file(f"{name}.xml")), self._write(f"{name}-costs", plans.costs(plan))
        file.write_bytes(write_mspdi(plan))
        last = plan.activities[-1].code
        tie = ("--tie", f"{last}={project.obligation}") if project.obligation else ()
        node.ask(
            "plan", "submit", str(file), "--project", project.id, "--stage", project.stage,
            "--costs", costs, *tie, *more, "--draft", self._file(f"{name}.json"), name,
        )  # fmt: skip

    def _simulate(self, node: Node, plan: str, forecast: str, on: int) -> None:
        node.ask(
            "forecast", "make", plan, "--as-of", self._day(on), "--seed", str(SEED),
            "--iterations", str(ITERATIONS), "--draft", self._file(f"{forecast}.json"), forecast,
        )  # fmt: skip

    def _chance(self, node: Node) -> Chance:
        made = node.answer()
        project = next(p for p in PROJECTS if p.id == made["body"]["project"])
        return project, made["forecast"], float(made["body"]["milestones"][-1]["on_time"])

    def _rated(self, nation: str, edition: int, chances: Iterable[Chance]) -> list[Said]:
        on = outlook.BEFORE + 4 if edition == 1 else 0
        return portfolio.rated(nation, edition, self._day(on), chances)

    def _day(self, offset: int) -> str:
        return (self.today + timedelta(days=offset)).isoformat()

    def _say(self, nation: str, batch: list[Said], *, read: bool = True) -> None:
        """One nation says a batch, and the other reads it."""
        name = f"{self._said:02}-{nation}-{batch[0]['object']}"
        recorded = self.nodes[nation].run("say", "--batch", self._write(name, batch))["recorded"]
        self._said += len(recorded)
        if read:
            self.nodes[portfolio.PARTNER[nation]].run("exchange")

    def _tell(self, title: str) -> None:
        self._show(title, self._said)
        self._said = 0

    def _drafted(self, name: str) -> list[Said]:
        drafted: list[Said] = json.loads(Path(self._file(f"{name}.json")).read_text("utf-8"))
        return drafted

    def _write(self, name: str, content: Any) -> str:
        path = Path(self._file(f"{name}.json"))
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
        return str(path)

    def _file(self, name: str) -> str:
        return str(self.folder / name)
