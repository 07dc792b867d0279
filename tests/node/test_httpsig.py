"""Signed messages between nodes: the published vector, and each way to be refused."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import http_sf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
)
from hypothesis import given
from hypothesis import strategies as st

from sepakat.node.httpsig import (
    MAX_FIELD,
    Ed25519,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)
from sepakat.record.errors import InvalidError, RefusedError

NOW = 1_800_000_000
SEED, PARTNER_SEED = b"\x01" * 32, b"\x02" * 32
URL = "https://node.example/exchange/tile/0/000?from=1%202&to=3"
BODY = b'{"size":12}'


def public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


KEYS = {"mys": public(SEED), "kor": public(PARTNER_SEED)}


@dataclass(frozen=True)
class Request:
    """A signed request as the server receives it."""

    method: str = "POST"
    url: str = URL
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = BODY

    def signed(self, **changes: Any) -> "Request":
        settings = {"key_seed": SEED, "keyid": "mys", "now": NOW, "nonce": "n-1"} | changes
        added = sign_request(self.method, self.url, self.headers, self.body, **settings)
        return replace(self, headers=self.headers | added)

    def with_header(self, name: str, value: str) -> "Request":
        return replace(self, headers=self.headers | {name: value})

    def edited(self, name: str, old: str, new: str) -> "Request":
        assert old in self.headers[name]
        return self.with_header(name, self.headers[name].replace(old, new))

    def without(self, name: str) -> "Request":
        return replace(self, headers={k: v for k, v in self.headers.items() if k != name})


class Nonces:
    """The server's memory of nonces."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], int] = {}

    def seen(self, keyid: str, nonce: str, expires: int) -> bool:
        known = (keyid, nonce) in self.known
        self.known[keyid, nonce] = expires
        return known


def verify(request: Request, **changes: Any) -> str:
    settings = {"public_key": KEYS.get, "now": NOW, "seen_nonce": Nonces().seen} | changes
    return verify_request(request.method, request.url, request.headers, request.body, **settings)


JSON = {"Content-Type": "application/json", "Accept": "application/json"}
REQUEST = Request(headers=JSON).signed()


# The vector


@dataclass
class Message:
    method: str
    url: str
    headers: dict[str, str]


VECTOR_KEY = base64.urlsafe_b64decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs=")
VECTOR_SEED = base64.urlsafe_b64decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU=")
VECTOR_COVERED = ("date", "@method", "@path", "@authority", "content-type", "content-length")
VECTOR_INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
VECTOR_SIGNATURE = (
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u"
    "02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
)


def vector_message() -> Message:
    """RFC 9421, appendix B.2, test-request."""
    headers = {
        "Host": "example.com",
        "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "Content-Type": "application/json",
        "Content-Length": "18",
    }
    return Message("POST", "https://example.com/foo?param=Value&Pet=dog", headers)


def vector_verifier() -> HTTPMessageVerifier:
    keys = MappingKeyResolver(public_keys={"test-key-ed25519": VECTOR_KEY}, private_keys={})
    return HTTPMessageVerifier(signature_algorithm=Ed25519, key_resolver=keys)


def test_published_signature_verifies() -> None:
    """RFC 9421, appendices B.1.4 and B.2.6."""
    message = vector_message()
    message.headers |= {"Signature-Input": VECTOR_INPUT, "Signature": VECTOR_SIGNATURE}
    [result] = vector_verifier().verify(message, max_age=None)
    assert result.parameters == {"created": 1618884473, "keyid": "test-key-ed25519"}


def test_published_signature_of_a_changed_message_is_refused() -> None:
    message = vector_message()
    message.headers |= {"Signature-Input": VECTOR_INPUT, "Signature": VECTOR_SIGNATURE}
    message.headers["Content-Length"] = "19"
    with pytest.raises(InvalidSignature):
        vector_verifier().verify(message, max_age=None)


def test_published_signature_is_made_again() -> None:
    keys = MappingKeyResolver(public_keys={}, private_keys={"test-key-ed25519": VECTOR_SEED})
    prepared = HTTPMessageSigner(signature_algorithm=Ed25519, key_resolver=keys).prepare(
        vector_message(),
        key_id="test-key-ed25519",
        created=datetime.fromtimestamp(1618884473, UTC),
        include_alg=False,
        covered_component_ids=VECTOR_COVERED,
        label="sig-b26",
    )
    signature = Ed25519(private_key=VECTOR_SEED).sign(prepared.signature_base)
    assert f"sig-b26=:{base64.b64encode(signature).decode()}:" == VECTOR_SIGNATURE


