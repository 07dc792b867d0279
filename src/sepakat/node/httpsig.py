"""HTTP Message Signatures (RFC 9421) between nodes: one closed profile, on plain values.

A message carries exactly one signature, Ed25519, tagged "sepakat-exchange/v1" and valid for 60
seconds. It always covers Content-Digest (RFC 9530), also of empty content, and the Content-Type
of content that has one. Covered components and parameters are exactly the profile's: one less or
one more is refused.

A request covers its method, authority, path and query. The authority keeps a partner from passing
a request on to a third node; the scheme is left out because a proxy that ends TLS hides it. The
server gives `url` with its own configured authority (never the Host header) and the path and query
as they were received, still percent-encoded. A response covers its status and the request's
Signature, and so everything that the request covered.

Digests are of the content as sent: the client asks for `Accept-Encoding: identity`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    InvalidSignature,
    MappingKeyResolver,
)

from sepakat.record.errors import InvalidError, RefusedError, SepakatError
from sepakat.record.keys import PublicKey, SigningKey

TAG: Final = "sepakat-exchange/v1"
LIFETIME: Final = 60  # seconds
SKEW: Final = 30  # seconds that the signer's clock may be ahead
MAX_FIELD: Final = 4096  # characters of one header field that is read here
MAX_NONCE: Final = 64  # characters

_CLOCKS: Final = "Sign again, and compare the clocks of both nodes"
_LABEL: Final = "sepakat"
_ADDED: Final = ("Content-Digest", "Signature-Input", "Signature")
_CONTENT_TYPE: Final = frozenset({"content-type"})
_READ: Final = _CONTENT_TYPE | {"content-digest", "signature-input", "signature"}
_REQUEST: Final = ('"@method"', '"@authority"', '"@path"', '"@query"')
_RESPONSE: Final = ('"@status"', '"signature";req')
_PARAMETERS: Final = frozenset({"alg", "created", "expires", "keyid", "tag"})


class Ed25519(HTTPSignatureAlgorithm):
    """The project's one Ed25519 verifier as an algorithm of the library; keys are raw bytes."""

    algorithm_id = "ed25519"

    def __init__(self, public_key: bytes | None = None, private_key: bytes | None = None) -> None:
        self.public = None if public_key is None else PublicKey(public_key)
        self.private = None if private_key is None else SigningKey(private_key)

    def sign(self, message: bytes) -> bytes:
        assert self.private is not None
        return self.private.sign(message)

    def verify(self, signature: bytes, message: bytes) -> None:
        assert self.public is not None
        if not self.public.verifies(message, signature):
            raise InvalidSignature("signature does not verify")


@dataclass
class _Request:
    method: str
    url: str
    headers: dict[str, str]


@dataclass
class _Response:
    status_code: int
    headers: dict[str, str]
    request: _Request


class _Verifier(HTTPMessageVerifier):
    """The library's verifier, held to the profile and to the caller's clock."""

    def __init__(
        self,
        public_key: Callable[[str], bytes | None],
        components: tuple[str, ...],
        parameters: frozenset[str],
        *,
        now: int,
        max_age: int,
    ) -> None:
        super().__init__(signature_algorithm=Ed25519, key_resolver=None)
        self._public_key = public_key
        self._components = sorted(components)
        self._parameters = parameters
        self._now = now
        self._max_age = max_age

    def validate_created_and_expires(self, sig_input: Any, max_age: object = None) -> None:
        """The library calls this first, when it knows of one well-formed signature only."""
        parameters = sig_input.params
        if sorted(str(item) for item in sig_input) != self._components:
            raise RefusedError("the signature does not cover exactly the profile's components")
        if parameters.keys() != self._parameters:
            raise RefusedError("the signature does not have exactly the profile's parameters")
        if parameters["alg"] != Ed25519.algorithm_id:
            raise RefusedError("the signature's algorithm is not ed25519")
        if parameters["tag"] != TAG:
            raise RefusedError(f"the signature's tag is not {TAG}")
        nonce = parameters.get("nonce", "")
        if not (isinstance(nonce, str) and len(nonce) <= MAX_NONCE):
            raise RefusedError(f"the nonce is no text of at most {MAX_NONCE} characters")
        if parameters["created"] > self._now + SKEW:
            raise RefusedError("the signature is from the future", fix=_CLOCKS)
        if self._now > _deadline(parameters, self._max_age):
            raise RefusedError("the signature is too old", fix=_CLOCKS)
        # Looked up here because the library would report a failing look-up as a bad signature.
        keyid = parameters["keyid"]
        key = self._public_key(keyid)
        if key is None:
            raise RefusedError("the signature's key is not registered")
        self.key_resolver = MappingKeyResolver(public_keys={keyid: key}, private_keys={})


def sign_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    key_seed: bytes,
    keyid: str,
    now: int,
    nonce: str,
) -> dict[str, str]:
    """The headers to add to a request: Content-Digest, Signature-Input and Signature.

    `method` in capitals, `url` absolute and percent-encoded, `now` in Unix seconds, `nonce` unlike
    any other that this key signed within the last minutes. Raises InvalidError.
    """
    fields = _fields(headers, _CONTENT_TYPE, InvalidError, body)
    return _sign(_Request(method, url, fields), _REQUEST, body, key_seed, keyid, now, nonce)


