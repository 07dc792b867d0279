"""Exporting this node's record into a folder that needs no node."""

import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from sepakat.node import clock, partners, rows
from sepakat.node.files import naming
from sepakat.node.home import Home
from sepakat.node.models import Log, Statement
from sepakat.record import export as record
from sepakat.record.card import Card
from sepakat.record.errors import ConflictError, InvalidError
from sepakat.record.export import Disclosure, Manifest
from sepakat.record.keys import SigningKey
from sepakat.record.kind import Registry
from sepakat.record.label import Reader, may_see
from sepakat.record.tile import WIDTH

_CHUNK = 4 * WIDTH  # leaves whose statements are in memory at once


def export(
    home: Home,
    registry: Registry,
    directory: Path,
    reader: Reader | None = None,
    at: str | None = None,
) -> Manifest:
    """Write the record as it is now, for `reader` or whole, and give its manifest.

    `directory` may be missing, empty or an earlier export, which is replaced once the new one is
    complete. Only the node's owner can read it, until somebody changes that. `at` is the time to
    state, in UTC.
    """
    directory = Path(directory).absolute()
    _check_target(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with naming(directory):
        around = tempfile.TemporaryDirectory(prefix=f".{directory.name}.", dir=directory.parent)
    with around as spare:
        new = Path(spare) / "new"
        new.mkdir(mode=0o700)
        manifest = _write(home, registry, new, reader, at or clock.now())
        if directory.exists():
            directory.rename(Path(spare) / "old")
        new.rename(directory)
    return manifest


def _check_target(directory: Path) -> None:
    """What is there will be deleted: it must be an export and nothing else."""
    if directory.is_symlink() or (directory.exists() and not directory.is_dir()):
        raise ConflictError(
            "this is no folder", where=str(directory), fix="Name a folder for the export"
        )
    names = {path.name for path in directory.iterdir()} if directory.exists() else set()
    if names and not (names <= record.TOP_LEVEL and _is_export(directory)):
        raise ConflictError(
            "this folder is not empty and is no earlier export",
            where=str(directory),
            fix="Name a new folder, or empty this one yourself",
        )


def _is_export(directory: Path) -> bool:
    try:
        record.parse_manifest((directory / record.MANIFEST).read_bytes())
    except (OSError, InvalidError):
        return False
    return True


def _write(
    home: Home, registry: Registry, directory: Path, reader: Reader | None, at: str
) -> Manifest:
    known = {card.nation: card for card in partners.all_cards(home)}
    # Read at once, so that the sizes are of one moment; below them nothing changes any more.
    logs = {
        log.nation: _log(known[log.nation], log)
        for log in Log.objects.order_by("nation")
        if log.checkpoint
    }
    return record.write(
        directory,
        logs,
        known.values(),
        _disclosures(logs, reader),
        nation=home.config.nation,
        key=SigningKey(home.keys.get("root")),
        registry=registry,
        at=at,
        reader=reader,
    )


def _log(card: Card, log: Log) -> record.Log:
    cosigned, checkpoint = bytes(log.cosigned), bytes(log.checkpoint)
    if log.cosigned_size == log.size and cosigned:
        checkpoint, cosigned = cosigned, b""
    elif log.cosigned_size > log.size:
        cosigned = b""  # as a witness, this node has cosigned more than it has read
    return record.Log(
        card=card,
        size=log.size,
        checkpoint=checkpoint,
        read_tile=partial(rows.hashes, card.nation),
        read_entries=lambda index, width: rows.entries(card.nation, index * WIDTH, width),
        cosigned=cosigned,
    )


def _disclosures(logs: Mapping[str, record.Log], reader: Reader | None) -> Iterator[Disclosure]:
    """What this node holds of each log, as far as `reader` may see it."""
    labels = rows.labels()
    visible = [n for n, label in labels.items() if reader is None or may_see(label, reader)]
    for nation, log in logs.items():
        for first in range(0, log.size, _CHUNK):
            end = min(first + _CHUNK, log.size)
            held = Statement.objects.filter(nation=nation, index__range=(first, end - 1))
            if reader is not None:
                held = held.filter(label_id__in=visible)
            salts = {index: salt for index, _, salt in rows.leaves(nation, first, end)}
            for index, envelope in held.order_by("index").values_list("index", "envelope"):
                salt = salts[index]
                if salt is not None:  # destroyed, the leaf stays closed
                    yield Disclosure(nation, index, salt, bytes(envelope))
