"""What may be said of risks: what may happen, what is done about it, and what then."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.kinds import OFFICER
from sepakat.outlook.portfolio.kinds import RUNNING
from sepakat.outlook.risks import checks
from sepakat.record.fields import Date, Line, Number, ObjectId, Percent, Reason, Ref, Text
from sepakat.record.kind import Action, Kind, Lifecycle

MAY_HAPPEN = ("open", "triggered")  # states of a risk that has not come about, nor gone

Touched = Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]


class Impact(BaseModel):
    """What it does where it happens, from the least to the most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: Literal["days", "percent", "cost"] = Field(
        title="Measure",
        description="Working days more of each activity, per cent of its duration, or money once.",
    )
    low: Number = Field(title="Least", description="The least that it may be.")
    likely: Number = Field(title="Most likely", description="What it is most likely to be.")
    high: Number = Field(title="Most", description="The most that it may be.")


class Treatment(BaseModel):
    """Something that can be done about it beforehand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line = Field(title="Treatment", description="What is done.")
    probability: Percent = Field(title="Probability after", description="In per cent.")
    impact: Percent = Field(
        title="Impact after", description="Per cent of the impact that is left."
    )
    price: Number = Field(title="Price", description="In the portfolio's currency.")


class Risk(Kind):
    """What may happen to projects, how likely, and how bad; who answers for it; what is done then.

    Where several projects name one risk, it happens to all of them or to none.
    """

    title: Line = Field(title="Title", description="What may happen, in a few words.")
    projects: Annotated[
        tuple[Annotated[ObjectId, Ref("project")], ...], Field(min_length=1, max_length=64)
    ] = Field(title="Projects", description="The projects that it may happen to.")
    cause: Literal[
        "technical", "supply", "political", "financial", "legal", "security", "people", "other"
    ] = Field(title="Cause", description="Where it comes from.")
    responsible: Annotated[ObjectId, Ref("organisation")] = Field(
        title="Responsible", description="The organisation that answers for it."
    )
    probability: Percent = Field(title="Probability", description="In per cent.")
    impacts: Annotated[tuple[Impact, ...], Field(min_length=1, max_length=3)] = Field(
        title="Impacts", description="What it does where it happens."
    )
    touches: Touched = Field(
        title="Touches", description="Codes of the activities or phases of the plans it touches."
    )
    description: Text | None = Field(
        default=None, title="Description", description="How it may come about, and what follows."
    )
    treatments: Annotated[tuple[Treatment, ...], Field(max_length=8)] = Field(
        default=(), title="Treatments", description="What can be done beforehand."
    )
    treated: Line | None = Field(
        default=None, title="Treated by", description="Which of these is under way."
    )
    contingency: Text | None = Field(
        default=None, title="Contingency plan", description="What is done once it is triggered."
    )
    trigger: Literal["p80_late_days", "on_time_percent"] | None = Field(
        default=None, title="Trigger", description="The figure of a forecast that starts the plan."
    )
    threshold: Number | None = Field(
        default=None,
        title="Threshold",
        description="Days late of P80 from which, or chance below which, it fires.",
    )
    forecast: Annotated[ObjectId | None, Ref("forecast")] = Field(
        default=None, title="Forecast", description="The forecast that fired the trigger."
    )
    date: Date | None = Field(default=None, title="Date", description="The day that it happened.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "raise",
            end="open",
            roles=OFFICER,
            may=("description", "treatments", "contingency", "trigger", "threshold"),
            requires={"projects": RUNNING, "responsible": ("registered",)},
            check=checks.can_be_simulated,
        ),
        Action(
            "assess",
            start=("open",),
            end="open",
            roles=OFFICER,
            needs=("reason",),
            may=(
                "probability",
                "impacts",
                "touches",
                "responsible",
                "treatments",
                "treated",
                "contingency",
                "trigger",
                "threshold",
            ),
            requires={"responsible": ("registered",)},
            check=checks.can_be_simulated,
        ),
        Action(
            "treat",
            start=("open",),
            end="open",
            roles=OFFICER,
            needs=("treated",),
            check=checks.is_known_treatment,
        ),
        Action(
            "trigger",
            start=("open",),
            end="triggered",
            roles=OFFICER,
            needs=("forecast",),
            requires={"forecast": ("issued",)},
            check=checks.trigger_has_fired,
        ),
        Action(
            "stand_down",
            start=("triggered",),
            end="open",
            roles=OFFICER,
            needs=("reason",),
        ),
        Action(
            "occur",
            start=("open", "triggered"),
            end="occurred",
            roles=OFFICER,
            needs=("date",),
            may=("reason",),
        ),
        Action(
            "close",
            start=("open", "triggered", "occurred"),
            end="closed",
            roles=OFFICER,
            needs=("reason",),
        ),
        resting=("open",),
    )


KINDS: tuple[type[Kind], ...] = (Risk,)
