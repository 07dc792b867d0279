"""What may be said of portfolios: domains, projects, and how confident we are in each."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.kinds import APPROVER, OFFICER
from sepakat.outlook.portfolio import checks
from sepakat.policy.kinds import COMMITTEE, SECRETARIAT
from sepakat.record.fields import (
    Count,
    Counterparty,
    Currency,
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

Domains = Annotated[tuple[Line, ...], Field(min_length=1, max_length=64)]
Organisations = Annotated[
    tuple[Annotated[ObjectId, Ref("organisation")], ...], Field(max_length=64)
]

# The states of a project in which work goes on, whatever has been proposed meanwhile.
RUNNING = ("under_way", "participants_proposed", "completion_proposed", "end_proposed")
AGREED = (*RUNNING, "completed")
SHOWN = ("in_force", "domains_proposed", "closed")  # of a portfolio that both have accepted

ProjectRef = Annotated[
    ObjectId,
    Ref("project"),
    Field(title="Project", description="The project that it is about."),
]


class Portfolio(Kind):
    """The projects of a partnership, by domain. Further domains join when both nations agree."""

    title: Line = Field(title="Title", description="What the portfolio is called.")
    counterparty: Counterparty
    currency: Currency = Field(
        title="Currency", description="What its budgets and forecasts are stated in."
    )
    domains: Domains = Field(title="Domains", description="The fields that its projects are in.")
    further: Domains = Field(
        default=(), title="Further domains", description="Those that are proposed to be added."
    )
    description: Text | None = Field(
        default=None, title="Description", description="What it is to achieve."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("description",),
            check=checks.names_domains_once,
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
            "propose_domains",
            start=("in_force",),
            end="domains_proposed",
            roles=OFFICER,
            needs=("further",),
            check=checks.names_domains_once,
        ),
        Action(
            "agree_domains",
            start=("domains_proposed",),
            end="in_force",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("domains",),
            check=checks.adds_what_was_proposed,
        ),
        Action(
            "refuse_domains",
            start=("domains_proposed",),
            end="in_force",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("close", start=("in_force",), end="closed", roles=APPROVER, needs=("reason",)),
        resting=("in_force",),
    )


class Phase(BaseModel):
    """A stretch of a project, as it is agreed; the plan has the activities."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line = Field(title="Phase", description="What it is called.")
    starts: Date = Field(title="Starts", description="Its first day.")
    ends: Date = Field(title="Ends", description="Its last day.")


