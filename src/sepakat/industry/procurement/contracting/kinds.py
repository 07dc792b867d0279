"""What may be said from the award on: its notice, the contract, what is accepted and paid."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.kinds import (
    APPROVER,
    CLAIMANT,
    INSPECTOR,
    OFFICER,
    EvidenceRefs,
    Value,
)
from sepakat.industry.procurement.contracting import checks
from sepakat.industry.procurement.evaluation.kinds import LotNumber
from sepakat.industry.procurement.tendering.kinds import OfferRef, TenderRef
from sepakat.record.fields import (
    Count,
    Date,
    Line,
    Nation,
    Number,
    ObjectId,
    Reason,
    Ref,
    Text,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

SIGNATORY = ("approver", "company")
SIGNED = ("in_force", "suspended", "completed", "terminated")  # states of a contract

ContractRef = Annotated[
    ObjectId, Ref("contract"), Field(title="Contract", description="The contract it is about.")
]
Supplier = Annotated[
    ObjectId,
    Ref("organisation"),
    Field(title="Organisation", description="The organisation that supplies."),
]
OtherSide = Annotated[
    Nation | None,
    Field(
        title="Counterparty", description="The other side's nation; none where both are at home."
    ),
]


class AwardNotice(Kind):
    """To whom a lot goes, at what price and why, for all who may know; objections follow it."""

    tender: TenderRef
    lot: LotNumber
    offer: ObjectId = Field(title="Offer", description="The identifier of the offer that won.")
    organisation: Supplier
    value: Value = Field(title="Value", description="What the contract is to be worth.")
    reasons: Text = Field(title="Reasons", description="Why this offer won.")
    standstill_until: Date = Field(
        title="Standstill until", description="The last day on which no contract may be made yet."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "publish",
            end="published",
            roles=APPROVER,
            requires={"tender": ("closed",), "organisation": ("registered",)},
            check=checks.announces_own_tender,
            four_eyes=True,
        ),
        Action(
            "annul",
            start=("published",),
            end="annulled",
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        resting=("published",),
    )


class Award(Kind):
    """The buyer's decision for the offer that came first, with what it rests on."""

    tender: TenderRef
    lot: LotNumber
    evaluation: Annotated[ObjectId, Ref("evaluation")] = Field(
        title="Evaluation", description="The approved evaluation that it follows."
    )
    offer: OfferRef
    organisation: Supplier
    value: Value = Field(title="Value", description="What the contract is to be worth.")
    reasons: Text = Field(title="Reasons", description="Why this offer won.")
    gate: Annotated[ObjectId | None, Ref("gate")] = Field(
        default=None, title="Gate", description="The approval it needs, such as the Cabinet's."
    )
    notice: Annotated[ObjectId | None, Ref("award_notice")] = Field(
        default=None, title="Notice", description="What was published of it."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("gate",),
            requires={
                "tender": ("closed",),
                "evaluation": ("approved",),
                "offer": ("received",),
                "organisation": ("registered",),
            },
            check=checks.goes_to_the_first,
        ),
        Action(
            "approve",
            start=("proposed",),
            end="approved",
            roles=APPROVER,
            requires={"gate": ("passed",)},
            four_eyes=True,
        ),
        Action("send_back", start=("proposed",), end="returned", roles=APPROVER, needs=("reason",)),
        Action(
            "announce",
            start=("approved",),
            end="announced",
            roles=OFFICER,
            needs=("notice",),
            requires={"notice": ("published",)},
            check=checks.notice_says_the_same,
        ),
        Action(
            "annul",
            start=("approved", "announced"),
            end="annulled",
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        resting=("announced",),
    )


