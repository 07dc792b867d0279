"""What may be said of organisations, obligations, and the claims that they have been met."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sepakat.industry import checks
from sepakat.record.fields import (
    Count,
    Counterparty,
    Date,
    Digest,
    Line,
    Money,
    Name,
    Nation,
    ObjectId,
    Reason,
    Ref,
    Text,
    shape,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

OFFICER = ("officer",)
APPROVER = ("approver",)
INSPECTOR = ("inspector",)
REGISTRAR = ("officer", "administrator")
CLAIMANT = ("officer", "company")
WITNESS = ("officer", "inspector", "company")  # may bring evidence


def _above_zero(money: Money) -> Money:
    if money.decimal <= 0:
        raise ValueError("the amount must be above zero")
    return money


def _not_negative(money: Money) -> Money:
    if money.decimal < 0:
        raise ValueError("the amount must not be below zero")
    return money


Value = Annotated[Money, AfterValidator(_above_zero)]
Credit = Annotated[Money, AfterValidator(_not_negative)]
MediaType = Annotated[
    str, shape(r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,126}$", "a media type such as application/pdf")
]
# A bare name: what is saved under it must not leave its folder.
FileName = Annotated[
    str,
    shape(
        r"^[^./\\\x00-\x1f][^/\\\x00-\x1f]*$",
        "a file's name without a folder or a dot in front",
        1,
        200,
    ),
]
EvidenceRefs = Annotated[
    tuple[Annotated[ObjectId, Ref("evidence")], ...], Field(min_length=1, max_length=32)
]


class Organisation(Kind):
    """A company, ministry, agency, laboratory or university of a nation."""

    name: Line = Field(title="Name", description="Its registered name.")
    type: Literal["company", "ministry", "agency", "laboratory", "university"] = Field(
        title="Type", description="What sort of organisation it is."
    )
    registration: Line | None = Field(
        default=None, title="Registration", description="Its number in its nation's register."
    )
    description: Text | None = Field(default=None, title="Description", description="What it does.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("register", end="registered", roles=REGISTRAR, may=("registration", "description")),
        Action(
            "update",
            start=("registered",),
            end="registered",
            roles=REGISTRAR,
            may=("name", "type", "registration", "description"),
        ),
        Action("retire", start=("registered",), end="retired", roles=REGISTRAR, needs=("reason",)),
        resting=("registered",),
    )


class Obligation(Kind):
    """What one nation owes the other under an agreement: a value, by a day."""

    title: Line = Field(title="Title", description="What is owed, in a few words.")
    agreement: Annotated[ObjectId, Ref("agreement")] = Field(
        title="Agreement", description="The agreement that it is owed under."
    )
    terms: Annotated[ObjectId | None, Ref("edition")] = Field(
        default=None,
        title="Terms",
        description="The edition of the agreement's text that it is counted by; it keeps this one.",
    )
    counterparty: Counterparty
    obligor: Nation = Field(title="Obligor", description="The nation that owes it.")
    category: Literal[
        "technology_transfer", "co_production", "supplier_development", "training", "research"
    ] = Field(title="Category", description="What sort of industrial collaboration it is.")
    value: Value = Field(title="Value", description="The amount that is to be credited in all.")
    due: Date = Field(title="Due", description="The day by which it is to be met.")
    description: Text = Field(title="Description", description="What is owed, in full.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("terms",),
            requires={"terms": ("accepted",)},
            check=checks.fits_agreement,
        ),
        Action(
            "accept",
            start=("proposed",),
            end="in_force",
            by=COUNTERPARTY,
            roles=APPROVER,
            requires={"agreement": ("in_force",)},
        ),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("propose_fulfilment", start=("in_force",), end="fulfilment_proposed", roles=OFFICER),
        Action(
            "confirm_fulfilment",
            start=("fulfilment_proposed",),
            end="fulfilled",
            by=COUNTERPARTY,
            roles=APPROVER,
            four_eyes=True,
        ),
        Action(
            "deny_fulfilment",
            start=("fulfilment_proposed",),
            end="in_force",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        resting=("in_force",),
    )


class Milestone(Kind):
    """A dated step of an obligation, reached when a claim on it has been verified."""

    obligation: Annotated[ObjectId, Ref("obligation")] = Field(
        title="Obligation", description="The obligation that it is a step of."
    )
    title: Line = Field(title="Title", description="What is to be reached.")
    counterparty: Counterparty
    sequence: Count = Field(title="Sequence", description="Its place among the steps.")
    due: Date = Field(title="Due", description="The day by which it is to be reached.")
    claim: Annotated[ObjectId | None, Ref("claim")] = Field(
        default=None, title="Claim", description="The verified claim that it was reached by."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("propose", end="proposed", roles=OFFICER),
        Action(
            "accept",
            start=("proposed",),
            end="planned",
            by=COUNTERPARTY,
            roles=APPROVER,
            requires={"obligation": ("in_force",)},
        ),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "reach",
            start=("planned",),
            end="reached",
            roles=OFFICER,
            needs=("claim",),
            requires={"claim": ("verified",)},
            check=checks.claim_is_on_milestone,
        ),
        resting=("planned",),
    )


class Evidence(Kind):
    """A file, named by its digest; the file itself is kept beside the record."""

    title: Line = Field(title="Title", description="What the file shows.")
    sha256: Digest = Field(title="SHA-256", description="The digest of the file's bytes.")
    size: Count = Field(title="Size", description="The file's length in bytes.")
    media_type: MediaType = Field(
        title="Media type", description="The file's format, such as application/pdf."
    )
    filename: FileName = Field(title="File name", description="The file's name, with no folder.")
    organisation: Annotated[ObjectId | None, Ref("organisation")] = Field(
        default=None, title="Organisation", description="The organisation that brings it."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "register",
            end="registered",
            roles=WITNESS,
            may=("organisation",),
            requires={"organisation": ("registered",)},
            check=checks.for_own_organisation,
        ),
        Action(
            "withdraw",
            start=("registered",),
            end="withdrawn",
            roles=WITNESS,
            needs=("reason",),
            check=checks.for_own_organisation,
        ),
        Action(
            "destroy",
            start=("registered", "withdrawn"),
            end="destroyed",
            roles=("administrator",),
            needs=("reason",),
            four_eyes=True,
        ),
        resting=("registered", "withdrawn"),
    )


class Fact(BaseModel):
    """Something that a rule may ask of a claim."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(title="Name", description="In the word that the agreement's rules use.")
    value: Line = Field(title="Value", description="What holds of this claim.")


