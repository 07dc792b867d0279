"""Four eyes: one prepares, another in the same role confirms, and nothing has moved meanwhile."""

from dataclasses import replace

import pytest
from django.utils import timezone

from sepakat.node.accounts import delegations, foureyes, people
from sepakat.node.accounts.models import Prepared
from sepakat.node.acting import record_for
from sepakat.node.ledger import Draft
from sepakat.node.models import Statement
from sepakat.node.recording import Batch
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from sepakat.vocabulary import REGISTRY
from support.desks import Desk
from support.inprocess import say

PASS = Draft("gate", "MYS-gate-open", "pass", {"decided": "2026-03-01"}, role="approver")


@pytest.fixture
def gate(desk: Desk) -> str:
    """A gate that waits to be passed."""
    say(desk.home, "gate", "MYS-gate-open", "table", None, "officer")
    return "MYS-gate-open"


def prepare(desk: Desk, who: str = "approver", draft: Draft = PASS) -> Prepared:
    return foureyes.prepare(desk.access(who), desk.people[who], draft, [])


def confirm(desk: Desk, who: str, kept: Prepared) -> None:
    foureyes.confirm(desk.access(who), desk.people[who], kept)


def state(desk: Desk) -> str:
    return desk.access("officer").get("MYS-gate-open").state


def test_one_person_alone_says_nothing(desk: Desk, gate: str) -> None:
    with pytest.raises(RefusedError, match="second person"):
        record_for(desk.access("approver"), Batch([PASS]))
    with pytest.raises(RefusedError):
        record_for(desk.access("approver"), Batch([PASS]), dry_run=True)
    assert state(desk) == "tabled"


def test_a_second_person_confirms_and_it_is_said_in_the_seconds_name(desk: Desk, gate: str) -> None:
    kept = prepare(desk)
    assert state(desk) == "tabled"
    assert foureyes.waiting_for(desk.access("second_approver")) == [kept]
    receipt = foureyes.confirm(desk.access("second_approver"), desk.people["second_approver"], kept)
    assert state(desk) == "passed"
    kept.refresh_from_db()
    assert kept.digest == receipt.digest
    assert kept.decided_by == desk.people["second_approver"]
    assert Statement.objects.filter(digest=receipt.digest).exists()
    assert foureyes.waiting_for(desk.access("second_approver")) == []


def test_the_same_person_does_not_confirm(desk: Desk, gate: str) -> None:
    kept = prepare(desk)
    assert foureyes.waiting_for(desk.access("approver")) == []
    with pytest.raises(RefusedError, match="Another person"):
        confirm(desk, "approver", kept)
    assert state(desk) == "tabled"


@pytest.mark.parametrize("who", ["officer", "administrator", "auditor", "company_a", "partner"])
def test_whoever_lacks_the_role_does_not_confirm(desk: Desk, gate: str, who: str) -> None:
    kept = prepare(desk)
    assert foureyes.waiting_for(desk.access(who)) == []
    with pytest.raises(RefusedError):
        confirm(desk, who, kept)
    with pytest.raises(RefusedError):
        foureyes.decline(desk.access(who), desk.people[who], kept)
    assert state(desk) == "tabled"


def test_whoever_stands_in_for_the_first_person_is_not_a_second(desk: Desk, gate: str) -> None:
    lend(desk, "approver", "officer")
    kept = prepare(desk)
    assert foureyes.waiting_for(desk.access("officer")) == []
    with pytest.raises(RefusedError):
        confirm(desk, "officer", kept)
    lend(desk, "second_approver", "clerk")
    confirm(desk, "clerk", kept)
    assert state(desk) == "passed"


def lend(desk: Desk, one: str, *others: str) -> None:
    today = timezone.now().date()
    for other in others:
        delegations.lend(desk.people[one], desk.people[other], today, today)


def test_two_who_stand_in_for_one_person_are_not_two(desk: Desk, gate: str) -> None:
    lend(desk, "approver", "officer", "clerk")
    kept = prepare(desk, "officer")
    for who in ("clerk", "auditor"):
        assert foureyes.waiting_for(desk.access(who)) == []
        with pytest.raises(RefusedError):
            confirm(desk, who, kept)
    page = desk.client("clerk").get(f"/confirmations/{kept.id}").content.decode()
    assert "in the role of one person" in page
    assert "Confirm and sign" not in page
    assert state(desk) == "tabled"
    lend(desk, "second_approver", "clerk")
    assert foureyes.waiting_for(desk.access("clerk")) == [kept]
    confirm(desk, "clerk", kept)
    assert state(desk) == "passed"


