"""A partner that lies over real HTTP: refused, told, nothing kept, and home goes on."""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from sepakat.node import clock, exchange, mirror, partners, transport
from sepakat.node.export import export
from sepakat.node.home import Home
from sepakat.node.models import Log
from sepakat.node.transport import Transport, UnreachableError
from sepakat.record.audit import audit
from sepakat.record.checkpoint import cosign, open_checkpoint, sign_checkpoint
from sepakat.record.errors import ProofError, RefusedError, SepakatError
from sepakat.record.keys import SigningKey
from sepakat.record.note import KeyType, Signature, Signer, parse_note, parse_vkey
from sepakat.record.tile import TilePath
from sepakat.record.treehead import Checkpoint
from sepakat.record.witness import AddCheckpoint, WitnessError, parse_add_checkpoint
from sepakat.vocabulary import REGISTRY
from support.exchanging import (
    frozen,
    goes_on,
    held,
    refused,
    register,
    run,
    shows_another_history,
    two_notes,
)
from support.hostile import Answer, Asked, HostilePartner, Raw, serving_partner
from support.party import Party, page

pytestmark = pytest.mark.django_db

STATUS = b"HTTP/1.1 200 OK\r\n"
PATHS = ("/checkpoint", "/tile/", "/exchange/disclosures", "/add-checkpoint", "/exchange/state")


# Honest.


def test_an_honest_partner_is_believed(mys: Home, kor: HostilePartner) -> None:
    """What the tests below change by one lie each."""
    outcome = run(mys)
    assert (outcome.leaves, outcome.records, outcome.agreed) == (3, 3, True)
    assert outcome.cosigned == Log.objects.get(nation="MYS").size
    assert kor.faults == []
    again = run(mys)
    assert (again.leaves, again.records, again.agreed) == (0, 0, True)
    kor.party.company("d")
    third = run(mys)
    assert (third.leaves, third.records, third.agreed) == (1, 1, True)
    goes_on(mys)


# What is no answer at all.


def test_a_partner_that_is_down_is_told(mys: Home, kor: HostilePartner) -> None:
    kor.stop()
    refused(mys, UnreachableError, "KOR's node does not answer")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "garbage", [b"", b"\x00\xff" * 50, b"{", b"[]", b"null", b"9" * 5000, "é—".encode() * 20]
)
def test_garbage_is_refused(mys: Home, kor: HostilePartner, path: str, garbage: bytes) -> None:
    kor.lie(path, garbage)
    with pytest.raises(SepakatError) as caught:
        run(mys)
    assert partners.get("KOR").problem.endswith(str(caught.value))
    assert not partners.get("KOR").frozen
    if path == "/checkpoint" or path == "/tile/":
        assert Log.objects.get(nation="KOR").size == 0
    goes_on(mys)
    kor.lies.clear()
    assert run(mys).agreed


def test_deep_nesting_is_refused(mys: Home, kor: HostilePartner) -> None:
    deep = b'{"next":3,"records":' + b"[" * 5000 + b"]" * 5000 + b"}"
    for path in ("/exchange/disclosures", "/exchange/state"):
        kor.lies.clear()
        kor.lie(path, deep)
        with pytest.raises(ProofError, match=path):
            run(mys)


@pytest.mark.parametrize("path", PATHS)
def test_an_endless_body_is_cut_off(mys: Home, kor: HostilePartner, path: str) -> None:
    def endless() -> Iterator[bytes]:
        yield STATUS + b"Transfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"10000\r\n" + b"a" * 0x10000 + b"\r\n"

    kor.lie(path, lambda asked, honest: Raw(endless()))
    with pytest.raises(ProofError, match="sends more than the"):
        run(mys)
    goes_on(mys)


def test_endless_headers_are_cut_off(mys: Home, kor: HostilePartner) -> None:
    def endless() -> Iterator[bytes]:
        yield STATUS
        while True:
            yield b"X: " + b"a" * 1000 + b"\r\n"

    kor.lie("/checkpoint", lambda asked, honest: Raw(endless()))
    refused(mys, UnreachableError, "does not answer")


