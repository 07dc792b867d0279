"""Contracting: what its declarations cannot say, by the fault that is caught.

Each rule is broken once between two nations and once at home, where the buyer is its own partner.
"""

from datetime import timedelta
from typing import Any

import pytest

from support.nations import START
from support.playing import BOTH, BUYER, EVALUATORS, OWN, TENDER, Play, offer_of, rows, usd

SIDES = pytest.mark.parametrize("bidder", ["KOR", "MYS"])
STANDSTILL = (START + timedelta(40)).date().isoformat()
AFTER = f"{STANDSTILL}T23:59:59Z"
NOTICE: dict[str, Any] = {
    "tender": TENDER,
    "lot": 1,
    "offer": "KOR-offer",
    "organisation": "KOR-maker",
    "value": usd("900000.00"),
    "reasons": "It came first.",
    "standstill_until": STANDSTILL,
}
MILESTONES = [
    {"number": 1, "title": "Twenty", "due": "2026-09-30", "amount": "300000.00"},
    {"number": 2, "title": "Twenty more", "due": "2026-12-31", "amount": "600000.00"},
]


@pytest.fixture
def scored() -> Play:
    play = Play()
    play.until_scored()
    return play


def to(bidder: str) -> dict[str, Any]:
    return {"offer": offer_of(bidder), "organisation": f"{bidder}-maker"}


def facing(bidder: str) -> dict[str, str]:
    """The counterparty, as the buyer names it."""
    return {} if bidder == "MYS" else {"counterparty": bidder}


def announced(bidder: str, **given: Any) -> Play:
    """A notice to a bidder whose offer was received."""
    play = Play()
    play.publish()
    play.offer(bidder)
    play.close(bidder)
    body = NOTICE | to(bidder) | given
    play.say("MYS", "award_notice", "MYS-notice", "publish", body, label=BOTH)
    return play


def terms(bidder: str, **given: Any) -> dict[str, Any]:
    return {
        "notice": "MYS-notice",
        "title": "Forty radios",
        "organisation": f"{bidder}-maker",
        "value": usd("900000.00"),
        "starts": "2026-03-01",
        "ends": "2026-12-31",
        "milestones": MILESTONES,
        **facing(bidder),
        **given,
    }


def signed(bidder: str) -> Play:
    play = announced(bidder)
    play.nations.wait_until(AFTER)
    play.say("MYS", "contract", "MYS-contract", "propose", terms(bidder), label=OWN[bidder])
    play.say(bidder, "contract", "MYS-contract", "sign", **play.voice(bidder))
    return play


# Notice and award


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"offer": "TUR-offer"}, "not among those"),
        ({"lot": 2}, "no lot 2"),
        ({"standstill_until": "2026-01-20"}, "before it is announced"),
    ],
)
def test_notice_that_may_not_be(scored: Play, given: dict[str, Any], wrong: str) -> None:
    body = NOTICE | given
    found = scored.fault("MYS", "award_notice", "MYS-notice", "publish", body, label=BOTH)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_notice_by_a_bidders_nation(scored: Play) -> None:
    found = scored.fault("KOR", "award_notice", "KOR-notice", "publish", NOTICE, label=BOTH)
    assert "only MYS" in found


