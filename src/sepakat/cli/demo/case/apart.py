"""What one nation, or one company and its nation, keeps to itself."""

from typing import Any

from sepakat.cli.demo.case.words import (
    Scene,
    label,
    say,
)


def scenes(day: Any, file: Any) -> list[Scene]:
    return [
        Scene(
            "Malaysia verifies the settled part, and notes something for itself alone",
            "MYS",
            [
                say("claim", "verify", "KOR-claim-lot-2", "approver", verification="MYS-ver-lot-2"),
                say(
                    "action_item",
                    "undertake",
                    "MYS-position-ip",
                    label=label("MYS", grade="CONFIDENTIAL"),
                    assignee="MYS",
                    due=day(45),
                    title="Prepare the negotiating position on IP terms",
                ),
            ],
        ),
        Scene(
            "Korea keeps a company's process sheet between the company and itself",
            "KOR",
            [
                say(
                    "evidence",
                    "register",
                    "KOR-ev-process",
                    label=label(
                        "KOR", grade="CONFIDENTIAL", organisations=["KOR", "KOR-company-k"]
                    ),
                    title="Heat treatment process sheet",
                    attach=file("process-sheet.txt"),
                ),
            ],
        ),
    ]
