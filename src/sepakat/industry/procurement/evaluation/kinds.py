"""What may be said of offers once they are open: interests, scores, the outcome, negotiations."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.kinds import APPROVER, CLAIMANT, OFFICER, Value
from sepakat.industry.procurement.evaluation import checks
from sepakat.industry.procurement.tendering.kinds import OfferRef, TenderRef
from sepakat.record.fields import (
    Account,
    Count,
    Digest,
    Line,
    Name,
    Nation,
    Number,
    ObjectId,
    Reason,
    Ref,
    Text,
    shape,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

EVALUATOR = ("evaluator",)

LotNumber = Annotated[
    Count, Field(title="Lot", description="The number of the lot that it is about.")
]
Points = Annotated[
    str,
    shape(
        r"^(100\.0000|[1-9]?[0-9]\.[0-9]{4})$", "points from 0.0000 to 100.0000, with 4 decimals"
    ),
]


class Interest(BaseModel):
    """An evaluator's tie to an organisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: ObjectId = Field(
        title="Organisation", description="The organisation's identifier."
    )
    nature: Line = Field(title="Nature", description="What the tie is.")


class Declaration(Kind):
    """An evaluator's word on ties to whoever has offered; who has one does not score."""

    tender: TenderRef
    evaluator: Account = Field(title="Evaluator", description="The account of who declares it.")
    interests: Annotated[tuple[Interest, ...], Field(min_length=0, max_length=32)] = Field(
        default=(), title="Interests", description="All ties that there are; none, if none."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "declare",
            end="declared",
            roles=EVALUATOR,
            may=("interests",),
            requires={"tender": ("closed",)},
            check=checks.is_ones_own,
        ),
        Action(
            "correct",
            start=("declared",),
            end="declared",
            roles=EVALUATOR,
            needs=("interests", "reason"),
            requires={"tender": ("closed",)},
            check=checks.is_ones_own,
        ),
        resting=("declared",),
    )


class Score(BaseModel):
    """What one offer is worth on one criterion, in one evaluator's view."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offer: ObjectId = Field(title="Offer", description="The offer's identifier.")
    criterion: Name = Field(title="Criterion", description="The criterion's name.")
    score: Number = Field(title="Score", description="On the criterion's published scale.")
    comment: Line | None = Field(default=None, title="Comment", description="Why this score.")


class ScoreSheet(Kind):
    """One evaluator's scores: locked unseen, and shown once all others have locked theirs."""

    tender: TenderRef
    lot: LotNumber
    declaration: Annotated[ObjectId, Ref("declaration")] = Field(
        title="Declaration", description="The evaluator's declaration of interests."
    )
    evaluator: Account = Field(title="Evaluator", description="The account of who scores.")
    commitment: Digest = Field(
        title="Commitment", description="What `sepakat tender lock` prints for the scores."
    )
    others: Annotated[tuple[Annotated[ObjectId, Ref("score_sheet")], ...], Field(max_length=20)] = (
        Field(default=(), title="Others", description="The sheets of all other evaluators, locked.")
    )
    salt: Digest | None = Field(
        default=None, title="Salt", description="What the commitment was made with."
    )
    scores: Annotated[tuple[Score, ...], Field(max_length=1000)] = Field(
        default=(), title="Scores", description="Each offer's score on each criterion."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "lock",
            end="locked",
            roles=EVALUATOR,
            requires={"tender": ("closed",), "declaration": ("declared",)},
            check=checks.may_score,
        ),
        Action(
            "reveal",
            start=("locked",),
            end="revealed",
            roles=EVALUATOR,
            needs=("salt", "scores"),
            may=("others",),
            requires={
                "tender": ("closed",),
                "declaration": ("declared",),
                "others": ("locked", "revealed"),
            },
            check=checks.was_scored_alone,
        ),
        Action(
            "void",
            start=("locked", "revealed"),
            end="void",
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        resting=("revealed",),
    )


