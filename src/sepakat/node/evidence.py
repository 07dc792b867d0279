"""Evidence files: kept by their digest, each encrypted under a key of its own.

`evidence/ab/<sha256>` holds the ciphertext. The file's key stands in the database, wrapped by the
storage key; once that row is gone no copy of the ciphertext can be read.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from sepakat.node.authorisation import Access
from sepakat.node.files import sync, write_durably
from sepakat.node.home import Home
from sepakat.node.kindtables import table
from sepakat.node.models import EvidenceFile
from sepakat.record.errors import InvalidError, NotFoundError, ProofError
from sepakat.record.kind import Object
from sepakat.record.seal import KEY_BYTES, decrypt_at_rest, encrypt_at_rest
from sepakat.vocabulary import REGISTRY

MAX_BYTES: Final = 64 * 1024 * 1024  # of one file; it is held in memory while it is encrypted

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class EvidenceStore:
    """The evidence files of one node. Safe in any number of processes."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def add(self, source: Path | bytes) -> tuple[str, int]:
        """Keep a file, durably, and give its SHA-256 in hexadecimal and its size in bytes.

        A file that is here already is left as it is, unless its ciphertext is lost or damaged.
        """
        data = source if isinstance(source, bytes) else read_source(source)
        if len(data) > MAX_BYTES:
            raise _too_large(len(data), "")
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.is_sound(sha256):
            self._write(sha256, data)
        return sha256, len(data)

    def read(self, sha256: str) -> bytes:
        """The file; NotFoundError if it is not here, ProofError if something else is."""
        row = EvidenceFile.objects.filter(sha256=_checked(sha256)).first()
        if row is None:
            raise _not_kept(sha256)
        try:
            sealed = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFoundError(
                "the evidence file is lost: its key is here, but it is not",
                where=str(self.path(sha256)),
                fix="Add the file again, or take it from a backup",
            ) from None
        return self.opened(sha256, bytes(row.key), sealed)

    def opened(self, sha256: str, wrapped: bytes, sealed: bytes) -> bytes:
        """The file in its ciphertext, under a wrapped key; ProofError if something else is."""
        key = decrypt_at_rest(wrapped, self._home.keys.get("storage"), _context("key", sha256))
        try:
            data = decrypt_at_rest(sealed, key, _context("file", sha256))
        except ProofError:
            raise _damaged(self.path(sha256)) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _damaged(self.path(sha256))
        return data

    def has(self, sha256: str) -> bool:
        """Whether the file and its key are here; only `read` tells that they are sound."""
        return self._has_key(sha256) and self.path(sha256).is_file()

    def has_trace(self, sha256: str) -> bool:
        """Whether the file or its key is here, as where its destruction was cut off."""
        return self._has_key(sha256) or self.path(sha256).is_file()

    def _has_key(self, sha256: str) -> bool:
        return EvidenceFile.objects.filter(sha256=_checked(sha256)).exists()

    def is_sound(self, sha256: str) -> bool:
        """Whether the file is here and can be read."""
        try:
            self.read(sha256)
        except (NotFoundError, ProofError):
            return False
        return True

    def destroy(self, sha256: str) -> None:
        """Destroy a file's key and the file; NotFoundError if neither is here.

        From then on no copy of the ciphertext can be read. Backups made before hold the key: let
        them expire. PostgreSQL may keep the row's bytes in its files until it has vacuumed them
        and its write-ahead log has been recycled.
        """
        path = self.path(_checked(sha256))
        with transaction.atomic():
            if connection.vendor == "sqlite":
                _execute("PRAGMA secure_delete = ON")  # write zeros over the row's bytes
            kept = _locked(EvidenceFile(sha256=sha256, size=0, key=b""))
            kept.delete()
            # Within the transaction, so that nobody adds the same file meanwhile.
            found = _shred(path)
            if connection.vendor == "sqlite":
                transaction.on_commit(lambda: _execute("PRAGMA wal_checkpoint(TRUNCATE)"))
        if not kept.key and not found:
            raise NotFoundError(
                "this evidence file is not kept here",
                where=sha256,
                fix="There is nothing left to destroy",
            )

    def missing(self) -> list[str]:
        """The digests of the files whose key is here and whose ciphertext is not."""
        known = EvidenceFile.objects.order_by("sha256").values_list("sha256", flat=True)
        return [sha256 for sha256 in known if not self.path(sha256).is_file()]

    def path(self, sha256: str) -> Path:
        """Where the ciphertext lies."""
        return self._home.evidence_dir / sha256[:2] / sha256

    def _write(self, sha256: str, data: bytes) -> None:
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = encrypt_at_rest(key, self._home.keys.get("storage"), _context("key", sha256))
        sealed = encrypt_at_rest(data, key, _context("file", sha256))
        row = EvidenceFile(sha256=sha256, size=len(data), key=wrapped)
        with transaction.atomic():
            if bytes(_locked(row).key) != wrapped:
                if self.is_sound(sha256):
                    return
                row.save(force_update=True)
            write_durably(self.path(sha256), sealed)  # a row is committed after its file


