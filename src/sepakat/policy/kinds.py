"""What may be said of agreements, gates, engagements, actions and the joint committee's decisions.

References to other domains name their kind only.
"""

from typing import Annotated, Literal

from pydantic import Field

from sepakat.policy import checks
from sepakat.record.fields import (
    Count,
    Counterparty,
    Date,
    Line,
    Nation,
    ObjectId,
    Reason,
    Ref,
    Text,
)
from sepakat.record.kind import COUNTERPARTY, EITHER, OWNER, Action, Kind, Lifecycle

OFFICER = ("officer",)
APPROVER = ("approver",)
COMMITTEE = ("committee",)
SECRETARIAT = ("officer", "committee")

TextFile = Annotated[ObjectId | None, Ref("evidence")]
Exclusivity = Literal["exclusive", "non_exclusive"]


class Agreement(Kind):
    """An agreement between two governments, from its proposal to its end."""

    title: Line = Field(title="Title", description="The agreement's full title.")
    counterparty: Counterparty
    exclusivity: Exclusivity = Field(
        title="Exclusivity", description="Whether the arrangement is an exclusive one."
    )
    precedents: tuple[Line, ...] = Field(
        default=(), title="Precedents", description="Earlier agreements that it follows."
    )
    approvals: tuple[Annotated[ObjectId, Ref("gate")], ...] = Field(
        default=(),
        title="Approvals",
        description="The gates of either nation that must be passed before it enters into force.",
    )
    text: TextFile = Field(default=None, title="Text", description="The file with the text agreed.")
    effective: Date | None = Field(
        default=None, title="In force from", description="The day it entered into force."
    )
    expires: Date | None = Field(
        default=None, title="Expires", description="Its last day, unless it is extended."
    )
    terminates: Date | None = Field(
        default=None, title="Terminates", description="The day from which termination takes effect."
    )
    amendments: tuple[Annotated[ObjectId, Ref("amendment")], ...] = Field(
        default=(), title="Amendments", description="The amendments in it, first to last."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("precedents", "approvals", "text", "expires"),
            requires={"text": ("registered",)},
        ),
        Action("accept", start=("proposed",), end="accepted", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "enter_into_force",
            start=("accepted",),
            end="in_force",
            roles=APPROVER,
            needs=("effective",),
            requires={"approvals": ("passed",)},
            four_eyes=True,
        ),
        Action("withdraw", start=("accepted",), end="withdrawn", roles=APPROVER, needs=("reason",)),
        Action(
            "amend",
            start=("in_force",),
            end="in_force",
            roles=OFFICER,
            needs=("amendments",),
            may=checks.AMENDABLE,
            requires={"amendments": ("accepted",)},
            check=checks.amended_as_accepted,
        ),
        Action(
            "give_notice",
            start=("in_force",),
            end=None,
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("terminates", "reason"),
        ),
        Action(
            "terminate",
            start=("in_force",),
            end="terminated",
            roles=APPROVER,
            needs=("terminates", "reason"),
            four_eyes=True,
        ),
        Action("expire", start=("in_force",), end="expired", roles=OFFICER, after="expires"),
        resting=("in_force",),
    )


class Amendment(Kind):
    """A change to an agreement in force; it takes effect when the agreement is amended by it."""

    agreement: Annotated[ObjectId, Ref("agreement")] = Field(
        title="Agreement", description="The agreement that it changes."
    )
    title: Line = Field(title="Title", description="What the amendment is called.")
    counterparty: Counterparty
    summary: Text = Field(title="Summary", description="What changes, in plain words.")
    text: TextFile = Field(
        default=None, title="Text", description="The file that replaces the agreement's text."
    )
    exclusivity: Exclusivity | None = Field(
        default=None, title="Exclusivity", description="The new exclusivity, where it changes."
    )
    expires: Date | None = Field(
        default=None, title="Expires", description="The new last day, where it changes."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=checks.AMENDABLE,
            requires={"agreement": ("in_force",), "text": ("registered",)},
        ),
        Action(
            "accept",
            start=("proposed",),
            end="accepted",
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
    )


class Gate(Kind):
    """A dated decision of one nation that others wait for, such as its Cabinet's approval.

    Nothing happens by itself when the date goes by: only its nation says what became of it.
    """

    name: Line = Field(title="Name", description="What is to be decided.")
    authority: Line = Field(title="Authority", description="Who decides it, such as the Cabinet.")
    due: Date = Field(title="Due", description="The day by which it is to be decided.")
    agreement: Annotated[ObjectId | None, Ref("agreement")] = Field(
        default=None, title="Agreement", description="The agreement whose course it belongs to."
    )
    after: tuple[Annotated[ObjectId, Ref("gate")], ...] = Field(
        default=(), title="After", description="The gates that must be passed before this one."
    )
    decided: Date | None = Field(
        default=None, title="Decided", description="The day it was decided."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("plan", end="planned", roles=OFFICER, may=("agreement", "after")),
        Action("table", start=("planned", "deferred", "refused"), end="tabled", roles=OFFICER),
        Action(
            "pass",
            start=("tabled",),
            end="passed",
            roles=APPROVER,
            needs=("decided",),
            may=("reason",),
            requires={"after": ("passed",)},
            four_eyes=True,
        ),
        Action(
            "refuse",
            start=("tabled",),
            end="refused",
            roles=APPROVER,
            needs=("decided", "reason"),
        ),
        Action(
            "defer",
            start=("planned", "tabled", "deferred"),
            end="deferred",
            roles=OFFICER,
            needs=("due", "reason"),
        ),
        Action(
            "withdraw",
            start=("planned", "deferred", "refused"),
            end="withdrawn",
            roles=OFFICER,
            needs=("reason",),
        ),
        resting=("planned", "deferred", "refused"),
    )


