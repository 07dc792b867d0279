"""Agreements, gates, engagements, decisions and actions: what must not be let by."""

import pytest

from sepakat.record import label as labels
from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


AGREEMENT = {"title": "Procurement", "counterparty": "KOR", "exclusivity": "exclusive"}
LATER = {"expires": "2031-10-01"}
OWN = {"title": "Draft the scope", "assignee": "MYS", "due": "2026-04-01"}
ASKED = {**OWN, "assignee": "KOR", "counterparty": "KOR"}


def test_agreement_is_not_in_force_before_its_cabinet_gate_is_passed(case: Case) -> None:
    gate = case.make("gate", "tabled")
    agreement = case.make("agreement", "accepted", approvals=[gate])
    enter = ("MYS", agreement, "enter_into_force", {"effective": "2026-10-02"})
    assert case.refusal(*enter) == "requires"
    assert case.refusal(*enter, deps=()) == "reference"
    case.say(gate, "pass")
    assert case.refusal(*enter) == ""
    assert case.nations.object(agreement).state == "in_force"


def test_gate_is_not_passed_before_its_predecessors_of_both_nations(case: Case) -> None:
    cabinet, assembly = case.make("gate", "tabled"), case.make("gate", "tabled", "KOR")
    scope = case.make("gate", "tabled", after=[cabinet, assembly])
    decided = {"decided": "2026-11-01"}
    assert case.refusal("MYS", scope, "pass", decided) == "requires"
    case.say(cabinet, "pass")
    assert case.refusal("MYS", scope, "pass", decided) == "requires"
    case.say(assembly, "pass")
    assert case.refusal("MYS", scope, "pass", decided) == ""


def test_gate_that_was_refused_can_be_tabled_again_and_passed(case: Case) -> None:
    gate = case.make("gate", "refused")
    case.say(gate, "table")
    case.say(gate, "defer", {"due": "2027-01-31"})
    case.say(gate, "table")
    case.say(gate, "pass")
    assert case.nations.object(gate).fields["due"] == "2027-01-31"


def test_agreement_with_a_text_that_was_withdrawn_is_refused(case: Case) -> None:
    text = case.make("evidence", "withdrawn")
    body = AGREEMENT | {"text": text}
    assert case.refusal("MYS", "MYS-a", "propose", body, "agreement") == "requires"


def test_agreement_with_itself_is_refused(case: Case) -> None:
    body = AGREEMENT | {"counterparty": "MYS"}
    assert case.refusal("MYS", "MYS-a", "propose", body, "agreement") == "counterparty"


class TestAmendment:
    def amendment(self, case: Case, agreement: str, state: str = "accepted", **terms: str) -> str:
        made = case.make("amendment", "proposed", agreement=agreement, **terms)
        if state != "proposed":
            case.say(made, {"accepted": "accept", "declined": "decline"}[state])
        return made

    def test_declined_or_open_one_leaves_the_agreement_as_it_was(self, case: Case) -> None:
        agreement = case.make("agreement", "in_force", expires="2028-10-01")
        before = case.nations.object(agreement)
        for state in ("proposed", "declined"):
            amendment = self.amendment(case, agreement, state, **LATER)
            body = {"amendments": [amendment], **LATER}
            assert case.refusal("MYS", agreement, "amend", body) == "requires"
        assert case.nations.object(agreement) == before

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"expires": "2032-10-01"},
            {"expires": "2031-10-01", "exclusivity": "non_exclusive"},
            {"expires": None},
        ],
    )
    def test_agreement_changes_only_as_accepted(
        self, case: Case, changes: dict[str, str | None]
    ) -> None:
        agreement = case.make("agreement", "in_force", expires="2028-10-01")
        amendment = self.amendment(case, agreement, **LATER)
        body = {"amendments": [amendment], **changes}
        assert case.refusal("MYS", agreement, "amend", body) == "check"
        case.say(agreement, "amend", {"amendments": [amendment], **LATER})
        assert case.nations.object(agreement).fields["expires"] == "2031-10-01"

    def test_earlier_one_cannot_be_dropped_or_made_to_return(self, case: Case) -> None:
        agreement = case.make("agreement", "in_force")
        one = self.amendment(case, agreement, **LATER)
        two = self.amendment(case, agreement, expires="2035-10-01")
        case.say(agreement, "amend", {"amendments": [one], **LATER})
        later = {"expires": "2035-10-01"}
        for wrong in ([two], [], [two, one], [one, two, two], [one]):
            terms = LATER if wrong[-1:] == [one] else later
            body = {"amendments": wrong, **terms}
            assert case.refusal("MYS", agreement, "amend", body) == "check", wrong
        case.say(agreement, "amend", {"amendments": [one, two], **later})
        for again in ([one, two, one], [one, two, two]):
            terms = LATER if again[-1] == one else later
            body = {"amendments": again, **terms}
            assert case.refusal("MYS", agreement, "amend", body) == "check", again

    def test_one_of_another_agreement_is_refused(self, case: Case) -> None:
        agreement, elsewhere = (case.make("agreement", "in_force") for _ in range(2))
        amendment = self.amendment(case, elsewhere)
        body = {"amendments": [amendment]}
        assert case.refusal("MYS", agreement, "amend", body) == "check"

    def test_agreement_that_has_ended_is_not_amended(self, case: Case) -> None:
        agreement = case.make("agreement", "in_force")
        open_one = self.amendment(case, agreement, "proposed")
        case.say(agreement, "terminate")
        assert case.refusal("KOR", open_one, "accept", {}) == "requires"
        body = {"title": "Late", "counterparty": "KOR", "summary": "Late", "agreement": agreement}
        assert case.refusal("MYS", "MYS-late", "propose", body, "amendment") == "requires"

    def test_one_with_a_text_that_was_withdrawn_is_refused(self, case: Case) -> None:
        body = {"title": "New text", "counterparty": "KOR", "summary": "All of it"}
        body["agreement"] = case.make("agreement", "in_force")
        body["text"] = case.make("evidence", "withdrawn")
        assert case.refusal("MYS", "MYS-new", "propose", body, "amendment") == "requires"

    def test_counterparty_may_propose_one_too(self, case: Case) -> None:
        agreement = case.make("agreement", "in_force")
        amendment = case.make("amendment", "accepted", "KOR", agreement=agreement, **LATER)
        case.say(agreement, "amend", {"amendments": [amendment], **LATER})


