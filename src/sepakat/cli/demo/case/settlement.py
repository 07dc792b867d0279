"""The dispute is settled, and the joint committee decides."""

from typing import Any

from sepakat.cli.demo.case.delivery import found
from sepakat.cli.demo.case.words import (
    BOTH,
    Scene,
    say,
)


def scenes(day: Any, file: Any) -> list[Scene]:
    return [
        Scene(
            "Malaysia verifies two claims, reaches two milestones and answers the dispute",
            "MYS",
            [
                say(
                    "claim",
                    "verify",
                    "KOR-claim-training",
                    "approver",
                    verification="MYS-ver-training",
                ),
                say("claim", "verify", "KOR-claim-first", "approver", verification="MYS-ver-first"),
                say("milestone", "reach", "MYS-ms-trained", claim="KOR-claim-training"),
                say("milestone", "reach", "MYS-ms-first-article", claim="KOR-claim-first"),
                say(
                    "dispute",
                    "answer",
                    "KOR-dispute-lot-2",
                    answer="What passed the pressure test can count; the rest cannot.",
                ),
            ],
        ),
        Scene(
            "Korea proposes a settlement",
            "KOR",
            [
                say(
                    "dispute",
                    "propose_settlement",
                    "KOR-dispute-lot-2",
                    "approver",
                    settlement="31 of 40 housings count: MYR 15,500,000. Nine are replaced.",
                ),
            ],
        ),
        Scene(
            "Malaysia settles; the joint committee's decision is proposed",
            "MYS",
            [
                say("dispute", "settle", "KOR-dispute-lot-2", "approver"),
                found(
                    "MYS-ver-lot-2",
                    "KOR-claim-lot-2",
                    "partial",
                    15_500_000,
                    "31 of 40 housings passed; MYR 500,000 each.",
                ),
                say(
                    "engagement",
                    "schedule",
                    "MYS-committee-1",
                    label=BOTH,
                    counterparty="KOR",
                    type="meeting",
                    date=day(-1),
                    place="By video",
                    role="committee",
                    title="Joint committee, first meeting (illustrative)",
                ),
                say(
                    "decision",
                    "propose",
                    "MYS-decision-1",
                    "committee",
                    label=BOTH,
                    counterparty="KOR",
                    engagement="MYS-committee-1",
                    question="Does the late co-production keep its date?",
                    text="The due date stands; a recovery plan is due within 30 days.",
                    reasons="9 of 40 housings failed, and the cause is known.",
                ),
            ],
        ),
        Scene(
            "Korea countersigns and agrees the decision",
            "KOR",
            [
                say("verification", "countersign", "MYS-ver-lot-2"),
                say("decision", "agree", "MYS-decision-1", "committee"),
            ],
        ),
    ]
