"""Authenticator apps and recovery codes: asked for, used once, and not to be read from a copy of
the database."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from sepakat.node.accounts.adapters import MFAAdapter
from sepakat.node.accounts.models import User
from sepakat.record.errors import ProofError
from support.desks import PASSWORD, Desk
from support.signing_in import is_signed_in, sign_in


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238, with 30 seconds and six digits."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_our_own_codes_are_those_of_the_standard() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp(secret, 59) == "287082"
    assert totp(secret, 1111111109) == "081804"


def set_up(client: Client) -> str:
    """Set up an app; its secret."""
    again = client.get("/accounts/2fa/totp/activate/")
    assert "reauthenticate" in again.url
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    [secret] = re.findall(r'<dd class="mono">([A-Z2-7]{32})</dd>', page)
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
    assert answer.status_code == 302, answer.content.decode()
    cache.clear()  # which remembers that this code has been used
    return secret


def test_the_password_alone_is_not_enough_once_an_app_is_set_up(officer: User) -> None:
    secret = set_up(sign_in(officer.email))
    client = sign_in(officer.email)
    assert not is_signed_in(client)
    page = client.get("/accounts/2fa/authenticate/").content.decode()
    assert "Second step" in page
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "There is a problem" in wrong.content.decode()
    assert not is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert is_signed_in(client)


def test_a_code_does_not_work_twice(officer: User) -> None:
    secret = set_up(sign_in(officer.email))
    code = totp(secret)
    first, second = sign_in(officer.email), sign_in(officer.email)
    first.post("/accounts/2fa/authenticate/", {"code": code})
    second.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_guessing_at_codes_is_stopped(officer: User) -> None:
    secret = set_up(sign_in(officer.email))
    client = sign_in(officer.email)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert "Wait five minutes" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(officer: User) -> None:
    owner = sign_in(officer.email)
    set_up(owner)
    page = owner.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", page)
    assert len(codes) == 10
    for expected in (True, False):
        client = sign_in(officer.email)
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_signed_in(client) is expected
    assert owner.get("/accounts/2fa/recovery-codes/download/").content.split() == [
        code.encode() for code in codes[1:]
    ]


def test_a_copy_of_the_database_gives_nobody_the_codes(officer: User) -> None:
    owner = sign_in(officer.email)
    secret = set_up(owner)
    kept = {row["type"]: row["data"] for row in Authenticator.objects.values()}
    assert kept.keys() == {"totp", "recovery_codes"}
    assert secret not in str(kept)
    adapter = MFAAdapter()
    assert adapter.decrypt(kept["totp"]["secret"]) == secret
    assert adapter.decrypt(kept["recovery_codes"]["seed"]).isascii()
    assert not kept["recovery_codes"]["seed"].isalnum()
    for session in Session.objects.all():
        assert secret not in str(session.get_decoded())


def test_a_secret_that_was_changed_in_the_database_does_not_open(desk: Desk) -> None:
    sealed = MFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    assert MFAAdapter().decrypt(sealed) == "JBSWY3DPEHPK3PXP"
    raw = bytearray(base64.b64decode(sealed))
    raw[-1] ^= 1
    for wrong in (base64.b64encode(bytes(raw)).decode(), "JBSWY3DPEHPK3PXP", "no base64!"):
        with pytest.raises(ProofError):
            MFAAdapter().decrypt(wrong)


def test_the_same_secret_is_never_kept_in_the_same_form(desk: Desk) -> None:
    assert MFAAdapter().encrypt("A") != MFAAdapter().encrypt("A")


def test_nothing_is_taken_away_without_the_password_being_fresh(officer: User) -> None:
    client = sign_in(officer.email)
    set_up(client)
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= 3600
    session.save()
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    assert Authenticator.objects.filter(type="totp").exists()
    page = client.get(answer.url).content.decode()
    assert "Confirm that it is you" in page
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=officer).exists()


def test_an_administrator_helps_whoever_has_lost_the_second_factor(
    officer: User, desk: Desk
) -> None:
    owner = sign_in(officer.email)
    set_up(owner)
    path = f"/people/{officer.id}/second-factors/remove"
    for who in ("officer", "company_a", "partner", "public"):
        assert desk.client(who).post(path).status_code == 404
    assert Authenticator.objects.filter(user=officer).exists()
    assert desk.client("administrator").post(path).status_code == 302
    assert not Authenticator.objects.filter(user=officer).exists()
    assert not is_signed_in(owner)
    assert is_signed_in(sign_in(officer.email))


PAGES = (
    "",
    "totp/activate/",
    "webauthn/",
    "webauthn/add/",
    "webauthn/reauthenticate/",
    "reauthenticate/",
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_second_factors_are_ours_and_their_owners(officer: User, page: str) -> None:
    path = f"/accounts/2fa/{page}"
    answer = sign_in(officer.email).get(path)
    assert answer.status_code in (200, 302)
    if answer.status_code == 200:
        text = answer.content.decode()
        assert 'class="page-heading"' in text
        assert 'rel="stylesheet"' in text
    public = Client(HTTP_HOST="localhost").get(path)
    assert public.status_code == 302


def test_a_passkey_that_nobody_asked_for_signs_nobody_in(officer: User) -> None:
    for credential in ("", "{}", "[]", '{"id": "x"}', "no json"):
        client = Client(HTTP_HOST="localhost")
        answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
        assert answer.status_code == 302
        assert not is_signed_in(client)
