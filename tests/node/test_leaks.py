"""Whether any byte that a node sends a partner tells of what the partner may not see."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from sepakat.node import httpsig, signed
from sepakat.node.disclosure import _context
from sepakat.node.exchange import evidence_context
from sepakat.node.home import Home
from sepakat.node.models import Log
from sepakat.node.urls import urlpatterns
from sepakat.record import canon, seal
from sepakat.record.keys import SigningKey, decode_base64
from sepakat.record.label import make
from sepakat.record.witness import AddCheckpoint
from support.exchanging import register
from support.inprocess import new_node
from support.leaking import (
    CAVEATS,
    EXAMPLES,
    HELD,
    HIDDEN,
    Onlooker,
    Planted,
    Sketch,
    addresses,
    example,
    in_process,
    keys_of,
    logged,
    plant,
    sketches,
    told,
)
from support.party import Party

NONCES = iter(range(10**9))


@dataclass
class Asked:
    """A partner that asks the node over HTTP, and keeps every byte of the answers."""

    home: Home
    party: Party
    answers: list[bytes] = field(default_factory=list)
    opened: list[bytes] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", key: SigningKey | None = None
    ) -> bytes:
        """The answer's body where all is well; signed where a key is given."""
        content = {"Content-Type": "text/plain"} if body else {}
        headers = key and httpsig.sign_request(
            method,
            self.home.card().url + path,
            content,
            body,
            key_seed=key.seed,
            keyid=key.public.keyid,
            now=signed.clock.unix(),
            nonce=f"{next(NONCES):016}",
        )
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        answer = client.generic(
            method, path, body, content.get("Content-Type", ""), headers=headers
        )
        head = "\n".join(f"{name}: {value}" for name, value in answer.items())
        data = b"".join(answer) if answer.streaming else answer.content
        self.answers += [head.encode(), data]
        self.statuses.add(answer.status_code)
        return data if answer.status_code == 200 else b""

    def get(self, path: str) -> bytes:
        return self.ask(path, key=self.party.exchange)

    def open_disclosures(self) -> None:
        size, start = Log.objects.get(nation="MYS").size, 0
        while start < size:
            page = canon.decode(self.get(f"/exchange/disclosures?from={start}&to={size}"))
            for record in page["records"]:
                place = (record["index"], record["digest"], record["label"])
                context = _context(self.home.card().origin, *place)
                sealed = decode_base64(record["sealed"])
                plain = seal.unseal(sealed, self.party.sealing, context)
                envelope = canon.decode(plain[32:])
                self.opened += [plain, base64.b64decode(envelope["payload"])]
            start = page["next"]

    def open_file(self, sha256: str) -> bool:
        """Whether the file is given."""
        sealed = self.get(f"/exchange/evidence/{sha256}?from=0")
        if sealed:
            context = evidence_context(self.home.card(), sha256, 0)
            self.opened.append(seal.unseal(sealed, self.party.sealing, context))
        return bool(sealed)

    def ask_everything(self, things: list[Planted]) -> None:
        """Every address of the exchange: rightly, as a stranger, unsigned, and in wrong ways."""
        size = Log.objects.get(nation="MYS").size
        tiles = (f"0/000.p/{size}", f"entries/000.p/{size}", "1/000", f"0/000.p/{size + 1}", "x")
        digests = [thing.sha256 for thing in things if thing.sha256][:2]
        arguments = {
            "name": [f"tile/{tile}" for tile in tiles],
            "sha256": [*digests, "0" * 64, "x"],
        }
        queries = {"/exchange/disclosures": ("", f"?from=0&to={size}", "?from=x&to=y", "?from=9")}
        for route in (str(pattern.pattern) for pattern in urlpatterns):
            for path in addresses(route, arguments):
                for query in queries.get(path, ("",)):
                    for key in (None, self.party.exchange, SigningKey.generate()):
                        self.ask(path + query, key=key)
                    self.ask(path + query, "POST", b"garbage", self.party.exchange)
        self.party.company("new", make("RESTRICTED", ["KOR"]))
        for old in (9, 0, 0):  # refused, cosigned, and told the size that is known
            body = AddCheckpoint(old, (), self.party.checkpoint()).encode()
            self.ask("/add-checkpoint", "POST", body)

    def sent(self) -> bytes:
        return b"\n".join(self.answers)


