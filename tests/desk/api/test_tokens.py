"""Tokens: who they stand for, and when they do no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from sepakat.desk.api import rates
from sepakat.node.accounts.models import Membership, Token
from support.desks import Desk
from support.programs import Program

Programs = Callable[[str], Program]
HIDDEN = "/gate/MYS-gate-high"


def _is_refused(answer: HttpResponse) -> bool:
    challenge = answer.headers.get("WWW-Authenticate", "")
    is_problem = answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code == 401 and is_problem and challenge.startswith("Bearer realm=")


def test_an_old_or_wrong_token_that_is_taken_for_the_public(desk: Desk, program: Programs) -> None:
    good = program("officer")
    assert good.get(HIDDEN).status_code == 200
    for authorization in ("Bearer wrong", "Bearer", "Basic YTpi", "", f"Token {good.secret}"):
        answer = program("public").get("/gate", Authorization=authorization)
        assert _is_refused(answer), authorization
    Token.objects.update(revoked=timezone.now())
    assert _is_refused(good.get("/gate/MYS-gate-open"))
    Token.objects.update(revoked=None, expires=timezone.now() - timedelta(seconds=1))
    assert _is_refused(good.get("/gate/MYS-gate-open"))
    Token.objects.update(expires=timezone.now() + timedelta(days=1))
    assert good.get(HIDDEN).status_code == 200
    desk.people["officer"].is_active = False
    desk.people["officer"].save()
    assert _is_refused(good.get("/gate/MYS-gate-open"))


def test_a_token_with_more_roles_than_it_was_given(desk: Desk) -> None:
    user = desk.people["officer"]
    Membership.objects.create(user=user, role="approver")
    _, secret = Token.issue(user, "t", ["approver"], timezone.now() + timedelta(days=1))
    caller = Program(Client(HTTP_HOST="localhost"), secret)
    assert caller.get(HIDDEN).status_code == 200
    assert caller.post("/gate/MYS-gate-open/table").status_code == 403
    _, secret = Token.issue(user, "t", [], timezone.now() + timedelta(days=1))
    caller = Program(Client(HTTP_HOST="localhost"), secret)
    assert caller.get(HIDDEN).status_code == 404
    assert caller.get("/gate/MYS-gate-open").status_code == 200


def test_a_role_that_the_person_has_lost_since(desk: Desk, program: Programs) -> None:
    officer = program("officer")
    Membership.objects.filter(user=desk.people["officer"]).delete()
    assert officer.get(HIDDEN).status_code == 404


def test_a_session_that_opens_the_api(desk: Desk) -> None:
    """No page elsewhere can act through somebody's browser, as its cookies say nothing here."""
    browser = Program(desk.client("officer"))
    assert browser.get(HIDDEN).status_code == 404
    assert _is_refused(browser.post("/gate/MYS-gate-open/table"))
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.cookies = browser.client.cookies
    assert _is_refused(Program(strict).post("/gate/MYS-gate-open/table"))


@pytest.mark.parametrize(("name", "limit"), [("officer", "TOKEN"), ("public", "ADDRESS")])
def test_requests_without_end(
    program: Programs, monkeypatch: pytest.MonkeyPatch, name: str, limit: str
) -> None:
    monkeypatch.setattr(rates, limit, rates.Limit(burst=3, per_second=0.1))
    caller = program(name)
    answers = [caller.get("/commitments") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
    assert answers[-1].json()["type"] == "/problems/too-many"
    other = program("approver").get("/commitments")
    assert other.status_code == 200


def test_guessing_tokens_without_end(program: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "ADDRESS", rates.Limit(burst=3, per_second=0.1))
    guesses = [program("public").get("/gate", Authorization=f"Bearer {n}") for n in range(4)]
    assert [guess.status_code for guess in guesses] == [401, 401, 401, 429]


def test_a_bucket_that_is_not_filled_again() -> None:
    limit = rates.Limit(burst=2, per_second=0.5)
    assert [limit.take("a", at) for at in (0.0, 0.0, 0.0)] == [0, 0, 2.0]
    assert limit.take("b", 0.0) == 0
    assert [limit.take("a", at) for at in (2.0, 2.0)] == [0, 2.0]
    assert [limit.take("a", at) for at in (1000.0, 1000.0, 1000.0)] == [0, 0, 2.0]


def test_buckets_that_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MAX_KEYS", 3)
    limit = rates.Limit(burst=1, per_second=0.001)
    for key in "abcd":
        assert limit.take(key, 0.0) == 0
    assert limit.take("d", 0.0) > 0
    assert limit.take("a", 0.0) == 0  # forgotten
