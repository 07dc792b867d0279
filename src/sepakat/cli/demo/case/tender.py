"""A tender in the open: from a need to the award, between a bidder at home and one abroad."""

from typing import Any

from sepakat.cli.demo.case.words import COMPANY_K, NOTE, PUBLIC, Said, label, money, say

TENDER = "MYS-tender-rig"
OFFERS = ("KOR-offer-rig", "MYS-offer-rig")
EVALUATORS = ("evaluator-1", "evaluator-2")
OWN = label("MYS", organisations=("MYS",))  # for the offices, and no company

# Of each offer: who makes it, its price, and each evaluator's score on each criterion.
BIDDERS = {
    "KOR-offer-rig": ("KOR-company-k", 4_600_000, {"interfaces": (9, 8), "keeping": (7, 7)}),
    "MYS-offer-rig": ("MYS-company-m", 4_200_000, {"interfaces": (6, 7), "keeping": (8, 8)}),
}


_REQUIREMENTS = (
    ("Pressure test", "function", "It tests a housing at twice its working pressure."),
    ("Open interfaces", "interoperability", "Its data can be read by the tools of both nations."),
    ("Safe keeping", "security", "Nobody changes a measurement without a trace."),
)
REQUIRED = [f"MYS-req-{number}" for number, _ in enumerate(_REQUIREMENTS, 1)]


def need() -> list[Said]:
    """The need, its requirements, and how to go about it."""
    return [
        say(
            "need",
            "state",
            "MYS-need-rig",
            label=OWN,
            title="Test rig for the housings",
            description=f"The housings made at home must be tested at home. {NOTE}",
            value=money(5_000_000),
            due="2027-12-31",
            agreement="MYS-agreement-g2g",
            organisation="MYS-secretariat",
        ),
        say("need", "approve", "MYS-need-rig", "approver"),
        *(
            say(
                "requirement",
                "state",
                f"MYS-req-{number}",
                label=PUBLIC,
                number=number,
                title=title,
                type=type_,
                priority="mandatory",
                text=text,
                method="test",
            )
            for number, (title, type_, text) in enumerate(_REQUIREMENTS, 1)
        ),
        *(say("requirement", "approve", name, "approver") for name in REQUIRED),
        say(
            "procurement_strategy",
            "propose",
            "MYS-strategy-rig",
            label=OWN,
            need="MYS-need-rig",
            requirements=REQUIRED,
            method="open",
            grounds="Several suppliers of both nations can build it.",
            collaboration="Whoever wins trains the operators at home.",
            percent="30",
            targets=[{"stage": "tender", "days": 30}, {"stage": "award", "days": 120}],
        ),
        say("procurement_strategy", "approve", "MYS-strategy-rig", "approver"),
    ]


def invitation(keys: list[str], times: dict[str, str]) -> list[Said]:
    """The tender, with its criteria, weights and scales, and the two who must open the offers."""
    criteria = [
        _criterion("interfaces", "How well it fits both", "interoperability", "35"),
        _criterion("keeping", "How safely it keeps data", "security", "25"),
        _criterion("price", "Price", "price", "40", scale_max="6000000", best="low"),
    ]
    return [
        say(
            "tender",
            "publish",
            TENDER,
            "approver",
            label=PUBLIC,
            requirements=REQUIRED,
            title="Test rig for the housings",
            description=f"A rig, its installation, and training. {NOTE}",
            method="open",
            lots=[{"number": 1, "title": "The rig, installed"}],
            criteria=criteria,
            openers=[
                {"account": f"opener-{number}", "key": key} for number, key in enumerate(keys, 1)
            ],
            version=1,
            **times,
        ),
        say("procurement_strategy", "launch", "MYS-strategy-rig", tender=TENDER),
    ]


def _criterion(name: str, title: str, type_: str, weight: str, **given: str) -> Said:
    scale = {"scale_min": "0", "scale_max": "10", "best": "high"} | given
    return {"name": name, "title": title, "type": type_, "weight": weight, **scale}


def question() -> list[Said]:
    said = say(
        "question",
        "ask",
        "KOR-question-rig",
        "company",
        company="KOR-company-k",
        label=COMPANY_K,
        key="company-k",
        organisation="KOR-company-k",
        tender=TENDER,
        counterparty="MYS",
        text="May the rig be delivered in two parts?",
    )
    return [said]


def clarification() -> list[Said]:
    return [
        say(
            "clarification",
            "publish",
            "MYS-clarification-rig",
            label=PUBLIC,
            tender=TENDER,
            question="May it be delivered in parts?",
            answer="Yes, if it is installed as a whole by the last day.",
        ),
        say("question", "answer", "KOR-question-rig", clarification="MYS-clarification-rig"),
    ]


def receipts() -> list[Said]:
    return [say("offer", "receive", offer) for offer in OFFERS]


def declarations() -> list[Said]:
    return [
        say("declaration", "declare", f"MYS-declaration-{name}", "evaluator", label=OWN)
        | {"account": name, "body": {"tender": TENDER, "evaluator": name, "interests": []}}
        for name in EVALUATORS
    ]


def scores(place: int) -> list[Said]:
    """What the evaluator at a place gives each offer; the price speaks for itself."""
    rows = []
    for offer, (_, price, given) in BIDDERS.items():
        rows += [
            {"offer": offer, "criterion": name, "score": str(both[place])}
            for name, both in given.items()
        ]
        rows.append({"offer": offer, "criterion": "price", "score": str(price)})
    return rows


CHANGES = [
    {
        "evaluator": "evaluator-2",
        "offer": "KOR-offer-rig",
        "criterion": "interfaces",
        "before": "8",
        "after": "9",
        "reason": "The annex on interfaces was overlooked.",
    }
]


def award(winner: str, until: str) -> list[Said]:
    """The award of the only lot, its notice, and the end of the tender."""
    company, price, _ = BIDDERS[winner]
    same: dict[str, Any] = {
        "tender": TENDER,
        "lot": 1,
        "offer": winner,
        "organisation": company,
        "value": money(price),
        "reasons": "It has the most points by the criteria and weights that were published.",
    }
    body = {**same, "evaluation": "MYS-evaluation-rig"}
    return [
        say("evaluation", "approve", "MYS-evaluation-rig", "approver"),
        say("award", "propose", "MYS-award-rig", label=OWN) | {"body": body},
        say("award", "approve", "MYS-award-rig", "approver"),
        say("award_notice", "publish", "MYS-notice-rig", "approver", label=PUBLIC)
        | {"body": {**same, "standstill_until": until}},
        say("award", "announce", "MYS-award-rig", notice="MYS-notice-rig"),
        say("tender", "award", TENDER, "approver", notices=["MYS-notice-rig"]),
    ]
