"""`sepakat ocds check`, `compile`, `flags` and `schema`: what is in Open Contracting files."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.output import Answer, Page, answers, note

if TYPE_CHECKING:
    from sepakat.industry.ocds.compiling import Process
    from sepakat.industry.ocds.reading import Bad, Item
    from sepakat.industry.redflags import Findings, Settings

FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
SHOWN = 100  # findings that are listed; --bad keeps them all


@click.command(short_help="Find what is wrong with a file.")
@click.argument("file", type=FILE)
@click.option("--schema", type=OUT, help="A release schema to check by.  [default: OCDS 1.1.5]")
@click.option("--extensions", is_flag=True, help="Check the extensions' fields too.")
@click.option("--bad", type=OUT, help="Write all that is bad here, as JSON lines.")
@answers
def check(file: Path, schema: Path | None, extensions: bool, bad: Path | None) -> Answer:
    """Check each release, each record and the package, and name the place of each fault. What
    cannot be read is reported too, and the rest is read on. It exits with 1 if anything is wrong.

    \b
    Examples:
      sepakat ocds check releases.json --bad bad.jsonl
      cat releases.jsonl | sepakat ocds check - --extensions
    """
    from sepakat.industry.ocds.checking import Checker, Problem, read_schema
    from sepakat.industry.ocds.model.extensions import extended
    from sepakat.industry.ocds.model.release import DEFINITIONS
    from sepakat.industry.ocds.reading import Bad

    definitions = extended() if extensions else DEFINITIONS
    checker = Checker(read_schema(schema) if schema else None, definitions)
    counts = {"release": 0, "record": 0, "package": 0}
    findings: list[dict[str, str]] = []
    wrong = 0
    with reading(file) as items, _kept(bad) as keep:
        for item in items:
            if isinstance(item, Bad):
                problems = (Problem("", "unreadable", item.reason),)
                content = item.content
            else:
                counts[item.kind] += 1
                problems, content = checker.problems(item), item.value
            if problems:
                wrong += 1
                rows = [{"item": item.place, **asdict(problem)} for problem in problems]
                keep({"item": item.place, "problems": rows, "content": content})
                findings += rows[: max(SHOWN - len(findings), 0)]

    def text(page: Page) -> None:
        page.table(
            ["item", "place", "rule", "what is wrong"],
            [tuple(row.values()) for row in findings],
            wrap=["what is wrong"],
        )
        read = ", ".join(f"{count:,} {kind}s" for kind, count in counts.items() if count)
        page.line(f"{file}: {read or 'nothing read'}; {wrong:,} with something wrong.")

    document = {"read": counts, "wrong": wrong, "findings": findings}
    return Answer(document, text, 1 if wrong else 0)


@click.command("compile", short_help="Make one release of each process.")
@click.argument("file", type=FILE)
@click.option("--versioned", is_flag=True, help="With the history of each value.")
@click.option("--records", is_flag=True, help="Write records: the releases and what they make.")
@click.option(
    "--to", type=OUT, required=True, metavar="FILE", help="Where to write, as JSON lines."
)
@click.option("--bad", type=OUT, help="Write all that is bad here, as JSON lines.")
@answers
def compile_(file: Path, versioned: bool, records: bool, to: Path, bad: Path | None) -> Answer:
    """Merge the releases of each contracting process by the standard's merge rules, whatever the
    file's size, and write a compiled release for each, or a versioned one, or a record of both.

    \b
    Examples:
      sepakat ocds compile releases.json --to compiled.jsonl
      sepakat ocds compile releases.json --records --versioned --to records.jsonl
    """
    import orjson

    from sepakat.industry.ocds.compiling import Process, compile_releases
    from sepakat.industry.ocds.merging import Merger
    from sepakat.industry.ocds.model.extensions import extended
    from sepakat.industry.ocds.reading import releases
    from sepakat.industry.ocds.schema import merge_rules

    written, wrong = 0, 0
    merger = Merger(merge_rules(extended()))
    with reading(file) as items, _kept(bad) as keep, to.open("wb") as out:
        for process in compile_releases(releases(items), versioned=versioned, merger=merger):
            if isinstance(process, Process):
                out.write(orjson.dumps(_form(process, records)) + b"\n")
                written += 1
            else:
                wrong += 1
                keep(asdict(process))
                if wrong <= SHOWN:
                    note(f"{process.place}: {process.reason}")

    def text(page: Page) -> None:
        page.line(f"{to}: {written:,} processes; {wrong:,} left out.")

    document = {"file": str(to), "processes": written, "wrong": wrong}
    return Answer(document, text, 1 if wrong else 0)


@click.command(short_help="Find red flags, and what may innocently cause them.")
@click.argument("file", type=FILE, required=False)
@click.option("--own", is_flag=True, help="Over this nation's own tenders, with all it holds.")
@click.option("--settings", type=OUT, metavar="FILE", help="The indicators' settings, as JSON.")
@answers
def flags(file: Path | None, own: bool, settings: Path | None) -> Answer:
    """Compile a file's releases and compute the indicators of red flags over its processes; or,
    with --own, over this node's tenders, sealed bids and plans included: for the buyer's own eyes.
    A flag is a question to ask and no finding.

    \b
    Examples:
      sepakat ocds flags releases.json
      sepakat --home var/MYS ocds flags --own
    """
    from sepakat.industry.ocds.compiling import Process, compile_releases
    from sepakat.industry.redflags import INDICATORS, run

    if own is bool(file):
        raise click.UsageError("Name a file, or --own.")
    chosen = _settings(settings) if settings else None
    wrong = 0

    def compiled() -> "Iterator[Mapping[str, Any]]":
        nonlocal wrong
        with _releases(file) as found:
            for process in compile_releases(found):
                if isinstance(process, Process):
                    yield process.compiled
                else:
                    wrong += 1

    found = run(compiled(), chosen)
    if wrong:
        typed = f"`sepakat ocds check {quote(str(file))}`"
        note(f"{wrong:,} could not be read or compiled; {typed} says why.")

    document = {
        "read": found.read,
        "left_out": {
            "cancelled": found.cancelled,
            "excluded": found.excluded,
            "nameless": found.nameless,
            "unreadable": wrong,
        },
        "innocent": {indicator.code: indicator.innocent for indicator in INDICATORS},
        "flags": found.as_json(),
    }
    if own:
        document["tenders"] = _by_tender(found)
    return Answer(document, lambda page: _show_flags(page, found, own=own))


def _show_flags(page: Page, found: "Findings", *, own: bool) -> None:
    from sepakat.industry.redflags import INDICATORS

    page.table(
        ["flag", "about", "", "value", "tender" if own else "process"],
        [(f.code, f.group, f.id, f"{float(f.value):.4g}", f.ocid or "") for f in found.flags],
        right=["value"],
    )
    raised = {flag.code for flag in found.flags}
    for indicator in INDICATORS:
        if indicator.code in raised:
            page.line(f"{indicator.code}  {indicator.title} Innocently: {indicator.innocent}")
    page.line(f"{found.read:,} processes read; {len(found.flags):,} flags.")
    if own and raised:
        page.line("See a tender:  sepakat show TENDER")


@contextmanager
def _releases(file: Path | None) -> "Iterator[Iterator[Item | Bad]]":
    """The releases of a file, or without one those of our own tenders, called as the tenders."""
    from sepakat.industry.ocds.reading import RELEASE, Item, releases

    if file:
        with reading(file) as items:
            yield releases(items)
        return
    from sepakat.cli.ocds.record import tender_releases

    yield (Item(made["id"], RELEASE, made) for made in tender_releases(None, prefix=None))


def _by_tender(found: "Findings") -> dict[str, list[dict[str, Any]]]:
    """The flags of each tender; those of an organisation's tenders together are of none."""
    tenders: dict[str, list[dict[str, Any]]] = {}
    for flag in found.flags:
        if flag.ocid:
            row = {"flag": flag.code, "about": flag.group, "id": flag.id}
            tenders.setdefault(flag.ocid, []).append(row | {"value": float(flag.value)})
    return tenders


