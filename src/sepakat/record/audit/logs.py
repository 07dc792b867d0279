"""The logs of an exported record: keys, checkpoints, cosignatures, and every tile."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from sepakat.record.audit.files import Folder
from sepakat.record.audit.report import Findings
from sepakat.record.card import Card
from sepakat.record.checkpoint import OpenedCheckpoint, open_checkpoint
from sepakat.record.errors import InvalidError, ProofError, SepakatError
from sepakat.record.export import (
    CHECKPOINT,
    COSIGNED,
    KEYS,
    LOG_KEY,
    ML_DSA_WITNESS_KEY,
    WITNESS_KEY,
)
from sepakat.record.merkle import leaf_hash
from sepakat.record.note import KeyType, VerifierKey, parse_vkey
from sepakat.record.tile import (
    HEIGHT,
    WIDTH,
    TileReader,
    decode_entries,
    entries_path,
    parse_tile_path,
    tile_path,
    verify_tiles,
)
from sepakat.record.treehead import Checkpoint

Progress = Callable[[str, int, int], None]
"""`progress(step, done, total)` is called now and then."""


class Log:
    """A log whose checkpoint it has signed itself; `holds` says whether all its tiles fit that."""

    def __init__(
        self, nation: str, place: str, files: Folder, checkpoint: Checkpoint, cosignatures: int
    ) -> None:
        self.nation = nation
        self.place = place
        self.size = checkpoint.size
        self.root = checkpoint.root
        self.cosignatures = cosignatures
        self.holds = False
        self._files = files
        self._root_at = cache(TileReader(self.tile, self.size).root_at)

    def tile(self, level: int, index: int, width: int) -> bytes:
        return self._files.read(self.place + tile_path(level, index, width))

    def entries(self, bundle: int) -> list[bytes]:
        """The entries of one bundle; errors name its file."""
        width = min(WIDTH, self.size - bundle * WIDTH)
        path = self.place + entries_path(bundle, width)
        data = self._files.read(path)
        try:
            return decode_entries(data, width)
        except InvalidError as error:
            raise InvalidError(error.what, where=path) from error

    def root_at(self, size: int) -> bytes:
        """The root that a log which holds had at a size not larger than its own."""
        return self._root_at(size)


class LogAudit:
    """Checks logs against the cards of all nations."""

    def __init__(
        self, files: Folder, findings: Findings, cards: Mapping[str, Card], progress: Progress
    ) -> None:
        self._files = files
        self._findings = findings
        self._cards = cards
        self._progress = progress
        self._keys: dict[str, VerifierKey] = {}
        self._witnesses: dict[str, list[VerifierKey]] = {nation: [] for nation in cards}
        for nation, card in cards.items():
            for name, text, kind in card.verifier_keys:
                try:
                    key = _parse(text, kind)
                except InvalidError as error:
                    findings.add_error(f"{KEYS}, {nation}, {name}", error)
                    continue
                if kind.is_cosignature:
                    self._witnesses[nation].append(key)
                else:
                    self._keys[nation] = key

    def check(self, nation: str, place: str) -> Log | None:
        """Check the log of a nation with a card, in the folder `place`; none if not its own."""
        card = self._cards[nation]
        self._check_key_file(place + LOG_KEY, card.log_key)
        self._check_key_file(place + WITNESS_KEY, card.witness_key)
        if card.ml_dsa_witness_key:
            self._check_key_file(place + ML_DSA_WITNESS_KEY, card.ml_dsa_witness_key)
        opened = self._open(nation, place + CHECKPOINT)
        if opened is None:
            return None
        log = Log(nation, place, self._files, opened.checkpoint, len(opened.cosignatures))
        log.holds = self._tiles_hold(log)
        if place + COSIGNED in self._files.names:
            self._check_cosigned(log)
        return log

    def _check_key_file(self, path: str, text: str) -> None:
        try:
            if self._files.read(path) != f"{text}\n".encode():
                self._findings.add(path, f"is not the key on the card in {KEYS}")
        except InvalidError as error:
            self._findings.add_error(path, error)

    def _open(self, nation: str, path: str) -> OpenedCheckpoint | None:
        key = self._keys.get(nation)
        if key is None:
            return None
        witnesses = [
            key for name, keys in self._witnesses.items() if name != nation for key in keys
        ]
        try:
            data = self._files.read(path)
        except InvalidError as error:
            self._findings.add_error(path, error)
            return None
        # Where only a cosignature is bad, the rest of the log is still worth checking.
        for cosigners in (witnesses, []):
            try:
                return open_checkpoint(data, key, cosigners)
            except SepakatError as error:
                self._findings.add_error(path, error)
        return None

    def _tiles_hold(self, log: Log) -> bool:
        try:
            verify_tiles(log.size, log.root, log.tile, self._leaf_hashes(log))
        except InvalidError as error:
            self._findings.add_error(error.where, error)
        except ProofError as error:
            is_tile = error.where.startswith("tile/")
            self._findings.add(log.place + (error.where if is_tile else CHECKPOINT), error.what)
        else:
            return True
        return False

    def _leaf_hashes(self, log: Log) -> Iterator[bytes]:
        for start in range(0, log.size, WIDTH):
            yield from map(leaf_hash, log.entries(start // WIDTH))
            self._progress(f"log of {log.nation}", min(log.size, start + WIDTH), log.size)

    def _check_cosigned(self, log: Log) -> None:
        path = log.place + COSIGNED
        opened = self._open(log.nation, path)
        if opened is None:
            return
        if not opened.cosignatures:
            self._findings.add(path, "no witness with a card has cosigned it")
        log.cosignatures += len(opened.cosignatures)
        older = opened.checkpoint
        if older.size > log.size:
            self._findings.add(path, "is of a larger log than the checkpoint: the log was rewound")
        elif log.holds and log.root_at(older.size) != older.root:
            self._findings.add(path, "its root is not the log's at its size: the log was forked")


def is_tile_of(path: str, size: int) -> bool:
    """Whether a log of `size` leaves has this tile or bundle; `InvalidError` if it is neither."""
    tile = parse_tile_path(path)
    hashes = size >> (HEIGHT * (0 if tile.level == "entries" else tile.level))
    end = tile.index * WIDTH + tile.width
    return end <= hashes and (tile.width == WIDTH or end == hashes)


def _parse(text: str, kind: KeyType) -> VerifierKey:
    key = parse_vkey(text)
    if key.type != kind:
        raise InvalidError("the key is of another type")
    return key
