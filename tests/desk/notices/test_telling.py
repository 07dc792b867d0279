"""Notices: who is told what, once, and nobody of what they may not see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from sepakat.desk.notices import inbox, telling
from sepakat.desk.notices.models import Mail, Notice, Preference
from sepakat.node.accounts.models import Delegation, Membership
from sepakat.node.models import Object, Partner, Statement
from support.desks import OF_A, OPEN, Desk
from support.pages import text_of


@pytest.fixture(autouse=True)
def _kept_mail(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def day(offset: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=offset)).isoformat()


def told(desk: Desk, name: str) -> dict[str, set[str]]:
    """What a person has been told, by occasion."""
    found: dict[str, set[str]] = {}
    for notice in Notice.objects.filter(user=desk.people[name], read=None):
        found.setdefault(notice.what, set()).add(notice.object or notice.detail)
    return found


def test_somebody_told_of_a_record_that_is_not_for_them(desk: Desk) -> None:
    telling.tell(desk.home)
    assert "MYS-gate-high" in told(desk, "officer")["overdue"]
    assert "MYS-action-own" in told(desk, "committee")["overdue"]
    for name in desk.people:
        access = desk.access(name)
        for notice in Notice.objects.filter(user=desk.people[name]).exclude(object=""):
            assert access.get(notice.object).id == notice.object
    assert told(desk, "auditor") == {}
    assert told(desk, "partner") == {}
    assert told(desk, "clerk").get("overdue") is None
    assert not Notice.objects.filter(user=desk.people["company_b"], object="MYS-obligation-a")


def test_the_same_occasion_told_twice(desk: Desk) -> None:
    first = telling.tell(desk.home)
    assert first.notices == Notice.objects.count() > 0
    count = len(mail.outbox)
    again = telling.tell(desk.home)
    assert (again.notices, again.mails) == (0, 0)
    assert len(mail.outbox) == count


def test_what_is_over_stays_unread(desk: Desk) -> None:
    desk.say("gate", "MYS-gate-open", "table")
    telling.tell(desk.home)
    assert "MYS-gate-open" in told(desk, "approver")["waiting"]
    assert "MYS-gate-open" not in told(desk, "officer").get("waiting", set())
    desk.say("gate", "MYS-gate-open", "pass", role="approver", decided=day(0))
    telling.tell(desk.home)
    assert "MYS-gate-open" not in told(desk, "approver").get("waiting", set())


def test_due_in_a_week_but_not_in_a_month(desk: Desk) -> None:
    for name, when in (("near", 6), ("far", 20)):
        desk.say("gate", f"MYS-{name}", "plan", OPEN, name=name, authority="Cabinet", due=day(when))
    telling.tell(desk.home)
    assert told(desk, "officer")["due_soon"] == {"MYS-near"}


def test_a_notice_of_what_one_may_see_no_more(desk: Desk) -> None:
    telling.tell(desk.home)
    user = desk.people["officer"]
    assert "Zulkarnain" in text_of(desk.client("officer").get("/inbox"))
    before = inbox.unread(desk.access("officer"), user)
    user.clearance = "UNCLASSIFIED"
    user.save()
    page = text_of(desk.client("officer").get("/inbox"))
    assert "Zulkarnain" not in page
    assert "MYS-gate-high" not in page
    assert inbox.unread(desk.access("officer"), user) < before


def test_an_exchange_in_trouble_told_to_companies_and_committees(desk: Desk) -> None:
    Partner.objects.filter(nation="KOR").update(problem="2026-11-01T00:00:00Z it does not answer")
    telling.tell(desk.home)
    for name in ("officer", "administrator"):
        assert told(desk, name)["trouble"] == {"KOR"}
    Partner.objects.filter(nation="KOR").update(frozen="2026-11-02T00:00:00Z two histories")
    telling.tell(desk.home)
    assert told(desk, "officer")["frozen"] == {"KOR"}
    for name in ("committee", "company_a", "partner", "auditor"):
        assert not {"trouble", "frozen"} & told(desk, name).keys()


def test_a_partners_word_told_to_whoever_may_not_see_it_or_told_again(desk: Desk) -> None:
    """The partner's statements are rows like any others; what they say is not read for this."""
    labels = dict(Object.objects.values_list("id", "label_id"))
    said = ("MYS-obligation-a", "MYS-agreement-g2g", "MYS-obligation-a")
    for index, about in enumerate(said):
        Statement.objects.create(
            nation="KOR", index=index, digest=f"{index:064}", envelope=b"", label_id=labels[about],
            object=about, action="note", at="2026-02-01T00:00:00Z", status="standing",
        )  # fmt: skip
    Partner.objects.filter(nation="KOR").update(disclosed=2)
    telling.tell(desk.home)
    assert told(desk, "officer")["said"] == {"MYS-obligation-a", "MYS-agreement-g2g"}
    assert told(desk, "company_a")["said"] == {"MYS-obligation-a"}
    for name in ("company_b", "clerk", "auditor", "partner"):
        assert "said" not in told(desk, name)
    count = Notice.objects.count()
    telling.tell(desk.home)
    assert Notice.objects.count() == count
    Partner.objects.filter(nation="KOR").update(disclosed=3)
    telling.tell(desk.home)
    assert Notice.objects.filter(user=desk.people["officer"], what="said").count() == 3


