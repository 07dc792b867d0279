"""Single sign-on, against a provider in a process of its own, over HTTP."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django.fixtures import Settings

from sepakat.node.accounts import oidc, people
from sepakat.node.accounts.models import User
from sepakat.record.errors import InvalidError, RefusedError, SepakatError
from support.desks import Desk
from support.identity_provider import identity_provider
from support.signing_in import browser, is_signed_in

SECRET = "a secret that no log may show"
PEOPLE: dict[str, dict[str, Any]] = {
    "officer": {"email": "Officer@mys.example", "email_verified": True},
    "unproven": {"email": "approver@mys.example", "email_verified": False},
    "word": {"email": "approver@mys.example", "email_verified": "false"},
    "silent": {"email": "approver@mys.example"},
    "stranger": {"email": "stranger@mys.example", "email_verified": True},
    "nameless": {},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with identity_provider(PEOPLE) as address:
        yield address


@pytest.fixture
def configured(desk: Desk, provider: str, settings: Settings) -> Desk:
    """A desk whose operator has named the provider."""
    write(desk.home.path, server_url=provider)
    settings.SOCIALACCOUNT_PROVIDERS = oidc.providers(desk.home.path)
    return desk


def write(folder: Path, mode: int = 0o600, **given: Any) -> Path:
    file = folder / "oidc.json"
    known = {"name": "Staff sign-in", "client_id": "sepakat", "client_secret": SECRET}
    file.write_text(json.dumps(known | given))
    file.chmod(mode)
    return file


def sign_in_as(who: str, client: Client | None = None, **query: str) -> Client:
    """Go to the provider, choose a person there, and come back."""
    client = client or browser()
    leave = client.get("/accounts/oidc/sso/login/", {"process": "login"} | query)
    assert leave.status_code == 302, leave.content.decode()
    there = httpx.post(leave.url, data={"sub": who})
    assert there.status_code == 302, there.text
    back = urlsplit(there.headers["location"])
    assert back.path == "/accounts/oidc/sso/login/callback/"
    client.answer = client.get(back.path, dict(parse_qsl(back.query)))
    return client


def test_the_page_to_sign_in_offers_it_once_the_operator_has_named_it(configured: Desk) -> None:
    page = browser().get("/accounts/login/").content.decode()
    assert "Staff sign-in" in page
    assert "/accounts/oidc/sso/login/" in page


def test_without_a_provider_nothing_is_offered(desk: Desk) -> None:
    assert "/oidc/" not in browser().get("/accounts/login/").content.decode()
    assert browser().get("/accounts/oidc/sso/login/").status_code == 404


def test_whoever_has_an_account_by_a_proven_address_is_signed_in(configured: Desk) -> None:
    client = sign_in_as("officer")
    assert client.answer.status_code == 302
    assert is_signed_in(client)
    page = client.get("/account").content.decode()
    assert "officer@mys.example" in page
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("who", ["unproven", "word", "silent", "stranger", "nameless"])
def test_nobody_else_is_signed_in_and_no_account_is_made(configured: Desk, who: str) -> None:
    before = User.objects.count()
    client = sign_in_as(who)
    assert client.answer.status_code == 403
    assert "You cannot sign in this way" in client.answer.content.decode()
    assert not is_signed_in(client)
    assert User.objects.count() == before


def test_whether_an_account_exists_does_not_show(configured: Desk) -> None:
    pages = {sign_in_as(who).answer.content for who in ("unproven", "stranger", "nameless")}
    import re

    texts = {re.sub(rb'value="\w+"|next=[^"]*|callback/\?[^"]*', b"", page) for page in pages}
    assert len(texts) == 1


def test_a_closed_account_stays_closed(configured: Desk) -> None:
    people.close(configured.people["officer"], by="test")
    client = sign_in_as("officer")
    assert client.answer.url == "/accounts/inactive/"
    assert "This account is closed" in client.get("/accounts/inactive/").content.decode()
    assert not is_signed_in(client)


def test_no_account_is_tied_to_a_provider(configured: Desk) -> None:
    client = configured.client("company_a")
    answer = sign_in_as("officer", client, process="connect").answer
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()
    page = client.get("/account").content.decode()
    assert "company-a@mys.example" in page


def test_an_answer_that_nobody_asked_for_signs_nobody_in(configured: Desk) -> None:
    victim = browser()
    leave = browser().get("/accounts/oidc/sso/login/", {"process": "login"})
    there = httpx.post(leave.url, data={"sub": "officer"})
    back = urlsplit(there.headers["location"])
    answer = victim.get(back.path, dict(parse_qsl(back.query)))
    assert answer.status_code == 401
    assert "Single sign-on did not work" in answer.content.decode()
    assert not is_signed_in(victim)


def test_a_code_that_the_provider_has_not_given_signs_nobody_in(configured: Desk) -> None:
    client = browser()
    leave = client.get("/accounts/oidc/sso/login/", {"process": "login"})
    state = dict(parse_qsl(urlsplit(leave.url).query))["state"]
    answer = client.get("/accounts/oidc/sso/login/callback/", {"code": "guessed", "state": state})
    assert answer.status_code == 401
    assert not is_signed_in(client)


def test_the_provider_is_asked_with_a_proof_key(configured: Desk) -> None:
    leave = browser().get("/accounts/oidc/sso/login/", {"process": "login"})
    asked = dict(parse_qsl(urlsplit(leave.url).query))
    assert asked["code_challenge_method"] == "S256"
    assert SECRET not in leave.url


def test_a_provider_that_is_down_gives_a_page_and_no_fault(
    configured: Desk, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    write(configured.home.path, server_url="http://127.0.0.1:1")
    settings.SOCIALACCOUNT_PROVIDERS = oidc.providers(configured.home.path)
    answer = browser().get("/accounts/oidc/sso/login/", {"process": "login"})
    assert answer.status_code == 502
    assert "Single sign-on did not work" in answer.content.decode()
    assert SECRET not in caplog.text


def test_stopping_at_the_provider_leads_back(configured: Desk) -> None:
    client = browser()
    leave = client.get("/accounts/oidc/sso/login/", {"process": "login"})
    there = httpx.post(leave.url, data={"action": "deny"})
    back = urlsplit(there.headers["location"])
    answer = client.get(back.path, dict(parse_qsl(back.query)), follow=True)
    assert answer.status_code in (200, 401)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "given",
    [
        {"server_url": "http://id.example"},
        {"server_url": "id.example"},
        {"server_url": "https://id.example", "issuer": "x"},
        {"server_url": "https://id.example", "client_id": None},
        {},
    ],
)
def test_a_file_that_is_not_right_is_refused_without_its_secret(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    file = write(tmp_path, **given)
    with pytest.raises(InvalidError) as caught:
        oidc.read(tmp_path)
    assert str(file) in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, 0o640, server_url="https://id.example")
    with pytest.raises(RefusedError, match="chmod 600"):
        oidc.read(tmp_path)


def test_the_environment_takes_the_files_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert oidc.read(tmp_path) is None
    monkeypatch.setitem(os.environ, "SEPAKAT_OIDC", "no json")
    with pytest.raises(SepakatError, match="SEPAKAT_OIDC"):
        oidc.read(tmp_path)
    given = {"server_url": "https://id.example", "client_id": "x", "client_secret": SECRET}
    monkeypatch.setitem(os.environ, "SEPAKAT_OIDC", json.dumps(given))
    found = oidc.read(tmp_path)
    assert found is not None
    assert SECRET not in repr(found)
    assert found.app()["secret"] == SECRET
