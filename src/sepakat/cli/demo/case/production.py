"""Work that both do: its shares, the factory that it needs, and what that made."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sepakat.cli.demo.case.words import (
    BOTH,
    COMPANY_M,
    NOTE,
    PUBLIC,
    Said,
    money,
    say,
)

WORK, FACTORY, GATE = "MYS-work-housings", "MYS-factory-housings", "MYS-gate-line"
LOG = "MYS-ev-works"
PLANNED = (4, 8, 12, 16, 20)  # units, month by month; the first lies four months back
MADE = ((3, 1030), (8, 2050), (11, 2360))  # units and hours of the first months


def proposed(day: Any) -> list[Said]:
    """Malaysia's company, the work with its shares, and the gate that the factory must pass."""
    return [
        say(
            "organisation",
            "register",
            COMPANY_M,
            label=PUBLIC,
            name="Company M (illustrative)",
            type="company",
            description=NOTE,
        ),
        say(
            "work_package",
            "propose",
            WORK,
            label=BOTH,
            counterparty="KOR",
            title="Sensor housings, cast in Korea and finished in Malaysia",
            description=f"Design, casting, machining and assembly. {NOTE}",
            value=money(30_000_000),
            organisations=["KOR-company-k", COMPANY_M],
            shares=[
                {"organisation": "KOR-company-k", "task": "Design and casting", "percent": "55"},
                {"organisation": COMPANY_M, "task": "Machining and assembly", "percent": "45"},
            ],
            starts=day(-180),
            ends=day(540),
        ),
        say(
            "gate",
            "plan",
            GATE,
            label=BOTH,
            name="Production line accepted",
            authority="Company M's board (illustrative)",
            due=day(-120),
        ),
        say("gate", "table", GATE),
        say("gate", "pass", GATE, "approver", decided=day(-125)),
    ]


def planned(today: date) -> Said:
    """The factory, and how fast it is to make what it makes."""
    months = zip(_months(today), PLANNED, strict=False)
    return say(
        "factory_plan",
        "propose",
        FACTORY,
        label=BOTH,
        counterparty="KOR",
        title="Machining line for sensor housings",
        work_package=WORK,
        organisation=COMPANY_M,
        place="Malaysia",
        gates=[GATE],
        capacity=24,
        rates=[{"month": month, "units": units} for month, units in months],
    )


def reported(today: date) -> list[Said]:
    """Production starts, and its first months are reported."""
    return [
        say("factory_plan", "start_production", FACTORY, "approver"),
        *(
            say(
                "rate_report",
                "report",
                _report(number),
                label=BOTH,
                counterparty="KOR",
                factory=FACTORY,
                month=month,
                units=units,
                hours=hours,
                evidence=[LOG],
            )
            for number, (month, (units, hours)) in enumerate(
                zip(_months(today), MADE, strict=False)
            )
        ),
    ]


def confirmed() -> list[Said]:
    return [
        say("rate_report", "confirm", _report(number), "inspector") for number in range(len(MADE))
    ]


def _report(number: int) -> str:
    return f"MYS-rate-{number + 1}"


def _months(today: date) -> Iterator[str]:
    """From four months back on, such as 2027-03."""
    first = today.year * 12 + today.month - 1 - 4
    for number in range(first, first + len(PLANNED)):
        yield f"{number // 12:04}-{number % 12 + 1:02}"
