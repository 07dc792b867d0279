"""Who reads what by the API, and that outsiders learn not even that it exists."""

from collections.abc import Callable
from typing import Any

import pytest

from sepakat.node.models import Object
from sepakat.node.proofs import verify_file
from sepakat.vocabulary import REGISTRY
from support.desks import Desk, queries
from support.programs import Program

Programs = Callable[[str], Program]

# A record, who may see it, and who may not.
SIGHTS = [
    ("gate", "MYS-gate-high", ["officer", "auditor"], ["clerk", "company_a", "partner", "public"]),
    ("action_item", "MYS-action-own", ["officer"], ["clerk", "company_a", "partner", "public"]),
    ("agreement", "MYS-agreement-g2g", ["officer", "partner"], ["company_a", "public"]),
    ("obligation", "MYS-obligation-a", ["company_a", "partner"], ["company_b", "public"]),
]
PARTS = ["", "/statements", "/statements/{head}/proof"]


def _ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("kind", "about", "insiders", "outsiders"), SIGHTS)
def test_a_record_that_an_outsider_is_shown(
    program: Programs, kind: str, about: str, insiders: list[str], outsiders: list[str], part: str
) -> None:
    head = program("officer").get(f"/{kind}/{about}").json()["head"]
    path = f"/{kind}/{about}{part}".format(head=head)
    for name in insiders:
        shown = program(name).get(path)
        assert shown.status_code == 200, name
        assert shown.headers["Cache-Control"] == "private, no-store"
    for name in outsiders:
        hidden = program(name).get(path)
        missing = program(name).get(path.replace(about, "MYS-no-such"))
        assert (hidden.status_code, missing.status_code) == (404, 404), name
        assert hidden.content == missing.content.replace(b"MYS-no-such", about.encode())
        assert dict(hidden.headers).keys() == dict(missing.headers).keys()


@pytest.mark.parametrize(("kind", "about", "insiders", "outsiders"), SIGHTS)
def test_a_list_that_counts_what_it_hides(
    program: Programs, kind: str, about: str, insiders: list[str], outsiders: list[str]
) -> None:
    for name in insiders:
        assert about in _ids(program(name).get(f"/{kind}"))
    for name in outsiders:
        answer = program(name).get(f"/{kind}")
        assert about not in _ids(answer)
        assert answer.json()["total"] == len(answer.json()["items"])
        assert about.encode() not in program(name).get(f"/{kind}", {"q": about}).content


@pytest.mark.parametrize(("kind", "about", "insiders", "outsiders"), SIGHTS)
def test_a_place_that_tells_an_outsider_of_a_record(
    program: Programs, kind: str, about: str, insiders: list[str], outsiders: list[str]
) -> None:
    for name in insiders:
        found = program(name).get(f"/records/{about}").json()
        assert found == {"kind": kind, "id": about, "href": f"/api/v1/{kind}/{about}"}
    for name in outsiders:
        hidden = program(name).get(f"/records/{about}")
        missing = program(name).get("/records/MYS-no-such")
        assert hidden.status_code == 404
        assert hidden.content == missing.content.replace(b"MYS-no-such", about.encode())


def test_a_record_found_under_another_kind(program: Programs) -> None:
    assert program("officer").get("/claim/MYS-gate-open").status_code == 404


def test_a_proof_that_does_not_hold(desk: Desk, program: Programs) -> None:
    [said] = program("public").get("/gate/MYS-gate-open/statements").json()["items"]
    assert (said["status"], said["signed_by"], said["cosigned"]) == ("standing", ["office"], [])
    assert said["statement"]["object"] == "MYS-gate-open"
    answer = program("public").get(said["proof"].removeprefix("/api/v1"))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    checked = verify_file(answer.content, [desk.home.card()], 0)
    assert (checked.index, checked.opening) == (said["index"], b"")


def test_a_proof_of_a_statement_about_something_else(program: Programs) -> None:
    officer = program("officer")
    head = officer.get("/gate/MYS-gate-high").json()["head"]
    for name in ("officer", "public"):
        answer = program(name).get(f"/gate/MYS-gate-open/statements/{head}/proof")
        assert answer.status_code == 404


def test_actions_that_the_caller_may_not_take(program: Programs) -> None:
    def allowed(name: str) -> dict[str, str]:
        actions = program(name).get("/gate/MYS-gate-open").json()["actions"]
        return {one["action"]: one["why"] for one in actions}

    assert allowed("officer")["table"] == ""
    assert allowed("officer")["pass"] == "state"
    assert allowed("approver")["table"] == "role"
    assert allowed("partner")["table"] == "side"
    assert allowed("public")["table"] == "role"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "planned"}, ["MYS-gate-high", "MYS-gate-open"]),
        ({"state": ["passed", "tabled"]}, []),
        ({"owner": "KOR"}, []),
        ({"q": "zulkarnain"}, ["MYS-gate-high"]),
        ({"name": "Cabinet approval"}, ["MYS-gate-open"]),
        ({"sort": "-due"}, ["MYS-gate-open", "MYS-gate-high"]),
        ({"sort": "name"}, ["MYS-gate-open", "MYS-gate-high"]),
        ({"due_from": "9999-01-01"}, []),
        ({"due_to": "9999-01-01"}, ["MYS-gate-high", "MYS-gate-open"]),
        ({"due_from": "2000-01-01", "due_to": "2000-01-02"}, []),
    ],
)
def test_a_filter_that_does_not_filter(
    program: Programs, query: dict[str, Any], found: list[str]
) -> None:
    assert _ids(program("officer").get("/gate", query)) == found


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"value": "1500000.00"}, 2),
        ({"value": "1500000"}, 2),
        ({"value_from": "1500000.01"}, 0),
        ({"value_to": "1500000.00", "value_from": "10"}, 2),
        ({"counterparty": "KOR"}, 2),
        ({"counterparty": "IDN"}, 0),
        ({"category": "training"}, 0),
        ({"category": ["training", "co_production"]}, 2),
        ({"agreement": "MYS-agreement-g2g"}, 2),
        ({"obligor": "KOR"}, 2),
    ],
)
def test_an_amount_or_reference_that_is_not_compared(
    program: Programs, query: dict[str, Any], count: int
) -> None:
    assert len(_ids(program("officer").get("/obligation", query))) == count


