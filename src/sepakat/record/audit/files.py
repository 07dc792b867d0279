"""The files of a directory that an audit does not trust, each within its limits."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from sepakat.record.audit.report import Findings
from sepakat.record.errors import InvalidError
from sepakat.record.export import (
    CHECKPOINT,
    COSIGNED,
    KEYS,
    LOG_KEY,
    MANIFEST,
    ML_DSA_WITNESS_KEY,
    README,
    WITNESS_KEY,
)
from sepakat.record.statement import MAX_ENVELOPE_BYTES
from sepakat.record.tile import WIDTH

MAX_FILES = 1_000_000

_KIB, _MIB = 1 << 10, 1 << 20
# The largest that a file of each name may be; the rest are known by their folder.
_LIMITS = {
    MANIFEST: 256 * _MIB,
    KEYS: 4 * _MIB,
    README: _MIB,
    CHECKPOINT: _MIB,
    COSIGNED: _MIB,
    LOG_KEY: 4 * _KIB,
    WITNESS_KEY: 4 * _KIB,
    ML_DSA_WITNESS_KEY: 4 * _KIB,
}
# 256 lines of the largest envelope, in base64 as where it is no JSON, and what else is in a line.
_DISCLOSURES_LIMIT = WIDTH * (MAX_ENVELOPE_BYTES * 4 // 3 + _KIB)
_TILE_LIMIT = 17 * _MIB  # 256 entries of the longest


class Folder:
    """The files of an exported record, each read within its limit and held against the manifest.

    Only what the walk has found to be a plain file is ever opened, so no path and no link leads
    out of the directory. Errors in reading are `InvalidError` and name the file.
    """

    def __init__(self, directory: Path, findings: Findings) -> None:
        self._directory = directory
        self._findings = findings
        self.names = set(self._walk())
        self._digests: Mapping[str, str] | None = None
        self._checked: set[str] = set()

    def _walk(self) -> Iterator[str]:
        waiting, count = [""], 0
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self._directory / folder) as items:
                    for item in items:
                        count += 1
                        if count > MAX_FILES:
                            self._findings.add("the record", f"has more than {MAX_FILES:,} files")
                            return
                        path = folder + item.name
                        if item.is_dir(follow_symlinks=False):
                            waiting.append(path + "/")
                        elif item.is_file(follow_symlinks=False):
                            yield path
                        else:
                            what = "a symbolic link" if item.is_symlink() else "no plain file"
                            self._findings.add(path, f"is {what}")
            except OSError as error:
                self._findings.add(folder or "the record", f"cannot be read ({error.strerror})")

    def expect(self, digests: Mapping[str, str]) -> None:
        """Take the manifest's word for what there must be; reading holds the files to it."""
        self._digests = digests
        for path in sorted(digests.keys() - self.names):
            self._findings.add(path, "is missing, though the manifest names it")
        for path in sorted(self.names - digests.keys() - {MANIFEST}):
            self._findings.add(path, "is not named in the manifest")

    def read(self, path: str) -> bytes:
        if path not in self.names:
            raise InvalidError("there is no such file", where=path)
        limit = _limit(path)
        try:
            # Neither a link nor a pipe that has taken the file's place is followed or waited for.
            number = os.open(self._directory / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(number, "rb") as file:
                found = os.fstat(number)
                if not stat.S_ISREG(found.st_mode):
                    raise InvalidError("is no plain file", where=path)
                # Room is made for all that is asked for: no more than the file has, and one byte.
                data = file.read(min(limit, found.st_size) + 1)
        except OSError as error:
            raise InvalidError(f"cannot be read ({error.strerror})", where=path) from error
        if len(data) > limit:
            raise InvalidError(f"is longer than the {limit:,} bytes it may have", where=path)
        self._check(path, data)
        return data

    def _check(self, path: str, data: bytes) -> None:
        if self._digests is None or path in self._checked:
            return
        self._checked.add(path)
        wanted = self._digests.get(path)
        if wanted and hashlib.sha256(data).hexdigest() != wanted:
            self._findings.add(path, "its SHA-256 is not the manifest's")

    def check_rest(self) -> None:
        """Hold to the manifest what no other check has read."""
        for path in sorted((self._digests or {}).keys() & self.names - self._checked):
            try:
                self.read(path)
            except InvalidError as error:
                self._findings.add_error(path, error)


def _limit(path: str) -> int:
    if path.startswith("disclosures/"):
        return _DISCLOSURES_LIMIT
    return _LIMITS.get(path.rpartition("/")[2], _TILE_LIMIT)
