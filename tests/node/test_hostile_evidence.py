"""A partner that sends other files than it has registered, or none, or without end."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from sepakat.node import exchange, partners
from sepakat.node.evidence import EvidenceStore
from sepakat.node.exchange import evidence_context
from sepakat.node.home import Home
from sepakat.node.ledger import Draft
from sepakat.node.models import Log
from sepakat.node.recording import Batch, destroy_files, record
from sepakat.node.transport import UnreachableError
from sepakat.record.errors import ProofError, RefusedError, SepakatError
from sepakat.record.keys import decode_base64
from sepakat.record.seal import SealingPublicKey, seal
from sepakat.vocabulary import REGISTRY
from support.exchanging import goes_on, run
from support.hostile import Answer, Asked, HostilePartner
from support.inprocess import BOTH, say

pytestmark = pytest.mark.django_db

FILE = b"What was delivered." * 100
NAMED = sha256(FILE).hexdigest()


def names_a_file(kor: HostilePartner, content: bytes = FILE, about: str = "KOR-evidence") -> str:
    """Have the partner register a file; its name."""
    name = sha256(content).hexdigest()
    body = {"title": "A report", "media_type": "text/plain", "filename": "report.txt"}
    body |= {"sha256": name, "size": len(content)}
    kor.party.say("evidence", about, "register", body=body)
    return name


def sealed(
    kor: HostilePartner, mys: Home, content: bytes, name: str = NAMED, start: int = 0
) -> bytes:
    key = SealingPublicKey.from_bytes(decode_base64(mys.card().sealing_key))
    return seal(content, key, evidence_context(kor.party.card, name, start))


def test_a_file_that_is_not_the_one_registered_is_refused(mys: Home, kor: HostilePartner) -> None:
    names_a_file(kor)
    kor.lie("/exchange/evidence/", sealed(kor, mys, FILE + b"!"))
    with pytest.raises(ProofError, match="KOR-evidence: a file that is not the one registered"):
        run(mys)
    assert not EvidenceStore(mys).has(NAMED)
    assert not EvidenceStore(mys).has(sha256(FILE + b"!").hexdigest())
    goes_on(mys)


def test_a_file_of_a_partner_that_is_frozen_meanwhile_is_kept(
    mys: Home, kor: HostilePartner
) -> None:
    names_a_file(kor)
    kor.lie("/exchange/evidence/", sealed(kor, mys, FILE))

    def freeze(said: str) -> None:
        if said == "fetching report.txt":
            partners.freeze(mys, REGISTRY, "KOR", "Its exchange key was stolen.")

    with pytest.raises(RefusedError, match="KOR is frozen since"):
        exchange.exchange(mys, REGISTRY, "KOR", freeze)
    assert not EvidenceStore(mys).has(NAMED)


@pytest.mark.parametrize("body", [b"", FILE, b"SPKS\x01\xff\xff", b"SPKS\x01\x00\x00"])
def test_a_file_that_does_not_open_is_refused(mys: Home, kor: HostilePartner, body: bytes) -> None:
    names_a_file(kor)
    kor.lie("/exchange/evidence/", body)
    with pytest.raises(ProofError, match="KOR-evidence: the sealed record does not open"):
        run(mys)


@pytest.mark.parametrize(("name", "start"), [("ab" * 32, 0), (NAMED, 1)])
def test_a_file_sealed_as_another_or_as_a_later_piece_is_refused(
    mys: Home, kor: HostilePartner, name: str, start: int
) -> None:
    names_a_file(kor)
    kor.lie("/exchange/evidence/", sealed(kor, mys, FILE, name, start))
    with pytest.raises(ProofError, match="does not open"):
        run(mys)


@pytest.mark.parametrize(
    ("answer", "error"),
    [(Answer(b"no\n", 500), UnreachableError), (Answer(b"garbage"), ProofError)],
)
def test_a_file_that_cannot_be_taken_keeps_a_later_one_back(
    mys: Home, kor: HostilePartner, answer: Answer, error: type[SepakatError]
) -> None:
    names_a_file(kor)
    later = b"the later one"
    name = names_a_file(kor, later, "KOR-evidence-later")

    def first_fails(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        return answer if NAMED in asked.path else Answer(sealed(kor, mys, later, name))

    kor.lie("/exchange/evidence/", first_fails)
    with pytest.raises(error, match="KOR-evidence"):
        run(mys)
    assert "KOR-evidence" in partners.get("KOR").problem
    assert EvidenceStore(mys).read(name) == later


def test_a_file_that_we_destroyed_is_not_brought_back_by_a_partners_record(
    mys: Home, kor: HostilePartner
) -> None:
    EvidenceStore(mys).add(FILE)
    body = {"title": "Ours", "sha256": NAMED, "size": len(FILE), "media_type": "text/plain"}
    say(mys, "evidence", "MYS-ours", "register", BOTH, **body, filename="ours.txt")
    draft = Draft("evidence", "MYS-ours", "destroy", {"reason": "Asked."}, role="administrator")
    record(mys, Batch([draft]))
    destroy_files(mys)
    names_a_file(kor)
    kor.lie("/exchange/evidence/", sealed(kor, mys, FILE))
    assert run(mys).files == 0
    assert not EvidenceStore(mys).has_trace(NAMED)


def test_a_piece_without_end_is_cut_off(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "EVIDENCE_PIECE", 1000)
    names_a_file(kor)
    kor.lie("/exchange/evidence/", bytes(100_000))
    with pytest.raises(ProofError, match="sends more than"):
        run(mys)


def test_pieces_without_end_are_cut_off(
    mys: Home, kor: HostilePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "EVIDENCE_PIECE", 100)
    monkeypatch.setattr(exchange, "MAX_EVIDENCE", 1000)
    names_a_file(kor)
    asked = []

    def piece(request: Asked, honest: Callable[[], Answer]) -> Answer:
        asked.append(request.number("from"))
        return Answer(sealed(kor, mys, bytes(100), start=asked[-1]))

    kor.lie("/exchange/evidence/", piece)
    with pytest.raises(ProofError, match="KOR-evidence: a file of more than 1,000 bytes"):
        run(mys)
    assert asked == list(range(0, 1001, 100))


def test_a_file_that_cannot_be_had_keeps_nothing_else_back(mys: Home, kor: HostilePartner) -> None:
    names_a_file(kor)
    for answer in (Answer(b"no\n", 404), Answer(b"no\n", 500)):
        kor.lie("/exchange/evidence/", answer)
        try:
            outcome = run(mys)
            assert (outcome.missing, outcome.agreed) == (1, True)
        except UnreachableError:
            assert answer.status == 500
        own = Log.objects.get(nation="MYS")
        assert own.cosigned_size == own.size
    kor.lie("/exchange/evidence/", sealed(kor, mys, FILE))
    assert run(mys).files == 1
    assert EvidenceStore(mys).read(NAMED) == FILE
