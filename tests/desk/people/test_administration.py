"""Roles, clearances, and accounts that are closed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from sepakat.desk.notices import feeds
from sepakat.node.accounts import delegations, people
from sepakat.node.accounts.models import Membership, Token
from sepakat.record.errors import RefusedError
from support.desks import Desk
from support.signing_in import is_signed_in, sign_in, with_password


def roles(desk: Desk, name: str) -> set[tuple[str, str]]:
    return set(desk.people[name].memberships.values_list("role", "organisation"))


def test_a_role_is_given_and_taken(desk: Desk) -> None:
    clerk = desk.people["clerk"]
    client = desk.client("administrator")
    answer = client.post(
        f"/people/{clerk.id}/roles", {"role": "approver", "organisation": "offices"}
    )
    assert answer.status_code == 302
    assert roles(desk, "clerk") == {("officer", ""), ("approver", "")}
    held = clerk.memberships.get(role="approver")
    client.post(f"/people/{clerk.id}/roles/{held.id}/take")
    assert roles(desk, "clerk") == {("officer", "")}


def test_a_role_taken_shows_in_the_next_request(desk: Desk) -> None:
    client = desk.client("officer")
    assert "MYS-action-own" in client.get("/object/MYS-action-own").content.decode()
    people.take_role(desk.people["officer"].memberships.get(), by="test")
    assert client.get("/object/MYS-action-own").status_code == 404


@pytest.mark.parametrize(
    ("role", "organisation"),
    [
        ("officer", "MYS-company-a"),
        ("company", "offices"),
        ("company", "MYS-nobody"),
        ("king", "offices"),
        ("officer", ""),
    ],
)
def test_a_role_that_is_not_given_there_is_refused(
    desk: Desk, role: str, organisation: str
) -> None:
    clerk = desk.people["clerk"]
    answer = desk.client("administrator").post(
        f"/people/{clerk.id}/roles", {"role": role, "organisation": organisation}
    )
    assert answer.status_code == 422
    assert roles(desk, "clerk") == {("officer", "")}


def test_a_liaison_officer_is_given_no_role_of_ours(desk: Desk) -> None:
    partner = desk.people["partner"]
    for given in ({"role": "administrator"}, {"role": "company", "organisation": "MYS-company-a"}):
        answer = desk.client("administrator").post(f"/people/{partner.id}/roles", given)
        assert answer.status_code == 422
    assert roles(desk, "partner") == {("officer", "")}


def test_a_membership_of_somebody_else_is_not_taken_by_a_wrong_address(desk: Desk) -> None:
    held = desk.people["company_a"].memberships.get()
    other = desk.people["company_b"]
    answer = desk.client("administrator").post(f"/people/{other.id}/roles/{held.id}/take")
    assert answer.status_code == 404
    assert Membership.objects.filter(id=held.id).exists()


def test_the_last_administrator_stays_one(desk: Desk) -> None:
    administrator = desk.people["administrator"]
    held = administrator.memberships.get()
    client = desk.client("administrator")
    answer = client.post(f"/people/{administrator.id}/roles/{held.id}/take")
    assert answer.status_code == 403
    assert "last administrator" in answer.content.decode()
    assert client.post(f"/people/{administrator.id}/close").status_code == 403
    assert is_open(desk, "administrator")
    people.give_role(desk.home, desk.people["clerk"], "administrator", "", by="test")
    assert client.post(f"/people/{administrator.id}/roles/{held.id}/take").status_code == 302
    with pytest.raises(RefusedError):
        people.close(desk.people["clerk"], by="test")


def test_an_administrator_whose_account_is_closed_does_not_count(desk: Desk) -> None:
    people.give_role(desk.home, desk.people["clerk"], "administrator", "", by="test")
    people.close(desk.people["clerk"], by="test")
    with pytest.raises(RefusedError):
        people.close(desk.people["administrator"], by="test")


def test_whoever_stands_in_for_an_administrator_does_not_count(desk: Desk) -> None:
    today = timezone.now().date()
    delegations.lend(desk.people["administrator"], desk.people["clerk"], today, today)
    with pytest.raises(RefusedError):
        people.close(desk.people["administrator"], by="test")


def is_open(desk: Desk, name: str) -> bool:
    desk.people[name].refresh_from_db()
    return desk.people[name].is_active


def test_closing_an_account_ends_its_sessions_and_tokens_at_once(desk: Desk) -> None:
    officer = with_password(desk.people["officer"])
    client = sign_in(officer.email)
    _, secret = Token.issue(officer, "t", ["officer"], timezone.now() + timedelta(days=1))
    assert is_signed_in(client)
    assert Token.find(secret)
    desk.client("administrator").post(f"/people/{officer.id}/close")
    assert not is_signed_in(client)
    assert Token.find(secret) is None
    assert not is_signed_in(sign_in(officer.email))
    desk.client("administrator").post(f"/people/{officer.id}/reopen")
    assert not is_signed_in(client), "an ended session came back"
    assert Token.find(secret) is None, "a revoked token came back"
    assert is_signed_in(sign_in(officer.email))


def test_what_ended_with_an_account_does_not_come_back_with_it(desk: Desk) -> None:
    """Of an outsider's, who lends and reads a calendar as well, nothing ends."""
    today = timezone.now().date()
    officer, approver, clerk = (desk.people[name] for name in ("officer", "approver", "clerk"))
    for one, other in ((approver, officer), (officer, clerk), (approver, clerk)):
        delegations.lend(one, other, today, today)
    of_officer, of_clerk = feeds.make(officer), feeds.make(clerk)

    def found(name: str) -> set[str]:
        return {hat.role for hat in desk.access(name).person.hats}

    def reads(secret: str) -> int:
        return desk.client("public").get(f"/feeds/{secret}.ics").status_code

    assert (found("officer"), reads(of_officer)) == ({"officer", "approver"}, 200)
    client = desk.client("administrator")
    client.post(f"/people/{officer.id}/close")
    assert reads(of_officer) == 404
    client.post(f"/people/{officer.id}/reopen")
    officer.refresh_from_db()
    assert (found("officer"), reads(of_officer)) == ({"officer"}, 404)
    assert [one.user for one in clerk.stands_in_for.filter(ended=None)] == [approver]
    assert (found("clerk"), reads(of_clerk)) == ({"officer", "approver"}, 200)


