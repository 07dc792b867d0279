"""Writing files so that they outlive a loss of power."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Put a file, readable by its owner alone, in its place: whole, or not at all."""
    folder = path.parent
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync(folder.parent)
    temporary = folder / f".{secrets.token_hex(8)}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(folder)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """What is wrong with a file on the way to `path` is told as of that: it is what was named."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def sync(folder: Path) -> None:
    """Make durable which files are in a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
