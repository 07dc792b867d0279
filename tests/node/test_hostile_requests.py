"""What a served node answers to strangers, to liars, and to partners who ask for too much."""

import base64
import json
import os
from collections.abc import Iterator
from hashlib import sha256

import pytest

from sepakat.node.evidence import EvidenceStore
from sepakat.record.checkpoint import cosign, open_checkpoint
from sepakat.record.errors import RefusedError
from sepakat.record.keys import SigningKey
from sepakat.record.label import make
from sepakat.record.note import Signer, parse_vkey
from sepakat.record.seal import unseal
from sepakat.record.witness import AddCheckpoint
from support.asking import Reply, ask, is_answer_to, request, signed
from support.nodes import Node, config, draft, running
from support.party import BOTH, Party
from support.postgres import NewDatabase

OWN = make("RESTRICTED", ["MYS"])
SECRET_FILE = b"what KOR may not see" * 10
SHARED_FILE = b"what KOR may see" * 10
DAMAGED_FILE = b"what KOR might see" * 10
FILES = {"own": (SECRET_FILE, OWN), "both": (SHARED_FILE, BOTH), "bad": (DAMAGED_FILE, BOTH)}
STATE = "/exchange/state"


@pytest.fixture(scope="module")
def mys(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> Iterator[Node]:
    folder = tmp_path_factory.mktemp("requests")
    with running(folder, config("MYS"), new_database=new_database) as [node]:
        for name, (content, label) in FILES.items():
            sha = node.do("add_evidence", base64.b64encode(content).decode())
            node.say("evidence", f"MYS-evidence-{name}", "register", label, title="T",
                     sha256=sha, size=len(content), media_type="text/plain",
                     filename="a.txt")  # fmt: skip
        drafts = [
            draft("organisation", f"MYS-company-{n}", "register",
                  {"name": f"C {n}", "type": "company"}, BOTH)
            for n in range(300)
        ]  # fmt: skip
        node.do("say", drafts)
        yield node


@pytest.fixture(scope="module")
def kor(mys: Node) -> Party:
    party = Party("KOR")
    mys.do("register", party.card.encode().decode(), "http://127.0.0.1:1")
    return party


def of(mys: Node, asked: bytes) -> Reply:
    assert mys.server is not None
    return ask(mys.server.port, asked)


def by(mys: Node, party: Party, method: str, target: str, body: bytes = b"") -> Reply:
    """A partner's request, signed as it should be; and so must be the answer."""
    asked = signed(party, mys.home.card(), method, target, body)
    reply = of(mys, asked)
    is_answer_to(asked, reply, mys.home.card())
    return reply


# Who asks.


@pytest.mark.parametrize(
    "target",
    [
        STATE,
        "/exchange/disclosures?from=0&to=1",
        f"/exchange/evidence/{'ab' * 32}?from=0",
        "/exchange",
    ],
)
def test_for_a_stranger_the_exchange_is_not_there(mys: Node, kor: Party, target: str) -> None:
    nothing = of(mys, request("GET", "/exchange/nothing"))
    reply = of(mys, request("GET", target))
    assert (reply.status, reply.body) == (404, b"not found\n") == (nothing.status, nothing.body)
    assert "signature" not in reply.headers


def test_an_unregistered_nation_is_refused(mys: Node, kor: Party) -> None:
    stranger = Party("JPN")
    for target in ("/checkpoint", STATE):
        reply = of(mys, signed(stranger, mys.home.card(), "GET", target))
        assert (reply.status, reply.body) == (401, b"this signature is not taken here\n")
        assert "signature" not in reply.headers


def test_a_partner_is_answered_and_can_tell(mys: Node, kor: Party) -> None:
    reply = by(mys, kor, "GET", STATE)
    assert reply.status == 200
    assert json.loads(reply.body)["sizes"]["KOR"] == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"later": -200},
        {"later": 200},
        {"as_method": "POST"},
        {"as_target": "/exchange/stat"},
        {"as_target": STATE + "?a=b"},
        {"address": "https://tur.example"},
        {"as_body": b"something"},
        {"key": SigningKey.generate()},
        {"nonce": "n" * 200},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_signature_over_something_else_is_refused(
    mys: Node, kor: Party, changed: dict[str, object]
) -> None:
    reply = of(mys, signed(kor, mys.home.card(), "GET", STATE, **changed))  # type: ignore[arg-type]
    assert (reply.status, reply.body) == (401, b"this signature is not taken here\n")


def test_a_request_sent_again_is_refused(mys: Node, kor: Party) -> None:
    asked = signed(kor, mys.home.card(), "GET", STATE)
    assert of(mys, asked).status == 200
    assert of(mys, asked).status == 401
    nonce = "the-same-nonce"
    assert of(mys, signed(kor, mys.home.card(), "GET", STATE, nonce=nonce)).status == 200
    assert of(mys, signed(kor, mys.home.card(), "GET", STATE, nonce=nonce)).status == 401


