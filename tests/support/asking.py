"""Requests to a node's server as bytes, signed by a party or not, and every byte of the answer."""

import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sepakat.node import clock, httpsig
from sepakat.record.card import Card
from sepakat.record.keys import PublicKey, SigningKey
from support.party import Party


@dataclass(frozen=True)
class Reply:
    """What came back: the status, the headers by their small names, the body, and the whole."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bytes


def ask(port: int, request: bytes) -> Reply:
    """Send these bytes, and read until the node closes the connection."""
    whole = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        with suppress(ConnectionError):  # it may close before it has read everything
            connection.sendall(request)
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                whole += part
    head, _, body = whole.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    status = first.split(" ")[1] if " " in first else "0"
    return Reply(int(status), headers, body, whole)


def request(
    method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """A request as bytes; the headers given replace those that it needs."""
    lines = {"Host": "localhost", "Connection": "close"}
    if body:
        lines |= {"Content-Length": str(len(body)), "Content-Type": "text/plain"}
    lines |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def signed(
    party: Party,
    node: Card,
    method: str,
    target: str,
    body: bytes = b"",
    *,
    key: SigningKey | None = None,
    nonce: str | None = None,
    later: int = 0,
    **other: Any,
) -> bytes:
    """A request that the party's key signs for the node's address, `later` seconds from now.

    `other` replaces what is signed: `as_method`, `as_target`, `as_body`, `address`.
    """
    content = {"Content-Type": "text/plain"} if body else {}
    signing = key or party.exchange
    signature = httpsig.sign_request(
        other.get("as_method", method),
        other.get("address", node.url) + other.get("as_target", target),
        content,
        other.get("as_body", body),
        key_seed=signing.seed,
        keyid=signing.public.keyid,
        now=clock.unix() + later,
        nonce=nonce or secrets.token_urlsafe(18),
    )
    return request(method, target, signature, body)


def is_answer_to(asked: bytes, reply: Reply, node: Card) -> None:
    """Raises RefusedError unless the node has signed this reply to these bytes."""
    head = asked.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in head)
    key = PublicKey.parse(node.exchange_key)
    httpsig.verify_response(
        reply.status,
        reply.headers,
        reply.body,
        request_headers=headers,
        public_key=key.raw,
        keyid=key.keyid,
        now=clock.unix(),
    )
