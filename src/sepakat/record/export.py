"""An exported record: a folder of files that need no node, its layout, and writing it."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sepakat.record import canon, dsse
from sepakat.record.card import Card
from sepakat.record.card import parse as parse_card
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Count, Digest, Nation, Time, shape
from sepakat.record.fold import Entry, Fold, read
from sepakat.record.keys import SigningKey, decode_base64
from sepakat.record.kind import Registry
from sepakat.record.label import Categories, Classification, Reader
from sepakat.record.statement import from_validation
from sepakat.record.tile import (
    WIDTH,
    ReadTile,
    encode_entries,
    entries_path,
    parse_tile_path,
    tiles_for,
)

README = "README.md"
KEYS = "keys.json"
MANIFEST = "manifest.json"
CHECKPOINT = "checkpoint"
COSIGNED = "cosigned"
LOG_KEY = "vkey"
WITNESS_KEY = "witness.vkey"
ML_DSA_WITNESS_KEY = "witness.mldsa.vkey"

TOP_LEVEL = frozenset(
    {README, KEYS, MANIFEST, CHECKPOINT, COSIGNED, LOG_KEY, WITNESS_KEY, ML_DSA_WITNESS_KEY}
    | {"tile", "partners", "disclosures"}
)

_BUNDLES = "tile/entries/"
_LINES = ".jsonl"


def log_folder(nation: str, exporter: str) -> str:
    """Where a nation's log lies: the exporter's own at the top, the others' under partners/."""
    return "" if nation == exporter else f"partners/{nation}/"


def disclosure_path(nation: str, bundle: int) -> str:
    """The file with what is disclosed of leaves `bundle * 256` up to 256 more."""
    return f"disclosures/{nation}/{entries_path(bundle).removeprefix(_BUNDLES)}{_LINES}"


def parse_disclosure_path(path: str) -> tuple[str, int]:
    """The nation and the bundle of a file of disclosures; only the canonical path is taken."""
    match = re.fullmatch(r"disclosures/([A-Z]{3})/([x0-9/]+)\.jsonl", path)
    if match is None:
        raise InvalidError("not the path of a file of disclosures", where=path)
    return match[1], parse_tile_path(_BUNDLES + match[2]).index


class Disclosure(NamedTuple):
    """An envelope, and the salt with which it opens the leaf at `index` of a nation's log."""

    nation: str
    index: int  # type: ignore[assignment]  # hides a method of tuples that nothing needs
    salt: bytes
    envelope: bytes


# The members in canonical order, so that the envelope's bytes stand in the line as they are. The
# last digit of a salt's base64 has four bits of it, and none besides.
_START, _INDEX = b'{"envelope":', b',"index":'
_REST = re.compile(
    rb',"index":(0|[1-9][0-9]{0,15}),"salt":"([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)"\}'
)


def encode_line(disclosure: Disclosure) -> bytes:
    """One line of a file of disclosures, without its newline.

    The envelope stands as JSON. Bytes that are no canonical JSON, which only a faulty partner logs,
    stand in base64.
    """
    envelope = disclosure.envelope
    if not _is_canonical_object(envelope):
        envelope = b'"' + base64.b64encode(envelope) + b'"'
    salt = base64.b64encode(disclosure.salt)
    return b'{"envelope":%b,"index":%d,"salt":"%b"}' % (envelope, disclosure.index, salt)


def decode_line(nation: str, line: bytes) -> Disclosure:
    """Read a line, without its newline. Whether an envelope that is an object is canonical is for
    `fold.read` to say."""
    end = line.rfind(_INDEX)
    match = _REST.fullmatch(line, end)
    if match is None or not line.startswith(_START):
        raise InvalidError(
            "not a canonical JSON object of envelope, index and salt",
            fix="Ask for the export again",
        )
    envelope = line[len(_START) : end]
    index, salt = match.groups()
    if not envelope.startswith(b"{"):
        envelope = _unquote(envelope)
    return Disclosure(nation, int(index), binascii.a2b_base64(salt), envelope)


def _unquote(text: bytes) -> bytes:
    value = canon.decode(text)
    if not isinstance(value, str):
        raise InvalidError("the envelope is neither an object nor base64")
    envelope = decode_base64(value)
    if _is_canonical_object(envelope):
        raise InvalidError("the envelope is canonical JSON, yet stands in base64")
    return envelope


def _is_canonical_object(data: bytes) -> bool:
    try:
        return isinstance(canon.decode(data), dict)
    except InvalidError:
        return False


