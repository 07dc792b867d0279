"""Obligations and claims: what must not be let by."""

from typing import Any

import pytest

from sepakat.record import label as labels
from support.case import Case


@pytest.fixture
def case() -> Case:
    return Case()


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def body_of(case: Case, kind: str, action: str, made: str, **given: Any) -> dict[str, Any]:
    return case.body(kind, case.nations.registry.action(kind, action), made, **given)


class TestObligation:
    def test_is_accepted_only_under_an_agreement_in_force(self, case: Case) -> None:
        agreement = case.make("agreement", "accepted")
        obligation = case.make("obligation", "proposed", agreement=agreement)
        assert case.refusal("KOR", obligation, "accept", {}) == "requires"
        case.say(agreement, "enter_into_force")
        assert case.refusal("KOR", obligation, "accept", {}) == ""

    def test_is_not_accepted_under_an_agreement_that_has_ended(self, case: Case) -> None:
        agreement = case.make("agreement", "terminated")
        obligation = case.make("obligation", "proposed", agreement=agreement)
        assert case.refusal("KOR", obligation, "accept", {}) == "requires"

    def test_is_not_owed_by_a_third_nation(self, case: Case) -> None:
        body = body_of(case, "obligation", "propose", "MYS-o", obligor="TUR")
        assert case.refusal("MYS", "MYS-o", "propose", body, "obligation") == "check"

    def test_is_not_owed_under_an_agreement_of_other_nations(self, case: Case) -> None:
        three = labels.make("RESTRICTED", ["KOR", "MYS", "TUR"])
        body = {"title": "Earlier", "counterparty": "TUR", "exclusivity": "exclusive"}
        assert case.refusal("MYS", "MYS-tur", "propose", body, "agreement", label=three) == ""
        body = body_of(case, "obligation", "propose", "MYS-o", agreement="MYS-tur")
        assert case.refusal("MYS", "MYS-o", "propose", body, "obligation") == "parties"

    @pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1e6", "01", "1,000", "1.00000"])
    def test_is_worth_something_in_plain_decimals(self, case: Case, amount: str) -> None:
        body = body_of(case, "obligation", "propose", "MYS-o", value=usd(amount))
        assert case.refusal("MYS", "MYS-o", "propose", body, "obligation") == "body"

    def test_is_in_force_again_when_its_fulfilment_is_denied(self, case: Case) -> None:
        obligation = case.make("obligation", "fulfilment_proposed")
        claim = body_of(case, "claim", "file", "MYS-c", obligation=obligation)
        assert case.refusal("MYS", "MYS-c", "file", claim, "claim") == "requires"
        case.say(obligation, "deny_fulfilment")
        assert case.refusal("MYS", "MYS-c", "file", claim, "claim") == ""


class TestFiling:
    def refusal(self, case: Case, nation: str = "MYS", **given: Any) -> str:
        said = {key: given.pop(key) for key in ("role", "organisation_of") if key in given}
        if "organisation_of" in said:
            said["organisation"] = said.pop("organisation_of")
        made = f"{nation}-c"
        body = body_of(case, "claim", "file", made, **given)
        return case.refusal(nation, made, "file", body, "claim", **said)

    def test_fitting_claim_stands(self, case: Case) -> None:
        obligation = case.make("obligation", "in_force")
        milestone = case.make("milestone", "planned", obligation=obligation)
        assert self.refusal(case, obligation=obligation, milestone=milestone) == ""

    def test_claim_by_the_one_who_is_owed_is_refused(self, case: Case) -> None:
        obligation = case.make("obligation", "in_force", obligor="KOR")
        assert self.refusal(case, obligation=obligation) == "check"
        assert self.refusal(case, "KOR", obligation=obligation) == ""

    def test_claim_in_another_currency_is_refused(self, case: Case) -> None:
        assert self.refusal(case, value={"amount": "1", "currency": "KRW"}) == "check"

    def test_claim_on_an_obligation_that_is_not_accepted_is_refused(self, case: Case) -> None:
        obligation = case.make("obligation", "proposed")
        assert self.refusal(case, obligation=obligation) == "requires"

    def test_claim_on_a_milestone_of_another_obligation_is_refused(self, case: Case) -> None:
        assert self.refusal(case, milestone=case.make("milestone", "planned")) == "check"

    def test_claim_on_a_milestone_that_is_not_agreed_is_refused(self, case: Case) -> None:
        obligation = case.make("obligation", "in_force")
        milestone = case.make("milestone", "proposed", obligation=obligation)
        refused = self.refusal(case, obligation=obligation, milestone=milestone)
        assert refused == "requires"

    def test_claim_without_evidence_is_refused(self, case: Case) -> None:
        assert self.refusal(case, evidence=[]) == "body"

    @pytest.mark.parametrize("state", ["withdrawn", "destroyed"])
    def test_claim_with_evidence_that_is_gone_is_refused(self, case: Case, state: str) -> None:
        evidence = [case.make("evidence", "registered"), case.make("evidence", state)]
        assert self.refusal(case, evidence=evidence) == "requires"

    def test_claim_does_not_show_evidence_that_is_kept_at_home(self, case: Case) -> None:
        body = body_of(case, "evidence", "register", "MYS-e")
        at_home = labels.make("RESTRICTED", ["MYS"])
        assert case.refusal("MYS", "MYS-e", "register", body, "evidence", label=at_home) == ""
        assert self.refusal(case, evidence=["MYS-e"]) == "label"

    def test_company_claims_for_itself_only(self, case: Case) -> None:
        ours, theirs = (case.make("organisation", "registered") for _ in range(2))
        company = {"role": "company", "organisation_of": ours}
        assert self.refusal(case, **company) == "check"
        assert self.refusal(case, organisation=theirs, **company) == "check"
        assert self.refusal(case, organisation=ours, role="company") == "check"
        assert self.refusal(case, organisation=ours, **company) == ""

    def test_retired_organisation_claims_nothing(self, case: Case) -> None:
        assert self.refusal(case, organisation=case.make("organisation", "retired")) == "requires"


