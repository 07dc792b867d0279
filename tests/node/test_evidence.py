"""Evidence files: kept whole or not at all, unreadable without their keys."""

import os
import secrets
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sepakat.node import evidence
from sepakat.node.evidence import EvidenceStore
from sepakat.node.home import Config, Home
from sepakat.node.ledger import Draft
from sepakat.node.models import EvidenceFile
from sepakat.node.recording import Batch, destroy_files, record
from sepakat.record.errors import InvalidError, NotFoundError, ProofError
from support.inprocess import OWN, say

pytestmark = pytest.mark.django_db

REPORT = b"The first lot was inspected and found complete.\n" * 50
DIGEST = sha256(REPORT).hexdigest()
CONFIG = Config(
    nation="MYS", name="Malaysia", origin="mys.example/log", url="https://mys", ceiling="SECRET"
)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    home = Home.create(tmp_path / "node", CONFIG)
    home.keys.put("storage", secrets.token_bytes(32))
    return EvidenceStore(home)


def test_what_was_added_is_read_back(store: EvidenceStore, tmp_path: Path) -> None:
    source = tmp_path / "report.pdf"
    source.write_bytes(REPORT)
    assert store.add(source) == (DIGEST, len(REPORT))
    assert store.has(DIGEST)
    assert store.read(DIGEST) == REPORT


def test_an_empty_file_is_a_file(store: EvidenceStore) -> None:
    digest, size = store.add(b"")
    assert (store.read(digest), size) == (b"", 0)


def test_neither_content_nor_key_lies_open_on_the_disk(store: EvidenceStore) -> None:
    store.add(REPORT)
    path = store.path(DIGEST)
    assert REPORT[:40] not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(bytes(EvidenceFile.objects.get().key)) > 32


def test_adding_twice_leaves_the_first_as_it_is(store: EvidenceStore) -> None:
    store.add(REPORT)
    before = store.path(DIGEST).read_bytes()
    store.add(REPORT)
    assert store.path(DIGEST).read_bytes() == before
    assert EvidenceFile.objects.count() == 1


def test_two_files_have_two_keys(store: EvidenceStore) -> None:
    one, _ = store.add(b"one")
    two, _ = store.add(b"two")
    row = EvidenceFile.objects.get(sha256=one)
    EvidenceFile.objects.filter(sha256=two).update(key=row.key)
    with pytest.raises(ProofError):
        store.read(two)


def test_a_destroyed_file_stays_unreadable_though_its_ciphertext_was_copied(
    store: EvidenceStore,
) -> None:
    store.add(REPORT)
    copy = store.path(DIGEST).read_bytes()
    store.destroy(DIGEST)
    assert not store.path(DIGEST).exists()
    assert not store.has(DIGEST)
    store.path(DIGEST).write_bytes(copy)
    with pytest.raises(NotFoundError):
        store.read(DIGEST)
    store.add(REPORT)  # under a new key, in the place of the copy
    assert store.read(DIGEST) == REPORT


def test_destroying_what_is_not_here_is_an_error(store: EvidenceStore) -> None:
    with pytest.raises(NotFoundError):
        store.destroy(DIGEST)


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_one_changed_byte_is_noticed_and_adding_repairs_it(
    store: EvidenceStore, place: int
) -> None:
    store.add(REPORT)
    data = bytearray(store.path(DIGEST).read_bytes())
    data[place] ^= 1
    store.path(DIGEST).write_bytes(data)
    with pytest.raises(ProofError, match="damaged"):
        store.read(DIGEST)
    store.add(REPORT)
    assert store.read(DIGEST) == REPORT


def test_another_files_ciphertext_is_not_taken_for_this_one(store: EvidenceStore) -> None:
    store.add(REPORT)
    other, _ = store.add(b"something else")
    store.path(DIGEST).write_bytes(store.path(other).read_bytes())
    with pytest.raises(ProofError):
        store.read(DIGEST)


def test_a_lost_file_is_listed_and_said_to_be_lost(store: EvidenceStore) -> None:
    store.add(REPORT)
    store.add(b"another")
    store.path(DIGEST).unlink()
    assert store.missing() == [DIGEST]
    assert not store.has(DIGEST)
    with pytest.raises(NotFoundError, match="lost"):
        store.read(DIGEST)


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(
    store: EvidenceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MAX_BYTES", 100)
    source = tmp_path / "large"
    source.write_bytes(bytes(101))
    for given in (source, bytes(101)):
        with pytest.raises(InvalidError, match="101 bytes"):
            store.add(given)
    store.add(bytes(100))
    assert EvidenceFile.objects.count() == 1


def test_a_file_that_cannot_be_read_is_named(store: EvidenceStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"absent\.pdf"):
        store.add(tmp_path / "absent.pdf")


@pytest.mark.parametrize("name", ["../../../etc/passwd", "", "A" * 64, "a" * 63, f"{'a' * 64}\n"])
def test_a_name_that_is_no_digest_opens_no_file(store: EvidenceStore, name: str) -> None:
    for ask in (store.read, store.has, store.destroy):
        with pytest.raises(InvalidError):
            ask(name)


def test_a_write_that_fails_leaves_no_row_and_no_half_file(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.add(REPORT)
    monkeypatch.undo()
    assert not EvidenceFile.objects.exists()
    assert not [path for path in store.path(DIGEST).parent.iterdir() if path.is_file()]


def test_what_the_log_says_is_destroyed_can_be_read_no_more(
    mys: Home, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    store = EvidenceStore(mys)
    sha256, size = store.add(b"to be forgotten")
    body = {"title": "T", "sha256": sha256, "size": size}
    body |= {"media_type": "text/plain", "filename": "t.txt"}
    for name in ("a", "b"):
        say(mys, "evidence", f"MYS-ev-{name}", "register", OWN, **body)

    def destroy(name: str) -> None:
        about = f"MYS-ev-{name}"
        draft = Draft("evidence", about, "destroy", {"reason": "Asked."}, role="administrator")
        with django_capture_on_commit_callbacks() as callbacks:
            record(mys, Batch([draft]))
        for callback in callbacks:
            callback()

    destroy("a")
    assert store.read(sha256) == b"to be forgotten"  # another record names it
    destroy("b")
    with pytest.raises(NotFoundError):
        store.read(sha256)


@pytest.mark.parametrize("cut_off", ["before it began", "after the file was shredded"])
def test_a_file_or_its_key_stays_where_its_destruction_was_cut_off(
    mys: Home, django_capture_on_commit_callbacks: Callable[..., Any], cut_off: str
) -> None:
    store = EvidenceStore(mys)
    for name in ("a", "b"):
        digest, size = store.add(f"file {name}".encode())
        body = {"title": "T", "sha256": digest, "size": size}
        body |= {"media_type": "text/plain", "filename": "t.txt"}
        say(mys, "evidence", f"MYS-ev-{name}", "register", OWN, **body)
    draft = Draft("evidence", "MYS-ev-a", "destroy", {"reason": "Asked."}, role="administrator")
    with django_capture_on_commit_callbacks():  # and nobody calls them
        record(mys, Batch([draft]))
    gone = sha256(b"file a").hexdigest()
    if cut_off == "after the file was shredded":
        store.path(gone).unlink()
    destroy_files(mys)
    assert not store.path(gone).exists()
    assert [row.sha256 for row in EvidenceFile.objects.all()] == [digest]
    assert store.read(digest) == b"file b"
    destroy_files(mys)  # and what is gone is no fault
