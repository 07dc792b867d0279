"""Who sees and says what: the label check, then the policies, for every sort of person."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cedarpy
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from sepakat.node import rows
from sepakat.node.acting import record_for
from sepakat.node.authorisation import policies_of
from sepakat.node.cedar import SCHEMA, SHIPPED, Hat, Policies
from sepakat.node.ledger import Draft
from sepakat.node.models import Object
from sepakat.node.recording import Batch
from sepakat.record.errors import InvalidError, NotFoundError, RefusedError
from sepakat.record.label import PUBLIC, Label, make
from sepakat.vocabulary import REGISTRY
from support.desks import OF_A, OWN, Desk, queries
from support.inprocess import numbered

OPEN_ONES = {"MYS-company-a", "MYS-company-b", "MYS-gate-open", "MYS-key-office"}
BILATERAL = {"MYS-agreement-g2g", "MYS-obligation-a", "MYS-obligation-b"}


def seen(desk: Desk, name: str) -> set[str]:
    ids = Object.objects.values_list("id", flat=True)
    return {thing.id for thing in desk.access(name).seen(rows.objects(ids).values())}


def draft(about: str, action: str, kind: str, label: Label | None = None, **body: object) -> Batch:
    return Batch([Draft(kind, about, action, dict(body), label)])


def test_an_office_sees_all_that_its_clearance_allows(desk: Desk) -> None:
    assert {"MYS-gate-high", "MYS-action-own"} | OPEN_ONES | BILATERAL <= seen(desk, "officer")
    assert seen(desk, "clerk") >= OPEN_ONES
    assert not seen(desk, "clerk") & ({"MYS-gate-high", "MYS-action-own"} | BILATERAL)


def test_a_company_sees_its_own_and_nobody_elses(desk: Desk) -> None:
    assert seen(desk, "company_a") == OPEN_ONES | {"MYS-obligation-a"}
    assert seen(desk, "company_b") == OPEN_ONES | {"MYS-obligation-b"}


def test_a_partners_liaison_sees_what_is_released_to_that_nation(desk: Desk) -> None:
    assert seen(desk, "partner") >= BILATERAL | OPEN_ONES
    assert not seen(desk, "partner") & {"MYS-gate-high", "MYS-action-own"}


def test_a_closed_account_is_the_public(desk: Desk) -> None:
    user = desk.people["officer"]
    user.is_active = False
    user.save()
    assert not seen(desk, "officer") & BILATERAL


def test_the_list_filter_and_the_look_at_each_record_agree(desk: Desk) -> None:
    things = rows.objects(Object.objects.values_list("id", flat=True)).values()
    numbers = dict(Object.objects.values_list("id", "label_id"))
    for name in desk.people:
        access = desk.access(name)
        by_list = {t.id for t in things if numbers[t.id] in access.labels_of(t.kind)}
        assert by_list == seen(desk, name)


def test_what_is_not_to_be_seen_is_as_what_is_not_there(desk: Desk) -> None:
    found = []
    for about in ("MYS-gate-high", "MYS-gate-none"):
        with pytest.raises(NotFoundError) as caught:
            desk.access("clerk").get(about)
        found.append((caught.value.what, caught.value.fix))
    assert found[0] == found[1]


def test_deciding_takes_the_same_few_queries_for_any_number_of_records(desk: Desk) -> None:
    def reads() -> int:
        access = desk.access("officer")
        with queries() as found:
            for kind in REGISTRY.kinds:
                access.labels_of(kind)
        return len(found)

    before = reads()
    for number in range(30):
        desk.say("organisation", f"MYS-many-{number}", "register", OWN, name="Many", type="company")
    assert reads() == before == 1


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What Cedar is really asked, by policies that have answered nothing yet."""
    found: list[dict[str, Any]] = []
    ask = cedarpy.is_authorized

    def noted(request: dict[str, Any], *given: Any) -> cedarpy.AuthzResult:
        found.append(request)
        return ask(request, *given)

    monkeypatch.setattr(cedarpy, "is_authorized", noted)
    policies_of.cache_clear()
    yield found
    policies_of.cache_clear()


