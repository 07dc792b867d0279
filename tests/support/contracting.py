"""Procurements of two bidders, as the steps that their readers may see."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sepakat.industry.ocds.mapping.tenders.releasing import KINDS, Source
from sepakat.industry.procurement.evaluation.locking import commit_to
from sepakat.industry.procurement.evaluation.tallying import tally
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.label import PUBLIC, Label, Reader, make, may_see
from sepakat.record.statement import Statement
from support.case import Case
from support.procurement import PRICE, SALT

OPEN = make("UNCLASSIFIED", [PUBLIC])
BUYER = make("RESTRICTED", ["MYS"], organisations=["MYS"])
AT = "2028-01-01T00:00:00Z"


def standing(case: Case, reader: Reader | None = None) -> dict[str, Statement]:
    """The standing statements that a reader may see, by digest."""
    return {
        entry.digest: entry.statement
        for entry in case.nations.entries()
        if entry.statement
        and entry.statement.kind in KINDS
        and case.nations.decision(entry).status == "standing"
        and (reader is None or may_see(entry.statement.label, reader))
    }


def source(case: Case, reader: Reader | None = None) -> Source:
    return Source(standing(case, reader), "PUBLIC" if reader else None, AT)


class Procurement:
    """A tender of Malaysia's, seen by the public, for which two Korean companies offer.

    Every other word is for those whom it concerns. Texts name the object that they stand in.
    """

    def __init__(self, *, days: int = 30, bidders: int = 2) -> None:
        self.case = case = Case()
        self.companies = [f"KOR-company-{n}" for n in range(1, bidders + 1)]
        for n, company in enumerate(self.companies, 1):
            self.say("KOR", company, "organisation", "register", OPEN, name=f"Company {n}")
        self.say("MYS", "MYS-ministry", "organisation", "register", OPEN, name="A ministry")
        self.need = self.say(
            "MYS", "MYS-need-1", "need", "state", BUYER, organisation="MYS-ministry",
            title="secret-need", description="secret-need is lacking.",
        )  # fmt: skip
        self.say("MYS", self.need, "need", "approve")
        self.requirement = self.say(
            "MYS", "MYS-requirement-1", "requirement", "state", OPEN, title="Talks to others"
        )
        self.say("MYS", self.requirement, "requirement", "approve")
        now = case.nations.now
        self.tender = self.say(
            "MYS", "MYS-tender-1", "tender", "publish", OPEN, requirements=[self.requirement],
            lots=[{"number": 1, "title": "A lot"}, {"number": 2, "title": "Another"}],
            questions_until=(now + timedelta(days // 2)).strftime(TIME_FORMAT),
            closes=(now + timedelta(days)).strftime(TIME_FORMAT),
            opens=(now + timedelta(days + 1)).strftime(TIME_FORMAT),
        )  # fmt: skip
        strategy = self.say(
            "MYS", "MYS-strategy-1", "procurement_strategy", "propose", BUYER, need=self.need,
            requirements=[self.requirement], grounds="secret-grounds", percent="30",
        )  # fmt: skip
        self.say("MYS", strategy, "procurement_strategy", "approve")
        self.say("MYS", strategy, "procurement_strategy", "launch", tender=self.tender)

    def say(
        self, by: str, thing: str, kind: str, action: str, label: Label | None = None, **body: Any
    ) -> str:
        declared = self.case.nations.registry.action(kind, action)
        if action == "propose" and kind == "contract":
            body.setdefault("counterparty", "KOR")
        body = self.case.body(kind, declared, thing, **body)
        account = body.get("evaluator", "a-1")
        entry = self.case.nations.say(
            by, kind, thing, action, body, label=label, account=account, role=declared.roles[0]
        )
        decision = self.case.nations.decision(entry)
        assert decision.status == "standing", (kind, action, decision)
        return thing

    def offer(self) -> list[str]:
        """Each company offers for lot 1, sealed; nobody but it and the buyer sees that."""
        return [self._offer(n, company) for n, company in enumerate(self.companies, 1)]

    def _offer(self, n: int, company: str) -> str:
        label = make("RESTRICTED", ["KOR", "MYS"], organisations=[company, "MYS", "KOR"])
        sealed = self.say(
            "KOR", f"KOR-sealed-{n}", "evidence", "register", label, filename=f"secret-{n}.spko"
        )
        offer = self.say(
            "KOR", f"KOR-secret-offer-{n}", "offer", "submit", label, tender=self.tender,
            counterparty="MYS", organisation=company, sealed=sealed,
        )  # fmt: skip
        return self.say("MYS", offer, "offer", "receive")

    def close(self) -> None:
        self.case.nations.wait_until(self.fields["closes"])
        self.say("MYS", self.tender, "tender", "close")
        self.case.nations.wait_until(self.fields["opens"])

    @property
    def fields(self) -> Mapping[str, Any]:
        return self.case.nations.object(self.tender).fields

    def open(self, *prices: str) -> list[str]:
        """The offers are opened at these prices; one without a price stays closed."""
        offers = self.fields["received"]
        return [
            self.say(
                "MYS", f"MYS-opening-{n}", "opening", "record", BUYER, tender=self.tender,
                offer=offer, lots=[1], price=PRICE | {"amount": price},
            )
            for n, (offer, price) in enumerate(zip(offers, prices, strict=True), 1)
        ]  # fmt: skip

    def evaluate(self, *prices: str) -> str:
        offers = self.fields["received"]
        rows = [
            {"offer": offer, "criterion": name, "score": score}
            for offer, price in zip(offers, prices, strict=True)
            for name, score in {"fit": "8", "safety": "6", "price": price}.items()
        ]
        declaration = self.say(
            "MYS", "MYS-declaration-1", "declaration", "declare", BUYER, tender=self.tender
        )
        sheet = self.say(
            "MYS", "MYS-sheet-1", "score_sheet", "lock", BUYER, tender=self.tender,
            declaration=declaration, commitment=commit_to(rows, SALT),
        )  # fmt: skip
        self.say("MYS", sheet, "score_sheet", "reveal", scores=rows)
        results = tally(self.fields, [self.case.nations.object(sheet)], []).results
        evaluation = self.say(
            "MYS", "MYS-evaluation-1", "evaluation", "record", BUYER, tender=self.tender,
            openings=[thing.id for thing in self.case.of_kind("opening")], sheets=[sheet],
            results=results,
        )  # fmt: skip
        return self.say("MYS", evaluation, "evaluation", "approve")

    def award(self, evaluation: str) -> str:
        first = self.case.nations.object(evaluation).fields["results"][0]["offer"]
        winner = self.case.nations.object(first).fields["organisation"]
        award = self.say(
            "MYS", "MYS-award-1", "award", "propose", BUYER, tender=self.tender, offer=first,
            evaluation=evaluation, organisation=winner, reasons="secret-reasons",
        )  # fmt: skip
        self.say("MYS", award, "award", "approve")
        notice = self.say(
            "MYS", "MYS-notice-1", "award_notice", "publish", OPEN, tender=self.tender,
            offer=first, organisation=winner,
        )  # fmt: skip
        self.say("MYS", award, "award", "announce", notice=notice)
        return self.say("MYS", self.tender, "tender", "award", notices=[notice])

    def contract(self) -> str:
        notice = self.case.nations.object("MYS-notice-1")
        label = make("RESTRICTED", ["KOR", "MYS"])
        contract = self.say(
            "MYS", "MYS-secret-contract-1", "contract", "propose", label, notice=notice.id,
            organisation=notice.fields["organisation"], title="secret-contract",
        )  # fmt: skip
        return self.say("KOR", contract, "contract", "sign")

    def pay(self, contract: str) -> None:
        label = make("RESTRICTED", ["KOR", "MYS"])
        accepted = self.say(
            "KOR", "KOR-acceptance-1", "acceptance", "present", label, contract=contract,
            counterparty="MYS", findings="secret-findings",
        )  # fmt: skip
        self.say("MYS", accepted, "acceptance", "accept")
        self.say(
            "MYS", "MYS-payment-1", "payment", "pay", label, contract=contract,
            acceptance=accepted, counterparty="KOR",
        )  # fmt: skip
        sold = self.case.nations.object(contract)
        self.say(
            "KOR", "KOR-report-1", "sustainment_report", "report", label, contract=sold.id,
            counterparty="MYS", percent="97.5",
        )  # fmt: skip
        self.say("MYS", "KOR-report-1", "sustainment_report", "confirm")

    def run(self, *prices: str) -> "Procurement":
        """To its end."""
        self.offer()
        self.close()
        self.open(*prices)
        self.award(self.evaluate(*prices))
        self.pay(self.contract())
        return self
