"""A partner that lies over real HTTP: refused, told, nothing kept, and home goes on."""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from sepakat.node import exchange, mirror, partners, rebuild, transport
from sepakat.node.home import Home
from sepakat.node.models import Leaf, Log, Object, Statement, Tile
from sepakat.node.transport import Transport, UnreachableError
from sepakat.record.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from sepakat.record.errors import ProofError, RefusedError, SepakatError
from sepakat.record.keys import SigningKey
from sepakat.record.note import Signer, parse_vkey
from sepakat.record.tile import TilePath
from sepakat.record.witness import AddCheckpoint
from sepakat.vocabulary import REGISTRY
from support.hostile import Answer, Asked, HostilePartner, Raw, serving_partner
from support.inprocess import company, new_node
from support.party import Party

pytestmark = pytest.mark.django_db

STATUS = b"HTTP/1.1 200 OK\r\n"
PATHS = ("/checkpoint", "/tile/", "/exchange/disclosures", "/add-checkpoint", "/exchange/state")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_node(tmp_path / "MYS")


@pytest.fixture
def kor(home: Home) -> Iterator[HostilePartner]:
    """A partner that has said a few things, registered here, and not yet told to lie."""
    party = Party("KOR")
    for name in ("a", "b", "c"):
        party.company(name)
    with serving_partner(party) as served:
        served.peer = home.card()
        register(home, party)
        yield served


def register(home: Home, party: Party) -> None:
    partners.register(home, REGISTRY, party.card, party.card.fingerprint)


def run(home: Home, nation: str = "KOR") -> exchange.Outcome:
    return exchange.exchange(home, REGISTRY, nation)


def held(nation: str = "KOR") -> tuple[object, ...]:
    """All that is stored of what a partner has sent."""
    log = Log.objects.get(nation=nation)
    return (
        log.size,
        bytes(log.root),
        bytes(log.checkpoint),
        log.cosigned_size,
        bytes(log.cosigned),
        log.memory,
        Leaf.objects.filter(nation=nation).count(),
        Tile.objects.filter(nation=nation).count(),
        Statement.objects.filter(nation=nation).count(),
        Object.objects.filter(owner=nation).count(),
        partners.get(nation).disclosed,
    )


def goes_on(home: Home) -> None:
    """The node speaks on at home, and its tables are what its record says."""
    before = Log.objects.get(nation="MYS").size
    assert company(home, f"after-{before}").index == before
    rebuild.check(home, REGISTRY)


def refused(
    home: Home, error: type[SepakatError], match: str, *, kept: tuple[object, ...] | None = None
) -> None:
    """The exchange fails so, the partner's problem says it, and nothing is stored or frozen."""
    before = held() if kept is None else kept
    with pytest.raises(error, match=match) as caught:
        run(home)
    assert held() == before
    partner = partners.get("KOR")
    assert partner.problem.endswith(str(caught.value))
    assert not partner.frozen
    goes_on(home)


def frozen(home: Home, party: Party, match: str) -> tuple[Checkpoint, Checkpoint]:
    """The exchange is taken for cheating: nothing stored, the partner frozen, the proof kept.

    Gives the two checkpoints of the proof, as its keeper would open them.
    """
    before = held()
    with pytest.raises(mirror.CheatingError, match=match):
        run(home)
    assert held() == before
    return proven(home, party, match)


def proven(home: Home, party: Party, match: str) -> tuple[Checkpoint, Checkpoint]:
    partner = partners.get("KOR")
    assert match in partner.frozen
    [thing] = Object.objects.filter(kind="partner", id="MYS-partner-kor")
    assert thing.state == "frozen"
    one, two = two_notes(bytes(partner.proof))
    key = parse_vkey(party.card.log_key)
    with pytest.raises(RefusedError, match="is frozen since"):
        run(home)
    goes_on(home)
    return open_checkpoint(one, key).checkpoint, open_checkpoint(two, key).checkpoint


def two_notes(proof: bytes) -> tuple[bytes, bytes]:
    """Each note ends with its signature lines, and an empty line stands between the two."""
    text, signatures, second, *rest = proof.split(b"\n\n")
    first = text + b"\n\n" + signatures + b"\n"
    return first, b"\n\n".join([second, *rest])


# Honest.


