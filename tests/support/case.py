"""A case that can bring an object of any kind into any state, through its declared lifecycle."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from sepakat.record.fold import Entry
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Object
from support import outlook, procurement
from support.nations import Nations

MONEY = {"amount": "1000000.00", "currency": "USD"}
PLAIN: dict[str, Any] = {
    "title": "A title",
    "name": "A name",
    "exclusivity": "exclusive",
    "authority": "The Cabinet",
    "due": "2026-10-31",
    "date": "2026-03-02",
    "decided": "2026-10-01",
    "effective": "2026-10-02",
    "terminates": "2027-10-02",
    "expires": "2026-01-01",
    "place": "Kuala Lumpur",
    "participants": 150,
    "minutes": "What was said.",
    "question": "Shall we?",
    "text": "We shall.",
    "reasons": "It is useful.",
    "dissent": "It is early.",
    "result": "It is done.",
    "summary": "The last day changes.",
    "category": "co_production",
    "value": MONEY,
    "description": "What it is.",
    "sequence": 1,
    "number": 1,
    "source": "",
    "as_of": "2026-10-31",
    "sha256": "ab" * 32,
    "size": 12,
    "media_type": "application/pdf",
    "filename": "report.pdf",
    "findings": "It is there.",
    "outcome": "verified",
    "grounds": "It was delivered.",
    "answer": "It was not.",
    "settlement": "Half of it was.",
    "reason": "Because.",
    "items": [{"title": "Drawings", "form": "intangible"}],
    "background_ip": "Each keeps its own.",
    "foreground_ip": "Both own it.",
    "licence": "To make and to repair, in Malaysia.",
    "needed": ["first_article"],
    "scale": "technology_readiness",
    "level": 6,
    "starts": "2026-03-01",
    "ends": "2027-03-01",
    "capacity": 10,
    "rates": [{"month": "2027-01", "units": 4}, {"month": "2027-02", "units": 8}],
    "month": "2027-01",
    "units": 3,
    "hours": 1200,
    "product": "A product",
    "standard": "A standard, 2025",
    "issuer": "A body",
    "scope": "All of its work",
    "currency": "USD",
    "lines": [
        {
            "assembly": "A product",
            "part": "A part",
            "quantity": "1",
            "cost": "10",
            "origin": "MYS",
        }
    ],
    "nation": "MYS",
    "percent": "100",
    "definition": "What is counted.",
    "unit": "people",
    "baseline": "0",
    "target": "100",
    **procurement.PLAIN,
    **outlook.PLAIN,
}


class Case:
    """Builds what an action needs; objects are MYS's with KOR as counterparty, unless said.

    The identifiers bear the case's name, so that two cases can lie in one node.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.nations = Nations()
        self._made = 0

    def make(self, kind: str, state: str, owner: str = "MYS", **given: Any) -> str:
        """An object in a state, with the fields `given` at its making; gives its identifier."""
        self._made += 1
        made = "-".join(filter(None, (owner, self.name, kind.replace("_", "-"), str(self._made))))
        for action in path_to(self.nations.registry.get(kind), state):
            body = self.body(kind, action, made, **({} if action.start else given))
            self.do(kind, action, made, body)
        assert self.nations.object(made).state == state
        return made

    def do(self, kind: str, action: Action, made: str, body: Mapping[str, Any]) -> Entry:
        """Say it by the side that may, and see that it stands."""
        voice = procurement.voice(self, kind, action, made, body)
        nation = self.speaker(action, made)
        entry = self.nations.say(nation, kind, made, action.name, body, **voice)
        decision = self.nations.decision(entry)
        assert decision.status == "standing", (kind, action.name, decision)
        return entry

    def speaker(self, action: Action, made: str) -> str:
        if action.by is not COUNTERPARTY:
            return made[:3]
        return self.nations.object(made).counterparty or made[:3]

    def body(self, kind: str, action: Action, made: str, **given: Any) -> dict[str, Any]:
        """What is given and the least else that an action needs; what that refers to is made."""
        self._prepare(kind, action, made)
        needed = self.nations.registry.get(kind).needed_by(action)
        missing = [name for name in needed if name not in given]
        body = dict(given)
        for name in missing:
            body[name] = self._value(kind, action, name, made)
        return outlook.prepared(
            kind, action.name, procurement.prepared(self, kind, action.name, self._sourced(body))
        )

    def _prepare(self, kind: str, action: Action, made: str) -> None:
        """Bring about what an action asks of the state of what its object refers to already."""
        procurement.prepare(self, kind, action.name, made)
        fields = self.nations.object(made).fields if action.start else {}
        if (kind, action.name) in (("claim", "verify"), ("claim", "uphold_refusal")):
            if "dispute" in fields:
                self.settle(fields["dispute"])
        elif (kind, action.name) == ("agreement", "expire"):
            change = {"expires": PLAIN["expires"]}
            amendment = self.make("amendment", "accepted", made[:3], agreement=made, **change)
            self.say(made, "amend", {"amendments": [amendment], **change})

    def say(self, made: str, name: str, body: Mapping[str, Any] | None = None) -> Entry:
        """Do a named action to an object, by the side that may."""
        kind = self.nations.object(made).kind
        action = self.nations.registry.action(kind, name)
        return self.do(kind, action, made, self.body(kind, action, made, **(body or {})))

    @property
    def things(self) -> list[Object]:
        return list(self.nations.state.objects.values())

    def of_kind(self, kind: str) -> list[Object]:
        return [thing for thing in self.things if thing.kind == kind]

    def refusal(
        self, nation: str, made: str, name: str, body: Mapping[str, Any], kind: str = "", **kw: Any
    ) -> str:
        """The code of the rule by which a statement is refused; empty, if it stands.

        `kind` is needed only where the object is yet to be made.
        """
        kind = kind or self.nations.object(made).kind
        return self.nations.decision(self.nations.say(nation, kind, made, name, body, **kw)).code

    def refused(self, by: str, kind: str, name: str, made: str = "", /, **given: Any) -> str:
        """The code of the refusal of what is said wrongly; the object is new unless it is named."""
        action = self.nations.registry.action(kind, name)
        made = made or f"{by}-new"
        body = self.body(kind, action, made, **given)
        voice = procurement.voice(self, kind, action, made, body)
        return self.refusal(by, made, name, body, kind, **{"role": action.roles[0]} | voice)

    def organisation(self, nation: str) -> str:
        """A registered organisation of a nation, the same each time."""
        known = [thing.id for thing in self.of_kind("organisation") if thing.owner == nation]
        return known[0] if known else self.make("organisation", "registered", nation)

    def settle(self, dispute: str) -> None:
        """Bring an open dispute to its settlement; one that is over is left alone."""
        steps = {
            "raised": "answer",
            "answered": "propose_settlement",
            "settlement_proposed": "settle",
        }
        while step := steps.get(self.nations.object(dispute).state):
            self.say(dispute, step)

    def _value(self, kind: str, action: Action, name: str, made: str) -> Any:
        if name == "counterparty":
            return other(made[:3])
        if name == "assignee":
            return other(made[:3]) if action.name == "ask" else made[:3]
        if maker := MAKERS.get((kind, name)):
            return maker(self, made[:3], made)
        return PLAIN[name]

    def _sourced(self, body: dict[str, Any]) -> dict[str, Any]:
        """A body whose text, if it has one, is that of the agreement that it names."""
        if {"source", "agreement"} <= body.keys():
            body["source"] = TERMS.format(agreement=body["agreement"])
        return body

    def _claim_on(self, owner: str, milestone: str) -> str:
        obligation = self.nations.object(milestone).fields["obligation"]
        return self.make("claim", "verified", owner, obligation=obligation, milestone=milestone)


