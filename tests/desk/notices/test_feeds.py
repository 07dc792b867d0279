"""Calendar feeds: what they show, to whom, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from sepakat.desk.notices.models import Feed
from sepakat.node.log import LineFormatter
from support.desks import BOTH, OPEN, Desk
from support.pages import text_of


def day(offset: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


def make(desk: Desk, name: str) -> str:
    """The path of a person's new feed."""
    answer = desk.client(name).post("/inbox/feed")
    assert answer.status_code == 200
    return str(answer.context["address"]).removeprefix(desk.home.config.url)


def events(desk: Desk, path: str) -> dict[str, dict[str, str]]:
    """The events by UID, read by whoever has the address."""
    answer = desk.client("public").get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    found = Calendar.from_ical(answer.content)
    return {
        str(event["UID"]): {name: str(value.to_ical(), "utf-8") if hasattr(value, "to_ical")
            and not isinstance(value.to_ical(), str) else str(value)
            for name, value in event.items()}
        for event in found.walk("VEVENT")
    }  # fmt: skip


def titles(desk: Desk, path: str) -> list[str]:
    return sorted(event["SUMMARY"].replace("\\", "") for event in events(desk, path).values())


def test_a_feed_that_names_what_is_marked(desk: Desk) -> None:
    path = make(desk, "officer")
    found = titles(desk, path)
    assert "Due: Cabinet approval" in found
    assert "A matter is due (sign in to see it)" in found
    content = desk.client("public").get(path).content.decode().replace("\r\n ", "")
    for kept in ("Zulkarnain", "gate-high", "Prepare the position", "action-own", "Housings"):
        assert kept not in content


def test_a_feed_of_what_its_owner_may_not_see(desk: Desk) -> None:
    counts = {name: len(events(desk, make(desk, name))) for name in ("officer", "clerk")}
    assert counts["clerk"] < counts["officer"]
    company = titles(desk, make(desk, "company_b"))
    assert company == ["Due: Cabinet approval"]


def test_a_feed_that_goes_on_after_revocation_renewal_or_closing(desk: Desk) -> None:
    public = desk.client("public")
    first = make(desk, "officer")
    second = make(desk, "officer")
    assert public.get(first).status_code == 404
    assert public.get(second).status_code == 200
    desk.client("officer").post("/inbox/feed/revoke")
    assert public.get(second).status_code == 404
    third = make(desk, "officer")
    user = desk.people["officer"]
    user.is_active = False
    user.save()
    assert public.get(third).status_code == 404


def test_a_feed_that_keeps_a_clearance_which_was_taken(desk: Desk) -> None:
    path = make(desk, "officer")
    before = len(events(desk, path))
    user = desk.people["officer"]
    user.clearance = "UNCLASSIFIED"
    user.save()
    assert len(events(desk, path)) < before


@pytest.mark.parametrize("secret", ["x", "A" * 43, "..", "%00"])
def test_an_address_that_was_guessed(desk: Desk, secret: str) -> None:
    make(desk, "officer")
    assert desk.client("public").get(f"/feeds/{secret}.ics").status_code == 404


def test_a_secret_that_can_be_read_from_the_database_or_the_page(desk: Desk) -> None:
    path = make(desk, "officer")
    secret = path.removeprefix("/feeds/").removesuffix(".ics")
    kept = Feed.objects.get(revoked=None)
    assert secret not in str(vars(kept))
    assert secret not in text_of(desk.client("officer").get("/inbox/settings"))
    assert len(secret) >= 43


def test_an_address_that_is_written_into_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(desk, "officer")
    secret = path.removeprefix("/feeds/").removesuffix(".ics")
    monkeypatch.setattr("sepakat.desk.notices.feeds.calendar", None)  # what fails, fails within it
    failing = desk.client("public")
    failing.raise_request_exception = False
    assert failing.get(path).status_code == 500
    desk.client("officer").post("/inbox/feed/revoke")
    assert failing.get(path).status_code == 404
    assert failing.generic("PROPFIND", path).status_code == 405  # as calendars' programs may ask
    lines = [LineFormatter().format(record) for record in caplog.records]
    assert any("Internal Server Error: /feeds/…" in line for line in lines)
    assert sum("/feeds/…" in line for line in lines) == 3
    assert secret not in "".join(lines)


def test_an_event_that_is_another_after_a_change(desk: Desk) -> None:
    desk.say("engagement", "MYS-m", "schedule", OPEN, title="Seminar", date=day(10),
             counterparty="KOR", place="Seoul", type="seminar")  # fmt: skip
    path = make(desk, "company_a")
    [(uid, before)] = [(u, e) for u, e in events(desk, path).items() if e["SUMMARY"] == "Seminar"]
    assert before["SEQUENCE"] == "0"
    desk.say("engagement", "MYS-m", "reschedule", date=day(12), reason="A holiday.")
    after = events(desk, path)[uid]
    assert after["SEQUENCE"] == "1"
    assert after["DTSTART"] == day(12).replace("-", "")
    assert after["LAST-MODIFIED"] == "20260201T000000Z"


def test_a_waiting_approval_and_a_meeting_with_a_marking(desk: Desk) -> None:
    desk.say("gate", "MYS-gate-open", "table")
    desk.say("engagement", "MYS-m2", "schedule", BOTH, title="Closed meeting", date=day(4),
             counterparty="KOR", place="Seoul", type="meeting")  # fmt: skip
    found = titles(desk, make(desk, "approver"))
    assert "Waits for you: Cabinet approval" in found
    assert "A meeting (sign in to see it)" in found
    assert "Closed meeting" not in found


def test_a_feed_in_its_owners_language(desk: Desk) -> None:
    desk.people["officer"].language = "ko"
    desk.people["officer"].save()
    content = desk.client("public").get(make(desk, "officer")).content.decode()
    assert "말레이시아" in content