def test_who_lent_the_role_to_the_first_is_not_a_second(desk: Desk, gate: str) -> None:
    lend(desk, "approver", "officer")
    kept = prepare(desk, "officer")
    for who in ("approver", "auditor"):
        assert foureyes.waiting_for(desk.access(who)) == []
        with pytest.raises(RefusedError):
            confirm(desk, who, kept)
    assert state(desk) == "tabled"
    foureyes.decline(desk.access("approver"), desk.people["approver"], kept)
    kept = prepare(desk, "officer")
    confirm(desk, "second_approver", kept)
    assert state(desk) == "passed"


def test_a_role_lent_by_another_since_it_was_prepared_is_not_what_it_was_prepared_in(
    desk: Desk, gate: str
) -> None:
    lend(desk, "approver", "officer")
    kept = prepare(desk, "officer")
    delegations.take_back(desk.people["approver"], desk.people["approver"].delegations.get().id)
    lend(desk, "second_approver", "officer")
    for who in ("approver", "second_approver", "auditor"):
        with pytest.raises(RefusedError):
            confirm(desk, who, kept)
    assert state(desk) == "tabled"


def test_whoever_holds_the_role_acts_in_it_though_another_lends_it_too(
    desk: Desk, gate: str
) -> None:
    lend(desk, "second_approver", "approver")
    lend(desk, "approver", "officer")
    kept = prepare(desk, "officer")
    with pytest.raises(RefusedError):
        confirm(desk, "approver", kept)
    foureyes.decline(desk.access("officer"), desk.people["officer"], kept)
    kept = prepare(desk)
    with pytest.raises(RefusedError):
        confirm(desk, "officer", kept)
    confirm(desk, "second_approver", kept)
    assert state(desk) == "passed"


def test_what_waits_since_before_its_holder_was_kept_is_still_confirmed(
    desk: Desk, gate: str
) -> None:
    kept = prepare(desk)
    del kept.draft["role_of"]
    kept.save()
    lend(desk, "approver", "officer")
    with pytest.raises(RefusedError):
        confirm(desk, "officer", kept)
    confirm(desk, "second_approver", kept)
    assert state(desk) == "passed"


def test_what_is_prepared_without_a_role_is_prepared_in_the_one_that_may(
    desk: Desk, gate: str
) -> None:
    """As a program may leave it out: a draft then has the officer's."""
    kept = prepare(desk, draft=replace(PASS, role="officer"))
    assert foureyes.waiting_for(desk.access("officer")) == []
    confirm(desk, "second_approver", kept)
    assert state(desk) == "passed"


def test_a_record_that_has_moved_is_not_confirmed(desk: Desk, gate: str) -> None:
    kept = prepare(desk)
    say(desk.home, "gate", gate, "refuse", None, "approver", decided="2026-03-01", reason="No.")
    assert foureyes.waiting_for(desk.access("second_approver")) == []
    with pytest.raises(ConflictError, match="changed"):
        confirm(desk, "second_approver", kept)
    assert state(desk) == "refused"


def test_it_is_confirmed_once(desk: Desk, gate: str) -> None:
    kept = prepare(desk)
    confirm(desk, "second_approver", kept)
    with pytest.raises(ConflictError):
        confirm(desk, "second_approver", kept)
    with pytest.raises(ConflictError):
        foureyes.decline(desk.access("approver"), desk.people["approver"], kept)


@pytest.mark.parametrize("who", ["approver", "second_approver"])
def test_what_was_declined_is_not_confirmed(desk: Desk, gate: str, who: str) -> None:
    kept = prepare(desk)
    foureyes.decline(desk.access(who), desk.people[who], kept)
    with pytest.raises(ConflictError):
        confirm(desk, "second_approver", kept)
    assert state(desk) == "tabled"
    prepare(desk)  # it can be prepared anew


def test_the_same_is_not_prepared_twice(desk: Desk, gate: str) -> None:
    prepare(desk)
    with pytest.raises(ConflictError):
        prepare(desk, "second_approver")


def test_what_could_not_be_said_is_not_prepared(desk: Desk, gate: str) -> None:
    with pytest.raises(RefusedError, match="decided"):
        prepare(desk, draft=replace(PASS, body={"decided": "never"}))
    with pytest.raises(RefusedError):
        prepare(desk, "officer")
    with pytest.raises(NotFoundError):
        prepare(desk, draft=replace(PASS, object="MYS-gate-none"))
    with pytest.raises(InvalidError):
        foureyes.prepare(desk.access("approver"), desk.people["approver"], PASS, [b"a file"])
    assert not Prepared.objects.exists()


