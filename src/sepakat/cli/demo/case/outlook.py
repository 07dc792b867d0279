"""What is said of plans: how they are accepted, what slips, and what the committee decides."""

from sepakat.cli.demo.case import portfolio, risks
from sepakat.cli.demo.case.plans import Progress
from sepakat.cli.demo.case.words import BOTH, NOTE, Said, say

AS_OF = -5  # days from that of the case: up to when plans know of progress
BEFORE = -92  # the same, for the plan of the project that goes late
ON_COURSE = Progress(BEFORE)
# The manuals take 19 days more, and the first group's training 14.
SLIPPED = Progress(AS_OF, {"MA20": 64, "MA30": 34})
DECISION = "MYS-decision-2"
OPTIONS = {"MYS-option-source": risks.SECOND_SOURCE, "MYS-option-stock": risks.STOCK}
TAKEN, LEFT = OPTIONS


def accepted(nation: str, failing: dict[str, list[str]]) -> list[Said]:
    """A nation accepts the other's plans: those whose gating checks fail knowing so."""
    plans = [project.named("plan") for project in portfolio.of(portfolio.PARTNER[nation])]
    return [_knowingly(p, failing[p]) if failing[p] else accept(p) for p in plans]


def accept(plan: str) -> Said:
    return say("plan", "accept", plan, "approver")


def _knowingly(plan: str, failing: list[str]) -> Said:
    reason = (
        "The owner of the site holds the day of its handover, which no forecast sees. We know that "
        f"these fail: {', '.join(failing)}. {NOTE}"
    )
    return say("plan", "accept_knowingly", plan, "approver", reason=reason)


def triggered(forecast: str) -> Said:
    return say("risk", "trigger", risks.TRIGGERED, forecast=forecast)


def put() -> Said:
    """What Malaysia puts to the committee."""
    return say(
        "decision",
        "propose",
        DECISION,
        "committee",
        label=BOTH,
        counterparty="KOR",
        engagement="MYS-committee-1",
        question="The maintenance project goes late: what is done about it?",
        text="A second maker of bearings is qualified; the due date stands.",
        reasons=f"Of what was simulated it brings most, and the castings gain by it too. {NOTE}",
    )


def decided() -> list[Said]:
    """Korea agrees, takes one option and leaves the other."""
    return [
        say("decision", "agree", DECISION, "committee"),
        say("option", "take", TAKEN, "committee", decision=DECISION),
        say(
            "option",
            "leave",
            LEFT,
            "committee",
            decision=DECISION,
            reason="It would bring less, and helps this project alone.",
        ),
    ]