def awarding(play: Play, **given: Any) -> str:
    body = {k: v for k, v in NOTICE.items() if k != "standstill_until"}
    body |= {"evaluation": "MYS-evaluation", **given}
    return play.fault("MYS", "award", "MYS-award", "propose", body, label=BUYER)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        (to("MYS"), "puts KOR-offer first"),
        ({"organisation": "MYS-maker"}, "was made by KOR-maker"),
        ({"lot": 2}, "another tender or lot"),
    ],
)
def test_award_that_does_not_follow_the_evaluation(
    scored: Play, given: dict[str, Any], wrong: str
) -> None:
    scored.evaluate()
    found = awarding(scored, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_award_on_an_evaluation_that_nobody_approved(scored: Play) -> None:
    body = scored.evaluated()
    scored.say("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
    body = {k: v for k, v in NOTICE.items() if k != "standstill_until"}
    body["evaluation"] = "MYS-evaluation"
    entry = scored.nations.say("MYS", "award", "MYS-award", "propose", body, label=BUYER)
    assert scored.nations.decision(entry).code == "requires"


def test_award_to_either_of_two_that_are_equal() -> None:
    play = Play()
    play.until_open()
    for evaluator in EVALUATORS:
        play.declare(evaluator)
        same = {row["criterion"]: row["score"] for row in rows(evaluator, ["KOR"])}
        equal = [row | {"score": same[row["criterion"]]} for row in rows(evaluator)]
        play.lock(evaluator, equal)
    for evaluator in EVALUATORS:
        same = {row["criterion"]: row["score"] for row in rows(evaluator, ["KOR"])}
        equal = [row | {"score": same[row["criterion"]]} for row in rows(evaluator)]
        play.reveal(evaluator, scores=equal)
    play.evaluate()
    assert awarding(play, **to("MYS")) == ""


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"value": usd("900000.0")}, ""),
        ({"value": usd("900000.01")}, "another value"),
        ({"value": {"amount": "900000.00", "currency": "MYR"}}, "another value"),
        (to("MYS"), "another offer"),
        ({"organisation": "MYS-maker"}, "another organisation"),
    ],
)
def test_notice_that_says_otherwise_than_the_award(
    scored: Play, given: dict[str, Any], wrong: str
) -> None:
    scored.evaluate()
    assert awarding(scored) == ""
    scored.say("MYS", "award", "MYS-award", "approve")
    body = NOTICE | given
    scored.say("MYS", "award_notice", "MYS-notice", "publish", body, label=BOTH)
    found = scored.fault("MYS", "award", "MYS-award", "announce", {"notice": "MYS-notice"})
    assert wrong in found
    assert bool(found) == bool(wrong)


# The contract


def proposing(play: Play, bidder: str, **given: Any) -> str:
    body = terms(bidder, **given)
    return play.fault("MYS", "contract", "MYS-contract", "propose", body, label=OWN[bidder])


