"""Invitations: the only way in, once, for seven days, to no more than was offered."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django.fixtures import Settings

from sepakat.node.accounts import invitations, people
from sepakat.node.accounts.models import Invitation, User, digest
from sepakat.node.accounts.person import person_of
from support.desks import PASSWORD, Desk
from support.signing_in import browser, is_signed_in, link_in_mail, sign_in

GIVEN = {
    "email": "Nur@MYS.example",
    "name": "Nur",
    "organisation": "offices",
    "role": "officer",
    "clearance": "RESTRICTED",
}


def invite(desk: Desk, **given: str) -> Any:
    return desk.client("administrator").post("/people/invite", GIVEN | given)


def invited(desk: Desk, **given: str) -> str:
    """The path of the link that was sent."""
    answer = invite(desk, **given)
    assert answer.status_code == 302, answer.content.decode()
    return link_in_mail("invitation/")


def test_an_invited_person_makes_the_account_that_was_offered_and_signs_in(desk: Desk) -> None:
    path = invited(desk)
    assert mail.outbox[-1].to == ["nur@mys.example"]
    page = browser().get(path)
    assert "nur@mys.example" in page.content.decode()
    assert browser().post(path, {"password": PASSWORD}).status_code == 302
    user = User.objects.get(email="nur@mys.example")
    person = person_of(desk.home, user)
    assert [(hat.nation, hat.role, hat.organisation) for hat in person.hats] == [
        ("MYS", "officer", None)
    ]
    assert person.clearance == "RESTRICTED"
    assert is_signed_in(sign_in("nur@mys.example"))


def test_the_secret_of_a_link_is_not_kept(desk: Desk) -> None:
    secret = invited(desk).rpartition("/")[2]
    kept = Invitation.objects.get()
    assert kept.digest == digest(secret)
    assert secret not in str(Invitation.objects.values())


def test_wrong_used_withdrawn_expired_and_replaced_links_say_the_same(desk: Desk) -> None:
    used = invited(desk, email="a@mys.example")
    browser().post(used, {"password": PASSWORD})
    withdrawn = invited(desk, email="b@mys.example")
    number = Invitation.objects.get(email="b@mys.example").id
    desk.client("administrator").post(f"/people/invitations/{number}/withdraw")
    expired = invited(desk, email="c@mys.example")
    Invitation.objects.filter(email="c@mys.example").update(
        expires=timezone.now() - timedelta(seconds=1)
    )
    replaced = invited(desk, email="d@mys.example")
    number = Invitation.objects.get(email="d@mys.example").id
    desk.client("administrator").post(f"/people/invitations/{number}/send")
    newest = link_in_mail("invitation/")
    told = set()
    for path in ("/invitation/wrong", used, withdrawn, expired, replaced):
        for answer in (browser().get(path), browser().post(path, {"password": PASSWORD})):
            text = re.sub(r'value="[^"]*"|next=[^"]*', "", answer.content.decode())
            told.add((answer.status_code, text))
    assert len(told) == 1
    [(status, text)] = told
    assert status == 404
    assert "Ask the administrator who invited you" in text
    assert browser().get(newest).status_code == 200
    assert set(User.objects.values_list("email", flat=True)) >= {"a@mys.example"}
    assert not User.objects.filter(email__in=["b@mys.example", "c@mys.example"]).exists()


@pytest.mark.parametrize("how", ["closed", "no administrator any more"])
def test_what_a_closed_administrator_offered_works_no_more(desk: Desk, how: str) -> None:
    administrator, other = desk.people["administrator"], desk.people["clerk"]
    people.give_role(desk.home, other, "administrator", "", by="test")
    path = invited(desk, email="me@private.example", role="administrator", clearance="SECRET")
    desk.client("clerk").post("/people/invite", GIVEN)
    of_other = link_in_mail("invitation/")
    if how == "closed":
        people.close(administrator, by="test")
        people.reopen(administrator, by="test")
    else:
        people.take_role(administrator.memberships.get(), by="test")
    assert browser().get(path).status_code == 404
    assert browser().post(path, {"password": PASSWORD}).status_code == 404
    assert not User.objects.filter(email="me@private.example").exists()
    assert browser().get(of_other).status_code == 200


def test_a_link_is_good_for_seven_days(desk: Desk) -> None:
    invited(desk)
    lasts = Invitation.objects.get().expires - timezone.now()
    assert timedelta(days=6, hours=23) < lasts <= timedelta(days=7)


def test_a_second_invitation_ends_the_first(desk: Desk) -> None:
    first, second = invited(desk), invited(desk)
    assert browser().get(first).status_code == 404
    assert browser().get(second).status_code == 200


def test_a_password_that_is_too_short_makes_no_account(desk: Desk) -> None:
    path = invited(desk)
    answer = browser().post(path, {"password": "short"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not User.objects.filter(email="nur@mys.example").exists()
    assert browser().get(path).status_code == 200


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"clearance": "TOP"}, "clearance"),
        ({"caveats": "project=kite"}, "caveats"),
        ({"role": "emperor"}, "role"),
        ({"role": "company"}, "role"),
        ({"organisation": "MYS-company-a", "role": "officer"}, "role"),
        ({"organisation": "MYS-company-a", "role": "administrator"}, "role"),
        ({"organisation": "MYS-company-none", "role": "company"}, "organisation"),
        ({"organisation": "KOR", "role": "administrator"}, "role"),
        ({"organisation": "FRA", "role": "officer"}, "organisation"),
        ({"email": "no address"}, "email"),
        ({"email": "officer@mys.example"}, "email"),
    ],
)
def test_what_cannot_be_offered_is_refused_at_its_field(
    desk: Desk, given: dict[str, str], where: str
) -> None:
    answer = invite(desk, **given)
    assert answer.status_code == 422
    assert f'href="#id_{where}"' in answer.content.decode()
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_nobody_is_cleared_above_the_nodes_ceiling(desk: Desk) -> None:
    from sepakat.node.accounts import places
    from sepakat.node.home import Home
    from sepakat.record.errors import InvalidError

    class Low:
        config = desk.home.config.model_copy(update={"ceiling": "RESTRICTED"})

    home: Home = Low()  # type: ignore[assignment]
    places.check(home, places.Place(), "officer", "RESTRICTED", {"project": ["heron"]})
    with pytest.raises(InvalidError, match="above what this node may hold"):
        places.check(home, places.Place(), "officer", "CONFIDENTIAL", {})
    for stray in ({"project": ["heron", "kite"]}, {"code": ["heron"]}):
        with pytest.raises(InvalidError, match="does not hold the caveat"):
            places.check(home, places.Place(), "officer", "RESTRICTED", stray)


def test_a_companys_person_acts_for_it_alone(desk: Desk) -> None:
    path = invited(desk, organisation="MYS-company-a", role="company")
    browser().post(path, {"password": PASSWORD})
    person = person_of(desk.home, User.objects.get(email="nur@mys.example"))
    assert [(hat.role, hat.organisation) for hat in person.hats] == [("company", "MYS-company-a")]


def test_a_partners_liaison_officer_reads_as_that_nation(desk: Desk) -> None:
    path = invited(desk, organisation="KOR", role="officer")
    browser().post(path, {"password": PASSWORD})
    person = person_of(desk.home, User.objects.get(email="nur@mys.example"))
    assert person.nation == "KOR"


def test_a_mail_that_cannot_be_sent_invites_nobody_and_says_so(
    desk: Desk, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # where nothing listens
    answer = invite(desk)
    assert answer.status_code == 422
    assert "Ask the operator of this node" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_an_account_made_meanwhile_is_not_made_twice(desk: Desk) -> None:
    from sepakat.record.errors import ConflictError

    secret = invited(desk).rpartition("/")[2]
    User.objects.create_user("nur@mys.example", name="Another")
    with pytest.raises(ConflictError):
        invitations.accept(desk.home, secret, PASSWORD)
    assert Invitation.objects.get().accepted is None
