"""Whether a served node tells of what is hidden, in an answer or in its log, also when it fails."""

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from sepakat.node.home import Home
from sepakat.record.keys import SigningKey
from support import leaking
from support.asking import ask, request, signed
from support.leaking import (
    CATEGORY,
    CAVEATS,
    HIDDEN,
    KINDS,
    VALUES,
    Onlooker,
    Planted,
    Sketch,
    keys_of,
    told,
)
from support.nodes import Node, config, running
from support.party import Party

KOR = Onlooker("KOR", "RESTRICTED")
# A claim waits for the other nation's word.
SHOWN = [Sketch(kind, ("KOR", "MYS")) for kind in KINDS if kind != "claim"]
PATHS = ["/", "/record", "/object/{}", "/evidence/{}/file", "/api/v1/gate", "/api/v1/records/{}",
         "/register/gate/export.csv", "/register/evidence?q={}", "/nothing", "/checkpoint",
         "/tile/0/000.p/9", "/exchange/state", "/exchange/disclosures?from=0&to=9",
         "/exchange/evidence/" + "0" * 64 + "?from=0", "/add-checkpoint",
         "/feeds/{}.ics"]  # fmt: skip


def table(home: Home) -> sqlite3.Connection:
    return sqlite3.connect(home.database_url.removeprefix("sqlite:///"))


@dataclass
class Served:
    mys: Node
    kor: Node
    things: list[Planted]

    @property
    def hidden(self) -> list[Planted]:
        return KOR.hidden(self.things)

    @property
    def log(self) -> bytes:
        logs = (self.mys.server.log, self.mys.log, self.kor.server.log, self.kor.log)
        return b"\n".join(path.read_bytes() for path in logs)

    def asks_all(self, key: SigningKey) -> bytes:
        """Every byte of the answers: unsigned, as the partner, as a stranger, and malformed."""
        port, card, said = self.mys.server.port, self.mys.home.card(), []
        for path in PATHS:
            target, body = path.format("MYS-nothing"), b"garbage"
            rightly = signed(Party("KOR"), card, "GET", target, key=key)
            requests = (
                rightly,
                request("GET", target),
                request("POST", target, body=body),
                signed(Party("KOR"), card, "POST", target, body, key=key),
                signed(Party("KOR"), card, "GET", target),
                rightly,  # again
                rightly.replace(b"GET ", b"G\x00T "),
            )
            said += [ask(port, asked).whole for asked in requests]
        return b"\n".join(said)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    configs = (config("MYS", caveats=CAVEATS), config("KOR", "RESTRICTED"))
    with running(tmp_path_factory.mktemp("leaks"), *configs) as (mys, kor):
        mys.do("register", Party("TUR").card.encode().decode(), "http://127.0.0.1:1")
        yield Served(mys, kor, planted(mys))


def planted(mys: Node) -> list[Planted]:
    def keep(content: bytes) -> str:
        return str(mys.do("add_evidence", base64.b64encode(content).decode()))

    node = leaking.Node(lambda *said, **body: mys.say(*said, **body)[:2], keep, str)
    node.begin()
    things = [thing for sketch in [*SHOWN, *HIDDEN] for thing in node.plant(sketch)]
    with closing(table(mys.home)) as rows:
        found = rows.execute("SELECT \"index\", salt FROM node_leaf WHERE nation = 'MYS'")
        salts = dict(found.fetchall())
    for thing in things:
        assert thing.digest, "the node refused to keep it"
        thing.salt = salts[thing.index]
    return things


def test_a_served_node_that_tells_of_what_is_hidden_in_an_answer_or_in_its_log(
    served: Served,
) -> None:
    mys, kor = served.mys, served.kor
    for one, two in ((kor, mys), (mys, kor), (kor, mys)):
        assert one.exchange(two)["agreed"] is not False
    key = SigningKey(kor.home.keys.get("exchange"))
    sent = served.asks_all(key)
    secrets = [secret for thing in served.hidden for secret in thing.secrets]
    secrets += [*keys_of(mys.home), str(mys.home.path).encode()]
    assert not told(secrets, sent)
    # Nor is it in all that the partner's node keeps; what our node is cleared for is on its card.
    held = [path.read_bytes() for path in kor.home.path.rglob("*") if path.is_file()]
    cleared = {CATEGORY.encode(), *(value.encode() for value in VALUES)}
    assert not told([s for s in secrets[:-1] if s not in cleared], b"\n".join(held))
    shown = [thing for thing in served.things if thing not in served.hidden]
    assert all(any(thing.words.encode() in part for part in held) for thing in shown)
    # The log quotes no record, shown or hidden, and no key.
    said = [secret for thing in served.things for secret in thing.secrets]
    assert not told([*said, *keys_of(mys.home), *keys_of(kor.home)], served.log)
    assert b"refused a signed request" in served.log


def test_a_served_node_that_quotes_the_row_at_which_it_fails(served: Served) -> None:
    """Pydantic's message quotes what it cannot read; here a label, which every answer needs."""
    key = SigningKey(served.kor.home.keys.get("exchange"))
    thing = next(thing for thing in served.hidden if thing.digest)
    spoilt = f'{{"classification": "{thing.words} {thing.marks}", "permissive": {{}}}}'
    with closing(table(served.mys.home)) as rows, rows:
        statement = "SELECT label_id FROM node_statement WHERE digest = ?"
        [(number,)] = rows.execute(statement, (thing.digest,)).fetchall()
        [(kept,)] = rows.execute("SELECT text FROM node_label WHERE id = ?", (number,)).fetchall()
        rows.execute("UPDATE node_label SET text = ? WHERE id = ?", (spoilt, number))
    try:
        sent = served.asks_all(key)
    finally:
        with closing(table(served.mys.home)) as rows, rows:
            rows.execute("UPDATE node_label SET text = ? WHERE id = ?", (kept, number))
    assert sent.count(b"HTTP/1.1 500") >= 5
    assert b"ValidationError at " in served.log
    secrets = [secret for hidden in served.hidden for secret in hidden.secrets]
    secrets += [*keys_of(served.mys.home), str(served.mys.home.path).encode()]
    assert not told(secrets, sent)
    assert not told(secrets[:-1], served.log)
