"""Every page about people, by those who may, those who may not, and the public."""

import pytest
from django.test import Client
from django.urls import reverse

from sepakat.node.accounts.models import Invitation, Membership
from support.desks import Desk

OWN = ("profile", "tokens", "delegations", "confirmations", "usersessions_list", "mfa_index")
ADMINISTRATORS = ("people", "invite")
ENTRANCE = ("account_login", "account_reset_password", "account_reset_password_done")


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("who", ["officer", "company_a", "partner", "administrator"])
def test_own_pages_open_for_everybody_with_an_account(desk: Desk, name: str, who: str) -> None:
    answer = desk.client(who).get(reverse(name))
    assert answer.status_code == 200
    assert b"<h1" in answer.content


@pytest.mark.parametrize(
    "path", ["/", "/registers", "/register/gate", "/object/MYS-gate-high", "/record", "/profile"]
)
def test_what_one_was_shown_is_kept_by_no_browser(desk: Desk, path: str) -> None:
    for who in ("officer", "public"):
        answer = desk.client(who).get(path)
        assert "no-store" in answer.headers["Cache-Control"], who


@pytest.mark.parametrize("name", OWN)
def test_own_pages_ask_the_public_to_sign_in(desk: Desk, name: str) -> None:
    answer = desk.client("public").get(reverse(name))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ADMINISTRATORS)
@pytest.mark.parametrize("who", ["officer", "auditor", "company_a", "partner", "public"])
def test_administration_is_not_there_for_others(desk: Desk, name: str, who: str) -> None:
    assert desk.client(who).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("who", ["officer", "company_a", "partner", "public"])
def test_no_other_changes_an_account(desk: Desk, who: str) -> None:
    user = desk.people["company_b"]
    held = user.memberships.get()
    client = desk.client(who)
    for name, args in (
        ("person", [user.id]),
        ("give-role", [user.id]),
        ("take-role", [user.id, held.id]),
        ("set-clearance", [user.id]),
        ("close-account", [user.id]),
        ("reopen-account", [user.id]),
    ):
        method = client.get if name == "person" else client.post
        assert method(reverse(name, args=args)).status_code == 404, name
    user.refresh_from_db()
    assert user.is_active
    assert Membership.objects.filter(id=held.id).exists()


@pytest.mark.parametrize("name", ADMINISTRATORS)
def test_administrators_see_the_administration(desk: Desk, name: str) -> None:
    assert desk.client("administrator").get(reverse(name)).status_code == 200


def test_a_person_of_another_nation_with_the_administrators_role_manages_nothing(
    desk: Desk,
) -> None:
    Membership.objects.create(user=desk.people["partner"], role="administrator")
    assert desk.client("partner").get(reverse("people")).status_code == 404


@pytest.mark.parametrize("name", ENTRANCE)
def test_the_entrance_is_open(desk: Desk, name: str) -> None:
    assert desk.client("public").get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/signup/",
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/x/",
        "/accounts/login/code/confirm/",
        "/accounts/3rdparty/",
        "/accounts/3rdparty/signup/",
        "/accounts/social/signup/",
    ],
)
@pytest.mark.parametrize("who", ["public", "officer"])
def test_what_is_not_offered_is_not_there(desk: Desk, path: str, who: str) -> None:
    assert desk.client(who).get(path).status_code == 404
    assert desk.client(who).post(path, {"email": "x@y.example"}).status_code == 404


def test_an_invitation_is_not_resent_by_others(desk: Desk) -> None:
    from sepakat.node.accounts import invitations
    from sepakat.node.accounts.places import Place

    made, _ = invitations.invite(
        desk.home, email="n@mys.example", name="N", role="officer", place=Place(),
        clearance="UNCLASSIFIED", by=None,
    )  # fmt: skip
    for who in ("officer", "company_a", "partner", "public"):
        client: Client = desk.client(who)
        for name in ("resend-invitation", "withdraw-invitation"):
            assert client.post(reverse(name, args=[made.id])).status_code == 404
    assert Invitation.objects.get(id=made.id).digest == made.digest


def test_no_page_runs_a_script_of_its_own(desk: Desk) -> None:
    """What is inline is data, which the Content-Security-Policy lets nobody execute."""
    import re

    pages = [(name, "officer") for name in OWN] + [(n, "administrator") for n in ADMINISTRATORS]
    for name, who in [*pages, *((n, "public") for n in ENTRANCE)]:
        text = desk.client(who).get(reverse(name)).content.decode()
        for tag in re.findall(r"<script\b[^>]*>", text):
            assert " src=" in tag or 'type="application/json"' in tag, (name, tag)
        assert " style=" not in text
        assert not re.search(r"\son[a-z]+=", text), name