def test_another_answer_does_not_pass_for_this_one(mys: Node, kor: Party) -> None:
    one, two = (signed(kor, mys.home.card(), "GET", STATE) for _ in range(2))
    reply = of(mys, one)
    of(mys, two)
    with pytest.raises(RefusedError):
        is_answer_to(two, reply, mys.home.card())


@pytest.mark.parametrize(
    "headers",
    [
        {"Signature-Input": "sepakat=()", "Signature": "sepakat=:AAAA:"},
        {"Signature-Input": "garbage", "Signature": "garbage"},
        {"Signature-Input": "", "Signature": ""},
        {"Signature-Input": 'sepakat=("@method");created="x";expires=();keyid=5'},
        {"Signature-Input": "a=(" * 500, "Signature": "a=:" * 500},
        {"Signature-Input": "sepakat=();created=1" + "9" * 500},
    ],
)
def test_a_garbled_signature_is_refused(mys: Node, kor: Party, headers: dict[str, str]) -> None:
    reply = of(mys, request("GET", STATE, headers))
    assert reply.status == 401


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Signature-Input", "created=", "created=-"),
        ("Signature-Input", "created=1", 'created="1";x=1'),
        ("Signature-Input", "expires=1", "expires=1.5;x=1"),
        ("Signature-Input", 'keyid="', 'keyid="' + "a" * 300),
        ("Signature-Input", 'tag="', 'tag=:AAAA:;x="'),
        ("Signature-Input", ";alg", ";created=1;alg"),
        ("Signature-Input", 'nonce="', 'nonce=5;x="'),
        ("Signature-Input", "sepakat=(", "other=("),
    ],
)
def test_a_changed_parameter_is_refused(
    mys: Node, kor: Party, name: str, old: str, new: str
) -> None:
    asked = signed(kor, mys.home.card(), "GET", STATE).decode("latin-1")
    lines = [
        line.replace(old, new) if line.startswith(f"{name}: ") else line
        for line in asked.split("\r\n")
    ]
    assert of(mys, "\r\n".join(lines).encode("latin-1")).status == 401


# What is asked for.


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW"])
@pytest.mark.parametrize("target", ["/checkpoint", STATE, "/add-checkpoint", "/healthz"])
def test_an_odd_method_does_nothing(mys: Node, kor: Party, method: str, target: str) -> None:
    reply = of(mys, request(method, target))
    assert reply.status in (404, 405)
    assert not reply.body


@pytest.mark.parametrize(
    "target",
    [
        "/tile/0/000.p/0",
        "/tile/0/000.p/256",
        "/tile/0/000.p/01",
        "/tile/0/0",
        "/tile/0/001",
        "/tile/0/x000/000",
        "/tile/00/000",
        "/tile/-1/000",
        "/tile/64/000",
        "/tile/9/000.p/1",
        "/tile/0/999",
        "/tile/0/x999/x999/x999/x999/x999/999",
        "/tile/entries/999",
        "/tile/entries/001.p/250",
        "/tile/entries/x036/x028/x797/x018/x963/967",
        "/tile/entries/000/",
        "/tile/../checkpoint",
        "/tile/%2e%2e/%2e%2e/node.json",
        "/tile/entries/..%2f..%2fkeys%2froot.key",
        "/tile/0/000%00",
        "/tile/0/000%0a",
        "/tile/0/%D9%A0%D9%A0%D9%A0",
        "/tile/" + "x" * 3000,
    ],
)
def test_no_path_leads_out_of_the_log(mys: Node, kor: Party, target: str) -> None:
    reply = of(mys, request("GET", target))
    assert (reply.status, reply.body) == (404, b"not found\n")


def test_two_slashes_are_no_other_way_to_the_log(mys: Node, kor: Party) -> None:
    reply = of(mys, request("GET", "//checkpoint"))
    assert reply.status == 404
    assert b"\xe2\x80\x94" not in reply.body.split(b"<footer")[0], "no signature line"