def test_a_clearance_is_changed_within_the_ceiling(desk: Desk) -> None:
    clerk = desk.people["clerk"]
    client = desk.client("administrator")
    client.post(f"/people/{clerk.id}/clearance", {"clearance": "RESTRICTED"})
    clerk.refresh_from_db()
    assert clerk.clearance == "RESTRICTED"
    answer = client.post(f"/people/{clerk.id}/clearance", {"clearance": "COSMIC"})
    assert answer.status_code == 422


def test_a_person_is_given_caveats_that_the_node_holds_and_no_other(desk: Desk) -> None:
    clerk, client = desk.people["clerk"], desk.client("administrator")
    path = f"/people/{clerk.id}/clearance"
    given = {"clearance": "RESTRICTED", "caveats": ["project=falcon"]}
    for name in ("officer", "clerk", "company_a", "partner", "public"):
        assert desk.client(name).post(path, given).status_code in (302, 403, 404)
        clerk.refresh_from_db()
        assert clerk.caveats == {}
    assert client.post(path, given).status_code == 302
    clerk.refresh_from_db()
    assert (clerk.clearance, clerk.caveats) == ("RESTRICTED", {"project": ["falcon"]})
    shown = client.get(f"/people/{clerk.id}").content.decode()
    assert re.search(r'value="project=falcon"[^>]* checked', shown)
    assert not re.search(r'value="project=heron"[^>]* checked', shown)
    for stray in ("project=kite", "falcon", "project="):
        answer = client.post(path, given | {"caveats": [stray]})
        assert answer.status_code == 422
    clerk.refresh_from_db()
    assert clerk.caveats == {"project": ["falcon"]}
    client.post(path, {"clearance": "RESTRICTED"})
    clerk.refresh_from_db()
    assert clerk.caveats == {}


def test_people_are_found_by_name_address_and_organisation(desk: Desk) -> None:
    client = desk.client("administrator")
    for words in ("company a", "company-a@", "MYS-company-a"):
        text = client.get("/people", {"q": words}).content.decode()
        assert "Company A" in text
        assert "Company B" not in text
    assert "Nobody fits" in client.get("/people", {"q": "zzz"}).content.decode()


def test_the_list_asks_few_questions_however_many_there_are(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    from sepakat.node.accounts.models import User

    for number in range(40):
        user = User.objects.create_user(f"p{number}@mys.example", name=f"P {number}")
        Membership.objects.create(user=user, role="officer")
    client = desk.client("administrator")
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        assert client.get("/people").status_code == 200
