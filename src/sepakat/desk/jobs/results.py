"""Files that jobs make: outside the web root, for a day, each for the owner of its job."""

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from sepakat.node.home import Home
from sepakat.record.errors import NotFoundError

KEPT_SECONDS = 24 * 3600


def make(home: Home) -> tuple[str, IO[bytes]]:
    """A new file, readable by the node alone, and its name."""
    name = secrets.token_hex(16)
    path = _folder(home) / name
    file = path.open("xb")
    path.chmod(0o600)
    return name, file


def open_result(home: Home, name: str) -> IO[bytes]:
    """NotFoundError if it is gone, or older than a day."""
    path = _folder(home) / Path(name).name
    if not name or not path.is_file() or _is_old(path):
        raise NotFoundError("the file is here no more", fix="Start the job once more")
    return path.open("rb")


def discard(home: Home, name: str) -> None:
    (_folder(home) / Path(name).name).unlink(missing_ok=True)


def sweep(home: Home) -> None:
    for path in _folder(home).iterdir():
        with suppress(OSError):
            if _is_old(path):
                path.unlink()


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < time.time() - KEPT_SECONDS


def _folder(home: Home) -> Path:
    folder = home.path / "results"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