def test_notice_of_termination_stays_beside_the_agreement_and_changes_no_field(case: Case) -> None:
    agreement = case.make("agreement", "in_force")
    before = case.nations.object(agreement)
    words = {"terminates": "2028-01-01", "reason": "Because."}
    assert case.refusal("MYS", agreement, "give_notice", words) == "turn"
    notice = case.say(agreement, "give_notice")
    after = case.nations.object(agreement)
    assert after.notes == (notice.digest,)
    assert (after.state, after.fields, after.head) == (before.state, before.fields, before.head)
    case.say(agreement, "terminate", {"terminates": "2028-01-01"})
    assert case.nations.object(agreement).notes == (notice.digest,)


@pytest.mark.parametrize(
    ("expires", "at", "code"),
    [
        ("2028-10-01", "2028-10-01T23:59:59Z", "check"),
        ("2028-10-01", "2028-10-02T00:00:00Z", ""),
        (None, "2028-10-02T00:00:00Z", "check"),
    ],
)
def test_agreement_expires_only_after_its_last_day(
    case: Case, expires: str | None, at: str, code: str
) -> None:
    agreement = case.make("agreement", "in_force", expires=expires)
    assert case.refusal("MYS", agreement, "expire", {}, at=at) == code


def test_minutes_that_were_returned_are_agreed_only_as_proposed_again(case: Case) -> None:
    seminar = case.make("engagement", "minutes_proposed")
    case.say(seminar, "return_minutes", {"reason": "Session 2 is missing"})
    assert case.refusal("KOR", seminar, "agree_minutes", {}) == "state"
    case.say(seminar, "propose_minutes", {"minutes": "With session 2."})
    assert case.refusal("MYS", seminar, "agree_minutes", {}) == "turn"
    case.say(seminar, "agree_minutes")
    assert case.nations.object(seminar).fields["minutes"] == "With session 2."


def test_counterparty_cannot_change_the_minutes_that_it_agrees(case: Case) -> None:
    seminar = case.make("engagement", "minutes_proposed")
    assert case.refusal("KOR", seminar, "agree_minutes", {"minutes": "Otherwise."}) == "body"


class TestActionItem:
    def test_ones_own_binds_nobody_else_and_may_be_ones_secret(self, case: Case) -> None:
        at_home = labels.make("CONFIDENTIAL", ["MYS"])
        item = ("MYS", "MYS-item", "undertake", OWN, "action_item")
        assert case.refusal(*item, label=at_home) == ""
        assert case.nations.object("MYS-item").counterparty is None
        assert "MYS-item" in case.nations.fold("MYS").objects
        assert "MYS-item" not in case.nations.fold("KOR").objects

    @pytest.mark.parametrize(
        ("action", "body", "code"),
        [
            ("undertake", OWN | {"assignee": "KOR"}, "check"),
            ("undertake", ASKED, "body"),
            ("ask", ASKED | {"assignee": "MYS"}, "check"),
            ("ask", ASKED | {"assignee": "TUR"}, "check"),
            ("ask", OWN, "body"),
        ],
    )
    def test_assignee_is_the_one_who_has_to_do_it(
        self, case: Case, action: str, body: dict[str, str], code: str
    ) -> None:
        assert case.refusal("MYS", "MYS-item", action, body, "action_item") == code

    def test_one_that_is_returned_is_reported_again_before_it_is_closed(self, case: Case) -> None:
        item = case.make("action_item", "reported")
        case.say(item, "return")
        assert case.refusal("MYS", item, "close", {}) == "state"
        case.say(item, "report", {"result": "The draft, complete."})
        case.say(item, "close")
        assert case.nations.object(item).state == "closed"

    def test_one_arises_from_an_engagement_and_a_decision(self, case: Case) -> None:
        engagement, decision = case.make("engagement", "held"), case.make("decision", "agreed")
        body = ASKED | {"engagement": engagement, "decision": decision}
        assert case.refusal("MYS", "MYS-item", "ask", body, "action_item") == ""
        swapped = ASKED | {"engagement": decision, "decision": engagement}
        assert case.refusal("MYS", "MYS-i2", "ask", swapped, "action_item") == "reference"


def test_both_nations_may_dissent_from_a_decision_that_stands(case: Case) -> None:
    decision = case.make("decision", "agreed")
    for nation in ("KOR", "MYS"):
        assert case.refusal(nation, decision, "dissent", {"dissent": "Too early."}) == ""
    after = case.nations.object(decision)
    assert len(after.notes) == 2
    assert (after.state, "dissent" in after.fields) == ("agreed", False)