def file_of(access: Access, thing: Object) -> bytes:
    """The file that an evidence record names, for whoever may read it."""
    return EvidenceStore(access.home).read(readable(access, thing))


def readable(access: Access, thing: Object) -> str:
    """The digest of the file that an evidence record names, for whoever may see the record;
    NotFoundError alike where it is not kept here and where another nation may have brought it.

    A partner's record may name the digest of any file of ours, so it opens none that a record of
    another nation names too, unless the reader sees one of that nation's as well.
    """
    sha256 = str(thing.fields["sha256"])
    named = table(REGISTRY.get(thing.kind)).objects.filter(sha256=sha256)
    labels = access.labels_of(thing.kind)
    owners, seen = set(), set()
    for owner, label in named.exclude(state="destroyed").values_list("owner", "label_id"):
        owners.add(owner)
        if label in labels:
            seen.add(owner)
    if access.home.config.nation not in seen and (thing.owner not in seen or owners - seen):
        raise _not_kept(sha256)
    return sha256


def _locked(row: EvidenceFile) -> EvidenceFile:
    """The row that is there, or else this one, inserted; locked until the transaction ends.

    In one step, as another process may add the same file or destroy it.
    """
    EvidenceFile.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["sha256"], update_fields=["size"]
    )
    return EvidenceFile.objects.get(sha256=row.sha256)


def read_source(path: Path) -> bytes:
    """The content of a file that somebody brings; InvalidError, naming it, where it will not do."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidError(
            f"the file cannot be read ({error.strerror})",
            where=str(path),
            fix="Give the path of a file that you may read",
        ) from None
    if len(data) > MAX_BYTES:
        raise _too_large(path.stat().st_size, str(path))
    return data


def _shred(path: Path) -> bool:
    """Overwrite and remove a file; whether there was one. Overwriting is a courtesy: on many disks
    it reaches other blocks than the old ones. It is the lost key that makes a file unreadable."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    path.unlink()
    sync(path.parent)
    return True


def _context(use: str, sha256: str) -> bytes:
    return f"sepakat/evidence-{use}/v1\n{sha256}".encode()


def _checked(sha256: str) -> str:
    if not _DIGEST.fullmatch(sha256):
        raise InvalidError(
            "this is no SHA-256", where=sha256[:80], fix="Give 64 small hexadecimal digits"
        )
    return sha256


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _too_large(size: int, where: str) -> InvalidError:
    return InvalidError(
        f"the file has {size:,} bytes, and at most {MAX_BYTES:,} are kept",
        where=where,
        fix="Split it, or register a smaller extract",
    )


def _not_kept(sha256: str) -> NotFoundError:
    return NotFoundError(
        "this evidence file is not kept here",
        where=sha256,
        fix="Ask whoever registered it, or add the file again",
    )


def _damaged(path: Path) -> ProofError:
    return ProofError(
        "the evidence file is damaged, or not the one that was kept",
        where=str(path),
        fix="Take it from a backup, or remove it and add the file again",
    )
