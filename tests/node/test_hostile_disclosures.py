"""What a partner discloses, and says in its log, when it does not keep to the rules."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sepakat.node import disclosure, mirror, partners, rows
from sepakat.node.export import export
from sepakat.node.home import Home
from sepakat.node.models import Log, Object, Statement
from sepakat.record import canon, dsse
from sepakat.record.audit import audit
from sepakat.record.errors import ProofError, SepakatError
from sepakat.record.fold import MAX_DETAIL
from sepakat.record.keys import SigningKey
from sepakat.record.label import Label, make
from sepakat.record.seal import SealingKey
from sepakat.record.statement import MAX_ENVELOPE_BYTES, Seen
from sepakat.vocabulary import REGISTRY
from support.exchanging import goes_on, held, register, run
from support.hostile import Answer, Asked, HostilePartner, Raw, serving_partner
from support.inprocess import AT, BOTH, say
from support.party import Party, page

pytestmark = pytest.mark.django_db

DISCLOSURES = "/exchange/disclosures"
OURS_ALONE = make("RESTRICTED", ["KOR"])

Records = list[dict[str, Any]]


def discloses(
    kor: HostilePartner, change: Callable[[Records], Records], following: int = 3
) -> None:
    """Answer with what a function makes of the honest records."""
    assert kor.peer is not None
    peer = kor.peer

    def lie(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        records = [kor.party.record(peer, i) for i in range(3)]
        return Answer(page(change(records), following))

    kor.lie(DISCLOSURES, lie)


def refused(mys: Home, kor: HostilePartner, match: str) -> None:
    """The page is refused whole, and nobody is accused: the log itself is as it was signed."""
    with pytest.raises(ProofError, match=match) as caught:
        run(mys)
    assert not Statement.objects.filter(nation="KOR").exists()
    assert not Object.objects.filter(owner="KOR").exists()
    partner = partners.get("KOR")
    assert partner.problem.endswith(str(caught.value))
    assert (partner.disclosed, partner.frozen) == (0, "")
    goes_on(mys)
    kor.lies.clear()
    assert run(mys).agreed


# The page.


@pytest.mark.parametrize(
    ("records", "following", "match"),
    [
        ((), 0, "leads nowhere"),
        ((), -1, "leads nowhere"),
        ((), 4, "leads nowhere"),
        ((), 2**53 - 1, "leads nowhere"),
        ((1, 0, 2), 3, "out of order"),
        ((0, 1, 1), 3, "out of order"),
        ((0, 1, 2), 2, "out of order"),
        ((0, 0), 3, "out of order"),
    ],
)
def test_a_page_out_of_order_is_refused(
    mys: Home, kor: HostilePartner, records: Sequence[int], following: int, match: str
) -> None:
    discloses(kor, lambda honest: [honest[i] for i in records], following)
    refused(mys, kor, match)


@pytest.mark.parametrize("index", [-1, 3, 2**53 - 1])
def test_a_record_beyond_the_page_is_refused(mys: Home, kor: HostilePartner, index: int) -> None:
    discloses(kor, lambda honest: [honest[0] | {"index": index}])
    refused(mys, kor, "out of order")


@pytest.mark.parametrize("index", [True, "1", None, [1]])
def test_an_index_that_is_no_number_is_refused(
    mys: Home, kor: HostilePartner, index: object
) -> None:
    discloses(kor, lambda honest: [honest[0], kor.party.record(kor.peer, 1, index=index)])
    refused(mys, kor, "not a page of disclosures")


def test_more_records_than_a_page_may_have_are_refused(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    discloses(kor, lambda honest: honest)
    monkeypatch.setattr(disclosure, "PAGE_RECORDS", 2)
    refused(mys, kor, "leads nowhere")


@pytest.mark.parametrize(
    "records",
    [[1], ["a"], [None], [[]], {"index": 1}, 5, "records", [{"index": 0}]],
)
def test_a_page_of_something_else_is_refused(
    mys: Home, kor: HostilePartner, records: object
) -> None:
    kor.lie(DISCLOSURES, canon.encode({"next": 3, "records": records}))
    refused(mys, kor, "not a page|cannot be read")


# The record.


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda record: {key: value for key, value in record.items() if key != name}


@pytest.mark.parametrize(
    "change",
    [
        *map(without, ("digest", "label", "sealed")),
        lambda record: record | {"sealed": record["sealed"][:-4]},
        lambda record: record | {"sealed": record["sealed"] + "===="},
        lambda record: record | {"sealed": "é"},
        lambda record: record | {"sealed": 5},
        lambda record: record | {"sealed": ""},
        lambda record: record | {"sealed": "AAAA"},
        lambda record: record | {"digest": "0" * 64},
        lambda record: record | {"digest": None},
        lambda record: record | {"label": None},
        lambda record: record | {"label": {**record["label"], "classification": "UNCLASSIFIED"}},
    ],
)
def test_a_record_that_does_not_open_is_refused(
    mys: Home, kor: HostilePartner, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Index, digest and label are bound into the seal."""
    discloses(kor, lambda honest: [honest[0], change(honest[1]), honest[2]])
    refused(mys, kor, "KOR 1: a disclosure that cannot be read")


