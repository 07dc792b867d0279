"""The first page: each finds what waits for oneself, and nobody finds what is not theirs."""

from datetime import date, timedelta

from sepakat.desk.pages.models import Look
from sepakat.node.models import Object
from support.desks import BOTH, HIGH, OPEN, OWN, Desk, queries
from support.inprocess import say
from support.pages import text_of


def part(page: str, start: str, end: str) -> str:
    return page[page.index(start) : page.index(end)]


def waits(desk: Desk, name: str) -> str:
    page = text_of(desk.client(name).get("/"))
    return part(page, "Waits for you", "Late")


def test_a_tabled_gate_waits_for_approvers_and_for_nobody_else(desk: Desk) -> None:
    desk.say("gate", "MYS-gate-open", "table")
    assert "Cabinet approval" in waits(desk, "approver")
    for name in ("officer", "auditor", "company_a", "partner", "inspector"):
        assert "Cabinet approval" not in waits(desk, name), name


def test_what_waits_for_the_partner_does_not_wait_for_us(desk: Desk) -> None:
    assert "G2G agreement" not in waits(desk, "approver")


def test_what_may_last_waits_for_nobody(desk: Desk) -> None:
    Object.objects.filter(id="MYS-agreement-g2g").update(state="in_force")
    assert "Nothing waits for you" in waits(desk, "officer")


def test_a_partners_proposal_waits_for_our_approver(desk: Desk) -> None:
    Object.objects.filter(id="MYS-agreement-g2g").update(owner="KOR", counterparty="MYS")
    page = waits(desk, "approver")
    assert "G2G agreement" in page
    assert "Accept" in page
    assert "exclusive" in page.lower(), "what one needs to decide is on the page"


def test_what_waits_above_ones_clearance_is_neither_shown_nor_counted(desk: Desk) -> None:
    desk.say("gate", "MYS-gate-high", "table")
    clerk = desk.people["clerk"]
    clerk.memberships.update(role="approver")
    assert "Nothing waits for you" in waits(desk, "clerk")
    assert "Zulkarnain" in waits(desk, "approver")


def test_late_and_soon_are_by_their_day(desk: Desk) -> None:
    page = text_of(desk.client("officer").get("/"))
    late = part(page, "Late", "Due in the next 30 days")
    soon = part(page, "Due in the next 30 days", "New since")
    assert "Zulkarnain" in late
    assert "Prepare the position" in late
    assert "Cabinet approval" in soon
    outsider = text_of(desk.client("company_b").get("/"))
    assert "Zulkarnain" not in outsider
    assert "Prepare the position" not in outsider


def test_what_was_marked_as_seen_is_not_new_again(desk: Desk) -> None:
    client = desk.client("officer")
    assert "Housings of company A" in part(text_of(client.get("/")), "New since", "Every word")
    client.post("/seen", {"MYS": "99999", "KOR": "x"})
    assert Look.objects.get(user=desk.people["officer"], nation="MYS").size < 99999
    assert "Nothing yet that you may see" in text_of(client.get("/"))
    desk.say("gate", "MYS-gate-new", "plan", OWN, name="Brand new", authority="A", due="2030-01-01")
    assert "Brand new" in part(text_of(client.get("/")), "New since", "Every word")
    assert "Housings of company A" in text_of(desk.client("company_a").get("/")), "one's own look"


def test_only_what_the_page_showed_is_marked_as_seen(desk: Desk) -> None:
    client = desk.client("officer")
    client.get("/")
    desk.say("gate", "MYS-gate-new", "plan", OWN, name="Brand new", authority="A", due="2030-01-01")
    client.post("/seen", {"MYS": "3"})
    assert "Brand new" in part(text_of(client.get("/")), "New since", "Every word")


def test_the_public_finds_what_is_public(desk: Desk) -> None:
    page = text_of(desk.client("public").get("/"))
    assert "Check it yourself" in page
    assert "Cabinet approval" in page
    for hidden in ("Zulkarnain", "G2G agreement", "Prepare the position", "Housings"):
        assert hidden not in page
    assert desk.client("public").post("/seen", {"MYS": "3"}).status_code == 302
    assert not Look.objects.exists()


def test_the_public_reads_of_keys_before_commitments(desk: Desk) -> None:
    """Keys and partners are for those who verify, and would push out what was promised."""
    client = desk.client("public")
    card = {"name": "Another nation", "nation": "TUR", "card": "ab" * 32}
    say(desk.home, "partner", "MYS-partner-tur", "register", OPEN, "administrator", **card)
    page = client.get("/").content.decode()
    newest = page[page.index('id="said"') :]
    assert "/object/MYS-gate-open" in newest
    assert "/object/MYS-partner-tur" not in newest
    assert client.get("/object/MYS-partner-tur").status_code == 200


def test_the_page_takes_the_same_few_queries_for_any_number_of_matters(desk: Desk) -> None:
    client = desk.client("officer")
    soon = (date.today() + timedelta(days=3)).isoformat()  # noqa: DTZ011

    def reads() -> int:
        with queries() as found:
            client.get("/")
        return len(found)

    few = reads()
    for number in range(30):
        label = (OWN, BOTH, OPEN, HIGH)[number % 4]
        desk.say("gate", f"MYS-g-{number}", "plan", label, name="G", authority="A", due=soon)
        desk.say("gate", f"MYS-g-{number}", "table")
    assert reads() <= few + 1