def test_an_honest_partner_is_believed(home: Home, kor: HostilePartner) -> None:
    """What the tests below change by one lie each."""
    outcome = run(home)
    assert (outcome.leaves, outcome.records, outcome.agreed) == (3, 3, True)
    assert outcome.cosigned == Log.objects.get(nation="MYS").size
    assert kor.faults == []
    again = run(home)
    assert (again.leaves, again.records, again.agreed) == (0, 0, True)
    kor.party.company("d")
    third = run(home)
    assert (third.leaves, third.records, third.agreed) == (1, 1, True)
    goes_on(home)


# What is no answer at all.


def test_a_partner_that_is_down_is_told(home: Home, kor: HostilePartner) -> None:
    kor.stop()
    refused(home, UnreachableError, "KOR's node does not answer")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "garbage", [b"", b"\x00\xff" * 50, b"{", b"[]", b"null", b"9" * 5000, "é—".encode() * 20]
)
def test_garbage_is_refused(home: Home, kor: HostilePartner, path: str, garbage: bytes) -> None:
    kor.lie(path, garbage)
    with pytest.raises(SepakatError) as caught:
        run(home)
    assert partners.get("KOR").problem.endswith(str(caught.value))
    assert not partners.get("KOR").frozen
    if path == "/checkpoint" or path == "/tile/":
        assert Log.objects.get(nation="KOR").size == 0
    goes_on(home)
    kor.lies.clear()
    assert run(home).agreed


def test_deep_nesting_is_refused(home: Home, kor: HostilePartner) -> None:
    deep = b'{"next":3,"records":' + b"[" * 5000 + b"]" * 5000 + b"}"
    for path in ("/exchange/disclosures", "/exchange/state"):
        kor.lies.clear()
        kor.lie(path, deep)
        with pytest.raises(ProofError, match=path):
            run(home)


@pytest.mark.parametrize("path", PATHS)
def test_an_endless_body_is_cut_off(home: Home, kor: HostilePartner, path: str) -> None:
    def endless() -> Iterator[bytes]:
        yield STATUS + b"Transfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"10000\r\n" + b"a" * 0x10000 + b"\r\n"

    kor.lie(path, lambda asked, honest: Raw(endless()))
    with pytest.raises(ProofError, match="sends more than the"):
        run(home)
    goes_on(home)


def test_endless_headers_are_cut_off(home: Home, kor: HostilePartner) -> None:
    def endless() -> Iterator[bytes]:
        yield STATUS
        while True:
            yield b"X: " + b"a" * 1000 + b"\r\n"

    kor.lie("/checkpoint", lambda asked, honest: Raw(endless()))
    refused(home, UnreachableError, "does not answer")


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
    home: Home, kor: HostilePartner, answer: bytes
) -> None:
    kor.lie("/checkpoint", Raw([answer]))
    refused(home, UnreachableError, "does not answer")


