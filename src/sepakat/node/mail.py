"""How the node sends mail: by the server that the operator names, or into a folder of its own.

SEPAKAT_EMAIL_URL is smtp://user:password@host:port, or smtps:// for TLS from the first byte. Over
smtp:// the connection is turned to TLS (STARTTLS), except to this machine itself. Without it, mails
are kept as files in the folder `outbox` of the node's home, for the operator alone to read.
"""

from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from django.core.mail.backends.filebased import EmailBackend

from sepakat.record.address import split_address
from sepakat.record.errors import InvalidError

VARIABLE = "SEPAKAT_EMAIL_URL"
SENDER = "SEPAKAT_EMAIL_FROM"
TIMEOUT = 20  # seconds
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class OutboxBackend(EmailBackend):
    """Django's backend for files, in a folder that only the node's user may open."""

    def __init__(self, *args: Any, file_path: str | None = None, **kwargs: Any) -> None:
        from django.conf import settings

        folder = Path(file_path or settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(*args, file_path=str(folder), **kwargs)


class Server(NamedTuple):
    """Where mail goes, as Django's settings want it."""

    backend: str = "sepakat.node.mail.OutboxBackend"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_ssl: bool = False
    use_tls: bool = False


def server(url: str) -> Server:
    """The mail server at an address; none given, the outbox. InvalidError if it is of no server."""
    if not url:
        return Server()
    parts = split_address(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise InvalidError(
            "this is no address of a mail server",
            where=VARIABLE,
            fix="Write smtp://user:password@host:port, or smtps://",
        )
    over_tls = parts.scheme == "smtps"
    return Server(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or (465 if over_tls else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=over_tls,
        use_tls=not over_tls and parts.hostname not in LOOPBACK,
    )