class ScoreChange(BaseModel):
    """A score that its evaluator changed when the panel met."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evaluator: Account = Field(title="Evaluator", description="Whose score it is.")
    offer: ObjectId = Field(title="Offer", description="The offer's identifier.")
    criterion: Name = Field(title="Criterion", description="The criterion's name.")
    before: Number = Field(title="Before", description="The score until then.")
    after: Number = Field(title="After", description="The score from then on.")
    reason: Line = Field(title="Reason", description="Why it was changed.")


class Result(BaseModel):
    """Where an offer comes to stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offer: ObjectId = Field(title="Offer", description="The offer's identifier.")
    points: Points = Field(title="Points", description="Of 100, to four places.")
    rank: Count = Field(title="Rank", description="1 is the best; equal points share a rank.")


class Evaluation(Kind):
    """What all scores come to, computed by the published weights; any other result is rejected."""

    tender: TenderRef
    lot: LotNumber
    openings: Annotated[
        tuple[Annotated[ObjectId, Ref("opening")], ...], Field(min_length=1, max_length=200)
    ] = Field(title="Openings", description="What came of each offer that was received.")
    sheets: Annotated[
        tuple[Annotated[ObjectId, Ref("score_sheet")], ...], Field(min_length=1, max_length=20)
    ] = Field(title="Score sheets", description="The sheet of each evaluator.")
    changes: Annotated[tuple[ScoreChange, ...], Field(min_length=0, max_length=200)] = Field(
        default=(), title="Changes", description="What was changed in moderation, and why."
    )
    results: Annotated[tuple[Result, ...], Field(min_length=1, max_length=200)] = Field(
        title="Results", description="Each offer's points and rank, the best first."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "record",
            end="recorded",
            roles=OFFICER,
            may=("changes",),
            requires={
                "tender": ("closed",),
                "openings": ("recorded",),
                "sheets": ("revealed",),
            },
            check=checks.adds_up,
        ),
        Action(
            "approve",
            start=("recorded",),
            end="approved",
            roles=APPROVER,
            requires={"sheets": ("revealed",)},  # none was voided meanwhile
            four_eyes=True,
        ),
        Action("send_back", start=("recorded",), end="returned", roles=APPROVER, needs=("reason",)),
        Action(
            "revise",
            start=("returned",),
            end="recorded",
            roles=OFFICER,
            needs=("changes", "results"),
            may=("sheets",),
            requires={
                "tender": ("closed",),
                "openings": ("recorded",),
                "sheets": ("revealed",),
            },
            check=checks.adds_up,
        ),
        resting=("approved",),
    )


class Negotiation(Kind):
    """What buyer and bidder negotiate about an offer, and what both agree to."""

    tender: TenderRef
    offer: OfferRef
    counterparty: Annotated[
        Nation | None,
        Field(title="Counterparty", description="The bidder's nation; none where it is at home."),
    ] = None
    subject: Text = Field(title="Subject", description="What is negotiated.")
    outcome: Text | None = Field(
        default=None, title="Outcome", description="What is agreed, in full."
    )
    price: Value | None = Field(
        default=None, title="Price", description="The price agreed, where it differs."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "open",
            end="opened",
            roles=OFFICER,
            may=("counterparty",),
            requires={"tender": ("closed",), "offer": ("received",)},
            check=checks.negotiates_own_tender,
        ),
        Action(
            "conclude",
            start=("opened",),
            end="concluded",
            roles=OFFICER,
            needs=("outcome",),
            may=("price",),
        ),
        Action("break_off", start=("opened",), end="broken_off", roles=OFFICER, needs=("reason",)),
        Action(
            "agree",
            start=("concluded",),
            end="agreed",
            by=COUNTERPARTY,
            roles=CLAIMANT,
            requires={"offer": ("received",)},
            check=checks.speaks_for_bidder,
        ),
        Action(
            "decline",
            start=("concluded",),
            end="opened",
            by=COUNTERPARTY,
            roles=CLAIMANT,
            needs=("reason",),
            requires={"offer": ("received",)},
            check=checks.speaks_for_bidder,
        ),
        resting=("opened",),
    )


KINDS: tuple[type[Kind], ...] = (Declaration, ScoreSheet, Evaluation, Negotiation)
