"""Files that somebody has sent and not yet confirmed: kept outside the web root for a day, each for
the one who sent it."""

import secrets
import time
from contextlib import suppress
from pathlib import Path

from sepakat.node.home import Home
from sepakat.record.errors import NotFoundError, RefusedError

KEPT_SECONDS = 24 * 3600
MAX_WAITING = 1024**3  # bytes of one account, so that nobody fills the disk


def keep(home: Home, account: str, content: bytes) -> str:
    """Keep a file, and give the name by which the same account takes it; RefusedError where too
    much of the account's waits already."""
    folder = _folder(home)
    _sweep(folder)
    if _waiting(folder, account) + len(content) > MAX_WAITING:
        raise RefusedError(
            "too many of your files wait to be confirmed",
            fix="Confirm those that you have sent, or wait a day",
        )
    name = secrets.token_hex(16)
    path = _path(home, account, name)
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(content)
    return name


def read(home: Home, account: str, name: str) -> bytes:
    """The file again; NotFoundError if it is another's, gone, or older than a day."""
    try:
        return _path(home, account, name).read_bytes()
    except (OSError, ValueError):
        raise NotFoundError("the file is here no more", fix="Choose it once more") from None


def discard(home: Home, account: str, name: str) -> None:
    with suppress(OSError, ValueError):
        _path(home, account, name).unlink()


def _folder(home: Home) -> Path:
    folder = home.path / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(home: Home, account: str, name: str) -> Path:
    bytes.fromhex(name)  # a ValueError, and no path, for anything but our own names
    return _folder(home) / f"{account}.{name}"


def _waiting(folder: Path, account: str) -> int:
    total = 0
    for path in folder.glob(f"{account}.*"):
        with suppress(OSError):  # discarded meanwhile
            total += path.stat().st_size
    return total


def _sweep(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
