"""Releases as drafts: what is ours comes back as it was, and nothing is lost without a word."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sepakat.industry.ocds.compiling import Process, compile_releases
from sepakat.industry.ocds.mapping.tenders.account import NOWHERE, REPLACED
from sepakat.industry.ocds.mapping.tenders.drafting import Draft, Given, draft
from sepakat.industry.ocds.mapping.tenders.releasing import releases
from sepakat.industry.ocds.merging import Merger
from sepakat.industry.ocds.model.extensions import extended
from sepakat.industry.ocds.reading import RECORD, RELEASE, Item, read
from sepakat.industry.ocds.reading import releases as releases_of
from sepakat.industry.ocds.schema import merge_rules
from sepakat.record.fields import TIME_FORMAT
from sepakat.record.label import Label
from sepakat.vocabulary import REGISTRY
from support.case import Case
from support.contracting import OPEN, Procurement, source
from support.procurement import PLAIN, openers


def process(one: Procurement) -> Process:
    found = releases(source(one.case), prefix="ocds-example", buyer="MYS")
    items = (Item("", RELEASE, release) for release in found)
    (made,) = compile_releases(items, versioned=True, merger=Merger(merge_rules(extended())))
    assert isinstance(made, Process)
    return made


def bodies(found: Draft) -> dict[str, list[dict[str, Any]]]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for statement in [*found.statements, *(row.statement for row in found.incomplete)]:
        if statement["action"] != "approve":
            kinds.setdefault(statement["kind"], []).append(statement["body"])
    return kinds


def exact(value: Any) -> Any:
    """With decimals by their value: 30 is 30.00."""
    if isinstance(value, dict):
        return {name: exact(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    try:
        return Decimal(value) if isinstance(value, str) else value
    except ArithmeticError:
        return value


LOST = {
    "need": (),
    "requirement": (),
    "tender": (
        "requirements",
        "openers",
        "received",
        "receipts",
        "evaluators",
        "notices",
        "reason",
    ),
}


@pytest.mark.parametrize("stage", ["published", "ended"])
@pytest.mark.parametrize("form", ["compiled", "record", "versioned"])
def test_a_field_of_ours_comes_back_as_another(stage: str, form: str) -> None:
    one = Procurement()
    if stage == "ended":
        one.run("900000.00", "1200000.50")
    made = process(one)
    record = {
        "compiled": {"ocid": made.ocid, "compiledRelease": made.compiled},
        "record": {k: v for k, v in made.record().items() if k != "versionedRelease"},
        "versioned": {"ocid": made.ocid, "versionedRelease": made.versioned},
    }[form]
    items = releases_of([Item("records/0", RECORD, record)])
    (again,) = compile_releases(items, merger=Merger(merge_rules(extended())))
    assert isinstance(again, Process)
    found = bodies(draft(again.compiled, "MYS-ministry"))
    for kind, lost in LOST.items():
        (body,) = found[kind]
        (said,) = one.case.of_kind(kind)
        expected = {name: said.fields[name] for name in said.fields if name not in lost}
        assert exact({name: body.get(name) for name in expected}) == exact(expected)


def test_a_tender_without_openers_is_complete() -> None:
    found = draft(process(Procurement()).compiled, "MYS-ministry")
    kinds = [statement["kind"] for statement in found.statements]
    assert kinds == ["need", "requirement", "requirement"]
    ((_tender, why),) = found.incomplete
    assert "openers" in why


def test_a_tender_that_went_through_a_file_is_another() -> None:
    """With its openers given beside it; said on the record, all that both hold is the same."""
    one = Procurement()
    given = Given(tender={"openers": openers()})
    found = draft(process(one).compiled, "MYS-ministry", given)
    assert [*said(one.case, found, OPEN)] == ["need", "requirement", "tender"]
    assert found.incomplete == []
    for kind in ("need", "requirement", "tender"):
        before, after = one.case.of_kind(kind)
        same = {**after.fields, "requirements": before.fields.get("requirements")}
        assert exact(same) == exact({"requirements": None, **before.fields}), kind
    (new,) = one.case.of_kind("tender")[-1].fields["requirements"]
    assert new == one.case.of_kind("requirement")[-1].id


def said(case: Case, found: Draft, label: Label | None = None) -> dict[str, str]:
    """Say what was drafted, in its order and roles, and see that it stands; objects by kind."""
    for one in found.statements:
        entry = case.nations.say(
            "MYS", one["kind"], one["object"], one["action"], one["body"],
            label=None if one["action"] == "approve" else label, role=one["role"],
        )  # fmt: skip
        assert case.nations.decision(entry).status == "standing", case.nations.decision(entry)
    return {one["kind"]: one["object"] for one in found.statements}


COMPLETED = {
    "requirements": [
        {
            "number": 1,
            "title": "Fits",
            "type": "interoperability",
            "priority": "mandatory",
            "text": "It fits.",
            "method": "inspection",
        }
    ],
    "need": {"value": {"amount": "10.5", "currency": "MYR"}, "due": "2027-12-31"},
}


@pytest.mark.parametrize(
    ("file", "ocid", "title", "asked", "replaced"),
    [
        (
            "fictional-example/ocds-213czf-000-00001.json",
            "ocds-213czf-000-00001",
            "Planned cycle lane improvements",
            "- 8 Miles: Cycle lane improvements",
            {"tender/enquiryPeriod/endDate", "tender/tenderPeriod/endDate"},
        ),
        (
            "colombia-100-releases.json",
            "ocds-k50g02-60393",
            "Grandes Superficies",
            "- 300 Unidad: GS-CARPETA",
            set(),
        ),
    ],
)
def test_a_real_release_cannot_be_made_a_tender_of_ours(
    shared: Path, file: str, ocid: str, title: str, asked: str, replaced: set[str]
) -> None:
    """With what is given beside it. What is replaced, and what stays behind, is named."""
    case = Case()
    case.make("organisation", "registered", name="A ministry")
    (ministry,) = (thing.id for thing in case.of_kind("organisation"))
    with (shared / "data/ocds" / file).open("rb") as stream:
        made = compile_releases(releases_of(read(stream)), merger=Merger(merge_rules(extended())))
        first = next(one for one in made if isinstance(one, Process) and one.ocid == ocid)
    tender = {"criteria": PLAIN["criteria"], "openers": openers()}
    tender |= {name: at(case, days) for name, days in TIMES.items()}
    given = Given.model_validate(COMPLETED | {"tender": tender})
    found = draft(first.compiled, ministry, given)
    assert [*said(case, found)] == ["need", "requirement", "tender"]
    (thing,) = case.of_kind("tender")
    assert thing.fields["title"] == title
    assert thing.fields["lots"] == [{"number": 1, "title": title}]
    assert asked in thing.fields["description"]
    assert replaced <= {row.place for row in found.left_out if row.reason == REPLACED}
    assert "parties" in {row.place for row in found.left_out if row.reason == NOWHERE}


TIMES = {"questions_until": 1, "closes": 2, "opens": 3}


def at(case: Case, days: int) -> str:
    return (case.nations.now + timedelta(days)).strftime(TIME_FORMAT)


def test_a_requirement_given_beside_is_asked_twice() -> None:
    one = Procurement()
    given = Given(requirements=({"number": 1, "text": "It must."},), tender={"openers": openers()})
    found = draft(process(one).compiled, "MYS-ministry", given)
    (required,) = bodies(found)["requirement"]
    assert (required["title"], required["text"]) == ("Talks to others", "It must.")
    (row,) = (row for row in found.left_out if row.reason == REPLACED)
    assert row.place == "tender/criteria/0/requirementGroups/0/requirements/0/description"


def test_a_tender_is_drafted_over_a_requirement_that_lacks_something() -> None:
    given = Given(requirements=({"number": 2},), tender={"openers": openers()})
    found = draft(process(Procurement()).compiled, "MYS-ministry", given)
    lacking, tender = found.incomplete
    assert lacking.statement["object"] in tender.reason


@pytest.mark.parametrize(
    "given",
    [
        {"need": {}, "offer": {}},
        {"requirements": [{"title": "Fits"}]},
        {"requirements": [{"number": 1}, {"number": 1}]},
    ],
)
def test_what_is_given_beside_is_lost(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Given.model_validate(given)


def test_a_member_passes_for_another_by_its_name() -> None:
    names = ("tender/title", "", "tender/lots/0")
    found = draft({"ocid": "o", **dict.fromkeys(names, "x")}, "MYS-ministry")
    assert len(found.left_out) == len(names)


def test_what_was_dropped_is_asked_for_again() -> None:
    one = Procurement()
    more = one.say("MYS", "MYS-requirement-2", "requirement", "state", OPEN, number=2)
    one.say("MYS", more, "requirement", "approve")
    one.say(
        "MYS", one.tender, "tender", "amend", requirements=[more],
        lots=[{"number": 2, "title": "B"}],
    )  # fmt: skip
    found = draft(process(one).compiled, "MYS-ministry")
    kinds = bodies(found)
    assert [body["number"] for body in kinds["requirement"]] == [2]
    assert kinds["tender"][0]["lots"] == [{"number": 2, "title": "B"}]
    reasons = {row.reason for row in found.left_out}
    assert {"it is no longer required", "the lot is cancelled"} <= reasons


def test_a_foreign_process_loses_something_without_a_word(shared) -> None:
    """Each value of the standard's example is in the draft, or in a place that is named."""
    path = shared / "data/ocds/fictional-example/record/ocds-213czf-000-00001.json"
    compiled = json.loads(path.read_bytes())["records"][0]["compiledRelease"]
    found = draft(compiled, "MYS-ministry")
    (need,) = found.statements
    assert need["body"]["value"] == {"amount": "6700000", "currency": "GBP"}
    drafted = exact(bodies(found))
    named = [row.place for row in found.left_out]
    for place, value in leaves(compiled):
        if place.split("/")[0] in ("ocid", "id", "date", "tag", "initiationType", "language"):
            continue
        is_named = any(f"{place}/".startswith(f"{top}/") for top in named)
        listed = place.startswith("tender/items/")  # in the text of the tender
        known = any(same(text, value) or (listed and str(value) in text) for text in texts(drafted))
        assert is_named or known or place in ("tender/id", "tender/status"), place


