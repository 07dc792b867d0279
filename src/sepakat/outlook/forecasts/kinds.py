"""What may be said of what is to come: plans, forecasts made from them, and options to take."""

from typing import Annotated, Literal

from pydantic import Field

from sepakat.industry.kinds import APPROVER, OFFICER
from sepakat.outlook.forecasts import checks
from sepakat.outlook.forecasts.rows import (
    ActivityCosts,
    Correlations,
    Drivers,
    Effects,
    Estimates,
    Milestones,
    Obligations,
    Promises,
    Turns,
)
from sepakat.outlook.portfolio.kinds import RUNNING, ProjectRef
from sepakat.outlook.risks.kinds import MAY_HAPPEN
from sepakat.policy.kinds import COMMITTEE, SECRETARIAT
from sepakat.record.fields import (
    Count,
    Counterparty,
    Date,
    Digest,
    Line,
    Number,
    ObjectId,
    Percent,
    Reason,
    Ref,
    Text,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

Stage = Literal["concept", "definition", "development", "production", "support"]
FileRef = Annotated[ObjectId, Ref("evidence")]


class Plan(Kind):
    """A project's plan of activities: the file of the tool that made it, and what lies beside it.

    Where a gating check of its schedule fails, the other nation accepts it knowing so, or not at
    all; only an accepted plan is simulated.
    """

    title: Line = Field(title="Title", description="What the plan is called.")
    project: ProjectRef
    counterparty: Counterparty
    file: FileRef = Field(
        title="File", description="The plan, as Primavera or MS Project wrote it."
    )
    as_of: Date = Field(title="As of", description="The day up to which progress is known.")
    stage: Stage = Field(title="Stage", description="What the project is in.")
    promises: Promises = Field(
        title="Milestones", description="What is promised, and what it is tied to."
    )
    estimates: Estimates = Field(
        title="Estimates", description="How uncertain its durations are; a later row outweighs."
    )
    costs: ActivityCosts = Field(default=(), title="Costs", description="What its activities cost.")
    branches: Turns = Field(
        default=(), title="Branches", description="Where it may go one way or another."
    )
    correlations: Correlations = Field(
        default=(), title="Correlations", description="Which durations move together."
    )
    failing: Annotated[tuple[Line, ...], Field(max_length=14)] = Field(
        default=(),
        title="Failing checks",
        description="The gating checks that its schedule does not pass.",
    )
    obligations: Annotated[
        tuple[Annotated[ObjectId, Ref("obligation")], ...], Field(max_length=32)
    ] = Field(default=(), title="Obligations", description="Those that milestones are tied to.")
    gates: Annotated[tuple[Annotated[ObjectId, Ref("gate")], ...], Field(max_length=32)] = Field(
        default=(), title="Gates", description="Those that milestones are tied to."
    )
    replaces: Annotated[ObjectId | None, Ref("plan")] = Field(
        default=None, title="Replaces", description="The plan that it carries on from."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "submit",
            end="submitted",
            roles=OFFICER,
            may=(
                "costs",
                "branches",
                "correlations",
                "failing",
                "obligations",
                "gates",
                "replaces",
            ),
            requires={
                "project": RUNNING,
                "file": ("registered",),
                "obligations": ("in_force",),
                "replaces": ("accepted",),
            },
            check=checks.fits_project,
        ),
        Action(
            "accept",
            start=("submitted",),
            end="accepted",
            by=COUNTERPARTY,
            roles=APPROVER,
            check=checks.passes_its_gates,
        ),
        Action(
            "accept_knowingly",
            start=("submitted",),
            end="accepted",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        Action(
            "return",
            start=("submitted",),
            end="returned",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("withdraw", start=("accepted",), end="withdrawn", roles=OFFICER, needs=("reason",)),
        resting=("accepted",),
    )


class Forecast(Kind):
    """What a simulation of a plan came to. Whoever has its inputs makes the same again: they, the
    seed and the outcome are named by digest."""

    plan: Annotated[ObjectId, Ref("plan")] = Field(
        title="Plan", description="The plan that was simulated."
    )
    project: ProjectRef
    counterparty: Counterparty
    as_of: Date = Field(title="As of", description="The day on which it is made.")
    seed: Count = Field(title="Seed", description="What its random numbers follow from.")
    iterations: Annotated[Count, Field(ge=100, le=1_000_000)] = Field(
        title="Iterations", description="How many times the plan was played."
    )
    inputs: Digest = Field(
        title="Inputs", description="The digest of the model that was simulated."
    )
    outcome_digest: Digest = Field(
        title="Outcome digest", description="The digest of all iterations' figures."
    )
    file: FileRef = Field(title="File", description="The figures that its pictures are drawn from.")
    milestones: Milestones = Field(
        title="Milestones", description="When each milestone of the plan is reached."
    )
    obligations: Obligations = Field(
        default=(), title="Obligations", description="How likely each is met in time."
    )
    risks: Annotated[tuple[Annotated[ObjectId, Ref("risk")], ...], Field(max_length=100)] = Field(
        default=(), title="Risks", description="The risks that went in."
    )
    drivers: Drivers = Field(
        default=(), title="Drivers", description="What moves the finish most, first to last."
    )
    budget: Number | None = Field(
        default=None, title="Budget", description="What the project may cost in all."
    )
    cost_p50: Number | None = Field(
        default=None, title="Cost, P50", description="Not exceeded in five of ten iterations."
    )
    cost_p80: Number | None = Field(
        default=None, title="Cost, P80", description="Not exceeded in eight of ten."
    )
    joint: Percent | None = Field(
        default=None,
        title="Joint confidence",
        description="The chance that all milestones are on time and the budget holds.",
    )
    reference: Line | None = Field(
        default=None, title="Reference class", description="By which it was calibrated."
    )
    basis: Literal["published", "illustrative", "own"] | None = Field(
        default=None, title="Basis", description="Where that class comes from."
    )
    own_outcomes: Count | None = Field(
        default=None, title="Own outcomes", description="How many of ours weighed in."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "issue",
            end="issued",
            roles=OFFICER,
            may=(
                "obligations",
                "risks",
                "drivers",
                "budget",
                "cost_p50",
                "cost_p80",
                "joint",
                "reference",
                "basis",
                "own_outcomes",
            ),
            requires={
                "plan": ("accepted",),
                "file": ("registered",),
                "risks": MAY_HAPPEN,
            },
            check=checks.fits_plan,
        ),
        Action(
            "recompute",
            start=("issued",),
            end=None,
            by=COUNTERPARTY,
            roles=OFFICER,
            needs=("outcome_digest",),
        ),
        Action("withdraw", start=("issued",), end="withdrawn", roles=OFFICER, needs=("reason",)),
        resting=("issued",),
    )


class Option(Kind):
    """What could be done about a forecast, beside the present plan, for the committee to take."""

    title: Line = Field(title="Title", description="What would be done.")
    forecast: Annotated[ObjectId, Ref("forecast")] = Field(
        title="Forecast", description="The forecast that calls for it."
    )
    project: ProjectRef
    counterparty: Counterparty
    type: Literal["treatment", "levelling", "portfolio", "work_share", "other"] = Field(
        title="Type", description="What sort of option it is."
    )
    description: Text = Field(title="Description", description="What would be done, and why.")
    effects: Effects = Field(
        title="Effects", description="What changes: dates, money, credit, risk."
    )
    proof: Literal["proved", "feasible", "simulated"] = Field(
        title="Proof",
        description="Proved to be the best, known to be possible, or simulated.",
    )
    objective: Number | None = Field(
        default=None, title="Objective", description="What the search minimised or maximised."
    )
    bound: Number | None = Field(
        default=None, title="Bound", description="What no solution can be better than."
    )
    gap: Percent | None = Field(
        default=None, title="Gap", description="Between the two, in per cent."
    )
    file: Annotated[ObjectId | None, Ref("evidence")] = Field(
        default=None, title="File", description="The solution in full."
    )
    decision: Annotated[ObjectId | None, Ref("decision")] = Field(
        default=None, title="Decision", description="The committee's decision."
    )
    result: Text | None = Field(default=None, title="Result", description="What came of it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=SECRETARIAT,
            may=("objective", "bound", "gap", "file"),
            requires={"forecast": ("issued",), "file": ("registered",)},
            check=checks.fits_forecast,
        ),
        Action(
            "take",
            start=("proposed",),
            end="taken",
            by=COUNTERPARTY,
            roles=COMMITTEE,
            needs=("decision",),
            requires={"decision": ("agreed",)},
            four_eyes=True,
        ),
        Action(
            "leave",
            start=("proposed",),
            end="left",
            by=COUNTERPARTY,
            roles=COMMITTEE,
            needs=("reason",),
            may=("decision",),
            requires={"decision": ("agreed",)},
        ),
        Action("carry_out", start=("taken",), end="carried_out", roles=OFFICER, needs=("result",)),
        Action("give_up", start=("taken",), end="given_up", roles=OFFICER, needs=("reason",)),
        resting=("taken",),
    )


KINDS: tuple[type[Kind], ...] = (Plan, Forecast, Option)
