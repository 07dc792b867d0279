"""A partner's node over real HTTP: honest until it is told to lie."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sepakat.node import clock, disclosure, httpsig
from sepakat.record import canon
from sepakat.record.card import Card
from sepakat.record.checkpoint import cosign
from sepakat.record.fold import Fold
from sepakat.record.keys import PublicKey, SigningKey
from sepakat.record.label import may_see
from sepakat.record.note import parse_vkey
from sepakat.record.tile import parse_tile_path
from sepakat.record.witness import (
    WitnessError,
    WitnessState,
    check_add_checkpoint,
    parse_add_checkpoint,
)
from sepakat.vocabulary import REGISTRY
from support.party import Party, page


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def number(self, name: str) -> int:
        return int(parse_qs(urlsplit(self.target).query)[name][0])


@dataclass(frozen=True)
class Answer:
    """What is answered, signed by `key` (the partner's, if none is named) unless `is_signed` is
    false. `extra` are headers, `instead` replaces the signature's headers by others."""

    body: bytes = b""
    status: int = 200
    is_signed: bool = True
    key: SigningKey | None = None
    extra: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": "text/plain", **self.extra}


@dataclass(frozen=True)
class Raw:
    """Bytes for the connection, as they are, and then its end."""

    chunks: Iterable[bytes] = ()


Lie = Callable[[Asked, Callable[[], Answer]], Answer | Raw]


class HostilePartner:
    """Serves a party's log. `lies` maps the beginning of a path to what answers there instead."""

    def __init__(self, party: Party, server: ThreadingHTTPServer) -> None:
        self.party = party
        self.peer: Card | None = None  # whom it is a partner of
        self.lies: dict[str, Lie] = {}
        self.asked: list[Asked] = []
        self.faults: list[str] = []  # what was wrong with requests; an honest peer's have nothing
        self.witnessed: WitnessState | None = None
        self.ended = threading.Event()  # for lies that would go on
        self._server = server
        self._nonces: set[tuple[str, str]] = set()

    def lie(self, path: str, answer: Lie | Answer | Raw | bytes) -> None:
        """Answer there with this, or with what a function makes of the honest answer."""
        if isinstance(answer, bytes):
            answer = Answer(answer)
        if isinstance(answer, Answer | Raw):
            fixed = answer
            self.lies[path] = lambda asked, honest: fixed
        else:
            self.lies[path] = answer

    def stop(self) -> None:
        """Be down from now on."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answer | Raw:
        self.asked.append(asked)
        self._check(asked)
        for path, lie in self.lies.items():
            if asked.path.startswith(path):
                return lie(asked, lambda: self._honest(asked))
        return self._honest(asked)

    def signature(self, asked: Asked, answer: Answer) -> dict[str, str]:
        """The headers that sign an answer to a request."""
        if answer.instead is not None:
            return answer.instead
        if not answer.is_signed:
            return {}
        key = answer.key or self.party.exchange
        return httpsig.sign_response(
            answer.status,
            answer.headers,
            answer.body,
            request_headers=asked.headers,
            key_seed=key.seed,
            keyid=key.public.keyid,
            now=clock.unix(),
        )

    def _check(self, asked: Asked) -> None:
        assert self.peer is not None
        key = PublicKey.parse(self.peer.exchange_key)

        def is_replayed(keyid: str, nonce: str, expires: int) -> bool:
            is_known = (keyid, nonce) in self._nonces
            self._nonces.add((keyid, nonce))
            return is_known

        try:
            httpsig.verify_request(
                asked.method,
                self.party.url + asked.target,
                asked.headers,
                asked.body,
                public_key={key.keyid: key.raw}.get,
                now=clock.unix(),
                seen_nonce=is_replayed,
            )
        except Exception as error:
            self.faults.append(f"{asked.target}: {error}")

    def _honest(self, asked: Asked) -> Answer:
        assert self.peer is not None
        party = self.party
        match asked.path.split("/")[1:]:
            case ["checkpoint"]:
                return Answer(party.checkpoint())
            case ["tile", *_]:
                path = parse_tile_path(asked.path[1:])
                return Answer(party.bundle(path.index, path.width))
            case ["exchange", "disclosures"]:
                start, end = asked.number("from"), asked.number("to")
                shown = party.shown_to(self.peer, start, end)
                if len(shown) > (most := disclosure.PAGE_RECORDS):
                    end = shown[most]
                records = [party.record(self.peer, i) for i in shown[:most]]
                return Answer(page(records, end))
            case ["exchange", "state"]:
                return Answer(self.state())
            case ["add-checkpoint"]:
                return self._witness(asked.body)
        return Answer(b"not found\n", 404)

    def state(self, **other: Any) -> bytes:
        """What the state is after all of its own log and nothing of the peer's."""
        peer, party = self.peer, self.party
        assert peer is not None
        fold = Fold(REGISTRY, [peer, party.card])
        fold.add(
            entry
            for entry in map(party.read, range(party.size))
            if entry.statement
            and may_see(entry.statement.label, peer.reader)
            and may_see(entry.statement.label, party.card.reader)
        )
        sizes = {peer.nation: 0, party.nation: party.size}
        return canon.encode({"sizes": sizes, "digest": fold.digest()} | other)

    def _witness(self, body: bytes) -> Answer:
        assert self.peer is not None
        request = parse_add_checkpoint(body)
        try:
            new = check_add_checkpoint(request, parse_vkey(self.peer.log_key), self.witnessed)
        except WitnessError as error:
            text = f"{error.size}\n" if error.status == 409 else f"{error.what}\n"
            return Answer(text.encode(), error.status)
        self.witnessed = WitnessState(new.size, new.root, request.checkpoint)
        line = cosign(request.checkpoint, self.party.witness, clock.unix())
        return Answer(line.encode())


@contextmanager
def serving_partner(party: Party) -> Iterator[HostilePartner]:
    """Serve it on a free port of this machine until the end."""
    server = _Server(("127.0.0.1", 0), _Handler)
    party.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.partner = partner = HostilePartner(party, server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield partner
    finally:
        partner.stop()
        thread.join()


class _Server(ThreadingHTTPServer):
    partner: HostilePartner
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A peer that hangs up on a liar is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = 1 << 20  # head and body leave together

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        headers = dict(self.headers.items())
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        answer = self.server.partner.answer(asked)
        if isinstance(answer, Raw):
            self.close_connection = True
            with suppress(OSError):
                for chunk in answer.chunks:
                    self.wfile.write(chunk)
                    self.wfile.flush()
            return
        sent = {"Content-Length": str(len(answer.body)), **answer.headers}
        self.send_response_only(answer.status)
        for name, value in {**sent, **self.server.partner.signature(asked, answer)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing goes to stderr."""