class ManifestReader(BaseModel):
    """For whom an export was made: see `label.Reader`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classification: Classification
    permissive: Categories
    restrictive: Categories

    @classmethod
    def of(cls, reader: Reader) -> "ManifestReader":
        return cls(
            classification=reader.classification,
            permissive={name: tuple(sorted(held)) for name, held in reader.permissive.items()},
            restrictive={name: tuple(sorted(held)) for name, held in reader.restrictive.items()},
        )

    @property
    def reader(self) -> Reader:
        return Reader(
            self.classification,
            {name: frozenset(held) for name, held in self.permissive.items()},
            {name: frozenset(held) for name, held in self.restrictive.items()},
        )


FilePath = Annotated[str, shape(r"^[A-Za-z0-9./]{1,200}$", "the path of a file of an export")]


class Manifest(BaseModel):
    """What an export holds, signed by the nation that made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Annotated[int, Field(strict=True, ge=1, le=1)]
    nation: Nation
    reader: ManifestReader | None  # none: all that the nation holds
    sizes: dict[Nation, Count]
    state: Digest  # of the fold over what the export discloses
    files: Annotated[dict[FilePath, Digest], Field(max_length=1_000_000)]
    at: Time

    def sign(self, key: SigningKey) -> bytes:
        return dsse.sign(dsse.MANIFEST, canon.encode(self.model_dump()), key).encode()


def parse_manifest(data: bytes) -> tuple[Manifest, dsse.Envelope]:
    """Read a manifest; its signature is for the caller to check."""
    envelope = dsse.decode(data)
    if envelope.payload_type != dsse.MANIFEST:
        raise InvalidError(f"the payload type {envelope.payload_type[:100]!r} is no manifest's")
    try:
        return Manifest.model_validate(canon.decode(envelope.payload)), envelope
    except ValidationError as error:
        raise from_validation(error) from error


def encode_cards(cards: Iterable[Card]) -> bytes:
    return canon.encode([card.plain() for card in sorted(cards, key=lambda c: c.nation)])


_CARDS = f"Give the file `{KEYS}` of an export, as it was written"


def parse_cards(data: bytes) -> dict[str, Card]:
    value = canon.decode(data)
    if not isinstance(value, list):
        raise InvalidError("not a list of cards", fix=_CARDS)
    cards = [parse_card(canon.encode(item)) for item in value]
    if [c.nation for c in cards] != sorted({c.nation for c in cards}):
        raise InvalidError("the cards are not sorted, or a nation has two", fix=_CARDS)
    return {card.nation: card for card in cards}


@dataclass(frozen=True)
class Log:
    """A nation's log as it is to be exported. `cosigned` is the latest checkpoint that a witness
    has cosigned, where that is an older one. `read_entries(index, width)` gives a bundle."""

    card: Card
    size: int
    checkpoint: bytes
    read_tile: ReadTile
    read_entries: Callable[[int, int], Sequence[bytes]]
    cosigned: bytes = b""


def write(
    directory: Path,
    logs: Mapping[str, Log],
    cards: Iterable[Card],
    disclosures: Iterable[Disclosure],
    *,
    nation: str,
    key: SigningKey,
    registry: Registry,
    at: str,
    reader: Reader | None = None,
) -> Manifest:
    """Write the record into an empty directory and give the manifest, signed by the root key.

    `disclosures` come by nation and index, and are those that `reader` may see.
    """
    cards = list(cards)
    files = _Files(directory)
    files.write(README, resources.files("sepakat.record").joinpath("export.md").read_bytes())
    files.write(KEYS, encode_cards(cards))
    for log in logs.values():
        _write_log(files, log_folder(log.card.nation, nation), log)
    fold = Fold(registry, cards)
    fold.add(_write_disclosures(files, disclosures))
    manifest = Manifest(
        v=1,
        nation=nation,
        reader=None if reader is None else ManifestReader.of(reader),
        sizes={name: log.size for name, log in logs.items()},
        state=fold.digest(),
        files=files.digests,
        at=at,
    )
    (directory / MANIFEST).write_bytes(manifest.sign(key))
    return manifest


class _Files:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.digests: dict[str, str] = {}

    def write(self, path: str, data: bytes) -> None:
        target = self._directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.digests[path] = hashlib.sha256(data).hexdigest()


def _write_log(files: _Files, folder: str, log: Log) -> None:
    files.write(folder + LOG_KEY, f"{log.card.log_key}\n".encode())
    files.write(folder + WITNESS_KEY, f"{log.card.witness_key}\n".encode())
    if log.card.ml_dsa_witness_key:
        files.write(folder + ML_DSA_WITNESS_KEY, f"{log.card.ml_dsa_witness_key}\n".encode())
    files.write(folder + CHECKPOINT, log.checkpoint)
    if log.cosigned:
        files.write(folder + COSIGNED, log.cosigned)
    for tile in tiles_for(log.size):
        assert tile.level != "entries"
        files.write(f"{folder}{tile}", log.read_tile(tile.level, tile.index, tile.width))
        if tile.level == 0:
            entries = log.read_entries(tile.index, tile.width)
            files.write(folder + entries_path(tile.index, tile.width), encode_entries(entries))


def _write_disclosures(files: _Files, disclosures: Iterable[Disclosure]) -> Iterator[Entry]:
    for (nation, bundle), part in groupby(disclosures, lambda d: (d.nation, d.index // WIDTH)):
        lines = []
        for disclosure in part:
            lines.append(encode_line(disclosure) + b"\n")
            yield read(nation, disclosure.index, disclosure.envelope)
        files.write(disclosure_path(nation, bundle), b"".join(lines))
