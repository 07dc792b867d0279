"""Evaluation: what its declarations cannot say, by the fault that is caught."""

from typing import Any

import pytest

from sepakat.industry.procurement.evaluation.tallying import tally
from support.playing import BOTH, BUYER, EVALUATORS, OWN, TENDER, Play, offer_of, rows, salt_of, usd

ONE, TWO = EVALUATORS
SHEET_ONE, SHEET_TWO = (f"MYS-sheet-{evaluator}" for evaluator in EVALUATORS)
CHANGE = {
    "evaluator": TWO,
    "offer": "KOR-offer",
    "criterion": "safety",
    "before": "5",
    "after": "7",
    "reason": "Annex 3 was overlooked.",
}


@pytest.fixture
def opened() -> Play:
    play = Play()
    play.until_open()
    for evaluator in EVALUATORS:
        play.declare(evaluator)
    return play


@pytest.fixture
def scored() -> Play:
    play = Play()
    play.until_scored()
    return play


def locking(play: Play, evaluator: str = ONE, by: str = "", **given: Any) -> str:
    body = play.locking(evaluator, rows(evaluator)) | given
    said = {"account": by or evaluator, "label": BUYER}
    return play.fault("MYS", "score_sheet", "MYS-sheet-new", "lock", body, **said)


def revealing(play: Play, made: str = SHEET_ONE, evaluator: str = ONE, **given: Any) -> str:
    body = play.revealing(evaluator) | given
    return play.fault("MYS", "score_sheet", made, "reveal", body, account=evaluator)


def recording(play: Play, **given: Any) -> str:
    body = play.evaluated(**given)
    return play.fault("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)


# Declaring and locking


@pytest.mark.parametrize(
    ("evaluator", "account", "wrong"),
    [(ONE, TWO, "only eva-1 may"), ("eva-9", "eva-9", "does not name"), (ONE, ONE, "")],
)
def test_interests_declared_by_or_for_somebody_else(
    opened: Play, evaluator: str, account: str, wrong: str
) -> None:
    body = {"tender": TENDER, "evaluator": evaluator}
    said = {"account": account, "label": BUYER}
    found = opened.fault("MYS", "declaration", "MYS-declaration", "declare", body, **said)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_interests_declared_by_another_nation(opened: Play) -> None:
    body = {"tender": TENDER, "evaluator": ONE}
    found = opened.fault(
        "KOR", "declaration", "KOR-declaration", "declare", body, account=ONE, label=BOTH
    )
    assert "only MYS, whose tender" in found


def test_sheet_locked_in_anothers_name(opened: Play) -> None:
    assert "only eva-1 may" in locking(opened, ONE, by=TWO)


def test_sheet_on_anothers_declaration(opened: Play) -> None:
    assert "is of eva-2" in locking(opened, declaration=f"MYS-declaration-{TWO}")


def test_sheet_for_a_lot_that_there_is_not(opened: Play) -> None:
    assert "no lot 2" in locking(opened, lot=2)


def interested(play: Play) -> None:
    tie = {"organisation": "MYS-maker", "nature": "Shares"}
    body = {"interests": [tie], "reason": "I inherited them."}
    made = f"MYS-declaration-{ONE}"
    play.say("MYS", "declaration", made, "correct", body, account=ONE)


def test_sheet_locked_with_an_interest(opened: Play) -> None:
    interested(opened)
    assert "declared an interest" in locking(opened)


def test_sheet_shown_with_an_interest_declared_since(opened: Play) -> None:
    for evaluator in EVALUATORS:
        opened.lock(evaluator)
    interested(opened)
    assert "declared an interest" in revealing(opened)


# Showing


def test_scores_other_than_those_locked(opened: Play) -> None:
    for evaluator in EVALUATORS:
        opened.lock(evaluator)
    better = [row | {"score": "10"} if row["criterion"] == "fit" else row for row in rows(ONE)]
    assert "not those that were locked" in revealing(opened, scores=better)
    assert "not those that were locked" in revealing(opened, salt=salt_of("else"))
    assert revealing(opened) == ""


def test_scores_shown_by_another_evaluator(opened: Play) -> None:
    for evaluator in EVALUATORS:
        opened.lock(evaluator)
    body = opened.revealing(ONE)
    found = opened.fault("MYS", "score_sheet", SHEET_ONE, "reveal", body, account=TWO)
    assert "only eva-1 may" in found


def test_scores_shown_before_all_have_locked(opened: Play) -> None:
    opened.lock(ONE)
    assert "one of each" in revealing(opened, others=[])


def test_scores_shown_with_two_sheets_of_one_to_choose_from(opened: Play) -> None:
    opened.lock(ONE)
    opened.lock(TWO)
    decoy = opened.lock(TWO, rows(TWO)[::-1], again="b")
    assert "one of each" in revealing(opened, others=[SHEET_TWO, decoy])


def test_scores_shown_with_ones_own_sheet_among_the_others(opened: Play) -> None:
    for evaluator in EVALUATORS:
        opened.lock(evaluator)
    assert "the very same" in revealing(opened, others=[SHEET_ONE, SHEET_TWO])


def test_lock_copied_unread_from_another(opened: Play) -> None:
    opened.lock(ONE)
    copied = opened.nations.object(SHEET_ONE).fields["commitment"]
    body = opened.locking(TWO, rows(TWO)) | {"commitment": copied}
    opened.say("MYS", "score_sheet", SHEET_TWO, "lock", body, account=TWO, label=BUYER)
    assert "one of the two is a copy" in revealing(opened)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"score": "10.0001"}, "outside the scale"),
        ({"score": "-1"}, "outside the scale"),
        ({"criterion": "looks"}, "no criterion looks"),
    ],
)
def test_score_that_no_published_scale_has(opened: Play, row: dict[str, str], wrong: str) -> None:
    scores = [rows(ONE)[0] | row, *rows(ONE)[1:]]
    opened.lock(ONE, scores)
    opened.lock(TWO)
    assert wrong in revealing(opened, scores=scores)