def _settings(file: Path) -> "Settings":
    from pydantic import ValidationError

    from sepakat.industry.redflags import Settings
    from sepakat.record.statement import from_validation

    try:
        return Settings.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise from_validation(error, str(file)) from error


@click.command(short_help="Write a JSON Schema of the standard.")
@click.argument("name", type=click.Choice(["release", "release-package", "record-package"]))
@click.option("--extensions", is_flag=True, help="With the extensions' fields.")
@answers
def schema(name: str, extensions: bool) -> Answer:
    """Print a JSON Schema (draft 4) of OCDS 1.1.5 that needs no other file.

    \b
    Example:
      sepakat ocds schema release --extensions > release-schema.json
    """
    import json

    from sepakat.industry.ocds import schema as schemas
    from sepakat.industry.ocds.model.extensions import extended
    from sepakat.industry.ocds.model.release import DEFINITIONS

    make = {
        "release": schemas.release_schema,
        "release-package": schemas.release_package_schema,
        "record-package": schemas.record_package_schema,
    }[name]
    document = make(extended() if extensions else DEFINITIONS)
    return Answer(document, lambda page: click.echo(json.dumps(document, indent=2)))


@contextmanager
def reading(file: Path) -> "Iterator[Iterator[Item | Bad]]":
    """What a file holds, while it is open."""
    from sepakat.industry.ocds.reading import read

    with click.open_file(str(file), "rb") as stream:
        yield read(stream)


@contextmanager
def _kept(file: Path | None) -> "Iterator[Any]":
    """Writes what is bad as JSON lines, where a file is given for it."""
    import orjson

    if file is None:
        yield lambda value: None
        return
    with file.open("wb") as out:
        yield lambda value: out.write(orjson.dumps(value) + b"\n")


def _form(process: "Process", as_record: bool) -> Any:
    if as_record:
        return process.record()
    return process.compiled if process.versioned is None else process.versioned
