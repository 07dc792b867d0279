"""What may happen to the projects, and what is done about it. All of it is illustrative."""

from typing import Any

from sepakat.cli.demo.case.portfolio import INSTITUTE, LABORATORY, LATE
from sepakat.cli.demo.case.words import BOTH, COMPANY_M, NOTE, Said, say

TRIGGERED = "MYS-risk-bearings"
THRESHOLD = "50"  # per cent: the chance below which the contingency plan starts
SECOND_SOURCE, STOCK = "A second source", "Buy a stock beforehand"


def raised(nation: str) -> list[Said]:
    return [said for said in _RISKS if said["object"].startswith(nation)]


def _risk(
    id_: str,
    projects: list[str],
    cause: str,
    title: str,
    responsible: str,
    probability: int,
    impact: tuple[str, int, int, int],
    touches: list[str],
    **rest: Any,
) -> Said:
    measure, *days = impact
    low, likely, high = map(str, days)
    return say(
        "risk",
        "raise",
        id_,
        label=BOTH,
        title=title,
        projects=projects,
        cause=cause,
        responsible=responsible,
        probability=str(probability),
        impacts=[{"measure": measure, "low": low, "likely": likely, "high": high}],
        touches=touches,
        description=f"{title}. {NOTE}",
        **rest,
    )


def _treatment(title: str, probability: int, impact: int, price: int) -> Said:
    return {
        "title": title,
        "probability": str(probability),
        "impact": str(impact),
        "price": str(price),
    }


_RISKS = (
    # Shared: both projects wait for one maker of bearings.
    _risk(
        TRIGGERED,
        [LATE, "KOR-project-castings"],
        "supply",
        "The only maker of bearings delivers late",
        COMPANY_M,
        50,
        ("days", 15, 35, 80),
        ["MA60", "CA50"],
        treatments=[
            _treatment(SECOND_SOURCE, 10, 50, 350_000),
            _treatment(STOCK, 35, 60, 250_000),
        ],
        contingency="The committee is told within a week, and decides on a second source.",
        trigger="on_time_percent",
        threshold=THRESHOLD,
    ),
    _risk(
        "KOR-risk-authorisation",
        ["KOR-project-castings"],
        "political",
        "The export authorisation takes longer than planned",
        INSTITUTE,
        30,
        ("days", 10, 20, 60),
        ["CA30"],
        treatments=[_treatment("Ask for it in two parts", 15, 60, 40_000)],
        contingency="Fatigue tests begin in Korea, and are repeated in Malaysia.",
        trigger="p80_late_days",
        threshold="30",
    ),
    _risk(
        "MYS-risk-release",
        ["MYS-project-testbed"],
        "legal",
        "Data may not cross the border",
        "MYS-secretariat",
        25,
        ("percent", 110, 130, 180),
        ["TE60"],
        treatments=[_treatment("Models travel, and data stay", 5, 50, 60_000)],
        contingency="Tasks are run at each nation's own site.",
        trigger="on_time_percent",
        threshold="40",
    ),
    _risk(
        "MYS-risk-instructors",
        ["MYS-project-range"],
        "people",
        "Certified instructors leave",
        LABORATORY,
        20,
        ("days", 5, 15, 40),
        ["RA-USE"],
        treatments=[_treatment("Each post is held by two", 10, 40, 120_000)],
    ),
    _risk(
        "MYS-risk-machines",
        ["MYS-project-line"],
        "financial",
        "The exchange rate makes the machines dearer",
        COMPANY_M,
        40,
        ("cost", 50_000, 150_000, 400_000),
        ["LI40"],
    ),
    _risk(
        "KOR-risk-records",
        ["KOR-project-health"],
        "technical",
        "Records are too poor to learn from",
        "KOR-company-k",
        35,
        ("percent", 120, 150, 200),
        ["HE20", "HE40"],
        treatments=[_treatment("Look at a sample first", 20, 50, 30_000)],
    ),
)
