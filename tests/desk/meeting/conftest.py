"""A meeting with what it decided, and open matters of several labels."""

from datetime import UTC, datetime, timedelta

import pytest

from support.desks import BOTH, HIGH, Desk

MEETING = "MYS-meeting-2"


def day(offset: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


@pytest.fixture
def meeting(desk: Desk) -> str:
    said = {"counterparty": "KOR", "place": "Putrajaya", "type": "meeting"}
    earlier, now = "MYS-meeting-1", MEETING
    for name, title, when in ((earlier, "First meeting", -90), (now, "Second meeting", -1)):
        desk.say("engagement", name, "schedule", BOTH, title=title, date=day(when), **said)
        desk.say("engagement", name, "hold", participants=12)
    desk.say(
        "action_item",
        "MYS-old",
        "undertake",
        BOTH,
        title="Send the drawings",
        due=day(30),
        assignee="MYS",
        engagement=earlier,
    )
    desk.say(
        "action_item",
        "MYS-late",
        "undertake",
        BOTH,
        title="Name the laboratories",
        due=day(-9),
        assignee="MYS",
        engagement=earlier,
    )
    desk.say(
        "decision",
        "MYS-decision-1",
        "propose",
        BOTH,
        question="Shall tests be shared?",
        text="They shall <b>be</b> & soon.",
        reasons="It saves a year.",
        counterparty="KOR",
        engagement=now,
        role="committee",
    )
    desk.say(
        "action_item",
        "MYS-new",
        "undertake",
        BOTH,
        title="Draft the protocol",
        due=day(14),
        assignee="MYS",
        engagement=now,
    )
    desk.say(
        "action_item",
        "MYS-high",
        "undertake",
        HIGH,
        title="Ask Zulkarnain in secret",
        due=day(14),
        assignee="MYS",
        engagement=now,
    )
    return now