# The outcome


def test_the_right_outcome_stands(scored: Play) -> None:
    body = scored.evaluated(changes=[CHANGE])
    assert body["results"] == [
        {"offer": "KOR-offer", "points": "67.0000", "rank": 1},
        {"offer": "MYS-offer", "points": "59.0000", "rank": 2},
    ]
    assert recording(scored, changes=[CHANGE]) == ""


def test_outcome_by_another_nation(scored: Play) -> None:
    # What it rests on is for the buyer's eyes: another nation cannot even name it.
    body = scored.evaluated()
    entry = scored.nations.say("KOR", "evaluation", "KOR-evaluation", "record", body, label=BOTH)
    assert scored.nations.decision(entry).code == "label"


@pytest.mark.parametrize(
    "openings",
    [["MYS-opening-kor"], ["MYS-opening-kor", "MYS-opening-mys", "MYS-opening-kor"]],
    ids=["dropped", "twice"],
)
def test_offer_that_was_received_and_dropped_or_doubled(scored: Play, openings: list[str]) -> None:
    assert "openings" in recording(scored, openings=openings)


def test_evaluator_left_out(scored: Play) -> None:
    assert "one of each" in recording(scored, sheets=[SHEET_ONE])


def test_evaluator_counted_twice(scored: Play) -> None:
    body = scored.evaluated() | {"sheets": [SHEET_ONE, SHEET_ONE, SHEET_TWO]}
    found = scored.fault("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
    assert "one of each" in found


def test_second_sheet_made_after_the_others_were_shown(scored: Play) -> None:
    better = [row | {"score": "0"} if row["criterion"] == "fit" else row for row in rows(TWO)]
    again = scored.lock(TWO, better, again="b")
    scored.reveal(TWO, again, scores=better)
    assert "not that sheet" in recording(scored, sheets=[SHEET_ONE, again])


def test_sheet_voided_to_be_scored_again(scored: Play) -> None:
    scored.say("MYS", "score_sheet", SHEET_TWO, "void", {"reason": "A slip."})
    again = scored.lock(TWO, again="b")
    scored.reveal(TWO, again)
    assert "not that sheet" in recording(scored, sheets=[SHEET_ONE, again])


def test_sheet_voided_after_the_outcome_was_recorded(scored: Play) -> None:
    assert recording(scored) == ""
    scored.say("MYS", "score_sheet", SHEET_TWO, "void", {"reason": "An interest came to light."})
    entry = scored.nations.say("MYS", "evaluation", "MYS-evaluation", "approve")
    assert scored.nations.decision(entry).code == "requires"


@pytest.mark.parametrize("bidders", [(), ("KOR",)], ids=["nothing", "one_offer"])
def test_evaluator_who_scored_nothing_or_less(opened: Play, bidders: tuple[str, ...]) -> None:
    short = rows(TWO, bidders)
    opened.lock(ONE)
    opened.lock(TWO, short)
    opened.reveal(ONE)
    opened.reveal(TWO, scores=short)
    full = tally(opened.nations.object(TENDER).fields, [opened.nations.object(SHEET_ONE)], [])
    body = opened.evaluated([SHEET_ONE]) | {"sheets": [SHEET_ONE, SHEET_TWO]}
    assert body["results"] == full.results
    found = opened.fault("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
    assert "open and unscored" in found


def test_criterion_left_unscored(opened: Play) -> None:
    short = [row for row in rows(TWO) if row["criterion"] != "safety"]
    opened.lock(ONE)
    opened.lock(TWO, short)
    opened.reveal(ONE)
    opened.reveal(TWO, scores=short)
    body = opened.evaluated([SHEET_ONE]) | {"sheets": [SHEET_ONE, SHEET_TWO]}
    found = opened.fault("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
    assert "not scored" in found


@pytest.mark.parametrize("outcome", ["withheld", "lapsed"])
def test_offer_that_is_not_open_is_not_scored(outcome: str) -> None:
    play = Play()
    play.publish()
    play.offer("KOR")
    play.offer("MYS")
    if outcome == "lapsed":
        play.say("MYS", "tender", TENDER, "amend", {"version": 2, "reason": "A date."})
        confirmed = {"version": 2}
        play.say("KOR", "offer", "KOR-offer", "confirm", confirmed, **play.voice("KOR"))
        play.say("MYS", "offer", "KOR-offer", "receive")
    play.close("KOR", "MYS")
    play.open("KOR")
    closed = {"tender": TENDER, "offer": "MYS-offer", "lots": [1], "outcome": outcome}
    closed["reason"] = "It does not open."
    said = {"account": "opener-1", "label": OWN["MYS"]}
    play.say("MYS", "opening", "MYS-opening-mys", "record", closed, **said)
    for evaluator in EVALUATORS:
        play.declare(evaluator)
    for evaluator, bidders in ((ONE, ("KOR",)), (TWO, ("KOR", "MYS"))):
        play.lock(evaluator, rows(evaluator, bidders))
    play.reveal(ONE, scores=rows(ONE, ["KOR"]))
    play.reveal(TWO)
    body = play.evaluated([SHEET_ONE]) | {"sheets": [SHEET_ONE, SHEET_TWO]}
    found = play.fault("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
    assert "scored and not open" in found


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"before": "6"}, "the score is 5, not 6"),
        ({"after": "11"}, "outside the scale"),
        ({"evaluator": "eva-9"}, "no score of theirs"),
        ({"criterion": "looks"}, "no score of theirs"),
        ({"offer": "TUR-offer"}, "no score of theirs"),
        ({"reason": " "}, "without a reason"),
    ],
)
def test_change_that_moderation_does_not_know(
    scored: Play, change: dict[str, str], wrong: str
) -> None:
    body = scored.evaluated() | {"changes": [CHANGE | change]}
    found = scored.fault("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
    assert wrong in found


def test_change_that_the_results_leave_out(scored: Play) -> None:
    body = scored.evaluated() | {"changes": [CHANGE]}
    found = scored.fault("MYS", "evaluation", "MYS-evaluation", "record", body, label=BUYER)
    assert "67.0000 points" in found


def test_outcome_of_another_lot(scored: Play) -> None:
    assert "another tender or lot" in recording(scored, lot=2)


# Negotiating


def test_negotiation_that_leaves_the_bidders_nation_out(opened: Play) -> None:
    body = {"tender": TENDER, "offer": "KOR-offer", "subject": "The price."}
    said = ("MYS", "negotiation", "MYS-negotiation", "open")
    assert "must be KOR" in opened.fault(*said, body, label=OWN["KOR"])
    assert opened.fault(*said, body | {"counterparty": "KOR"}, label=OWN["KOR"]) == ""


def test_negotiation_about_an_offer_at_home_with_another_nation(opened: Play) -> None:
    body = {"tender": TENDER, "offer": "MYS-offer", "subject": "The price."}
    body["counterparty"] = "KOR"
    # Whatever its label, one of the two must not see it: the offer's keeps Korea out.
    entry = opened.nations.say("MYS", "negotiation", "MYS-n", "open", body, label=OWN["MYS"])
    assert opened.nations.decision(entry).code == "label"


@pytest.mark.parametrize("bidder", ["KOR", "MYS"])
def test_negotiation_agreed_to_by_who_did_not_offer(opened: Play, bidder: str) -> None:
    about = {"tender": TENDER, "offer": offer_of(bidder), "subject": "The price."}
    about |= {"counterparty": "KOR"} if bidder == "KOR" else {}
    made = "MYS-negotiation"
    opened.say("MYS", "negotiation", made, "open", about, label=OWN[bidder])
    agreed = {"outcome": "Less.", "price": usd("890000.00")}
    opened.say("MYS", "negotiation", made, "conclude", agreed)
    other = {"role": "company", "organisation": f"{bidder}-other"}
    for name, body in (("agree", None), ("decline", {"reason": "No."})):
        found = opened.fault(bidder, "negotiation", made, name, body, **other)
        assert found == f"it is for {bidder}-maker to say"
    if bidder == "MYS":  # the buyer's own officer does not agree with himself
        assert "at home" in opened.fault("MYS", "negotiation", made, "agree", role="officer")
    assert opened.fault(bidder, "negotiation", made, "agree", **opened.voice(bidder)) == ""
