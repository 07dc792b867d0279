"""Secret keys: in files that only their owner can read, or from the environment.

A secret is written as standard base64 in both places, so that it can be moved from one to the
other. `<name>.key` holds the key `name`; `SEPAKAT_KEY_<NAME>`, in capitals and with underscores
for dashes, takes its place where it is set.
"""

import base64
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Final

from sepakat.node.files import sync
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from sepakat.record.keys import decode_base64

# root signs for the nation as its card says, office from day to day; witness and witness-ml-dsa
# cosign, by Ed25519 and ML-DSA-44; exchange signs HTTP messages; storage encrypts files at rest.
# Organisations' keys are named by the organisation's identifier.
NAMES: Final = (
    "root",
    "office",
    "log",
    "witness",
    "witness-ml-dsa",
    "exchange",
    "sealing",
    "storage",
)

_NAME: Final = re.compile(r"(?:[A-Z]{3}-)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SUFFIX: Final = ".key"
_MAX_FILE_BYTES: Final = 4096
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def key_bytes(name: str) -> int:
    """How long the key is: a sealing key is a pair of seeds, every other key 32 bytes."""
    return 96 if name == "sealing" else 32


class Keystore:
    """The keys of one node. Neither its representation nor its errors show a secret."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        return f"<Keystore {self._folder}>"

    def __contains__(self, name: str) -> bool:
        return _variable(name) in os.environ or self._path(name).exists()

    def names(self) -> list[str]:
        """The keys that are here; of those in the environment, only the ones in `NAMES`."""
        here = {path.stem for path in self._folder.glob(f"*{_SUFFIX}") if _is_name(path.stem)}
        return sorted(here | {name for name in NAMES if _variable(name) in os.environ})

    def get(self, name: str) -> bytes:
        """The secret; NotFoundError without one, RefusedError if others could have read it."""
        path = self._path(name)
        variable = _variable(name)
        if variable in os.environ:
            return _decode(name, os.environ[variable], where=variable)
        _require_private(self._folder)
        try:
            # A link could be turned to another file, and a pipe would block.
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise _missing(name, self._folder) from None
        except OSError as error:
            raise RefusedError(
                f"the key cannot be read ({error.strerror})",
                where=str(path),
                fix="Make it a plain file of the user that runs the node",
            ) from None
        with os.fdopen(handle, "rb") as file:
            _check_private(path, os.fstat(handle))
            text = file.read(_MAX_FILE_BYTES)
        return _decode(name, text.decode("ascii", "replace").strip(), where=str(path))

    def put(self, name: str, secret: bytes) -> None:
        """Keep a new key, durably; ConflictError if there is one of this name already."""
        path = self._path(name)
        _check_length(name, secret, where=str(path))
        if name in self:
            raise _taken(name, path)
        _require_private(self._folder)
        with self._temporary(base64.b64encode(secret) + b"\n") as temporary:
            try:
                os.link(temporary, path)  # unlike a rename, it never replaces
            except FileExistsError:
                raise _taken(name, path) from None
        sync(self._folder)

    @contextmanager
    def _temporary(self, content: bytes) -> Iterator[Path]:
        path = self._folder / f".{secrets.token_hex(8)}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
            yield path
        finally:
            path.unlink()

    def _path(self, name: str) -> Path:
        if not _is_name(name):
            raise InvalidError(
                f"{name!r} is no name of a key",
                fix="Use small letters, digits and dashes, or an organisation's identifier",
            )
        return self._folder / f"{name}{_SUFFIX}"


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _variable(name: str) -> str:
    return "SEPAKAT_KEY_" + name.upper().replace("-", "_")


def _decode(name: str, text: str, *, where: str) -> bytes:
    try:
        secret = decode_base64(text)
    except InvalidError as error:
        raise InvalidError(f"the key is {error.what}", where=where, fix=error.fix) from None
    _check_length(name, secret, where=where)
    return secret


def _check_length(name: str, secret: bytes, *, where: str) -> None:
    if len(secret) != key_bytes(name):
        raise InvalidError(
            f"the key {name!r} has {key_bytes(name)} bytes, this one {len(secret)}",
            where=where,
            fix="Put the right key there",
        )


def _require_private(folder: Path) -> None:
    try:
        status = folder.stat()
    except FileNotFoundError:
        raise NotFoundError(
            "there is no folder of keys",
            where=str(folder),
            fix="Make the node with `sepakat init`, or give the keys in the environment",
        ) from None
    _check_private(folder, status)


def _check_private(path: Path, status: os.stat_result) -> None:
    is_folder = stat.S_ISDIR(status.st_mode)
    if not is_folder and not stat.S_ISREG(status.st_mode):
        raise RefusedError("the key is not a plain file", where=str(path), fix="Replace it")
    if status.st_uid != os.geteuid():
        raise RefusedError(
            "it belongs to another user",
            where=str(path),
            fix=f"Run the node as its owner, or run: chown {os.geteuid()} {quote(str(path))}",
        )
    if status.st_mode & _OTHERS:
        raise RefusedError(
            "others than its owner have access",
            where=str(path),
            fix=f"Run: chmod {'700' if is_folder else '600'} {quote(str(path))}",
        )


def _missing(name: str, folder: Path) -> NotFoundError:
    return NotFoundError(
        f"there is no key {name!r}",
        where=str(folder),
        fix=f"Restore it from a backup, or set {_variable(name)} to its base64",
    )


def _taken(name: str, path: Path) -> ConflictError:
    return ConflictError(
        f"there is a key {name!r} already, and a key is never overwritten",
        where=str(path),
        fix="Use another name, or move the old key away first",
    )
