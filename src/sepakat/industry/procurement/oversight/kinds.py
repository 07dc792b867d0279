"""What may be said beside a procurement: appeals, audits, and how what was bought serves."""

from typing import Annotated

from pydantic import Field

from sepakat.industry.kinds import APPROVER, CLAIMANT, INSPECTOR, OFFICER, EvidenceRefs
from sepakat.industry.procurement.contracting.kinds import ContractRef, OtherSide
from sepakat.industry.procurement.oversight import checks
from sepakat.industry.procurement.tendering.kinds import Buyer, TenderRef
from sepakat.record.fields import Date, Line, ObjectId, Percent, Reason, Ref, Text
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle


class Appeal(Kind):
    """An objection to how a tender went, and the buyer's decision on it."""

    tender: TenderRef
    counterparty: Buyer = None
    organisation: Annotated[ObjectId, Ref("organisation")] = Field(
        title="Organisation", description="The organisation that objects."
    )
    grounds: Text = Field(title="Grounds", description="What is objected to, and why.")
    decision: Text | None = Field(
        default=None, title="Decision", description="What is decided, why, and what follows."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "file",
            end="filed",
            roles=CLAIMANT,
            may=("counterparty",),
            requires={"organisation": ("registered",)},
            check=checks.objects_to_buyer,
        ),
        Action(
            "uphold",
            start=("filed",),
            end="upheld",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("decision",),
            four_eyes=True,
        ),
        Action(
            "dismiss",
            start=("filed",),
            end="dismissed",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("decision",),
            four_eyes=True,
        ),
    )


class SustainmentReport(Kind):
    """How what was bought served over a time, and how it was supported."""

    contract: ContractRef
    counterparty: OtherSide = None
    starts: Date = Field(title="Starts", description="The first day that it is about.")
    ends: Date = Field(title="Ends", description="The last day that it is about.")
    percent: Percent = Field(title="Percent", description="The share of time it was fit for use.")
    findings: Text = Field(title="Findings", description="Failures, repairs, spare parts, support.")
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "report",
            end="reported",
            roles=CLAIMANT,
            may=("counterparty",),
            requires={"contract": ("in_force", "completed"), "evidence": ("registered",)},
            check=checks.is_reported_by_supplier,
        ),
        Action("confirm", start=("reported",), end="confirmed", by=COUNTERPARTY, roles=INSPECTOR),
        Action(
            "contest",
            start=("reported",),
            end="contested",
            by=COUNTERPARTY,
            roles=INSPECTOR,
            needs=("reason",),
        ),
    )


class ProcurementAudit(Kind):
    """What an inspection of a procurement found, and what its buyer does about it."""

    tender: TenderRef
    title: Line = Field(title="Title", description="What was looked into, in a few words.")
    findings: Text = Field(title="Findings", description="What was found.")
    recommendations: Text = Field(title="Recommendations", description="What should be done.")
    answer: Text | None = Field(
        default=None, title="Answer", description="What is done about it, by when."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("report", end="reported", roles=INSPECTOR, check=checks.inspects_own_tender),
        Action("answer", start=("reported",), end="answered", roles=OFFICER, needs=("answer",)),
        Action("insist", start=("answered",), end="reported", roles=INSPECTOR, needs=("reason",)),
        Action("close", start=("answered",), end="closed", roles=INSPECTOR),
    )


KINDS: tuple[type[Kind], ...] = (Appeal, SustainmentReport, ProcurementAudit)
