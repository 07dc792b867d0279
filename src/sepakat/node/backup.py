"""A whole node in one file, and a node made again from it, on SQLite or on PostgreSQL.

A backup is a secret: it holds what the node holds, and its secret keys unless they are left out.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from sepakat.node import archive, clock
from sepakat.node.archive import Head, Manifest, Reader, Table, Writer
from sepakat.node.files import write_durably
from sepakat.node.home import Config, Home
from sepakat.node.init import boot, migrate
from sepakat.record.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    ProofError,
    RefusedError,
)
from sepakat.record.keys import decode_base64
from sepakat.record.statement import from_validation

if TYPE_CHECKING:  # restoring starts Django only once the folder is there
    from sepakat.node.models import Log

_UNCHANGED: Final = "Nothing was changed. "


@dataclass(frozen=True)
class Summary:
    """What is in a backup. `rows` counts by table; `lost` names evidence files that the node
    itself had lost."""

    nation: str
    at: str
    logs: dict[str, Head]
    rows: dict[str, int]
    evidence: int
    lost: tuple[str, ...]
    keys: list[str]

    @classmethod
    def of(cls, manifest: Manifest) -> "Summary":
        return cls(
            manifest.nation,
            manifest.at,
            manifest.logs,
            {name: table.rows for name, table in manifest.tables.items()},
            len(manifest.evidence),
            manifest.lost,
            manifest.keys,
        )


def backup(home: Home, file: Path, *, with_keys: bool = True) -> Summary:
    """Write the node as it is now into a new file, while it goes on running.

    The file is readable by its owner alone. Keys that the environment gives are not in it.
    """
    with archive.new(Path(file), clock.unix()) as writer:
        writer.add(archive.NODE, (home.path / archive.NODE).read_bytes())
        if with_keys:
            for key in sorted((home.path / "keys").glob("*.key")):
                home.keys.get(key.stem)  # or what is no key would be refused by who restores it
                writer.add(f"keys/{key.name}", key.read_bytes())
        _add_policies(writer, home)
        tables, logs, wrapped = _add_tables(writer)
        if home.config.nation not in logs:
            raise ConflictError(
                "this node was not made to its end: it has no log",
                where=str(home.path),
                fix="Remove its folder, and make it again with `sepakat init`",
            )
        lost = tuple(_add_evidence(writer, home, wrapped))
        manifest = writer.finish(
            version=version("sepakat"),
            at=clock.now(),
            nation=home.config.nation,
            origin=home.config.origin,
            tables=tables,
            logs=logs,
            lost=lost,
        )
    return Summary.of(manifest)


def _add_policies(writer: Writer, home: Home) -> None:
    """The nation's own, or those shipped would take their place in the restored node."""
    if not home.policies_dir.is_dir():
        return
    found = sorted(home.policies_dir.glob("*.cedar"))
    for path in found:
        writer.add(f"policies/{path.name}", path.read_bytes())
    if not found:  # a folder without any forbids everything, as an empty file does
        writer.add("policies/none.cedar", b"")


def _add_tables(writer: Writer) -> tuple[dict[str, Table], dict[str, Head], dict[str, bytes]]:
    """Also gives how far each log is, and the wrapped keys of the evidence files, at the same
    moment."""
    from sepakat.node import tables

    found = {}
    with tables.snapshot() as source:
        for table, fields in tables.tables().items():
            total = 0
            for number, (part, count) in enumerate(tables.dump(source, table)):
                writer.add(f"tables/{table}/{number:06}.jsonl", part)
                total += count
            found[table] = Table(columns=tables.columns(fields), rows=total)
        with source.cursor() as cursor:
            cursor.execute("SELECT nation, size, root FROM node_log ORDER BY nation")
            logs = {n: Head(size=s, root=bytes(root).hex()) for n, s, root in cursor.fetchall()}
            cursor.execute("SELECT sha256, key FROM node_evidencefile ORDER BY sha256")
            wrapped = {sha256: bytes(key) for sha256, key in cursor.fetchall()}
    return found, logs, wrapped


def _add_evidence(writer: Writer, home: Home, wrapped: dict[str, bytes]) -> Iterator[str]:
    """Gives the files that cannot be read: lost or damaged, or destroyed since the tables were
    read. They are left out, for with them nothing could be restored."""
    from sepakat.node.evidence import EvidenceStore

    store = EvidenceStore(home)
    for digest, key in wrapped.items():
        try:
            sealed = store.path(digest).read_bytes()
            store.opened(digest, key, sealed)
        except (FileNotFoundError, ProofError):
            yield digest
        else:
            writer.add(f"evidence/{digest[:2]}/{digest}", sealed)