class Engagement(Kind):
    """A seminar, meeting or visit, up to the minutes that both nations agree."""

    type: Literal["seminar", "meeting", "visit"] = Field(
        title="Type", description="What sort of engagement it is."
    )
    title: Line = Field(title="Title", description="What it is called.")
    counterparty: Counterparty
    date: Date = Field(title="Date", description="The day it begins.")
    place: Line = Field(title="Place", description="Where it is held.")
    participants: Count | None = Field(
        default=None, title="Participants", description="How many took part, or are expected."
    )
    sessions: tuple[Line, ...] = Field(
        default=(), title="Sessions", description="What was on the programme."
    )
    minutes: Text | None = Field(
        default=None, title="Minutes", description="What was said and concluded."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("schedule", end="scheduled", roles=SECRETARIAT, may=("participants", "sessions")),
        Action(
            "reschedule",
            start=("scheduled",),
            end="scheduled",
            roles=SECRETARIAT,
            needs=("date", "reason"),
            may=("place", "sessions"),
        ),
        Action(
            "cancel",
            start=("scheduled",),
            end="cancelled",
            roles=SECRETARIAT,
            needs=("reason",),
        ),
        Action(
            "hold",
            start=("scheduled",),
            end="held",
            roles=SECRETARIAT,
            needs=("participants",),
            may=("sessions",),
        ),
        Action(
            "propose_minutes",
            start=("held",),
            end="minutes_proposed",
            roles=SECRETARIAT,
            needs=("minutes",),
        ),
        Action(
            "agree_minutes",
            start=("minutes_proposed",),
            end="minutes_agreed",
            by=COUNTERPARTY,
            roles=SECRETARIAT,
        ),
        Action(
            "return_minutes",
            start=("minutes_proposed",),
            end="held",
            by=COUNTERPARTY,
            roles=SECRETARIAT,
            needs=("reason",),
        ),
        resting=("scheduled", "held"),
    )


class Decision(Kind):
    """A decision of the joint committee, with its reasons."""

    question: Line = Field(title="Question", description="What was to be decided.")
    text: Text = Field(title="Decision", description="What is decided.")
    reasons: Text = Field(title="Reasons", description="Why it is so decided.")
    counterparty: Counterparty
    dissent: Text | None = Field(
        default=None, title="Dissent", description="An opinion that differs, and whose it is."
    )
    engagement: Annotated[ObjectId | None, Ref("engagement")] = Field(
        default=None, title="Engagement", description="The meeting that decided it."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action("propose", end="proposed", roles=COMMITTEE, may=("dissent", "engagement")),
        Action("agree", start=("proposed",), end="agreed", by=COUNTERPARTY, roles=COMMITTEE),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=COMMITTEE,
            needs=("reason",),
        ),
        Action(
            "dissent",
            start=("proposed", "agreed"),
            end=None,
            by=EITHER,
            roles=COMMITTEE,
            needs=("dissent",),
        ),
    )


class ActionItem(Kind):
    """Something to be done: one's own, or asked of the partner, who accepts and reports it."""

    title: Line = Field(title="Title", description="What is to be done.")
    assignee: Nation = Field(title="Assignee", description="The nation that is to do it.")
    due: Date = Field(title="Due", description="The day by which it is to be done.")
    counterparty: Nation | None = Field(
        default=None, title="Counterparty", description="The partner, where it is asked of one."
    )
    engagement: Annotated[ObjectId | None, Ref("engagement")] = Field(
        default=None, title="Engagement", description="The engagement that it arises from."
    )
    decision: Annotated[ObjectId | None, Ref("decision")] = Field(
        default=None, title="Decision", description="The decision that it carries out."
    )
    result: Text | None = Field(default=None, title="Result", description="What came of it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "undertake",
            end="undertaken",
            roles=SECRETARIAT,
            may=("engagement", "decision"),
            check=checks.assigned_to_oneself,
        ),
        Action("finish", start=("undertaken",), end="closed", roles=SECRETARIAT, needs=("result",)),
        Action("drop", start=("undertaken",), end="dropped", roles=SECRETARIAT, needs=("reason",)),
        Action(
            "ask",
            end="asked",
            roles=SECRETARIAT,
            needs=("counterparty",),
            may=("engagement", "decision"),
            check=checks.assigned_to_counterparty,
        ),
        Action("accept", start=("asked",), end="accepted", by=COUNTERPARTY, roles=SECRETARIAT),
        Action(
            "decline",
            start=("asked", "accepted"),
            end="declined",
            by=COUNTERPARTY,
            roles=SECRETARIAT,
            needs=("reason",),
        ),
        Action(
            "report",
            start=("accepted",),
            end="reported",
            by=COUNTERPARTY,
            roles=SECRETARIAT,
            needs=("result",),
        ),
        Action("close", start=("reported",), end="closed", by=OWNER, roles=SECRETARIAT),
        Action(
            "return",
            start=("reported",),
            end="accepted",
            by=OWNER,
            roles=SECRETARIAT,
            needs=("reason",),
        ),
        resting=("undertaken", "accepted"),
    )


KINDS: tuple[type[Kind], ...] = (Agreement, Amendment, Gate, Engagement, Decision, ActionItem)