def test_nobody_confirms_for_an_account_that_is_closed(desk: Desk, gate: str) -> None:
    kept = prepare(desk)
    people.close(desk.people["approver"], by="test")
    assert foureyes.waiting_for(desk.access("second_approver")) == []
    kept.refresh_from_db()
    with pytest.raises(RefusedError):
        confirm(desk, "second_approver", kept)


def test_nobody_confirms_for_somebody_who_has_lost_the_role(desk: Desk, gate: str) -> None:
    kept = prepare(desk)
    people.take_role(desk.people["approver"].memberships.get(), by="operator")
    assert foureyes.waiting_for(desk.access("second_approver")) == []
    with pytest.raises(RefusedError, match="holds the role no more"):
        confirm(desk, "second_approver", kept)
    assert state(desk) == "tabled"


def test_whoever_prepared_it_and_sees_the_record_no_more_is_not_shown_its_title(
    desk: Desk,
) -> None:
    say(desk.home, "gate", "MYS-gate-high", "table", None, "officer")
    kept = prepare(desk, draft=replace(PASS, object="MYS-gate-high"))
    people.set_clearance(desk.home, desk.people["approver"], "UNCLASSIFIED", {}, by="operator")
    page = desk.client("approver").get(f"/confirmations/{kept.id}")
    assert page.status_code == 200
    assert b"Zulkarnain" not in page.content


def test_what_is_prepared_shows_only_to_those_who_see_the_record(desk: Desk) -> None:
    say(desk.home, "gate", "MYS-gate-high", "table", None, "officer")
    kept = prepare(desk, draft=replace(PASS, object="MYS-gate-high"))
    page = desk.client("second_approver").get(f"/confirmations/{kept.id}")
    assert "Zulkarnain" in page.content.decode()
    assert desk.client("auditor").get(f"/confirmations/{kept.id}").status_code == 200
    for who in ("clerk", "company_a", "partner"):
        assert desk.client(who).get(f"/confirmations/{kept.id}").status_code == 404
        assert desk.client(who).get("/confirmations/999").status_code == 404
        for did in ("confirm", "decline"):
            assert desk.client(who).post(f"/confirmations/{kept.id}/{did}").status_code == 404
        assert "MYS-gate-high" not in desk.client(who).get("/confirmations").content.decode()
    for did in ("confirm", "decline"):
        assert desk.client("public").post(f"/confirmations/{kept.id}/{did}").status_code == 302
    kept.refresh_from_db()
    assert kept.decided is None


def test_it_is_confirmed_and_declined_by_the_page(desk: Desk, gate: str) -> None:
    kept = prepare(desk)
    page = desk.client("approver").get(f"/confirmations/{kept.id}").content.decode()
    assert "Another person must confirm it" in page
    assert "Confirm and sign" not in page
    assert desk.client("approver").post(f"/confirmations/{kept.id}/confirm").status_code == 403
    assert desk.client("approver").post(f"/confirmations/{kept.id}/decline").status_code == 302
    kept = prepare(desk)
    client = desk.client("second_approver")
    assert "MYS-gate-open" in client.get("/confirmations").content.decode()
    assert "Confirm and sign" in client.get(f"/confirmations/{kept.id}").content.decode()
    assert client.post(f"/confirmations/{kept.id}/confirm").status_code == 302
    assert state(desk) == "passed"
    assert client.post(f"/confirmations/{kept.id}/confirm").status_code == 409


def test_the_operator_is_not_bound(desk: Desk, gate: str) -> None:
    say(desk.home, "gate", gate, "pass", None, "approver", decided="2026-03-01")
    assert state(desk) == "passed"


def test_much_that_depends_on_one_word_asks_for_two(desk: Desk) -> None:
    asked = {
        f"{kind.kind}.{action.name}"
        for kind in REGISTRY.kinds.values()
        for action in kind.lifecycle.actions.values()
        if action.four_eyes
    }
    assert asked == {
        "account.confirm",
        "agreement.enter_into_force",
        "agreement.terminate",
        "gate.pass",
        "obligation.confirm_fulfilment",
        "evidence.destroy",
        "export_authorisation.revoke",
        "transfer_package.confirm_absorption",
        "factory_plan.close",
        "work_package.confirm_completion",
        "need.approve",
        "procurement_strategy.approve",
        "project.accept",
        "project.confirm_completion",
        "tender.publish",
        "tender.amend",
        "tender.appoint",
        "tender.terminate",
        "opening.record",
        "score_sheet.void",
        "evaluation.approve",
        "award_notice.publish",
        "award_notice.annul",
        "award.approve",
        "award.annul",
        "contract.complete",
        "contract.terminate",
        "option.take",
        "payment.pay",
        "plan.accept_knowingly",
        "appeal.uphold",
        "appeal.dismiss",
    }
