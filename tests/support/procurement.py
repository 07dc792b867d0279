"""What brings a procurement into any state: a tender of one lot, and one offer for it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sepakat.industry.procurement.evaluation.locking import commit_to
from sepakat.industry.procurement.evaluation.tallying import tally
from sepakat.industry.procurement.sealing import commit
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.kind import Action, Object
from support.nations import sealing_key

if TYPE_CHECKING:
    from support.case import Case

SALT = "5a" * 32
CONTENT = sha256(b"An offer.").digest()
PRICE = {"amount": "900000.00", "currency": "USD"}


@lru_cache
def openers() -> list[dict[str, str]]:
    return [{"account": f"opener-{n}", "key": sealing_key(f"opener {n}")} for n in (1, 2)]


def criterion(name: str, type_: str, weight: str, **given: str) -> dict[str, str]:
    scale = {"scale_min": "0", "scale_max": "10", "best": "high"} | given
    return {"name": name, "title": f"Its {name}", "type": type_, "weight": weight, **scale}


PLAIN: dict[str, Any] = {
    "priority": "mandatory",
    "grounds": "It was delivered.",
    "collaboration": "A part of it is made at home.",
    "lots": [{"number": 1, "title": "A lot"}],
    "criteria": [
        criterion("fit", "interoperability", "30"),
        criterion("safety", "security", "20"),
        criterion("price", "price", "50", scale_max="2000000", best="low"),
    ],
    "lot": 1,
    "evaluators": ["a-1"],
    "evaluator": "a-1",
    "salt": SALT,
    "changes": [],
    "interests": [],
    "subject": "The price.",
    "recommendations": "To do better.",
    "decision": "It is so decided.",
    "milestones": [
        {"number": 1, "title": "All of it", "due": "2026-10-31", "amount": "1000000.00"}
    ],
}


def from_now(days: int) -> Callable[[Any, str, str], str]:
    return lambda case, owner, made: (case.nations.now + timedelta(days)).strftime(TIME_FORMAT)


def _last(case: "Case", kind: str) -> Object:
    return case.of_kind(kind)[-1]


def offer_of(case: "Case", tender: str) -> str:
    """The offer that a closed tender received."""
    received: list[str] = case.nations.object(tender).fields["received"]
    return received[0]


def scores(offer: str) -> list[dict[str, str]]:
    given = {"fit": "8", "safety": "6", "price": "900000"}
    return [{"offer": offer, "criterion": name, "score": score} for name, score in given.items()]


def _version(case: "Case", owner: str, made: str) -> int:
    known = case.nations.state.object(made)
    return known.fields["version"] + 1 if known else 1


def _results(case: "Case", owner: str, made: str) -> list[dict[str, Any]]:
    tender = _last(case, "tender").fields
    return tally(tender, [_last(case, "score_sheet")], []).results


def _closed(case: "Case", owner: str, made: str) -> str:
    return case.make("tender", "closed", owner)


def _theirs(case: "Case", owner: str, made: str) -> str:
    return offer_of(case, _last(case, "tender").id)


MAKERS: dict[tuple[str, str], Callable[["Case", str, str], Any]] = {
    ("requirement", "type"): lambda case, owner, made: "security",
    ("requirement", "method"): lambda case, owner, made: "test",
    ("procurement_strategy", "need"): lambda case, owner, made: case.make(
        "need", "approved", owner
    ),
    ("procurement_strategy", "requirements"): lambda case, owner, made: [
        case.make("requirement", "approved", owner)
    ],
    ("procurement_strategy", "method"): lambda case, owner, made: "open",
    ("procurement_strategy", "tender"): lambda case, owner, made: case.make(
        "tender",
        "published",
        owner,
        requirements=case.nations.object(made).fields["requirements"],
    ),
    ("tender", "requirements"): lambda case, owner, made: [
        case.make("requirement", "approved", owner)
    ],
    ("tender", "method"): lambda case, owner, made: "open",
    ("tender", "openers"): lambda case, owner, made: openers(),
    ("tender", "questions_until"): from_now(1),
    ("tender", "closes"): from_now(2),
    ("tender", "opens"): from_now(3),
    ("tender", "version"): _version,
    ("tender", "received"): lambda case, owner, made: [
        thing.id
        for thing in case.of_kind("offer")
        if thing.fields["tender"] == made and thing.state == "received"
    ],
    ("tender", "receipts"): lambda case, owner, made: [
        thing.head
        for thing in case.of_kind("offer")
        if thing.fields["tender"] == made and thing.state == "received"
    ],
    ("tender", "notices"): lambda case, owner, made: [
        case.make("award_notice", "published", owner, tender=made)
    ],
    ("question", "clarification"): lambda case, owner, made: case.make(
        "clarification", "published", owner, tender=case.nations.object(made).fields["tender"]
    ),
    ("offer", "lots"): lambda case, owner, made: [1],
    ("offer", "commitment"): lambda case, owner, made: commit(bytes.fromhex(SALT), CONTENT),
    ("offer", "sealed"): lambda case, owner, made: case.make("evidence", "registered", owner),
    ("offer", "version"): lambda case, owner, made: _last(case, "tender").fields["version"],
    ("opening", "lots"): lambda case, owner, made: [1],
    ("opening", "outcome"): lambda case, owner, made: "opened",
    ("score_sheet", "declaration"): lambda case, owner, made: case.make(
        "declaration", "declared", owner, tender=_last(case, "tender").id
    ),
    ("score_sheet", "commitment"): lambda case, owner, made: commit_to(
        scores(_theirs(case, owner, made)), SALT
    ),
    ("score_sheet", "scores"): lambda case, owner, made: scores(_theirs(case, owner, made)),
    ("evaluation", "openings"): lambda case, owner, made: [
        case.make("opening", "recorded", owner, tender=_last(case, "tender").id)
    ],
    ("evaluation", "sheets"): lambda case, owner, made: [
        case.make("score_sheet", "revealed", owner, tender=_last(case, "tender").id)
    ],
    ("evaluation", "results"): _results,
    ("award", "evaluation"): lambda case, owner, made: case.make(
        "evaluation", "approved", owner, tender=_last(case, "tender").id
    ),
    ("award", "notice"): lambda case, owner, made: case.make(
        "award_notice", "published", owner, tender=case.nations.object(made).fields["tender"]
    ),
    ("award_notice", "standstill_until"): lambda case, owner, made: (
        case.nations.now.date().isoformat()
    ),
    ("contract", "notice"): lambda case, owner, made: case.make("award_notice", "published", owner),
    ("contract", "changes"): lambda case, owner, made: [
        case.make("contract_change", "accepted", owner, contract=made)
    ],
    ("acceptance", "milestone"): lambda case, owner, made: 1,
    ("payment", "acceptance"): lambda case, owner, made: case.make(
        "acceptance", "accepted", owner, contract=_last(case, "contract").id
    ),
    **{
        (kind, "tender"): lambda case, owner, made: case.make("tender", "published", owner)
        for kind in ("clarification", "question", "offer", "appeal", "procurement_audit")
    },
    **{
        (kind, "tender"): _closed
        for kind in (
            "opening",
            "declaration",
            "score_sheet",
            "evaluation",
            "negotiation",
            "award_notice",
            "award",
        )
    },
    **{(kind, "offer"): _theirs for kind in ("opening", "negotiation", "award_notice", "award")},
    **{
        (kind, "contract"): lambda case, owner, made: case.make("contract", "in_force", owner)
        for kind in ("contract_change", "acceptance", "payment", "sustainment_report")
    },
    **{
        (kind, "organisation"): lambda case, owner, made: case.organisation(owner)
        for kind in ("need", "question", "offer", "award_notice", "award", "contract", "appeal")
    },
    **{
        (kind, "evidence"): lambda case, owner, made: [case.make("evidence", "registered", owner)]
        for kind in ("acceptance", "sustainment_report")
    },
}

# What an action gives beside what it needs, so that its check is content.
COMPLETE: dict[tuple[str, str], Mapping[str, Any]] = {
    ("opening", "record"): {"salt": SALT, "sha256": CONTENT.hex(), "price": PRICE},
    ("contract_change", "propose"): {"ends": "2027-06-01"},
    ("contract", "change"): {"ends": "2027-06-01"},
}


SUPPLIERS = {
    "question": ("ask",),
    "offer": ("submit", "confirm", "withdraw"),
    "negotiation": ("agree", "decline"),
    "contract": ("sign", "decline"),
    "contract_change": ("accept", "decline"),
    "acceptance": ("present",),
    "payment": ("confirm", "contest"),
    "appeal": ("file",),
    "sustainment_report": ("report",),
}


def voice(
    case: "Case", kind: str, action: Action, made: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Who says what is a supplier's to say: at home, the company itself."""
    if action.name not in SUPPLIERS.get(kind, ()):
        return {}
    known = case.nations.state.object(made)
    fields = {**(known.fields if known else {}), **body}
    if fields.get("counterparty"):
        return {}
    while "organisation" not in fields:
        fields = case.nations.object(fields.get("contract") or fields["offer"]).fields
    return {"role": "company", "organisation": fields["organisation"]}


def prepare(case: "Case", kind: str, action: str, made: str) -> None:
    """Have an offer before a tender closes, and let the time pass that an action waits for."""
    if (kind, action) == ("tender", "close"):
        offers = [thing for thing in case.of_kind("offer") if thing.fields["tender"] == made]
        if not offers:
            case.make("offer", "received", made[:3], tender=made)
        case.nations.wait_until(case.nations.object(made).fields["opens"])


def prepared(case: "Case", kind: str, action: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body, completed; and the standstill is over where a contract is proposed."""
    if (kind, action) == ("contract", "propose"):
        last = case.nations.object(body["notice"]).fields["standstill_until"]
        case.nations.wait_until(f"{last}T23:59:59Z")
    return {**COMPLETE.get((kind, action), {}), **body}
