"""The agreement, from its proposal through the Cabinet gate into force."""

from typing import Any

from sepakat.cli.demo.case import terms
from sepakat.cli.demo.case.words import (
    BOTH,
    Scene,
    say,
)


def scenes(day: Any, october: str) -> list[Scene]:
    return [
        Scene(
            "Malaysia plans the Cabinet gate and proposes the agreement, with its rules as code",
            "MYS",
            [
                say(
                    "gate",
                    "plan",
                    "MYS-gate-cabinet",
                    label=BOTH,
                    name="Cabinet approval of the G2G agreement",
                    authority="Cabinet of Malaysia",
                    due=october,
                ),
                say(
                    "agreement",
                    "propose",
                    "MYS-agreement-g2g",
                    label=BOTH,
                    counterparty="KOR",
                    title="G2G defence procurement agreement between Malaysia and the Republic "
                    "of Korea",
                    exclusivity="exclusive",
                    precedents=["The arrangement between Malaysia and Türkiye"],
                    approvals=["MYS-gate-cabinet"],
                ),
                say(
                    "edition",
                    "propose",
                    terms.EDITION,
                    label=BOTH,
                    counterparty="KOR",
                    agreement="MYS-agreement-g2g",
                    number=1,
                    effective=day(-390),
                    source=terms.text(day, october),
                ),
            ],
        ),
        Scene(
            "Korea accepts the agreement, its rules, and the action asked of it",
            "KOR",
            [
                say("agreement", "accept", "MYS-agreement-g2g", "approver"),
                say("edition", "accept", terms.EDITION, "approver"),
                say("action_item", "accept", "MYS-action-contact"),
                say(
                    "action_item",
                    "report",
                    "MYS-action-contact",
                    result="A point of contact is named (illustrative).",
                ),
            ],
        ),
        Scene(
            "Cabinet approves (illustrative); the agreement enters into force",
            "MYS",
            [
                say("gate", "table", "MYS-gate-cabinet"),
                say("gate", "pass", "MYS-gate-cabinet", "approver", decided=october),
                say(
                    "agreement",
                    "enter_into_force",
                    "MYS-agreement-g2g",
                    "approver",
                    effective=october,
                ),
                say("action_item", "finish", "MYS-action-table", result="Tabled and approved."),
                say("action_item", "close", "MYS-action-contact"),
            ],
        ),
    ]