class TestCompany:
    @pytest.mark.parametrize("kind", ["claim", "evidence"])
    def test_withdraws_nothing_of_another_company(self, case: Case, kind: str) -> None:
        ours, theirs = (case.make("organisation", "registered") for _ in range(2))
        state = {"claim": "refused", "evidence": "registered"}[kind]
        made = case.make(kind, state, organisation=theirs)
        withdraw = ("MYS", made, "withdraw", {"reason": "Because."})
        assert case.refusal(*withdraw, role="company", organisation=ours) == "check"
        assert case.refusal(*withdraw, role="company", organisation=theirs) == ""

    def test_refiles_nothing_of_another_company(self, case: Case) -> None:
        ours, theirs = (case.make("organisation", "registered") for _ in range(2))
        claim = case.make("claim", "refused", organisation=theirs)
        refile = ("MYS", claim, "refile", {"evidence": [case.make("evidence", "registered")]})
        assert case.refusal(*refile, role="company", organisation=ours) == "check"
        assert case.refusal(*refile, role="company", organisation=theirs) == ""

    def test_brings_evidence_in_its_own_name_only(self, case: Case) -> None:
        ours, theirs = (case.make("organisation", "registered") for _ in range(2))
        said = {"role": "company", "organisation": ours}
        for organisation, code in ((theirs, "check"), (None, "check"), (ours, "")):
            body = body_of(case, "evidence", "register", "MYS-e", organisation=organisation)
            assert case.refusal("MYS", "MYS-e", "register", body, "evidence", **said) == code

    def test_that_is_retired_brings_no_evidence(self, case: Case) -> None:
        retired = case.make("organisation", "retired")
        body = body_of(case, "evidence", "register", "MYS-e", organisation=retired)
        assert case.refusal("MYS", "MYS-e", "register", body, "evidence") == "requires"

    def test_and_its_nation_alone_see_what_is_labelled_so(self, case: Case) -> None:
        firm = case.make("organisation", "registered")
        other = case.make("organisation", "registered")
        label = labels.make("RESTRICTED", ["MYS"], organisations=["MYS", firm])
        body = body_of(case, "evidence", "register", "MYS-e", organisation=firm)
        said = {"label": label, "role": "company", "organisation": firm}
        assert case.refusal("MYS", "MYS-e", "register", body, "evidence", **said) == ""
        assert "MYS-e" in case.nations.fold("MYS").objects
        assert "MYS-e" not in case.nations.fold("KOR").objects
        assert labels.may_see(label, labels.organisation_reader("MYS", firm, "RESTRICTED"))
        assert not labels.may_see(label, labels.organisation_reader("MYS", other, "RESTRICTED"))


