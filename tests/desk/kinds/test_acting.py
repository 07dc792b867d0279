"""Forms: nothing is signed that was not shown, nothing is lost by an error, nobody oversteps."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sepakat.node.models import Object, Statement
from support.desks import Desk
from support.pages import check, hidden, sign, text_of

GATE = {
    "name": "Approval of the budget",
    "authority": "Cabinet",
    "due": "2027-01-31",
    "label-classification": "RESTRICTED",
    "label-releasable_to": ["MYS"],
}
UNMARKED = GATE | {"label-classification": "UNCLASSIFIED"}


def said() -> int:
    return Statement.objects.count()


def made(stem: str) -> str:
    """The identifier that was made of a kind and a title."""
    return Object.objects.get(id__startswith=stem).id


def test_the_page_to_check_records_nothing(desk: Desk) -> None:
    before = said()
    page = text_of(check(desk.client("officer"), "/register/gate/new/plan", GATE))
    assert "Approval of the budget" in page
    assert "RESTRICTED" in page.upper()
    assert said() == before


def test_what_is_signed_is_what_was_shown(desk: Desk) -> None:
    sign(desk.client("officer"), "/register/gate/new/plan", GATE)
    thing = desk.access("officer").get(made("MYS-gate-approval-of-the-budget-"))
    assert thing.fields == {name: GATE[name] for name in ("name", "authority", "due")}
    assert thing.label.released == ("MYS",)


def test_an_identifier_that_tells_of_a_hidden_record_with_the_same_title(desk: Desk) -> None:
    """None is counted on from one that is taken: whoever guesses a title learns nothing."""
    for title in ("high", "none such"):
        page = check(desk.client("clerk"), "/register/gate/new/plan", UNMARKED | {"name": title})
        given = hidden(page)["object"][0]
        stem = f"MYS-gate-{title.replace(' ', '-')}-"
        assert re.fullmatch(f"{stem}[0-9a-f]{{10}}", given), given


def test_an_error_is_said_at_its_field_and_loses_nothing(desk: Desk) -> None:
    wrong = {**GATE, "due": "2027-02-31", "authority": ""}
    answer = check(desk.client("officer"), "/register/gate/new/plan", wrong)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "There is a problem" in page
    assert b'href="#id_due"' in answer.content
    assert b'value="Approval of the budget"' in answer.content


def test_an_error_of_form_that_does_not_say_which_form_is_wanted(desk: Desk) -> None:
    wrong = {"closes": "10 March 2027", "openers-0-key": "x", "label-classification": "RESTRICTED"}
    page = text_of(check(desk.client("approver"), "/register/tender/new/publish", wrong))
    asked = "This is not in the form that is asked for."
    closes = "When the last offer must have been received, such as 2027-03-10T08:00:00Z."
    assert f"{asked} {closes}" in page
    assert f"{asked} What sepakat tender key prints, 1624 characters." in page


def test_a_rule_of_the_record_is_said_before_anything_is_signed(desk: Desk) -> None:
    given = {
        "title": "Mine",
        "assignee": "KOR",  # an action that one undertakes is one's own
        "due": "2027-01-01",
        "label-classification": "RESTRICTED",
        "label-releasable_to": ["MYS"],
    }
    before = said()
    answer = check(desk.client("officer"), "/register/action_item/new/undertake", given)
    assert answer.status_code == 422
    assert "There is a problem" in text_of(answer)
    assert said() == before


def test_a_record_that_has_moved_meanwhile_is_not_signed_over(desk: Desk) -> None:
    officer = desk.client("officer")
    checked = check(
        officer, "/object/MYS-gate-open/defer", {"due": "2027-05-05", "reason": "Elections"}
    )
    desk.say("gate", "MYS-gate-open", "defer", due="2027-06-06", reason="Recess")
    before = said()
    answer = officer.post("/object/MYS-gate-open/defer", {**hidden(checked), "step": "sign"})
    assert answer.status_code == 422
    assert "has changed since" in text_of(answer)
    assert said() == before


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/register/gate/new/plan", GATE),
        ("/object/MYS-gate-open/defer", {"due": "2027-05-05", "reason": "Elections"}),
    ],
)
def test_pressing_the_button_twice_signs_once_and_says_so(
    desk: Desk, address: str, given: dict[str, str]
) -> None:
    officer = desk.client("officer")
    form = {**hidden(check(officer, address, given)), "step": "sign"}
    before = said()
    first = officer.post(address, form)
    again = officer.post(address, form, follow=True)
    assert said() == before + 1
    assert again.redirect_chain[-1] == (first["Location"], 302)
    assert "signed this already" in again.content.decode()


def test_what_another_has_signed_is_not_taken_for_ones_own(desk: Desk) -> None:
    form = {**GATE, "object": "MYS-gate-mine", "step": "sign", "head": ""}
    assert desk.client("officer").post("/register/gate/new/plan", form).status_code == 302
    form["label-classification"] = "UNCLASSIFIED"
    answer = desk.client("clerk").post("/register/gate/new/plan", form)
    assert answer.status_code == 422
    assert "MYS-gate-mine exists" in text_of(answer)


def test_a_company_files_evidence_with_its_file(desk: Desk) -> None:
    client = desk.client("company_a")
    form = {
        "title": "Test report",
        "organisation": "MYS-company-a",
        "file": SimpleUploadedFile("../../etc/report <1>.pdf", b"%PDF-1.7 it works"),
        "label-classification": "RESTRICTED",
        "label-releasable_to": ["MYS", "KOR"],
        "label-organisations": ["MYS-company-a"],
    }
    sign(client, "/register/evidence/new/register", form)
    thing = desk.access("company_a").get(made("MYS-evidence-test-report-"))
    assert thing.fields["size"] == 17
    answer = client.get(f"/evidence/{thing.id}/file")
    assert answer.content == b"%PDF-1.7 it works"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not list((desk.home.path / "uploads").iterdir())
    for outsider in ("company_b", "public", "clerk"):
        refused = desk.client(outsider).get(f"/evidence/{thing.id}/file")
        assert refused.status_code == 404


def test_a_record_under_a_caveat_is_said_and_seen_by_its_holders_alone(desk: Desk) -> None:
    holder = desk.people["officer"]
    holder.caveats = {"project": ["falcon"]}
    holder.save()
    officer, clerk = desk.client("officer"), desk.client("clerk")
    address, given = "/register/gate/new/plan", UNMARKED | {"label-caveats": ["project=falcon"]}
    before = said()
    assert clerk.post(address, {**given, "step": "sign", "head": ""}).status_code == 422
    assert said() == before
    assert "project=falcon" in text_of(officer.get(address))
    assert "project=falcon" not in text_of(clerk.get(address))
    sign(officer, address, given)
    path = f"/object/{made('MYS-gate-approval-of-the-budget-')}"
    for name in desk.people:
        found = desk.client(name).get(path).status_code
        assert found == (200 if name == "officer" else 404), name


def test_nobody_takes_anothers_upload(desk: Desk) -> None:
    form = {
        "title": "Mine",
        "organisation": "MYS-company-a",
        "file": SimpleUploadedFile("a.txt", b"secret"),
        "label-classification": "RESTRICTED",
        "label-releasable_to": ["MYS"],
        "label-organisations": ["MYS-company-a"],
    }
    checked = check(desk.client("company_a"), "/register/evidence/new/register", form)
    assert checked.status_code == 200
    own = {"label-organisations": ["MYS-company-b"], "organisation": "MYS-company-b"}
    stolen = {**hidden(checked), **own, "step": "sign"}
    answer = desk.client("company_b").post("/register/evidence/new/register", stolen)
    assert answer.status_code == 422
    assert "is here no more" in text_of(answer)


@pytest.mark.parametrize(
    ("name", "status"),
    [("approver", 403), ("auditor", 403), ("company_a", 403), ("partner", 404), ("public", 404)],
)
def test_no_form_for_whoever_may_not(desk: Desk, name: str, status: int) -> None:
    client = desk.client(name)
    form = client.get("/register/gate/new/plan")
    assert form.status_code == status
    assert ("It needs the role: Officer" in text_of(form)) is (status == 403)
    before = said()
    answer = client.post("/register/gate/new/plan", {**GATE, "step": "sign", "head": ""})
    assert answer.status_code == status
    assert said() == before


def test_an_action_that_one_may_not_take_says_why(desk: Desk) -> None:
    answer = desk.client("auditor").get("/object/MYS-gate-open/table")
    assert answer.status_code == 403
    assert "It needs the role" in text_of(answer)
    hidden_one = desk.client("company_a").get("/object/MYS-gate-high/table")
    assert hidden_one.status_code == 404


def test_a_forged_label_above_ones_clearance_is_refused(desk: Desk) -> None:
    before = said()
    given = {**GATE, "label-classification": "SECRET", "step": "sign", "head": ""}
    answer = desk.client("clerk").post("/register/gate/new/plan", given)
    assert answer.status_code == 422
    assert said() == before


def test_a_reference_to_what_one_may_not_see_is_refused(desk: Desk) -> None:
    before = said()
    given = {**GATE, "after": ["MYS-gate-high"], "step": "sign", "head": ""}
    given |= {"label-classification": "UNCLASSIFIED"}
    answer = desk.client("clerk").post("/register/gate/new/plan", given)
    assert answer.status_code == 422
    assert "Zulkarnain" not in text_of(answer)
    assert said() == before


def test_an_action_for_four_eyes_waits_for_the_second_pair(desk: Desk) -> None:
    desk.say("gate", "MYS-gate-open", "table")
    before = said()
    page = sign(desk.client("approver"), "/object/MYS-gate-open/pass", {"decided": "2026-11-01"})
    assert "second person" in page
    assert said() == before
