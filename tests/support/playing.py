"""A tender of Malaysia's with one bidder in Korea and one at home, and two evaluators."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sepakat.industry.procurement.evaluation.locking import commit_to
from sepakat.industry.procurement.evaluation.tallying import tally
from sepakat.industry.procurement.sealing import commit
from sepakat.record import label as labels
from support import procurement
from support.nations import Nations

BOTH = labels.make("RESTRICTED", ["KOR", "MYS"])
BUYER = labels.make("RESTRICTED", ["MYS"], organisations=["MYS"])
# Each bidder's own, for the buyer and for nobody else.
OWN = {
    "KOR": labels.make("RESTRICTED", ["KOR", "MYS"], organisations=["KOR", "KOR-maker", "MYS"]),
    "MYS": labels.make("RESTRICTED", ["MYS"], organisations=["MYS", "MYS-maker"]),
}
EVALUATORS = ("eva-1", "eva-2")
TENDER = "MYS-tender"
# By evaluator, then by the bidder's nation: fit of 10, safety of 10, price.
SCORES: dict[str, dict[str, tuple[str, str, str]]] = {
    "eva-1": {"KOR": ("8", "7", "900000"), "MYS": ("6", "8", "1000000")},
    "eva-2": {"KOR": ("9", "5", "900000"), "MYS": ("6", "8", "1000000")},
}
PRICES = {"KOR": "900000.00", "MYS": "1000000.00"}


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def offer_of(nation: str) -> str:
    return f"{nation}-offer"


def salt_of(whose: str) -> str:
    return sha256(whose.encode()).hexdigest()


def rows(evaluator: str, bidders: Sequence[str] = ("KOR", "MYS")) -> list[dict[str, str]]:
    return [
        {"offer": offer_of(nation), "criterion": name, "score": score}
        for nation in bidders
        for name, score in zip(("fit", "safety", "price"), SCORES[evaluator][nation], strict=True)
    ]


class Play:
    """Says one thing after another, in the right role, by the right account, with its label."""

    def __init__(self) -> None:
        self.nations = Nations()
        for nation in ("KOR", "MYS"):
            body = {"name": f"A maker in {nation}", "type": "company"}
            self.say(nation, "organisation", f"{nation}-maker", "register", body)

    def say(
        self, nation: str, kind: str, made: str, action: str, body: Any = None, **kw: Any
    ) -> None:
        decision = self.nations.decision(self.nations.say(nation, kind, made, action, body, **kw))
        assert decision.status == "standing", (made, action, decision)

    def fault(
        self, nation: str, kind: str, made: str, action: str, body: Any = None, **kw: Any
    ) -> str:
        """What a check finds wrong; empty, where it stands."""
        decision = self.nations.decision(self.nations.say(nation, kind, made, action, body, **kw))
        assert decision.code in ("", "check"), decision
        return decision.detail

    def voice(self, bidder: str) -> dict[str, str]:
        return {"role": "company", "organisation": f"{bidder}-maker"}

    def publish(self, **given: Any) -> None:
        about = {"number": 1, "title": "It talks to what is there", "type": "interoperability"}
        about |= {"priority": "mandatory", "text": "It does.", "method": "test"}
        self.say("MYS", "requirement", "MYS-requirement", "state", about, label=BOTH)
        self.say("MYS", "requirement", "MYS-requirement", "approve")
        now = {n: procurement.from_now(n)(self, "", "") for n in (1, 20, 21)}
        body = {
            "requirements": ["MYS-requirement"],
            "title": "Radios",
            "description": "Forty radios.",
            "method": "open",
            "lots": procurement.PLAIN["lots"],
            "criteria": procurement.PLAIN["criteria"],
            "openers": procurement.openers(),
            "questions_until": now[1],
            "closes": now[20],
            "opens": now[21],
            "version": 1,
            **given,
        }
        self.say("MYS", "tender", TENDER, "publish", body, label=BOTH)

    def offer(self, bidder: str) -> None:
        """Sealed, submitted by the company itself, and received by the buyer."""
        file = {"title": "An offer", "sha256": "ab" * 32, "size": 9}
        file |= {"media_type": "application/octet-stream", "filename": "offer.spko"}
        self.say(bidder, "evidence", f"{bidder}-sealed", "register", file, label=OWN[bidder])
        body = {
            "tender": TENDER,
            "organisation": f"{bidder}-maker",
            "lots": [1],
            "commitment": self.commitment(bidder),
            "sealed": f"{bidder}-sealed",
            "version": 1,
        } | ({} if bidder == "MYS" else {"counterparty": "MYS"})
        said = self.voice(bidder) | {"label": OWN[bidder]}
        self.say(bidder, "offer", offer_of(bidder), "submit", body, **said)
        self.say("MYS", "offer", offer_of(bidder), "receive")

    def content(self, bidder: str) -> bytes:
        return sha256(f"What {bidder} offers.".encode()).digest()

    def commitment(self, bidder: str) -> str:
        return commit(bytes.fromhex(salt_of(bidder)), self.content(bidder))

    def close(self, *bidders: str) -> None:
        self.nations.wait_until(self.nations.object(TENDER).fields["opens"])
        self.say("MYS", "tender", TENDER, "close", self.closing(*bidders))

    def closing(self, *bidders: str) -> dict[str, Any]:
        """The body that closes the tender with the offers received of these bidders."""
        received = [offer_of(bidder) for bidder in bidders]
        receipts = [self.nations.object(offer).head for offer in received]
        return {"received": received, "receipts": receipts, "evaluators": list(EVALUATORS)}

    def opened(self, bidder: str) -> dict[str, Any]:
        """The body of an opening."""
        return {
            "tender": TENDER,
            "offer": offer_of(bidder),
            "lots": [1],
            "outcome": "opened",
            "salt": salt_of(bidder),
            "sha256": self.content(bidder).hex(),
            "price": usd(PRICES[bidder]),
        }

    def open(self, bidder: str) -> None:
        made, body = f"MYS-opening-{bidder.lower()}", self.opened(bidder)
        self.say("MYS", "opening", made, "record", body, label=OWN[bidder])

    def until_open(self) -> None:
        self.publish()
        for bidder in ("KOR", "MYS"):
            self.offer(bidder)
        self.close("KOR", "MYS")
        for bidder in ("KOR", "MYS"):
            self.open(bidder)

    def declare(self, evaluator: str) -> None:
        body = {"tender": TENDER, "evaluator": evaluator}
        said = {"account": evaluator, "label": BUYER}
        self.say("MYS", "declaration", f"MYS-declaration-{evaluator}", "declare", body, **said)

    def locking(self, evaluator: str, scores: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        return {
            "tender": TENDER,
            "lot": 1,
            "declaration": f"MYS-declaration-{evaluator}",
            "evaluator": evaluator,
            "commitment": commit_to(scores, salt_of(evaluator)),
        }

    def lock(
        self, evaluator: str, scores: Sequence[Mapping[str, str]] | None = None, again: str = ""
    ) -> str:
        made = f"MYS-sheet-{evaluator}{again}"
        body = self.locking(evaluator, rows(evaluator) if scores is None else scores)
        said = {"account": evaluator, "label": BUYER}
        self.say("MYS", "score_sheet", made, "lock", body, **said)
        return made

    def revealing(
        self, evaluator: str, scores: Sequence[Mapping[str, str]] | None = None
    ) -> dict[str, Any]:
        others = [f"MYS-sheet-{other}" for other in EVALUATORS if other != evaluator]
        shown = rows(evaluator) if scores is None else scores
        return {"salt": salt_of(evaluator), "scores": list(shown), "others": others}

    def reveal(self, evaluator: str, made: str = "", **given: Any) -> None:
        body = self.revealing(evaluator) | given
        made = made or f"MYS-sheet-{evaluator}"
        self.say("MYS", "score_sheet", made, "reveal", body, account=evaluator)

    def until_scored(self) -> None:
        self.until_open()
        for evaluator in EVALUATORS:
            self.declare(evaluator)
            self.lock(evaluator)
        for evaluator in EVALUATORS:
            self.reveal(evaluator)

    def evaluated(
        self, sheets: Sequence[str] = tuple(f"MYS-sheet-{e}" for e in EVALUATORS), **given: Any
    ) -> dict[str, Any]:
        """The body of an evaluation, with what follows from its sheets and changes."""
        shown = [self.nations.object(sheet) for sheet in sheets]
        changes = given.get("changes", [])
        return {
            "tender": TENDER,
            "lot": 1,
            "openings": ["MYS-opening-kor", "MYS-opening-mys"],
            "sheets": list(sheets),
            "results": tally(self.nations.object(TENDER).fields, shown, changes).results,
            **given,
        }

    def evaluate(self, **given: Any) -> None:
        body = self.evaluated(**given)
        self.say("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
        self.say("MYS", "evaluation", "MYS-evaluation", "approve")
