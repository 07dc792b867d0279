"""HTTP to a partner's node: every request and every answer signed, everything bounded."""

import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

import httpx

from sepakat.node import clock, httpsig
from sepakat.node.home import Home
from sepakat.record.address import split_address
from sepakat.record.card import Card
from sepakat.record.errors import NotFoundError, ProofError, RefusedError, SepakatError
from sepakat.record.keys import PublicKey

DEADLINE = 60.0  # seconds for one answer, however slowly its bytes come
TIMEOUT = httpx.Timeout(10.0)


class UnreachableError(SepakatError):
    """The partner's node does not answer, or not as one."""


class UnwelcomeError(UnreachableError):
    """The partner's node answers, and signs, that it cannot."""


def require_safe(url: str) -> None:
    """Plain HTTP is for nodes on one machine; between machines there must be TLS."""
    parts = split_address(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return
    raise RefusedError(
        "this is neither HTTPS nor a loopback address",
        where=url,
        fix="Give the node's https:// address",
    )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Transport:
    """A connection to one partner, authenticated both ways by the keys on the two cards."""

    def __init__(self, home: Home, partner: Card, url: str) -> None:
        require_safe(url)
        self._url = url.rstrip("/")
        self._named = partner.url.rstrip("/")
        self._seed = home.keys.get("exchange")
        self._keyid = PublicKey.parse(home.card().exchange_key).keyid
        self._partner = PublicKey.parse(partner.exchange_key)
        self._name = partner.nation
        self._line: socket.socket | None = None
        # No redirects, no proxies and no credentials from the environment; trusted authorities
        # may be set with SSL_CERT_FILE.
        self._http = httpx.Client(
            timeout=TIMEOUT, trust_env=False, verify=ssl.create_default_context()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()
        if self._line is not None:
            self._line.close()

    def get(self, path: str, limit: int) -> bytes:
        """The body at `path`, of at most `limit` bytes; other answers than 200 are errors."""
        status, body = self._send("GET", path, b"", limit)
        if status != httpx.codes.OK:
            raise self._unwelcome(status, path)
        return body

    def post(self, path: str, body: bytes, limit: int) -> tuple[int, bytes]:
        """The status and the body of the answer, whatever it is."""
        return self._send("POST", path, body, limit)

    def _send(self, method: str, path: str, body: bytes, limit: int) -> tuple[int, bytes]:
        url = self._url + path
        headers = {"Accept-Encoding": "identity"}
        if body:
            headers["Content-Type"] = "text/plain; charset=utf-8"
        # Signed for the address on the card, which the partner knows as its own, wherever the
        # network has it.
        headers |= httpsig.sign_request(
            method,
            self._named + path,
            headers,
            body,
            key_seed=self._seed,
            keyid=self._keyid,
            now=clock.unix(),
            nonce=secrets.token_urlsafe(18),
        )
        watched = {"trace": self._watch}
        with (
            self._deadline(url),
            self._http.stream(
                method, url, headers=headers, content=body, extensions=watched
            ) as answer,
        ):
            content = self._read(answer, limit, url)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # which it cannot sign for a stranger
            raise RefusedError(
                f"{self._name}'s node does not take our signature",
                where=url,
                fix="Ask its operator whether this node is registered there, or frozen, and "
                "compare both clocks",
            )
        try:
            httpsig.verify_response(
                answer.status_code,
                dict(answer.headers),
                content,
                request_headers=headers,
                public_key=self._partner.raw,
                keyid=self._partner.keyid,
                now=clock.unix(),
            )
        except RefusedError as error:
            error.where = f"{url}, {error.where}" if error.where else url
            error.at(
                fix=f"See that this is the address of {self._name}'s node, and that nothing on the "
                "way changes its answers; else ask its operator"
            )
            raise
        return answer.status_code, content

    @contextmanager
    def _deadline(self, url: str) -> Iterator[None]:
        """Cut the line when an answer takes too long: timeouts start anew with every byte."""
        is_late = threading.Event()

        def cut() -> None:
            is_late.set()
            if self._line is not None:
                with suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(DEADLINE, cut)
        timer.start()
        why = f"takes longer than {DEADLINE:g} s"
        cause = None
        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            cause = error
            if not is_late.is_set():
                why = f"does not answer ({type(error).__name__}: {error})"
        finally:
            timer.cancel()
        if cause or is_late.is_set():  # a cut may look like the end of an answer
            raise UnreachableError(
                f"{self._name}'s node {why}",
                where=url,
                fix="Check its address and the network; the next exchange tries again",
            ) from cause

    def _watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by the HTTP library at each of its steps: keeps hold of the TCP connection."""
        if event == "connection.connect_tcp.complete":
            if self._line is not None:
                self._line.close()
            self._line = info["return_value"].get_extra_info("socket").dup()

    def _read(self, answer: httpx.Response, limit: int, url: str) -> bytes:
        content = bytearray()
        for chunk in answer.iter_raw(64 * 1024):
            content += chunk
            if len(content) > limit:
                raise ProofError(
                    f"{self._name}'s node sends more than the {limit:,} bytes that may come here",
                    where=url,
                    fix="Nothing of it was kept; ask its operator",
                )
        return bytes(content)

    def _unwelcome(self, status: int, path: str) -> SepakatError:
        url = self._url + path
        if status == httpx.codes.NOT_FOUND:
            return NotFoundError(
                f"{self._name}'s node has no such thing",
                where=url,
                fix="Ask its operator whether it runs a version that fits this node's",
            )
        if status == httpx.codes.FORBIDDEN:
            return RefusedError(
                f"{self._name}'s node refuses us",
                where=url,
                fix="Ask its operator why",
            )
        return UnwelcomeError(
            f"{self._name}'s node answers with status {status}",
            where=url,
            fix="Ask its operator; the next exchange tries again",
        )