def numbers_of(desk: Desk, name: str) -> dict[str, frozenset[int]]:
    access = desk.access(name)
    return {kind: access.labels_of(kind) for kind in REGISTRY.kinds}


def test_labels_that_differ_in_what_no_policy_reads_are_asked_of_once(
    desk: Desk, asked: list[dict[str, Any]]
) -> None:
    before = numbers_of(desk, "officer")
    count = len(asked)
    assert count
    alike = [numbered(i) for i in range(50)]
    new = {*rows.save_labels(alike).values()}
    assert len(new) == len(alike)
    assert numbers_of(desk, "officer") == {kind: seen | new for kind, seen in before.items()}
    assert len(asked) == count
    assert not any(seen & new for seen in numbers_of(desk, "clerk").values())


def test_a_partner_that_uses_many_labels_has_each_page_ask_the_policies_anew(
    desk: Desk, asked: list[dict[str, Any]]
) -> None:
    """They differ in the organisations that they name, which policies read."""
    many = [
        make("UNCLASSIFIED", ["KOR", "MYS"], organisations=["KOR", "MYS", f"KOR-{i}"])
        for i in range(2000)
    ]
    new = {*rows.save_labels(many).values()}
    client = desk.client("officer")
    assert client.get("/").status_code == 200
    count = len(asked)
    assert count >= len(many)
    for path in ("/", "/registers"):
        assert client.get(path).status_code == 200
    assert len(asked) == count
    assert all(seen >= new for seen in numbers_of(desk, "officer").values())
    assert not any(seen & new for seen in numbers_of(desk, "company_a").values())


def test_more_labels_than_a_query_has_parameters_keep_everybody_out(desk: Desk) -> None:
    limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 200)
    try:
        labels = [numbered(i) for i in range(300)]
        for start in range(0, 300, 100):
            rows.save_labels(labels[start : start + 100])
        desk.say("organisation", "MYS-last", "register", labels[-1], name="Last", type="company")
        for path in ("/", "/registers", "/register/organisation"):
            answer = desk.client("officer").get(path)
            assert answer.status_code == 200
        assert "MYS-last" in answer.content.decode()
        assert "MYS-last" not in desk.client("clerk").get(path).content.decode()
        shown = rows.objects_under("organisation", desk.access("officer").labels_of("organisation"))
        assert "MYS-last" in {thing.id for thing in shown}
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, limit)


@pytest.mark.parametrize("name", ["auditor", "partner", "company_b", "clerk"])
def test_whoever_may_not_speak_records_nothing(desk: Desk, name: str) -> None:
    before = Object.objects.count()
    for label in (OWN, OF_A):
        batch = draft(
            "MYS-gate-x", "plan", "gate", label, name="Gate", authority="Nobody", due="2027-01-01"
        )
        if name == "clerk":
            batch.drafts[0].body["name"] = "Above the clearance"
        with pytest.raises((RefusedError, NotFoundError)):
            record_for(desk.access(name), batch)
    assert Object.objects.count() == before


def test_an_approvers_action_is_refused_to_an_officer_with_the_role_that_it_needs(
    desk: Desk,
) -> None:
    desk.say("gate", "MYS-gate-open", "table")
    with pytest.raises(RefusedError, match="it is for the role approver"):
        record_for(
            desk.access("officer"),
            draft("MYS-gate-open", "pass", "gate", decided="2026-01-02"),
            confirmed=True,
        )


def test_what_is_said_carries_the_persons_pseudonym_and_role(desk: Desk) -> None:
    [receipt] = record_for(desk.access("officer"), draft("MYS-gate-open", "table", "gate"))
    [envelope] = rows.envelopes([receipt.digest]).values()
    assert b"p-officer" in _payload(envelope)
    assert b"officer@mys.example" not in _payload(envelope)


def _payload(envelope: bytes) -> bytes:
    from sepakat.record.fold import read

    statement = read("MYS", 0, envelope).statement
    assert statement is not None
    return statement.encode()


