"""A tender, the answers to questions about it, and what was offered and opened."""

from collections.abc import Mapping, Sequence
from typing import Any

from sepakat.industry.ocds.mapping.history import Step
from sepakat.industry.ocds.mapping.tenders.parts import (
    TENDERER,
    Json,
    Makers,
    Part,
    lot,
    party,
    reference,
)
from sepakat.industry.ocds.mapping.values import to_number, to_value
from sepakat.record.kind import Object

_TAGS = {
    "publish": "tender",
    "amend": "tenderAmendment",
    "terminate": "tenderCancellation",
}
_STATUS = {"awarded": "complete", "terminated": "cancelled"}  # else it goes on
_BID = {
    "submitted": "pending",
    "received": "pending",
    "refused": "disqualified",
    "withdrawn": "withdrawn",
}


def _tender(step: Step, tender: str) -> Part:
    action, fields = step.statement.action, step.after.fields
    asked: Json = {"id": tender, "status": _STATUS.get(step.after.state, "active")}
    members: Json = {"tender": asked}
    if action in ("publish", "amend"):
        asked |= _terms(step)
    elif action in ("award", "terminate"):
        asked["lots"] = [
            {"id": lot(row["number"]), "status": asked["status"]} for row in fields["lots"]
        ]
    elif action == "close":
        count = {"id": "bids", "measure": "bids", "value": len(fields["received"])}
        members["bids"] = {"statistics": [count]}
    if action == "publish":
        asked["tenderPeriod"]["startDate"] = asked["enquiryPeriod"]["startDate"] = step.date
    if action in ("amend", "terminate"):
        asked["amendments"] = [
            {"id": step.digest, "date": step.date, "rationale": fields["reason"]}
        ]
    return Part(_TAGS.get(action, "tenderUpdate"), members)


def _terms(step: Step) -> Json:
    fields = step.after.fields
    criteria = {
        "weightingDescription": "Per cent of the whole; all come to 100.",
        "criteria": [_award_criterion(row) for row in fields["criteria"]],
    }
    lots = [
        {
            "id": lot(row["number"]),
            "title": row["title"],
            "status": "active",
            "awardCriteria": criteria,
        }
        for row in fields["lots"]
    ]
    return {
        "title": fields["title"],
        "description": fields["description"],
        "procurementMethod": fields["method"],
        "awardCriteria": "ratedCriteria",
        "awardCriteriaDetails": "The weighted sum of scores on the published scales decides.",
        "submissionMethod": ["electronicSubmission"],
        "tenderPeriod": {"endDate": fields["closes"]},
        "enquiryPeriod": {"endDate": fields["questions_until"]},
        "awardPeriod": {"startDate": fields["opens"]},
        "lots": [*lots, *_dropped_lots(step)],
        "criteria": [
            *(_requirement(step.relied[i]) for i in fields["requirements"]),
            *_dropped_requirements(step),
        ],
    }


def _award_criterion(row: Mapping[str, str]) -> Json:
    return {
        "type": row["type"],
        "name": row["name"],
        "description": row["title"],
        "numbers": [{"number": to_number(row["weight"]), "weight": "percentageExact"}],
        "scale": {
            "minimum": to_number(row["scale_min"]),
            "maximum": to_number(row["scale_max"]),
            "best": row["best"],
        },
    }


def _requirement(requirement: Object) -> Json:
    """A criterion of one requirement: several in a group would do as well, groups are choices."""
    fields = requirement.fields
    required = {
        "id": requirement.id,
        "title": fields["title"],
        "description": fields["text"],
        **{name: fields[name] for name in ("number", "type", "priority", "method")},
    }
    return {
        "id": requirement.id,
        "title": fields["title"],
        "relatesTo": "item",
        "requirementGroups": [{"id": requirement.id, "requirements": [required]}],
    }


def _before(step: Step, name: str) -> Sequence[Any]:
    return step.before.fields[name] if step.before else ()


def _dropped_lots(step: Step) -> list[Json]:
    """Merging keeps what a list no longer has, so it must be said that it is gone."""
    left = {row["number"] for row in step.after.fields["lots"]}
    return [
        {"id": lot(row["number"]), "status": "cancelled"}
        for row in _before(step, "lots")
        if row["number"] not in left
    ]


def _dropped_requirements(step: Step) -> list[Json]:
    left = step.after.fields["requirements"]
    nothing = dict.fromkeys(("title", "description", "number", "type", "priority", "method"))
    return [
        {
            "id": i,
            "title": f"No longer required from version {step.after.fields['version']} on",
            "requirementGroups": [{"id": i, "requirements": [{"id": i} | nothing]}],
        }
        for i in _before(step, "requirements")
        if i not in left
    ]


def _clarification(step: Step, tender: str) -> Part:
    fields = step.after.fields
    enquiry = {
        "id": step.after.id,
        "description": fields["question"],
        "answer": fields["answer"],
        "dateAnswered": step.date,
    }
    return Part(
        "tenderUpdate", {"tender": {"id": tender, "hasEnquiries": True, "enquiries": [enquiry]}}
    )


def _offer(step: Step, tender: str) -> Part:
    fields = step.after.fields
    organisation = fields["organisation"]
    bid = {
        "id": step.after.id,
        "status": _BID[step.after.state],
        "tenderers": [reference(organisation, step)],
        "relatedLots": [lot(number) for number in fields["lots"]],
    }
    if step.after.state == "submitted":
        bid["date"] = step.date
    parties = [party(organisation, step, *TENDERER)]
    return Part("tenderUpdate", {"parties": parties, "bids": {"details": [bid]}})


def _opening(step: Step, tender: str) -> Part:
    fields = step.after.fields
    is_open = fields["outcome"] == "opened"
    bid = {"id": fields["offer"], "status": "valid" if is_open else "disqualified"}
    if is_open:
        bid["value"] = to_value(fields["price"])
    return Part("tenderUpdate", {"bids": {"details": [bid]}})


MAKERS: Makers = {
    "tender": _tender,
    "clarification": _clarification,
    "offer": _offer,
    "opening": _opening,
}
