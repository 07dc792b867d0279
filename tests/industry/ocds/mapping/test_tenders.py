"""Procurements as releases: valid, complete, and nothing in them that their reader may not see."""

import json
import re
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industry.ocds.oracle import official_validator, places
from sepakat.industry.ocds.checking import Checker
from sepakat.industry.ocds.compiling import Process, compile_releases
from sepakat.industry.ocds.mapping.tenders.releasing import EXTENSIONS, releases
from sepakat.industry.ocds.merging import Merger
from sepakat.industry.ocds.model.extensions import extended
from sepakat.industry.ocds.reading import PACKAGE, RECORD, RELEASE, Item
from sepakat.industry.ocds.schema import merge_rules
from sepakat.industry.redflags import run
from sepakat.record.errors import InvalidError
from sepakat.record.label import PUBLIC_READER, nation_reader, organisation_reader
from support.case import Case
from support.contracting import AT, BUYER, OPEN, Procurement, source, standing

PRICES = ("900000.00", "1200000.50")
MYS = nation_reader("MYS", "SECRET")
READERS = {
    "public": PUBLIC_READER,
    "first company": organisation_reader("KOR", "KOR-company-1", "CONFIDENTIAL"),
    "second company": organisation_reader("KOR", "KOR-company-2", "CONFIDENTIAL"),
    "own eyes": None,
}


@cache
def whole() -> Procurement:
    return Procurement().run(*PRICES)


def made(case: Case, reader: Any = None) -> list[dict[str, Any]]:
    return list(releases(source(case, reader), prefix="ocds-example", buyer="MYS"))


def compiled(found: list[dict[str, Any]]) -> dict[str, Any]:
    items = (Item("", RELEASE, release) for release in found)
    (process,) = compile_releases(items, versioned=True, merger=Merger(merge_rules(extended())))
    assert isinstance(process, Process)
    return dict(process.compiled)


@pytest.mark.parametrize("reader", READERS)
def test_what_is_exported_is_invalid_by_the_official_schema_or_ours(official, reader):
    found = made(whole().case, READERS[reader])
    package = {
        "uri": "https://example.org/p.json",
        "version": "1.1",
        "extensions": list(EXTENSIONS),
        "publishedDate": AT,
        "publisher": {"name": "An example"},
    }
    releases_ = json.loads(orjson.dumps(package | {"releases": found}))
    assert places(official_validator(official, "release-package-schema"), releases_) == []
    checker = Checker(definitions=extended())
    assert checker.problems(Item("", PACKAGE, package)) == ()
    assert [checker.problems(Item("", RELEASE, release)) for release in found] == [()] * len(found)
    (process,) = compile_releases(
        (Item("", RELEASE, release) for release in found),
        versioned=True,
        merger=Merger(merge_rules(extended())),
    )
    assert isinstance(process, Process)
    assert checker.problems(Item("", RECORD, process.record())) == ()
    records = json.loads(orjson.dumps(package | {"records": [process.record()]}))
    assert places(official_validator(official, "record-package-schema"), records) == []


def test_the_compiled_release_lacks_a_stage():
    told = compiled(made(whole().case))
    assert told["planning"]["budget"]["amount"] == {"amount": 1_000_000, "currency": "USD"}
    tender = told["tender"]
    assert (tender["procurementMethod"], tender["status"]) == ("open", "complete")
    assert tender["targets"][0]["observations"][0]["measure"] == 30
    assert [row["id"] for row in tender["lots"]] == ["1", "2"]
    scored = tender["lots"][0]["awardCriteria"]["criteria"][2]
    assert scored["numbers"] == [{"number": 50, "weight": "percentageExact"}]
    assert scored["scale"] == {"minimum": 0, "maximum": 2_000_000, "best": "low"}
    assert (tender["numberOfTenderers"], len(tender["tenderers"])) == (2, 2)
    bids = told["bids"]["details"]
    assert [(bid["status"], bid["value"]["amount"]) for bid in bids] == [
        ("valid", 900_000),
        ("valid", 1_200_000.5),
    ]
    assert [bid["results"][0]["rank"] for bid in bids] == [1, 2]
    (award,) = told["awards"]
    assert (award["status"], award["relatedBids"]) == ("active", [bids[0]["id"]])
    (contract,) = told["contracts"]
    assert (contract["status"], contract["awardID"]) == ("active", award["id"])
    done = contract["implementation"]
    assert done["milestones"][0]["status"] == "met"
    assert done["transactions"][0]["relatedImplementationMilestone"] == {"id": "1"}
    assert done["metrics"][0]["observations"][0]["measure"] == 97.5
    roles = {party["id"]: party.get("roles") for party in told["parties"]}
    assert roles["KOR-company-1"] == ["tenderer", "supplier", "payee"]
    assert roles["KOR-company-2"] == ["tenderer"]


def test_a_release_does_not_carry_its_statements_time_or_digest():
    case = whole().case
    said = standing(case)
    *dated, last = made(case)
    for release in dated:
        statement = said[release["statement"]["digest"]]
        assert (release["date"], release["statement"]["nation"]) == (
            statement.at,
            statement.by.nation,
        )
        assert release["id"].endswith(release["statement"]["digest"])
    assert last["date"] == AT
    assert len({release["id"] for release in [*dated, last]}) == len(dated) + 1


def test_a_process_is_exported_whose_tender_is_anothers():
    assert list(releases(source(whole().case), prefix="ocds-example", buyer="KOR")) == []


# --- what a reader may not see --------------------------------------------------------------------


