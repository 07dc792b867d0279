"""The tender's pages: every figure as it follows from the record, and only for whom it is."""

import re
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from sepakat.desk import words
from sepakat.desk.pages import tender as page_of_one
from sepakat.desk.pages import tenders as page_of_all
from sepakat.node.models import Object
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.label import make
from support.desks import Desk, queries
from support.pages import check, sign, text_of
from support.tenders import ANSWER, Tendering

TARGETS = {"requirements": 20, "strategy": 10, "tender": 5, "closing": 30}
EVERYBODY = (
    *("officer", "approver", "auditor", "clerk", "company_a", "company_b", "partner"),
    "public",
)
# What only some may see, and who: the page must not have it for anybody else.
OF_BUYER = ("officer", "approver", "auditor")
ONLY = {
    "Eyes at sea": OF_BUYER,  # the need
    "What eve scored alone": OF_BUYER,
    "The interface was shown after all.": OF_BUYER,
    "No interest declared": OF_BUYER,
    "How far the weights may move": OF_BUYER,
    "Points by criterion": OF_BUYER,
    "It comes first by far.": OF_BUYER,  # the award
    "Lead times": OF_BUYER,
    "Name the part that is made here.": OF_BUYER,  # why the strategy was sent back
    "900,000.00": (*EVERYBODY,),  # what the winner is paid is public
    "1,200,000.00": (*OF_BUYER, "company_b"),  # the other offer's opening
    "MYS-offer-1-a": (*OF_BUYER, "company_a"),
    "MYS-offer-1-b": (*OF_BUYER, "company_b"),
    "May it come in two parts?": (*OF_BUYER, "company_a"),
    "The first opening and its proof": (*OF_BUYER, "company_a", "company_b"),
    ANSWER: EVERYBODY,
    "Its price is the best.": EVERYBODY,  # the notice
    "Standstill until: 5 April 2026": EVERYBODY,
}


@pytest.fixture
def played(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Tendering:
    for page in (page_of_one, page_of_all):
        monkeypatch.setattr(page, "today", lambda: date(2026, 4, 1))
    tendering = Tendering(desk)
    tendering.all(TARGETS)
    return tendering


def shown(played: Tendering, name: str) -> str:
    return text_of(played.desk.client(name).get(f"/tenders/{played.tender}"))


def test_a_page_has_what_its_reader_may_not_see_or_lacks_what_they_may(played: Tendering) -> None:
    for name in EVERYBODY:
        page = shown(played, name)
        found = {text: text in page for text in ONLY}
        assert found == {text: name in ONLY[text] for text in ONLY}, name


def test_the_record_of_a_tender_shows_its_times_as_machines_write_them(played: Tendering) -> None:
    page = text_of(played.desk.client("officer").get(f"/object/{played.tender}"))
    closes = played.desk.access("officer").get(played.tender).fields["closes"]
    assert f"Closes {words.moment(closes)}" in page


def test_the_matrix_does_not_come_to_what_the_evaluation_states(played: Tendering) -> None:
    page = shown(played, "officer")
    # Company A: 8 of 10 by 30, 6 of 10 by 20, and 900,000 of 2,000,000 by 50, low being best.
    a = "1 Company A (illustrative) 63.5000 8 + 24.0000 6 + 12.0000 900,000 + 27.5000"
    b = "2 Company B (illustrative) 59.0000 9 Changed + 27.0000 6 + 12.0000 1,200,000 + 20.0000"
    assert f"{a} {b}" in page
    # Fit: A leads by 0.75 / 7 without it and is 0.1 behind with it alone, so they meet at 15 / 29.
    assert "Its fit 30.0000 0.0000 51.7241 – Company B (illustrative)" in page
    assert "Company A (illustrative) 1 1 (" in page, "the rule and TOPSIS"


def test_the_proof_that_criteria_came_first_names_other_places(played: Tendering) -> None:
    client = played.desk.client("officer")
    page = client.get(f"/tenders/{played.tender}").content.decode()
    terms = text_of(client.get(f"/record/MYS/{place(page, 'versions')}"))
    assert "Tender: Publish" in terms
    opening = text_of(client.get(f"/record/MYS/{place(page, 'criteria')}"))
    assert "Opening: Record" in opening


def place(page: str, heading: str) -> int:
    """The first statement that is linked to after a heading."""
    after = page[page.index(f'id="{heading}"') :]
    return int(re.search(r'href="/record/MYS/(\d+)"', after)[1])  # type: ignore[index]


def test_a_lead_time_is_late_on_time_or_without_its_reason(played: Tendering) -> None:
    page = shown(played, "officer")
    assert "Requirements Need 10 20" in page
    assert "Strategy Requirements 20 Late 10" in page
    assert "Send back, 18 January 2026. Name the part that is made here." in page
    assert "Contract Award 7 – Open" in page
    (line,) = [row for row in rows_of(played, "officer") if "Radars 1" in row]
    assert "1 March 2026" in line and " 2 Late Strategy" in line
    assert "Next: Contract, 7 days so far" in line


def rows_of(played: Tendering, name: str) -> list[str]:
    page = played.desk.client(name).get("/tenders").content.decode()
    found = re.findall("(?s)<tr>.*?</tr>", page)
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in found]