def restore(home_path: Path, file: Path, *, replace: bool = False, rewind: bool = False) -> Summary:
    """Make the node again that a backup holds: all of it, or nothing is changed.

    Into a new folder, or with `replace` into that of the same node, which may be running; its
    `node.json`, keys and policies are kept then. Where its record has gone on since the backup, or
    gone another way, partners know it and will freeze a node that says something else in its
    place: that takes `rewind` as well. Starts Django for the node: a process restores once.

    Raises ConflictError where there is another node or a record already, RefusedError for a record
    that would be rewound, InvalidError or ProofError for a backup that is not sound.
    """
    with Reader(Path(file)) as reader, ExitStack() as undo:
        home = boot(_prepare(Home(home_path), reader, undo).path)
        undo.callback(_close)
        _load(home, reader, undo, replace=replace or rewind, rewind=rewind)
        undo.pop_all()
        return Summary.of(reader.manifest)


def _prepare(home: Home, reader: Reader, undo: ExitStack) -> Home:
    """Put `node.json`, the keys and the nation's policies in their places, where they are not there
    yet. A node that is there goes by the policies that it has, or has not, by now."""
    manifest = reader.manifest
    node = dict(reader.members(archive.NODE))[archive.NODE]
    config = _config(node)
    if (config.nation, config.origin) != (manifest.nation, manifest.origin):
        raise InvalidError("the backup's node.json is another node's", fix="Take another backup")
    file = home.path / archive.NODE
    if file.exists():
        here = home.config
        if (here.nation, here.origin) != (config.nation, config.origin):
            raise ConflictError(
                f"there is another node here: {here.nation}, with the log {here.origin}",
                where=str(home.path),
                fix=f"{_UNCHANGED}Restore {config.nation} into a folder of its own",
            )
    elif home.path.exists() and {path.name for path in home.path.iterdir()} - {"keys"}:
        raise ConflictError(
            "the folder is not empty, and no node's",
            where=str(home.path),
            fix=f"{_UNCHANGED}Choose another folder",
        )
    else:
        undo.callback(_remove_database, home)
    for folder in (home.path, home.path / "keys", home.evidence_dir, home.run_dir):
        _make_folder(folder, undo)
    home.path.chmod(0o700)  # as a new one is: the database's file is as its user makes files
    _put_keys(home, reader, undo)
    if not file.exists():
        _put_policies(home, reader, undo)
        undo.callback(file.unlink, missing_ok=True)
        write_durably(file, node)
    return home


def _config(data: bytes) -> Config:
    try:
        return Config.model_validate_json(data)
    except ValidationError as error:
        raise from_validation(error, where=f"the backup's {archive.NODE}") from error


def _put_keys(home: Home, reader: Reader, undo: ExitStack) -> None:
    for name, text in reader.members("keys/"):
        key = Path(name).stem
        secret = decode_base64(text.decode("ascii", "replace").strip())
        if key not in home.keys:
            home.keys.put(key, secret)
            undo.callback((home.path / name).unlink, missing_ok=True)
        elif home.keys.get(key) != secret:
            raise ConflictError(
                f"the node here has another key {key!r} than the backup",
                where=str(home.path),
                fix=f"{_UNCHANGED}Restore into an empty folder, without keys in the environment",
            )
    if "storage" not in home.keys:
        raise NotFoundError(
            "the backup was made without the keys, and they are not here",
            where=str(home.path),
            fix=f"{_UNCHANGED}Put the node's keys into its folder `keys`, or in the environment",
        )


def _put_policies(home: Home, reader: Reader, undo: ExitStack) -> None:
    for name, text in reader.members("policies/"):
        _make_folder(home.policies_dir, undo)
        write_durably(home.path / name, text)


def _load(home: Home, reader: Reader, undo: ExitStack, *, replace: bool, rewind: bool) -> None:
    from django.db import connection, transaction

    from sepakat.node import integrity, rows, tables
    from sepakat.vocabulary import REGISTRY

    manifest = reader.manifest
    tables.check(manifest.tables, manifest.version)
    if "node_log" not in connection.introspection.table_names():
        migrate()
    with transaction.atomic():
        tables.lock()
        present = rows.logs()
        if present and not replace:
            raise ConflictError(
                "there is a record here already",
                where=str(home.path),
                fix=f"{_UNCHANGED}Restore into an empty folder, or give --replace",
            )
        own = _own_log(present, manifest)
        if own is not None and not rewind:
            _check_not_shorter(own, manifest)
        kept = _put_evidence(home, reader, undo)
        tables.empty()
        _load_tables(reader)
        if own is not None and not rewind:
            _check_continues(own, manifest)
        _keep_evidence(kept)
        _check_heads(manifest)
        if not rewind:
            _check_remembers(present, manifest.nation)
        try:
            integrity.check(home, REGISTRY, manifest.lost)
        except ProofError as error:
            error.at(fix=f"{_UNCHANGED}Take another backup")
            raise