def test_a_record_sealed_to_somebody_else_is_refused(mys: Home, kor: HostilePartner) -> None:
    other = SealingKey.generate().public
    discloses(kor, lambda honest: [kor.party.record(kor.peer, 0, recipient=other)])
    refused(mys, kor, "cannot be read")


@pytest.mark.parametrize(
    "plain",
    [
        lambda leaf: bytes(32) + leaf.envelope,
        lambda leaf: leaf.salt + leaf.envelope + b" ",
        lambda leaf: leaf.salt,
        lambda leaf: b"",
    ],
    ids=["salt", "envelope", "none", "nothing"],
)
def test_a_record_that_is_not_the_leaf_is_refused(
    mys: Home, kor: HostilePartner, plain: Callable[[Any], bytes]
) -> None:
    other = plain(kor.party.leaves[1])
    discloses(kor, lambda honest: [honest[0], kor.party.record(kor.peer, 1, plain=other)])
    refused(mys, kor, "KOR 1: a disclosure that is not what the log holds there")


def test_a_record_at_anothers_place_is_refused(mys: Home, kor: HostilePartner) -> None:
    discloses(kor, lambda honest: [kor.party.record(kor.peer, 2, index=1)])
    refused(mys, kor, "KOR 1: a disclosure that is not what the log holds there")


@pytest.mark.parametrize(
    "other", [{"digest": "0" * 64}, {"label": make("UNCLASSIFIED", ["PUBLIC"]).model_dump()}]
)
def test_a_record_under_another_name_is_refused(
    mys: Home, kor: HostilePartner, other: dict[str, Any]
) -> None:
    """It is sealed so, and so it opens; but its statement says otherwise."""
    discloses(kor, lambda honest: [kor.party.record(kor.peer, 1, **other)])
    refused(mys, kor, "under another digest or label")


def test_a_record_that_is_not_for_us_is_refused(mys: Home, kor: HostilePartner) -> None:
    kor.party.company("own", OURS_ALONE)
    shown = [kor.party.record(kor.peer, i) for i in range(4)]
    kor.lie(DISCLOSURES, page(shown, 4))
    refused(mys, kor, "label is not for us")


