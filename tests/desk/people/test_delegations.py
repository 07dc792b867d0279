"""Standing in: own roles only, among colleagues, on those days, until taken back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from sepakat.node.accounts import delegations, people
from sepakat.node.accounts.models import Delegation, Membership
from sepakat.node.accounts.person import person_of
from sepakat.record.errors import InvalidError, NotFoundError
from support.desks import Desk


def day(offset: int = 0) -> date:
    return timezone.now().date() + timedelta(days=offset)


def hats(desk: Desk, name: str) -> set[tuple[str, str | None]]:
    person = person_of(desk.home, desk.people[name])
    return {(hat.role, hat.organisation) for hat in person.hats}


def lend(desk: Desk, one: str, other: str, first: int = 0, last: int = 0) -> Delegation:
    return delegations.lend(desk.people[one], desk.people[other], day(first), day(last))


def test_roles_are_lent_by_the_form_and_both_see_it(desk: Desk) -> None:
    answer = desk.client("approver").post(
        "/account/delegations",
        {"delegate": desk.people["clerk"].id, "starts": str(day()), "ends": str(day(3))},
    )
    assert answer.status_code == 302
    assert ("approver", None) in hats(desk, "clerk")
    assert "Clerk" in desk.client("approver").get("/account/delegations").content.decode()
    assert "Approver" in desk.client("clerk").get("/account/delegations").content.decode()
    assert "lent to you" in desk.client("clerk").get("/account").content.decode()


@pytest.mark.parametrize(("first", "last", "holds"), [(0, 0, True), (1, 2, False), (-2, 1, True)])
def test_it_holds_on_its_days_alone(desk: Desk, first: int, last: int, holds: bool) -> None:
    lend(desk, "approver", "clerk", first, last)
    assert (("approver", None) in hats(desk, "clerk")) is holds


def test_it_ends_after_its_last_day(desk: Desk) -> None:
    made = lend(desk, "approver", "clerk", -3, 0)
    Delegation.objects.filter(id=made.id).update(ends=day(-1))
    assert ("approver", None) not in hats(desk, "clerk")


def test_what_was_lent_is_not_lent_on(desk: Desk) -> None:
    lend(desk, "approver", "clerk")
    lend(desk, "clerk", "auditor")
    assert hats(desk, "auditor") == {("auditor", None), ("officer", None)}


def test_it_is_taken_back_at_once_and_by_its_lender_alone(desk: Desk) -> None:
    made = lend(desk, "approver", "clerk")
    for who in ("clerk", "officer", "company_a"):
        answer = desk.client(who).post(f"/account/delegations/{made.id}/end")
        assert answer.status_code == 404
    assert ("approver", None) in hats(desk, "clerk")
    desk.client("approver").post(f"/account/delegations/{made.id}/end")
    assert ("approver", None) not in hats(desk, "clerk")
    with pytest.raises(NotFoundError):
        delegations.take_back(desk.people["approver"], made.id)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("company_a", "company_b"),
        ("company_a", "officer"),
        ("officer", "company_a"),
        ("officer", "partner"),
        ("partner", "officer"),
        ("officer", "officer"),
    ],
)
def test_nothing_is_lent_out_of_the_house(desk: Desk, one: str, other: str) -> None:
    with pytest.raises(InvalidError):
        lend(desk, one, other)
    form = desk.client(one).get("/account/delegations").content.decode()
    assert f'value="{desk.people[other].id}"' not in form


def test_a_role_in_another_organisation_than_the_shared_one_is_not_lent(desk: Desk) -> None:
    Membership.objects.create(
        user=desk.people["company_a"], role="inspector", organisation="MYS-company-b"
    )
    lend(desk, "company_a", "company_b")
    assert hats(desk, "company_b") == {
        ("company", "MYS-company-b"),
        ("inspector", "MYS-company-b"),
    }


def test_whoever_leaves_the_organisation_stands_in_no_longer(desk: Desk) -> None:
    Membership.objects.create(
        user=desk.people["company_b"], role="company", organisation="MYS-company-a"
    )
    lend(desk, "company_a", "company_b")
    Membership.objects.create(
        user=desk.people["company_a"], role="inspector", organisation="MYS-company-a"
    )
    assert ("inspector", "MYS-company-a") in hats(desk, "company_b")
    desk.people["company_b"].memberships.filter(organisation="MYS-company-a").delete()
    assert hats(desk, "company_b") == {("company", "MYS-company-b")}


def test_a_closed_account_lends_nothing(desk: Desk) -> None:
    lend(desk, "approver", "clerk")
    people.close(desk.people["approver"], by="test")
    assert ("approver", None) not in hats(desk, "clerk")


def test_what_is_seen_in_a_lent_role_stays_within_the_own_clearance(desk: Desk) -> None:
    lend(desk, "approver", "clerk")
    assert desk.client("approver").get("/object/MYS-gate-high").status_code == 200
    assert desk.client("clerk").get("/object/MYS-gate-high").status_code == 404


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-3, -1)])
def test_days_that_cannot_be_are_refused(desk: Desk, first: int, last: int) -> None:
    with pytest.raises(InvalidError):
        lend(desk, "approver", "clerk", first, last)
