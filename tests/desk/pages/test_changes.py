"""What changed: what the record says, cut at the days asked for, for the reader's eyes only."""

from datetime import date

import pytest

from sepakat.desk.pages.replay import changes
from sepakat.node import rows
from sepakat.node.ledger import Draft, Ledger
from sepakat.node.models import Object
from sepakat.record.label import Label
from sepakat.vocabulary import REGISTRY
from support.desks import HIGH, OPEN, Desk, queries
from support.pages import text_of


def on(
    desk: Desk, day: str, about: str, action: str, label: Label | None = None, **body: str
) -> None:
    draft = Draft("gate", about, action, dict(body), label)
    Ledger(desk.home, REGISTRY).append([draft], at=f"{day}T12:00:00Z")


@pytest.fixture
def history(desk: Desk) -> Desk:
    gate = {"name": "Budget", "authority": "Cabinet", "due": "2027-01-01"}
    on(desk, "2026-03-01", "MYS-h", "plan", OPEN, **gate)
    on(desk, "2026-03-05", "MYS-h", "defer", due="2027-02-02", reason="Recess")
    on(desk, "2026-03-09", "MYS-h", "table")
    on(desk, "2026-03-09", "MYS-hidden", "plan", HIGH, **gate | {"name": "Zulkarnain the second"})
    return desk


def found(desk: Desk, first: str, last: str, name: str = "officer") -> list[tuple[object, ...]]:
    made, _more = changes(desk.access(name), date.fromisoformat(first), date.fromisoformat(last))
    return [
        (
            change.thing.id,
            change.before.state if change.before else None,
            change.thing.state,
            [field.title for field in change.fields],
        )
        for change in made
    ]


def test_a_change_is_between_the_two_days_and_not_before_or_after(history: Desk) -> None:
    assert found(history, "2026-03-01", "2026-03-08") == [
        ("MYS-h", "planned", "deferred", ["Due", "Reason"])
    ]
    assert found(history, "2026-03-08", "2026-03-09", "clerk") == [
        ("MYS-h", "deferred", "tabled", [])
    ]
    assert found(history, "2026-02-01", "2026-02-28") == [], "before all of it"
    assert found(history, "2026-03-10", "2026-03-20") == []


def test_what_is_new_had_no_state_before(history: Desk) -> None:
    [(about, before, after, _fields)] = found(history, "2026-02-28", "2026-03-01")
    assert (about, before, after) == ("MYS-h", None, "planned")


def test_the_last_day_replayed_is_the_present_state(history: Desk) -> None:
    made, _more = changes(history.access("officer"), date(2000, 1, 1), date(2100, 1, 1))
    present = rows.objects(Object.objects.values_list("id", flat=True))
    assert {c.thing.id: c.thing for c in made} == present


def test_a_statement_dated_before_the_one_it_follows_does_not_count_before_it(
    history: Desk,
) -> None:
    on(history, "2026-03-02", "MYS-h", "defer", due="2027-03-03", reason="Backdated")
    assert found(history, "2026-03-01", "2026-03-04", "clerk") == []


def test_an_outsider_sees_no_change_of_what_is_hidden(history: Desk) -> None:
    query = "?first=2026-03-01&last=2026-03-31"
    for name in ("clerk", "company_a", "company_b", "partner", "public"):
        page = text_of(history.client(name).get(f"/changes{query}"))
        assert "Budget" in page
        assert "Zulkarnain" not in page
        assert "Gates 1" in page
    assert "Zulkarnain" in text_of(history.client("officer").get(f"/changes{query}"))


@pytest.mark.parametrize("query", ["first=2026-03-02&last=2026-03-02", "first=x&last=y", "first="])
def test_days_that_make_no_sense_are_said_at_their_field(history: Desk, query: str) -> None:
    answer = history.client("public").get(f"/changes?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer)


def test_it_takes_the_same_few_queries_for_any_number_of_records(history: Desk) -> None:
    client = history.client("officer")

    def reads() -> int:
        with queries() as said:
            client.get("/changes?first=2026-02-01&last=2026-04-01")
        return len(said)

    few = reads()
    for number in range(20):
        gate = {"name": "G", "authority": "Cabinet", "due": "2027-01-01"}
        on(history, "2026-03-03", f"MYS-x-{number}", "plan", OPEN, **gate)
    assert reads() == few