class ContractMilestone(BaseModel):
    """What a contract is paid for, step by step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Count = Field(title="Number", description="The milestone's number.")
    title: Line = Field(title="Title", description="What is to be reached.")
    due: Date = Field(title="Due", description="The day by which it is to be reached.")
    amount: Number = Field(title="Amount", description="What is paid for it.")


Milestones = Annotated[tuple[ContractMilestone, ...], Field(min_length=1, max_length=100)]


class Contract(Kind):
    """What buyer and supplier have signed, from its proposal to its closure."""

    notice: Annotated[ObjectId, Ref("award_notice")] = Field(
        title="Notice", description="The notice of the award that it follows."
    )
    counterparty: OtherSide = None
    title: Line = Field(title="Title", description="What is supplied, in a few words.")
    organisation: Supplier
    value: Value = Field(title="Value", description="What it is worth.")
    starts: Date = Field(title="Starts", description="The day it begins.")
    ends: Date = Field(title="Ends", description="The day by which all is to be supplied.")
    milestones: Milestones = Field(
        title="Milestones", description="What it is paid for; the amounts come to its value."
    )
    terms: Annotated[ObjectId | None, Ref("edition")] = Field(
        default=None,
        title="Terms",
        description="The edition of the agreement's text in force; it keeps this one.",
    )
    obligation: Annotated[ObjectId | None, Ref("obligation")] = Field(
        default=None, title="Obligation", description="The collaboration that is owed for it."
    )
    changes: Annotated[
        tuple[Annotated[ObjectId, Ref("contract_change")], ...], Field(max_length=100)
    ] = Field(default=(), title="Changes", description="The changes agreed to, first to last.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("counterparty", "terms", "obligation"),
            requires={
                "notice": ("published",),
                "organisation": ("registered",),
                "terms": ("accepted",),
                "obligation": ("in_force",),
            },
            check=checks.follows_notice,
        ),
        Action(
            "sign",
            start=("proposed",),
            end="in_force",
            by=COUNTERPARTY,
            roles=SIGNATORY,
            requires={"notice": ("published",)},
            check=checks.speaks_for_supplier,
        ),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=SIGNATORY,
            needs=("reason",),
            check=checks.speaks_for_supplier,
        ),
        Action(
            "change",
            start=("in_force",),
            end="in_force",
            roles=OFFICER,
            needs=("changes",),
            may=("value", "ends", "milestones"),
            requires={"changes": ("accepted",)},
            check=checks.changed_as_accepted,
        ),
        Action("suspend", start=("in_force",), end="suspended", roles=APPROVER, needs=("reason",)),
        Action("resume", start=("suspended",), end="in_force", roles=APPROVER),
        Action("complete", start=("in_force",), end="completed", roles=APPROVER, four_eyes=True),
        Action(
            "terminate",
            start=("in_force", "suspended"),
            end="terminated",
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        resting=("in_force", "suspended"),
    )


class ContractChange(Kind):
    """A change to a contract in force; it takes effect when the contract is changed by it."""

    contract: ContractRef
    counterparty: OtherSide = None
    summary: Text = Field(title="Summary", description="What changes, and why.")
    value: Value | None = Field(
        default=None, title="Value", description="What the contract is worth from then on."
    )
    ends: Date | None = Field(
        default=None, title="Ends", description="The day by which all is to be supplied."
    )
    milestones: Annotated[tuple[ContractMilestone, ...], Field(max_length=100)] = Field(
        default=(), title="Milestones", description="All milestones as they are from then on."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("counterparty", "value", "ends", "milestones"),
            requires={"contract": ("in_force",)},
            check=checks.changes_something,
        ),
        Action(
            "accept",
            start=("proposed",),
            end="accepted",
            by=COUNTERPARTY,
            roles=SIGNATORY,
            requires={"contract": ("in_force",)},
            check=checks.speaks_for_contract,
        ),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=SIGNATORY,
            needs=("reason",),
            requires={"contract": SIGNED},
            check=checks.speaks_for_contract,
        ),
    )


class Acceptance(Kind):
    """Something supplied under a contract, presented by the supplier and accepted by the buyer."""

    contract: ContractRef
    counterparty: OtherSide = None
    milestone: Count = Field(title="Milestone", description="The number of the milestone reached.")
    date: Date = Field(title="Date", description="The day it was supplied.")
    findings: Text = Field(title="Findings", description="What was supplied, and how it shows.")
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "present",
            end="presented",
            roles=CLAIMANT,
            may=("counterparty",),
            requires={"contract": ("in_force",), "evidence": ("registered",)},
            check=checks.is_presented_by_supplier,
        ),
        Action("accept", start=("presented",), end="accepted", by=COUNTERPARTY, roles=INSPECTOR),
        Action(
            "reject",
            start=("presented",),
            end="rejected",
            by=COUNTERPARTY,
            roles=INSPECTOR,
            needs=("reason",),
        ),
    )


class Payment(Kind):
    """What the buyer pays for what it has accepted; the supplier confirms that it came."""

    contract: ContractRef
    acceptance: Annotated[ObjectId, Ref("acceptance")] = Field(
        title="Acceptance", description="What it is paid for."
    )
    counterparty: OtherSide = None
    value: Value = Field(title="Value", description="The amount paid.")
    date: Date = Field(title="Date", description="The day it was paid.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "pay",
            end="paid",
            roles=OFFICER,
            may=("counterparty",),
            requires={"contract": ("in_force", "completed"), "acceptance": ("accepted",)},
            check=checks.pays_what_was_accepted,
            four_eyes=True,
        ),
        Action(
            "confirm",
            start=("paid",),
            end="confirmed",
            by=COUNTERPARTY,
            roles=CLAIMANT,
            requires={"contract": SIGNED},
            check=checks.speaks_for_contract,
        ),
        Action(
            "contest",
            start=("paid",),
            end="contested",
            by=COUNTERPARTY,
            roles=CLAIMANT,
            needs=("reason",),
            requires={"contract": SIGNED},
            check=checks.speaks_for_contract,
        ),
    )


KINDS: tuple[type[Kind], ...] = (
    AwardNotice,
    Award,
    Contract,
    ContractChange,
    Acceptance,
    Payment,
)