# Requests


def test_signed_request_is_accepted() -> None:
    assert verify(REQUEST) == "mys"


def test_signature_holds_over_the_base_written_by_hand() -> None:
    """RFC 9421, section 2.5, with another implementation of Ed25519 and of the digest."""
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    assert REQUEST.headers["Content-Digest"] == f"sha-256=:{digest}:"
    parameters = REQUEST.headers["Signature-Input"].removeprefix("sepakat=")
    assert parameters.startswith(
        '("@method" "@authority" "@path" "@query" "content-digest" "content-type");'
    )
    base = (
        '"@method": POST\n'
        '"@authority": node.example\n'
        '"@path": /exchange/tile/0/000\n'
        '"@query": ?from=1%202&to=3\n'
        f'"content-digest": sha-256=:{digest}:\n'
        '"content-type": application/json\n'
        f'"@signature-params": {parameters}'
    )
    signature = base64.b64decode(REQUEST.headers["Signature"].removeprefix("sepakat=").strip(":"))
    Ed25519PublicKey.from_public_bytes(KEYS["mys"]).verify(signature, base.encode())


def test_request_without_content_covers_the_empty_digest() -> None:
    request = Request(method="GET", body=b"").signed()
    digest = base64.b64encode(hashlib.sha256().digest()).decode()
    assert request.headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert verify(request) == "mys"
    with pytest.raises(RefusedError):
        verify(replace(request, body=b"x"))


def test_content_type_that_a_server_makes_up_for_no_content_is_ignored() -> None:
    request = Request(method="GET", body=b"").signed()
    assert verify(request.with_header("Content-Type", "text/plain")) == "mys"


def test_scheme_hidden_by_a_proxy_does_not_matter() -> None:
    assert verify(replace(REQUEST, url=URL.replace("https:", "http:"))) == "mys"


def test_header_names_in_any_case_are_read() -> None:
    upper = {name.upper(): value for name, value in REQUEST.headers.items()}
    assert verify(replace(REQUEST, headers=upper)) == "mys"