class TestVerification:
    """Of a claim for 1,000,000.00 USD."""

    @pytest.mark.parametrize(
        ("outcome", "amount", "code"),
        [
            ("verified", "1000000", ""),
            ("verified", "1000000.01", "check"),
            ("verified", "999999.99", "check"),
            ("partial", "999999.99", ""),
            ("partial", "1000000.00", "check"),
            ("partial", "0", "check"),
            ("refused", "0.00", ""),
            ("refused", "1", "check"),
            ("refused", "-1", "body"),
        ],
    )
    def test_finds_no_more_than_is_claimed_and_as_its_outcome_says(
        self, case: Case, outcome: str, amount: str, code: str
    ) -> None:
        given = {"outcome": outcome, "value": usd(amount)}
        body = body_of(case, "verification", "issue", "KOR-v", **given)
        assert case.refusal("KOR", "KOR-v", "issue", body, "verification") == code

    def test_in_another_currency_is_refused(self, case: Case) -> None:
        value = {"amount": "1000000.00", "currency": "MYR"}
        body = body_of(case, "verification", "issue", "KOR-v", value=value)
        assert case.refusal("KOR", "KOR-v", "issue", body, "verification") == "check"

    def test_of_ones_own_claim_is_refused(self, case: Case) -> None:
        claim = case.make("claim", "filed")
        body = body_of(case, "verification", "issue", "MYS-v", claim=claim)
        assert case.refusal("MYS", "MYS-v", "issue", body, "verification") == "check"

    def test_by_an_inspector_that_is_retired_is_refused(self, case: Case) -> None:
        inspector = case.make("organisation", "retired", "KOR")
        body = body_of(case, "verification", "issue", "KOR-v", inspector=inspector)
        assert case.refusal("KOR", "KOR-v", "issue", body, "verification") == "requires"

    @pytest.mark.parametrize("state", ["refused", "verified", "withdrawn"])
    def test_of_a_claim_that_is_not_open_is_refused(self, case: Case, state: str) -> None:
        body = body_of(case, "verification", "issue", "KOR-v", claim=case.make("claim", state))
        assert case.refusal("KOR", "KOR-v", "issue", body, "verification") == "requires"


class TestVerifying:
    def verification(self, case: Case, claim: str, state: str = "countersigned", **kw: Any) -> str:
        return case.make("verification", state, "KOR", claim=claim, **kw)

    def refusal(self, case: Case, claim: str, verification: str) -> str:
        return case.refusal("KOR", claim, "verify", {"verification": verification})

    @pytest.mark.parametrize("state", ["issued", "contested"])
    def test_needs_a_verification_that_the_claimant_has_countersigned(
        self, case: Case, state: str
    ) -> None:
        claim = case.make("claim", "filed")
        assert self.refusal(case, claim, self.verification(case, claim, state)) == "requires"
        assert self.refusal(case, claim, self.verification(case, claim)) == ""

    def test_by_the_verification_of_another_claim_is_refused(self, case: Case) -> None:
        claim, another = case.make("claim", "filed"), case.make("claim", "filed")
        assert self.refusal(case, claim, self.verification(case, another)) == "check"
        body = {"reason": "Nothing found", "verification": self.verification(case, another)}
        assert case.refusal("KOR", claim, "refuse", body) == "check"

    def test_by_a_verification_that_found_nothing_is_refused(self, case: Case) -> None:
        claim = case.make("claim", "filed")
        found = self.verification(case, claim, outcome="refused", value=usd("0"))
        assert self.refusal(case, claim, found) == "check"
        body = {"reason": "Nothing found", "verification": found}
        assert case.refusal("KOR", claim, "refuse", body) == ""

    def test_for_more_than_was_filed_the_second_time_is_refused(self, case: Case) -> None:
        claim = case.make("claim", "filed")
        found = self.verification(case, claim)
        case.say(claim, "refuse")
        case.say(claim, "refile", {"value": usd("600000.00")})
        assert self.refusal(case, claim, found) == "check"
        found = self.verification(case, claim, value=usd("600000.00"))
        assert self.refusal(case, claim, found) == ""

    def test_claim_is_not_refiled_without_new_evidence(self, case: Case) -> None:
        claim = case.make("claim", "refused")
        same = case.nations.object(claim).fields["evidence"]
        assert case.refusal("MYS", claim, "refile", {"evidence": same}) == "check"
        gone = [*same, case.make("evidence", "withdrawn")]
        assert case.refusal("MYS", claim, "refile", {"evidence": gone}) == "requires"
        more = [*same, case.make("evidence", "registered")]
        assert case.refusal("MYS", claim, "refile", {"evidence": more}) == ""


