"""Claims with their evidence, inspections, a refusal, and the dispute about it."""

from typing import Any

from sepakat.cli.demo.case.words import (
    BOTH,
    COMPANY_K,
    Said,
    Scene,
    money,
    say,
)


def scenes(day: Any, file: Any) -> list[Scene]:
    def evidence(object_id: str, title: str, name: str, label: Said = COMPANY_K) -> Said:
        return say("evidence", "register", object_id, label=label, title=title, attach=file(name))

    return [
        Scene(
            "Korea agrees the milestones; its company files claims with evidence",
            "KOR",
            [
                say("milestone", "accept", "MYS-ms-trained", "approver"),
                say("milestone", "accept", "MYS-ms-first-article", "approver"),
                evidence("KOR-ev-training", "Training report", "training-report.txt", BOTH),
                evidence("KOR-ev-first", "First article inspection", "first-article.txt"),
                evidence("KOR-ev-lot-2", "Packing list, second lot", "second-lot.txt"),
                say(
                    "claim",
                    "file",
                    "KOR-claim-training",
                    label=BOTH,
                    counterparty="MYS",
                    obligation="MYS-tt-maintenance",
                    milestone="MYS-ms-trained",
                    value=money(9_000_000),
                    description="24 engineers trained.",
                    delivered=day(-20),
                    activity="training",
                    evidence=["KOR-ev-training"],
                ),
                _company_claim(
                    "KOR-claim-first",
                    8_000_000,
                    "KOR-ev-first",
                    "First article delivered.",
                    day(-45),
                    milestone="MYS-ms-first-article",
                ),
                _company_claim(
                    "KOR-claim-lot-2",
                    20_000_000,
                    "KOR-ev-lot-2",
                    "Second lot of 40 housings.",
                    day(-15),
                ),
            ],
        ),
        Scene(
            "Malaysia inspects: two are found delivered, one is refused with a reason",
            "MYS",
            [
                found(
                    "MYS-ver-training",
                    "KOR-claim-training",
                    "verified",
                    9_000_000,
                    "All 24 certificates checked.",
                    BOTH,
                ),
                found(
                    "MYS-ver-first",
                    "KOR-claim-first",
                    "verified",
                    8_000_000,
                    "Measured again; within tolerances.",
                ),
                say(
                    "claim",
                    "refuse",
                    "KOR-claim-lot-2",
                    "approver",
                    reason="A packing list shows shipment, not that the housings work.",
                ),
            ],
        ),
        Scene(
            "Korea countersigns the findings and disputes the refusal",
            "KOR",
            [
                say("verification", "countersign", "MYS-ver-training"),
                say("verification", "countersign", "MYS-ver-first"),
                say(
                    "dispute",
                    "raise",
                    "KOR-dispute-lot-2",
                    label=COMPANY_K,
                    counterparty="MYS",
                    claim="KOR-claim-lot-2",
                    grounds="The lot was accepted on delivery; test results can be supplied.",
                ),
                say("claim", "dispute", "KOR-claim-lot-2", dispute="KOR-dispute-lot-2"),
                evidence("KOR-ev-lot-2-tests", "Test results, second lot", "second-lot-tests.txt"),
            ],
        ),
    ]


def _company_claim(
    claim: str, amount: int, shown: str, what: str, delivered: str, **rest: Any
) -> Said:
    """A claim that the company files itself, with its own key, in its own name."""
    return say(
        "claim",
        "file",
        claim,
        "company",
        "KOR-company-k",
        label=COMPANY_K,
        counterparty="MYS",
        obligation="MYS-cp-housings",
        value=money(amount),
        description=what,
        delivered=delivered,
        activity="production",
        mode="direct",
        evidence=[shown],
        organisation="KOR-company-k",
        key="company-k",
        **rest,
    )


def found(
    verification: str,
    claim: str,
    outcome: str,
    amount: int,
    findings: str,
    label: Said = COMPANY_K,
) -> Said:
    return say(
        "verification",
        "issue",
        verification,
        "inspector",
        label=label,
        counterparty="KOR",
        claim=claim,
        outcome=outcome,
        value=money(amount),
        findings=findings,
    )