def test_a_company_files_for_itself_alone(desk: Desk) -> None:
    access = desk.access("company_a")
    body = {
        "title": "Report",
        "sha256": "ab" * 32,
        "size": 1,
        "media_type": "text/plain",
        "filename": "r.txt",
        "organisation": "MYS-company-a",
    }
    record_for(access, draft("MYS-ev-1", "register", "evidence", OF_A, **body))
    other = make("RESTRICTED", ["MYS"], organisations=["MYS", "MYS-company-b"])
    with pytest.raises(RefusedError):
        record_for(access, draft("MYS-ev-2", "register", "evidence", other, **body))


def test_a_liaison_never_signs_for_the_node_even_as_counterparty(desk: Desk) -> None:
    thing = desk.access("officer").get("MYS-agreement-g2g")
    action = REGISTRY.action("agreement", "accept")
    assert not desk.access("partner").verdict(thing, action).allowed


def test_a_policy_that_does_not_fit_the_schema_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "wrong.cedar").write_text(
        'permit (principal, action == Action::"view", resource) when { resource.colour == "red" };'
    )
    with pytest.raises(InvalidError, match="colour") as caught:
        Policies(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_the_shipped_policies_fit_the_schema_and_say_what_each_is_for() -> None:
    schema = (SHIPPED / SCHEMA).read_text()
    for path in SHIPPED.glob("*.cedar"):
        text = path.read_text()
        assert cedarpy.validate_policies(text, schema).validation_passed
        for rule in text.split("@id(")[1:]:
            before = text[: text.index(f"@id({rule}")].rstrip().splitlines()[-1]
            assert before.startswith("//"), f"{path.name}: {rule.splitlines()[0]} has no comment"


def test_a_nations_own_policy_can_forbid_what_a_kind_allows(desk: Desk) -> None:
    own_policy(
        desk,
        'forbid (principal, action == Action::"take", resource) when { resource.kind == "gate" };',
    )
    thing = desk.access("officer").get("MYS-gate-open")
    verdict = desk.access("officer").verdict(thing, REGISTRY.action("gate", "table"))
    policies_of.cache_clear()
    assert (verdict.allowed, verdict.why) == (False, "policy")


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "rule",
    [
        'resource.kind == "gate"',
        '{"the": resource}.the has kind && ["gate"].contains(resource["kind"])',
    ],
)
def test_a_nations_own_policy_on_seeing_one_kind_hides_that_alone(desk: Desk, rule: str) -> None:
    own_policy(
        desk,
        f'forbid (principal, action == Action::"view", resource) when {{ {rule} }}'
        ' unless { principal.role == "auditor" };',
    )
    gates = {"MYS-gate-open", "MYS-gate-high"}
    assert gates <= seen(desk, "auditor")
    assert not gates & seen(desk, "officer")
    assert seen(desk, "officer") >= BILATERAL
    assert not desk.access("officer").labels_of("gate")
    assert desk.access("officer").labels_of("agreement")


def own_policy(desk: Desk, rule: str) -> None:
    own = desk.home.path / "policies"
    own.mkdir()
    for path in SHIPPED.glob("*.cedar"):
        (own / path.name).write_text(path.read_text())
    (own / "own.cedar").write_text(f'@id("own") {rule}')
    policies_of.cache_clear()


ROLES = st.sampled_from(["officer", "approver", "company", "auditor", "public"])
LABELS = st.builds(
    make,
    st.sampled_from(["UNCLASSIFIED", "SECRET"]),
    st.sampled_from([[PUBLIC], ["MYS"], ["KOR"], []]),
    organisations=st.sampled_from([[], ["MYS"], ["MYS", "MYS-company-a"]]),
)


@given(role=ROLES, label=LABELS)
def test_nobody_outside_sees_what_is_not_public_and_does_not_name_them(
    role: str, label: Label
) -> None:
    hat = Hat("MYS", role, None if role == "public" else "MYS-company-b")
    allowed = "gate" in Policies(SHIPPED).view(hat, label)
    assert allowed == (PUBLIC in label.released)
