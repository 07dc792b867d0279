"""Who says what by the API; what is recorded, and what is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from sepakat.node import rows
from sepakat.node.accounts.models import Prepared
from sepakat.node.models import Log, Object
from support.desks import Desk
from support.programs import Program

Programs = Callable[[str], Program]

OWN = {"classification": "RESTRICTED", "releasable_to": ["MYS"]}
BOTH = {"classification": "RESTRICTED", "releasable_to": ["KOR", "MYS"]}
GATE = {"body": {"name": "A gate", "authority": "Cabinet", "due": "2027-01-31"}, "label": OWN}


def _size(desk: Desk) -> int:
    return Log.objects.get(nation=desk.home.config.nation).size


def _problem(answer: HttpResponse, status: int) -> Any:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.json()


def test_a_statement_is_recorded_in_the_callers_role(desk: Desk, program: Programs) -> None:
    officer = program("officer")
    answer = officer.post("/gate/MYS-gate-new/plan", GATE)
    assert answer.status_code == 201, answer.content
    assert answer.headers["Location"] == "/api/v1/gate/MYS-gate-new"
    [receipt] = answer.json()["recorded"]
    assert answer.json()["checkpoint"] == {"origin": "mys.example/log", "size": _size(desk)}
    found = officer.get("/gate/MYS-gate-new").json()
    assert (found["state"], found["head"]) == ("planned", receipt["digest"])
    [said] = officer.get("/gate/MYS-gate-new/statements").json()["items"]
    by = said["statement"]["by"]
    assert (by["role"], by["account"], by["organisation"]) == ("officer", "p-officer", None)
    assert officer.post("/gate/MYS-gate-new/table").status_code == 201


def test_a_dry_run_that_records(desk: Desk, program: Programs) -> None:
    before = _size(desk)
    answer = program("officer").post("/gate/MYS-gate-new/plan", GATE | {"dry_run": True})
    assert (answer.status_code, answer.json()["dry_run"]) == (200, True)
    assert _size(desk) == before
    refused = program("approver").post("/gate/MYS-gate-new/plan", GATE | {"dry_run": True})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("name", "status"),
    [("approver", 403), ("auditor", 403), ("company_a", 403), ("partner", 403), ("public", 401)],
)
def test_an_action_taken_by_whom_it_is_not_for(
    desk: Desk, program: Programs, name: str, status: int
) -> None:
    before = _size(desk)
    _problem(program(name).post("/gate/MYS-gate-open/table"), status)
    _problem(program(name).post("/gate/MYS-gate-new/plan", GATE), status)
    assert _size(desk) == before


@pytest.mark.parametrize("name", ["clerk", "company_a", "partner"])
def test_an_action_that_tells_an_outsider_of_a_record(program: Programs, name: str) -> None:
    hidden = program(name).post("/gate/MYS-gate-high/table")
    missing = program(name).post("/gate/MYS-no-such/table")
    _problem(hidden, 404)
    assert hidden.content == missing.content.replace(b"MYS-no-such", b"MYS-gate-high")
    batch = {"statements": [{"kind": "gate", "action": "table", "object": "MYS-gate-high"}]}
    answers = [
        program(name).post("/statements", json.loads(json.dumps(batch).replace("MYS-gate-high", x)))
        for x in ("MYS-gate-high", "MYS-no-such")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("name", ["clerk", "company_a"])
def test_a_reference_that_tells_an_outsider_of_a_record(program: Programs, name: str) -> None:
    """Naming a hidden record in a field is answered like naming none at all."""

    def name_in_field(gate: str) -> HttpResponse:
        kind, action, given = {
            "clerk": ("gate", "plan", GATE | {"body": GATE["body"] | {"after": [gate]}}),
            "company_a": ("claim", "file", _claim(gate)),
        }[name]
        return program(name).post(f"/{kind}/MYS-probe/{action}", given | {"dry_run": True})

    hidden, missing = name_in_field("MYS-gate-high"), name_in_field("MYS-no-such")
    assert hidden.status_code == missing.status_code
    assert hidden.content == missing.content.replace(b"MYS-no-such", b"MYS-gate-high")


def _claim(obligation: str) -> dict[str, Any]:
    body = {
        "obligation": obligation,
        "counterparty": "KOR",
        "value": {"amount": "1", "currency": "MYR"},
        "description": "Done.",
        "evidence": ["MYS-gate-open"],
    }
    label = BOTH | {"organisations": ["KOR", "MYS", "MYS-company-a"]}
    return {"body": body, "label": label}


def test_a_role_that_the_token_does_not_hold(program: Programs) -> None:
    problem = _problem(
        program("officer").post("/gate/MYS-gate-open/table", {"role": "approver"}), 403
    )
    assert problem["where"] == "approver"
    own = program("officer").post("/gate/MYS-gate-open/table", {"role": "officer"})
    assert own.status_code == 201
    _problem(
        program("officer").post("/gate/MYS-gate-x/plan", GATE | {"organisation": "MYS-company-a"}),
        403,
    )


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"body": GATE["body"]}, "/label"),
        ({"label": OWN}, "/body"),
        (GATE | {"body": GATE["body"] | {"due": "2027-02-30"}}, "/body/due"),
        (GATE | {"body": GATE["body"] | {"colour": "red"}}, "/body/colour"),
        (GATE | {"body": {"name": "A", "authority": "B"}}, "/body/due"),
        (GATE | {"body": GATE["body"] | {"after": ["x"]}}, "/body/after/0"),
        (GATE | {"label": OWN | {"classification": "COSMIC"}}, "/label/classification"),
        (GATE | {"label": OWN | {"releasable_to": ["PUBLIC", "MYS"]}}, "/label"),
        (GATE | {"label": OWN | {"caveats": {"Not A Name": ["x"]}}}, "/label"),
        (GATE | {"a/b~c": 1}, "/a~1b~0c"),
    ],
)
def test_a_fault_that_is_not_pointed_at(
    program: Programs, given: dict[str, Any], pointer: str
) -> None:
    problem = _problem(program("officer").post("/gate/MYS-gate-new/plan", given), 422)
    assert pointer in [fault["pointer"] for fault in problem["errors"]]
    assert problem["type"] == "/problems/invalid"


def test_a_state_that_does_not_allow_it(program: Programs) -> None:
    body = {"body": {"decided": "2026-11-01"}}
    problem = _problem(program("approver").post("/gate/MYS-gate-open/pass", body), 403)
    assert "tabled" in problem["detail"]


def test_an_identifier_that_is_taken(program: Programs) -> None:
    problem = _problem(program("officer").post("/gate/MYS-gate-open/plan", GATE), 409)
    assert problem["fix"] == "Choose another identifier"


def test_a_new_label_where_there_is_no_room_for_one(
    program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused, and no fault of the node's."""
    monkeypatch.setattr(rows, "MAX_LABELS", len(rows.labels()))
    new = GATE | {"label": {"classification": "RESTRICTED", "releasable_to": ["MYS", "TUR"]}}
    problem = _problem(program("officer").post("/gate/MYS-gate-new/plan", new), 409)
    assert problem["fix"] == "Use one of those that there are"
    assert program("officer").post("/gate/MYS-gate-new/plan", GATE).status_code == 201


