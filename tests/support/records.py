"""Exported records of nations in memory, honest ones, and ways to make them anew after a change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from sepakat.record import export
from sepakat.record.card import Card
from sepakat.record.checkpoint import add_cosignatures, cosign, sign_checkpoint
from sepakat.record.export import Disclosure, Manifest
from sepakat.record.fold import Entry
from sepakat.record.keys import SigningKey
from sepakat.record.label import Reader, may_see
from sepakat.record.leaf import commit
from sepakat.record.merkle import leaf_hash
from sepakat.record.note import Signer
from sepakat.record.tile import HASH_SIZE, WIDTH, TileWriter
from sepakat.record.treehead import Checkpoint
from support.nations import Nations

AT = "2026-02-01T00:00:00Z"


def secret(nation: str, use: str) -> SigningKey:
    """The private key behind a card of `support.nations`."""
    return SigningKey(sha256(f"{nation} {use}".encode()).digest())


def log_signer(card: Card) -> Signer:
    return Signer(card.origin, secret(card.nation, "log").seed)


def witness_signers(card: Card) -> list[Signer]:
    seed = secret(card.nation, "witness").seed
    return [Signer(key.name, seed, key.type) for key in card.cosigners]


def disclosure(entry: Entry) -> Disclosure:
    assert entry.envelope is not None
    envelope = entry.envelope.encode()
    return Disclosure(entry.nation, entry.index, sha256(envelope).digest(), envelope)


def log_of(card: Card, entries: list[bytes], witnesses: list[Card], older: int = 0) -> export.Log:
    """A log over entries, cosigned as it is now or, where `older` is given, as it was then."""
    tiles: dict[tuple[int, int], bytes] = {}
    writer = TileWriter(0, lambda level, index: b"")
    notes = {}
    for count, entry in enumerate(entries, 1):
        tiles |= writer.append([leaf_hash(entry)])
        if count in (older, len(entries)):
            checkpoint = Checkpoint(card.origin, count, writer.root())
            notes[count] = sign_checkpoint(checkpoint, log_signer(card))
    if not entries:
        notes[0] = sign_checkpoint(Checkpoint(card.origin, 0, writer.root()), log_signer(card))
    cosigned = notes[older or len(entries)]
    signers = [signer for witness in witnesses for signer in witness_signers(witness)]
    lines = [cosign(cosigned, signer, 1_770_000_000) for signer in signers]
    cosigned = add_cosignatures(cosigned, lines)
    return export.Log(
        card=card,
        size=len(entries),
        checkpoint=notes[len(entries)] if older else cosigned,
        read_tile=lambda level, index, width: tiles[level, index][: width * HASH_SIZE],
        read_entries=lambda index, width: entries[index * WIDTH : index * WIDTH + width],
        cosigned=cosigned if older else b"",
    )


def write(
    directory: Path,
    nations: Nations,
    *,
    exporter: str = "MYS",
    reader: Reader | None = None,
    shows: Callable[[Entry], bool] | None = None,
    older: Mapping[str, int] | None = None,
    more: Sequence[Disclosure] = (),
) -> Manifest:
    """Export what a nation holds of a record: its own statements, and what it may see of others'.

    `shows` overrides the choice of what to disclose, `older` gives the sizes at which logs were
    cosigned, and `more` is logged and disclosed after all else.
    """
    own = nations.cards[exporter].reader

    def shown(entry: Entry) -> bool:
        assert entry.statement is not None
        label = entry.statement.label
        held = entry.nation == exporter or may_see(label, own)
        return held and (reader is None or may_see(label, reader))

    logs, disclosures = {}, []
    for nation, card in sorted(nations.cards.items()):
        entries, others = nations.logs[nation].entries, [d for d in more if d.nation == nation]
        made = [*map(disclosure, entries), *others]
        logs[nation] = log_of(
            card,
            [commit(d.salt, d.envelope) for d in made],
            [other for other in nations.cards.values() if other.nation != nation],
            (older or {}).get(nation, 0),
        )
        disclosures += [disclosure(e) for e in entries if (shows or shown)(e)] + others
    directory.mkdir(parents=True, exist_ok=True)
    return export.write(
        directory,
        logs,
        nations.cards.values(),
        disclosures,
        nation=exporter,
        key=nations.keys[exporter],
        registry=nations.registry,
        at=AT,
        reader=reader,
    )


def sign_anew(
    directory: Path, key: SigningKey | None = None, manifest: Manifest | None = None, **change: Any
) -> None:
    """Sign a manifest over the files as they lie there now: what an exporter that cheats can do."""
    old = manifest or export.parse_manifest((directory / "manifest.json").read_bytes())[0]
    files = {
        path: sha256((directory / path).read_bytes()).hexdigest()
        for path in all_files(directory)
        if path != "manifest.json"
    }
    new = old.model_copy(update={"files": files, **change})
    data = new.sign(key or secret(old.nation, "statement"))
    (directory / "manifest.json").write_bytes(data)


def all_files(directory: Path) -> Iterator[str]:
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.relative_to(directory).as_posix()
