"""The tender of the case, played by the commands that bidders, officers and evaluators type."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sepakat.cli.demo.case import tender as case
from sepakat.cli.demo.case.words import CURRENCY, NOTE, Said
from sepakat.cli.demo.play import Node
from sepakat.record.fields import TIME_FORMAT

STANDSTILL = timedelta(days=10)
SHORTEST = timedelta(seconds=5)

Show = Callable[[str, int], None]


class Tendering:
    """Both nodes, and a folder for what officers and bidders keep to themselves.

    `pace` is what the scenes before took. The tender stays open for as long: several times what its
    own part takes, on a fast machine and on a slow one.
    """

    def __init__(self, nodes: dict[str, Node], folder: Path, pace: float, show: Show) -> None:
        self.buyer, self.abroad = nodes["MYS"], nodes["KOR"]
        self.folder = folder / "tender"
        self.folder.mkdir()
        self.open_for = max(SHORTEST, timedelta(seconds=pace))
        self.closes = datetime.now(UTC)
        self._show = show
        self._said = 0

    def invite(self) -> None:
        """From the need to the offers received."""
        self._say(self.buyer, case.need())
        self.buyer.run(
            "key", "add", "company-m", "--organisation", "MYS-company-m", "--sign-as", "company"
        )
        keys = [self.buyer.run("tender", "key", self._file(f"{n}.key"))["key"] for n in (1, 2)]
        self.closes = datetime.now(UTC) + self.open_for + timedelta(seconds=1)
        moment = self.closes.strftime(TIME_FORMAT)
        times = {"questions_until": moment, "closes": moment, "opens": moment}
        self._say(self.buyer, case.invitation(keys, times))
        self._tell("Malaysia invites offers for a test rig; criteria and weights are public")
        self.abroad.run("exchange")
        self._say(self.abroad, case.question())
        self.buyer.run("exchange")
        self._say(self.buyer, case.clarification())
        self.abroad.run("exchange")
        for offer in case.OFFERS:
            self._offer(offer)
        self.buyer.run("exchange")
        self._say(self.buyer, case.receipts())
        self._tell("A question is answered for all; two sealed offers are received")

    def award(self) -> dict[str, Any]:
        """From the closing to the award: the evaluation as it was computed."""
        wait = (self.closes - datetime.now(UTC)).total_seconds()
        time.sleep(max(0.0, wait) + 1)  # moments on record are whole seconds
        draft = self._file("close.json")
        named = (word for name in case.EVALUATORS for word in ("--evaluator", name))
        self.buyer.run("tender", "close", case.TENDER, *named, "--draft", draft)
        self._sign(self.buyer, draft)
        for offer in case.OFFERS:
            self._open(offer)
        self._tell("The tender closes; two officers open each offer together")
        self._say(self.buyer, case.declarations())
        for place, name in enumerate(case.EVALUATORS):
            self._lock(place, name)
        for name in case.EVALUATORS:
            draft = self._file(f"{name}-reveal.json")
            sheet, kept = f"MYS-sheet-{name}", self._file(f"{name}.kept")
            self.buyer.run("tender", "reveal", sheet, kept, "--draft", draft)
            self._sign(self.buyer, draft)
        self._tell("Two evaluators declare no interest, lock their scores, and then show them")
        found: dict[str, Any] = self._evaluate()
        until = (datetime.now(UTC) + STANDSTILL).date().isoformat()
        winner = found["results"][0]["offer"]
        self._say(self.buyer, case.award(winner, until))
        self.abroad.run("exchange")
        self._tell("The award follows from the scores; its reasons are public")
        return found

    def _offer(self, offer: str) -> None:
        company, price, _ = case.BIDDERS[offer]
        node = self.abroad if offer.startswith(self.abroad.nation) else self.buyer
        content = Path(self._file(f"{offer}.txt"))
        content.write_text(f"{NOTE.upper()}\n\n{company}: {price} {CURRENCY}\n", encoding="utf-8")
        draft = self._file(f"{offer}.json")
        node.run(
            "tender", "seal", offer, str(content), "--tender", case.TENDER, "--lot", "1",
            "--organisation", company, "--key", company.partition("-")[2],
            "--sealed", self._file(f"{offer}.spko"), "--draft", draft,
        )  # fmt: skip
        self._sign(node, draft)

    def _open(self, offer: str) -> None:
        shares = [self._file(f"{offer}-{n}.share") for n in (1, 2)]
        for number, share in enumerate(shares, 1):
            key = self._file(f"{number}.key")
            self.buyer.run("tender", "share", offer, "--key", key, "--share", share)
        draft = self._file(f"{offer}-opening.json")
        price = f"{case.BIDDERS[offer][1]} {CURRENCY}"
        self.buyer.run(
            "tender", "open", offer, *shares, "--content", self._file(f"{offer}-opened.txt"),
            "--price", price, "--draft", draft, f"MYS-opening-{offer[:3].lower()}",
        )  # fmt: skip
        self._sign(self.buyer, draft)

    def _lock(self, place: int, name: str) -> None:
        scores = self._write(f"{name}-scores.json", case.scores(place))
        draft = self._file(f"{name}-lock.json")
        self.buyer.run(
            "tender", "lock", f"MYS-sheet-{name}", scores, "--tender", case.TENDER, "--lot", "1",
            "--account", name, "--kept", self._file(f"{name}.kept"), "--draft", draft,
        )  # fmt: skip
        self._sign(self.buyer, draft)

    def _evaluate(self) -> Any:
        changes = self._write("changes.json", case.CHANGES)
        draft = self._file("evaluation.json")
        found = self.buyer.run(
            "tender", "evaluate", "MYS-evaluation-rig", "--tender", case.TENDER, "--lot", "1",
            "--changes", changes, "--draft", draft,
        )  # fmt: skip
        self._sign(self.buyer, draft)
        return found

    def _say(self, node: Node, batch: list[Said]) -> None:
        name = f"{node.nation}-{batch[0]['kind']}-{batch[0]['action']}.json"
        self._sign(node, self._write(name, batch))

    def _sign(self, node: Node, batch: str) -> None:
        self._said += len(node.run("say", "--batch", batch)["recorded"])

    def _tell(self, title: str) -> None:
        self._show(title, self._said)
        self._said = 0

    def _write(self, name: str, content: Any) -> str:
        path = Path(self._file(name))
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
        return str(path)

    def _file(self, name: str) -> str:
        return str(self.folder / name)
