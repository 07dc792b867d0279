"""Meetings: who sees which, what is on the agenda, and how minutes come about."""

import pytest

from sepakat.desk.pages.meeting import _today
from sepakat.desk.pages.minutes import papers
from support.desks import OPEN, OWN, Desk, queries
from support.pages import hidden, text_of

ADDRESSES = ("", "/agenda.pdf", "/minutes.pdf")


def headings(desk: Desk, name: str, meeting: str) -> dict[str, list[str]]:
    access = desk.access(name)
    made = papers(access, access.get(meeting), _today())
    return {h.name: [matter.id for matter in h.matters] for h in made.headings}


@pytest.mark.parametrize("part", ADDRESSES)
def test_a_meeting_shown_to_a_company_or_the_public(desk: Desk, meeting: str, part: str) -> None:
    address = f"/meetings/{meeting}{part}"
    for name in ("officer", "committee", "partner"):
        assert desk.client(name).get(address).status_code == 200
    for name in ("clerk", "public"):
        answer = desk.client(name).get(address)
        missing = desk.client(name).get(f"/meetings/MYS-none{part}")
        assert answer.status_code == missing.status_code == 404
    for name in ("company_a", "company_b"):
        assert desk.client(name).get(address).status_code == 404
        assert "Second meeting" not in text_of(desk.client(name).get("/meetings"))
    assert "Second meeting" in text_of(desk.client("officer").get("/meetings"))
    assert "Second meeting" not in text_of(desk.client("public").get("/meetings"))


def test_a_record_that_is_no_meeting(desk: Desk, meeting: str) -> None:
    assert desk.client("officer").get("/meetings/MYS-gate-open").status_code == 404


def test_the_agenda_puts_each_open_matter_under_the_first_heading_that_takes_it(
    desk: Desk, meeting: str
) -> None:
    found = headings(desk, "officer", meeting)
    assert list(found) == [
        "Minutes to be agreed",
        "Overdue",
        "Actions from earlier meetings",
        "Waiting for Republic of Korea",
        "Gates ahead",
    ]
    assert found["Minutes to be agreed"] == ["MYS-meeting-1"]
    assert found["Overdue"] == ["MYS-late"]
    assert found["Actions from earlier meetings"] == ["MYS-old"]
    assert "MYS-agreement-g2g" in found["Waiting for Republic of Korea"]
    assert found["Gates ahead"] == ["MYS-gate-open"]
    everything = [id_ for ids in found.values() for id_ in ids]
    assert len(everything) == len(set(everything))


def test_a_matter_of_one_nation_alone_that_is_handed_over_the_table(
    desk: Desk, meeting: str
) -> None:
    page = text_of(desk.client("officer").get(f"/meetings/{meeting}"))
    agenda = page[page.index("Agenda ") : page.index("Decisions ")]
    for id_, title in (("MYS-action-own", "Prepare the position"), ("MYS-gate-high", "Zulkarnain")):
        assert id_ not in agenda
        assert title not in agenda


def test_the_partners_liaison_sees_no_action_of_ours_alone(desk: Desk, meeting: str) -> None:
    assert "Zulkarnain" in text_of(desk.client("officer").get(f"/meetings/{meeting}"))
    page = text_of(desk.client("partner").get(f"/meetings/{meeting}"))
    assert "Zulkarnain" not in page
    assert "Shall tests be shared?" in page


def test_minutes_that_carry_a_matter_past_its_own_label(desk: Desk, meeting: str) -> None:
    text = desk.client("officer").get(f"/meetings/{meeting}/minutes").context["text"]
    assert "Shall tests be shared?" in text
    assert "Draft the protocol – Malaysia, due" in text
    assert "Zulkarnain" not in text
    assert "Housings" not in text  # of one company, and the meeting is for all offices


def test_minutes_are_proposed_through_the_page_that_shows_what_is_signed(
    desk: Desk, meeting: str
) -> None:
    client = desk.client("committee")
    page = client.get(f"/meetings/{meeting}/minutes")
    given = {"minutes": "We met.\nWe agreed.", "step": "check", "head": hidden(page)["head"]}
    checked = client.post(f"/object/{meeting}/propose_minutes", given)
    assert checked.status_code == 200
    assert "We agreed." in text_of(checked)
    client.post(f"/object/{meeting}/propose_minutes", {**hidden(checked), "step": "sign"})
    thing = desk.access("committee").get(meeting)
    assert thing.state == "minutes_proposed"
    assert thing.fields["minutes"].splitlines() == ["We met.", "We agreed."]
    assert client.get(f"/meetings/{meeting}/minutes").status_code == 403


def test_minutes_written_by_whoever_may_not_propose_them(desk: Desk, meeting: str) -> None:
    for name in ("auditor", "inspector", "partner"):
        client = desk.client(name)
        assert client.get(f"/meetings/{meeting}/minutes").status_code == 403
        assert "Write the minutes" not in text_of(client.get(f"/meetings/{meeting}"))


def test_the_forms_of_what_is_recorded_are_filled_in(desk: Desk, meeting: str) -> None:
    page = desk.client("committee").get(f"/meetings/{meeting}")
    addresses = {(kind, action): at for kind, action, at in page.context["making"]}
    assert set(addresses) == {
        ("decision", "propose"),
        ("action_item", "undertake"),
        ("action_item", "ask"),
    }
    for address in addresses.values():
        form = desk.client("committee").get(address)
        assert form.status_code == 200
        assert meeting in form.content.decode()
    assert desk.client("auditor").get(f"/meetings/{meeting}").context["making"] == []


def test_an_agenda_that_asks_once_for_each_matter(desk: Desk, meeting: str) -> None:
    def reads() -> int:
        with queries() as found:
            headings(desk, "officer", meeting)
        return len(found)

    before = reads()
    for number in range(20):
        for label in (OPEN, OWN):
            desk.say("gate", f"MYS-g-{number}-{label.classification.lower()}", "plan", label,
                     name="Gate", authority="Cabinet", due="2020-01-01")  # fmt: skip
    assert reads() == before
