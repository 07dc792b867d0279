"""A node of its own in a temporary folder, what it is given to say, and what is asked of it."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sepakat.node.home import Config, Home
from sepakat.node.init import init, make_keys
from sepakat.record import dsse, fold, label
from sepakat.record.card import Card
from sepakat.record.keys import PublicKey
from sepakat.record.verifying import Verify

AT = "2026-03-02T09:00:00Z"
BOTH = label.make("RESTRICTED", ["KOR", "MYS"])
OWN = label.make("CONFIDENTIAL", ["MYS"])
OPEN = label.make("UNCLASSIFIED", [label.PUBLIC])

MINUTES = (
    "The two sides reviewed the programme of co-production and agreed to meet again before the "
    "end of the quarter. The hosts presented the state of the assembly line. The guests asked for "
    "the list of qualified suppliers, which will be sent within two weeks."
)


class Node:
    """MYS's node, with KOR's card registered, so that labels and releases are decided in earnest.

    A process can have one, for Django serves one.
    """

    def __init__(self, folder: Path) -> None:
        os.environ.pop("DATABASE_URL", None)  # the node's own SQLite file, whatever else there is
        self.home = init(folder / "mys", _config("MYS"))
        from sepakat.node import partners
        from sepakat.node.ledger import Draft, Ledger
        from sepakat.vocabulary import REGISTRY

        card = _partner_card(folder / "kor")
        partners.register(self.home, REGISTRY, card, card.fingerprint)
        self.registry = REGISTRY
        self.cards = [self.home.card(), card]
        self.ledger = Ledger(self.home, REGISTRY)
        self._drafts = (Draft(**said) for said in _case())

    @property
    def size(self) -> int:
        from sepakat.node.models import Log

        return Log.objects.get(nation="MYS").size

    def drafts(self, count: int) -> list[Any]:
        """The next of what there is to say."""
        return list(islice(self._drafts, count))

    def append(self, drafts: list[Any], batch: int) -> None:
        for start in range(0, len(drafts), batch):
            self.ledger.append(drafts[start : start + batch], at=AT)

    def envelopes(self, count: int) -> list[bytes]:
        """The first envelopes of its log."""
        from sepakat.node import rows

        return [envelope for _, _, envelope in islice(rows.all_envelopes(), count)]

    def entries(self, count: int) -> list[fold.Entry]:
        """The first statements of its log, read."""
        return [fold.read("MYS", i, envelope) for i, envelope in enumerate(self.envelopes(count))]

    def fold(self, entries: list[fold.Entry], verify: Verify = PublicKey.verifies) -> None:
        """The state that follows from them; all of them must stand."""
        made = fold.Fold(self.registry, self.cards, verify=verify)
        made.add(entries)
        if refused := [d for d in made.decisions.values() if d.status != "standing"]:
            raise ValueError(f"the benchmark's own statements do not stand: {refused[0]}")

    def close(self) -> None:
        from django.db import connection

        connection.close()


def payload_of(envelope: bytes) -> bytes:
    return dsse.decode(envelope).payload


def _config(nation: str) -> Config:
    return Config(
        nation=nation,
        name=f"Node of {nation}",
        origin=f"{nation.lower()}.example/log",
        url=f"https://{nation.lower()}.example",
        ceiling="CONFIDENTIAL",
    )


def _partner_card(folder: Path) -> Card:
    home = Home.create(folder, _config("KOR"))
    make_keys(home)
    return home.card()


def _case() -> Iterator[dict[str, Any]]:
    """Meetings and what comes out of them, without end. Of ten statements five make an object, five
    move one on, and two rely on another; there are three labels."""
    number = 0
    while True:
        number += 1
        meeting, item = f"MYS-engagement-{number}", f"MYS-item-{number}"
        yield _say("engagement", meeting, "schedule", BOTH, **_MEETING, title=f"Meeting {number}")
        yield _say("engagement", meeting, "hold", participants=24, sessions=["Supply", "Training"])
        yield _say("engagement", meeting, "propose_minutes", minutes=MINUTES)
        for part, about in enumerate((BOTH, OWN)):
            task = {"title": f"Send the list, part {part}", "due": "2026-06-30"}
            task |= {"assignee": "MYS", "engagement": meeting}
            yield _say("action_item", f"{item}-{part}", "undertake", about, **task)
            yield _say("action_item", f"{item}-{part}", "finish", result="The list has been sent.")
        file = {"sha256": f"{number:064x}", "filename": f"minutes-{number}.pdf", **_FILE}
        yield _say("evidence", f"MYS-file-{number}", "register", OPEN, **file)
        gate = {"name": "Approval of the budget", "authority": "Cabinet", "due": "2026-09-30"}
        yield _say("gate", f"MYS-gate-{number}", "plan", OWN, **gate)
        yield _say("gate", f"MYS-gate-{number}", "table")


_MEETING = {
    "type": "meeting",
    "counterparty": "KOR",
    "date": "2026-03-02",
    "place": "Kuala Lumpur",
}
_FILE = {"title": "Minutes as signed", "size": 48_213, "media_type": "application/pdf"}


def _say(
    kind: str, thing: str, action: str, about: label.Label | None = None, /, **body: Any
) -> dict[str, Any]:
    return {"kind": kind, "object": thing, "action": action, "label": about, "body": body}
