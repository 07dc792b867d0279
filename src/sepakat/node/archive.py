"""The file of a backup: a gzipped tar (POSIX ustar) whose last member is its manifest.

    node.json                      who the node is
    keys/<name>.key                its secret keys
    policies/<name>.cedar          the nation's own policies, if it has any
    tables/<table>/<number>.jsonl  rows: JSON lists in the order of the manifest's columns
    evidence/ab/<sha256>           evidence files, encrypted as they lie in the node's folder
    manifest.json                  what all of this is, with each member's size and SHA-256

The reader trusts nothing: only plain members of these names are taken, each within a limit, so
that an archive can neither write elsewhere nor fill the memory. Without a manifest that fits
everything before it, an archive is no backup.
"""

import gzip
import io
import os
import re
import secrets
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, Literal, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sepakat.node.files import naming, sync
from sepakat.record.errors import ConflictError, InvalidError, ProofError
from sepakat.record.fields import Digest, Nation, Time
from sepakat.record.statement import from_validation

FORMAT: Final = "sepakat/backup/v1"
MAX_MEMBER_BYTES: Final = 72 * 1024 * 1024  # the largest evidence file, and some air
NODE: Final = "node.json"

_MANIFEST: Final = "manifest.json"
_NAME: Final = re.compile(
    r"manifest\.json|node\.json|keys/[A-Za-z0-9-]{1,80}\.key"
    r"|policies/[A-Za-z0-9._-]{1,80}\.cedar"
    r"|tables/[a-z_]{1,60}/[0-9]{6}\.jsonl|evidence/[0-9a-f]{2}/[0-9a-f]{64}"
)
_BLOCK: Final = tarfile.BLOCKSIZE

Size = Annotated[int, Field(strict=True, ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Part):
    size: Size
    sha256: Digest


class Table(_Part):
    columns: tuple[str, ...]
    rows: Size


class Head(_Part):
    """How far a log had come."""

    size: Size
    root: Digest


class Manifest(_Part):
    """What a backup holds."""

    format: Literal["sepakat/backup/v1"]
    version: str  # of the program that made it
    at: Time
    nation: Nation
    origin: str
    tables: dict[str, Table]
    logs: dict[Nation, Head]
    lost: tuple[Digest, ...]  # evidence files that the node itself had lost
    members: dict[str, Member]

    @property
    def own_log(self) -> Head:
        return self.logs[self.nation]

    @property
    def keys(self) -> list[str]:
        return [Path(name).stem for name in self.members if name.startswith("keys/")]

    @property
    def evidence(self) -> list[str]:
        return [Path(name).name for name in self.members if name.startswith("evidence/")]


class Writer:
    """Adds members to a new archive."""

    def __init__(self, file: BinaryIO, mtime: int) -> None:
        self.members: dict[str, Member] = {}
        self._mtime = mtime
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115

    def add(self, name: str, data: bytes) -> None:
        self._add(name, data)
        self.members[name] = Member(size=len(data), sha256=sha256(data).hexdigest())

    def finish(self, **facts: Any) -> Manifest:
        """Add the manifest, made of these facts and of the members added."""
        manifest = Manifest(format=FORMAT, members=self.members, **facts)
        self._add(_MANIFEST, orjson.dumps(manifest.model_dump(mode="json")))
        self._tar.close()
        return manifest

    def _add(self, name: str, data: bytes) -> None:
        if not _NAME.fullmatch(name) or len(data) > MAX_MEMBER_BYTES:
            raise InvalidError(
                f"a backup cannot hold {len(data):,} bytes as this",
                where=name,
                fix="If it is a policy, name it with at most 80 plain letters, digits, dots and "
                "dashes; else report it, for a node keeps nothing of that name or size",
            )
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = len(data), 0o600, self._mtime
        self._tar.addfile(info, io.BytesIO(data))


@contextmanager
def new(path: Path, mtime: int) -> Iterator[Writer]:
    """A new archive at `path`, for its owner alone; there once it is whole, or not at all."""
    if path.exists():
        raise ConflictError("the file is there already", where=str(path), fix="Choose another name")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with naming(path):
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            # Most of it is hashes and ciphertext: more effort would gain next to nothing.
            with gzip.GzipFile("", "wb", 1, file, mtime=mtime) as packed:
                yield Writer(packed, mtime)
            file.flush()
            os.fsync(handle)
        part.rename(path)
        sync(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class Reader:
    """An archive that somebody gave: everything in it is checked before any of it is used."""

    def __init__(self, path: Path) -> None:
        self._where = str(path)
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise InvalidError(
                f"it cannot be read ({error.strerror})", where=str(path), fix="Name a backup"
            ) from None
        try:
            self.manifest = self._check()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def members(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of the members whose names start so, in the order they were added."""
        for name, data in self._read():
            if name == _MANIFEST or not name.startswith(prefix):
                continue
            if self.manifest.members[name].sha256 != sha256(data).hexdigest():
                raise ProofError(
                    "the backup is being changed",
                    where=self._where,
                    fix="Copy it to where nobody writes, and take that",
                )
            yield name, data

    def _check(self) -> Manifest:
        found: dict[str, Member] = {}
        manifest = None
        for name, data in self._read():
            if manifest is not None or name in found:
                raise self._bad(f"{name} has no place there")
            if name == _MANIFEST:
                manifest = self._manifest(data)
            else:
                found[name] = Member(size=len(data), sha256=sha256(data).hexdigest())
        if manifest is None:
            raise self._bad("it has no manifest; it may have been cut off")
        if wrong := sorted(
            name
            for name in found.keys() | manifest.members.keys()
            if found.get(name) != manifest.members.get(name)
        ):
            raise self._bad(f"{wrong[0]} is not what the manifest says")
        if manifest.nation not in manifest.logs or NODE not in found:
            raise self._bad("it does not hold a whole node")
        return manifest

    def _manifest(self, data: bytes) -> Manifest:
        try:
            return Manifest.model_validate_json(data)
        except ValidationError as error:
            raise from_validation(error, where=f"{self._where}: {_MANIFEST}") from error

    def _read(self) -> Iterator[tuple[str, bytes]]:
        self._file.seek(0)
        try:
            with gzip.GzipFile(fileobj=self._file) as stream:
                while header := self._header(stream):
                    yield header.name, self._exactly(stream, header.size)
                    self._exactly(stream, -header.size % _BLOCK)
                while rest := stream.read(_BLOCK):
                    if rest.strip(b"\0"):
                        raise self._bad("something follows its end")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._bad("it is damaged or cut off") from error

    def _header(self, stream: BinaryIO) -> tarfile.TarInfo | None:
        """The next member's. `tarfile` would follow links and extensions of the format, which may
        be of any size; here only plain ones are known."""
        block = self._exactly(stream, _BLOCK)
        if not block.strip(b"\0"):
            return None
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise self._bad("it is damaged, or no backup") from error
        if info.type != tarfile.REGTYPE or not _NAME.fullmatch(info.name):
            raise self._bad(f"{info.name[:100]!r} has no place in a backup")
        if not 0 <= info.size <= MAX_MEMBER_BYTES:
            raise self._bad(f"{info.name} is too large")
        return info

    def _exactly(self, stream: BinaryIO, size: int) -> bytes:
        data = stream.read(size)
        if len(data) != size:
            raise self._bad("it is cut off")
        return data

    def _bad(self, what: str) -> InvalidError:
        return InvalidError(
            f"this cannot be restored: {what}",
            where=self._where,
            fix="Nothing was changed. Take another backup",
        )
