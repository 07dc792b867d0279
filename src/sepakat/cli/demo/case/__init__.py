"""The first case: Malaysia and the Republic of Korea, as a script of what each nation says.

The seminar, its sessions, the Cabinet gate in October and Türkiye's precedence are as publicly
reported. Every company, amount, file and other date is illustrative, and says so.
"""

from datetime import date, timedelta

from sepakat.cli.demo.case import (
    agreement,
    apart,
    delivery,
    dialogue,
    industry,
    obligations,
    settlement,
)
from sepakat.cli.demo.case.words import NOTE, File, Scene

__all__ = ["FILES", "NATIONS", "NOTE", "script"]

NATIONS = {"MYS": "Malaysia", "KOR": "Republic of Korea"}

FILES = (
    File("training-report.txt", "Training report: 24 engineers certified on the test bench."),
    File("first-article.txt", "First article inspection: housing no. 1 within all tolerances."),
    File("second-lot.txt", "Second lot: 40 housings shipped, packing list enclosed."),
    File("second-lot-tests.txt", "Second lot: 31 of 40 housings passed the pressure test."),
    File("certificate.txt", "Quality certificate: machining of housings, one site."),
    File("works.txt", "Works log: 22 housings in three months, 5,440 hours, 42 skilled staff."),
    File("handover.txt", "Handover: test bench, drawings and training, complete."),
    File("absorption.txt", "First article, twelve certificates, and a repair, without help."),
    File("process-sheet.txt", "Heat treatment process sheet: know-how of the company."),
)


def script(today: date, folder: str) -> list[Scene]:
    """The whole case as played on a day; evidence files lie in `folder`."""

    def day(offset: int) -> str:
        return (today + timedelta(days=offset)).isoformat()

    def file(name: str) -> str:
        return f"{folder}/{name}"

    october = date(today.year if today.month > 10 else today.year - 1, 10, 31).isoformat()
    return [
        *dialogue.scenes(day, october),
        *agreement.scenes(day, october),
        *obligations.scenes(day),
        *delivery.scenes(day, file),
        *settlement.scenes(day, file),
        *industry.scenes(today, day, file),
        *apart.scenes(day, file),
    ]
