"""Lists: exactly the rows that a person may see and that the query asks for."""

import csv
import io
import json

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sepakat.desk.kinds.lists import Listing
from sepakat.desk.kinds.models import SavedView
from sepakat.desk.kinds.shapes import fields_of
from sepakat.vocabulary import REGISTRY
from support.desks import BOTH, HIGH, OPEN, OWN, Desk, queries
from support.pages import text_of


def ids(desk: Desk, name: str, query: str = "", kind: str = "gate") -> list[str]:
    answer = desk.client(name).get(f"/register/{kind}/export.json?{query}")
    assert answer.status_code == 200
    return [row["id"] for row in json.loads(b"".join(answer))["rows"]]


@pytest.fixture
def gates(desk: Desk) -> Desk:
    for number, (label, due, state) in enumerate(
        [
            (OPEN, "2026-05-01", "planned"),
            (OWN, "2026-01-01", "tabled"),
            (BOTH, "2026-03-01", "planned"),
            (HIGH, "2026-02-01", "tabled"),
        ]
    ):
        about = f"MYS-g-{number}"
        body = {"name": f"Gate {number} 100%_done", "authority": "Cabinet", "due": due}
        desk.say("gate", about, "plan", label, **body)
        if state == "tabled":
            desk.say("gate", about, "table")
    return desk


def test_a_filter_leaves_out_what_does_not_fit(gates: Desk) -> None:
    assert ids(gates, "officer", "state=tabled") == ["MYS-g-1", "MYS-g-3"]
    assert ids(gates, "officer", "due_from=2026-02-01&due_to=2026-03-01") == ["MYS-g-3", "MYS-g-2"]
    assert ids(gates, "officer", "q=gate+2") == ["MYS-g-2"]


def test_a_sign_that_the_database_reads_as_a_pattern_is_searched_as_such(gates: Desk) -> None:
    assert len(ids(gates, "officer", "q=100%25_done")) == 4
    assert ids(gates, "officer", "q=100%25%25done") == []


def test_rows_are_sorted_both_ways(gates: Desk) -> None:
    up = ids(gates, "officer", "sort=due&q=100")
    assert up == ["MYS-g-1", "MYS-g-3", "MYS-g-2", "MYS-g-0"]
    assert ids(gates, "officer", "sort=-due&q=100") == up[::-1]


def test_an_outsider_finds_nothing_by_any_filter(gates: Desk) -> None:
    for query in ("", "q=gate", "state=tabled", "sort=-due", "q=MYS-g-3", "due_from=2026-02-01"):
        for name in ("company_b", "public", "clerk"):
            assert set(ids(gates, name, query)) <= {"MYS-g-0", "MYS-gate-open"}


def test_a_count_says_nothing_of_what_is_hidden(gates: Desk) -> None:
    assert "2 records" in text_of(gates.client("public").get("/register/gate"))
    assert "4 records" not in text_of(gates.client("public").get("/register/gate"))


def test_the_export_has_the_rows_of_the_page(gates: Desk) -> None:
    client = gates.client("partner")
    page = text_of(client.get("/register/gate?state=planned"))
    answer = b"".join(client.get("/register/gate/export.csv?state=planned")).decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(answer)) if row and row[0].startswith("MYS-")]
    assert {row[0] for row in rows} == {"MYS-g-0", "MYS-g-2", "MYS-gate-open"}
    assert "Gate 2" in page
    assert "Gate 3" not in page


HOSTILE = [
    "page=0",
    "page=99999",
    "page=x",
    "size=7",
    "sort=nothing",
    "sort=--id",
    "state=",
    "due_from=x",
    "q=%00",
    "no=such",
    "state=tabled%27--",
    "value=1e400",
    "value_from=nan",
]


@pytest.mark.parametrize("query", [*HOSTILE, "q=" + "x" * 5000])
def test_a_wrong_or_hostile_query_is_no_error(gates: Desk, query: str) -> None:
    assert gates.client("officer").get(f"/register/gate?{query}").status_code == 200
    assert gates.client("officer").get(f"/register/obligation?{query}").status_code == 200


def test_a_kind_that_is_not_there_is_not_found(desk: Desk) -> None:
    assert desk.client("officer").get("/register/kite").status_code == 404


def test_a_list_takes_the_same_few_queries_for_any_number_of_rows(desk: Desk) -> None:
    client = desk.client("officer")

    def reads() -> int:
        with queries() as found:
            client.get("/register/organisation")
        return len(found)

    few = reads()
    for number in range(40):
        desk.say("organisation", f"MYS-o-{number}", "register", OWN, name="O", type="company")
    assert reads() == few < 20


def test_a_saved_view_is_its_makers_alone(gates: Desk) -> None:
    officer, other = gates.client("officer"), gates.client("company_a")
    officer.post("/register/gate/views", {"name": "Tabled ones", "query": "state=tabled&page=3"})
    view = SavedView.objects.get()
    assert view.query == "state=tabled"
    assert "Tabled ones" in text_of(officer.get("/register/gate"))
    assert "Tabled ones" not in text_of(other.get("/register/gate"))
    other.post(f"/register/gate/views/{view.id}/remove")
    assert SavedView.objects.exists()
    officer.post(f"/register/gate/views/{view.id}/remove")
    assert not SavedView.objects.exists()
    assert gates.client("public").post("/register/gate/views", {"name": "x"}).status_code == 302
    assert not SavedView.objects.exists()


def test_the_size_of_a_page_taken_for_that_of_a_file(desk: Desk) -> None:
    body = {"title": "R", "sha256": "0" * 64, "media_type": "text/plain", "filename": "r.txt"}
    desk.say("evidence", "MYS-report", "register", OPEN, size=7, **body)
    assert ids(desk, "officer", "size=50", "evidence") == ["MYS-report"]
    assert ids(desk, "officer", "size_from=8", "evidence") == []


@given(
    query=st.dictionaries(st.sampled_from(["q", "state", "due_from", "sort", "page"]), st.text())
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_shows_an_outsider_more(gates: Desk, query: dict[str, str]) -> None:
    answer = gates.client("company_b").get("/register/gate", query)
    assert answer.status_code == 200
    assert b"Gate 3" not in answer.content


@pytest.mark.parametrize("value", ["1.5", "9999999999999999999", "-", "²", "٣", "5", "\x00", "x"])
@pytest.mark.parametrize("end", ["", "_from", "_to"])
def test_a_filter_that_is_no_value_of_its_field_is_no_error(
    desk: Desk, value: str, end: str
) -> None:
    for kind in REGISTRY.kinds.values():
        query = QueryDict(mutable=True)
        for name in fields_of(kind):
            query[f"{name}{end}"] = value
            list(Listing(desk.access("officer"), kind, query).rows[:1])
        query = QueryDict(mutable=True)
        query["q"] = value
        list(Listing(desk.access("officer"), kind, query).rows[:1])