class Funding(BaseModel):
    """What one nation pays in one year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nation: Nation = Field(title="Nation", description="Who pays.")
    year: Annotated[Count, Field(ge=1900, le=2199)] = Field(
        title="Year", description="The year that it is for."
    )
    amount: Number = Field(title="Amount", description="In the portfolio's currency.")


class Project(Kind):
    """Something that both nations do together: who leads it, when, and who pays what."""

    title: Line = Field(title="Title", description="What the project is called.")
    portfolio: Annotated[ObjectId, Ref("portfolio")] = Field(
        title="Portfolio", description="The portfolio that it belongs to."
    )
    counterparty: Counterparty
    domain: Line = Field(title="Domain", description="Which of the portfolio's domains it is in.")
    lead: Annotated[ObjectId, Ref("organisation")] = Field(
        title="Lead", description="The organisation that answers for it."
    )
    phases: Annotated[tuple[Phase, ...], Field(min_length=1, max_length=32)] = Field(
        title="Phases", description="What it goes through, in order."
    )
    budget: Annotated[tuple[Funding, ...], Field(min_length=1, max_length=128)] = Field(
        title="Budget", description="What each nation pays in each year."
    )
    participants: Organisations = Field(
        default=(), title="Taking part", description="The other organisations that take part."
    )
    joining: Organisations = Field(
        default=(), title="Joining", description="Those that are proposed to take part."
    )
    obligations: Annotated[
        tuple[Annotated[ObjectId, Ref("obligation")], ...], Field(max_length=32)
    ] = Field(default=(), title="Obligations", description="What it is to fulfil.")
    gates: Annotated[tuple[Annotated[ObjectId, Ref("gate")], ...], Field(max_length=32)] = Field(
        default=(), title="Gates", description="The decisions that it waits for."
    )
    indicators: Annotated[
        tuple[Annotated[ObjectId, Ref("indicator")], ...], Field(max_length=32)
    ] = Field(default=(), title="Indicators", description="What its outcome is measured by.")
    description: Text | None = Field(
        default=None, title="Description", description="What it is to achieve."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("participants", "obligations", "gates", "indicators", "description"),
            requires={
                "portfolio": ("in_force",),
                "lead": ("registered",),
                "participants": ("registered",),
                "obligations": ("in_force",),
            },
            check=checks.fits_portfolio,
        ),
        Action(
            "accept",
            start=("proposed",),
            end="under_way",
            by=COUNTERPARTY,
            roles=APPROVER,
            four_eyes=True,
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
            "propose_participants",
            start=("under_way",),
            end="participants_proposed",
            roles=OFFICER,
            needs=("joining",),
            requires={"joining": ("registered",)},
            check=checks.names_participants_once,
        ),
        Action(
            "agree_participants",
            start=("participants_proposed",),
            end="under_way",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("participants",),
            check=checks.adds_who_was_proposed,
        ),
        Action(
            "refuse_participants",
            start=("participants_proposed",),
            end="under_way",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "propose_completion", start=("under_way",), end="completion_proposed", roles=OFFICER
        ),
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
            end="under_way",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "propose_end",
            start=("under_way",),
            end="end_proposed",
            roles=APPROVER,
            needs=("reason",),
        ),
        Action("agree_end", start=("end_proposed",), end="ended", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "refuse_end",
            start=("end_proposed",),
            end="under_way",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        resting=("under_way",),
    )


class Grade(BaseModel):
    """One grade of a scale."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line = Field(title="Grade", description="What it is called.")
    meaning: Line = Field(title="Meaning", description="When a project is given it.")


class RatingScale(Kind):
    """The grades of delivery confidence, best first. A new edition leaves earlier ratings as they
    were: each names the scale that it was given on."""

    title: Line = Field(title="Title", description="What the scale is called.")
    portfolio: Annotated[ObjectId, Ref("portfolio")] = Field(
        title="Portfolio", description="The portfolio whose projects are rated on it."
    )
    counterparty: Counterparty
    number: Count = Field(title="Number", description="The number of the edition.")
    grades: Annotated[tuple[Grade, ...], Field(min_length=2, max_length=12)] = Field(
        title="Grades", description="Its grades, from the most confident to the least."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=SECRETARIAT,
            requires={"portfolio": ("in_force",)},
            check=checks.names_grades_once,
        ),
        Action("accept", start=("proposed",), end="in_force", by=COUNTERPARTY, roles=COMMITTEE),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=COMMITTEE,
            needs=("reason",),
        ),
        Action("retire", start=("in_force",), end="retired", roles=COMMITTEE, needs=("reason",)),
        resting=("in_force",),
    )


class Rating(Kind):
    """One nation's confidence that a project delivers. To be exempt is no grade."""

    project: ProjectRef
    scale: Annotated[ObjectId, Ref("rating_scale")] = Field(
        title="Scale", description="The edition of the scale that it is given on."
    )
    as_of: Date = Field(title="As of", description="The day that it holds for.")
    reasons: Text = Field(title="Reasons", description="Why so.")
    grade: Line | None = Field(
        default=None, title="Grade", description="One of the scale's; none where it is exempt."
    )
    forecast: Annotated[ObjectId | None, Ref("forecast")] = Field(
        default=None, title="Forecast", description="The forecast that it looks at."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "give",
            end="given",
            roles=COMMITTEE,
            needs=("grade",),
            may=("forecast",),
            requires={"scale": ("in_force",), "forecast": ("issued",)},
            check=checks.is_on_scale,
        ),
        Action(
            "exempt",
            end="exempt",
            roles=COMMITTEE,
            requires={"scale": ("in_force",)},
            check=checks.is_on_scale,
        ),
        Action(
            "withdraw",
            start=("given", "exempt"),
            end="withdrawn",
            roles=COMMITTEE,
            needs=("reason",),
        ),
        resting=("given", "exempt"),
    )


KINDS: tuple[type[Kind], ...] = (Portfolio, Project, RatingScale, Rating)