def test_a_short_length_does_not_cut_what_was_signed(home: Home, kor: HostilePartner) -> None:
    def cut(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        return Answer(honest().body, extra={"Content-Length": "20"})

    kor.lie("/checkpoint", cut)
    refused(home, RefusedError, "content is not what its digest says")


def test_what_is_compressed_is_not_expanded(home: Home, kor: HostilePartner) -> None:
    bomb = gzip.compress(b"a" * 30_000_000)
    assert len(bomb) < exchange.CHECKPOINT_BYTES
    kor.lie("/checkpoint", Answer(bomb, extra={"Content-Encoding": "gzip"}))
    refused(home, SepakatError, "UTF-8")
    genuine = gzip.compress(kor.party.checkpoint())
    kor.lie("/checkpoint", Answer(genuine, extra={"Content-Encoding": "gzip"}))
    refused(home, SepakatError, "UTF-8")


SLOW = {
    "body": [STATUS + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"],
    "headers": [STATUS, b"X: 1\r\n"],
    "status": [b"", b"HTTP/1.1 100 Continue\r\n\r\n"],
}


@pytest.mark.parametrize("part", SLOW)
def test_a_slow_partner_is_left(
    home: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """It sends a little, again and again, and never comes to an end."""
    monkeypatch.setattr(transport, "DEADLINE", 0.5)

    def dribble() -> Iterator[bytes]:
        head, more = SLOW[part]
        yield head
        while not kor.ended.wait(0.05):
            yield more

    kor.lie("/checkpoint", lambda asked, honest: Raw(dribble()))
    refused(home, UnreachableError, "longer than")


# Who answers.


@pytest.mark.parametrize("path", PATHS)
def test_an_unsigned_answer_is_refused(home: Home, kor: HostilePartner, path: str) -> None:
    kor.lie(path, lambda asked, honest: Answer(honest().body, is_signed=False))
    with pytest.raises(RefusedError, match="header field is missing"):
        run(home)
    goes_on(home)


def test_an_answer_that_another_key_signed_is_refused(home: Home, kor: HostilePartner) -> None:
    stranger = SigningKey.generate()
    kor.lie("/checkpoint", lambda asked, honest: Answer(honest().body, key=stranger))
    refused(home, RefusedError, "key is not registered")


def test_an_answer_changed_on_its_way_is_refused(home: Home, kor: HostilePartner) -> None:
    """The signature's headers are right, for another body."""
    signed: dict[str, str] = {}

    def change(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        original = honest()
        signed.update(kor.signature(asked, original))
        return Answer(original.body.replace(b"\n3\n", b"\n2\n"), instead=signed)

    kor.lie("/checkpoint", change)
    refused(home, RefusedError, "content is not what its digest says")
    assert signed


def test_an_answer_to_an_earlier_request_is_refused(home: Home, kor: HostilePartner) -> None:
    kept: list[tuple[Answer, dict[str, str]]] = []

    def keep(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        answer = honest()
        kept.append((answer, kor.signature(asked, answer)))
        return answer

    kor.lie("/checkpoint", keep)
    assert run(home).agreed
    answer, signature = kept[0]
    kor.party.company("d")
    kor.lie("/checkpoint", Answer(answer.body, instead=signature))
    refused(home, RefusedError, "exactly one valid signature")


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_redirect_is_not_followed(home: Home, kor: HostilePartner, is_signed: bool) -> None:
    there = {"Location": f"{kor.party.url}/elsewhere"}
    kor.lie("/checkpoint", Answer(b"moved", 302, is_signed=is_signed, extra=there))
    match = "status 302" if is_signed else "header field is missing"
    refused(home, SepakatError, match)
    assert [asked.path for asked in kor.asked] == ["/checkpoint"]


@pytest.mark.parametrize(
    ("status", "match"),
    [(401, "does not take our signature"), (403, "refuses us"), (404, "no such"), (500, "500")],
)
def test_a_refusal_is_told(home: Home, kor: HostilePartner, status: int, match: str) -> None:
    kor.lie("/checkpoint", Answer(b"no\n", status))
    refused(home, SepakatError, match)


# The log.


def test_a_checkpoint_of_another_key_is_refused(home: Home, kor: HostilePartner) -> None:
    stranger = Signer(kor.party.log_key.verifier.name, os.urandom(32))
    kor.lie("/checkpoint", kor.party.checkpoint(key=stranger))
    refused(home, ProofError, "no known key has signed")


def test_a_checkpoint_of_another_log_is_refused(home: Home, kor: HostilePartner) -> None:
    """Signed by the right key, for another origin."""
    root = kor.party.root_at(3)
    text = Checkpoint("other.example/log", 3, root).encode()
    note = f"{text}\n{kor.party.log_key.sign(text)}".encode()
    kor.lie("/checkpoint", note)
    refused(home, ProofError, "it is of other.example/log")


def test_extension_lines_are_refused(home: Home, kor: HostilePartner) -> None:
    text = Checkpoint(kor.party.card.origin, 3, kor.party.root_at(3)).encode() + "more\n"
    kor.lie("/checkpoint", f"{text}\n{kor.party.log_key.sign(text)}".encode())
    refused(home, SepakatError, "exactly three lines")


@pytest.mark.parametrize("size", [2**62, 2**63 - 1, mirror.MAX_GROWTH + 1])
def test_a_size_beyond_all_measure_is_refused(home: Home, kor: HostilePartner, size: int) -> None:
    note = sign_checkpoint(Checkpoint(kor.party.card.origin, size, b"\1" * 32), kor.party.log_key)
    kor.lie("/checkpoint", note)
    refused(home, ProofError, "has grown by")
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
    home: Home, kor: HostilePartner, change: Callable[[bytes], bytes], match: str
) -> None:
    kor.lie("/tile/", lambda asked, honest: Answer(change(honest().body)))
    refused(home, ProofError, match)
    kor.lies.clear()
    assert run(home).agreed


def test_a_bundle_damaged_on_its_way_later_is_refused_without_an_accusation(
    home: Home, kor: HostilePartner
) -> None:
    """Where there are leaves already, damage must not look like another history."""
    run(home)
    kor.party.company("d")
    kor.lie("/tile/", lambda asked, honest: Answer(honest().body[:-1] + b"\0"))
    refused(home, ProofError, "do not give the signed root")
    kor.lies.clear()
    assert run(home).agreed


def test_a_rewound_log_is_cheating(home: Home, kor: HostilePartner) -> None:
    run(home)
    kor.lie("/checkpoint", kor.party.checkpoint(2))
    known, new = frozen(home, kor.party, "the log was at 3 and is served at 2")
    assert (known.size, new.size) == (3, 2)


def test_an_empty_log_where_there_were_leaves_is_cheating(home: Home, kor: HostilePartner) -> None:
    run(home)
    kor.lie("/checkpoint", kor.party.checkpoint(0))
    frozen(home, kor.party, "the log was at 3 and is served at 0")


def test_two_roots_of_one_size_are_cheating(home: Home, kor: HostilePartner) -> None:
    run(home)
    other = kor.party.fork(2)
    other.company("z")
    kor.lie("/checkpoint", other.checkpoint())
    known, new = frozen(home, kor.party, "two roots at size 3")
    assert known.size == new.size
    assert known.root != new.root


@pytest.mark.parametrize("more", [1, 300])
def test_a_rewritten_log_is_cheating(home: Home, kor: HostilePartner, more: int) -> None:
    """It serves a whole log that has grown, and that is not the one that was here."""
    run(home)
    other = kor.party.fork(1)
    for number in range(more + 2):
        other.company(f"z-{number}")
    kor.party.leaves = other.leaves
    known, new = frozen(home, kor.party, "rewritten below size 3")
    assert (known.size, new.size) == (3, 3 + more)
    assert other.root_at(3) != known.root


def test_a_fork_between_what_was_pushed_and_what_is_served_is_cheating(
    home: Home, kor: HostilePartner
) -> None:
    """It had us cosign one history and serves another, of the same size, and a longer one."""
    run(home)
    pushed = kor.party.fork(3)
    pushed.company("pushed")
    push(home, kor.party, pushed, 3)
    kor.party.company("served")
    known, new = frozen(home, kor.party, "two roots at size 4")
    assert known.root == pushed.root_at(4)
    assert new.root == kor.party.root_at(4)


def test_a_longer_log_without_what_was_pushed_is_cheating(home: Home, kor: HostilePartner) -> None:
    run(home)
    pushed = kor.party.fork(3)
    pushed.company("pushed")
    push(home, kor.party, pushed, 3)
    kor.party.company("served")
    kor.party.company("more")
    known, new = frozen(home, kor.party, "rewritten below size 4")
    assert (known.size, new.size) == (4, 5)
    assert known.root == pushed.root_at(4) != kor.party.root_at(4)


def test_a_log_shorter_than_what_was_pushed_is_cheating(home: Home, kor: HostilePartner) -> None:
    run(home)
    pushed = kor.party.fork(3)
    pushed.company("pushed")
    push(home, kor.party, pushed, 3)
    known, new = frozen(home, kor.party, "was at 4 and is served at 3")
    assert (known.size, new.size) == (4, 3)


def push(home: Home, party: Party, log: Party, old: int) -> None:
    """Have our witness cosign a checkpoint, as the partner's request would."""
    asked = AddCheckpoint(old, log.consistency_proof(old), log.checkpoint())
    mirror.witness(home, party.card, asked)


def test_what_is_pushed_during_an_exchange_accuses_nobody(
    home: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An honest partner says more and has it cosigned while its older answer is on its way."""
    run(home)
    fetch = Transport.get

    def overtaken(self: Transport, path: str, limit: int) -> bytes:
        data = fetch(self, path, limit)
        if path == "/checkpoint" and kor.party.size == 3:
            kor.party.company("meanwhile")
            push(home, kor.party, kor.party, 3)
        return data

    monkeypatch.setattr(Transport, "get", overtaken)
    run(home)
    assert not partners.get("KOR").frozen
    outcome = run(home)
    assert (outcome.leaves, outcome.records, outcome.agreed) == (1, 1, True)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_fetched_while_others_wait_to_write(home: Home, kor: HostilePartner) -> None:
    """Else a partner could stop the node at home by answering slowly."""
    run(home)
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
        mirror.follow(home, kor.party.card, other.checkpoint, fetch)
    assert not any(is_waiting)
    assert asked == ["tile/entries/000.p/10"] * 2
