"""Oversight: what its declarations cannot say, by the fault that is caught."""

from typing import Any

import pytest

from support.case import Case
from support.playing import BOTH, OWN, TENDER, Play

SIDES = pytest.mark.parametrize("bidder", ["KOR", "MYS"])


@pytest.fixture
def play() -> Play:
    play = Play()
    play.publish()
    return play


def appealing(play: Play, bidder: str, **given: Any) -> str:
    body = {
        "tender": TENDER,
        "organisation": f"{bidder}-maker",
        "grounds": "The time was short.",
        **({} if bidder == "MYS" else {"counterparty": "MYS"}),
        **{k: v for k, v in given.items() if k not in ("role", "by", "label")},
    }
    voice = play.voice(bidder) | {"label": given.get("label", OWN[bidder])}
    voice |= {"role": given["role"]} if "role" in given else {}
    voice |= {"organisation": given["by"]} if "by" in given else {}
    return play.fault(bidder, "appeal", f"{bidder}-appeal", "file", body, **voice)


@SIDES
def test_appeal_in_another_companys_name(play: Play, bidder: str) -> None:
    assert appealing(play, bidder, by=f"{bidder}-rival") == f"it is for {bidder}-maker to say"
    assert appealing(play, bidder) == ""


def test_appeal_at_home_by_the_buyer_itself(play: Play) -> None:
    assert "at home" in appealing(play, "MYS", role="officer")


def test_appeal_abroad_by_its_nation(play: Play) -> None:
    assert appealing(play, "KOR", role="officer") == ""


def test_appeal_for_another_nations_company(play: Play) -> None:
    found = appealing(play, "KOR", organisation="MYS-maker", role="officer", label=BOTH)
    assert "through MYS" in found


def test_appeal_that_leaves_the_buyer_out(play: Play) -> None:
    assert "must be MYS" in appealing(play, "KOR", counterparty=None)


def test_appeal_at_home_to_another_nation(play: Play) -> None:
    assert "leave it out" in appealing(play, "MYS", counterparty="KOR", label=BOTH)


def test_audit_of_another_nations_tender(play: Play) -> None:
    body = {"tender": TENDER, "title": "A look", "findings": "None.", "recommendations": "None."}
    found = play.fault("KOR", "procurement_audit", "KOR-audit", "report", body, label=BOTH)
    assert "only MYS, whose tender" in found
    assert play.fault("MYS", "procurement_audit", "MYS-audit", "report", body, label=BOTH) == ""


def reporting(case: Case, by: str, contract: str, **given: Any) -> str:
    name, made = ("sustainment_report", "report"), f"{by}-new"
    action = case.nations.registry.action(*name)
    fields = {"contract": contract, "percent": "97.5", **given}
    voice = {k: fields.pop(k) for k in ("role", "organisation") if k in fields}
    body = case.body("sustainment_report", action, made, **fields)
    entry = case.nations.say(by, name[0], made, name[1], body, **voice)
    decision = case.nations.decision(entry)
    assert decision.code in ("", "check"), decision
    return decision.detail


def test_service_reported_from_abroad() -> None:
    case = Case()
    supplier = case.organisation("KOR")
    notice = case.make("award_notice", "published", organisation=supplier)
    given = {"notice": notice, "organisation": supplier, "counterparty": "KOR"}
    contract = case.make("contract", "in_force", **given)
    assert "must be MYS" in reporting(case, "KOR", contract)
    assert "only KOR" in reporting(case, "MYS", contract, counterparty="KOR")
    rival = {"role": "company", "organisation": "KOR-rival"}
    assert "to say" in reporting(case, "KOR", contract, counterparty="MYS", **rival)
    wrong = {"starts": "2027-03-02", "ends": "2027-03-01"}
    assert "ends before" in reporting(case, "KOR", contract, counterparty="MYS", **wrong)
    assert reporting(case, "KOR", contract, counterparty="MYS") == ""


def test_service_at_home_reported_by_the_buyer() -> None:
    case = Case()
    contract = case.make("contract", "in_force")
    assert "at home" in reporting(case, "MYS", contract)
    itself = {"role": "company", "organisation": case.organisation("MYS")}
    assert reporting(case, "MYS", contract, **itself) == ""
