"""The seminar, and the actions that came out of it."""

from typing import Any

from sepakat.cli.demo.case.words import (
    BOTH,
    NOTE,
    PUBLIC,
    Scene,
    say,
)


def scenes(day: Any, october: str) -> list[Scene]:
    return [
        Scene(
            "Malaysia records the seminar and proposes its minutes",
            "MYS",
            [
                say(
                    "organisation",
                    "register",
                    "MYS-secretariat",
                    label=PUBLIC,
                    name="Joint committee secretariat, Malaysian side",
                    type="agency",
                    description=NOTE,
                ),
                say(
                    "engagement",
                    "schedule",
                    "MYS-seminar-3",
                    label=PUBLIC,
                    counterparty="KOR",
                    type="seminar",
                    date=day(-120),
                    place="Malaysia",
                    title="Malaysia-Korea Third Defence Industry Cooperation Seminar",
                    sessions=["AI policy", "AI applications in defence"],
                ),
                say("engagement", "hold", "MYS-seminar-3", participants=150),
                say(
                    "engagement",
                    "propose_minutes",
                    "MYS-seminar-3",
                    minutes="Officials, academics and industry, among them more than 20 Malaysian "
                    "defence companies and representatives of major Korean defence firms. "
                    "Dialogue alone is not enough: each follow-up has an owner and a date.",
                ),
            ],
        ),
        Scene(
            "Korea agrees the minutes and registers a company (illustrative)",
            "KOR",
            [
                say("engagement", "agree_minutes", "MYS-seminar-3"),
                say(
                    "organisation",
                    "register",
                    "KOR-company-k",
                    label=PUBLIC,
                    name="Company K (illustrative)",
                    type="company",
                    description=NOTE,
                ),
            ],
        ),
        Scene(
            "Malaysia takes on one action from the seminar and asks Korea for another",
            "MYS",
            [
                say(
                    "action_item",
                    "undertake",
                    "MYS-action-table",
                    label=BOTH,
                    title="Table the G2G agreement for Cabinet approval",
                    assignee="MYS",
                    due=october,
                    engagement="MYS-seminar-3",
                ),
                say(
                    "action_item",
                    "ask",
                    "MYS-action-contact",
                    label=BOTH,
                    title="Name a point of contact for the shared AI testbed",
                    assignee="KOR",
                    counterparty="KOR",
                    due=day(-60),
                    engagement="MYS-seminar-3",
                ),
            ],
        ),
    ]