COUNTED = ("delivered", "activity", "mode", "facts")  # what the ledgers ask of a claim


class Claim(Kind):
    """The obligor's word that it has delivered something that an obligation asks for."""

    obligation: Annotated[ObjectId, Ref("obligation")] = Field(
        title="Obligation", description="The obligation that it counts towards."
    )
    counterparty: Counterparty
    value: Value = Field(
        title="Value", description="The amount claimed, in the obligation's currency."
    )
    description: Text = Field(title="Description", description="What was delivered.")
    evidence: EvidenceRefs = Field(
        title="Evidence", description="The files that show it, at least one."
    )
    delivered: Date | None = Field(
        default=None,
        title="Delivered",
        description="The day of delivery; without it the claim enters no ledger.",
    )
    activity: Name | None = Field(
        default=None,
        title="Activity",
        description="What sort of activity it was, in the word that the agreement's rules use.",
    )
    mode: Literal["direct", "indirect"] | None = Field(
        default=None,
        title="Mode",
        description="Direct, if it concerns what is procured; indirect otherwise.",
    )
    facts: Annotated[tuple[Fact, ...], Field(max_length=32)] = Field(
        default=(), title="Facts", description="What else the agreement's rules ask about."
    )
    milestone: Annotated[ObjectId | None, Ref("milestone")] = Field(
        default=None, title="Milestone", description="The milestone that it reaches."
    )
    organisation: Annotated[ObjectId | None, Ref("organisation")] = Field(
        default=None, title="Organisation", description="The organisation that delivered it."
    )
    verification: Annotated[ObjectId | None, Ref("verification")] = Field(
        default=None, title="Verification", description="What the claim was decided by."
    )
    dispute: Annotated[ObjectId | None, Ref("dispute")] = Field(
        default=None, title="Dispute", description="The dispute about its refusal."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "file",
            end="filed",
            roles=CLAIMANT,
            may=("milestone", "organisation", *COUNTED),
            requires={
                "obligation": ("in_force",),
                "milestone": ("planned",),
                "evidence": ("registered",),
                "organisation": ("registered",),
            },
            check=checks.fits_obligation,
        ),
        Action(
            "verify",
            start=("filed", "disputed"),
            end="verified",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("verification",),
            requires={
                "verification": ("countersigned",),
                "dispute": ("settled", "withdrawn"),
            },
            check=checks.verification_credits_claim,
        ),
        Action(
            "refuse",
            start=("filed",),
            end="refused",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
            may=("verification",),
            check=checks.verification_is_of_claim,
        ),
        Action(
            "uphold_refusal",
            start=("disputed",),
            end="refused",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
            requires={"dispute": ("settled", "withdrawn")},
        ),
        Action(
            "refile",
            start=("refused",),
            end="filed",
            roles=CLAIMANT,
            needs=("evidence",),
            may=("value", "description", *COUNTED),
            requires={
                "obligation": ("in_force",),
                "milestone": ("planned",),
                "evidence": ("registered",),
            },
            check=checks.brings_new_evidence,
        ),
        Action(
            "withdraw",
            start=("refused",),
            end="withdrawn",
            roles=CLAIMANT,
            needs=("reason",),
            check=checks.for_own_organisation,
        ),
        Action(
            "dispute",
            start=("refused",),
            end="disputed",
            roles=OFFICER,
            needs=("dispute",),
            requires={"dispute": ("raised", "answered", "settlement_proposed")},
            check=checks.dispute_is_of_claim,
        ),
    )


