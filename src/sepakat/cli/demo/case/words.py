"""The words that the case is written in: scenes, statements, labels and amounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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


def label(*nations: str, grade: str = "RESTRICTED", organisations: Iterable[str] = ()) -> Said:
    named: Said = {"classification": grade, "releasable_to": list(nations)}
    return named | ({"organisations": list(organisations)} if organisations else {})


PUBLIC = label("PUBLIC", grade="UNCLASSIFIED")
BOTH = label("KOR", "MYS")
COMPANY_M = "MYS-company-m"
# What a company takes part in names it, for it to see; no other company does.
COMPANY_K = label("KOR", "MYS", organisations=("KOR", "KOR-company-k", "MYS"))


def say(
    kind: str, action: str, object_id: str, role: str = "officer", company: str = "", **rest: Any
) -> Said:
    """A statement, of a company where one is named; what else is no part of its surroundings is
    its body."""
    around = ("label", "key", "attach")
    said: Said = {"kind": kind, "action": action, "object": object_id, "role": role}
    said |= {"organisation": company} if company else {}
    said |= {name: rest.pop(name) for name in around if name in rest}
    return said | {"body": rest}


def money(amount: int) -> Said:
    return {"amount": str(amount), "currency": CURRENCY}