def test_the_list_betrays_a_tender_or_its_lead_times(played: Tendering) -> None:
    hidden = Tendering(played.desk, 2, make("RESTRICTED", ["MYS"], organisations=["MYS"]))
    hidden.plan({})
    hidden.publish()
    for name in EVERYBODY:
        page = text_of(played.desk.client(name).get("/tenders"))
        answer = played.desk.client(name).get(f"/tenders/{hidden.tender}")
        assert ("Radars 2" in page) == (name in OF_BUYER) == (answer.status_code == 200), name
        assert ("Lead times" in page) == (name in OF_BUYER), name


def test_what_is_no_tender_is_taken_for_one(played: Tendering) -> None:
    client = played.desk.client("officer")
    for name in (played.id("offer", "a"), "MYS-none", "x" * 300):
        assert client.get(f"/tenders/{name}").status_code == 404


def test_without_pymcdm_or_a_sheet_the_page_breaks(
    played: Tendering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymcdm", None)
    page = shown(played, "officer")
    assert "need the package pymcdm, which is not installed" in page
    assert "How far the weights may move" in page
    Object.objects.filter(id=played.id("sheet", "eve")).delete()
    page = shown(played, "officer")
    assert "The scores are not all for you to see" in page
    assert "63.5000" in page, "as the evaluation states it"


def test_a_longer_record_takes_more_reads(played: Tendering) -> None:
    client = played.desk.client("officer")

    def reads(path: str) -> int:
        client.get(path)
        with queries() as found:
            assert client.get(path).status_code == 200
        return len(found)

    paths = ("/tenders", f"/tenders/{played.tender}")
    before = [reads(path) for path in paths]
    another = Tendering(played.desk, 3)
    another.all(TARGETS)
    for number in range(8):
        played.say(
            "03-26",
            f"MYS-audit-{number}",
            "report",
            make("RESTRICTED", ["MYS"]),
            kind="procurement_audit",
            tender=played.tender,
            title="An audit",
            findings="Found.",
            recommendations="Do better.",
        )
    assert [reads(path) for path in paths] <= before
    assert max(before) < 50


def test_a_tender_is_closed_without_what_it_received(desk: Desk) -> None:
    tendering = Tendering(desk)
    tendering.plan(TARGETS)
    tendering.publish()
    offers = [tendering.offer(name) for name in "ab"]
    page = f"/tenders/{tendering.tender}"
    for name in ("company_a", "auditor", "public", "partner"):
        assert "Close it with all offers" not in desk.client(name).get(page).content.decode(), name
    address = re.search(
        r'href="([^"]+/close\?[^"]+)"', desk.client("officer").get(page).content.decode()
    )
    assert address
    form = desk.client("officer").get(address[1].replace("&amp;", "&")).content.decode()
    for offer in offers:
        assert offer in form
        assert Object.objects.get(id=offer).head in form


def test_a_tender_that_received_nothing_stays_open(desk: Desk) -> None:
    """That there is no offer is an answer, which is shown before it is signed."""
    tendering = Tendering(desk)
    tendering.plan(TARGETS)
    tendering.publish()
    officer, page = desk.client("officer"), f"/tenders/{tendering.tender}"
    address = re.search(r'href="([^"]+/close\?[^"]+)"', officer.get(page).content.decode())
    assert address
    given = {"received": "", "receipts": "", "evaluators": "eve"}
    shown = check(officer, address[1].replace("&amp;", "&"), given)
    assert "Received – Receipts – Evaluators eve" in text_of(shown)
    sign(officer, f"/object/{tendering.tender}/close", given)
    closed = desk.access("officer").get(tendering.tender)
    assert (closed.state, closed.fields["received"]) == ("closed", [])


def test_a_tender_is_closed_by_nobody(desk: Desk) -> None:
    tendering = Tendering(desk)
    tendering.plan(TARGETS)
    tendering.publish()
    given = {"received": "", "receipts": "", "evaluators": ""}
    answer = check(desk.client("officer"), f"/object/{tendering.tender}/close", given)
    assert answer.status_code == 422
    assert "This field is required" in text_of(answer)


def test_a_tender_is_offered_to_be_closed_before_its_time(desk: Desk) -> None:
    tendering = Tendering(desk)
    tendering.plan(TARGETS)
    later = (datetime.now(UTC) + timedelta(days=2)).strftime(TIME_FORMAT)
    tendering.publish(closes=later, opens=later)
    officer, about = desk.client("officer"), f"/object/{tendering.tender}"
    page = officer.get(about)
    assert f'href="{about}/close"' not in page.content.decode()
    assert f"Close Only after {words.moment(later)}." in text_of(page)
    assert "/close?" not in officer.get(f"/tenders/{tendering.tender}").content.decode()
    assert officer.get(f"{about}/close").status_code == 403


def test_an_offer_left_out_at_the_closing_is_hidden_from_its_bidder(desk: Desk) -> None:
    tendering = Tendering(desk)
    tendering.plan(TARGETS)
    tendering.publish()
    kept, left_out = (tendering.offer(name) for name in "ab")
    head = Object.objects.get(id=kept).head
    tendering.say(
        *("03-01", tendering.tender, "close"), received=[kept], receipts=[head], evaluators=["eve"]
    )
    sentence = f"did not list it at the closing. {left_out}"
    for name, told in (("company_b", True), ("auditor", True), ("company_a", False)):
        assert (sentence in text_of(desk.client(name).get(f"/tenders/{tendering.tender}"))) is told
