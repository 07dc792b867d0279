"""Tendering: what its declarations cannot say, by the fault that is caught."""

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest

from sepakat.industry.procurement.tendering.checks import notices_are_of_tender
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.kind import Context
from support import procurement
from support.nations import START, sealing_key
from support.playing import BOTH, OWN, TENDER, Play, offer_of, usd
from support.procurement import criterion

FIT, SAFETY, PRICE = procurement.PLAIN["criteria"]


@pytest.fixture
def play() -> Play:
    """A published tender."""
    play = Play()
    play.publish()
    return play


@pytest.fixture
def received() -> Play:
    """A tender with an offer from abroad and one at home."""
    play = Play()
    play.publish()
    for bidder in ("KOR", "MYS"):
        play.offer(bidder)
    return play


@pytest.fixture
def closed(received: Play) -> Play:
    received.close("KOR", "MYS")
    return received


def later(days: float) -> str:
    return (START + timedelta(days)).strftime(TIME_FORMAT)


# Publishing and amending


def publishing(**given: Any) -> str:
    """What is wrong with a tender so published, as the fold says."""
    play = Play()
    play.publish()
    fields = {**play.nations.object(TENDER).fields, **given}
    return play.fault("MYS", "tender", "MYS-other", "publish", fields, label=BOTH)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"version": 2}, "in its version 1"),
        ({"criteria": [FIT, SAFETY]}, "must come to 100"),
        ({"criteria": [FIT | {"weight": "30.0001"}, SAFETY, PRICE]}, "must come to 100"),
        ({"criteria": [FIT | {"weight": "30.0000"}, SAFETY, PRICE]}, ""),
        ({"criteria": [FIT, SAFETY | {"type": "delivery"}, PRICE]}, "of the type security"),
        ({"criteria": [FIT | {"type": "support"}, SAFETY, PRICE]}, "of the type interoperability"),
        ({"criteria": [FIT, SAFETY | {"name": "fit"}, PRICE]}, "two criteria have one name"),
        ({"criteria": [FIT, SAFETY | {"scale_min": "10"}, PRICE]}, "has no length"),
        ({"criteria": [FIT, SAFETY | {"scale_min": "11"}, PRICE]}, "has no length"),
        ({"criteria": [FIT, SAFETY | {"scale_min": "-0", "scale_max": "0.0"}, PRICE]}, "no length"),
        ({"lots": [{"number": 1, "title": "A"}, {"number": 1, "title": "B"}]}, "one number"),
        ({"questions_until": later(21)}, "questions end first"),
        ({"opens": later(19)}, "questions end first"),
        ({"closes": later(-1), "questions_until": later(-2)}, "questions end first"),
    ],
)
def test_terms_that_cannot_decide_an_award(given: dict[str, Any], wrong: str) -> None:
    found = publishing(**given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def respelt(key: str) -> str:
    """The same bytes in another spelling: base64 leaves four bits of the last letter unused."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = key[:-3] + letters[letters.index(key[-3]) ^ 1] + "=="
    assert base64.b64decode(other) == base64.b64decode(key)
    assert other != key
    return other


@pytest.mark.parametrize(
    ("accounts", "keys", "wrong"),
    [
        (("o-1", "o-1"), ("one", "two"), "two different officers"),
        (("o-1", "o-2"), ("one", "one"), "a key of their own"),
        (("o-1", "o-2"), ("one", "respelt"), "a key of their own"),
        (("o-1", "o-2"), ("one", "unsound"), "not a sound public sealing key"),
    ],
)
def test_openers_who_could_open_alone_or_not_at_all(
    accounts: tuple[str, str], keys: tuple[str, str], wrong: str
) -> None:
    known = {"one": sealing_key("one"), "two": sealing_key("two")}
    known |= {"respelt": respelt(known["one"]), "unsound": "/" * 1621 + "w=="}
    openers = [
        {"account": account, "key": known[key]} for account, key in zip(accounts, keys, strict=True)
    ]
    assert wrong in publishing(openers=openers)


def amending(play: Play, **given: Any) -> str:
    body = {"version": 2, "reason": "A change.", **given}
    return play.fault("MYS", "tender", TENDER, "amend", body)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"version": 1}, "version must be 2"),
        ({"version": 3}, "version must be 2"),
        ({"criteria": [FIT, SAFETY]}, "must come to 100"),
        ({"closes": later(-1)}, "questions end first"),
        ({"criteria": [FIT, criterion("safety", "security", "20.0"), PRICE]}, ""),
    ],
)
def test_amendment_that_may_not_be(play: Play, given: dict[str, Any], wrong: str) -> None:
    found = amending(play, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_amendment_after_offers_were_due(received: Play) -> None:
    received.nations.wait_until(later(20.1))
    times = {"questions_until": later(30), "closes": later(31), "opens": later(32)}
    assert "it closed at" in amending(received, **times)


# Closing


def closing(play: Play, **given: Any) -> str:
    body = play.closing("KOR", "MYS") | given
    return play.fault("MYS", "tender", TENDER, "close", body)


def test_tender_closed_before_its_time(received: Play) -> None:
    assert "closes is" in closing(received)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"received": ["KOR-offer", "KOR-offer"]}, "an offer twice"),
        ({"receipts": ["ab" * 32]}, "one digest for each"),
        ({"evaluators": []}, "at least one"),
        ({"evaluators": ["eva-1", "eva-1"]}, "names one twice"),
        ({}, ""),
    ],
)
def test_closing_that_may_not_be(received: Play, given: dict[str, Any], wrong: str) -> None:
    received.nations.wait_until(later(20.1))
    found = closing(received, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


@pytest.mark.parametrize("evaluators", [[], ["eva-1", "eva-1"]])
def test_evaluators_appointed_twice_or_none(closed: Play, evaluators: list[str]) -> None:
    body = {"evaluators": evaluators, "reason": "One is ill."}
    assert "evaluators" in closed.fault("MYS", "tender", TENDER, "appoint", body)


# Questions


def asking(play: Play, bidder: str, **given: Any) -> str:
    body = {"tender": TENDER, "organisation": f"{bidder}-maker", "text": "Why?", **given}
    voice = play.voice(bidder) | {"role": body.pop("role", "company"), "label": OWN[bidder]}
    return play.fault(bidder, "question", f"{bidder}-question", "ask", body, **voice)


def test_questions_that_may_be_asked(play: Play) -> None:
    assert asking(play, "KOR", counterparty="MYS") == ""
    assert asking(play, "MYS") == ""


def test_question_asked_too_late(play: Play) -> None:
    play.nations.wait_until(later(1.1))
    assert "questions were taken until" in asking(play, "KOR", counterparty="MYS")


def test_question_that_leaves_the_buyer_out(play: Play) -> None:
    assert "must be MYS" in asking(play, "KOR")


def test_question_in_a_rivals_name(play: Play) -> None:
    body = {"tender": TENDER, "organisation": "MYS-maker", "text": "Why?", "counterparty": "MYS"}
    for role in ("officer", "company"):
        said = {"role": role, "organisation": "KOR-maker", "label": BOTH}
        assert "through MYS" in play.fault("KOR", "question", "KOR-question", "ask", body, **said)


def test_question_answered_by_an_answer_about_another_tender(play: Play) -> None:
    assert asking(play, "KOR", counterparty="MYS") == ""
    fields = play.nations.object(TENDER).fields
    play.say("MYS", "tender", "MYS-other", "publish", fields, label=BOTH)
    for tender in (TENDER, "MYS-other"):
        about = {"tender": tender, "question": "Why?", "answer": "So."}
        play.say("MYS", "clarification", f"{tender}-answer", "publish", about, label=BOTH)
    said = ("MYS", "question", "KOR-question", "answer")
    assert "about MYS-other" in play.fault(*said, {"clarification": "MYS-other-answer"})
    assert play.fault(*said, {"clarification": f"{TENDER}-answer"}) == ""


def test_answer_published_by_a_bidders_nation(play: Play) -> None:
    about = {"tender": TENDER, "question": "Why?", "answer": "So."}
    found = play.fault("KOR", "clarification", "KOR-answer", "publish", about, label=BOTH)
    assert "only MYS" in found


# Offers


def submitting(play: Play, bidder: str, by: str = "", **given: Any) -> str:
    """A second offer of a bidder that has made one; `organisation` of None speaks for none."""
    first = play.nations.object(offer_of(bidder)).fields
    body = {k: v for k, v in {**first, **given}.items() if k not in ("role", "label")}
    voice = play.voice(bidder) | {k: given[k] for k in ("role", "label") if k in given}
    voice = {"label": OWN[bidder]} | voice
    if by:
        voice["organisation"] = by.format(bidder)
    return play.fault(bidder, "offer", f"{bidder}-second", "submit", body, **voice)


@pytest.mark.parametrize("bidder", ["KOR", "MYS"])
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"version": 2}, "in its version 1"),
        ({"lots": [1, 2]}, "no lot 2"),
        ({"by": "{}-rival"}, "to say"),
    ],
)
def test_offer_that_does_not_fit_its_tender(
    received: Play, bidder: str, given: dict[str, Any], wrong: str
) -> None:
    found = submitting(received, bidder, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_offer_from_abroad_that_leaves_the_buyer_out(received: Play) -> None:
    assert "must be MYS" in submitting(received, "KOR", counterparty=None)


def test_offer_at_home_with_a_counterparty(received: Play) -> None:
    found = submitting(received, "MYS", counterparty="KOR", sealed="KOR-sealed", label=OWN["KOR"])
    assert "leave it out" in found


def test_offer_at_home_by_the_buyers_officer(received: Play) -> None:
    assert "at home MYS-maker says it" in submitting(received, "MYS", role="officer")


def test_offer_abroad_by_an_officer_for_a_company(received: Play) -> None:
    assert submitting(received, "KOR", role="officer") == ""


def test_offer_of_another_nations_company(received: Play) -> None:
    found = submitting(received, "KOR", organisation="MYS-maker", role="officer")
    assert "through MYS" in found


@pytest.mark.parametrize("bidder", ["KOR", "MYS"])
def test_offer_submitted_late(received: Play, bidder: str) -> None:
    received.nations.wait_until(later(20.1))
    assert "closed at" in submitting(received, bidder)


@pytest.mark.parametrize("bidder", ["KOR", "MYS"])
def test_offer_received_late(received: Play, bidder: str) -> None:
    assert submitting(received, bidder) == ""
    received.nations.wait_until(later(20.1))
    assert "refuse it" in received.fault("MYS", "offer", f"{bidder}-second", "receive")


@pytest.mark.parametrize("bidder", ["KOR", "MYS"])
def test_offer_withdrawn_late_or_by_another(received: Play, bidder: str) -> None:
    said = (bidder, "offer", offer_of(bidder), "withdraw", {"reason": "Our own."})
    rival = {"role": "company", "organisation": f"{bidder}-rival"}
    assert received.fault(*said, **rival) == f"it is for {bidder}-maker to say"
    if bidder == "MYS":  # the buyer's officer would drop an offer for its bidder
        assert "at home" in received.fault(*said, role="officer")
    voice = received.voice(bidder)
    received.nations.wait_until(later(20.1))
    assert "what it received stands" in received.fault(*said, **voice)
    assert received.fault(*said, **voice, at=later(20)) == ""


def test_offer_confirmed_for_an_earlier_version(received: Play) -> None:
    assert amending(received) == ""
    said = ("KOR", "offer", "KOR-offer", "confirm")
    voice = received.voice("KOR")
    assert "in its version 2" in received.fault(*said, {"version": 1}, **voice)
    assert "no lot 3" in received.fault(*said, {"version": 2, "lots": [3]}, **voice)
    assert received.fault(*said, {"version": 2}, **voice) == ""


# Opening


def opening(play: Play, bidder: str = "KOR", **given: Any) -> str:
    body = {k: v for k, v in {**play.opened(bidder), **given}.items() if k not in ("at", "account")}
    said = {"label": OWN[bidder], "account": given.get("account", "a-1")}
    said |= {"at": given["at"]} if "at" in given else {}
    return play.fault("MYS", "opening", "MYS-opening", "record", body, **said)


CLOSED = {"salt": None, "sha256": None, "price": None}


@pytest.mark.parametrize("bidder", ["KOR", "MYS"])
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"at": later(20.5)}, "offers are opened from"),
        ({"salt": "00" * 32}, "not what the offer commits to"),
        ({"sha256": "00" * 32}, "not what the offer commits to"),
        ({"price": None}, "a salt, a digest and a price"),
        ({"salt": None}, "a salt, a digest and a price"),
        ({"lots": [1, 1]}, "is for the lots 1"),
        ({"lots": [2]}, "is for the lots 1"),
        ({"outcome": "lapsed", "reason": "So."} | CLOSED, "version 1 of 1"),
        ({"outcome": "withheld", "reason": "So.", "account": "opener-1"}, "has no salt"),
        ({"outcome": "withheld", "account": "opener-1"} | CLOSED, "reason must say"),
        ({"outcome": "withheld", "reason": "So."} | CLOSED, "only an opener may say"),
        ({"outcome": "withheld", "reason": "So.", "account": "opener-2"} | CLOSED, ""),
    ],
)
def test_opening_that_may_not_be(
    closed: Play, bidder: str, given: dict[str, Any], wrong: str
) -> None:
    found = opening(closed, bidder, **given)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_offer_opened_that_was_not_received_when_it_closed(received: Play) -> None:
    received.close("KOR")
    assert "not among those received" in opening(received, "MYS")


def test_offer_opened_that_was_not_confirmed_anew(received: Play) -> None:
    assert amending(received) == ""
    received.close("KOR", "MYS")
    assert "answers version 1 of 2" in opening(received)
    lapsed = {"outcome": "lapsed", "reason": "It was not confirmed.", **CLOSED}
    assert opening(received, **lapsed) == ""


def test_offer_opened_that_waits_to_be_received_again(received: Play) -> None:
    assert amending(received) == ""
    received.say("KOR", "offer", "KOR-offer", "confirm", {"version": 2}, **received.voice("KOR"))
    received.close("KOR", "MYS")
    entry = received.nations.say(
        "MYS", "opening", "MYS-opening", "record", received.opened("KOR"), label=OWN["KOR"]
    )
    assert received.nations.decision(entry).code == "requires"


def test_offer_opened_by_the_bidders_nation(closed: Play) -> None:
    body = closed.opened("KOR")
    found = closed.fault("KOR", "opening", "KOR-opening", "record", body, label=OWN["KOR"])
    assert "only MYS" in found


def test_offer_opened_under_another_tender(closed: Play) -> None:
    start = (datetime.fromisoformat(later(20)) + timedelta(hours=1)).strftime(TIME_FORMAT)
    fields = {
        k: v
        for k, v in closed.nations.object(TENDER).fields.items()
        if k not in ("received", "receipts", "evaluators")
    } | {"questions_until": later(22), "closes": later(23), "opens": later(24)}
    closed.say("MYS", "tender", "MYS-other", "publish", fields, label=BOTH, at=start)
    closed.nations.wait_until(later(24))
    closed.say("MYS", "tender", "MYS-other", "close", closed.closing("KOR"))
    assert "is for MYS-tender" in opening(closed, tender="MYS-other")


@pytest.mark.parametrize("fits", [True, False])
def test_content_kept_that_is_not_the_offers(closed: Play, fits: bool) -> None:
    digest = closed.content("KOR").hex() if fits else "cd" * 32
    file = {"title": "An offer", "sha256": digest, "size": 9}
    file |= {"media_type": "application/pdf", "filename": "offer.pdf"}
    closed.say("MYS", "evidence", "MYS-content", "register", file, label=OWN["KOR"])
    found = opening(closed, content="MYS-content")
    assert found == ("" if fits else "MYS-content is not the content of KOR-offer")


def test_content_kept_of_an_offer_that_stayed_closed(closed: Play) -> None:
    file = {"title": "An offer", "sha256": closed.content("KOR").hex(), "size": 9}
    file |= {"media_type": "application/pdf", "filename": "offer.pdf"}
    closed.say("MYS", "evidence", "MYS-content", "register", file, label=OWN["KOR"])
    given = {"outcome": "withheld", "reason": "So.", "account": "opener-1", **CLOSED}
    assert "is not the content" in opening(closed, content="MYS-content", **given)


# Awarding


def noticed(play: Play, made: str, **given: Any) -> None:
    body = {
        "tender": TENDER,
        "lot": 1,
        "offer": "KOR-offer",
        "organisation": "KOR-maker",
        "value": usd("900000.00"),
        "reasons": "It came first.",
        "standstill_until": later(40)[:10],
        **given,
    }
    play.say("MYS", "award_notice", made, "publish", body, label=BOTH)


def test_two_notices_of_one_lot(closed: Play) -> None:
    noticed(closed, "MYS-notice")
    noticed(closed, "MYS-again", offer="MYS-offer", organisation="MYS-maker")
    said = ("MYS", "tender", TENDER, "award")
    assert "of one lot" in closed.fault(*said, {"notices": ["MYS-notice", "MYS-again"]})
    assert closed.fault(*said, {"notices": ["MYS-notice"]}) == ""


def test_notice_of_another_tender(closed: Play) -> None:
    noticed(closed, "MYS-notice")
    tender = closed.nations.object(TENDER)._replace(id="MYS-other")
    notice = closed.nations.object("MYS-notice")
    entry = closed.nations.logs["MYS"].entries[-1]
    assert entry.statement
    context = Context(entry.statement, tender, {}, {"notices": (notice,)})
    assert notices_are_of_tender(context) == "MYS-notice is of MYS-tender"


def test_offer_received_after_the_closing_under_an_earlier_date(play: Play) -> None:
    """The buyer's insider lists an offer that is yet to be made, and dates its receipt back."""
    play.offer("KOR")
    published = play.nations.object(TENDER).head
    play.nations.wait_until(play.nations.object(TENDER).fields["opens"])
    body = play.closing("KOR")
    body["received"].append(offer_of("MYS"))
    body["receipts"].append("ab" * 32)
    play.say("MYS", "tender", TENDER, "close", body)
    file = {"title": "An offer", "sha256": "ab" * 32, "size": 9}
    file |= {"media_type": "application/octet-stream", "filename": "offer.spko"}
    play.say("MYS", "evidence", "MYS-sealed", "register", file, label=OWN["MYS"])
    heads = [play.nations.object(name).head for name in ("MYS-maker", "MYS-sealed")]
    offered = {
        "tender": TENDER,
        "organisation": "MYS-maker",
        "lots": [1],
        "commitment": play.commitment("MYS"),
        "sealed": "MYS-sealed",
        "version": 1,
    }
    said = play.voice("MYS") | {"label": OWN["MYS"]}
    deps = tuple(sorted((published, *heads)))
    play.say("MYS", "offer", "MYS-offer", "submit", offered, at=later(10), deps=deps, **said)
    play.say("MYS", "offer", "MYS-offer", "receive", at=later(10), deps=(published,))
    assert "not as it was received" in opening(play, "MYS")
    assert opening(play, "KOR") == ""
