"""What may be said of co-production: work packages, factory plans, and the rates reached."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.kinds import APPROVER, CLAIMANT, INSPECTOR, OFFICER, EvidenceRefs, Value
from sepakat.industry.production import checks
from sepakat.record.fields import (
    Count,
    Counterparty,
    Date,
    Line,
    ObjectId,
    Percent,
    Reason,
    Ref,
    Text,
    shape,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

Month = Annotated[str, shape(r"^[0-9]{4}-(0[1-9]|1[0-2])$", "a month such as 2027-01")]


class WorkShare(BaseModel):
    """What one organisation does of a work package."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organisation: ObjectId = Field(
        title="Organisation", description="The organisation's identifier."
    )
    task: Line = Field(title="Task", description="What it does.")
    percent: Percent = Field(title="Percent", description="Its share of the package's value.")


class WorkPackage(Kind):
    """Work that the two nations do together, and who does how much of it."""

    title: Line = Field(title="Title", description="What is made or developed, in a few words.")
    counterparty: Counterparty
    description: Text = Field(title="Description", description="What the work covers, in full.")
    value: Value = Field(title="Value", description="What all the work is worth.")
    organisations: Annotated[
        tuple[Annotated[ObjectId, Ref("organisation")], ...], Field(min_length=1, max_length=32)
    ] = Field(title="Organisations", description="All that have a share in the work.")
    shares: Annotated[tuple[WorkShare, ...], Field(min_length=1, max_length=100)] = Field(
        title="Work shares", description="Who does what; all shares come to 100 %."
    )
    starts: Date = Field(title="Starts", description="The day the work begins.")
    ends: Date = Field(title="Ends", description="The day it is to be done.")
    obligation: Annotated[ObjectId | None, Ref("obligation")] = Field(
        default=None, title="Obligation", description="The obligation that it serves."
    )
    replaces: Annotated[ObjectId | None, Ref("work_package")] = Field(
        default=None, title="Replaces", description="The ended package whose work it goes on with."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("obligation", "replaces"),
            requires={
                "organisations": ("registered",),
                "obligation": ("in_force",),
                "replaces": ("ended",),
            },
            check=checks.shares_are_whole,
        ),
        Action("accept", start=("proposed",), end="agreed", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("propose_completion", start=("agreed",), end="completion_proposed", roles=OFFICER),
        Action(
            "confirm_completion",
            start=("completion_proposed",),
            end="completed",
            by=COUNTERPARTY,
            roles=APPROVER,
            four_eyes=True,
        ),
        Action(
            "deny_completion",
            start=("completion_proposed",),
            end="agreed",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "propose_end", start=("agreed",), end="end_proposed", roles=APPROVER, needs=("reason",)
        ),
        Action("agree_end", start=("end_proposed",), end="ended", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "refuse_end",
            start=("end_proposed",),
            end="agreed",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        resting=("agreed",),
    )


class PlannedRate(BaseModel):
    """What is to be made in one month."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    month: Month = Field(title="Month", description="The month, such as 2027-03.")
    units: Count = Field(title="Units", description="How many units are to be made in it.")


class FactoryPlan(Kind):
    """How a factory is to be set up, by which gates, and how fast it is to make what it makes."""

    title: Line = Field(title="Title", description="What is set up, in a few words.")
    counterparty: Counterparty
    work_package: Annotated[ObjectId, Ref("work_package")] = Field(
        title="Work package", description="The work that it is set up for."
    )
    organisation: Annotated[ObjectId, Ref("organisation")] = Field(
        title="Organisation", description="Who runs it."
    )
    place: Line = Field(title="Place", description="Where it is.")
    gates: Annotated[
        tuple[Annotated[ObjectId, Ref("gate")], ...], Field(min_length=1, max_length=32)
    ] = Field(title="Gates", description="What must be passed before it makes anything.")
    capacity: Count = Field(title="Capacity", description="The units it can make in a month.")
    rates: Annotated[tuple[PlannedRate, ...], Field(min_length=1, max_length=120)] = Field(
        title="Rates", description="The rate ramp: what it is to make, month by month."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            requires={
                "work_package": ("agreed",),
                "organisation": ("registered",),
                "gates": ("planned", "tabled", "deferred", "passed"),
            },
            check=checks.rates_are_possible,
        ),
        Action("accept", start=("proposed",), end="agreed", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "start_production",
            start=("agreed",),
            end="in_production",
            roles=APPROVER,
            requires={"gates": ("passed",)},
        ),
        Action("abandon", start=("agreed",), end="abandoned", roles=APPROVER, needs=("reason",)),
        Action(
            "close",
            start=("in_production",),
            end="closed",
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        resting=("agreed", "in_production"),
    )


class RateReport(Kind):
    """What a factory made in a month, and the hours of work that it took."""

    factory: Annotated[ObjectId, Ref("factory_plan")] = Field(
        title="Factory", description="The factory that it is about."
    )
    counterparty: Counterparty
    month: Month = Field(title="Month", description="The month, such as 2027-03.")
    units: Count = Field(title="Units", description="How many units were finished in it.")
    hours: Count = Field(title="Hours", description="The hours of work that they took in all.")
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    corrects: Annotated[ObjectId | None, Ref("rate_report")] = Field(
        default=None, title="Corrects", description="The report of this month that it stands for."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "report",
            end="reported",
            roles=CLAIMANT,
            may=("corrects", "reason"),
            requires={
                "factory": ("in_production", "closed"),
                "evidence": ("registered",),
                "corrects": ("confirmed", "contested"),
            },
            check=checks.is_of_own_factory,
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


KINDS: tuple[type[Kind], ...] = (WorkPackage, FactoryPlan, RateReport)
