"""The whole record as files that need no node, and checking such files."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers, progress

if TYPE_CHECKING:
    from sepakat.node.home import Home
    from sepakat.record.audit import Report
    from sepakat.record.label import Reader


@click.command(short_help="Write the whole record as files that need no node.")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--for",
    "whom",
    metavar="WHOM",
    help="Only what a nation, an organisation (MYS-acme) or PUBLIC may see.",
)
@answers
def export(directory: Path, whom: str | None) -> Answer:
    """Write the record into DIRECTORY: the logs, the checkpoints, the keys, and the statements
    that WHOM may see; without --for, all of them. Anyone can check it with `sepakat audit`, or
    with other people's tools as its README says.

    \b
    Examples:
      sepakat export record
      sepakat export for-the-public --for PUBLIC
    """
    home = open_node()
    from sepakat.node import clock
    from sepakat.node.export import export as write
    from sepakat.vocabulary import REGISTRY

    reader = reader_of(home, whom) if whom else None
    manifest = write(home, REGISTRY, directory, reader=reader, at=clock.now())
    document = {
        "directory": str(directory),
        "for": whom,
        "sizes": manifest.sizes,
        "state": manifest.state,
        "files": len(manifest.files),
        "at": manifest.at,
    }

    def text(page: Page) -> None:
        page.line(f"The record is in {directory}: {len(manifest.files):,} files.")
        page.fields([*_sizes(manifest.sizes), ("state", manifest.state)])
        page.line(f"Check it:  sepakat audit {quote(str(directory))}")

    return Answer(document, text)


def reader_of(home: "Home", whom: str) -> "Reader":
    """Who would see: a nation (MYS), an organisation (MYS-acme), or PUBLIC."""
    from sepakat.cli import drafting
    from sepakat.node import partners
    from sepakat.record.label import PUBLIC, PUBLIC_READER, organisation_reader

    if whom == PUBLIC:
        return PUBLIC_READER
    nation, is_organisation, _ = whom.partition("-")
    own = home.card()
    card = own if nation == own.nation else partners.card_of(partners.get(nation))
    if is_organisation:
        drafting.get(whom, "organisation")  # or a mistyped one would be given its nation's share
        return organisation_reader(nation, whom, card.ceiling)
    return card.reader


def _sizes(sizes: dict[str, int]) -> list[tuple[str, str]]:
    return [(f"log of {nation}", f"{size:,} leaves") for nation, size in sizes.items()]


@click.command(short_help="Check an exported record, offline and without a node.")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="NATION=FINGERPRINT",
    help="The fingerprint that a nation has read out to you.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Processes to use.  [default: one a core for a large record, one for a small one]",
)
@answers
def audit(directory: Path, pins: tuple[str, ...], workers: int | None) -> Answer:
    """Check everything in the exported record in DIRECTORY: each file, signature, leaf, both
    trees, each cosignature and label, and the state that follows. It needs no node and no network.

    It exits with 0 if all holds, and with 1 and the findings if not. Compare the fingerprints that
    it prints with what the nations read out to you, or pin them: all else rests on them.

    \b
    Example:
      sepakat audit record --pin MYS="5f0c 11d2 ..."
    """
    from sepakat.record.audit import audit as check
    from sepakat.record.errors import InvalidError
    from sepakat.record.export import CHECKPOINT, KEYS, MANIFEST
    from sepakat.vocabulary import REGISTRY

    if not any((directory / name).exists() for name in (MANIFEST, KEYS, CHECKPOINT)):
        raise InvalidError(
            "there is no exported record here",
            where=str(directory),
            fix="Name the folder that `sepakat export` has written",
        )
    given = dict(_pin(pin) for pin in pins)
    with progress() as show:
        report = check(
            directory,
            REGISTRY,
            pins=given,
            workers=workers,
            progress=show,
        )
    document = _report_document(report)
    return Answer(document, lambda page: _show(page, report, given), 0 if report.ok else 1)


def _pin(text: str) -> tuple[str, str]:
    nation, found, fingerprint = text.partition("=")
    if not found:
        raise click.UsageError(f"--pin {text}: write NATION=FINGERPRINT.")
    return nation, fingerprint


def _report_document(report: "Report") -> dict[str, Any]:
    from dataclasses import asdict

    return {"ok": report.ok} | asdict(report)


def _show(page: Page, report: "Report", pins: dict[str, str]) -> None:
    page.line(f"An export of {report.nation or 'an unknown nation'}, made at {report.at or '?'}")
    page.fields(
        [
            *_sizes(report.sizes),
            ("statements", f"{report.statements:,} shown: {_counts(report)}"),
            ("signatures", f"{report.signatures:,} over statements hold"),
            ("cosignatures", f"{report.cosignatures:,} hold"),
            ("seen marks", f"{report.marks:,} hold, {report.unchecked_marks:,} beyond this export"),
            ("state", report.state),
        ]
    )
    page.heading("Fingerprints of the cards that all this rests on")
    page.fields(
        (nation, f"{fingerprint}{'  (as pinned)' if nation in pins and report.ok else ''}")
        for nation, fingerprint in report.fingerprints.items()
    )
    page.line()
    if report.ok:
        page.line("Everything holds.", "bold green")
        if report.fingerprints.keys() - pins.keys():
            page.line("Compare the fingerprints with what each nation reads out to you.")
        return
    page.line(f"Findings: {len(report.findings):,}", "bold red")
    for finding in report.findings:
        page.line(f"  {finding}")


def _counts(report: "Report") -> str:
    parts = [f"{report.standing:,} stand"]
    parts += [f"{count:,} rejected ({code})" for code, count in report.rejected.items()]
    return ", ".join([*parts, *([f"{report.pending:,} pending"] if report.pending else [])])
