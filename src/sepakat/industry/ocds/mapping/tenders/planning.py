"""The planning of a procurement: its need and its strategy."""

from sepakat.industry.ocds.mapping.history import Step
from sepakat.industry.ocds.mapping.tenders.parts import Json, Makers, Part, party, reference
from sepakat.industry.ocds.mapping.values import to_moment, to_number, to_value

_UNMET = ("withdrawn", "returned")


def _tag(step: Step) -> str:
    return "planningUpdate" if step.before else "planning"


def _need(step: Step, tender: str) -> Part:
    need, fields = step.after, step.after.fields
    due = to_moment(fields["due"])
    milestone: Json = {"id": need.id, "title": fields["title"], "type": "delivery", "dueDate": due}
    milestone["status"] = "notMet" if need.state in _UNMET else "scheduled"
    if need.state == "closed":
        milestone |= {"status": "met", "dateMet": step.date, "description": fields["result"]}
    planning = {
        "rationale": fields["description"],
        "budget": {"description": fields["title"], "amount": to_value(fields["value"])},
        "milestones": [milestone],
    }
    organisation = fields["organisation"]
    asked = {
        "id": tender,
        "procuringEntity": reference(organisation, step),
        "contractPeriod": {"endDate": due},
    }
    parties = [party(organisation, step, "procuringEntity")]
    return Part(_tag(step), {"parties": parties, "planning": planning, "tender": asked})


def _strategy(step: Step, tender: str) -> Part:
    fields = step.after.fields
    sought = {
        "id": "collaboration",
        "title": "Industrial collaboration",
        "description": fields["collaboration"],
        "observations": [
            {
                "id": "share",
                "measure": to_number(fields["percent"]),
                "notes": "Per cent of the contract's value.",
            }
        ],
    }
    stages = [
        {
            "id": f"days-{target['stage']}",
            "title": f"Days from the stage before to the stage {target['stage']}",
            "observations": [{"id": "days", "measure": target["days"]}],
        }
        for target in fields.get("targets") or ()
    ]
    asked = {
        "id": tender,
        "procurementMethodRationale": fields["grounds"],
        "targets": [sought, *stages],
    }
    return Part(_tag(step), {"tender": asked})


MAKERS: Makers = {"need": _need, "procurement_strategy": _strategy}