class Verification(Kind):
    """What the other nation's inspectors found of a claim; the claimant countersigns it."""

    claim: Annotated[ObjectId, Ref("claim")] = Field(
        title="Claim", description="The claim that was inspected."
    )
    counterparty: Counterparty
    findings: Text = Field(title="Findings", description="What was inspected, and what was found.")
    outcome: Literal["verified", "partial", "refused"] = Field(
        title="Outcome", description="Whether all, a part or nothing of the claim was found."
    )
    value: Credit = Field(title="Value", description="The amount found to be delivered.")
    inspector: Annotated[ObjectId | None, Ref("organisation")] = Field(
        default=None, title="Inspector", description="The organisation that inspected."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "issue",
            end="issued",
            roles=INSPECTOR,
            may=("inspector",),
            requires={"claim": ("filed", "disputed"), "inspector": ("registered",)},
            check=checks.finds_within_claim,
        ),
        Action(
            "countersign",
            start=("issued",),
            end="countersigned",
            by=COUNTERPARTY,
            roles=OFFICER,
        ),
        Action(
            "contest",
            start=("issued",),
            end="contested",
            by=COUNTERPARTY,
            roles=OFFICER,
            needs=("reason",),
        ),
    )


class Dispute(Kind):
    """A difference between the two nations about a claim, up to a settlement that both sign."""

    claim: Annotated[ObjectId, Ref("claim")] = Field(
        title="Claim", description="The claim in dispute."
    )
    counterparty: Counterparty
    grounds: Text = Field(title="Grounds", description="What is disputed, and why.")
    answer: Text | None = Field(
        default=None, title="Answer", description="What the other nation says to it."
    )
    settlement: Text | None = Field(
        default=None, title="Settlement", description="The terms that end it."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("raise", end="raised", roles=OFFICER),
        Action(
            "answer",
            start=("raised",),
            end="answered",
            by=COUNTERPARTY,
            roles=OFFICER,
            needs=("answer",),
        ),
        Action(
            "propose_settlement",
            start=("answered",),
            end="settlement_proposed",
            roles=APPROVER,
            needs=("settlement",),
        ),
        Action(
            "settle",
            start=("settlement_proposed",),
            end="settled",
            by=COUNTERPARTY,
            roles=APPROVER,
        ),
        Action(
            "reject_settlement",
            start=("settlement_proposed",),
            end="answered",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("withdraw", start=("answered",), end="withdrawn", roles=OFFICER, needs=("reason",)),
    )


KINDS: tuple[type[Kind], ...] = (
    Organisation,
    Obligation,
    Milestone,
    Evidence,
    Claim,
    Verification,
    Dispute,
)
