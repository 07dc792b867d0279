"""Saying something: all of a batch or nothing, refused with a reason, and never a wrong root."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from sepakat.node import ledger, mirror, rebuild, rows
from sepakat.node.home import Home
from sepakat.node.ledger import Draft, Ledger
from sepakat.node.models import Leaf, Log, Object, Partner, Statement, Tile
from sepakat.node.state import State
from sepakat.record.checkpoint import open_checkpoint
from sepakat.record.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    RefusedError,
    SepakatError,
)
from sepakat.record.label import Label, make
from sepakat.record.leaf import commit
from sepakat.record.merkle import leaf_hash
from sepakat.record.note import parse_vkey
from sepakat.record.tile import verify_tiles
from sepakat.vocabulary import REGISTRY
from support.exchanging import register
from support.garbage import left_by
from support.inprocess import AT, BOTH, OWN, company, say
from support.nodes import Node, Refusal, config, working
from support.nodes import draft as draft_of
from support.party import Party
from support.postgres import NewDatabase

pytestmark = pytest.mark.django_db

PROPOSAL = {"title": "On cooperation", "counterparty": "KOR", "exclusivity": "exclusive"}


@pytest.fixture
def writer(mys: Home) -> Ledger:
    return Ledger(mys, REGISTRY)


def draft(name: str, label: Label | None = OWN, **other: Any) -> Draft:
    body = {"name": f"Company {name}", "type": "company"}
    return Draft("organisation", f"MYS-company-{name}", "register", body, label, **other)


def stored() -> tuple[object, ...]:
    log = Log.objects.get(nation="MYS")
    tables = (Leaf, Tile, Statement, Object, Partner)
    counts = [table.objects.count() for table in tables]
    return (log.size, bytes(log.root), bytes(log.checkpoint), log.memory, *counts)


def verify(home: Home) -> None:
    """The signed checkpoint, the tiles, the leaves and what they commit to fit together."""
    log = Log.objects.get(nation="MYS")
    key = parse_vkey(home.card().log_key)
    signed = open_checkpoint(bytes(log.checkpoint), key).checkpoint
    assert (signed.size, signed.root) == (log.size, bytes(log.root))
    leaves = rows.leaves("MYS", 0, log.size)
    assert [index for index, _, _ in leaves] == list(range(log.size))
    said = Statement.objects.filter(nation="MYS").order_by("index")
    envelopes = [bytes(row.envelope) for row in said]
    assert [commit(salt or b"", e) for (_, _, salt), e in zip(leaves, envelopes, strict=True)] == [
        entry for _, entry, _ in leaves
    ]
    verify_tiles(
        log.size,
        signed.root,
        lambda level, index, width: rows.tile("MYS", level, index)[: width * 32],
        [leaf_hash(entry) for _, entry, _ in leaves],
    )
    rebuild.check(home, REGISTRY)


@contextmanager
def refused(kind: type[SepakatError], match: str) -> Iterator[None]:
    """The error is of the kind, says so and what to do, and nothing is stored."""
    before = stored()
    with pytest.raises(kind, match=match) as caught:
        yield
    assert caught.value.where
    assert caught.value.fix
    assert stored() == before


# What is recorded.


def test_a_receipt_tells_where_it_stands(mys: Home, writer: Ledger) -> None:
    receipts = writer.append([draft("a"), draft("b")], at=AT)
    assert [receipt.index for receipt in receipts] == [1, 2]  # the office key is at 0
    for receipt in receipts:
        said = Statement.objects.get(nation="MYS", index=receipt.index)
        assert (said.digest, said.status) == (receipt.digest, "standing")
    assert receipts[0].object.fields["name"] == "Company a"
    verify(mys)


@pytest.mark.parametrize("batches", [(1,) * 20, (254, 1, 1, 1), (300, 2), (600,)])
def test_leaves_tiles_and_checkpoint_fit_across_tiles(
    mys: Home, writer: Ledger, batches: tuple[int, ...]
) -> None:
    made = 0
    for size in batches:
        writer.append([draft(f"n-{made + i}") for i in range(size)], at=AT)
        made += size
    assert Log.objects.get(nation="MYS").size == made + 1
    verify(mys)


def test_what_follows_in_a_batch_may_rely_on_what_leads(mys: Home, writer: Ledger) -> None:
    update = Draft("organisation", "MYS-company-a", "update", {"name": "Anew"})
    receipts = writer.append([draft("a"), update], at=AT)
    assert receipts[1].object.fields["name"] == "Anew"
    verify(mys)


def test_a_statement_names_what_of_the_partner_was_verified(mys: Home, writer: Ledger) -> None:
    party = Party("KOR")
    register(mys, party)
    root = party.root_at(0)
    Log.objects.filter(nation="KOR").update(size=7, root=root)
    receipt = say(mys, "agreement", "MYS-a", "propose", BOTH, **PROPOSAL)
    envelope = bytes(Statement.objects.get(digest=receipt.digest).envelope)
    assert ledger.Seen(size=7, root=root.hex()) == statement_of(envelope).seen["KOR"]


def statement_of(envelope: bytes) -> Any:
    from sepakat.record.fold import read

    return read("MYS", 0, envelope).statement


# All or none.


def test_one_refused_draft_refuses_the_batch_and_names_itself(writer: Ledger) -> None:
    with refused(ConflictError, "organisation register MYS-company-a: MYS-company-a exists"):
        writer.append([draft("a"), draft("b"), draft("a")], at=AT)


def test_after_a_refused_batch_the_next_is_right(mys: Home, writer: Ledger) -> None:
    for _ in range(3):
        with pytest.raises(ConflictError):
            writer.append([draft("a"), draft("a")], at=AT)
        writer.append([draft(f"n-{Log.objects.get(nation='MYS').size}")], at=AT)
    verify(mys)


def test_a_dry_run_leaves_no_trace(mys: Home, writer: Ledger) -> None:
    before = stored()
    [receipt] = writer.append([draft("a")], at=AT, dry_run=True)
    assert receipt.object.state == "registered"
    assert stored() == before
    writer.append([draft("b")], at=AT)
    writer.append([draft("a")], at=AT, dry_run=True)
    writer.append([draft("a")], at=AT)
    verify(mys)


def test_a_dry_run_is_refused_as_the_real_one(writer: Ledger) -> None:
    with refused(ConflictError, "exists"):
        writer.append([draft("a"), draft("a")], at=AT, dry_run=True)


@pytest.mark.django_db(transaction=True)
def test_what_an_outer_transaction_takes_back_is_not_grown_on(mys: Home, writer: Ledger) -> None:
    """Another process appends as much meanwhile: the root must be that of its leaf, not of ours."""
    writer.append([draft("a")], at=AT)
    with transaction.atomic():
        writer.append([draft("lost")], at=AT)
        transaction.set_rollback(True)
    Ledger(mys, REGISTRY).append([draft("other")], at=AT)
    writer.append([draft("b")], at=AT)
    verify(mys)


@pytest.mark.parametrize("count", [0, ledger.MAX_BATCH + 1])
def test_a_batch_of_none_or_too_many_is_refused(writer: Ledger, count: int) -> None:
    with pytest.raises(InvalidError, match="in one batch"):
        writer.append([draft("a")] * count, at=AT)


# What may not be said.


@pytest.mark.parametrize(
    ("said", "kind", "match"),
    [
        (Draft("spell", "MYS-a", "cast", {}, OWN), InvalidError, "no kind 'spell'"),
        (Draft("organisation", "MYS-a", "abolish", {}, OWN), InvalidError, "no action 'abolish'"),
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused(
    writer: Ledger, said: Draft, kind: type[SepakatError], match: str
) -> None:
    before = stored()
    with pytest.raises(kind, match=match):
        writer.append([said], at=AT)
    assert stored() == before


def test_a_new_object_needs_a_label(writer: Ledger) -> None:
    with refused(InvalidError, "a new object needs a label"):
        writer.append([draft("a", None)], at=AT)


def test_what_was_looked_at_is_not_signed_over_once_it_has_changed(
    mys: Home, writer: Ledger
) -> None:
    seen = say(mys, "gate", "MYS-g", "plan", OWN, name="G", authority="C", due="2027-01-01").digest
    defer = Draft("gate", "MYS-g", "defer", {"due": "2027-02-01", "reason": "Recess"}, head=seen)
    writer.append([defer], at=AT)
    with refused(ConflictError, "gate defer MYS-g: the record has changed"):
        writer.append([defer], at=AT)


def test_an_unknown_object_is_told(writer: Ledger) -> None:
    with refused(NotFoundError, "there is no such object here"):
        writer.append([Draft("organisation", "MYS-company-z", "retire", {"reason": "x"})], at=AT)


@pytest.mark.parametrize(
    ("body", "match"),
    [
        ({"name": "X"}, "type"),
        ({"name": "", "type": "company"}, "name"),
        ({"name": "X\nY", "type": "company"}, "name"),
        ({"name": "X", "type": "spell"}, "type"),
        ({"name": "X", "type": "company", "more": 1}, "more"),
    ],
)
def test_a_body_out_of_order_is_refused_by_its_field(
    writer: Ledger, body: dict[str, Any], match: str
) -> None:
    before = stored()
    with pytest.raises(SepakatError, match=match):
        writer.append([Draft("organisation", "MYS-company-a", "register", body, OWN)], at=AT)
    assert stored() == before


@pytest.mark.parametrize("name", ["KOR-company-a", "MYS-", "MYS-A", "company", "MYS-a/../b"])
def test_a_name_out_of_order_is_refused(writer: Ledger, name: str) -> None:
    before = stored()
    body = {"name": "X", "type": "company"}
    with pytest.raises(SepakatError, match=f"organisation register {name}"):
        writer.append([Draft("organisation", name, "register", body, OWN)], at=AT)
    assert stored() == before


def test_a_role_that_may_not_is_refused(writer: Ledger) -> None:
    with refused(RefusedError, "is for officer or administrator"):
        writer.append([draft("a", role="inspector")], at=AT)


def test_another_label_for_an_object_is_refused(mys: Home, writer: Ledger) -> None:
    company(mys, "a")
    other = Draft("organisation", "MYS-company-a", "update", {"name": "Y"}, BOTH)
    before = stored()
    with pytest.raises(RefusedError, match=r"keeps the label that it was made with.*leave"):
        writer.append([other], at=AT)
    assert stored() == before


def test_an_object_of_another_kind_is_told(mys: Home, writer: Ledger) -> None:
    company(mys, "a")
    with refused(InvalidError, "of the kind organisation, not key"):
        writer.append([Draft("key", "MYS-company-a", "revoke", {"reason": "x"})], at=AT)


def test_an_unknown_reference_is_refused(writer: Ledger) -> None:
    body = {
        "title": "T", "sha256": "ab" * 32, "size": 1, "media_type": "text/plain",
        "filename": "a.txt", "organisation": "MYS-company-z",
    }  # fmt: skip
    with refused(InvalidError, "names MYS-company-z, which is not known here"):
        writer.append([Draft("evidence", "MYS-e", "register", body, OWN)], at=AT)


def test_an_unknown_dependency_is_refused(writer: Ledger) -> None:
    with refused(InvalidError, "relies on a statement that is not known here"):
        writer.append([draft("a", deps=("ab" * 32,))], at=AT)


def test_a_partner_that_is_not_registered_is_told(writer: Ledger) -> None:
    with refused(InvalidError, "KOR is not a registered partner"):
        writer.append([Draft("agreement", "MYS-a", "propose", PROPOSAL, BOTH)], at=AT)


def test_a_partner_that_is_not_cleared_is_told(mys: Home, writer: Ledger) -> None:
    """It would be bound by what it can never be shown."""
    register(mys, Party("KOR", ceiling="UNCLASSIFIED"))
    with refused(RefusedError, "KOR's node is not cleared for this label"):
        writer.append([Draft("agreement", "MYS-a", "propose", PROPOSAL, BOTH)], at=AT)
    public = make("UNCLASSIFIED", ["KOR", "MYS"])
    writer.append([Draft("agreement", "MYS-a", "propose", PROPOSAL, public)], at=AT)


def test_a_caveat_that_the_partner_does_not_hold_is_told(mys: Home, writer: Ledger) -> None:
    register(mys, Party("KOR"))
    eyes = make("RESTRICTED", ["KOR", "MYS"], caveats={"project": ["falcon"]})
    with refused(RefusedError, "not cleared for this label"):
        writer.append([Draft("agreement", "MYS-a", "propose", PROPOSAL, eyes)], at=AT)


def test_matter_above_this_nodes_height_is_refused(mys: Home) -> None:
    party = Party("KOR")
    register(mys, party)
    low = mys.card().model_copy(update={"ceiling": "UNCLASSIFIED"})
    writer = Ledger(mys, REGISTRY)
    writer.card = low
    with refused(RefusedError, "cleared to UNCLASSIFIED only"):
        writer.append([draft("a")], at=AT)


def test_the_state_of_a_batch_does_not_wait_for_the_garbage_collector(writer: Ledger) -> None:
    assert left_by(lambda: writer.append([draft("a")], at=AT), State) == 0


def test_an_older_root_is_still_proven(mys: Home, writer: Ledger) -> None:
    """A checkpoint given away earlier is consistent with every later one."""
    for number in range(3):
        writer.append([draft(f"n-{number}-{i}") for i in range(150)], at=AT)
    log = Log.objects.get(nation="MYS")
    proof = mirror.tile_reader("MYS", log.size).consistency_proof(151)
    assert proof
    verify(mys)


# Several at once.


@pytest.fixture(scope="module")
def workers(
    tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase
) -> Iterator[list[Node]]:
    """Three processes on one node."""
    home, url = Home(tmp_path_factory.mktemp("ledger") / "MYS"), new_database()
    with working(home, config("MYS"), url=url) as first:
        first.answer()
        with working(home, url=url) as second, working(home, url=url) as third:
            second.answer()
            third.answer()
            yield [first, second, third]


def test_processes_and_threads_lose_no_write(workers: list[Node]) -> None:
    """Each appends from four threads of one ledger: every index is given once, to what is there."""
    each = 40
    for number, node in enumerate(workers):
        names = [f"MYS-at-once-{number}-{i}" for i in range(each)]
        node.ask("say_at_once", names, OWN.model_dump())
    answered: dict[str, int] = {}
    for number, node in enumerate(workers):
        for i, index in enumerate(node.answer()):
            answered[f"MYS-at-once-{number}-{i}"] = index
    seen = workers[0].look()
    assert sorted(answered.values()) == list(range(1, len(workers) * each + 1))
    assert seen["size"] == len(workers) * each + 1
    said = {row[3]: row[1] for row in seen["said"]}
    assert {name: said[name] for name in answered} == answered


def test_of_two_who_say_the_same_one_is_told(workers: list[Node]) -> None:
    """Neither waits for the other's answer, and only one can have the name."""
    for number in range(10):
        for node in workers:
            name = f"MYS-contested-{number}"
            body = {"name": "X", "type": "company"}
            node.ask("say", [draft_of("organisation", name, "register", body, OWN)])
        outcomes = []
        for node in workers:
            try:
                outcomes.append(node.answer()[0][2])
            except Refusal as refusal:
                outcomes.append(refusal.kind)
        assert sorted(outcomes) == ["ConflictError", "ConflictError", "registered"]
    workers[0].look()


def test_batches_at_once_stay_together(workers: list[Node]) -> None:
    for round_ in range(3):
        for number, node in enumerate(workers):
            batch = [
                draft_of("organisation", f"MYS-batch-{round_}-{number}-{i}", "register",
                         {"name": "X", "type": "company"}, OWN)
                for i in range(100)
            ]  # fmt: skip
            node.ask("say", batch)
        for node in workers:
            places = [index for _, index, _ in node.answer()]
            assert places == list(range(places[0], places[0] + 100))
    workers[0].look()