def test_the_public_learns_of_a_bid_a_plan_or_a_contract():
    case = whole().case
    text = orjson.dumps(made(case, PUBLIC_READER)).decode()
    assert "secret-need" not in text and "secret-grounds" not in text
    assert "secret-reasons" not in text and "secret-contract" not in text
    assert "secret-findings" not in text and "1200000" not in text
    assert "KOR-company-2" not in text and "Company 2" not in text
    told = compiled(json.loads(text))
    assert [item["id"] for item in told["withheldInformation"]] == ["planning", "bids", "contracts"]
    assert told["awards"][0]["suppliers"] == [{"id": "KOR-company-1", "name": "Company 1"}]
    assert told["bids"] == {"statistics": [{"id": "bids", "measure": "bids", "value": 2}]}


def test_one_company_learns_of_the_others_bid_before_the_opening():
    one = Procurement()
    one.offer()
    text = orjson.dumps(made(one.case, READERS["second company"])).decode()
    assert "secret-offer-2" in text
    assert "secret-offer-1" not in text and "KOR-company-1" not in text


STAGES = ("published", "offered", "closed", "opened", "awarded", "paid")


@cache
def at_stage(stage: str) -> Case:
    one = Procurement()
    step = STAGES.index(stage)
    if step >= 1:
        one.offer()
    if step >= 2:
        one.close()
    if step >= 3:
        one.open(*PRICES)
    if step >= 4:
        one.award(one.evaluate(*PRICES))
    if step >= 5:
        one.pay(one.contract())
    return one.case


@settings(max_examples=30)
@given(
    stage=st.sampled_from(STAGES),
    reader=st.sampled_from([name for name in READERS if READERS[name]]),
)
def test_a_byte_of_what_is_hidden_is_in_an_export(stage, reader):
    """No word of a hidden object, unless it is in one that is seen too: in values or in names."""
    case, who = at_stage(stage), READERS[reader]
    seen = standing(case, who)
    shown = _words(seen.values())
    hidden = _words(one for digest, one in standing(case).items() if digest not in seen)
    found = made(case, who)
    told = set(_strings(found))
    allowed = shown | set(_strings(made(Procurement().case, who))) | _NUMBERS
    assert not (hidden - allowed) & told
    whole_text = orjson.dumps(found).decode()
    for word in hidden - allowed:
        if re.search("secret|digest|[0-9a-f]{64}", word):
            assert word not in whole_text


_NUMBERS = {str(number) for number in range(100)} | {"high", "low", "open", "approval"}


def _words(statements: Any) -> set[str]:
    found = set()
    for one in statements:
        found |= {one.object, *_strings(one.body)} - _NUMBERS
    return found


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _strings(inner)]
    return [str(value)]


@pytest.mark.parametrize("reader", [name for name in READERS if READERS[name]])
def test_a_release_tells_one_reader_other_things_than_another(reader):
    """What is hidden changes no release that is seen: the label only chooses among them."""
    all_of_it = {release["id"]: release for release in made(whole().case)}
    *shown, together = made(whole().case, READERS[reader])
    assert all(all_of_it[release["id"]] == release for release in shown)
    assert "withheldInformation" in together


def test_a_hidden_tender_is_exported_at_all():
    case = Case()
    case.make("offer", "received", "MYS")
    assert made(case, PUBLIC_READER) == []
    assert len(made(case, MYS)) > 1


# --- what changes ---------------------------------------------------------------------------------


def test_a_lot_and_a_requirement_that_were_dropped_are_still_asked_for():
    one = Procurement()
    more = one.say("MYS", "MYS-requirement-2", "requirement", "state", OPEN, number=2)
    one.say("MYS", more, "requirement", "approve")
    one.say(
        "MYS",
        one.tender,
        "tender",
        "amend",
        requirements=[more],
        lots=[{"number": 2, "title": "B"}],
    )
    tender = compiled(made(one.case))["tender"]
    assert [(lot["id"], lot["status"]) for lot in tender["lots"]] == [
        ("1", "cancelled"),
        ("2", "active"),
    ]
    old, new = tender["criteria"]
    assert "No longer" in old["title"]
    assert old["requirementGroups"][0]["requirements"] == [{"id": "MYS-requirement-1"}]
    assert new["id"] == more
    assert tender["amendments"][0]["rationale"] == "Because."
    assert tender["tenderPeriod"]["startDate"]


def test_a_currency_that_ocds_has_not_is_exported():
    one = Procurement()
    with pytest.raises(InvalidError, match="no currency QQQ"):
        one.say(
            "MYS", "MYS-need-2", "need", "state", OPEN, organisation="MYS-ministry",
            value={"amount": "1", "currency": "QQQ"},
        )  # fmt: skip
        one.say("MYS", "MYS-need-2", "need", "approve")
        strategy = one.say(
            "MYS", "MYS-strategy-2", "procurement_strategy", "propose", BUYER, need="MYS-need-2",
            requirements=[one.requirement],
        )  # fmt: skip
        one.say("MYS", strategy, "procurement_strategy", "approve")
        one.say("MYS", strategy, "procurement_strategy", "launch", tender=one.tender)
        made(one.case)


# --- red flags ------------------------------------------------------------------------------------


def flags(one: Procurement) -> dict[str, list[str]]:
    found = run([compiled(made(one.case))])
    return {flag.code: [flag.id] for flag in found.flags if flag.group == "OCID"}


def test_a_single_bid_in_little_time_is_not_flagged():
    one = Procurement(days=5, bidders=1)
    one.offer()
    one.close()
    assert flags(one) == {
        "R003": ["ocds-example-MYS-tender-1"],
        "R018": ["ocds-example-MYS-tender-1"],
    }


def test_a_plain_procurement_is_flagged():
    assert flags(whole()) == {}


def test_the_same_price_of_two_companies_is_not_flagged():
    one = Procurement()
    one.offer()
    one.close()
    one.open("900000.00", "900000.00")
    assert "R028" in flags(one)