@SIDES
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"value": usd("900000")}, ""),
        ({"value": usd("950000.00")}, "another value"),
        ({"ends": "2026-02-28"}, "ends before it starts"),
        ({"milestones": MILESTONES[:1]}, "come to 300000.00"),
        ({"milestones": [m | {"number": 1} for m in MILESTONES]}, "one number"),
        ({"milestones": [m | {"due": "2027-01-01"} for m in MILESTONES]}, "after it ends"),
        (
            {
                "milestones": [
                    MILESTONES[0] | {"amount": "1200000"},
                    MILESTONES[1] | {"amount": "-300000"},
                ]
            },
            "must come to its value",
        ),
    ],
)
def test_contract_other_than_announced(bidder: str, given: dict[str, Any], wrong: str) -> None:
    play = announced(bidder)
    play.nations.wait_until(AFTER)
    found = proposing(play, bidder, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


@SIDES
def test_contract_within_the_standstill(bidder: str) -> None:
    play = announced(bidder)
    assert "no contract is made until" in proposing(play, bidder)
    body, said = terms(bidder), ("MYS", "contract", "MYS-contract", "propose")
    found = play.fault(*said, body, label=OWN[bidder], at=f"{STANDSTILL}T23:59:59Z")
    assert "no contract is made until" in found


def test_contract_that_leaves_the_suppliers_nation_out() -> None:
    play = announced("KOR")
    play.nations.wait_until(AFTER)
    assert "must be KOR" in proposing(play, "KOR", counterparty=None)


def test_contract_at_home_with_another_nation() -> None:
    play = announced("MYS")
    play.nations.wait_until(AFTER)
    body = terms("MYS", counterparty="KOR")
    found = play.fault("MYS", "contract", "MYS-contract", "propose", body, label=BOTH)
    assert "leave it out" in found


def test_contract_with_another_bidder_than_announced() -> None:
    play = announced("KOR")
    play.nations.wait_until(AFTER)
    assert "another organisation" in proposing(play, "MYS")


def test_contract_proposed_by_the_suppliers_nation() -> None:
    play = announced("KOR")
    play.nations.wait_until(AFTER)
    body = terms("KOR", counterparty="MYS")
    found = play.fault("KOR", "contract", "KOR-contract", "propose", body, label=OWN["KOR"])
    assert "only MYS, which announced" in found


@SIDES
@pytest.mark.parametrize("name", ["sign", "decline"])
def test_contract_signed_or_declined_by_another_company(bidder: str, name: str) -> None:
    play = announced(bidder)
    play.nations.wait_until(AFTER)
    assert proposing(play, bidder) == ""
    body = {"reason": "No."} if name == "decline" else None
    other = {"role": "company", "organisation": f"{bidder}-rival"}
    said = (bidder, "contract", "MYS-contract", name, body)
    assert play.fault(*said, **other) == f"it is for {bidder}-maker to say"
    found = play.fault(*said, role="approver")
    assert found == ("at home MYS-maker says it, in the role of a company" * (bidder == "MYS"))


def test_contract_signed_after_its_notice_was_annulled() -> None:
    play = announced("KOR")
    play.nations.wait_until(AFTER)
    assert proposing(play, "KOR") == ""
    play.say("MYS", "award_notice", "MYS-notice", "annul", {"reason": "An appeal."})
    entry = play.nations.say("KOR", "contract", "MYS-contract", "sign")
    assert play.nations.decision(entry).code == "requires"


# Its changes

MORE = [MILESTONES[0], MILESTONES[1] | {"amount": "650000.00"}]
RAISED = {"value": usd("950000.00"), "milestones": MORE}


def changing(play: Play, bidder: str, made: str = "MYS-change", **given: Any) -> str:
    body = {"contract": "MYS-contract", "summary": "More.", **facing(bidder), **given}
    said = {"label": OWN[bidder]}
    return play.fault("MYS", "contract_change", made, "propose", body, **said)


def changed(play: Play, bidder: str, made: str = "MYS-change", **given: Any) -> None:
    assert changing(play, bidder, made, **given) == ""
    play.say(bidder, "contract_change", made, "accept", **play.voice(bidder))


@SIDES
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (RAISED, ""),
        ({}, "at least one of"),
        ({"milestones": []}, "at least one of"),
        ({"value": usd("950000.00")}, "must come to its value"),
        ({"ends": "2026-02-01"}, "ends before it starts"),
        ({"ends": "2026-10-01"}, "after it ends"),
        ({"ends": "2027-06-30"}, ""),
    ],
)
def test_change_that_leaves_terms_unsound(bidder: str, given: dict[str, Any], wrong: str) -> None:
    found = changing(signed(bidder), bidder, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_change_that_leaves_the_supplier_out() -> None:
    found = changing(signed("KOR"), "KOR", counterparty=None, ends="2027-06-30")
    assert "counterparty must be that of" in found


def test_change_proposed_by_the_supplier() -> None:
    play = signed("KOR")
    body = {"contract": "MYS-contract", "summary": "More.", "counterparty": "MYS"} | RAISED
    said = ("KOR", "contract_change", "KOR-change", "propose", body)
    assert "only MYS, which buys" in play.fault(*said, label=OWN["KOR"])


@SIDES
@pytest.mark.parametrize("name", ["accept", "decline"])
def test_change_accepted_or_declined_by_another_company(bidder: str, name: str) -> None:
    play = signed(bidder)
    assert changing(play, bidder, **RAISED) == ""
    body = {"reason": "No."} if name == "decline" else None
    other = {"role": "company", "organisation": f"{bidder}-rival"}
    said = (bidder, "contract_change", "MYS-change", name, body)
    assert play.fault(*said, **other) == f"it is for {bidder}-maker to say"
    if bidder == "MYS":
        assert "at home" in play.fault(*said, role="approver")
    assert play.fault(*said, **play.voice(bidder)) == ""


def taking_in(play: Play, *changes: str, **given: Any) -> str:
    body = {"changes": list(changes), **given}
    return play.fault("MYS", "contract", "MYS-contract", "change", body)


@SIDES
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, "to the same"),
        ({"value": usd("950000.00")}, "to the same"),
        (RAISED | {"ends": "2027-06-30"}, "to the same"),
        ({"value": usd("990000.00"), "milestones": MORE}, "to the same"),
        (RAISED, ""),
    ],
)
def test_contract_changed_otherwise_than_agreed(
    bidder: str, given: dict[str, Any], wrong: str
) -> None:
    play = signed(bidder)
    changed(play, bidder, **RAISED)
    found = taking_in(play, "MYS-change", **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_change_made_twice_or_in_another_order() -> None:
    play = signed("KOR")
    changed(play, "KOR", **RAISED)
    changed(play, "KOR", "MYS-second", ends="2027-06-30")
    assert "those already made" in taking_in(play)
    assert "those already made" in taking_in(play, "MYS-second", "MYS-change", **RAISED)
    assert taking_in(play, "MYS-change", **RAISED) == ""
    assert "those already made" in taking_in(play, "MYS-change", **RAISED)
    assert "made already" in taking_in(play, "MYS-change", "MYS-change", **RAISED)
    assert "those already made" in taking_in(play, "MYS-second", ends="2027-06-30")
    assert taking_in(play, "MYS-change", "MYS-second", ends="2027-06-30") == ""


def test_two_changes_that_do_not_add_up_together() -> None:
    play = signed("KOR")
    other = [m | {"amount": "450000.00"} for m in MILESTONES]
    changed(play, "KOR", **RAISED)
    changed(play, "KOR", "MYS-second", milestones=other)
    assert taking_in(play, "MYS-change", **RAISED) == ""
    found = taking_in(play, "MYS-change", "MYS-second", milestones=other)
    assert "come to 900000.00" in found


def test_change_of_another_contract() -> None:
    play = signed("KOR")
    said = ("contract", "MYS-other")
    play.say("MYS", *said, "propose", terms("KOR"), label=OWN["KOR"])
    play.say("KOR", *said, "sign", **play.voice("KOR"))
    changed(play, "KOR", contract="MYS-other", ends="2027-06-30")
    assert "changes MYS-other" in taking_in(play, "MYS-change", ends="2027-06-30")


# Acceptance and payment


def presenting(play: Play, bidder: str, by: str = "", **given: Any) -> str:
    by = by or bidder
    made = f"{by}-shown"
    if made not in play.nations.state.objects:
        file = {"title": "A report", "sha256": "ab" * 32, "size": 9}
        file |= {"media_type": "application/pdf", "filename": "report.pdf"}
        play.say(by, "evidence", made, "register", file, label=OWN[bidder])
    body = {
        "contract": "MYS-contract",
        "milestone": 1,
        "date": "2026-09-01",
        "findings": "Twenty radios.",
        "evidence": [made],
        **({} if bidder == "MYS" else {"counterparty": "MYS"}),
        **{k: v for k, v in given.items() if k not in ("role", "organisation")},
    }
    voice = play.voice(bidder) | {k: given[k] for k in ("role", "organisation") if k in given}
    if voice.get("organisation"):
        voice["organisation"] = voice["organisation"].format(bidder)
    said = (by, "acceptance", f"{by}-acceptance", "present")
    return play.fault(*said, body, label=OWN[bidder], **voice)


def accepted(bidder: str, milestone: int = 1) -> Play:
    play = signed(bidder)
    assert presenting(play, bidder, milestone=milestone) == ""
    play.say("MYS", "acceptance", f"{bidder}-acceptance", "accept")
    return play


@SIDES
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"milestone": 3}, "no milestone 3"),
        ({"organisation": "{}-rival"}, "to say"),
    ],
)
def test_delivery_presented_wrongly(bidder: str, given: dict[str, Any], wrong: str) -> None:
    found = presenting(signed(bidder), bidder, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_delivery_presented_by_the_buyer() -> None:
    play = signed("KOR")
    found = presenting(play, "KOR", by="MYS", counterparty="KOR", role="officer", organisation=None)
    assert "only KOR" in found
    home = signed("MYS")
    assert "at home" in presenting(home, "MYS", role="officer")


def test_delivery_that_leaves_the_buyer_out() -> None:
    assert "must be MYS" in presenting(signed("KOR"), "KOR", counterparty=None)


def paying(play: Play, bidder: str, made: str = "MYS-payment", **given: Any) -> str:
    body = {
        "contract": "MYS-contract",
        "acceptance": f"{bidder}-acceptance",
        "value": usd("300000.00"),
        "date": "2026-09-05",
        **facing(bidder),
        **given,
    }
    return play.fault("MYS", "payment", made, "pay", body, label=OWN[bidder])


@SIDES
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"value": usd("300000")}, ""),
        ({"value": usd("299999.9999")}, ""),
        ({"value": usd("300000.01")}, "worth 300000.00"),
        ({"value": {"amount": "300000.00", "currency": "MYR"}}, "the payment in MYR"),
    ],
)
def test_payment_above_what_was_accepted(bidder: str, given: dict[str, Any], wrong: str) -> None:
    found = paying(accepted(bidder), bidder, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_payment_that_leaves_the_supplier_out() -> None:
    assert "counterparty must be that of" in paying(accepted("KOR"), "KOR", counterparty=None)


def test_payment_for_what_another_contract_supplied() -> None:
    play = accepted("KOR")
    said = ("contract", "MYS-other")
    play.say("MYS", *said, "propose", terms("KOR"), label=OWN["KOR"])
    play.say("KOR", *said, "sign", **play.voice("KOR"))
    assert "is under MYS-contract" in paying(play, "KOR", contract="MYS-other")


def test_payment_by_the_supplier() -> None:
    play = accepted("KOR")
    body = {
        "contract": "MYS-contract",
        "acceptance": "KOR-acceptance",
        "counterparty": "MYS",
        "value": usd("300000.00"),
        "date": "2026-09-05",
    }
    found = play.fault("KOR", "payment", "KOR-payment", "pay", body, label=OWN["KOR"])
    assert "only MYS, which buys" in found


def test_payment_for_a_milestone_that_is_gone() -> None:
    play = accepted("KOR", milestone=2)
    merged = [MILESTONES[0] | {"amount": "900000.00"}]
    changed(play, "KOR", milestones=merged)
    assert taking_in(play, "MYS-change", milestones=merged) == ""
    assert "no longer has the milestone 2" in paying(play, "KOR", value=usd("900000000.00"))


@SIDES
@pytest.mark.parametrize("name", ["confirm", "contest"])
def test_payment_confirmed_or_contested_by_another_company(bidder: str, name: str) -> None:
    play = accepted(bidder)
    assert paying(play, bidder) == ""
    body = {"reason": "It is less."} if name == "contest" else None
    other = {"role": "company", "organisation": f"{bidder}-rival"}
    said = (bidder, "payment", "MYS-payment", name, body)
    assert play.fault(*said, **other) == f"it is for {bidder}-maker to say"
    if bidder == "MYS":
        assert "at home" in play.fault(*said, role="officer")
    assert play.fault(*said, **play.voice(bidder)) == ""