TERMS = """
[agreement]
id = "{agreement}"
title = "An agreement"
edition = 1
parties = ["KOR", "MYS"]
currency = "USD"
in_force = 2026-01-01
"""


def _under_terms(case: Case, owner: str, made: str) -> list[str]:
    """An obligation under the only edition."""
    (terms,) = case.of_kind("edition")
    return [
        case.make(
            "obligation",
            "in_force",
            owner,
            agreement=terms.fields["agreement"],
            terms=terms.id,
        )
    ]


def _rows(case: Case, owner: str, made: str) -> list[dict[str, str]]:
    (last,) = case.of_kind("obligation")
    nothing = dict.fromkeys(("claimed", "verified", "credited", "banked", "penalised"), "0")
    return [{"obligation": last.id, "nominal": "1000000", "owed": "1000000", **nothing}]


# What makes a field's value, from its case, its object's owner and its object.
MAKERS: dict[tuple[str, str], Callable[[Case, str, str], Any]] = {
    ("engagement", "type"): lambda case, owner, made: "seminar",
    ("organisation", "type"): lambda case, owner, made: "company",
    ("obligation", "obligor"): lambda case, owner, made: owner,
    ("agreement", "amendments"): lambda case, owner, made: [
        case.make("amendment", "accepted", owner, agreement=made)
    ],
    ("amendment", "agreement"): lambda case, owner, made: case.make("agreement", "in_force", owner),
    ("obligation", "agreement"): lambda case, owner, made: case.make(
        "agreement", "in_force", owner
    ),
    ("edition", "agreement"): lambda case, owner, made: case.make("agreement", "in_force", owner),
    ("account", "terms"): lambda case, owner, made: case.make("edition", "accepted", owner),
    ("account", "obligations"): _under_terms,
    ("account", "rows"): _rows,
    ("milestone", "obligation"): lambda case, owner, made: case.make(
        "obligation", "in_force", owner
    ),
    ("milestone", "claim"): Case._claim_on,
    ("claim", "obligation"): lambda case, owner, made: case.make("obligation", "in_force", owner),
    ("claim", "evidence"): lambda case, owner, made: [case.make("evidence", "registered", owner)],
    ("claim", "verification"): lambda case, owner, made: case.make(
        "verification", "countersigned", other(owner), claim=made
    ),
    ("claim", "dispute"): lambda case, owner, made: case.make(
        "dispute", "raised", owner, claim=made
    ),
    ("verification", "claim"): lambda case, owner, made: case.make("claim", "filed", other(owner)),
    ("dispute", "claim"): lambda case, owner, made: case.make("claim", "refused", owner),
    ("transfer_package", "provider"): lambda case, owner, made: owner,
    ("transfer_package", "end_user"): lambda case, owner, made: case.make(
        "organisation", "registered", owner
    ),
    ("transfer_package", "proofs"): lambda case, owner, made: [
        case.make("absorption_proof", "witnessed", other(owner), package=made)
    ],
    ("export_authorisation", "package"): lambda case, owner, made: case.make(
        "transfer_package", "agreed", owner
    ),
    ("export_authorisation", "number"): lambda case, owner, made: "EA-1",
    ("export_authorisation", "effective"): lambda case, owner, made: "2025-06-01",
    ("export_authorisation", "expires"): lambda case, owner, made: "2025-12-31",
    ("delivery", "package"): lambda case, owner, made: case.make(
        "transfer_package", "agreed", owner
    ),
    ("readiness", "package"): lambda case, owner, made: case.make(
        "transfer_package", "agreed", owner
    ),
    ("absorption_proof", "package"): lambda case, owner, made: case.make(
        "transfer_package", "agreed", other(owner)
    ),
    ("absorption_proof", "type"): lambda case, owner, made: "first_article",
    ("work_package", "organisations"): lambda case, owner, made: [
        case.organisation(nation) for nation in ("KOR", "MYS")
    ],
    ("work_package", "shares"): lambda case, owner, made: [
        {"organisation": case.organisation(nation), "task": "To make it", "percent": "50"}
        for nation in ("KOR", "MYS")
    ],
    ("factory_plan", "work_package"): lambda case, owner, made: case.make(
        "work_package", "agreed", owner
    ),
    ("factory_plan", "gates"): lambda case, owner, made: [case.make("gate", "passed", owner)],
    ("rate_report", "factory"): lambda case, owner, made: case.make(
        "factory_plan", "in_production", owner
    ),
    ("certification", "number"): lambda case, owner, made: "C-1",
    ("certification", "effective"): lambda case, owner, made: "2025-06-01",
    ("certification", "expires"): lambda case, owner, made: "2025-12-31",
    ("indicator", "type"): lambda case, owner, made: "jobs",
    ("indicator", "source"): lambda case, owner, made: "A register",
    ("indicator", "effective"): lambda case, owner, made: "2025-06-01",
    ("measurement", "indicator"): lambda case, owner, made: case.make(
        "indicator", "in_force", owner
    ),
    ("measurement", "value"): lambda case, owner, made: "40",
    ("measurement", "date"): lambda case, owner, made: "2025-12-31",
    **{
        (kind, "organisation"): lambda case, owner, made: case.organisation(owner)
        for kind in ("factory_plan", "certification", "supplier", "bill_of_materials")
    },
    **{
        (kind, "evidence"): lambda case, owner, made: [case.make("evidence", "registered", owner)]
        for kind in (
            "delivery",
            "readiness",
            "absorption_proof",
            "rate_report",
            "certification",
            "supplier",
            "bill_of_materials",
            "measurement",
        )
    },
    **procurement.MAKERS,
    **outlook.MAKERS,
}


def other(nation: str) -> str:
    return "KOR" if nation == "MYS" else "MYS"


def path_to(kind: type[Kind], state: str) -> list[Action]:
    """The fewest actions that lead to a state."""
    waiting = deque([action] for action in kind.lifecycle.first)
    while waiting:
        path = waiting.popleft()
        if path[-1].end == state:
            return path
        used = {action.name for action in path}
        waiting += [
            [*path, action]
            for action in kind.lifecycle.actions.values()
            if path[-1].end in action.start and not action.is_note and action.name not in used
        ]
    raise AssertionError(f"no path leads {kind.kind} to {state}")
