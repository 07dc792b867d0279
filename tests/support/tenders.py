"""A tender at a desk, from its need to its award: two companies offer, two evaluators score."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sepakat.industry.procurement.evaluation.locking import commit_to
from sepakat.industry.procurement.evaluation.tallying import tally
from sepakat.industry.procurement.sealing import commit
from sepakat.node import rows
from sepakat.node.ledger import Draft, Ledger
from sepakat.record.kind import Object
from sepakat.record.label import Label, make
from sepakat.vocabulary import REGISTRY
from support.desks import OPEN, Desk
from support.procurement import criterion, openers

# For the buyer's own offices: what rests on an offer's opening may be seen by nobody else.
OFFICES = make("RESTRICTED", ["MYS"], organisations=["MYS"])
BIDS = {
    name: make("RESTRICTED", ["MYS"], organisations=["MYS", f"MYS-company-{name}"]) for name in "ab"
}
CRITERIA = [
    criterion("fit", "interoperability", "30"),
    criterion("safety", "security", "20"),
    criterion("price", "price", "50", scale_max="2000000", best="low"),
]
PRICES = {"a": "900000", "b": "1200000"}
FIT = {"eve": {"a": "8", "b": "9"}, "may": {"a": "8", "b": "8"}}
CHANGES = [
    {
        "evaluator": "may",
        "offer": "MYS-offer-1-b",
        "criterion": "fit",
        "before": "8",
        "after": "9",
        "reason": "The interface was shown after all.",
    }
]
ANSWER = "Yes, by the end of the year."
TIMES = {
    "questions_until": "2026-02-10T00:00:00Z",
    "closes": "2026-03-01T00:00:00Z",
    "opens": "2026-03-02T00:00:00Z",
}


class Tendering:
    """Says it day by day; records are told apart by `number`, so that there may be several."""

    def __init__(self, desk: Desk, number: int = 1, terms: Label = OPEN) -> None:
        self.desk, self.number, self.terms = desk, number, terms
        self.tender = self.id("tender")

    def id(self, kind: str, *parts: str) -> str:
        return "-".join(("MYS", kind, str(self.number), *parts))

    def say(
        self,
        day: str,
        about: str,
        action: str,
        label: Label | None = None,
        /,
        *,
        account: str = "office",
        company: str | None = None,
        kind: str = "",
        **body: Any,
    ) -> Object:
        """On a day of 2026, such as 03-01, by a company, or in a role that the action takes."""
        known = rows.objects([about]).get(about)
        kind = kind or (known.kind if known else "")
        role = "company" if company else REGISTRY.action(kind, action).roles[0]
        draft = Draft(kind, about, action, body, label, role, account, company)
        [receipt] = Ledger(self.desk.home, REGISTRY).append([draft], at=f"2026-{day}T08:00:00Z")
        return receipt.object

    def plan(self, targets: Mapping[str, int]) -> None:
        self.say(
            "01-01",
            self.id("need"),
            "state",
            OFFICES,
            kind="need",
            title="Eyes at sea",
            organisation="MYS-company-a",
            description="We see too little.",
            value={"amount": "1000000", "currency": "MYR"},
            due="2027-01-01",
        )
        self.say("01-05", self.id("need"), "approve")
        self.say(
            "01-11",
            self.id("requirement"),
            "state",
            self.terms,
            kind="requirement",
            number=1,
            title="To be seen at 20 miles",
            type="performance",
            priority="mandatory",
            text="At 20 miles.",
            method="test",
        )
        self.say("01-11", self.id("requirement"), "approve")
        self.say(
            "01-15",
            self.id("strategy"),
            "propose",
            OFFICES,
            kind="procurement_strategy",
            need=self.id("need"),
            requirements=[self.id("requirement")],
            method="open",
            grounds="Several can make it.",
            collaboration="A part is made here.",
            percent="30",
            targets=[{"stage": stage, "days": days} for stage, days in targets.items()],
        )
        strategy = self.id("strategy")
        self.say("01-18", strategy, "send_back", reason="Name the part that is made here.")
        self.say("01-25", strategy, "revise", collaboration="The housing is made here.")
        self.say("01-31", strategy, "approve")

    def publish(self, **given: str) -> None:
        self.say(
            "02-01",
            self.tender,
            "publish",
            self.terms,
            kind="tender",
            title=f"Radars {self.number}",
            requirements=[self.id("requirement")],
            description="What is asked for.",
            method="open",
            lots=[{"number": 1, "title": "All of it"}],
            criteria=CRITERIA,
            openers=openers(),
            version=1,
            **(TIMES | given),
        )
        self.say("02-02", self.id("strategy"), "launch", tender=self.tender)

    def ask(self) -> None:
        self.say(
            "02-03",
            self.id("question", "a"),
            "ask",
            BIDS["a"],
            company="MYS-company-a",
            kind="question",
            tender=self.tender,
            organisation="MYS-company-a",
            text="May it come in two parts?",
        )
        self.say(
            "02-04",
            self.id("clarification"),
            "publish",
            self.terms,
            kind="clarification",
            tender=self.tender,
            question="When is the next one?",
            answer=ANSWER,
        )

    def offer(self, name: str) -> str:
        """A company's offer, received."""
        about, sealed = self.id("offer", name), self.id("sealed", name)
        self.say(
            "02-11",
            sealed,
            "register",
            BIDS[name],
            kind="evidence",
            title="A sealed offer",
            sha256="ab" * 32,
            size=12,
            media_type="application/octet-stream",
            filename="offer.bin",
        )
        self.say(
            "02-12",
            about,
            "submit",
            BIDS[name],
            company=f"MYS-company-{name}",
            kind="offer",
            tender=self.tender,
            organisation=f"MYS-company-{name}",
            lots=[1],
            commitment=commit(self._salt(name), self._content(name)),
            sealed=sealed,
            version=1,
        )
        self.say("02-13", about, "receive")
        return about

    def close(self) -> None:
        received = [self.id("offer", name) for name in BIDS]
        heads = {thing.id: thing.head for thing in rows.objects(received).values()}
        self.say(
            "03-01",
            self.tender,
            "close",
            received=received,
            receipts=[heads[offer] for offer in received],
            evaluators=list(FIT),
        )

    def open(self, name: str) -> None:
        self.say(
            "03-02",
            self.id("opening", name),
            "record",
            BIDS[name],
            kind="opening",
            tender=self.tender,
            offer=self.id("offer", name),
            lots=[1],
            outcome="opened",
            salt=self._salt(name).hex(),
            sha256=self._content(name).hex(),
            price={"amount": PRICES[name], "currency": "MYR"},
        )

    def score(self) -> None:
        """Both evaluators declare, lock and then reveal."""
        sheets = {name: self.id("sheet", name) for name in FIT}
        for name, sheet in sheets.items():
            declaration = self.id("declaration", name)
            self.say(
                "03-03",
                declaration,
                "declare",
                OFFICES,
                account=name,
                kind="declaration",
                tender=self.tender,
                evaluator=name,
            )
            self.say(
                "03-04",
                sheet,
                "lock",
                OFFICES,
                account=name,
                kind="score_sheet",
                tender=self.tender,
                lot=1,
                declaration=declaration,
                evaluator=name,
                commitment=commit_to(self._scores(name), "5a" * 32),
            )
        for name, sheet in sheets.items():
            self.say(
                "03-05",
                sheet,
                "reveal",
                account=name,
                salt="5a" * 32,
                scores=self._scores(name),
                others=[other for other in sheets.values() if other != sheet],
            )

    def evaluate(self) -> list[dict[str, Any]]:
        sheets = [self.id("sheet", name) for name in FIT]
        held = rows.objects([self.tender, *sheets])
        changes = [{**one, "offer": self.id("offer", "b")} for one in CHANGES]
        results = tally(held[self.tender].fields, [held[s] for s in sheets], changes).results
        self.say(
            "03-10",
            self.id("evaluation"),
            "record",
            OFFICES,
            kind="evaluation",
            tender=self.tender,
            lot=1,
            openings=[self.id("opening", name) for name in BIDS],
            sheets=sheets,
            changes=changes,
            results=results,
        )
        self.say("03-20", self.id("evaluation"), "approve")
        return results

    def award(self) -> None:
        same = {
            "tender": self.tender,
            "lot": 1,
            "offer": self.id("offer", "a"),
            "organisation": "MYS-company-a",
            "value": {"amount": PRICES["a"], "currency": "MYR"},
        }
        about, notice = self.id("award"), self.id("notice")
        evaluation = self.id("evaluation")
        said = {"reasons": "It comes first by far.", **same}
        self.say("03-21", about, "propose", OFFICES, kind="award", evaluation=evaluation, **said)
        self.say("03-22", about, "approve")
        public = {"reasons": "Its price is the best.", "standstill_until": "2026-04-05", **same}
        self.say("03-25", notice, "publish", self.terms, kind="award_notice", **public)
        self.say("03-26", about, "announce", notice=notice)

    def all(self, targets: Mapping[str, int]) -> None:
        self.plan(targets)
        self.publish()
        self.ask()
        for name in BIDS:
            self.offer(name)
        self.close()
        for name in BIDS:
            self.open(name)
        self.score()
        self.evaluate()
        self.award()

    def _salt(self, name: str) -> bytes:
        return sha256(f"salt {name}".encode()).digest()

    def _content(self, name: str) -> bytes:
        return sha256(f"content {name}".encode()).digest()

    def _scores(self, evaluator: str) -> list[dict[str, str]]:
        return [
            {"offer": self.id("offer", name), "criterion": column, "score": score}
            for name in BIDS
            for column, score in (
                ("fit", FIT[evaluator][name]),
                ("safety", "6"),
                ("price", PRICES[name]),
            )
        ]
