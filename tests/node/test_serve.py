"""A node served by real processes on a real port."""

import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sepakat.node.home import Config, Home
from sepakat.node.serve import serve
from sepakat.record.errors import ConflictError, InvalidError, RefusedError
from support.postgres import NewDatabase
from support.serving import Serving, eventually, init, is_running, serving

# For what never comes to the database.
once = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)

CONFIG = Config(
    nation="MYS",
    name="Malaysia",
    origin="mys.sepakat.example/log",
    url="https://mys.sepakat.example",
    ceiling="SECRET",
)


@pytest.fixture(scope="module")
def url(new_database: NewDatabase) -> str:
    return new_database()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, url: str) -> Home:
    return init(tmp_path_factory.mktemp("serve") / "node", CONFIG.model_dump_json(), url=url)


@pytest.fixture(scope="module")
def node(home: Home, url: str) -> Iterator[Serving]:
    with serving(home, url=url) as node:
        yield node


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that 127.0.0.1 made for itself, and its private key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "node")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def exchange(port: int, request: bytes) -> bytes:
    """Everything that is answered to these bytes, until the node closes the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        with suppress(ConnectionError):  # it may close before it has read everything
            connection.sendall(request)
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                answer += part
    return answer


def test_the_announced_port_is_the_real_one(node: Serving, home: Home) -> None:
    assert (home.run_dir / "address").read_text() == node.address + "\n"
    assert node.port != 0
    assert httpx.get(node.address + "/healthz").text == "ok\n"


def test_no_answer_names_the_software(node: Serving) -> None:
    for path in ("/healthz", "/nothing"):
        answer = exchange(
            node.port,
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(),
        )
        assert answer.startswith(b"HTTP/1.1 ")
        assert b"\r\nserver:" not in answer.lower()
        assert b"gunicorn" not in answer.lower()


def test_a_foreign_host_header_is_refused(node: Serving) -> None:
    answer = httpx.get(node.address + "/healthz", headers={"Host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 60 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 9000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX Y: 1\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\r\n\r\n", b"400"),
    ],
    ids=["line", "many-headers", "long-header", "header-name", "tls-to-plain"],
)
def test_an_oversized_or_broken_head_is_refused(
    node: Serving, request_bytes: bytes, status: bytes
) -> None:
    answer = exchange(node.port, request_bytes)
    assert answer.split(b" ")[1] == status
    assert httpx.get(node.address + "/healthz").status_code == 200


def test_an_oversized_body_is_refused_before_it_is_sent(node: Serving) -> None:
    head = b"POST /add-checkpoint HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    answer = exchange(node.port, head + b"Content-Length: 1000000000\r\n\r\n")
    assert answer.split(b" ")[1] in (b"400", b"403", b"413")


def test_log_has_one_line_for_each_event_whatever_was_asked(node: Serving) -> None:
    before = node.log.read_text()
    httpx.get(node.address + "/a%0AERROR%20forged%1B[31m%E2%80%A8second?secret=hunter2")
    eventually("the refusal is logged", lambda: node.log.read_text() != before)
    line = node.log.read_text().removeprefix(before)
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1  # by any of the characters that Unicode ends lines with
    assert "WARNING django.request Not Found" in line
    assert "\x1b" not in line
    assert "hunter2" not in line


@once
def test_slow_clients_do_not_hold_the_node(home: Home) -> None:
    """More clients than there are threads begin a request and never end it."""
    with ExitStack() as stack:
        node = stack.enter_context(serving(home, deadline=0.5, workers=1))
        slow = []
        for _ in range(40):
            connection = socket.create_connection(("127.0.0.1", node.port), timeout=60)
            slow.append(stack.enter_context(closing(connection)))
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        assert httpx.get(node.address + "/healthz", timeout=60).status_code == 200
        for connection in slow:
            with suppress(ConnectionError):
                assert b"200" not in connection.recv(100)


@once
def test_a_client_that_does_not_send_its_body_is_cut_off(home: Home) -> None:
    with serving(home, deadline=0.5) as node:
        head = b"POST /add-checkpoint HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
        assert b"200" not in exchange(node.port, head + b"old 0")


@once
def test_half_a_handshake_is_cut_off(home: Home, tmp_path: Path) -> None:
    with serving(home, deadline=0.5, pem=certificate(tmp_path)) as node:
        exchange(node.port, b"\x16\x03\x01\x02\x00")  # a client hello that ends here


@once
@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "::1"])
def test_plain_http_is_served_on_loopback(home: Home, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no address {host}")
    with serving(home, host) as node:
        answer = httpx.get(node.address + "/healthz", headers={"Host": "localhost"})
        assert answer.status_code == 200


@once
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "node.example", ""])
def test_plain_http_is_refused_elsewhere(home: Home, host: str) -> None:
    with pytest.raises(RefusedError, match="--certificate"):
        serve(home, host, 0)


@once
def test_tls_is_served_to_those_who_trust_the_certificate(home: Home, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=pem[0])
    with serving(home, pem=pem) as node:
        assert node.address.startswith("https://127.0.0.1:")
        answer = httpx.get(node.address + "/healthz", verify=trusting)
        assert answer.status_code == 200
        assert "max-age=" in answer.headers["Strict-Transport-Security"]
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(node.address + "/healthz", verify=ssl.create_default_context())
        assert b"200" not in exchange(
            node.port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )


@once
def test_a_private_key_of_another_certificate_is_refused(home: Home, tmp_path: Path) -> None:
    one, two = certificate(tmp_path / "one"), certificate(tmp_path / "two")
    with pytest.raises(InvalidError, match="belong together"):
        serve(home, "127.0.0.1", 0, one[0], two[1])
    with pytest.raises(InvalidError, match="No such file"):
        serve(home, "127.0.0.1", 0, tmp_path / "none.pem", two[1])


def test_a_taken_port_is_an_error_with_advice(home: Home, node: Serving) -> None:
    with pytest.raises(ConflictError, match="Choose another port"):
        serve(home, "127.0.0.1", node.port)


def test_sigterm_ends_it_cleanly(home: Home, url: str) -> None:
    with serving(home, url=url) as node:
        eventually("two workers", lambda: len(node.workers()) == 2)
        assert httpx.get(node.address + "/healthz").status_code == 200
        workers = node.workers()
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(60) == 0
    assert not any(is_running(pid) for pid in workers)


def test_a_killed_master_leaves_no_worker_behind(home: Home, url: str) -> None:
    with serving(home, url=url) as node:
        eventually("two workers", lambda: len(node.workers()) == 2)
        # A request that never ends keeps a worker busy.
        busy = socket.create_connection(("127.0.0.1", node.port))
        busy.sendall(b"GET /healthz HTTP/1.1\r\n")
        workers = node.workers()
        node.process.kill()
        node.process.wait()
        eventually("the workers end", lambda: not any(is_running(pid) for pid in workers))
        busy.close()
