"""What may be said before a tender: the need, its requirements, and how to go about it.

A need and a strategy are mostly for the buyer's own eyes, a tender for all who may offer. As
nothing may rely on what its readers may not see, a strategy names the tender, not the other way.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.kinds import APPROVER, OFFICER, Value
from sepakat.industry.procurement.methods import Method
from sepakat.industry.procurement.planning import checks
from sepakat.industry.procurement.stages import Stage
from sepakat.record.fields import Count, Date, Line, ObjectId, Percent, Reason, Ref, Text
from sepakat.record.kind import Action, Kind, Lifecycle


class Need(Kind):
    """Something that a nation is to procure, and why, from its statement to its closure."""

    title: Line = Field(title="Title", description="What is needed, in a few words.")
    organisation: Annotated[ObjectId, Ref("organisation")] = Field(
        title="Organisation", description="The organisation that needs it."
    )
    description: Text = Field(title="Description", description="What is lacking, and what for.")
    value: Value = Field(title="Value", description="What it is expected to cost.")
    due: Date = Field(title="Due", description="The day by which it is needed.")
    agreement: Annotated[ObjectId | None, Ref("agreement")] = Field(
        default=None, title="Agreement", description="The agreement that it is procured under."
    )
    result: Text | None = Field(
        default=None, title="Result", description="How the need was met, or why it was not."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "state",
            end="stated",
            roles=OFFICER,
            may=("agreement",),
            requires={"organisation": ("registered",)},
        ),
        Action("approve", start=("stated",), end="approved", roles=APPROVER, four_eyes=True),
        Action("send_back", start=("stated",), end="returned", roles=APPROVER, needs=("reason",)),
        Action(
            "revise",
            start=("returned",),
            end="stated",
            roles=OFFICER,
            may=("title", "description", "value", "due"),
        ),
        Action(
            "withdraw",
            start=("returned", "approved"),
            end="withdrawn",
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("close", start=("approved",), end="closed", roles=APPROVER, needs=("result",)),
        resting=("approved",),
    )


class Requirement(Kind):
    """One thing that what is procured must do or be, and how that will be shown.

    Once it is approved it stays as it is: whoever reads a tender's requirements reads those that
    its bidders answer. Another one is stated, and asked for in a new version of the tender.
    """

    number: Count = Field(title="Number", description="Its number among the requirements.")
    title: Line = Field(title="Title", description="What is required, in a few words.")
    type: Literal[
        "function", "performance", "interoperability", "security", "support", "industrial"
    ] = Field(title="Type", description="What sort of requirement it is.")
    priority: Literal["mandatory", "desirable"] = Field(
        title="Priority", description="Whether an offer must meet it."
    )
    text: Text = Field(
        title="Requirement", description="What is required, so that it can be shown."
    )
    method: Literal["inspection", "analysis", "demonstration", "test"] = Field(
        title="Shown by", description="How it will be shown that it is met."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("state", end="stated", roles=OFFICER),
        Action(
            "revise",
            start=("stated",),
            end="stated",
            roles=OFFICER,
            needs=("reason",),
            may=("title", "type", "priority", "text", "method"),
        ),
        Action("approve", start=("stated",), end="approved", roles=APPROVER),
        Action("drop", start=("stated",), end="dropped", roles=OFFICER, needs=("reason",)),
    )


class Target(BaseModel):
    """How long a stage may take."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage = Field(title="Stage", description="The stage that is to be reached.")
    days: Count = Field(title="Days", description="The days it may take from the stage before.")


class ProcurementStrategy(Kind):
    """How a need is to be procured, and what industrial collaboration is sought with it."""

    need: Annotated[ObjectId, Ref("need")] = Field(
        title="Need", description="The need that it serves."
    )
    requirements: Annotated[
        tuple[Annotated[ObjectId, Ref("requirement")], ...], Field(min_length=1, max_length=100)
    ] = Field(title="Requirements", description="What is required of what is procured.")
    method: Method
    grounds: Text = Field(title="Grounds", description="Why this method.")
    collaboration: Text = Field(
        title="Collaboration", description="The industrial collaboration that is sought with it."
    )
    percent: Percent = Field(
        title="Percent", description="The share of the contract's value to be met by collaboration."
    )
    targets: Annotated[tuple[Target, ...], Field(max_length=32)] = Field(
        default=(), title="Targets", description="How long each stage may take."
    )
    tender: Annotated[ObjectId | None, Ref("tender")] = Field(
        default=None, title="Tender", description="The tender that carries it out."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("targets",),
            requires={"need": ("approved",), "requirements": ("approved",)},
            check=checks.targets_are_of_different_stages,
        ),
        Action("approve", start=("proposed",), end="approved", roles=APPROVER, four_eyes=True),
        Action("send_back", start=("proposed",), end="returned", roles=APPROVER, needs=("reason",)),
        Action(
            "revise",
            start=("returned",),
            end="proposed",
            roles=OFFICER,
            may=("requirements", "method", "grounds", "collaboration", "percent", "targets"),
            requires={"requirements": ("approved",)},
            check=checks.targets_are_of_different_stages,
        ),
        Action(
            "launch",
            start=("approved",),
            end="launched",
            roles=OFFICER,
            needs=("tender",),
            requires={"tender": ("published",)},
            check=checks.tender_asks_what_is_required,
        ),
        resting=("approved", "launched"),
    )


KINDS: tuple[type[Kind], ...] = (Need, Requirement, ProcurementStrategy)