def verify_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    public_key: Callable[[str], bytes | None],
    now: int,
    max_age: int = LIFETIME,
    seen_nonce: Callable[[str, str, int], bool],
) -> str:
    """The identifier of the registered key that signed the request, or RefusedError.

    `public_key` gives the 32 bytes of a registered key, None for others. `seen_nonce(keyid, nonce,
    expires)` remembers the nonce at least to the end of that second and says whether it was there
    already, as one atomic step; it is asked only about requests that hold in all else.
    """
    fields = _fields(headers, _READ, RefusedError, body)
    message = _Request(method, url, fields)
    verifier = _Verifier(
        public_key,
        _covered(_REQUEST, fields),
        _PARAMETERS | {"nonce"},
        now=now,
        max_age=max_age,
    )
    parameters = _verify(verifier, message, body)
    keyid: str = parameters["keyid"]
    if seen_nonce(keyid, parameters["nonce"], _deadline(parameters, max_age)):
        raise RefusedError("the request was received before", fix="Sign it again with a new nonce")
    return keyid


def sign_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    request_headers: Mapping[str, str],
    key_seed: bytes,
    keyid: str,
    now: int,
) -> dict[str, str]:
    """The headers to add to the response to a verified request. Raises InvalidError."""
    fields = _fields(headers, _CONTENT_TYPE, InvalidError, body)
    message = _Response(status, fields, _answered(request_headers, InvalidError))
    return _sign(message, _RESPONSE, body, key_seed, keyid, now, None)


def verify_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    request_headers: Mapping[str, str],
    public_key: bytes,
    keyid: str,
    now: int,
) -> None:
    """Raises RefusedError unless the key signed this response to the request of these headers."""
    fields = _fields(headers, _READ, RefusedError, body)
    message = _Response(status, fields, _answered(request_headers, RefusedError))
    verifier = _Verifier(
        {keyid: public_key}.get,
        _covered(_RESPONSE, fields),
        _PARAMETERS,
        now=now,
        max_age=LIFETIME,
    )
    _verify(verifier, message, body)


def _fields(
    headers: Mapping[str, str], names: frozenset[str], error: type[SepakatError], body: bytes
) -> dict[str, str]:
    """The named fields in small letters, checked before anything parses them.

    Content-Type means nothing without content, and some servers then make one up.
    """
    fields: dict[str, str] = {}
    for given, value in headers.items():
        name = given.lower()
        if name not in names or (name == "content-type" and not body):
            continue
        if name in fields:
            raise error("the header field is given twice", where=name)
        if len(value) > MAX_FIELD:
            raise error(f"the header field has more than {MAX_FIELD} characters", where=name)
        if not (value.isascii() and value.isprintable()):
            raise error("the header field is folded or has other than printable ASCII", where=name)
        fields[name] = value
    return fields


def _answered(headers: Mapping[str, str], error: type[SepakatError]) -> _Request:
    """The request of a response, of which only the Signature is covered; the rest is filler."""
    fields = _fields(headers, frozenset({"signature"}), error, b"")
    if not fields:
        raise error("the request that was answered carries no signature", fix="Sign it first")
    return _Request("GET", "https://request.invalid/", fields)


def _covered(start: tuple[str, ...], fields: Mapping[str, str]) -> tuple[str, ...]:
    content_type = ('"content-type"',) if "content-type" in fields else ()
    return (*start, '"content-digest"', *content_type)


def _sign(
    message: _Request | _Response,
    start: tuple[str, ...],
    body: bytes,
    key_seed: bytes,
    keyid: str,
    now: int,
    nonce: str | None,
) -> dict[str, str]:
    keys = MappingKeyResolver(public_keys={}, private_keys={keyid: key_seed})
    signer = HTTPMessageSigner(signature_algorithm=Ed25519, key_resolver=keys)
    try:
        signer.sign(
            message,
            key_id=keyid,
            created=datetime.fromtimestamp(now, UTC),
            expires=datetime.fromtimestamp(now + LIFETIME, UTC),
            nonce=nonce,
            label=_LABEL,
            tag=TAG,
            covered_component_ids=_covered(start, message.headers),
            body=body,
        )
    except (HTTPMessageSignaturesException, ValueError) as error:
        raise InvalidError(f"the message cannot be signed: {error}") from error
    return {name: message.headers[name] for name in _ADDED}


def _verify(verifier: _Verifier, message: _Request | _Response, body: bytes) -> dict[str, Any]:
    """The parameters of the message's one signature, when it and the digest hold."""
    missing = _READ - {"content-type"} - message.headers.keys()
    if missing:
        raise RefusedError("the header field is missing", where=min(missing))
    try:
        [result] = verifier.verify(message, max_age=None)
    except HTTPMessageSignaturesException as error:
        raise RefusedError("the message does not carry exactly one valid signature") from error
    try:
        ContentDigest.verify(message.headers["content-digest"], body)
    except HTTPMessageSignaturesException as error:
        raise RefusedError("the content is not what its digest says") from error
    return dict(result.parameters)


def _deadline(parameters: Mapping[str, Any], max_age: int) -> int:
    """The last second at which a signature is accepted, so until when its nonce counts."""
    return int(min(parameters["expires"], parameters["created"] + max_age))
