"""What may be said of a tender: its terms, questions about it, sealed offers, and their opening."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.kinds import APPROVER, CLAIMANT, OFFICER, Value
from sepakat.industry.procurement.methods import Method
from sepakat.industry.procurement.tendering import checks
from sepakat.record.fields import (
    Account,
    Count,
    Digest,
    Line,
    Name,
    Nation,
    Number,
    ObjectId,
    Percent,
    Reason,
    Ref,
    Text,
    Time,
    shape,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

TenderRef = Annotated[
    ObjectId, Ref("tender"), Field(title="Tender", description="The tender that it is about.")
]
OfferRef = Annotated[
    ObjectId, Ref("offer"), Field(title="Offer", description="The offer that it is about.")
]
Buyer = Annotated[
    Nation | None,
    Field(title="Counterparty", description="The nation that buys; none where one offers at home."),
]
OpenerKey = Annotated[
    str, shape(r"^[A-Za-z0-9+/]{1622}==$", "a key as `sepakat tender key` prints it", 1624, 1624)
]


class Lot(BaseModel):
    """A part of a tender that is awarded by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Count = Field(title="Number", description="The lot's number.")
    title: Line = Field(title="Title", description="What the lot is.")


class PublishedCriterion(BaseModel):
    """What offers are scored on: its weight and its scale are fixed before any is opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(title="Name", description="A word for it, in small letters.")
    title: Line = Field(title="Title", description="What is scored.")
    type: Literal[
        "technical",
        "interoperability",
        "security",
        "delivery",
        "support",
        "industrial_collaboration",
        "price",
    ] = Field(title="Type", description="What sort of criterion it is.")
    weight: Percent = Field(title="Weight", description="Its share; all come to 100.")
    scale_min: Number = Field(title="From", description="The lowest score there is.")
    scale_max: Number = Field(title="To", description="The highest score there is.")
    best: Literal["high", "low"] = Field(title="Best", description="Which end is the good one.")


class Opener(BaseModel):
    """One of the two officers without whom no offer opens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: Account = Field(title="Account", description="The officer's account.")
    key: OpenerKey = Field(
        title="Key", description="What sepakat tender key prints, 1624 characters."
    )


class Tender(Kind):
    """An invitation to offer: what is asked, how it will be scored, and who opens the offers."""

    requirements: Annotated[
        tuple[Annotated[ObjectId, Ref("requirement")], ...], Field(min_length=1, max_length=100)
    ] = Field(title="Requirements", description="What is required of what is offered.")
    title: Line = Field(title="Title", description="What is asked for, in a few words.")
    description: Text = Field(title="Description", description="What is asked for, in full.")
    method: Method
    lots: Annotated[tuple[Lot, ...], Field(min_length=1, max_length=50)] = Field(
        title="Lots", description="The parts that are awarded each by itself; at least one."
    )
    criteria: Annotated[tuple[PublishedCriterion, ...], Field(min_length=1, max_length=50)] = Field(
        title="Criteria", description="What offers are scored on, with weights and scales."
    )
    openers: Annotated[tuple[Opener, ...], Field(min_length=2, max_length=2)] = Field(
        title="Openers", description="The two officers who must open each offer together."
    )
    questions_until: Time = Field(
        title="Questions until", description="In UTC, such as 2027-03-01T08:00:00Z."
    )
    closes: Time = Field(
        title="Closes",
        description="When the last offer must have been received, such as 2027-03-10T08:00:00Z.",
    )
    opens: Time = Field(
        title="Opens",
        description="When offers may be opened at the earliest, such as 2027-03-10T09:00:00Z.",
    )
    version: Count = Field(
        title="Version", description="1 when it is published, and one more with each change."
    )
    received: Annotated[tuple[ObjectId, ...], Field(min_length=0, max_length=200)] = Field(
        default=(), title="Received", description="The offers received when it closed, all of them."
    )
    receipts: Annotated[tuple[Digest, ...], Field(min_length=0, max_length=200)] = Field(
        default=(),
        title="Receipts",
        description="The digest of each receipt, in order; `sepakat tender close` fills in both.",
    )
    evaluators: Annotated[tuple[Account, ...], Field(max_length=20)] = Field(
        default=(), title="Evaluators", description="The accounts of those who score the offers."
    )
    notices: Annotated[
        tuple[Annotated[ObjectId, Ref("award_notice")], ...], Field(max_length=50)
    ] = Field(default=(), title="Notices", description="The notices of what was awarded.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "publish",
            end="published",
            roles=APPROVER,
            requires={"requirements": ("approved",)},
            check=checks.may_be_published,
            four_eyes=True,
        ),
        Action(
            "amend",
            start=("published",),
            end="published",
            roles=APPROVER,
            needs=("version", "reason"),
            may=(
                "requirements",
                "description",
                "lots",
                "criteria",
                "questions_until",
                "closes",
                "opens",
            ),
            requires={"requirements": ("approved",)},
            check=checks.may_be_amended,
            four_eyes=True,
        ),
        Action("suspend", start=("published",), end="suspended", roles=APPROVER, needs=("reason",)),
        Action("resume", start=("suspended",), end="published", roles=APPROVER),
        Action(
            "close",
            start=("published",),
            end="closed",
            roles=OFFICER,
            needs=("received", "receipts", "evaluators"),
            after="closes",
            check=checks.may_be_closed,
        ),
        Action(
            "appoint",
            start=("closed",),
            end="closed",
            roles=APPROVER,
            needs=("evaluators", "reason"),
            check=checks.evaluators_are_different,
            four_eyes=True,
        ),
        Action(
            "suspend_evaluation",
            start=("closed",),
            end="evaluation_suspended",
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("resume_evaluation", start=("evaluation_suspended",), end="closed", roles=APPROVER),
        Action(
            "award",
            start=("closed",),
            end="awarded",
            roles=APPROVER,
            needs=("notices",),
            requires={"notices": ("published",)},
            check=checks.notices_are_of_tender,
        ),
        Action(
            "terminate",
            start=("published", "suspended", "closed", "evaluation_suspended"),
            end="terminated",
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        resting=("published", "suspended", "closed", "evaluation_suspended"),
    )


class Clarification(Kind):
    """A question about a tender and its answer, for all who may offer, without who asked."""

    tender: TenderRef
    question: Text = Field(title="Question", description="What was asked, naming nobody.")
    answer: Text = Field(title="Answer", description="The answer, the same for all.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "publish",
            end="published",
            roles=OFFICER,
            requires={"tender": ("published", "suspended")},
            check=checks.is_own_tender,
        ),
        Action(
            "correct",
            start=("published",),
            end="published",
            roles=OFFICER,
            needs=("answer", "reason"),
        ),
        resting=("published",),
    )


