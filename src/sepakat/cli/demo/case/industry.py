"""Industry: technology is transferred, work shared, a supplier developed, and all of it proven."""

from datetime import date
from typing import Any

from sepakat.cli.demo.case import growth, production, transfer
from sepakat.cli.demo.case.words import BOTH, Scene, say


def scenes(today: date, day: Any, file: Any) -> list[Scene]:
    return [
        Scene(
            "Malaysia proposes work to share, a supplier, and what is to come of it",
            "MYS",
            [*production.proposed(day), *growth.nominated(day, file), *growth.promised(day)],
        ),
        Scene(
            "Korea agrees, qualifies the supplier, and proposes to transfer a test bench",
            "KOR",
            [
                say("work_package", "accept", production.WORK, "approver"),
                *growth.agreed(),
                transfer.proposed(),
            ],
        ),
        Scene(
            "Malaysia agrees to the transfer, plans the factory, and reports what came of it",
            "MYS",
            [
                say("transfer_package", "accept", transfer.PACKAGE, "approver"),
                production.planned(today),
                say(
                    "evidence",
                    "register",
                    production.LOG,
                    label=BOTH,
                    title="Works log: units, hours, costs and staff",
                    attach=file("works.txt"),
                ),
                *growth.measured(day),
            ],
        ),
        Scene(
            "Korea confirms it, authorises the export, and delivers the test bench",
            "KOR",
            [
                say("factory_plan", "accept", production.FACTORY, "approver"),
                *growth.confirmed(),
                *transfer.delivered(day, file),
            ],
        ),
        Scene(
            "Malaysia starts production, and shows what it can do without help",
            "MYS",
            [*production.reported(today), *transfer.shown(day, file)],
        ),
        Scene(
            "Korea confirms the rates, witnesses the proofs, and proposes absorption",
            "KOR",
            [*production.confirmed(), *transfer.witnessed()],
        ),
        Scene(
            "Malaysia confirms it: the package is absorbed",
            "MYS",
            [say("transfer_package", "confirm_absorption", transfer.PACKAGE, "approver")],
        ),
    ]
