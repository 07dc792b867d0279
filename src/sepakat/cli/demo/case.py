"""The first case: Malaysia and the Republic of Korea, as a script of what each nation says.

The seminar, its sessions, the Cabinet gate in October and Türkiye's precedence are as publicly
reported. Every company, amount, file and other date is illustrative, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

NATIONS = {"MYS": "Malaysia", "KOR": "Republic of Korea"}
NOTE = "Illustrative."
CURRENCY = "MYR"

Said = dict[str, Any]  # one statement, as `sepakat say --batch` reads it


@dataclass(frozen=True)
class Scene:
    """One nation's turn: what it does, and says in one batch."""

    title: str
    nation: str
    batch: list[Said]


@dataclass(frozen=True)
class File:
    """An evidence file that the demo writes, so that there is something to verify."""

    name: str
    text: str


FILES = (
    File("training-report.txt", "Training report: 24 engineers certified on the test bench."),
    File("first-article.txt", "First article inspection: housing no. 1 within all tolerances."),
    File("second-lot.txt", "Second lot: 40 housings shipped, packing list enclosed."),
    File("second-lot-tests.txt", "Second lot: 31 of 40 housings passed the pressure test."),
    File("process-sheet.txt", "Heat treatment process sheet: know-how of the company."),
)


def label(*nations: str, grade: str = "RESTRICTED", organisations: Iterable[str] = ()) -> Said:
    named: Said = {"classification": grade, "releasable_to": list(nations)}
    return named | ({"organisations": list(organisations)} if organisations else {})


PUBLIC = label("PUBLIC", grade="UNCLASSIFIED")
BOTH = label("KOR", "MYS")
# What a company takes part in names it, for it to see; no other company does.
COMPANY_K = label("KOR", "MYS", organisations=("KOR", "KOR-company-k", "MYS"))


def say(kind: str, action: str, object_id: str, role: str = "officer", **rest: Any) -> Said:
    """A statement; what is no part of its surroundings is its body."""
    around = ("label", "organisation", "key", "attach")
    said: Said = {"kind": kind, "action": action, "object": object_id, "role": role}
    said |= {name: rest.pop(name) for name in around if name in rest}
    return said | {"body": rest}


def money(amount: int) -> Said:
    return {"amount": str(amount), "currency": CURRENCY}


def script(today: date, folder: str) -> list[Scene]:
    """The whole case as played on a day; evidence files lie in `folder`."""

    def day(offset: int) -> str:
        return (today + timedelta(days=offset)).isoformat()

    def file(name: str) -> str:
        return f"{folder}/{name}"

    october = date(today.year if today.month > 10 else today.year - 1, 10, 31).isoformat()
    return [
        *_dialogue(day, october),
        *_agreement(day, october),
        *_obligations(day),
        *_delivery(day, file),
        *_settlement(day, file),
        *_kept_apart(day, file),
    ]


def _dialogue(day: Any, october: str) -> list[Scene]:
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


def _agreement(day: Any, october: str) -> list[Scene]:
    return [
        Scene(
            "Malaysia plans the Cabinet gate and proposes the agreement",
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
            ],
        ),
        Scene(
            "Korea accepts the agreement and the action asked of it",
            "KOR",
            [
                say("agreement", "accept", "MYS-agreement-g2g", "approver"),
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


def _obligations(day: Any) -> list[Scene]:
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


def _delivery(day: Any, file: Any) -> list[Scene]:
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
                    evidence=["KOR-ev-training"],
                ),
                _company_claim(
                    "KOR-claim-first",
                    8_000_000,
                    "KOR-ev-first",
                    "First article delivered.",
                    milestone="MYS-ms-first-article",
                ),
                _company_claim(
                    "KOR-claim-lot-2",
                    20_000_000,
                    "KOR-ev-lot-2",
                    "Second lot of 40 housings.",
                ),
            ],
        ),
        Scene(
            "Malaysia inspects: two are found delivered, one is refused with a reason",
            "MYS",
            [
                _found(
                    "MYS-ver-training",
                    "KOR-claim-training",
                    "verified",
                    9_000_000,
                    "All 24 certificates checked.",
                    BOTH,
                ),
                _found(
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


def _company_claim(claim: str, amount: int, shown: str, what: str, **rest: Any) -> Said:
    """A claim that the company files itself, with its own key, in its own name."""
    said = say(
        "claim",
        "file",
        claim,
        "company",
        label=COMPANY_K,
        counterparty="MYS",
        obligation="MYS-cp-housings",
        value=money(amount),
        description=what,
        evidence=[shown],
        organisation="KOR-company-k",
        key="company-k",
        **rest,
    )
    said["body"]["organisation"] = said["organisation"]
    return said


def _found(
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


def _settlement(day: Any, file: Any) -> list[Scene]:
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
                _found(
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


def _kept_apart(day: Any, file: Any) -> list[Scene]:
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
