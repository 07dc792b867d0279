"""The award, the contract, and what is supplied and paid under it."""

from sepakat.industry.ocds.mapping.history import Step
from sepakat.industry.ocds.mapping.obligations import owed
from sepakat.industry.ocds.mapping.tenders.parts import (
    PAYEE,
    SUPPLIER,
    Json,
    Makers,
    Part,
    lot,
    party,
    reference,
)
from sepakat.industry.ocds.mapping.values import (
    to_first_moment,
    to_moment,
    to_number,
    to_value,
)
from sepakat.record.kind import Object

_APPROVAL = {"proposed": "scheduled", "approved": "met", "announced": "met"}  # else not met
_CONTRACT = {
    "proposed": "pending",
    "declined": "cancelled",
    "in_force": "active",
    "suspended": "active",
    "completed": "terminated",  # OCDS: come to its close, whether in success or not
    "terminated": "terminated",
}
_TAGS = {
    "propose": "contract",
    "change": "contractAmendment",
    "complete": "contractTermination",
    "terminate": "contractTermination",
}


def _evaluation(step: Step, tender: str) -> Part | None:
    """Only an approved one is final; nothing could take back what an earlier release said."""
    if step.after.state != "approved":
        return None
    fields = step.after.fields
    bids = [
        {
            "id": row["offer"],
            "results": [
                {
                    "id": lot(fields["lot"]),
                    "points": to_number(row["points"]),
                    "rank": row["rank"],
                }
            ],
        }
        for row in fields["results"]
    ]
    return Part("tenderUpdate", {"bids": {"details": bids}})


def _award(step: Step, tender: str) -> Part:
    """The decision is a step of the tender; the award itself is what its notice announces."""
    number = step.after.fields["lot"]
    milestone: Json = {
        "id": step.after.id,
        "title": f"Approval of the award of lot {number}",
        "type": "approval",
        "status": _APPROVAL.get(step.after.state, "notMet"),
        "relatedLots": [lot(number)],
    }
    if step.after.state == "approved":
        milestone["dateMet"] = step.date
    return Part("tenderUpdate", {"tender": {"id": tender, "milestones": [milestone]}})


def _notice(step: Step, tender: str) -> Part:
    fields = step.after.fields
    if step.after.state == "annulled":
        annulled = {"id": step.after.id, "status": "cancelled"}
        return Part("awardCancellation", {"awards": [annulled]})
    organisation = fields["organisation"]
    award: Json = {
        "id": step.after.id,
        "description": fields["reasons"],
        "status": "active",
        "date": step.date,
        "value": to_value(fields["value"]),
        "suppliers": [reference(organisation, step)],
        "relatedLots": [lot(fields["lot"])],
        "relatedBids": [fields["offer"]],
    }
    standstill = {
        "id": f"{step.after.id}-standstill",
        "title": "The standstill is over",
        "dueDate": to_moment(fields["standstill_until"]),
        "relatedLots": [lot(fields["lot"])],
    }
    return Part(
        "award",
        {
            "parties": [party(organisation, step, *SUPPLIER)],
            "tender": {"id": tender, "milestones": [standstill]},
            "awards": [award],
        },
    )


def _contract(step: Step, tender: str) -> Part:
    fields = step.after.fields
    contract: Json = _named(step.after) | {
        "title": fields["title"],
        "status": _CONTRACT[step.after.state],
        "period": {
            "startDate": to_first_moment(fields["starts"]),
            "endDate": to_moment(fields["ends"]),
        },
        "value": to_value(fields["value"]),
        "milestones": _milestones(step),
    }
    if step.statement.action == "sign":
        contract["dateSigned"] = step.date
    if step.statement.action == "change":
        change = step.relied[fields["changes"][-1]]
        contract["amendments"] = [
            {"id": change.id, "date": step.date, "rationale": change.fields["summary"]}
        ]
    members: Json = {"contracts": [contract]}
    obligation = step.relied.get(fields.get("obligation") or "")
    if obligation and not step.before:
        members["obligations"] = [owed(obligation) | {"relatedContracts": [step.after.id]}]
    return Part(_TAGS.get(step.statement.action, "contractUpdate"), members)


def _named(contract: Object) -> Json:
    return {"id": contract.id, "awardID": contract.fields["notice"]}


def _milestones(step: Step) -> list[Json]:
    fields = step.after.fields
    currency = fields["value"]["currency"]
    found: list[Json] = [
        {
            "id": str(row["number"]),
            "title": row["title"],
            "type": "delivery",
            "dueDate": to_moment(row["due"]),
            "status": "scheduled",
            "value": to_value({"amount": row["amount"], "currency": currency}),
        }
        for row in fields["milestones"]
    ]
    left = {row["id"] for row in found}
    before = step.before.fields["milestones"] if step.before else ()
    dropped = (str(row["number"]) for row in before)
    return [*found, *({"id": i, "status": "notMet"} for i in dropped if i not in left)]


def _implemented(step: Step, **members: list[Json]) -> Json | None:
    contract = step.first("contract")
    return {"contracts": [_named(contract) | {"implementation": members}]} if contract else None


def _acceptance(step: Step, tender: str) -> Part | None:
    """Its milestone is met once the buyer has accepted it."""
    fields = step.after.fields
    if step.after.state != "accepted":
        return None
    milestone = {
        "id": str(fields["milestone"]),
        "description": fields["findings"],
        "status": "met",
        "dateMet": to_moment(fields["date"]),
    }
    members = _implemented(step, milestones=[milestone])
    return Part("implementation", members) if members else None


def _payment(step: Step, tender: str) -> Part | None:
    fields, contract = step.after.fields, step.first("contract")
    acceptance = step.relied.get(fields["acceptance"])
    if step.after.state != "paid" or not contract or not acceptance:
        return None
    organisation = contract.fields["organisation"]
    transaction = {
        "id": step.after.id,
        "date": to_moment(fields["date"]),
        "value": to_value(fields["value"]),
        "payer": {"id": contract.owner, "name": contract.owner},
        "payee": reference(organisation, step),
        "relatedImplementationMilestone": {"id": str(acceptance.fields["milestone"])},
    }
    members = _implemented(step, transactions=[transaction])
    assert members is not None
    members["parties"] = [party(organisation, step, *PAYEE)]
    return Part("implementation", members)


def _sustainment(step: Step, tender: str) -> Part | None:
    fields = step.after.fields
    if step.after.state != "confirmed":
        return None
    observation = {
        "id": step.after.id,
        "period": {
            "startDate": to_first_moment(fields["starts"]),
            "endDate": to_moment(fields["ends"]),
        },
        "measure": to_number(fields["percent"]),
        "notes": fields["findings"],
    }
    metric = {
        "id": "availability",
        "title": "Per cent of the time that it was fit for use",
        "observations": [observation],
    }
    members = _implemented(step, metrics=[metric])
    return Part("implementationUpdate", members) if members else None


MAKERS: Makers = {
    "evaluation": _evaluation,
    "award": _award,
    "award_notice": _notice,
    "contract": _contract,
    "acceptance": _acceptance,
    "payment": _payment,
    "sustainment_report": _sustainment,
}