def _load_tables(reader: Reader) -> None:
    from sepakat.node import tables

    counts = dict.fromkeys(reader.manifest.tables, 0)
    for name, part in reader.members("tables/"):
        table = name.split("/")[1]
        if table not in counts:
            raise InvalidError("there is no such table", where=name, fix="Take another backup")
        counts[table] += tables.load(table, part, name)
    tables.reset_sequences()
    for table, count in counts.items():
        if count != reader.manifest.tables[table].rows:
            raise InvalidError(
                f"{count:,} rows where the manifest says {reader.manifest.tables[table].rows:,}",
                where=table,
                fix=f"{_UNCHANGED}Take another backup",
            )


def _put_evidence(home: Home, reader: Reader, undo: ExitStack) -> dict[str, bytes]:
    """Put the evidence files in their places; gives the wrapped keys of those here that stay.

    A file has one name wherever it is kept, but another key in each place. What is here and can be
    read stays with its key, so that nothing is lost if the restoring fails.
    """
    from sepakat.node.evidence import EvidenceStore
    from sepakat.node.models import EvidenceFile

    store = EvidenceStore(home)
    kept = {}
    for name, data in reader.members("evidence/"):
        digest = Path(name).name
        path = store.path(digest)
        if path.exists() and path.read_bytes() == data:
            continue
        if store.is_sound(digest):
            kept[digest] = bytes(EvidenceFile.objects.get(sha256=digest).key)
            continue
        if not path.exists():
            undo.callback(path.unlink, missing_ok=True)
        write_durably(path, data)
    return kept


def _keep_evidence(kept: dict[str, bytes]) -> None:
    from sepakat.node.models import EvidenceFile

    for digest, key in kept.items():
        EvidenceFile.objects.filter(sha256=digest).update(key=key)


def _own_log(present: Mapping[str, "Log"], manifest: Manifest) -> "Log | None":
    """The node's own log as the database has it, which must not be another node's database."""
    from sepakat.node.models import Partner

    own = present.get(manifest.nation)
    if own is None and not present:
        return None
    is_partner = Partner.objects.filter(nation=manifest.nation).exists()
    origin = bytes(own.checkpoint).partition(b"\n")[0].decode() if own else ""
    if is_partner or origin != manifest.origin:
        raise ConflictError(
            "the database holds another node's record",
            where="DATABASE_URL",
            fix=f"{_UNCHANGED}Name a database of its own in DATABASE_URL",
        )
    return own


def _check_not_shorter(own: "Log", manifest: Manifest) -> None:
    if own.size > manifest.own_log.size:
        raise _rewound(
            f"the backup's log has {manifest.own_log.size:,} statements, the one here {own.size:,}"
        )


def _check_continues(own: "Log", manifest: Manifest) -> None:
    """The restored log must begin with the one that was here."""
    from sepakat.node.mirror import tile_reader

    now = tile_reader(manifest.nation, manifest.own_log.size)
    if own.size and now.root_at(own.size) != bytes(own.root):
        raise _rewound(f"the log here and the backup's differ within their first {own.size:,}")


def _check_remembers(before: Mapping[str, "Log"], own: str) -> None:
    """What this node has seen and cosigned of partners' logs must not be forgotten, or it would
    cosign another history."""
    from sepakat.node.models import Log

    now = {log.nation: log for log in Log.objects.all()}
    for nation in before.keys() - {own}:
        log, restored = before[nation], now.get(nation)
        if (
            restored is None
            or restored.size < log.size
            or restored.cosigned_size < log.cosigned_size
        ):
            raise RefusedError(
                f"this node has seen more of {nation}'s log than the backup, and cosigned it",
                fix=f"{_UNCHANGED}Restore a later backup; or give --rewind, and compare the "
                "latest cosigned checkpoints with the partner before the next exchange",
            )


def _check_heads(manifest: Manifest) -> None:
    from sepakat.node.models import Log

    heads = {log.nation: (log.size, bytes(log.root).hex()) for log in Log.objects.all()}
    if heads != {nation: (head.size, head.root) for nation, head in manifest.logs.items()}:
        raise InvalidError(
            "the logs are not those that the manifest names",
            fix=f"{_UNCHANGED}Take another backup",
        )


def _rewound(what: str) -> RefusedError:
    return RefusedError(
        f"{what}; partners may have seen what would be lost, and would freeze this node when it"
        " says something else in its place",
        fix=f"{_UNCHANGED}Restore a later backup; or give --rewind, once you have agreed with"
        " every partner how to go on",
    )


def _make_folder(path: Path, undo: ExitStack) -> None:
    if not path.exists():
        path.mkdir(mode=0o700, parents=True)
        undo.callback(shutil.rmtree, path, ignore_errors=True)


def _remove_database(home: Home) -> None:
    for path in home.path.glob(f"{home.database.name}*"):
        path.unlink()


def _close() -> None:
    from django.db import connections

    connections.close_all()
