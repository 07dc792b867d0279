"""What may be said of outcomes: what was promised, and what was measured of it."""

from typing import Annotated, Literal

from pydantic import Field

from sepakat.industry.kinds import APPROVER, INSPECTOR, OFFICER, EvidenceRefs
from sepakat.industry.outcomes import checks
from sepakat.record.fields import (
    Counterparty,
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


class Indicator(Kind):
    """An outcome that both nations want: what is measured, from where, to what, and by when."""

    title: Line = Field(title="Title", description="What is to come of it, in a few words.")
    counterparty: Counterparty
    type: Literal["jobs", "skills", "exports", "research", "local_value", "other"] = Field(
        title="Type", description="What sort of outcome it is."
    )
    definition: Text = Field(
        title="Definition", description="What is counted, what is not, and how."
    )
    unit: Line = Field(title="Unit", description="What it is counted in.")
    source: Line = Field(title="Source", description="Where the figures are taken from.")
    nation: Nation = Field(title="Nation", description="The nation whose outcome it is.")
    baseline: Number = Field(title="Baseline", description="What it was before.")
    effective: Date = Field(title="Baseline of", description="The day that the baseline is of.")
    target: Number = Field(title="Target", description="What it is to be.")
    due: Date = Field(title="Due", description="The day by which it is to be so.")
    obligation: Annotated[ObjectId | None, Ref("obligation")] = Field(
        default=None, title="Obligation", description="The obligation that promises it."
    )
    replaces: Annotated[ObjectId | None, Ref("indicator")] = Field(
        default=None, title="Replaces", description="The ended indicator that it stands for."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("obligation", "replaces"),
            requires={"obligation": ("in_force",), "replaces": ("ended",)},
            check=checks.can_be_measured,
        ),
        Action("accept", start=("proposed",), end="in_force", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "propose_end",
            start=("in_force",),
            end="end_proposed",
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("agree_end", start=("end_proposed",), end="ended", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "refuse_end",
            start=("end_proposed",),
            end="in_force",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        resting=("in_force",),
    )


class Measurement(Kind):
    """What an indicator was found to be on a day; it counts once the other nation confirms it."""

    indicator: Annotated[ObjectId, Ref("indicator")] = Field(
        title="Indicator", description="The indicator that was measured."
    )
    counterparty: Counterparty
    value: Number = Field(title="Value", description="What was found, in the indicator's unit.")
    date: Date = Field(title="Date", description="The day that it was so.")
    findings: Text = Field(title="Findings", description="How it was measured, and what it shows.")
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "report",
            end="reported",
            roles=OFFICER,
            requires={"indicator": ("in_force",), "evidence": ("registered",)},
            check=checks.is_after_baseline,
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


KINDS: tuple[type[Kind], ...] = (Indicator, Measurement)
