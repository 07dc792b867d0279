"""What Korea is to transfer and produce, and the milestones."""

from typing import Any

from sepakat.cli.demo.case.terms import EDITION
from sepakat.cli.demo.case.words import (
    BOTH,
    COMPANY_K,
    NOTE,
    Said,
    Scene,
    money,
    say,
)


def scenes(day: Any) -> list[Scene]:
    def owed(
        object_id: str,
        partner: str,
        title: str,
        category: str,
        sum_: int,
        due: int,
        label: Said = BOTH,
    ) -> Said:
        return say(
            "obligation",
            "propose",
            object_id,
            label=label,
            counterparty=partner,
            obligor="KOR",
            agreement="MYS-agreement-g2g",
            terms=EDITION,
            title=title,
            category=category,
            value=money(sum_),
            due=day(due),
            description=f"{title}. {NOTE}",
        )

    return [
        Scene(
            "Malaysia proposes what Korea is to transfer and produce",
            "MYS",
            [
                owed(
                    "MYS-tt-maintenance",
                    "KOR",
                    "Maintenance know-how",
                    "technology_transfer",
                    40_000_000,
                    300,
                ),
                owed(
                    "MYS-cp-housings",
                    "KOR",
                    "Sensor housings",
                    "co_production",
                    66_000_000,
                    -10,
                    COMPANY_K,
                ),
            ],
        ),
        Scene(
            "Korea accepts both, and offers supplier development",
            "KOR",
            [
                say("obligation", "accept", "MYS-tt-maintenance", "approver"),
                say("obligation", "accept", "MYS-cp-housings", "approver"),
                owed(
                    "KOR-sd-suppliers",
                    "MYS",
                    "Supplier development",
                    "supplier_development",
                    12_000_000,
                    420,
                ),
            ],
        ),
        Scene(
            "Malaysia accepts the offer and sets milestones",
            "MYS",
            [
                say("obligation", "accept", "KOR-sd-suppliers", "approver"),
                say(
                    "milestone",
                    "propose",
                    "MYS-ms-trained",
                    label=BOTH,
                    counterparty="KOR",
                    obligation="MYS-tt-maintenance",
                    title="First engineers certified",
                    sequence=1,
                    due=day(30),
                ),
                say(
                    "milestone",
                    "propose",
                    "MYS-ms-first-article",
                    label=COMPANY_K,
                    counterparty="KOR",
                    obligation="MYS-cp-housings",
                    title="First article accepted",
                    sequence=1,
                    due=day(-40),
                ),
            ],
        ),
    ]