def test_a_page_that_is_sent_again_is_not_taken_again(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    kor.party.company("d")
    kor.lie(DISCLOSURES, page([kor.party.record(kor.peer, i) for i in range(3)], 3))
    before = held()[8:]
    with pytest.raises(ProofError, match="leads nowhere"):
        run(mys)
    assert held()[8:] == before


# What stands in its log.


def verdict(index: int) -> tuple[str, str]:
    said = Statement.objects.get(nation="KOR", index=index)
    return said.status, said.code


def rejected(mys: Home, kor: HostilePartner, code: str) -> None:
    """The last statement is kept with the reason why it changes nothing; both agree on that."""
    outcome = run(mys)
    assert verdict(kor.party.size - 1) == ("rejected", code)
    assert outcome.agreed
    assert [verdict(i) for i in range(3)] == [("standing", "")] * 3
    goes_on(mys)


def test_another_nations_statement_is_rejected(mys: Home, kor: HostilePartner) -> None:
    tur = Party("TUR")
    register(mys, tur)
    tur.company("x", make("RESTRICTED", ["KOR", "MYS", "TUR"]))
    kor.party.put(tur.leaves[0].envelope)
    rejected(mys, kor, "foreign")
    assert not Object.objects.filter(owner="TUR").exists()


def test_a_copy_of_our_statement_is_rejected_and_ours_stands(
    mys: Home, kor: HostilePartner
) -> None:
    receipt = say(mys, "organisation", "MYS-company-x", "register", BOTH, name="X", type="company")
    kor.party.put(bytes(Statement.objects.get(digest=receipt.digest).envelope))
    rejected(mys, kor, "foreign")
    say(mys, "organisation", "MYS-company-x", "update", name="Y")


def test_a_copy_of_its_own_statement_is_rejected(mys: Home, kor: HostilePartner) -> None:
    kor.party.put(kor.party.leaves[0].envelope)
    rejected(mys, kor, "repeated")


def test_an_unregistered_key_is_rejected(mys: Home, kor: HostilePartner) -> None:
    kor.party.company("x", by_key=SigningKey.generate())
    rejected(mys, kor, "signature")


def test_a_key_counts_from_its_registration_to_its_revocation(
    mys: Home, kor: HostilePartner
) -> None:
    key = SigningKey.generate()
    kor.party.company("early", by_key=key)
    registered = kor.party.register_key("desk", key)
    kor.party.company("timely", by_key=key)
    kor.party.say(
        "key", "KOR-key-desk", "revoke", prev=registered, body={"reason": "Lost."},
        role="administrator",
    )  # fmt: skip
    kor.party.company("late", by_key=key)
    rejected(mys, kor, "signature")
    assert verdict(3) == ("rejected", "signature")
    assert [verdict(i)[0] for i in (4, 5, 6)] == ["standing"] * 3


def test_a_key_that_no_root_key_registered_is_rejected(mys: Home, kor: HostilePartner) -> None:
    one, two = SigningKey.generate(), SigningKey.generate()
    kor.party.register_key("one", one)
    kor.party.register_key("two", two, by_key=one)
    rejected(mys, kor, "signature")


@pytest.mark.parametrize(("kind", "action"), [("spell", "cast"), ("organisation", "abolish")])
def test_an_unknown_kind_or_action_is_rejected(
    mys: Home, kor: HostilePartner, kind: str, action: str
) -> None:
    kor.party.say(kind, "KOR-thing", action)
    rejected(mys, kor, "vocabulary")


def project(name: str) -> Label:
    return make("RESTRICTED", ["KOR", "MYS"], caveats={"project": [name]})


@pytest.mark.parametrize(
    ("within", "above"),
    [
        (BOTH, make("CONFIDENTIAL", ["KOR", "MYS"])),
        (project("falcon"), project("heron")),  # a caveat that its node does not hold
    ],
)
def test_a_label_above_its_clearance_is_rejected(mys: Home, within: Label, above: Label) -> None:
    party = Party("KOR", ceiling="RESTRICTED", caveats={"project": ("falcon",)})
    party.company("a", within)
    party.company("b", above)
    with serving_partner(party) as kor:
        kor.peer = mys.card()
        register(mys, party)
        run(mys)
        assert [verdict(0), verdict(1)] == [("standing", ""), ("rejected", "ceiling")]
        goes_on(mys)


def test_an_object_named_as_ours_is_rejected(mys: Home, kor: HostilePartner) -> None:
    body = {"name": "X", "type": "company"}
    kor.party.say("organisation", "MYS-company-x", "register", body=body)
    rejected(mys, kor, "owner")
    say(mys, "organisation", "MYS-company-x", "register", BOTH, name="Ours", type="company")


def test_relying_on_what_it_has_not_seen_is_rejected(mys: Home, kor: HostilePartner) -> None:
    receipt = say(mys, "organisation", "MYS-company-x", "register", BOTH, name="X", type="company")
    kor.party.company("x", deps=(receipt.digest,))
    run(mys)
    assert verdict(3) == ("rejected", "unseen")


def test_seeing_less_than_before_is_rejected(mys: Home, kor: HostilePartner) -> None:
    kor.party.company("x", seen={"MYS": ours(2)})
    kor.party.company("y", seen={"MYS": ours(1)})
    rejected(mys, kor, "seen")


def ours(size: int) -> Seen:
    root = mirror.tile_reader("MYS", Log.objects.get(nation="MYS").size).root_at(size)
    return Seen(size=size, root=root.hex())


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (Seen(size=1, root="ab" * 32), "another root of the log of MYS at size 1"),
        (Seen(size=2**53 - 1, root="ab" * 32), "to have seen 9,007,199,254,740,991 leaves of our"),
    ],
)
def test_a_false_mark_of_our_log_that_would_fail_the_audit_of_our_exports(
    mys: Home, kor: HostilePartner, tmp_path: Path, mark: Seen, told: str
) -> None:
    kor.party.company("x", seen={"MYS": mark})
    with pytest.raises(ProofError, match=told):
        run(mys)
    assert not Statement.objects.filter(nation="KOR").exists()
    say(mys, "organisation", "MYS-company-home", "register", BOTH, name="H", type="company")
    export(mys, REGISTRY, tmp_path / "out", at=AT)
    assert audit(tmp_path / "out", REGISTRY).findings == []