def test_every_tile_of_the_log_is_served(mys: Node, kor: Party) -> None:
    size = open_checkpoint(
        of(mys, request("GET", "/checkpoint")).body, parse_vkey(mys.home.card().log_key)
    ).checkpoint.size
    last = size - 256
    for target, length in (
        ("/tile/0/000", 256 * 32),
        ("/tile/0/000.p/3", 3 * 32),  # an older partial tile stays
        (f"/tile/0/001.p/{last}", last * 32),
        ("/tile/1/000.p/1", 32),
        ("/tile/entries/000", 256 * 34),
        (f"/tile/entries/001.p/{last}", last * 34),
    ):
        assert len(of(mys, request("GET", target)).body) == length


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?from=0",
        "?from=0&to=0",
        "?from=1&to=1",
        "?from=2&to=1",
        "?from=0&to=100000",
        "?from=-1&to=1",
        "?from=0&to=99999999999999999999",
        "?from=0&to=1e3",
        "?from=%2B0&to=1",
        "?from=%D9%A1&to=2",
        "?from=0x0&to=1",
        "?from=0&to=1;from=5",
        "?from%5B%5D=0&to%5B%5D=1",
        "?" + "&".join(f"a{n}=1" for n in range(300)),
    ],
)
def test_a_stretch_that_is_not_there_is_refused(mys: Node, kor: Party, query: str) -> None:
    target = "/exchange/disclosures" + query
    reply = by(mys, kor, "GET", target)
    assert (reply.status, reply.body) == (400, b"bad request\n")


def test_a_file_that_the_asker_may_not_see_is_as_one_that_is_not(mys: Node, kor: Party) -> None:
    """Nothing but the signature, and what that signs, tells the two answers apart."""

    def answer(content: bytes) -> tuple[object, ...]:
        reply = by(mys, kor, "GET", f"/exchange/evidence/{sha256(content).hexdigest()}?from=0")
        own = {"date", "signature", "signature-input"}
        return reply.status, reply.body, {n: v for n, v in reply.headers.items() if n not in own}

    assert answer(SECRET_FILE) == answer(os.urandom(10))
    assert answer(SECRET_FILE)[0] == 404


def test_a_damaged_file_is_a_fault_of_the_program(mys: Node, kor: Party) -> None:
    """It is as one that is not there, and the asker goes on with the next."""
    path = EvidenceStore(mys.home).path(sha256(DAMAGED_FILE).hexdigest())
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert by(mys, kor, "GET", f"/exchange/evidence/{path.name}?from=0").status == 404


@pytest.mark.parametrize("start", [0, 1, len(SHARED_FILE), len(SHARED_FILE) + 1])
def test_a_file_that_the_asker_may_see_comes_sealed_to_it(
    mys: Node, kor: Party, start: int
) -> None:
    digest = sha256(SHARED_FILE).hexdigest()
    reply = by(mys, kor, "GET", f"/exchange/evidence/{digest}?from={start}")
    assert SHARED_FILE not in reply.whole
    context = f"{mys.home.config.origin} evidence {digest} {start}".encode()
    assert unseal(reply.body, kor.sealing, context) == SHARED_FILE[start:]


@pytest.mark.parametrize("query", ["", "?from=", "?from=-1", "?from=1e3", "?from=" + "9" * 17])
def test_a_piece_that_begins_nowhere_is_refused(mys: Node, kor: Party, query: str) -> None:
    digest = sha256(SHARED_FILE).hexdigest()
    assert by(mys, kor, "GET", f"/exchange/evidence/{digest}{query}").status == 400


@pytest.mark.parametrize(
    "name", ["", "a", "A" * 64, "ab" * 31, "ab" * 33, "..", "%2e%2e%2fnode.json", "ab" * 32 + "%00"]
)
def test_a_file_by_no_digest_is_not_there(mys: Node, kor: Party, name: str) -> None:
    assert by(mys, kor, "GET", f"/exchange/evidence/{name}?from=0").status == 404


# Too much.


def test_a_body_beyond_all_measure_is_refused(mys: Node, kor: Party) -> None:
    body = b"a" * (5 * 1024 * 1024)
    for asked in (
        request("POST", "/add-checkpoint", body=body),
        signed(kor, mys.home.card(), "POST", "/add-checkpoint", body),
    ):
        assert of(mys, asked).status in (400, 413)
    assert of(mys, request("GET", "/healthz")).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "-1"},
        {"Content-Length": "1e3"},
        {"Content-Length": "5, 6"},
        {"Content-Length": "9" * 30},
        {"Transfer-Encoding": "chunked", "Content-Length": "5"},
        {"Transfer-Encoding": "gzip, chunked"},
        {"Content-Encoding": "gzip", "Content-Length": "5"},
    ],
)
def test_a_false_length_is_refused(mys: Node, kor: Party, headers: dict[str, str]) -> None:
    reply = of(mys, request("POST", "/add-checkpoint", headers) + b"abcde")
    assert 400 <= reply.status <= 501
    assert of(mys, request("GET", "/healthz")).status == 200


def test_many_headers_that_a_signature_could_name_are_refused(mys: Node, kor: Party) -> None:
    asked = signed(kor, mys.home.card(), "GET", STATE)
    twice = asked.replace(b"\r\n\r\n", b"\r\nSignature: sepakat=:AAAA:\r\n\r\n")
    assert of(mys, twice).status == 401
    assert of(mys, asked.replace(b"\r\n\r\n", b"\r\nX: 1" * 60 + b"\r\n\r\n")).status == 431


