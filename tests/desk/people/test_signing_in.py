"""Signing in, forgetting the password, and being kept out."""

from typing import Any

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from sepakat.node.accounts.adapters import wait_for_mails
from sepakat.node.accounts.models import User
from support.desks import PASSWORD, Desk
from support.signing_in import browser, is_signed_in, link_in_mail, sign_in

WRONG = "The e-mail address and the password do not belong together."
LOCKED = "There have been too many attempts. Wait five minutes"


def test_a_wrong_password_lets_nobody_in(officer: User) -> None:
    client = sign_in(officer.email, "another one entirely")
    assert WRONG in client.answer.content.decode()
    assert not is_signed_in(client)
    assert is_signed_in(sign_in(officer.email.upper()))


def test_guessing_at_an_account_is_stopped_and_its_owner_with_it(officer: User) -> None:
    for _ in range(5):
        assert WRONG in sign_in(officer.email, "wrong").answer.content.decode()
    client = sign_in(officer.email)
    assert LOCKED in client.answer.content.decode()
    assert not is_signed_in(client)


def test_another_port_in_the_host_header_does_not_begin_the_count_anew(officer: User) -> None:
    for port in range(5):
        client = browser()
        client.post(
            "/accounts/login/",
            {"login": officer.email, "password": "wrong"},
            HTTP_HOST=f"localhost:{port + 1}",
        )
    assert LOCKED in sign_in(officer.email).answer.content.decode()


def test_whether_an_account_exists_shows_neither_in_errors_nor_in_the_lock(
    officer: User, desk: Desk
) -> None:
    desk.people["clerk"].is_active = False
    desk.people["clerk"].save()
    for _ in range(7):
        known, unknown, closed = (
            _plain(sign_in(email, "wrong").answer, email)
            for email in (officer.email, "nobody@mys.example", desk.people["clerk"].email)
        )
        assert known == unknown == closed
    assert LOCKED in known


def _plain(answer: Any, email: str) -> str:
    """A page without what differs from one request to the next."""
    import re

    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return f"{answer.status_code} {text.replace(email, 'EMAIL')}"


def test_guessing_from_one_address_at_many_accounts_is_stopped(officer: User) -> None:
    for number in range(100):
        sign_in(f"p{number}@mys.example", "wrong")
    assert LOCKED in sign_in(officer.email).answer.content.decode()
    client = browser()
    client.defaults["REMOTE_ADDR"] = "192.0.2.1"
    assert is_signed_in(sign_in(officer.email, client=client))


