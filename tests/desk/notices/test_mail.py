"""Mail by a real server, and into the outbox where none is named."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.mail import send_mail
from pytest_django.fixtures import Settings

from sepakat.desk.notices import telling
from sepakat.desk.notices.models import Notice
from sepakat.node.mail import server
from sepakat.record.errors import InvalidError
from support.desks import Desk


@dataclass
class Listener:
    """The least of a mail server (RFC 5321): it takes one mail after another, and keeps them."""

    socket: socket.socket
    refuses: bool = False
    mails: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def run(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return  # closed: the test is over
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: object) -> None:
        def say(line: str) -> None:
            stream.write(line.encode() + b"\r\n")  # type: ignore[attr-defined]
            stream.flush()  # type: ignore[attr-defined]

        say("220 ready")
        for line in stream:  # type: ignore[attr-defined]
            verb = line[:4].upper()
            if verb == b"DATA":
                say("354 go on")
                lines = iter(stream.readline, b".\r\n")  # type: ignore[attr-defined]
                self.mails.append(b"".join(lines).decode())
                say("250 kept")
            elif verb == b"QUIT":
                say("221 bye")
                return
            elif verb == b"RCPT" and self.refuses:
                say("550 no such box")
            else:
                say("250 fine")


@pytest.fixture
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        made = Listener(opened)
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        yield made
        opened.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def use(settings: Settings, url: str) -> None:
    named = server(url)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = named.backend, named.host
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS = named.port, named.use_tls
    settings.EMAIL_USE_SSL = named.use_ssl


def test_digests_reach_a_mail_server(desk: Desk, settings: Settings, listener: Listener) -> None:
    use(settings, f"smtp://127.0.0.1:{listener.port}")
    done = telling.tell(desk.home)
    assert done.failed == 0
    assert done.mails == len(listener.mails) > 0
    assert any("To: officer@mys.example" in mail for mail in listener.mails)


def test_a_mail_that_was_refused_is_lost(
    desk: Desk, settings: Settings, listener: Listener
) -> None:
    use(settings, f"smtp://127.0.0.1:{listener.port}")
    listener.refuses = True
    done = telling.tell(desk.home)
    assert done.mails == 0
    assert done.failed > 0
    assert not Notice.objects.exclude(mailed=None).exists()
    listener.refuses = False
    assert telling.tell(desk.home).mails == done.failed


def test_a_mail_server_that_is_down_stops_nothing(desk: Desk, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    use(settings, f"smtp://127.0.0.1:{port}")
    done = telling.tell(desk.home)
    assert done.notices > 0
    assert done.failed > 0


def test_an_outbox_that_others_on_the_machine_can_read(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = server("").backend
    settings.EMAIL_FILE_PATH = tmp_path / "outbox"
    send_mail("Subject", "Text", None, ["officer@mys.example"])
    folder = tmp_path / "outbox"
    assert folder.stat().st_mode & 0o777 == 0o700
    [kept] = folder.iterdir()
    assert "officer@mys.example" in kept.read_text()


def test_a_mail_server_reached_without_tls() -> None:
    far = server("smtp://u%40x:p%2Fw@mail.mys.example")
    assert (far.port, far.use_tls, far.use_ssl) == (587, True, False)
    assert (far.user, far.password) == ("u@x", "p/w")
    near = server("smtp://127.0.0.1:25")
    assert (near.use_tls, near.use_ssl) == (False, False)
    assert server("smtps://mail.mys.example").use_ssl
    with pytest.raises(InvalidError, match="mail server"):
        server("https://mail.mys.example")
