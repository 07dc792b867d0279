"""Tokens: shown once, limited to roles, over when they end."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from sepakat.node.accounts import delegations
from sepakat.node.accounts.models import Token
from sepakat.node.accounts.person import person_of_token
from sepakat.record.errors import InvalidError
from support.desks import Desk


def issue(desk: Desk, who: str = "officer", *roles: str, days: float = 1) -> tuple[Token, str]:
    expires = timezone.now() + timedelta(days=days)
    return Token.issue(desk.people[who], "Ledgerbot", roles or ("officer",), expires)


def test_the_secret_is_shown_once_and_not_kept(desk: Desk) -> None:
    client = desk.client("officer")
    day = str(timezone.now().date() + timedelta(days=30))
    page = client.post(
        "/account/tokens", {"name": "Reports", "roles": ["officer"], "expires": day}
    ).content.decode()
    [secret] = re.findall(r"sepakat_[\w-]{43}", page)
    assert secret not in client.get("/account/tokens").content.decode()
    assert "Reports" in client.get("/account/tokens").content.decode()
    assert secret not in str(list(Token.objects.values()))
    found = Token.find(secret)
    assert found is not None
    assert found.user == desk.people["officer"]


def test_a_token_is_limited_to_its_roles(desk: Desk) -> None:
    desk.people["officer"].memberships.create(role="approver")
    token, _ = issue(desk, "officer", "approver")
    person = person_of_token(desk.home, token)
    assert [hat.role for hat in person.hats] == ["approver"]
    assert person.account == desk.people["officer"].account


def test_a_role_that_is_not_held_is_not_given_to_a_token(desk: Desk) -> None:
    with pytest.raises(InvalidError):
        issue(desk, "officer", "approver")
    answer = desk.client("officer").post(
        "/account/tokens",
        {"name": "x", "roles": ["approver"], "expires": str(timezone.now().date())},
    )
    assert answer.status_code == 422
    assert not Token.objects.exists()


def test_a_lent_role_is_not_given_to_a_token(desk: Desk) -> None:
    today = timezone.now().date()
    delegations.lend(desk.people["approver"], desk.people["officer"], today, today)
    with pytest.raises(InvalidError):
        issue(desk, "officer", "approver")


def test_a_token_loses_a_role_with_its_person(desk: Desk) -> None:
    token, _ = issue(desk)
    desk.people["officer"].memberships.all().delete()
    assert person_of_token(desk.home, token).hats == ()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_lasts_for_one_year_at_most(desk: Desk, days: float) -> None:
    with pytest.raises(InvalidError):
        issue(desk, days=days)


@pytest.mark.parametrize("days", [0, 365])
def test_the_form_takes_the_first_and_the_last_day_that_it_names(desk: Desk, days: int) -> None:
    day = str(timezone.now().date() + timedelta(days=days))
    desk.client("officer").post("/account/tokens", {"name": "x", "expires": day})
    assert Token.objects.get().is_good


def test_wrong_expired_and_revoked_secrets_find_nothing(desk: Desk) -> None:
    token, secret = issue(desk)
    assert Token.find(secret) == token
    assert Token.find(secret[:-1]) is None
    assert Token.find("") is None
    Token.objects.update(expires=timezone.now())
    assert Token.find(secret) is None
    _, other = issue(desk)
    Token.objects.update(revoked=timezone.now())
    assert Token.find(other) is None


def test_a_token_is_revoked_by_its_owner_alone(desk: Desk) -> None:
    token, secret = issue(desk)
    for who in ("company_a", "administrator", "partner"):
        assert desk.client(who).post(f"/account/tokens/{token.id}/revoke").status_code == 404
    assert desk.client("public").post(f"/account/tokens/{token.id}/revoke").status_code == 302
    assert Token.find(secret)
    desk.client("officer").post(f"/account/tokens/{token.id}/revoke")
    assert Token.find(secret) is None


def test_the_last_use_is_noted_once_a_minute(desk: Desk, django_assert_num_queries: object) -> None:
    token, secret = issue(desk)
    Token.find(secret)
    token.refresh_from_db()
    assert token.used is not None
    with django_assert_num_queries(1):  # type: ignore[operator]
        Token.find(secret)
    Token.objects.update(used=timezone.now() - timedelta(minutes=2))
    Token.find(secret)
    token.refresh_from_db()
    assert timezone.now() - token.used < timedelta(minutes=1)


def test_nobody_sees_another_persons_tokens(desk: Desk) -> None:
    issue(desk)
    for who in ("company_a", "administrator", "partner"):
        assert "Ledgerbot" not in desk.client(who).get("/account/tokens").content.decode()
