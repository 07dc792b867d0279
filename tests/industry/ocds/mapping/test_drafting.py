"""Releases as drafts: what is ours comes back as it was, and nothing is lost without a word."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.ocds.compiling import Process, compile_releases
from sepakat.industry.ocds.mapping.tenders.drafting import Draft, draft
from sepakat.industry.ocds.mapping.tenders.releasing import releases
from sepakat.industry.ocds.merging import Merger
from sepakat.industry.ocds.model.extensions import extended
from sepakat.industry.ocds.reading import RECORD, RELEASE, Item
from sepakat.industry.ocds.reading import releases as releases_of
from sepakat.industry.ocds.schema import merge_rules
from sepakat.vocabulary import REGISTRY
from support.contracting import OPEN, Procurement, source


def process(one: Procurement) -> Process:
    found = releases(source(one.case), prefix="ocds-example", buyer="MYS")
    items = (Item("", RELEASE, release) for release in found)
    (made,) = compile_releases(items, versioned=True, merger=Merger(merge_rules(extended())))
    assert isinstance(made, Process)
    return made


def bodies(found: Draft) -> dict[str, list[dict[str, Any]]]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for statement in [*found.statements, *(row.statement for row in found.incomplete)]:
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


def test_a_draft_cannot_be_said() -> None:
    """Each statement of a draft fits its kind, with new identifiers, and stands when it is said."""
    one = Procurement()
    found = draft(process(one).compiled, "MYS-ministry")
    assert [statement["kind"] for statement in found.statements] == ["need", "requirement"]
    for said in found.statements:
        one.say("MYS", said["object"], said["kind"], said["action"], OPEN, **said["body"])
    ((tender, why),) = found.incomplete
    assert "openers" in why
    (requirement,) = tender["body"]["requirements"]
    assert requirement == found.statements[1]["object"]


def test_what_was_dropped_is_asked_for_again() -> None:
    one = Procurement()
    more = one.say("MYS", "MYS-requirement-2", "requirement", "state", OPEN, number=2)
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
        known = any(same(text, value) for text in texts(drafted))
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
    for said in found.statements:
        kind = REGISTRY.get(said["kind"])
        kind.check_body(kind.lifecycle.actions[said["action"]], said["body"])


_PLAIN = json.dumps(dict(process(Procurement()).compiled))
