"""Whether any byte that a node sends a partner tells of what the partner may not see."""

import base64
import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from sepakat.node import clock, httpsig, signed
from sepakat.node.disclosure import _context
from sepakat.node.evidence import EvidenceStore
from sepakat.node.exchange import evidence_context
from sepakat.node.home import Home
from sepakat.node.models import Log
from sepakat.record import canon, seal
from sepakat.record.errors import RefusedError
from sepakat.record.keys import decode_base64
from sepakat.record.label import CLASSIFICATIONS, RANK, Label, make, may_see
from support.exchanging import register
from support.inprocess import say
from support.party import Party

CEILINGS = ("UNCLASSIFIED", "RESTRICTED", "SECRET")


@dataclass
class Asked:
    """A partner that asks the node over HTTP, and keeps every byte of the answers."""

    home: Home
    party: Party
    answers: list[bytes]
    opened: list[bytes]

    def get(self, path: str, *, sign: bool = True, method: str = "GET", body: bytes = b"") -> bytes:
        headers = {}
        if sign:
            headers = httpsig.sign_request(
                method,
                self.home.card().url + path,
                {},
                body,
                key_seed=self.party.exchange.seed,
                keyid=self.party.exchange.public.keyid,
                now=clock.unix(),
                nonce=base64.b64encode(random.randbytes(12)).decode(),
            )
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        answer = client.generic(method, path, body, content_type="", headers=headers)
        head = "\n".join(f"{name}: {value}" for name, value in answer.items())
        self.answers += [head.encode(), answer.content]
        return answer.content if answer.status_code == 200 else b""

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


@pytest.fixture
def asked(mys: Home, settings: object, request: pytest.FixtureRequest) -> Iterator[Asked]:
    settings.SEPAKAT_HOME = mys.path  # type: ignore[attr-defined]
    signed.home.cache_clear()
    party = Party("KOR", ceiling=CEILINGS[request.param % len(CEILINGS)])
    register(mys, party)
    yield Asked(mys, party, [], [])
    signed.home.cache_clear()


def generated(chance: random.Random) -> Label:
    nations = chance.choice([[], ["MYS"], ["KOR", "MYS"], ["PUBLIC"], ["MYS", "TUR"], ["KOR"]])
    organisations = chance.choice([[], [], ["MYS"], ["MYS", "MYS-acme"], ["KOR", "MYS"]])
    caveats = chance.choice([{}, {}, {}, {"programme": ["RADAR"]}])
    return make(
        chance.choice(CLASSIFICATIONS), nations, organisations=organisations, caveats=caveats
    )


def spellings(canary: str) -> list[bytes]:
    raw = canary.encode()
    # However the secret lies in a run of base64, one of three shifts shows its middle.
    shifted = [base64.b64encode(b"x" * n + raw)[4 : -4 or None] for n in range(3)]
    return [raw, raw.hex().encode(), *shifted]


@pytest.mark.parametrize("asked", range(6), indirect=True)
def test_nothing_that_a_partner_may_not_see_is_in_any_byte_it_gets(
    asked: Asked, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(request.node.callspec.params["asked"])
    reader = asked.party.card.reader
    hidden, shown, files = [], [], {}
    register(asked.home, Party("TUR"))  # whom it need not know
    Log.objects.filter(nation="TUR").update(size=3, root=b"T" * 32)
    with caplog.at_level(logging.DEBUG):
        for number in range(30):
            label, canary = generated(chance), f"canary-{chance.getrandbits(80):020x}"
            content = f"file of {canary}".encode()
            sha256, size = EvidenceStore(asked.home).add(content)
            body = {"sha256": sha256, "size": size, "media_type": "text/plain"}
            body |= {"title": canary, "filename": f"{canary}.txt"}
            try:
                say(asked.home, "evidence", f"MYS-ev-{number}", "register", label, **body)
            except RefusedError:
                hidden.append(canary)  # refused at home, and so nowhere
                continue
            (shown if may_see(label, reader) else hidden).append(canary)
            files[canary] = sha256
        asked.open_disclosures()
        size = Log.objects.get(nation="MYS").size
        for path in ("/checkpoint", "/exchange/state", f"/tile/0/000.p/{size}", "/nothing"):
            asked.get(path)
            asked.get(path, sign=False)
        asked.get(f"/tile/entries/000.p/{size}")
        asked.get("/exchange/disclosures?from=0&to=99999")
        asked.get("/exchange/disclosures?from=x&to=y")
        asked.get("/exchange/disclosures", method="POST", body=b"garbage")
        asked.get("/add-checkpoint", method="POST", body=b"garbage", sign=False)
        for canary, sha256 in files.items():
            sealed = asked.get(f"/exchange/evidence/{sha256}")
            assert bool(sealed) is (canary in shown)
            if sealed:
                context = evidence_context(asked.home.card(), sha256)
                asked.opened.append(seal.unseal(sealed, asked.party.sealing, context))
    sent = b"\n".join([*asked.answers, *asked.opened, caplog.text.encode()])
    assert not [c for c in hidden if any(spelling in sent for spelling in spellings(c))]
    assert (b"T" * 32).hex().encode() not in sent and b'"TUR"' not in sent
    # What it may see has come, and only under the seal.
    opened, plain = b"\n".join(asked.opened), b"\n".join(asked.answers)
    assert all(c.encode() in opened for c in shown)
    assert not [c for c in shown if any(spelling in plain for spelling in spellings(c))]
    assert hidden and (shown or RANK[asked.party.ceiling] == 0)


@pytest.mark.parametrize("asked", [2], indirect=True)
def test_a_hidden_file_and_one_that_is_not_there_look_the_same(asked: Asked) -> None:
    sha256, size = EvidenceStore(asked.home).add(b"the nation's own")
    body = {"sha256": sha256, "size": size, "media_type": "text/plain", "filename": "own.txt"}
    own = make("RESTRICTED", ["MYS"])
    say(asked.home, "evidence", "MYS-ev-own", "register", own, title="Own", **body)
    asked.get(f"/exchange/evidence/{sha256}")
    hidden = asked.answers[-1]
    asked.get(f"/exchange/evidence/{'0' * 64}")
    assert asked.answers[-1] == hidden