CHANGES: dict[str, Callable[[Request], Request]] = {
    "method": lambda r: replace(r, method="PUT"),
    "method in small letters": lambda r: replace(r, method="post"),
    "host": lambda r: replace(r, url=URL.replace("node.example", "third.example")),
    "port": lambda r: replace(r, url=URL.replace("node.example", "node.example:8443")),
    "path": lambda r: replace(r, url=URL.replace("000", "001")),
    "path decoded": lambda r: replace(r, url=URL.replace("%20", "+")),
    "query": lambda r: replace(r, url=URL.replace("to=3", "to=4")),
    "query removed": lambda r: replace(r, url=URL.partition("?")[0]),
    "url malformed": lambda r: replace(r, url="node"),
    "body": lambda r: replace(r, body=BODY + b" "),
    "body removed": lambda r: replace(r, body=b""),
    "content type": lambda r: r.with_header("Content-Type", "text/html"),
    "content type removed": lambda r: r.without("Content-Type"),
    "body and digest": lambda r: replace(r, body=b"x").with_header(
        "Content-Digest", Request(body=b"x").signed().headers["Content-Digest"]
    ),
    "digest removed": lambda r: r.without("Content-Digest"),
    "digest of an unknown algorithm": lambda r: r.edited("Content-Digest", "sha-256", "md5"),
    "signature removed": lambda r: r.without("Signature"),
    "signature input removed": lambda r: r.without("Signature-Input"),
    "signature of another message": lambda r: r.with_header(
        "Signature", Request().signed().headers["Signature"]
    ),
    "signature not base64": lambda r: r.with_header("Signature", "sepakat=:*:"),
    "signature empty": lambda r: r.with_header("Signature", "sepakat=::"),
    "label of one only": lambda r: r.edited("Signature", "sepakat=", "other="),
    "created": lambda r: r.edited("Signature-Input", f"created={NOW}", f"created={NOW + 1}"),
    "created removed": lambda r: r.edited("Signature-Input", f";created={NOW}", ""),
    "created no number": lambda r: r.edited("Signature-Input", f"={NOW}", "=x"),
    "expires": lambda r: r.edited("Signature-Input", f"{NOW + 60}", f"{NOW + 61}"),
    "expires removed": lambda r: r.edited("Signature-Input", f";expires={NOW + 60}", ""),
    "nonce": lambda r: r.edited("Signature-Input", "n-1", "n-2"),
    "nonce removed": lambda r: r.edited("Signature-Input", ';nonce="n-1"', ""),
    "key of another": lambda r: r.edited("Signature-Input", '"mys"', '"kor"'),
    "key unknown": lambda r: r.edited("Signature-Input", '"mys"', '"tur"'),
    "key removed": lambda r: r.edited("Signature-Input", ';keyid="mys"', ""),
    "tag": lambda r: r.edited("Signature-Input", "exchange/v1", "exchange/v2"),
    "tag removed": lambda r: r.edited("Signature-Input", ';tag="sepakat-exchange/v1"', ""),
    "algorithm": lambda r: r.edited("Signature-Input", '"ed25519"', '"hmac-sha256"'),
    "algorithm removed": lambda r: r.edited("Signature-Input", ';alg="ed25519"', ""),
    "parameter added": lambda r: r.edited("Signature-Input", ";tag", ";more=1;tag"),
    "component twice": lambda r: r.edited("Signature-Input", '"@path"', '"@path" "@path"'),
    "component added": lambda r: r.edited("Signature-Input", '"@path"', '"@path" "accept"'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_changed_request_is_refused(change: Callable[[Request], Request]) -> None:
    changed = change(REQUEST)
    assert changed != REQUEST
    nonces = Nonces()
    with pytest.raises(RefusedError):
        verify(changed, seen_nonce=nonces.seen)
    assert not nonces.known, "a refused request used up a nonce"


COMPONENTS = ["@method", "@authority", "@path", "@query", "content-digest", "content-type"]


def signed_otherwise(components: list[str], **parameters: str) -> Request:
    """A request truly signed by a registered key, but outside the profile."""
    request = Request(headers=REQUEST.headers)
    settings = {"alg": "ed25519", "keyid": "mys", "nonce": "n", "tag": "sepakat-exchange/v1"}
    settings |= parameters
    joined = " ".join(f'"{component}"' for component in components)
    texts = "".join(f';{name}="{value}"' for name, value in settings.items() if value)
    value = f"({joined});created={NOW};expires={NOW + 60}{texts}"
    parts = {
        "@method": "POST",
        "@authority": "node.example",
        "@path": "/exchange/tile/0/000",
        "@query": "?from=1%202&to=3",
        "@target-uri": URL,
        "accept": "application/json",
        "content-digest": REQUEST.headers["Content-Digest"],
        "content-type": "application/json",
    }
    lines = [f'"{component}": {parts[component]}' for component in components]
    base = "\n".join([*lines, f'"@signature-params": {value}'])
    signature = Ed25519PrivateKey.from_private_bytes(SEED).sign(base.encode())
    encoded = base64.b64encode(signature).decode()
    return request.with_header("Signature-Input", f"a={value}").with_header(
        "Signature", f"a=:{encoded}:"
    )


def test_request_signed_by_hand_is_accepted() -> None:
    """Else the refusals below would prove nothing."""
    assert verify(signed_otherwise(COMPONENTS)) == "mys"
    assert verify(signed_otherwise(COMPONENTS[::-1])) == "mys"


@pytest.mark.parametrize("left_out", COMPONENTS)
def test_valid_signature_that_leaves_a_component_out_is_refused(left_out: str) -> None:
    components = [component for component in COMPONENTS if component != left_out]
    with pytest.raises(RefusedError, match="components"):
        verify(signed_otherwise(components))


def test_valid_signature_of_another_profile_is_refused() -> None:
    with pytest.raises(RefusedError, match="components"):
        verify(signed_otherwise(["@method", "@target-uri", "content-digest", "content-type"]))
    with pytest.raises(RefusedError, match="components"):
        verify(signed_otherwise([*COMPONENTS, "accept"]))


@pytest.mark.parametrize("name", ["alg", "nonce", "tag"])
def test_valid_signature_without_a_parameter_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="parameters"):
        verify(signed_otherwise(COMPONENTS, **{name: ""}))


def test_valid_signature_with_another_tag_is_refused() -> None:
    with pytest.raises(RefusedError, match="tag"):
        verify(signed_otherwise(COMPONENTS, tag="web-bot-auth"))


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-pss-sha512", "ecdsa-p256-sha256"])
def test_other_algorithm_is_refused(algorithm: str) -> None:
    with pytest.raises(RefusedError, match="ed25519"):
        verify(signed_otherwise(COMPONENTS, alg=algorithm))


def test_unknown_key_is_refused() -> None:
    with pytest.raises(RefusedError, match="not registered"):
        verify(Request().signed(keyid="tur"))


def test_key_registered_under_another_name_is_refused() -> None:
    with pytest.raises(RefusedError):
        verify(Request().signed(keyid="kor"))


def test_unsound_registered_key_is_refused() -> None:
    """The neutral point would verify signatures that nobody made."""
    with pytest.raises(RefusedError):
        verify(REQUEST, public_key={"mys": b"\x01" + bytes(31)}.get)


def test_failing_key_look_up_is_not_reported_as_a_refusal() -> None:
    def broken(keyid: str) -> bytes | None:
        raise ConnectionError(keyid)

    with pytest.raises(ConnectionError):
        verify(REQUEST, public_key=broken)


def test_replayed_request_is_refused() -> None:
    nonces = Nonces()
    assert verify(REQUEST, seen_nonce=nonces.seen) == "mys"
    with pytest.raises(RefusedError, match="before"):
        verify(REQUEST, seen_nonce=nonces.seen, now=NOW + 30)
    assert verify(REQUEST.signed(nonce="n-2"), seen_nonce=nonces.seen) == "mys"


def test_nonce_is_remembered_for_as_long_as_its_request_would_be_accepted() -> None:
    nonces = Nonces()
    request = REQUEST.signed(now=NOW + 30)
    verify(request, seen_nonce=nonces.seen)
    [expires] = nonces.known.values()
    assert verify(request, now=expires) == "mys"
    with pytest.raises(RefusedError):
        verify(request, now=expires + 1)


@pytest.mark.parametrize("age", [-30, 0, 60])
def test_request_within_its_time_is_accepted(age: int) -> None:
    assert verify(REQUEST, now=NOW + age) == "mys"


@pytest.mark.parametrize(("age", "reason"), [(61, "too old"), (-31, "future")])
def test_request_out_of_its_time_is_refused(age: int, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        verify(REQUEST, now=NOW + age)


def test_shorter_age_is_held_to() -> None:
    assert verify(REQUEST, now=NOW + 10, max_age=10) == "mys"
    with pytest.raises(RefusedError, match="too old"):
        verify(REQUEST, now=NOW + 11, max_age=10)


def test_signers_own_expiry_is_held_to_under_a_longer_age() -> None:
    with pytest.raises(RefusedError, match="too old"):
        verify(REQUEST, now=NOW + 61, max_age=3600)


@pytest.mark.parametrize("name", ["Content-Digest", "Signature-Input", "Signature", "Content-Type"])
def test_duplicated_field_is_refused(name: str) -> None:
    value = REQUEST.headers[name]
    with pytest.raises(RefusedError, match="twice"):
        verify(REQUEST.with_header(name.lower(), value))
    with pytest.raises(RefusedError):  # joined, as gateways do
        verify(REQUEST.with_header(name, f"{value}, {value}"))


def test_second_signature_is_refused() -> None:
    other = REQUEST.signed(key_seed=PARTNER_SEED, keyid="kor", nonce="n-2")
    both = {
        name: f"{REQUEST.headers[name]}, {other.headers[name].replace('sepakat=', 'two=')}"
        for name in ("Signature-Input", "Signature")
    }
    with pytest.raises(RefusedError, match="exactly one"):
        verify(replace(REQUEST, headers=REQUEST.headers | both))


@pytest.mark.parametrize("name", ["Content-Digest", "Signature-Input", "Signature", "Content-Type"])
@pytest.mark.parametrize("end", ["\r\n ", "\n", "\0", "\x7f", "é"])
def test_folded_field_is_refused(name: str, end: str) -> None:
    with pytest.raises(RefusedError, match="folded"):
        verify(REQUEST.with_header(name, REQUEST.headers[name] + end))


@pytest.mark.parametrize("name", ["Content-Digest", "Signature-Input", "Signature", "Content-Type"])
def test_field_that_is_too_long_is_refused(name: str) -> None:
    value = REQUEST.headers[name]
    with pytest.raises(RefusedError, match="more than"):
        verify(REQUEST.with_header(name, value + " " * (MAX_FIELD + 1 - len(value))))


NAMES = st.sampled_from(["Content-Digest", "Signature-Input", "Signature"])


@given(NAMES, st.text(max_size=200) | st.text('()";=:,@ab1?*', max_size=80))
def test_garbage_is_refused_and_nothing_worse(name: str, value: str) -> None:
    with pytest.raises(RefusedError):
        verify(REQUEST.with_header(name, value))


@given(NAMES, st.integers(0, 400), st.text(max_size=1))
def test_edited_field_is_refused_and_nothing_worse(name: str, place: int, new: str) -> None:
    old = REQUEST.headers[name]
    place %= len(old)
    value = old[:place] + new + old[place + 1 :]
    try:
        verify(REQUEST.with_header(name, value))
    except RefusedError:
        return
    # Accepted spellings mean the same: a space between members, base64 without its padding.
    assert http_sf.parse(value.encode(), tltype="dictionary") == http_sf.parse(
        old.encode(), tltype="dictionary"
    )


@pytest.mark.parametrize(
    "changes",
    [{"key_seed": b"short"}, {"keyid": "é"}, {"nonce": "a\nb"}],
    ids=["seed", "keyid", "nonce"],
)
def test_unsignable_request_is_refused_before_it_is_sent(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidError):
        Request().signed(**changes)


@pytest.mark.parametrize("url", ["/relative", "https://", "https://node.example/a b"])
def test_url_that_is_not_absolute_and_encoded_is_not_signed(url: str) -> None:
    with pytest.raises(InvalidError):
        Request(url=url).signed()


# Responses


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


def respond(request: Request, **changes: Any) -> Response:
    headers, body = {"Content-Type": "application/octet-stream"}, b"\0tile"
    settings = {"key_seed": PARTNER_SEED, "keyid": "kor", "now": NOW} | changes
    added = sign_response(200, headers, body, request_headers=request.headers, **settings)
    return Response(200, headers | added, body)


def check(response: Response, request: Request = REQUEST, **changes: Any) -> None:
    settings = {"public_key": KEYS["kor"], "keyid": "kor", "now": NOW} | changes
    verify_response(
        response.status,
        response.headers,
        response.body,
        request_headers=request.headers,
        **settings,
    )


RESPONSE = respond(REQUEST)


def test_signed_response_is_accepted() -> None:
    check(RESPONSE)


def test_response_to_another_request_is_refused() -> None:
    other = Request(url=URL.replace("000", "001"), headers=JSON).signed(nonce="n-2")
    check(respond(other), other)
    with pytest.raises(RefusedError):
        check(respond(other), REQUEST)


def test_response_to_another_partners_request_with_the_same_nonce_is_refused() -> None:
    other = Request(headers=JSON).signed(key_seed=b"\x03" * 32, keyid="tur")
    with pytest.raises(RefusedError):
        check(respond(other), REQUEST)


RESPONSE_CHANGES: dict[str, Callable[[Response], Response]] = {
    "status": lambda r: replace(r, status=404),
    "body": lambda r: replace(r, body=b"\0tilE"),
    "body removed": lambda r: replace(r, body=b""),
    "content type": lambda r: replace(r, headers=r.headers | {"Content-Type": "text/html"}),
    "content type twice": lambda r: replace(r, headers=r.headers | {"content-type": "text/html"}),
    **{
        f"{name} removed": lambda r, name=name: replace(
            r, headers={k: v for k, v in r.headers.items() if k != name}
        )
        for name in RESPONSE.headers
    },
}


@pytest.mark.parametrize("change", RESPONSE_CHANGES.values(), ids=RESPONSE_CHANGES.keys())
def test_changed_response_is_refused(change: Callable[[Response], Response]) -> None:
    with pytest.raises(RefusedError):
        check(change(RESPONSE))


def test_content_type_added_to_a_response_is_refused() -> None:
    added = sign_response(
        200, {}, b"x", request_headers=REQUEST.headers, key_seed=SEED, keyid="mys", now=NOW
    )
    bare = Response(200, added, b"x")
    check(bare, public_key=KEYS["mys"], keyid="mys")
    with pytest.raises(RefusedError):
        check(
            replace(bare, headers=added | {"Content-Type": "text/html"}),
            public_key=KEYS["mys"],
            keyid="mys",
        )


def test_response_by_another_key_is_refused() -> None:
    with pytest.raises(RefusedError):
        check(respond(REQUEST, key_seed=SEED, keyid="mys"))
    with pytest.raises(RefusedError):
        check(respond(REQUEST, key_seed=SEED))


@pytest.mark.parametrize(("age", "reason"), [(61, "too old"), (-31, "future")])
def test_response_out_of_its_time_is_refused(age: int, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        check(RESPONSE, now=NOW + age)


def test_request_passed_off_as_a_response_is_refused() -> None:
    with pytest.raises(RefusedError, match="components"):
        check(Response(200, REQUEST.headers, BODY), public_key=KEYS["mys"], keyid="mys")


def test_response_to_an_unsigned_request_is_not_signed() -> None:
    with pytest.raises(InvalidError):
        respond(Request())
