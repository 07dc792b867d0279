"""Idempotency keys: nothing is said twice, and nothing is lost, whatever is sent again."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from sepakat.desk.api import idempotency, saying
from sepakat.desk.api.models import KeptAnswer
from sepakat.node.accounts.models import Token
from sepakat.node.models import Log
from support.desks import Desk
from support.programs import Program

Programs = Callable[[str], Program]
TABLE = "/gate/MYS-gate-open/table"
DEFER = "/gate/MYS-gate-open/defer"
LATER = {"body": {"due": "2027-05-01", "reason": "Not yet."}}


def _size(desk: Desk) -> int:
    return Log.objects.get(nation=desk.home.config.nation).size


def test_a_request_sent_again_is_said_once(desk: Desk, program: Programs) -> None:
    officer, before = program("officer"), _size(desk)
    first = officer.post(DEFER, LATER, Idempotency_Key="k-1")
    again = officer.post(DEFER, LATER, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert _size(desk) == before + 1
    assert officer.post(DEFER, LATER, Idempotency_Key="k-2").status_code == 201
    assert officer.post(DEFER, LATER).status_code == 201
    assert _size(desk) == before + 3


def test_a_key_that_answers_another_request(desk: Desk, program: Programs) -> None:
    officer = program("officer")
    officer.post(DEFER, LATER, Idempotency_Key="k-1")
    before = _size(desk)
    for path, given in ((DEFER, LATER | {"role": "officer"}), (TABLE, {})):
        answer = officer.post(path, given, Idempotency_Key="k-1")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    assert _size(desk) == before


def test_a_key_that_gives_anothers_answer_away(desk: Desk, program: Programs) -> None:
    assert program("officer").post(TABLE, Idempotency_Key="k-1").status_code == 201
    assert program("company_a").post(TABLE, Idempotency_Key="k-1").status_code == 403
    assert program("public").post(TABLE, Idempotency_Key="k-1").status_code == 401


def test_a_refusal_that_stays(desk: Desk, program: Programs) -> None:
    """What was refused has recorded nothing, and may be right the next time."""
    officer = program("officer")
    desk.say("gate", "MYS-gate-open", "table")
    assert officer.post(TABLE, Idempotency_Key="k-1").status_code == 403
    assert not KeptAnswer.objects.exists()
    desk.say("gate", "MYS-gate-open", "defer", due="2027-05-01", reason="Not yet.")
    assert officer.post(TABLE, Idempotency_Key="k-1").status_code == 201


def test_a_file_that_the_first_request_has_used_up(desk: Desk, program: Programs) -> None:
    officer = program("officer")
    kept = officer.send(b"report").json()
    body = {"title": "R", "filename": "r.txt", "media_type": "text/plain"}
    body |= {"sha256": kept["sha256"], "size": kept["size"]}
    label = {"classification": "RESTRICTED", "releasable_to": ["MYS"]}
    given = {"body": body, "label": label, "upload": kept["upload"]}
    first = officer.post("/evidence/MYS-r/register", given, Idempotency_Key="k-1")
    again = officer.post("/evidence/MYS-r/register", given, Idempotency_Key="k-1")
    assert (first.status_code, first.content) == (201, again.content)


def _claim(key: str, path: str, started: Any) -> None:
    """What a process leaves that is about to answer, or has died over it."""
    KeptAnswer.objects.create(
        account="p-officer",
        key=key,
        request=hashlib.sha256(f"POST\n/api/v1{path}\n{{}}".encode()).hexdigest(),
        attempt="somebody's",
        started=started,
    )


def test_a_request_that_overtakes_itself(desk: Desk, program: Programs) -> None:
    _claim("k-1", TABLE, timezone.now())
    before = _size(desk)
    answer = program("officer").post(TABLE, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/in-progress")
    assert int(answer.headers["Retry-After"]) > 0
    assert _size(desk) == before


def test_a_request_whose_process_died(desk: Desk, program: Programs) -> None:
    _claim("k-1", TABLE, timezone.now() - idempotency.DEAD_AFTER - timedelta(seconds=1))
    assert program("officer").post(TABLE, Idempotency_Key="k-1").status_code == 201
    [kept] = KeptAnswer.objects.all()
    assert (kept.status, kept.attempt == "somebody's") == (201, False)


def test_one_that_was_taken_for_dead_and_answers_late(
    desk: Desk, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has taken over alone may answer: the late one must leave nothing behind."""
    before, say = _size(desk), saying._say

    def overtaken(*arguments: Any, **options: Any) -> HttpResponse:
        response = say(*arguments, **options)
        KeptAnswer.objects.update(attempt="another's", started=timezone.now())
        return response

    monkeypatch.setattr(saying, "_say", overtaken)
    answer = program("officer").post(TABLE, Idempotency_Key="k-1")
    assert (answer.status_code, _size(desk)) == (409, before)


def test_a_crash_between_the_statement_and_its_answer(
    desk: Desk, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, say = _size(desk), saying._say

    def crashing(*arguments: Any, **options: Any) -> HttpResponse:
        say(*arguments, **options)
        raise SystemError("power cut")

    monkeypatch.setattr(saying, "_say", crashing)
    officer = program("officer")
    officer.client.raise_request_exception = False
    assert officer.post(TABLE, Idempotency_Key="k-1").status_code == 500
    assert _size(desk) == before
    monkeypatch.undo()
    assert officer.post(TABLE, Idempotency_Key="k-1").status_code == 201
    assert _size(desk) == before + 1


def test_keys_that_are_kept_for_ever(desk: Desk, program: Programs) -> None:
    officer = program("officer")
    officer.post(DEFER, LATER, Idempotency_Key="k-1")
    KeptAnswer.objects.update(started=timezone.now() - idempotency.KEPT - timedelta(seconds=1))
    officer.post(DEFER, LATER, Idempotency_Key="k-2")
    assert [kept.key for kept in KeptAnswer.objects.all()] == ["k-2"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ä"])
def test_a_key_that_no_header_can_hold(program: Programs, key: str) -> None:
    answer = program("officer").post(TABLE, Idempotency_Key=key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_dry_run_that_uses_its_key_up(desk: Desk, program: Programs) -> None:
    officer = program("officer")
    assert officer.post(TABLE, {"dry_run": True}, Idempotency_Key="k-1").status_code == 200
    assert officer.post(TABLE, {}, Idempotency_Key="k-1").status_code == 201


def test_tokens_of_one_person_share_their_keys(desk: Desk, program: Programs) -> None:
    user, ends = desk.people["officer"], timezone.now() + timedelta(days=1)
    before = _size(desk)
    for _ in range(2):
        _, secret = Token.issue(user, "t", ["officer"], ends)
        caller = Program(Client(HTTP_HOST="localhost"), secret)
        assert caller.post(TABLE, Idempotency_Key="k-1").status_code == 201
    assert _size(desk) == before + 1
    assert not transaction.get_connection().needs_rollback
