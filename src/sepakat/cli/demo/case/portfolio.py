"""The portfolio: its domains, a dozen projects of both nations, and how confident each is in them.

The domains are those that the source names; everything in them is illustrative.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepakat.cli.demo.case import networks, plans
from sepakat.cli.demo.case.plans import Outline
from sepakat.cli.demo.case.words import BOTH, COMPANY_M, CURRENCY, NOTE, PUBLIC, Said, say

PORTFOLIO = "MYS-portfolio"
PARTNER = {"MYS": "KOR", "KOR": "MYS"}
LATE = "MYS-project-maintenance"
DOMAINS = (
    "Aerospace components",
    "Surveillance",
    "Cyber defence",
    "Advanced manufacturing",
    "Artificial intelligence",
    "Sensors and data analytics",
)
LATER = "Additive manufacturing"
LABORATORY, INSTITUTE, COMPANY = "MYS-laboratory", "KOR-institute", "KOR-company-k"
RESERVE = 20  # per cent of what is planned, in each budget


@dataclass(frozen=True)
class Project:
    """A project: Malaysia pays `share` per cent of it. Its plan is due when its obligation is."""

    id: str
    domain: str
    title: str
    lead: str
    share: int
    stage: str
    outline: Outline
    participants: tuple[str, ...] = ()
    obligation: str = ""
    gates: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()

    @property
    def nation(self) -> str:
        return self.id[:3]

    @property
    def name(self) -> str:
        return self.id.partition("-project-")[2]

    def named(self, kind: str) -> str:
        """The identifier of its plan, forecast and the like."""
        return f"{self.nation}-{kind}-{self.name}"


def _project(
    id_: str,
    domain: int,
    title: str,
    network: str,
    due: int,
    room: int,
    held: str = "",
    **rest: Any,
) -> Project:
    return Project(
        id=id_,
        domain=DOMAINS[domain],
        title=title,
        outline=Outline(f"{title} (illustrative)", network, due, room, held),
        **rest,
    )


PROJECTS = (
    _project(
        LATE, 0, "Maintenance of components at home", networks.MAINTENANCE, 300, 34,
        lead=COMPANY_M, participants=(COMPANY,), share=40, stage="production",
        obligation="MYS-tt-maintenance", gates=("MYS-gate-cabinet",),
    ),
    _project(
        "KOR-project-castings", 0, "Light castings, joint design", networks.CASTINGS, 190, 24,
        lead=COMPANY, participants=(COMPANY_M,), share=35, stage="development",
    ),
    _project(
        "MYS-project-coast", 1, "Common picture of one coast", networks.COAST, 230, 15, "CO40",
        lead="MYS-secretariat", share=70, stage="development",
    ),
    _project(
        "KOR-project-fusion", 1, "Fusion of sensors' tracks", networks.FUSION, 170, 11,
        lead=INSTITUTE, participants=(LABORATORY,), share=45, stage="development",
    ),
    _project(
        "MYS-project-range", 2, "Joint range for cyber defenders", networks.RANGE, 150, 14,
        lead=LABORATORY, share=60, stage="development",
    ),
    _project(
        "KOR-project-indicators", 2, "Exchange of threat indicators", networks.INDICATORS, 160, 12,
        lead=INSTITUTE, participants=(LABORATORY,), share=50, stage="production",
    ),
    _project(
        "MYS-project-line", 3, "Second machining line", networks.LINE, 420, 32,
        lead=COMPANY_M, participants=(COMPANY,), share=55, stage="production",
        obligation="KOR-sd-suppliers", gates=("MYS-gate-line",),
        indicators=("MYS-outcome-jobs", "MYS-outcome-exports"),
    ),
    _project(
        "KOR-project-vision", 3, "Quality control by pictures", networks.VISION, 175, 11,
        lead=COMPANY, share=40, stage="development",
    ),
    _project(
        "MYS-project-testbed", 4, "Shared AI testbed", networks.TESTBED, 120, 8,
        lead="MYS-secretariat", participants=(INSTITUTE,), share=50, stage="development",
    ),
    _project(
        "KOR-project-baseline", 4, "Joint baseline for AI assurance", networks.BASELINE, 240, 15,
        lead=INSTITUTE, participants=(LABORATORY,), share=50, stage="concept",
    ),
    _project(
        "MYS-project-sensors", 5, "Sensor made for the tropics", networks.SENSORS, 260, 17,
        lead=LABORATORY, participants=(COMPANY_M,), share=65, stage="development",
    ),
    _project(
        "KOR-project-health", 5, "Maintenance planned by wear", networks.HEALTH, 270, 30,
        lead=COMPANY, participants=(COMPANY_M,), share=45, stage="definition",
    ),
)  # fmt: skip


def of(nation: str) -> list[Project]:
    return [project for project in PROJECTS if project.nation == nation]


def opened() -> list[Said]:
    """Malaysia proposes the portfolio, and names who is to take part."""
    return [
        _organisation(LABORATORY, "Laboratory M (illustrative)", "laboratory"),
        say(
            "portfolio",
            "propose",
            PORTFOLIO,
            label=PUBLIC,
            title="Joint defence-industrial portfolio (illustrative)",
            counterparty="KOR",
            currency=CURRENCY,
            domains=list(DOMAINS),
            description=f"Two projects in each domain to begin with; more can join. {NOTE}",
        ),
    ]


def accepted() -> list[Said]:
    return [
        _organisation(INSTITUTE, "Institute K (illustrative)", "university"),
        say("portfolio", "accept", PORTFOLIO, "approver"),
    ]


def proposed(nation: str, today: date) -> list[Said]:
    return [_proposed(project, today) for project in of(nation)]


def _proposed(project: Project, today: date) -> Said:
    plan = project.outline.baseline(today)
    ties = {
        "participants": project.participants,
        "obligations": (project.obligation,) if project.obligation else (),
        "gates": project.gates,
        "indicators": project.indicators,
    }
    return say(
        "project",
        "propose",
        project.id,
        label=BOTH,
        title=project.title,
        portfolio=PORTFOLIO,
        counterparty=PARTNER[project.nation],
        domain=project.domain,
        lead=project.lead,
        phases=plans.phases(plan),
        budget=_budget(project, plans.spent_by_year(plan)),
        description=f"{project.title}, by both nations. {NOTE}",
        **{name: list(named) for name, named in ties.items() if named},
    )


def _budget(project: Project, spent: dict[int, int]) -> list[Said]:
    """What each nation pays in each year: what is planned, and the reserve."""
    rows = []
    for year, amount in spent.items():
        total = amount * (100 + RESERVE) // 100
        malaysia = total * project.share // 100
        for nation, part in (("MYS", malaysia), ("KOR", total - malaysia)):
            rows.append({"nation": nation, "year": year, "amount": str(part)})
    return rows


def under_way(nation: str) -> list[Said]:
    """A nation accepts the projects of the other."""
    return [say("project", "accept", p.id, "approver") for p in of(PARTNER[nation])]


def further() -> Said:
    return say("portfolio", "propose_domains", PORTFOLIO, further=[LATER])


def agreed() -> Said:
    return say("portfolio", "agree_domains", PORTFOLIO, "approver", domains=[*DOMAINS, LATER])


JOINED = "KOR-project-vision"


def joining() -> Said:
    """Malaysia's company is to take part in a project that Korea's leads."""
    return say("project", "propose_participants", JOINED, joining=[COMPANY_M])


def joined() -> Said:
    return say("project", "agree_participants", JOINED, "approver", participants=[COMPANY_M])


# Each grade with the least chance, in per cent, that its projects have of being on time.
SCALES = (
    (
        ("Green", 90, "Nine chances in ten, or better, to be on time."),
        ("Amber-green", 75, "Three in four, or better."),
        ("Amber", 50, "Even chances, or better."),
        ("Amber-red", 25, "One in four, or better."),
        ("Red", 0, "Less than one in four."),
    ),
    (
        ("On course", 75, "Three chances in four, or better, to be on time."),
        ("At risk", 50, "Even chances, or better."),
        ("Off course", 0, "More likely late than not."),
    ),
)


def scale(edition: int) -> Said:
    return say(
        "rating_scale",
        "propose",
        scale_id(edition),
        label=PUBLIC,
        title="Confidence in delivery (illustrative)",
        portfolio=PORTFOLIO,
        counterparty="KOR",
        number=edition,
        grades=[{"name": name, "meaning": meaning} for name, _, meaning in SCALES[edition - 1]],
    )


def in_force(edition: int) -> Said:
    return say("rating_scale", "accept", scale_id(edition), "committee")


def retired(edition: int) -> Said:
    reason = "Its five grades were read in five ways; the next edition has three."
    return say("rating_scale", "retire", scale_id(edition), "committee", reason=reason)


def rated(
    nation: str, edition: int, as_of: str, forecasts: Iterable[tuple[Project, str, float]]
) -> list[Said]:
    """A nation's ratings of projects by their forecasts, each with its chance to be on time."""
    return [
        _rating(
            nation,
            "give",
            project,
            edition,
            as_of=as_of,
            reasons=f"The chance to be on time is {chance:g} per cent. {NOTE}",
            grade=grade(edition, chance),
            forecast=forecast,
        )
        for project, forecast, chance in forecasts
    ]


def exempted(nation: str, project: Project, edition: int, as_of: str) -> Said:
    reasons = f"What it delivers is still to be decided: a grade would say too much. {NOTE}"
    return _rating(nation, "exempt", project, edition, as_of=as_of, reasons=reasons)


def grade(edition: int, chance: float) -> str:
    """The best of an edition's grades that a chance, in per cent, is enough for."""
    return next(name for name, least, _ in SCALES[edition - 1] if chance >= least)


def _rating(nation: str, action: str, project: Project, edition: int, **body: Any) -> Said:
    name = f"{nation}-rating-{project.name}-{edition}"
    about = {"project": project.id, "scale": scale_id(edition)} | body
    return say("rating", action, name, "committee", label=BOTH, **about)


def scale_id(edition: int) -> str:
    return f"MYS-scale-{edition}"


def _organisation(id_: str, name: str, type_: str) -> Said:
    return say(
        "organisation", "register", id_, label=PUBLIC, name=name, type=type_, description=NOTE
    )