def same(text: str, value: Any) -> bool:
    """As it is, as a number, or as the same moment."""
    return text == str(value) or exact(str(value)) == exact(text) or text[:10] == str(value)[:10]


def leaves(value: Any, place: str = "") -> list[tuple[str, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for name, item in inner:
        at = f"{place}/{name}" if place else str(name)
        found += leaves(item, at) if isinstance(item, dict | list) else [(at, item)]
    return found


def texts(value: Any) -> list[str]:
    if isinstance(value, dict | list):
        return [
            t
            for item in (value.values() if isinstance(value, dict) else value)
            for t in texts(item)
        ]
    return [str(value)]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(chooser=st.data())
def test_a_hostile_release_breaks_the_import(chooser) -> None:
    release = json.loads(_PLAIN)
    for _ in range(chooser.draw(st.integers(1, 4))):
        node = release
        while isinstance(node, dict | list) and node:
            keys = sorted(node) if isinstance(node, dict) else range(len(node))
            key = chooser.draw(st.sampled_from(keys))
            if not isinstance(node[key], dict | list) or chooser.draw(st.booleans()):
                node[key] = chooser.draw(JSON)
                break
            node = node[key]
    found = draft(release, "MYS-ministry")
    for one in found.statements:
        kind = REGISTRY.get(one["kind"])
        kind.check_body(kind.lifecycle.actions[one["action"]], one["body"])


_PLAIN = json.dumps(dict(process(Procurement()).compiled))