class TestDispute:
    @pytest.mark.parametrize("steps", [[], ["answer"], ["answer", "propose_settlement"]])
    def test_claim_is_decided_only_after_it_is_settled(self, case: Case, steps: list[str]) -> None:
        claim = case.make("claim", "disputed")
        dispute = case.nations.object(claim).fields["dispute"]
        for step in steps:
            case.say(dispute, step)
        found = case.make("verification", "countersigned", "KOR", claim=claim)
        verify = ("KOR", claim, "verify", {"verification": found})
        uphold = ("KOR", claim, "uphold_refusal", {"reason": "It was never there"})
        assert case.refusal(*verify) == "requires"
        assert case.refusal(*uphold) == "requires"
        case.settle(dispute)
        assert case.refusal(*verify) == ""

    def test_about_another_claim_does_not_open_this_one(self, case: Case) -> None:
        claim = case.make("claim", "refused")
        dispute = case.make("dispute", "raised", claim=case.make("claim", "refused"))
        assert case.refusal("MYS", claim, "dispute", {"dispute": dispute}) == "check"

    def test_that_is_over_does_not_open_a_claim_again(self, case: Case) -> None:
        claim = case.make("claim", "refused")
        dispute = case.make("dispute", "withdrawn", claim=claim)
        assert case.refusal("MYS", claim, "dispute", {"dispute": dispute}) == "requires"

    def test_claim_goes_on_after_its_dispute_was_withdrawn(self, case: Case) -> None:
        claim = case.make("claim", "disputed")
        dispute = case.nations.object(claim).fields["dispute"]
        case.say(dispute, "answer")
        case.say(dispute, "withdraw")
        case.say(claim, "uphold_refusal")
        case.say(claim, "refile")
        case.say(claim, "verify")
        assert case.nations.object(claim).state == "verified"

    def test_settlement_that_is_rejected_settles_nothing(self, case: Case) -> None:
        dispute = case.make("dispute", "settlement_proposed")
        case.say(dispute, "reject_settlement")
        assert case.refusal("KOR", dispute, "settle", {}) == "state"
        case.say(dispute, "propose_settlement", {"settlement": "All of it was."})
        case.say(dispute, "settle")

    def test_is_answered_by_the_other_nation(self, case: Case) -> None:
        dispute = case.make("dispute", "raised")
        assert case.refusal("MYS", dispute, "answer", {"answer": "Agreed."}) == "turn"
        assert case.refusal("KOR", dispute, "answer", {"answer": "Not so."}) == ""

    def test_may_be_raised_by_either_nation(self, case: Case) -> None:
        claim = case.make("claim", "verified")
        assert case.make("dispute", "settled", "KOR", claim=claim)
        assert case.make("dispute", "settled", "MYS", claim=claim)


class TestMilestone:
    def test_is_accepted_only_of_an_obligation_in_force(self, case: Case) -> None:
        obligation = case.make("obligation", "proposed")
        milestone = case.make("milestone", "proposed", obligation=obligation)
        assert case.refusal("KOR", milestone, "accept", {}) == "requires"
        case.say(obligation, "accept")
        assert case.refusal("KOR", milestone, "accept", {}) == ""

    @pytest.mark.parametrize("state", ["filed", "refused", "disputed", "withdrawn"])
    def test_is_not_reached_without_a_verified_claim(self, case: Case, state: str) -> None:
        milestone = case.make("milestone", "planned")
        obligation = case.nations.object(milestone).fields["obligation"]
        claim = case.make("claim", state, obligation=obligation, milestone=milestone)
        assert case.refusal("MYS", milestone, "reach", {"claim": claim}) == "requires"

    def test_is_not_reached_by_a_claim_on_another_one(self, case: Case) -> None:
        milestone, another = (case.make("milestone", "planned") for _ in range(2))
        obligation = case.nations.object(another).fields["obligation"]
        elsewhere = case.make("claim", "verified", obligation=obligation, milestone=another)
        assert case.refusal("MYS", milestone, "reach", {"claim": elsewhere}) == "check"
        on_none = case.make("claim", "verified")
        assert case.refusal("MYS", milestone, "reach", {"claim": on_none}) == "check"


@pytest.mark.parametrize(
    "filename", ["../key", "a/b.pdf", "a\\b.pdf", ".hidden", "", "a\nb", "a\x00b", "x" * 201]
)
def test_evidence_with_a_name_that_leaves_its_folder_is_refused(case: Case, filename: str) -> None:
    body = body_of(case, "evidence", "register", "MYS-e", filename=filename)
    assert case.refusal("MYS", "MYS-e", "register", body, "evidence") == "body"
    body["filename"] = "Laporan 보고서 v1.2.pdf"
    assert case.refusal("MYS", "MYS-e", "register", body, "evidence") == ""