class Question(Kind):
    """A question about a tender, by one who may offer."""

    tender: TenderRef
    counterparty: Buyer = None
    organisation: Annotated[ObjectId, Ref("organisation")] = Field(
        title="Organisation", description="The organisation that asks."
    )
    text: Text = Field(title="Question", description="What is asked.")
    clarification: Annotated[ObjectId | None, Ref("clarification")] = Field(
        default=None, title="Clarification", description="The answer, published for all."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "ask",
            end="asked",
            roles=CLAIMANT,
            may=("counterparty",),
            requires={"tender": ("published",), "organisation": ("registered",)},
            check=checks.may_be_asked,
        ),
        Action(
            "answer",
            start=("asked",),
            end="answered",
            by=COUNTERPARTY,
            roles=OFFICER,
            needs=("clarification",),
            requires={"clarification": ("published",)},
            check=checks.clarification_is_of_tender,
        ),
        Action(
            "decline",
            start=("asked",),
            end="declined",
            by=COUNTERPARTY,
            roles=OFFICER,
            needs=("reason",),
        ),
    )


class Offer(Kind):
    """A sealed offer: its commitment is on record, its content opens only by two officers."""

    tender: TenderRef
    counterparty: Buyer = None
    organisation: Annotated[ObjectId, Ref("organisation")] = Field(
        title="Organisation", description="The organisation that offers."
    )
    lots: Annotated[tuple[Count, ...], Field(min_length=1, max_length=50)] = Field(
        title="Lots", description="The numbers of the lots that it is for."
    )
    commitment: Digest = Field(
        title="Commitment", description="What the sealed file commits to, as sealing prints it."
    )
    sealed: Annotated[ObjectId, Ref("evidence")] = Field(
        title="Sealed file", description="The offer as it was sealed."
    )
    version: Count = Field(
        title="Version", description="The tender's version that it answers; it is confirmed anew."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "submit",
            end="submitted",
            roles=CLAIMANT,
            may=("counterparty",),
            requires={
                "tender": ("published",),
                "organisation": ("registered",),
                "sealed": ("registered",),
            },
            check=checks.fits_tender,
        ),
        Action(
            "receive",
            start=("submitted",),
            end="received",
            by=COUNTERPARTY,
            roles=OFFICER,
            requires={"tender": ("published", "suspended")},
            check=checks.is_in_time,
        ),
        Action(
            "refuse",
            start=("submitted",),
            end="refused",
            by=COUNTERPARTY,
            roles=OFFICER,
            needs=("reason",),
        ),
        Action(
            "confirm",
            start=("received",),
            end="submitted",
            roles=CLAIMANT,
            needs=("version",),
            may=("lots", "commitment", "sealed"),
            requires={"tender": ("published",), "sealed": ("registered",)},
            check=checks.fits_tender,
        ),
        Action(
            "withdraw",
            start=("received",),
            end="withdrawn",
            roles=CLAIMANT,
            needs=("reason",),
            requires={"tender": ("published", "suspended")},
            check=checks.may_be_withdrawn,
        ),
        resting=("received",),
    )


class Opening(Kind):
    """What came of opening an offer: its content's digest and price, or that it stayed closed."""

    tender: TenderRef
    offer: OfferRef
    lots: Annotated[tuple[Count, ...], Field(min_length=1, max_length=50)] = Field(
        title="Lots", description="The lots that the offer is for."
    )
    outcome: Literal["opened", "withheld", "lapsed"] = Field(
        title="Outcome", description="Withheld, if it does not open; lapsed, if not confirmed anew."
    )
    salt: Digest | None = Field(
        default=None, title="Salt", description="What only both officers' shares bring to light."
    )
    sha256: Digest | None = Field(
        default=None, title="SHA-256", description="The digest of the content's bytes."
    )
    price: Value | None = Field(default=None, title="Price", description="The price offered.")
    content: Annotated[ObjectId | None, Ref("evidence")] = Field(
        default=None, title="Content", description="The content, where it is kept with the record."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "record",
            end="recorded",
            roles=OFFICER,
            may=("salt", "sha256", "price", "content", "reason"),
            requires={
                "tender": ("closed",),
                "offer": ("received",),
                "content": ("registered",),
            },
            check=checks.opens_as_committed,
            four_eyes=True,
        ),
    )


KINDS: tuple[type[Kind], ...] = (Tender, Clarification, Question, Offer, Opening)