def test_a_delegation_that_its_delegate_does_not_hear_of(desk: Desk) -> None:
    Delegation.objects.create(
        user=desk.people["approver"], delegate=desk.people["officer"],
        starts=day(0), ends=day(3),
    )  # fmt: skip
    telling.tell(desk.home)
    assert told(desk, "officer")["delegated"] == {"Approver"}
    assert "Approver has asked you to stand in." in text_of(desk.client("officer").get("/inbox"))


def test_a_closed_account_that_is_told(desk: Desk) -> None:
    user = desk.people["officer"]
    user.is_active = False
    user.save()
    telling.tell(desk.home)
    assert not Notice.objects.filter(user=user).exists()
    assert [m for m in mail.outbox if user.email in m.to] == []


def test_a_flood_of_mails_in_place_of_one_digest(desk: Desk) -> None:
    for number in range(12):
        desk.say("gate", f"MYS-g-{number}", "plan", OPEN, name=f"Gate {number}",
                 authority="Cabinet", due=day(-1))  # fmt: skip
    telling.tell(desk.home)
    desk.say("gate", "MYS-later", "plan", OPEN, name="Later", authority="Cabinet", due=day(-1))
    telling.tell(desk.home)
    mine = [m for m in mail.outbox if m.to == ["officer@mys.example"]]
    assert len(mine) == 1
    Preference.objects.update(mailed=datetime.now(UTC).date() - timedelta(days=1))
    telling.tell(desk.home)
    mine = [m for m in mail.outbox if m.to == ["officer@mys.example"]]
    assert len(mine) == 2
    assert "Later" in mine[1].body
    assert "Gate 3" not in mine[1].body


def test_a_mail_that_names_what_is_marked(desk: Desk) -> None:
    desk.say("obligation", "MYS-obligation-c", "propose", OF_A, title="Sonar of company A",
             agreement="MYS-agreement-g2g", counterparty="KOR", obligor="KOR",
             category="co_production", value={"amount": "1.00", "currency": "MYR"},
             due=day(3), description="Owed.")  # fmt: skip
    desk.say("gate", "MYS-plain", "plan", OPEN, name="Plain gate", authority="Cabinet",
             due=day(-1))  # fmt: skip
    telling.tell(desk.home)
    [sent] = [m for m in mail.outbox if m.to == ["officer@mys.example"]]
    whole = sent.subject + sent.body
    for kept in ("Zulkarnain", "Prepare the position", "gate-high", "action-own", "Sonar"):
        assert kept not in whole
    assert "Plain gate" in sent.body
    assert "3 matters are overdue" in sent.body
    assert f"{desk.home.config.url}/inbox" in sent.body


def test_mail_to_whoever_wants_none_or_wants_approvals_at_once(desk: Desk) -> None:
    choices = {"officer": Mail.OFF, "approver": Mail.AT_ONCE, "second_approver": Mail.DAILY}
    for name, choice in choices.items():
        Preference.objects.create(user=desk.people[name], mail=choice)
    telling.tell(desk.home)
    Preference.objects.update(mailed=datetime.now(UTC).date())
    mail.outbox.clear()
    desk.say("gate", "MYS-gate-open", "table")
    telling.tell(desk.home)
    assert {m.to[0] for m in mail.outbox} == {"approver@mys.example"}


def test_a_mail_in_the_readers_language(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.people["officer"].language = "ko"
    desk.people["officer"].save()
    telling.tell(desk.home)
    [sent] = [m for m in mail.outbox if m.to == ["officer@mys.example"]]
    assert "말레이시아" in sent.subject


def test_notices_of_another_marked_as_read(desk: Desk) -> None:
    telling.tell(desk.home)
    theirs = Notice.objects.filter(user=desk.people["officer"], read=None).first()
    assert theirs is not None
    desk.client("committee").post("/inbox/read", {"notice": theirs.id})
    theirs.refresh_from_db()
    assert theirs.read is None
    desk.client("officer").post("/inbox/read", {"notice": theirs.id})
    theirs.refresh_from_db()
    assert theirs.read is not None
    desk.client("officer").post("/inbox/read", {"notice": "9" * 40})
    desk.client("officer").post("/inbox/read")
    assert inbox.unread(desk.access("officer"), desk.people["officer"]) == 0


@pytest.mark.parametrize("address", ["/inbox", "/inbox/settings"])
def test_the_public_has_no_inbox(desk: Desk, address: str) -> None:
    answer = desk.client("public").get(address)
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_role_given_later_brings_what_waits_in_it(desk: Desk) -> None:
    desk.say("gate", "MYS-gate-open", "table")
    telling.tell(desk.home)
    Membership.objects.create(user=desk.people["inspector"], role="approver")
    telling.tell(desk.home)
    assert "MYS-gate-open" in told(desk, "inspector")["waiting"]
