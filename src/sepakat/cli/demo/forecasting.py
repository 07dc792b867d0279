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
Chance = tuple[Project, str, float]  # of a project, by a forecast, to be on time: in per cent


class Forecasting:
    """Both nodes, and a folder for the files of their planners."""

    def __init__(self, nodes: dict[str, Node], folder: Path, today: date, show: Show) -> None:
        self.nodes, self.today = nodes, today
        self.folder = folder / "outlook"
        self.folder.mkdir()
        self._show = show
        self._said = self._turns = 0

    def play(self) -> list[dict[str, Any]]:
        """From the portfolio to the option taken; how each project stands then."""
        self._open()
        self._plan()
        chances = self._forecast()
        self._slip(chances[LATE])
        chances[LATE] = self._warn(chances)
        self._decide(chances)
        return self._rows(chances)

    def _open(self) -> None:
        self._say("MYS", portfolio.opened())
        self._say("KOR", [*portfolio.accepted(), *portfolio.proposed("KOR", self.today)])
        proposed = [*portfolio.proposed("MYS", self.today), portfolio.scale(1), portfolio.further()]
        self._say("MYS", [*portfolio.under_way("MYS"), *proposed])
        self._say("KOR", [*portfolio.under_way("KOR"), portfolio.agreed(), portfolio.in_force(1)])
        self._tell("A dozen projects in six domains get under way; a seventh domain joins")

    def _plan(self) -> None:
        for nation, node in self.nodes.items():
            for project in portfolio.of(nation):
                is_late = project.id == LATE
                progress = outlook.ON_COURSE if is_late else Progress(outlook.AS_OF)
                self._submit(node, project, project.named("plan"), progress)
        failing, drafts = {}, {}
        for nation, node in self.nodes.items():
            drafts[nation] = risks.raised(nation)
            for _ in portfolio.of(nation):
                made = node.answer()
                failing[made["plan"]] = made["body"]["failing"]
                drafts[nation] += self._drafted(made["plan"])
        self._say("KOR", [*drafts["KOR"], portfolio.joining()])
        accepted = outlook.accepted("MYS", failing)
        self._say("MYS", [*drafts["MYS"], *accepted, portfolio.joined()])
        self._say("KOR", outlook.accepted("KOR", failing))
        self._tell("Each plans its projects; one plan fails its checks, and is accepted knowingly")

    def _forecast(self) -> dict[str, Chance]:
        """Each plan is simulated where it is at home: the chances by project."""
        for nation, node in self.nodes.items():
            for project in portfolio.of(nation):
                on = outlook.BEFORE + 2 if project.id == LATE else 0
                self._simulate(node, project.named("plan"), project.named("forecast"), on)
        made = {
            nation: [self._chance(node) for _ in portfolio.of(nation)]
            for nation, node in self.nodes.items()
        }
        found = {chance[0].id: chance for chances in made.values() for chance in chances}
        for nation, chances in made.items():
            drafts = [said for _, name, _ in chances for said in self._drafted(name)]
            rated = self._rated("MYS", 1, [found[LATE]]) if nation == "MYS" else []
            self._say(nation, [*drafts, *rated], is_read=False)  # it is with what is said next
        self._tell("All plans are simulated, with their risks: each rather ends in time than not")
        return found

    def _slip(self, before: Chance) -> None:
        late, node = before[0], self.nodes["MYS"]
        again = f"{late.named('plan')}-2"
        self._submit(node, late, again, outlook.SLIPPED, "--replaces", late.named("plan"))
        node.answer()
        self._say("MYS", [*self._drafted(again), portfolio.scale(2)])
        rated = self._rated("KOR", 1, [before])
        self._say("KOR", [outlook.accept(again), portfolio.in_force(2), *rated])
        self._tell("One project slips; by its new plan it would still end in time")

    def _warn(self, chances: dict[str, Chance]) -> Chance:
        """The forecast that says otherwise, and what could be done."""
        late, node = chances[LATE][0], self.nodes["MYS"]
        forecast = f"{late.named('forecast')}-2"
        self._simulate(node, f"{late.named('plan')}-2", forecast, 0)
        found = self._chance(node)
        triggered = outlook.triggered(forecast)
        self._say("MYS", [*self._drafted(forecast), triggered], is_read=False)
        drafts = []
        for option, treatment in outlook.OPTIONS.items():
            node.run(
                "option", "treat", forecast, risks.TRIGGERED, treatment,
                "--draft", self._file(f"{option}.json"), option,
            )  # fmt: skip
            drafts += self._drafted(option)
        own = (found if p.id == LATE else chances[p.id] for p in portfolio.of("MYS"))
        rated = self._rated("MYS", 2, own)
        self._say("MYS", [*drafts, outlook.put(), portfolio.retired(1), *rated])
        self._tell(f"Its forecast says {found[2]:.0f} %, and starts a contingency plan")
        return found

    def _decide(self, chances: dict[str, Chance]) -> None:
        note = self._file("note.json")
        self.nodes["KOR"].run("forecast", "check", chances[LATE][1], "--draft", note)
        own = portfolio.of("KOR")
        exempt = [p for p in own if p.stage == "concept"]
        rated = self._rated("KOR", 2, [chances[p.id] for p in own if p not in exempt])
        rated += self._rated("KOR", 2, [chances[LATE]])
        rated += [portfolio.exempted("KOR", project, 2, self._day(0)) for project in exempt]
        self._say("KOR", [*self._drafted("note"), *outlook.decided(), *rated])
        self._tell("Korea comes to the same figures; the committee takes one of two options")

    def _rows(self, chances: dict[str, Chance]) -> list[dict[str, Any]]:
        """How each project stands, by its last forecast and its own nation's rating."""
        node = self.nodes["MYS"]
        forecasts = {thing["id"]: thing["fields"] for thing in node.run("list", "forecast")}
        ratings = {
            (thing["owner"], thing["fields"]["project"]): thing["fields"].get("grade", "exempt")
            for thing in node.run("list", "rating")
            if thing["fields"]["scale"] == portfolio.scale_id(2)
        }
        rows = []
        for project in PROJECTS:
            forecast = chances[project.id][1]
            last = forecasts[forecast]["milestones"][-1]
            rows.append(
                {name: last[name] for name in ("due", "p50", "p80", "on_time")}
                | {"project": project.id, "title": project.title, "forecast": forecast}
                | {"rating": ratings[project.nation, project.id], "late": last["p50"] > last["due"]}
            )
        return rows

    def _submit(
        self, node: Node, project: Project, name: str, progress: Progress, *more: str
    ) -> None:
        """Ask for a plan's draft, from a file as a planner's tool writes it."""
        plan = progress.of(project.outline.baseline(self.today), self.today)
        file = Path(self._file(f"{name}.xml"))
        costs = self._write(f"{name}-costs", plans.costs(plan))
        file.write_bytes(write_mspdi(plan))
        last = plan.activities[-1].code
        tie = ("--tie", f"{last}={project.obligation}") if project.obligation else ()
        node.ask(
            "plan", "submit", str(file), "--project", project.id, "--stage", project.stage,
            "--costs", costs, *tie, *more, "--draft", self._file(f"{name}.json"), name,
        )  # fmt: skip

    def _simulate(self, node: Node, plan: str, forecast: str, on: int) -> None:
        """Ask for a forecast's draft; `_chance` waits for it."""
        node.ask(
            "forecast", "make", plan, "--as-of", self._day(on), "--seed", str(SEED),
            "--iterations", str(ITERATIONS), "--threads", "1",
            "--draft", self._file(f"{forecast}.json"), forecast,
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

    def _say(self, nation: str, batch: list[Said], *, is_read: bool = True) -> None:
        """One nation says a batch, and the other reads it, now or with a later one."""
        self._turns += 1
        written = self._write(f"{self._turns:02}-{nation}", batch)
        self._said += len(self.nodes[nation].run("say", "--batch", written)["recorded"])
        if is_read:
            self.nodes[portfolio.PARTNER[nation]].run("exchange")

    def _tell(self, title: str) -> None:
        self._show(title, self._said)
        self._said = 0

    def _drafted(self, name: str) -> list[Said]:
        drafted: list[Said] = json.loads(Path(self._file(f"{name}.json")).read_bytes())
        return drafted

    def _write(self, name: str, content: Any) -> str:
        path = Path(self._file(f"{name}.json"))
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
        return str(path)

    def _file(self, name: str) -> str:
        return str(self.folder / name)