@pytest.fixture
def node(db: None, tmp_path: Path, settings: Settings) -> Iterator[Home]:
    settings.SEPAKAT_HOME = new_node(tmp_path / "MYS", caveats=CAVEATS).path
    signed.home.cache_clear()
    yield signed.home()
    signed.home.cache_clear()


@EXAMPLES
@given(
    ceiling=st.sampled_from(["UNCLASSIFIED", "RESTRICTED", "SECRET"]),
    caveats=st.sampled_from([{}, HELD]),
    given_sketches=st.lists(sketches(), min_size=6, max_size=12),
)
def test_nothing_that_a_partner_may_not_see_is_in_any_byte_it_gets(
    node: Home, ceiling: str, caveats: dict[str, list[str]], given_sketches: list[Sketch]
) -> None:
    party = Party("KOR", ceiling=ceiling, caveats=caveats)  # type: ignore[arg-type]
    onlooker = Onlooker("KOR", ceiling, caveats=tuple(v for vs in caveats.values() for v in vs))
    with example(), logged() as log:
        register(node, party)
        register(node, Party("TUR"))
        Log.objects.filter(nation="TUR").update(size=3, root=b"T" * 32)  # none of KOR's business
        things = plant(node, given_sketches)
        hidden = onlooker.hidden(things)
        shown = [thing for thing in things if thing not in hidden]
        asked = Asked(node, party)
        asked.open_disclosures()
        for thing in things:
            if thing.sha256:
                assert asked.open_file(thing.sha256) is (thing in shown)
        asked.ask_everything(things)
        plain, opened = asked.sent(), b"\n".join(asked.opened)
        secrets = [secret for thing in hidden for secret in thing.secrets]
        assert not told(secrets, plain + opened)
        assert not told([b"T" * 32], plain + opened)
        assert b'"TUR"' not in plain + opened
        assert not told([*keys_of(node), str(node.path).encode()], plain + opened)
        # What it may see has come, and only under the seal.
        for thing in shown:
            assert all(part in opened for part in (thing.name.encode(), thing.words.encode()))
        assert not told([part for thing in shown for part in thing.sealed], plain)
        # A log line is no place for any record, shown or hidden, but for the address asked for.
        lines = [line for line in log.getvalue().splitlines() if " /exchange/evidence/" not in line]
        said = [secret for thing in things for secret in thing.secrets]
        assert not told([*said, *keys_of(node)], "\n".join(lines).encode())
    assert {200, 400, 401, 404, 405, 409} <= asked.statuses


def test_a_hidden_file_and_one_that_is_not_there_look_the_same(node: Home) -> None:
    party = Party("KOR", ceiling="RESTRICTED")
    register(node, party)
    register(node, Party("TUR"))
    asked = Asked(node, party)
    for thing in plant(node, HIDDEN):
        assert thing.digest, "the node refused to keep it"
        answers = []
        for sha256 in (thing.sha256, "0" * 64):
            asked.answers.clear()
            asked.get(f"/exchange/evidence/{sha256}?from=0")
            answers.append(list(asked.answers))
        assert answers[0][1] == answers[1][1]
        names = [[line.partition(b":")[0] for line in head.splitlines()] for head, _ in answers]
        assert names[0] == names[1]


def test_a_record_that_is_shown_tells_a_reader_of_one_that_is_hidden(node: Home) -> None:
    """The state that both compare is the same whatever lies beside it."""
    party = Party("KOR")
    register(node, party)
    asked = Asked(node, party)
    states = []
    for sketch in (Sketch("gate", ("KOR", "MYS")), *HIDDEN[:1], HIDDEN[3], HIDDEN[4]):
        in_process(node).plant(sketch)
        states.append(canon.decode(asked.get("/exchange/state"))["digest"])
    assert len(set(states)) == 1
