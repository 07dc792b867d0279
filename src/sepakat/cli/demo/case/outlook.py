"""What is said once the plans are there: what slipped, what the committee decides, what it takes."""

from sepakat.cli.demo.case import portfolio, risks
from sepakat.cli.demo.case.plans import Progress
from sepakat.cli.demo.case.words import BOTH, NOTE, Said, say

AS_OF = -5  # days from that of the case: up to when plans know of progress
BEFORE = -92  # the same, for the plan of the project that goes late
ON_COURSE = Progress(BEFORE)
# The manuals take 21 days more, and the first group's training 14.
SLIPPED = Progress(AS_OF, {"MA20": 66, "MA30": 34})
DECISION = "MYS-decision-2"
OPTIONS = {"MYS-option-source": risks.SECOND_SOURCE, "MYS-option-stock": risks.STOCK}
TAKEN, LEFT = OPTIONS


def accepted(nation: str, failing: dict[str, list[str]]) -> list[Said]:
    """A nation accepts the other's plans: those whose gating checks fail knowing so."""
    return [
        _knowingly(plan, failing[plan]) if failing.get(plan) else say(*_ACCEPT, plan, "approver")
        for plan in (p.named("plan") for p in portfolio.of(portfolio.PARTNER[nation]))
    ]


_ACCEPT = ("plan", "accept")


def _knowingly(plan: str, failing: list[str]) -> Said:
    reason = (
        "The owner of the site holds the day of its handover, which no forecast sees. We know that "
        f"these fail: {', '.join(failing)}. {NOTE}"
    )
    return say("plan", "accept_knowingly", plan, "approver", reason=reason)


def replaced(plan: str) -> Said:
    return say(*_ACCEPT, plan, "approver")


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
        reasons="Of what was simulated it brings most days for its price, and it helps the castings "
        f"too. {NOTE}",
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
