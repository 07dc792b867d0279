"""The rows of plans, forecasts and options, as statements hold them."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sepakat.record.fields import Date, Line, Number, ObjectId, Percent

_ROW = ConfigDict(frozen=True, extra="forbid")


class Promise(BaseModel):
    """A milestone of a plan: what is promised of it, and to what it is tied."""

    model_config = _ROW

    activity: Line = Field(title="Activity", description="The code of the activity that ends then.")
    title: Line = Field(title="Milestone", description="What is reached.")
    planned: Date = Field(title="Planned", description="The team's own date, as the plan has it.")
    due: Date | None = Field(
        default=None, title="Due", description="The day by which it is promised."
    )
    obligation: ObjectId | None = Field(
        default=None, title="Obligation", description="The obligation that is met by it."
    )
    gate: ObjectId | None = Field(
        default=None, title="Gate", description="The gate that waits for it."
    )
    achieved: Date | None = Field(
        default=None, title="Achieved", description="The day that it was reached, if it has been."
    )


class Estimate(BaseModel):
    """How uncertain durations are, in per cent of what is planned."""

    model_config = _ROW

    activities: Line = Field(
        title="Activities", description="The code of an activity or phase, or * for all others."
    )
    low: Number = Field(title="Least", description="In per cent of the planned duration.")
    likely: Number = Field(title="Most likely", description="In per cent of it.")
    high: Number = Field(title="Most", description="In per cent of it.")


class ActivityCost(BaseModel):
    """What an activity costs, in the portfolio's currency."""

    model_config = _ROW

    activity: Line = Field(title="Activity", description="Its code.")
    fixed: Number = Field(title="Fixed", description="Whatever it takes.")
    per_day: Number = Field(title="Per day", description="For each working day that it takes.")


class Turn(BaseModel):
    """A branch of a plan: one way is gone, or the other."""

    model_config = _ROW

    title: Line = Field(title="Branch", description="What is decided there.")
    probability: Percent = Field(title="Probability", description="Of the first way, in per cent.")
    activities: Line = Field(
        title="First way", description="Codes of its activities, with commas between."
    )
    otherwise: Line | None = Field(
        default=None, title="Other way", description="Codes of its activities; none, nothing."
    )


class Together(BaseModel):
    """Two activities whose durations move together beyond the risks that they share."""

    model_config = _ROW

    first: Line = Field(title="Activity", description="Its code.")
    second: Line = Field(title="And", description="The other's code.")
    percent: Number = Field(title="Correlation", description="From -100 to 100.")


class MilestoneForecast(BaseModel):
    """When a milestone is reached: P50 is the day by which it is in half of all iterations."""

    model_config = _ROW

    activity: Line = Field(title="Activity", description="The code of the activity that ends then.")
    title: Line = Field(title="Milestone", description="What is reached.")
    planned: Date = Field(title="Planned", description="The team's own date, as the plan has it.")
    due: Date | None = Field(
        default=None, title="Due", description="The day by which it is promised."
    )
    p10: Date = Field(title="P10", description="Reached by then in one of ten iterations.")
    p50: Date = Field(title="P50", description="In five of ten.")
    p80: Date = Field(title="P80", description="In eight of ten.")
    p90: Date = Field(title="P90", description="In nine of ten.")
    calibrated_p50: Date | None = Field(
        default=None, title="P50, calibrated", description="Corrected by how others came out."
    )
    calibrated_p80: Date | None = Field(
        default=None, title="P80, calibrated", description="Corrected by how others came out."
    )
    on_time: Percent | None = Field(
        default=None, title="On time", description="The chance, in per cent, to be there when due."
    )


class ObligationForecast(BaseModel):
    """How likely an obligation is met in time, by the rules of its agreement."""

    model_config = _ROW

    obligation: ObjectId = Field(title="Obligation", description="What is to be met.")
    due: Date = Field(title="Due", description="The last day without a penalty, grace included.")
    ends: Date = Field(title="Ends", description="The last day on which it counts at all.")
    on_time: Percent = Field(title="On time", description="The chance to meet it when due.")
    in_cure: Percent = Field(title="In the end", description="The chance to meet it at all.")
    penalty: Number = Field(
        title="Penalty", description="What it costs to be late, on average, in its currency."
    )


class Driver(BaseModel):
    """What would be gained without one risk, or without all uncertainty."""

    model_config = _ROW

    risk: ObjectId | None = Field(
        default=None, title="Risk", description="None: the uncertainty of all durations."
    )
    title: Line = Field(title="Driver", description="What it is.")
    days: Number = Field(title="Days", description="Working days earlier, on average.")
    p80_days: Number = Field(title="P80 days", description="Working days earlier, of P80.")
    cost: Number = Field(title="Cost", description="Saved on average.")


class Effect(BaseModel):
    """One thing that an option changes, beside what it is now."""

    model_config = _ROW

    aspect: Literal["date", "money", "credit", "risk", "other"] = Field(
        title="Aspect", description="What sort of thing it is."
    )
    about: Line = Field(title="About", description="What changes.")
    present: Line = Field(title="Present plan", description="What it is now.")
    option: Line = Field(title="With the option", description="What it would be.")


def still_open(promises: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The milestones of a plan that are not reached."""
    return [row for row in promises if not row.get("achieved")]


Promises = Annotated[tuple[Promise, ...], Field(min_length=1, max_length=64)]
Estimates = Annotated[tuple[Estimate, ...], Field(min_length=1, max_length=256)]
ActivityCosts = Annotated[tuple[ActivityCost, ...], Field(max_length=500)]
Turns = Annotated[tuple[Turn, ...], Field(max_length=32)]
Correlations = Annotated[tuple[Together, ...], Field(max_length=100)]
Milestones = Annotated[tuple[MilestoneForecast, ...], Field(min_length=1, max_length=64)]
Obligations = Annotated[tuple[ObligationForecast, ...], Field(max_length=32)]
Drivers = Annotated[tuple[Driver, ...], Field(max_length=32)]
Effects = Annotated[tuple[Effect, ...], Field(min_length=1, max_length=64)]