def test_a_false_mark_of_a_third_log_that_is_here(mys: Home, kor: HostilePartner) -> None:
    tur = Party("TUR")
    tur.company("t")
    with serving_partner(tur) as third:
        third.peer = mys.card()
        register(mys, tur)
        run(mys, "TUR")
    # What is not here yet can be held to nothing.
    kor.party.company("x", seen={"TUR": Seen(size=5, root="ab" * 32)})
    run(mys)
    assert verdict(3) == ("standing", "")
    kor.party.company("y", seen={"TUR": Seen(size=1, root="ab" * 32)})
    with pytest.raises(ProofError, match="another root of the log of TUR at size 1"):
        run(mys)


def test_logs_that_wait_for_each_other_are_settled(mys: Home, kor: HostilePartner) -> None:
    """A statement that relies on one further down its own log, through a forged mark."""
    later = kor.party.statement(
        "organisation", "KOR-company-y", "register", body={"name": "Y", "type": "company"}
    )
    digest, envelope = later.sign(kor.party.root)
    kor.party.company("x", deps=(digest,))
    kor.party.put(envelope)
    outcome = run(mys)
    assert outcome.agreed
    assert verdict(3) == ("rejected", "circular")
    assert verdict(4) == ("standing", "")
    goes_on(mys)


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"garbage",
        b"[" * 2000,
        b'{"payload":' + b"[" * 5000 + b"]" * 5000 + b"}",
        dsse.Envelope(dsse.STATEMENT, b"{}", (dsse.Signature("a", b"b"),)).encode(),
        dsse.Envelope(
            dsse.STATEMENT, b'{"a":' * 900 + b"1" + b"}" * 900, (dsse.Signature("a", b"b"),)
        ).encode(),
        dsse.Envelope("text/\0plain", b"{}", (dsse.Signature("\0", b"b"),)).encode(),
        dsse.Envelope(dsse.STATEMENT, b'{"\\u0000":1}', (dsse.Signature("a", b"b"),)).encode(),
        dsse.Envelope(dsse.STATEMENT, b'{"\\u0000":1.5}', (dsse.Signature("a", b"b"),)).encode(),
        dsse.Envelope("x" * 100_000, b"{}", (dsse.Signature("a", b"b"),)).encode(),
    ],
)
def test_what_is_no_statement_is_kept_and_changes_nothing(
    mys: Home, kor: HostilePartner, envelope: bytes
) -> None:
    """It stands in the log, so it is evidence; but of nothing that it might say."""
    kor.party.put(envelope)
    rejected(mys, kor, "unreadable")
    detail = Statement.objects.get(nation="KOR", index=3).detail
    assert detail.isprintable()
    assert 0 < len(detail) <= MAX_DETAIL
    assert bytes(Statement.objects.get(nation="KOR", index=3).envelope) == envelope