# The witness.


def pushed(party: Party, old: int, proof: tuple[bytes, ...] | None = None) -> bytes:
    proof = party.consistency_proof(old) if proof is None else proof
    return AddCheckpoint(old, proof, party.checkpoint()).encode()


@pytest.mark.parametrize("body", [b"", b"old 0\n", b"old 0\n\n", b"old -1\n\nx\n", b"\xff" * 100])
def test_a_garbled_checkpoint_is_refused(mys: Node, kor: Party, body: bytes) -> None:
    assert by(mys, kor, "POST", "/add-checkpoint", body).status == 400


def test_a_witness_answers_by_the_specification(mys: Node) -> None:
    """C2SP tlog-witness: 404 origin, 403 signature, 200, 409 with the size, 422 proof."""
    jpn = Party("JPN")
    for name in ("a", "b", "c"):
        jpn.company(name)
    assert of(mys, request("POST", "/add-checkpoint", body=pushed(jpn, 0))).status == 404
    mys.do("register", jpn.card.encode().decode(), "http://127.0.0.1:1")
    forged = Signer(jpn.card.origin, os.urandom(32))
    asked = AddCheckpoint(0, (), jpn.checkpoint(key=forged)).encode()
    assert of(mys, request("POST", "/add-checkpoint", body=asked)).status == 403
    reply = of(mys, request("POST", "/add-checkpoint", body=pushed(jpn, 0)))
    assert reply.status == 200
    note = jpn.checkpoint() + reply.body
    witness = parse_vkey(mys.home.card().witness_key)
    opened = open_checkpoint(note, parse_vkey(jpn.card.log_key), [witness])
    assert [line.name for line in opened.cosignatures] == [witness.name]
    jpn.company("d")
    stale = of(mys, request("POST", "/add-checkpoint", body=pushed(jpn, 1)))
    assert (stale.status, stale.body) == (409, b"3\n")
    assert stale.headers["content-type"] == "text/x.tlog.size"
    wrong = pushed(jpn, 3, (bytes(32),))
    assert of(mys, request("POST", "/add-checkpoint", body=wrong)).status == 422
    assert of(mys, request("POST", "/add-checkpoint", body=pushed(jpn, 3))).status == 200
    cosigned = cosign(jpn.checkpoint(), jpn.witness, 1)
    again = AddCheckpoint(4, (), jpn.checkpoint() + cosigned.encode())
    assert of(mys, request("POST", "/add-checkpoint", body=again.encode())).status == 200


def test_a_fork_that_is_pushed_freezes_the_log_and_nothing_else(mys: Node, kor: Party) -> None:
    tur = Party("TUR")
    mys.do("register", tur.card.encode().decode(), "http://127.0.0.1:1")
    tur.company("a")
    tur.company("b")
    assert by(mys, tur, "POST", "/add-checkpoint", pushed(tur, 0)).status == 200
    other = tur.fork(1)
    other.company("c")
    reply = of(mys, request("POST", "/add-checkpoint", body=pushed(other, 2, ())))
    assert (reply.status, reply.body) == (409, b"2\n")
    seen = mys.look()
    assert "two roots for size 2" in seen["frozen"]["TUR"]
    assert seen["objects"]["MYS-partner-tur"] == "frozen"
    one, two = (base64.b64decode(note) for note in mys.do("proof", "TUR"))
    key = parse_vkey(tur.card.log_key)
    roots = [open_checkpoint(note, key).checkpoint for note in (one, two)]
    assert [root.size for root in roots] == [2, 2]
    assert {root.root for root in roots} == {tur.root_at(2), other.root_at(2)}
    # It is a stranger from now on; others are not.
    assert of(mys, signed(tur, mys.home.card(), "GET", STATE)).status == 401
    assert of(mys, request("POST", "/add-checkpoint", body=pushed(tur, 2, ()))).status == 404
    assert by(mys, kor, "GET", STATE).status == 200
    mys.say("organisation", "MYS-company-after", "register", OWN, name="X", type="company")


def test_nothing_that_was_asked_made_the_node_fail(mys: Node, kor: Party) -> None:
    """No request above ended in an error that nobody thought of."""
    assert mys.server is not None
    log = mys.server.log.read_text()
    assert "Traceback" not in log
    assert "Internal Server Error" not in log
    assert of(mys, request("GET", "/healthz")).body == b"ok\n"


def test_a_signed_request_for_a_file_that_is_streamed(mys: Node, kor: Party) -> None:
    """It is no part of an exchange: the answer is the public's, and not signed."""
    asked = signed(kor, mys.home.card(), "GET", "/register/gate/export.csv")
    reply = of(mys, asked)
    assert reply.status == 200
    assert "signature" not in reply.headers
