"""A procurement from need to closure, with a bidder abroad and one at home."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat.record.fold import Entry, Fold, object_digest, state_digest
from sepakat.record.label import may_see, organisation_reader
from sepakat.record.rules import Status
from support.playing import BOTH, BUYER, EVALUATORS, OWN, TENDER, Play, usd

CHANGE = {
    "evaluator": "eva-2",
    "offer": "KOR-offer",
    "criterion": "safety",
    "before": "5",
    "after": "7",
    "reason": "Annex 3 was overlooked.",
}
MILESTONES = [
    {"number": 1, "title": "Twenty", "due": "2026-09-30", "amount": "300000.00"},
    {"number": 2, "title": "Twenty more", "due": "2026-12-31", "amount": "600000.00"},
]
ANNOUNCED = {
    "tender": TENDER,
    "lot": 1,
    "offer": "KOR-offer",
    "organisation": "KOR-maker",
    "value": usd("900000.00"),
    "reasons": "It came first.",
}


def plan(play: Play) -> None:
    need = {
        "title": "Radios",
        "organisation": "MYS-maker",
        "description": "The old ones fail.",
        "value": usd("1000000.00"),
        "due": "2026-12-31",
    }
    play.say("MYS", "need", "MYS-need", "state", need, label=BUYER)
    play.say("MYS", "need", "MYS-need", "approve")
    play.publish()
    strategy = {
        "need": "MYS-need",
        "requirements": ["MYS-requirement"],
        "method": "open",
        "grounds": "Many make them.",
        "collaboration": "Repair at home.",
        "percent": "30",
        "targets": [{"stage": "award", "days": 90}],
    }
    said = ("MYS", "procurement_strategy", "MYS-strategy")
    play.say(*said, "propose", strategy, label=BUYER)
    play.say(*said, "approve")
    play.say(*said, "launch", {"tender": TENDER})


def ask(play: Play) -> None:
    body = {
        "tender": TENDER,
        "organisation": "KOR-maker",
        "text": "In which colour?",
        "counterparty": "MYS",
    }
    said = {"label": OWN["KOR"], **play.voice("KOR")}
    play.say("KOR", "question", "KOR-question", "ask", body, **said)
    answer = {"tender": TENDER, "question": "In which colour?", "answer": "In green."}
    play.say("MYS", "clarification", "MYS-answer", "publish", answer, label=BOTH)
    play.say("MYS", "question", "KOR-question", "answer", {"clarification": "MYS-answer"})


def offer(play: Play) -> None:
    """Two offers, a change of the tender, and both confirmed anew."""
    for bidder in ("KOR", "MYS"):
        play.offer(bidder)
    amendment = {"version": 2, "description": "Forty green radios.", "reason": "It was asked."}
    play.say("MYS", "tender", TENDER, "amend", amendment)
    for bidder in ("KOR", "MYS"):
        made, voice = f"{bidder}-offer", play.voice(bidder)
        play.say(bidder, "offer", made, "confirm", {"version": 2}, **voice)
        play.say("MYS", "offer", made, "receive")
    play.close("KOR", "MYS")


def decide(play: Play) -> None:
    for bidder in ("KOR", "MYS"):
        play.open(bidder)
    for evaluator in EVALUATORS:
        play.declare(evaluator)
        play.lock(evaluator)
    for evaluator in EVALUATORS:
        play.reveal(evaluator)
    play.evaluate(changes=[CHANGE])
    award = {"evaluation": "MYS-evaluation", **ANNOUNCED}
    play.say("MYS", "award", "MYS-award", "propose", award, label=BUYER)
    play.say("MYS", "award", "MYS-award", "approve")
    notice = {"standstill_until": play.nations.now.date().isoformat(), **ANNOUNCED}
    play.say("MYS", "award_notice", "MYS-notice", "publish", notice, label=BOTH)
    play.say("MYS", "award", "MYS-award", "announce", {"notice": "MYS-notice"})
    play.say("MYS", "tender", TENDER, "award", {"notices": ["MYS-notice"]})


def appeal(play: Play) -> None:
    body = {"tender": TENDER, "organisation": "MYS-maker", "grounds": "Ours is safer."}
    said = {"label": OWN["MYS"], **play.voice("MYS")}
    play.say("MYS", "appeal", "MYS-appeal", "file", body, **said)
    play.say("MYS", "appeal", "MYS-appeal", "dismiss", {"decision": "It was weighed."})


def contract(play: Play) -> None:
    last = play.nations.object("MYS-notice").fields["standstill_until"]
    play.nations.wait_until(f"{last}T23:59:59Z")
    body = {
        "notice": "MYS-notice",
        "counterparty": "KOR",
        "title": "Forty green radios",
        "organisation": "KOR-maker",
        "value": usd("900000.00"),
        "starts": "2026-03-01",
        "ends": "2026-12-31",
        "milestones": MILESTONES,
    }
    said = ("contract", "MYS-contract")
    play.say("MYS", *said, "propose", body, label=OWN["KOR"])
    play.say("KOR", *said, "sign", **play.voice("KOR"))
    more = {"value": usd("950000.00"), "milestones": [MILESTONES[0], dict(MILESTONES[1])]}
    more["milestones"][1]["amount"] = "650000.00"
    change = {"contract": "MYS-contract", "counterparty": "KOR", "summary": "Spares.", **more}
    play.say("MYS", "contract_change", "MYS-change", "propose", change, label=OWN["KOR"])
    play.say("KOR", "contract_change", "MYS-change", "accept", **play.voice("KOR"))
    play.say("MYS", *said, "change", {"changes": ["MYS-change"], **more})


def supply(play: Play, number: int, amount: str) -> None:
    voice = play.voice("KOR")
    file: dict[str, Any] = {"title": "A report", "sha256": "ab" * 32, "size": 9}
    file |= {"media_type": "application/pdf", "filename": "report.pdf"}
    file["organisation"] = "KOR-maker"
    shown = f"KOR-shown-{number}"
    play.say("KOR", "evidence", shown, "register", file, label=OWN["KOR"], **voice)
    body = {
        "contract": "MYS-contract",
        "counterparty": "MYS",
        "milestone": number,
        "date": "2026-09-01",
        "findings": "Radios.",
        "evidence": [shown],
    }
    made = f"KOR-acceptance-{number}"
    play.say("KOR", "acceptance", made, "present", body, label=OWN["KOR"], **voice)
    play.say("MYS", "acceptance", made, "accept")
    payment = {
        "contract": "MYS-contract",
        "acceptance": made,
        "counterparty": "KOR",
        "value": usd(amount),
        "date": "2026-09-05",
    }
    paid = f"MYS-payment-{number}"
    play.say("MYS", "payment", paid, "pay", payment, label=OWN["KOR"])
    play.say("KOR", "payment", paid, "confirm", **voice)


def end(play: Play) -> None:
    play.say("MYS", "contract", "MYS-contract", "complete")
    audit = {"tender": TENDER, "title": "All of it", "findings": "None."}
    audit |= {"recommendations": "More time for questions."}
    said = ("MYS", "procurement_audit", "MYS-audit")
    play.say(*said, "report", audit, label=BUYER)
    play.say(*said, "answer", {"answer": "Yes."})
    play.say(*said, "close")
    play.say("MYS", "need", "MYS-need", "close", {"result": "Forty green radios."})


@pytest.fixture(scope="module")
def play() -> Play:
    play = Play()
    for part in (plan, ask, offer, decide, appeal, contract):
        part(play)
    supply(play, 1, "300000.00")
    supply(play, 2, "650000.00")
    end(play)
    return play


def test_it_comes_to_its_end_with_nothing_refused(play: Play) -> None:
    states = {thing.id: thing.state for thing in play.nations.state.objects.values()}
    assert {made: states[made] for made in ENDS} == ENDS
    assert all(d.status is Status.STANDING for d in play.nations.state.decisions.values())
    contract = play.nations.object("MYS-contract")
    assert (contract.counterparty, contract.fields["value"]) == ("KOR", usd("950000.00"))
    assert play.nations.object("MYS-evaluation").fields["results"] == [
        {"offer": "KOR-offer", "points": "67.0000", "rank": 1},
        {"offer": "MYS-offer", "points": "59.0000", "rank": 2},
    ]


ENDS = {
    "MYS-need": "closed",
    "MYS-strategy": "launched",
    "MYS-tender": "awarded",
    "KOR-question": "answered",
    "MYS-evaluation": "approved",
    "MYS-award": "announced",
    "MYS-appeal": "dismissed",
    "MYS-contract": "completed",
    "MYS-payment-1": "confirmed",
    "MYS-payment-2": "confirmed",
    "MYS-audit": "closed",
}


@given(st.data())
@settings(deadline=None, max_examples=20)
def test_any_order_gives_one_state(play: Play, data: st.DataObject) -> None:
    entries = list(play.nations.entries())
    order: list[Entry] = data.draw(st.permutations(entries))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
    state = Fold(play.nations.registry, play.nations.cards.values())
    for start, stop in zip([0, *cuts], [*cuts, len(order)], strict=True):
        state.add(order[start:stop])
    assert state.digest() == play.nations.state.digest()
    assert state.decisions == play.nations.state.decisions


def test_each_party_reaches_one_state_from_what_it_may_see(play: Play) -> None:
    for nation in ("KOR", "MYS"):
        own = play.nations.fold(nation)
        assert all(d.status is Status.STANDING for d in own.decisions.values())
        reader = play.nations.cards[nation].reader
        shown = (o for o in play.nations.state.objects.values() if may_see(o.label, reader))
        assert own.digest() == state_digest([(o.id, object_digest(o)) for o in shown], [])


def test_a_third_nation_sees_nothing(play: Play) -> None:
    nothing = play.nations.fold("TUR")
    assert not nothing.entries
    reader = play.nations.cards["TUR"].reader
    assert not any(may_see(o.label, reader) for o in play.nations.state.objects.values())


def test_rivals_see_nothing_of_one_another(play: Play) -> None:
    things = play.nations.state.objects.values()

    def shown(nation: str, organisation: str) -> set[str]:
        reader = organisation_reader(nation, organisation, "CONFIDENTIAL")
        return {t.id for t in things if may_see(t.label, reader)}

    own = {
        "KOR": {
            "KOR-offer",
            "KOR-sealed",
            "MYS-opening-kor",
            "KOR-question",
            "MYS-contract",
            "MYS-change",
            *(f"KOR-{what}-{n}" for what in ("shown", "acceptance") for n in "12"),
            *(f"MYS-payment-{n}" for n in "12"),
        },
        "MYS": {"MYS-offer", "MYS-sealed", "MYS-opening-mys", "MYS-appeal"},
    }
    known = {t.id for t in things if t.label == BOTH}
    for nation in ("KOR", "MYS"):
        assert shown(nation, f"{nation}-maker") == own[nation] | known
        assert shown(nation, f"{nation}-rival") == known