def test_envelopes_that_would_make_our_exports_too_large_are_refused(
    mys: Home, kor: HostilePartner
) -> None:
    kor.party.put(bytes(MAX_ENVELOPE_BYTES + 1))
    with pytest.raises(ProofError, match="KOR 3: a disclosure of 393,217 bytes"):
        run(mys)
    assert not Statement.objects.filter(nation="KOR").exists()
    goes_on(mys)


def test_a_bare_payload_does_not_answer_for_the_statement(mys: Home, kor: HostilePartner) -> None:
    """It has the statement's digest, and is disclosed before it."""
    body = {"name": "X", "type": "company"}
    statement = kor.party.statement("organisation", "KOR-x", "register", body=body)
    kor.party.put(statement.encode())
    rejected(mys, kor, "unreadable")
    digest, envelope = statement.sign(kor.party.root)
    kor.party.put(envelope)
    assert run(mys).agreed
    assert verdict(kor.party.size - 1) == ("standing", "")
    assert rows.envelopes([digest]) == {digest: envelope}
    kor.party.say("organisation", "KOR-x", "update", prev=digest, body={"name": "Y"})
    assert run(mys).agreed
    assert verdict(kor.party.size - 1) == ("standing", "")
    goes_on(mys)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "X\0", "type": "company"},
        {"name": "X", "type": "company", "description": "\0"},
        {"name": "\ud7ff\U0010ffff", "type": "company", "more": {"a": [[[]]]}},
        {"name": ["X"] * 30_000, "type": "company"},
        {"name": "X", "type": 2**53 - 1},
    ],
)
def test_a_body_out_of_order_is_rejected_or_kept(
    mys: Home, kor: HostilePartner, body: dict[str, Any]
) -> None:
    kor.party.say("organisation", "KOR-company-x", "register", body=body)
    run(mys)
    assert verdict(3) in [("rejected", "body"), ("standing", "")]
    goes_on(mys)


# Dying on the way.


STEPS = ("/checkpoint", "/tile/", DISCLOSURES, "/add-checkpoint", "/exchange/state")


@pytest.mark.parametrize("dying", ["before", "within", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_an_exchange_goes_on_where_the_partner_died(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch, step: str, dying: str
) -> None:
    """It dies before it has done what it was asked, within its answer, or after it has done it."""

    def die(asked: Asked, honest: Callable[[], Answer]) -> Raw:
        if dying == "before":
            return Raw()
        body = honest().body
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        return Raw([head, body[:10]] if dying == "within" else [])

    monkeypatch.setattr(disclosure, "PAGE_RECORDS", 200)
    for number in range(257):
        kor.party.company(f"n-{number}")
    kor.lie(step, die)
    with pytest.raises(SepakatError, match="does not answer"):
        run(mys)
    goes_on(mys)
    kor.lies.clear()
    before = len(kor.asked)
    outcome = run(mys)
    assert outcome.agreed
    assert Statement.objects.filter(nation="KOR").count() == 260
    assert outcome.cosigned == Log.objects.get(nation="MYS").size
    assert partners.get("KOR").problem == ""
    # What was there already is not asked for again.
    asked = [a.path for a in kor.asked[before:]]
    done = STEPS.index(step)
    assert not any(path.startswith("/tile/") for path in asked) or done <= 1
    assert DISCLOSURES not in asked or done <= 2


def test_pages_are_taken_one_by_one(mys: Home, kor: HostilePartner) -> None:
    """A partner that dies after each page is read to the end nevertheless."""
    for number in range(7):
        kor.party.company(f"n-{number}")

    def two_at_a_time() -> Iterator[Callable[[Asked, Callable[[], Answer]], Answer | Raw]]:
        while True:
            yield lambda asked, honest: two(asked.number("from"))
            yield lambda asked, honest: Raw()

    def two(start: int) -> Answer:
        end = start + 2
        return Answer(page([kor.party.record(kor.peer, i) for i in range(start, end)], end))

    turns = two_at_a_time()
    kor.lie(DISCLOSURES, lambda asked, honest: next(turns)(asked, honest))
    for taken in (2, 4, 6, 8):
        with pytest.raises(SepakatError, match="does not answer"):
            run(mys)
        assert partners.get("KOR").disclosed == taken
    assert run(mys).agreed