@pytest.mark.parametrize(
    "answer",
    [
        STATUS + b"Content-Length: 100\r\n\r\nshort",
        STATUS + b"Content-Length: -1\r\n\r\n",
        STATUS + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        STATUS + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX",
        b"\x15\x03\x01\x00\x02",
        b"HTTP/0.9\r\n\r\n",
        b"",
    ],
)
def test_broken_http_is_an_unreachable_partner(
    mys: Home, kor: HostilePartner, answer: bytes
) -> None:
    kor.lie("/checkpoint", Raw([answer]))
    refused(mys, UnreachableError, "does not answer")


def test_a_short_length_does_not_cut_what_was_signed(mys: Home, kor: HostilePartner) -> None:
    def cut(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        return Answer(honest().body, extra={"Content-Length": "20"})

    kor.lie("/checkpoint", cut)
    refused(mys, RefusedError, "content is not what its digest says")


def test_what_is_compressed_is_not_expanded(mys: Home, kor: HostilePartner) -> None:
    bomb = gzip.compress(b"a" * 30_000_000)
    assert len(bomb) < exchange.CHECKPOINT_BYTES
    kor.lie("/checkpoint", Answer(bomb, extra={"Content-Encoding": "gzip"}))
    refused(mys, SepakatError, "UTF-8")
    genuine = gzip.compress(kor.party.checkpoint())
    kor.lie("/checkpoint", Answer(genuine, extra={"Content-Encoding": "gzip"}))
    refused(mys, SepakatError, "UTF-8")


SLOW = {
    "body": [STATUS + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"],
    "headers": [STATUS, b"X: 1\r\n"],
    "status": [b"", b"HTTP/1.1 100 Continue\r\n\r\n"],
}


@pytest.mark.parametrize("part", SLOW)
def test_a_slow_partner_is_left(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """It sends a little, again and again, and never comes to an end."""
    monkeypatch.setattr(transport, "DEADLINE", 0.5)

    def dribble() -> Iterator[bytes]:
        head, more = SLOW[part]
        yield head
        while not kor.ended.wait(0.05):
            yield more

    kor.lie("/checkpoint", lambda asked, honest: Raw(dribble()))
    refused(mys, UnreachableError, "longer than")


# Who answers.


@pytest.mark.parametrize("path", PATHS)
def test_an_unsigned_answer_is_refused(mys: Home, kor: HostilePartner, path: str) -> None:
    kor.lie(path, lambda asked, honest: Answer(honest().body, is_signed=False))
    with pytest.raises(RefusedError, match="header field is missing"):
        run(mys)
    goes_on(mys)


def test_an_answer_that_another_key_signed_is_refused(mys: Home, kor: HostilePartner) -> None:
    stranger = SigningKey.generate()
    kor.lie("/checkpoint", lambda asked, honest: Answer(honest().body, key=stranger))
    refused(mys, RefusedError, "key is not registered")


def test_an_answer_changed_on_its_way_is_refused(mys: Home, kor: HostilePartner) -> None:
    """The signature's headers are right, for another body."""
    signed: dict[str, str] = {}

    def change(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        original = honest()
        signed.update(kor.signature(asked, original))
        return Answer(original.body.replace(b"\n3\n", b"\n2\n"), instead=signed)

    kor.lie("/checkpoint", change)
    refused(mys, RefusedError, "content is not what its digest says")
    assert signed


def test_an_answer_to_an_earlier_request_is_refused(mys: Home, kor: HostilePartner) -> None:
    kept: list[tuple[Answer, dict[str, str]]] = []

    def keep(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        answer = honest()
        kept.append((answer, kor.signature(asked, answer)))
        return answer

    kor.lie("/checkpoint", keep)
    assert run(mys).agreed
    answer, signature = kept[0]
    kor.party.company("d")
    kor.lie("/checkpoint", Answer(answer.body, instead=signature))
    refused(mys, RefusedError, "exactly one valid signature")


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_redirect_is_not_followed(mys: Home, kor: HostilePartner, is_signed: bool) -> None:
    there = {"Location": f"{kor.party.url}/elsewhere"}
    kor.lie("/checkpoint", Answer(b"moved", 302, is_signed=is_signed, extra=there))
    match = "status 302" if is_signed else "header field is missing"
    refused(mys, SepakatError, match)
    assert [asked.path for asked in kor.asked] == ["/checkpoint"]


@pytest.mark.parametrize(
    ("status", "match"),
    [(401, "does not take our signature"), (403, "refuses us"), (404, "no such"), (500, "500")],
)
def test_a_refusal_is_told(mys: Home, kor: HostilePartner, status: int, match: str) -> None:
    kor.lie("/checkpoint", Answer(b"no\n", status))
    refused(mys, SepakatError, match)


# The log.


def test_a_checkpoint_of_another_key_is_refused(mys: Home, kor: HostilePartner) -> None:
    stranger = Signer(kor.party.log_key.verifier.name, os.urandom(32))
    kor.lie("/checkpoint", kor.party.checkpoint(key=stranger))
    refused(mys, ProofError, "no known key has signed")


def test_a_checkpoint_of_another_log_is_refused(mys: Home, kor: HostilePartner) -> None:
    """Signed by the right key, for another origin."""
    root = kor.party.root_at(3)
    text = Checkpoint("other.example/log", 3, root).encode()
    note = f"{text}\n{kor.party.log_key.sign(text)}".encode()
    kor.lie("/checkpoint", note)
    refused(mys, ProofError, "it is of other.example/log")


def test_extension_lines_are_refused(mys: Home, kor: HostilePartner) -> None:
    text = Checkpoint(kor.party.card.origin, 3, kor.party.root_at(3)).encode() + "more\n"
    kor.lie("/checkpoint", f"{text}\n{kor.party.log_key.sign(text)}".encode())
    refused(mys, SepakatError, "exactly three lines")


@pytest.mark.parametrize("size", [2**62, 2**63 - 1, mirror.MAX_GROWTH + 1])
def test_a_size_beyond_all_measure_is_refused(mys: Home, kor: HostilePartner, size: int) -> None:
    note = sign_checkpoint(Checkpoint(kor.party.card.origin, size, b"\1" * 32), kor.party.log_key)
    kor.lie("/checkpoint", note)
    refused(mys, ProofError, "has grown by")
    assert [asked.path for asked in kor.asked] == ["/checkpoint"]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda bundle: bundle[:-1], "ends within entry 2 of 3"),
        (lambda bundle: bundle[: 2 * 34], "ends within entry 2 of 3"),
        (lambda bundle: bundle + b"\0", "1 bytes follow"),
        (lambda bundle: bundle[:68] + b"\0\x1f" + bundle[71:], "not a commitment of 32 bytes"),
        (lambda bundle: b"\0\0" + b"\0\0" + bundle[68:], "not a commitment of 32 bytes"),
        (lambda bundle: bundle[:-1] + bytes([bundle[-1] ^ 1]), "do not give the signed root"),
        (lambda bundle: bundle[34:68] + bundle[:34] + bundle[68:], "do not give the signed root"),
    ],
    ids=["cut", "entry-missing", "too-long", "short-entry", "empty-entries", "bit", "order"],
)
def test_a_damaged_bundle_is_refused_without_an_accusation(
    mys: Home, kor: HostilePartner, change: Callable[[bytes], bytes], match: str
) -> None:
    kor.lie("/tile/", lambda asked, honest: Answer(change(honest().body)))
    refused(mys, ProofError, match)
    kor.lies.clear()
    assert run(mys).agreed


def test_a_bundle_damaged_on_its_way_later_is_refused_without_an_accusation(
    mys: Home, kor: HostilePartner
) -> None:
    """Where there are leaves already, damage must not look like another history."""
    run(mys)
    kor.party.company("d")
    kor.lie("/tile/", lambda asked, honest: Answer(honest().body[:-1] + b"\0"))
    refused(mys, ProofError, "do not give the signed root")
    kor.lies.clear()
    assert run(mys).agreed


def test_a_rewound_log_is_cheating(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    kor.lie("/checkpoint", kor.party.checkpoint(2))
    known, new = frozen(mys, kor.party, "the log was at 3 and is served at 2")
    assert (known.size, new.size) == (3, 2)


def test_an_empty_log_where_there_were_leaves_is_cheating(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    kor.lie("/checkpoint", kor.party.checkpoint(0))
    frozen(mys, kor.party, "the log was at 3 and is served at 0")


def test_two_roots_of_one_size_are_cheating(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    other = kor.party.fork(2)
    other.company("z")
    kor.lie("/checkpoint", other.checkpoint())
    known, new = frozen(mys, kor.party, "two roots at size 3")
    assert known.size == new.size
    assert known.root != new.root


def test_proof_is_lost_when_somebody_freezes_again(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    other = kor.party.fork(2)
    other.company("z")
    kor.lie("/checkpoint", other.checkpoint())
    frozen(mys, kor.party, "two roots at size 3")
    first = bytes(partners.get("KOR").proof)
    partners.unfreeze(mys, REGISTRY, "KOR", "Settled.")
    partners.freeze(mys, REGISTRY, "KOR", "By hand.")
    assert bytes(partners.get("KOR").proof) == first
    partners.unfreeze(mys, REGISTRY, "KOR", "Settled again.")
    partners.freeze(mys, REGISTRY, "KOR", "It did more.", b"more")
    assert bytes(partners.get("KOR").proof) == first + b"\nmore"


@pytest.mark.parametrize("more", [1, 300])
def test_a_rewritten_log_is_cheating(mys: Home, kor: HostilePartner, more: int) -> None:
    """It serves a whole log that has grown, and that is not the one that was here."""
    run(mys)
    other = kor.party.fork(1)
    for number in range(more + 2):
        other.company(f"z-{number}")
    kor.party.leaves = other.leaves
    known, new = frozen(mys, kor.party, "rewritten below size 3")
    assert (known.size, new.size) == (3, 3 + more)
    assert other.root_at(3) != known.root
    assert shows_another_history(bytes(partners.get("KOR").proof), known, new)


def test_a_fork_between_what_was_pushed_and_what_is_served_is_cheating(
    mys: Home, kor: HostilePartner
) -> None:
    """It had us cosign one history and serves another, of the same size, and a longer one."""
    run(mys)
    pushed = kor.party.fork(3)
    pushed.company("pushed")
    push(mys, kor.party, pushed, 3)
    kor.party.company("served")
    known, new = frozen(mys, kor.party, "two roots at size 4")
    assert known.root == pushed.root_at(4)
    assert new.root == kor.party.root_at(4)


def test_a_longer_log_without_what_was_pushed_is_cheating(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    pushed = kor.party.fork(3)
    pushed.company("pushed")
    push(mys, kor.party, pushed, 3)
    kor.party.company("served")
    kor.party.company("more")
    known, new = frozen(mys, kor.party, "rewritten below size 4")
    assert (known.size, new.size) == (4, 5)
    assert known.root == pushed.root_at(4) != kor.party.root_at(4)
    assert shows_another_history(bytes(partners.get("KOR").proof), known, new)


def test_an_older_fork_that_is_pushed_is_cheating(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    honest, other = kor.party.fork(2), kor.party.fork(1)
    other.company("z")
    with pytest.raises(WitnessError) as refused:
        push(mys, kor.party, honest, 0)
    assert (refused.value.status, refused.value.size) == (409, 3)
    with pytest.raises(mirror.CheatingError, match="two roots at size 2") as caught:
        push(mys, kor.party, other, 0)
    key = parse_vkey(kor.party.card.log_key)
    old, new = (open_checkpoint(note, key).checkpoint for note in two_notes(caught.value.proof))
    assert (old.size, new.size) == (2, 3)
    assert shows_another_history(caught.value.proof, old, new)
    goes_on(mys)


def stranger_line(name: str, vkey: str) -> str:
    """A line in the name and the key ID of somebody's, who has not signed."""
    return str(Signature(name, parse_vkey(vkey).key_id, bytes(72)))


@pytest.mark.parametrize("count", [1, 99])
def test_lines_in_others_names_fail_the_audit_of_our_exports(
    mys: Home, kor: HostilePartner, tmp_path: Path, count: int
) -> None:
    """Of a witness that is registered here, and as many of strangers' as a note can have."""
    tur = Party("TUR")
    register(mys, tur)
    lines = [stranger_line(tur.card.witness_key.partition("+")[0], tur.card.witness_key)]
    lines += [
        str(Signature(f"stranger-{number}.example", bytes(4), bytes(72)))
        for number in range(count - 1)
    ]
    note = kor.party.checkpoint() + "".join(lines).encode()
    kor.lie("/checkpoint", note)
    run(mys)
    export(mys, REGISTRY, tmp_path / "out")
    report = audit(tmp_path / "out", REGISTRY)
    assert report.findings == []
    kor.lies.clear()
    kor.party.company("later")
    assert run(mys).agreed


def test_a_cosignature_of_a_time_to_come_is_kept(mys: Home, kor: HostilePartner) -> None:
    def late(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        sent = parse_add_checkpoint(asked.body).checkpoint
        return Answer(cosign(sent, kor.party.witness, 2**62).encode())

    kor.lie("/add-checkpoint", late)
    with pytest.raises(ProofError, match="a time that is still to come"):
        run(mys)
    assert Log.objects.get(nation="MYS").cosigned_size == 0


def test_a_log_shorter_than_what_was_pushed_is_cheating(mys: Home, kor: HostilePartner) -> None:
    run(mys)
    pushed = kor.party.fork(3)
    pushed.company("pushed")
    push(mys, kor.party, pushed, 3)
    known, new = frozen(mys, kor.party, "was at 4 and is served at 3")
    assert (known.size, new.size) == (4, 3)


def push(mys: Home, party: Party, log: Party, old: int) -> None:
    """Have our witness cosign a checkpoint, as the partner's request would."""
    asked = AddCheckpoint(old, log.consistency_proof(old), log.checkpoint())
    mirror.witness(mys, party.card, asked)


def test_what_is_pushed_during_an_exchange_accuses_nobody(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An honest partner says more and has it cosigned while its older answer is on its way."""
    run(mys)
    fetch = Transport.get

    def overtaken(self: Transport, path: str, limit: int) -> bytes:
        data = fetch(self, path, limit)
        if path == "/checkpoint" and kor.party.size == 3:
            kor.party.company("meanwhile")
            push(mys, kor.party, kor.party, 3)
        return data

    monkeypatch.setattr(Transport, "get", overtaken)
    run(mys)
    assert not partners.get("KOR").frozen
    outcome = run(mys)
    assert (outcome.leaves, outcome.records, outcome.agreed) == (1, 1, True)


@pytest.mark.parametrize("step", ["reading its log", "reading what it discloses"])
def test_a_partner_that_is_frozen_meanwhile_is_read_on(
    mys: Home, kor: HostilePartner, step: str
) -> None:
    """As when its key has been stolen, and an exchange with the thief is under way."""
    seen: list[tuple[object, ...]] = []

    def freeze(said: str) -> None:
        if said == step:
            partners.freeze(mys, REGISTRY, "KOR", "Its exchange key was stolen.")
            seen.append(held())

    with pytest.raises(RefusedError, match="KOR is frozen since"):
        exchange.exchange(mys, REGISTRY, "KOR", freeze)
    assert [held()] == seen


@pytest.mark.django_db(transaction=True)
def test_nothing_is_fetched_while_others_wait_to_write(mys: Home, kor: HostilePartner) -> None:
    """Else a partner could stop the node at mys by answering slowly."""
    run(mys)
    other = kor.party.fork(1)
    for number in range(9):
        other.company(f"z-{number}")
    asked: list[str] = []
    is_waiting: list[bool] = []

    def fetch(path: TilePath) -> bytes:
        asked.append(str(path))
        is_waiting.append(connection.in_atomic_block)
        return other.bundle(path.index, path.width)

    with pytest.raises(mirror.CheatingError):
        mirror.follow(mys, kor.party.card, other.checkpoint, fetch)
    assert not any(is_waiting)
    assert asked == ["tile/entries/000.p/10"] * 2


def test_an_honest_log_that_takes_its_first_steps_is_followed(
    mys: Home, kor: HostilePartner
) -> None:
    """From nothing, over a full bundle and several tiles."""
    kor.party.leaves.clear()
    assert run(mys).agreed
    for size in (1, 255, 256, 257, 513):
        while kor.party.size < size:
            kor.party.company(f"n-{kor.party.size}")
        outcome = run(mys)
        assert outcome.agreed
        assert Log.objects.get(nation="KOR").size == size


# The witness.


def test_a_false_cosignature_is_refused(mys: Home, kor: HostilePartner) -> None:
    """The line names the right key, over another note."""
    line = cosign(kor.party.checkpoint(), kor.party.witness, clock.unix())
    kor.lie("/add-checkpoint", line.encode())
    with pytest.raises(ProofError, match="does not verify"):
        run(mys)
    assert Log.objects.get(nation="MYS").cosigned_size == 0
    goes_on(mys)


def test_a_cosignature_of_another_key_is_refused(mys: Home, kor: HostilePartner) -> None:
    stranger = Signer(kor.party.witness.verifier.name, os.urandom(32), KeyType.COSIGNATURE)
    note = bytes(Log.objects.get(nation="MYS").checkpoint)
    kor.lie("/add-checkpoint", cosign(note, stranger, clock.unix()).encode())
    with pytest.raises(ProofError, match="has not cosigned"):
        run(mys)


def test_a_witness_speaks_for_itself_alone(mys: Home, kor: HostilePartner) -> None:
    """What it says in another witness's name would stand in our note, and spoil it for others."""
    tur = Party("TUR")
    register(mys, tur)
    forged = Signature(tur.witness.verifier.name, tur.witness.verifier.key_id, b"\1" * 72)
    many = [Signature(f"nobody-{n}", b"\1" * 4, b"\1" * 72) for n in range(120)]

    def more(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        return Answer(honest().body + "".join(map(str, [forged, *many])).encode())

    kor.lie("/add-checkpoint", more)
    size = run(mys).cosigned
    own = Log.objects.get(nation="MYS")
    assert size == own.cosigned_size == own.size
    names = [signature.name for signature in parse_note(bytes(own.cosigned)).signatures]
    assert names == [mys.config.origin, kor.party.witness.verifier.name]


def test_the_second_witness_leaves_the_first_ones_line(mys: Home, kor: HostilePartner) -> None:
    with serving_partner(Party("TUR")) as tur:
        tur.peer = mys.card()
        register(mys, tur.party)
        run(mys)
        assert run(mys, "TUR").agreed
        cosigners = [parse_vkey(p.party.card.witness_key) for p in (kor, tur)]
        note = bytes(Log.objects.get(nation="MYS").cosigned)
        opened = open_checkpoint(note, parse_vkey(mys.card().log_key), cosigners)
        assert [line.name for line in opened.cosignatures] == [key.name for key in cosigners]


@pytest.mark.parametrize(
    ("size", "error", "match"),
    [
        (b"1000000\n", ProofError, "says that it has cosigned our log at 1,000,000"),
        (b"-1\n", ProofError, "names no size"),
        (b"1_0\n", ProofError, "names no size"),
        (b"0\n", UnreachableError, "does not cosign"),
    ],
)
def test_a_witness_that_names_a_false_size_is_told(
    mys: Home, kor: HostilePartner, size: bytes, error: type[SepakatError], match: str
) -> None:
    kor.lie("/add-checkpoint", Answer(size, 409))
    with pytest.raises(error, match=match):
        run(mys)
    goes_on(mys)


# The state.


@pytest.mark.parametrize(
    "state",
    [
        {"digest": "\x1b[31m" + "a" * 59},
        {"digest": 5},
        {"digest": "A" * 64},
        {"sizes": {"MYS": 0}},
        {"sizes": {"MYS": True, "KOR": 3}},
        {"sizes": {"MYS": -1, "KOR": 3}},
        {"sizes": [1, 2]},
        {"more": 1},
    ],
)
def test_what_is_no_state_is_refused(
    mys: Home, kor: HostilePartner, state: dict[str, object]
) -> None:
    kor.lie("/exchange/state", lambda asked, honest: Answer(kor.state(**state)))
    with pytest.raises(ProofError, match="/exchange/state: not a state"):
        run(mys)


def test_another_state_is_told(mys: Home, kor: HostilePartner) -> None:
    kor.lie("/exchange/state", lambda asked, honest: Answer(kor.state(digest="0" * 64)))
    assert run(mys).agreed is False


def test_a_withheld_record_shows_in_the_comparison(mys: Home, kor: HostilePartner) -> None:
    kor.lie(
        "/exchange/disclosures",
        lambda asked, honest: Answer(page([kor.party.record(mys.card(), i) for i in (0, 2)], 3)),
    )
    outcome = run(mys)
    assert (outcome.records, outcome.agreed) == (2, False)