def _batch(*last: dict[str, Any], **more: Any) -> dict[str, Any]:
    first = {"kind": "gate", "action": "plan", "object": "MYS-gate-one"} | GATE
    table = {"kind": "gate", "action": "table", "object": "MYS-gate-one"}
    return {"statements": [first, table, *last]} | more


def test_a_batch_in_its_order(desk: Desk, program: Programs) -> None:
    before = _size(desk)
    answer = program("officer").post("/statements", _batch())
    assert answer.status_code == 201, answer.content
    assert [one["state"] for one in answer.json()["recorded"]] == ["planned", "tabled"]
    assert _size(desk) == before + 2


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ({"kind": "gate", "action": "table", "object": "MYS-gate-high", "body": {"due": "x"}}, 422),
        ({"kind": "gate", "action": "paint", "object": "MYS-gate-high"}, 422),
        ({"kind": "fence", "action": "plan", "object": "MYS-gate-high"}, 422),
        ({"kind": "gate", "action": "plan", "object": "MYS-gate-x", "body": GATE["body"]}, 422),
        ({"kind": "gate", "action": "table", "object": "MYS-gate-open", "label": OWN}, 422),
        ({"kind": "gate", "action": "table", "object": "MYS-no-such"}, 404),
        ({"kind": "gate", "action": "pass", "object": "MYS-gate-one",
          "body": {"decided": "2026-11-01"}}, 403),
        ({"kind": "gate", "action": "plan", "object": "MYS-gate-open"} | GATE, 409),
    ],
)  # fmt: skip
def test_a_batch_of_which_a_part_is_recorded(
    desk: Desk, program: Programs, last: dict[str, Any], status: int
) -> None:
    before = _size(desk)
    _problem(program("officer").post("/statements", _batch(last)), status)
    assert _size(desk) == before
    assert program("officer").get("/gate/MYS-gate-one").status_code == 404


def test_what_needs_two_people_said_by_one_program(desk: Desk, program: Programs) -> None:
    path = "/agreement/MYS-agreement-g2g/enter_into_force"
    _in_force_by_korea(desk)
    body = {"body": {"effective": "2026-11-20"}}
    before = _size(desk)
    answer = program("approver").post(path, body)
    assert answer.status_code == 202, answer.content
    kept = Prepared.objects.get(id=answer.json()["prepared"])
    assert (kept.object, kept.decided, _size(desk)) == ("MYS-agreement-g2g", None, before)
    item = {"kind": "agreement", "action": "enter_into_force", "object": "MYS-agreement-g2g"}
    _problem(program("approver").post("/statements", {"statements": [item | body]}), 409)
    item = item | body
    _problem(program("approver").post("/statements", {"statements": [item, item]}), 403)
    assert _size(desk) == before


def _in_force_by_korea(desk: Desk) -> None:
    """Put the agreement where Korea's acceptance, which this node has no key for, would put it."""
    Object.objects.filter(id="MYS-agreement-g2g").update(state="accepted")
    desk.say("gate", "MYS-gate-open", "table")
    desk.say("gate", "MYS-gate-open", "pass", role="approver", decided="2026-11-01")


def test_a_word_put_into_somebody_elses_mouth(program: Programs) -> None:
    answer = program("officer").post("/gate/MYS-gate-open/defer", {"account": "somebody"})
    _problem(answer, 422)