def test_what_a_client_says_of_its_address_is_not_believed(officer: User) -> None:
    for number in range(100):
        browser().post(
            "/accounts/login/",
            {"login": f"p{number}@mys.example", "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"192.0.2.{number}",
        )
    assert LOCKED in sign_in(officer.email).answer.content.decode()


def test_asking_for_links_without_end_is_stopped_with_a_page_that_says_how_long(
    officer: User,
) -> None:
    client = browser()
    answers = [client.post("/accounts/password/reset/", {"email": officer.email}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "Wait five minutes" in answers[-1].content.decode()
    wait_for_mails()
    assert len(mail.outbox) == 3


def test_a_forgotten_password_is_set_anew_by_mail_and_ends_all_sessions(officer: User) -> None:
    elsewhere = sign_in(officer.email)
    assert is_signed_in(elsewhere)
    client = browser()
    client.post("/accounts/password/reset/", {"email": officer.email})
    path = link_in_mail("accounts/password/reset/key/")
    form = client.get(path).url
    answer = client.post(form, {"password1": "four words that nobody has"})
    assert answer.status_code == 302, answer.content.decode()
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(sign_in(officer.email))
    assert is_signed_in(sign_in(officer.email, "four words that nobody has"))
    used = browser().get(path)
    assert "may have been used already" in used.content.decode()


def test_a_link_to_set_a_password_is_always_at_the_nodes_own_address(officer: User) -> None:
    browser().post("/accounts/password/reset/", {"email": officer.email}, HTTP_HOST="127.0.0.1:9")
    assert link_in_mail("accounts/password/reset/key/")


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(officer: User) -> None:
    known = browser().post("/accounts/password/reset/", {"email": officer.email})
    unknown = browser().post("/accounts/password/reset/", {"email": "nobody@mys.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    wait_for_mails()
    assert [message.to for message in mail.outbox] == [[officer.email]]


def test_a_mail_server_that_is_down_does_not_tell_which_accounts_there_are(
    officer: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nothing listens
    known = browser().post("/accounts/password/reset/", {"email": officer.email})
    unknown = browser().post("/accounts/password/reset/", {"email": "nobody@mys.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    wait_for_mails()
    assert "was not sent" in caplog.text
    assert officer.email not in caplog.text


def test_a_flood_of_other_names_does_not_wash_a_count_away(
    officer: User, settings: Settings
) -> None:
    from sepakat.node.settings import CACHES

    settings.CACHES = CACHES
    for _ in range(5):
        sign_in(officer.email, "wrong")
    for number in range(400):
        client = browser()
        client.defaults["REMOTE_ADDR"] = f"192.0.2.{number % 250}"
        sign_in(f"p{number}@mys.example", "wrong", client)
    assert LOCKED in sign_in(officer.email).answer.content.decode()


@pytest.mark.parametrize("password", ["short", "password1234", "officer@mys.example"])
def test_a_weak_password_is_not_taken(officer: User, password: str) -> None:
    client = sign_in(officer.email)
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password}
    )
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert is_signed_in(sign_in(officer.email))


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(officer: User) -> None:
    here, elsewhere = sign_in(officer.email), sign_in(officer.email)
    answer = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "four words that nobody has"},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_one_session_is_ended_and_the_other_goes_on(officer: User, desk: Desk) -> None:
    from allauth.usersessions.models import UserSession

    here, elsewhere = sign_in(officer.email), sign_in(officer.email)
    other = UserSession.objects.exclude(session_key=here.session.session_key).get(user=officer)
    assert desk.client("company_a").post(f"/account/sessions/{other.id}/end").status_code == 404
    assert is_signed_in(elsewhere)
    here.post(f"/account/sessions/{other.id}/end")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_signing_out_everywhere_ends_this_session_too(officer: User) -> None:
    here, elsewhere = sign_in(officer.email), sign_in(officer.email)
    assert here.post("/account/sessions/end").status_code == 302
    assert not is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_the_language_of_the_account_follows_its_owner(officer: User) -> None:
    officer.language = "ms"
    officer.save()
    client = sign_in(officer.email)
    assert '<html lang="ms">' in client.get("/account").content.decode()
    client.post("/account", {"name": "Another name", "language": "ko"})
    assert '<html lang="ko">' in client.get("/account").content.decode()
    officer.refresh_from_db()
    assert (officer.name, officer.language) == ("Another name", "ko")


def test_the_language_chosen_on_a_page_is_kept_in_the_account(officer: User) -> None:
    client = sign_in(officer.email)
    client.post("/language", {"language": "ko", "next": "/account"})
    assert '<html lang="ko">' in client.get("/account").content.decode()
    client.post("/language", {"language": "xx", "next": "/account"})
    officer.refresh_from_db()
    assert officer.language == "ko"
    assert '<html lang="ko">' in sign_in(officer.email).get("/account").content.decode()


def test_the_profile_changes_neither_address_nor_clearance(officer: User) -> None:
    before = (officer.email, officer.clearance, officer.account)
    sign_in(officer.email).post(
        "/account",
        {
            "name": "N",
            "language": "en",
            "email": "x@y.example",
            "clearance": "UNCLASSIFIED",
            "account": "p-other",
            "is_active": "",
        },
    )
    officer.refresh_from_db()
    assert (officer.email, officer.clearance, officer.account) == before
    assert officer.is_active