def test_a_list_of_references_that_is_not_searched(program: Programs) -> None:
    officer = program("officer")
    assert _ids(officer.get("/agreement", {"approvals": "MYS-gate-open"})) == ["MYS-agreement-g2g"]
    assert _ids(officer.get("/agreement", {"approvals": "MYS-gate-ope"})) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"stat": "planned"}, "stat"),
        ({"state": "lost"}, "state"),
        ({"size": "201"}, "size"),
        ({"page": "0"}, "page"),
        ({"due_from": "tomorrow"}, "due_from"),
        ({"sort": "reason"}, "sort"),
        ({"q": "a\0b"}, "q"),
    ],
)
def test_a_mistaken_filter_that_is_overlooked(
    program: Programs, query: dict[str, str], parameter: str
) -> None:
    answer = program("public").get("/gate", query)
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


def test_a_page_that_leaves_out_or_repeats_a_record(desk: Desk, program: Programs) -> None:
    officer = program("officer")
    everything = _ids(officer.get("/organisation"))
    assert len(everything) == 2
    seen, path = [], "/organisation?size=1&sort=-name"
    while path:
        answer = officer.get(path)
        seen += _ids(answer)
        links = dict(
            reversed(link.strip("<").split('>; rel="'))
            for link in answer.headers["Link"].removesuffix('"').split('", ')
        )
        path = links.get("next", "").removeprefix("/api/v1")
        assert links["first"].endswith("page=1")
        assert links["last"] == "/api/v1/organisation?size=1&sort=-name&page=2"
    assert seen == everything[::-1]
    beyond = officer.get("/organisation", {"size": 1, "page": 9})
    assert (_ids(beyond), beyond.json()["total"]) == ([], 2)


@pytest.mark.parametrize(
    "path", ["/organisation?size=200", "/gate/MYS-gate-open/statements?size=200", "/commitments"]
)
def test_an_answer_whose_queries_grow_with_it(desk: Desk, program: Programs, path: str) -> None:
    officer = program("officer")
    officer.get(path)  # the policies' answers are kept from here on

    def count() -> int:
        with queries() as found:
            assert officer.get(path).status_code == 200
        return len(found)

    few = count()
    label = desk.access("officer").get("MYS-company-a").label
    for number in range(20):
        body = {"name": f"More {number}", "type": "company"}
        desk.say("organisation", f"MYS-more-{number}", "register", label, **body)
        desk.say("gate", "MYS-gate-open", "defer", due="2027-05-01", reason="Not yet.")
    assert count() == few <= 12


def test_all_kinds_are_explained_to_anybody(program: Programs) -> None:
    found = {one["kind"]: one for one in program("public").get("/kinds").json()}
    assert found.keys() == REGISTRY.kinds.keys()
    gate = found["gate"]
    assert gate["states"][0] == "planned"
    plan = next(action for action in gate["actions"] if action["action"] == "plan")
    assert plan["needs"] == ["name", "authority", "due"]
    assert gate["references"] == {"agreement": "agreement", "after": "gate"}


def test_a_checkpoint_that_is_not_the_logs(program: Programs, desk: Desk) -> None:
    found = program("public").get("/record/checkpoint").json()
    assert found["checkpoint"] == program("public").client.get("/checkpoint").content.decode()
    assert found["origin"] == "mys.example/log"
    assert found["cosigned_size"] == 0


def test_commitments_that_name_anothers(desk: Desk, program: Programs) -> None:
    Object.objects.filter(kind="obligation").update(state="in_force")

    def table(name: str, **query: str) -> Any:
        answer = program(name).get("/commitments", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def named(name: str) -> list[str]:
        return [row["obligation"] for row in table(name)["commitments"]]

    assert named("officer") == named("partner") == ["MYS-obligation-a", "MYS-obligation-b"]
    assert (named("company_a"), named("company_b")) == (["MYS-obligation-a"], ["MYS-obligation-b"])
    assert named("clerk") == named("public") == []
    [total] = table("company_a")["by_nation"]
    assert (total["name"], total["owed"], total["overdue"]) == ("KOR", "1500000.00", 0)
    later = table("officer", on="2099-01-01")
    assert [row["overdue"] for row in later["commitments"]] == [True, True]
    assert later["by_category"][0]["commitments"] == 2
    assert program("officer").get("/commitments", {"on": "soon"}).status_code == 422
