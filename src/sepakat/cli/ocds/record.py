"""`sepakat ocds export`: what our record holds, as Open Contracting releases."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.ocds.files import OUT
from sepakat.cli.output import Answer, answers

Json = dict[str, Any]
PUBLIC = "PUBLIC"


@click.command("export", short_help="Write what the record holds as releases.")
@click.argument("file", type=OUT)
@click.option("--prefix", required=True, help="Your registered ocid prefix: ocds-a1b2c3.")
@click.option("--publisher", required=True, help="Who publishes it, by name.")
@click.option("--uri", required=True, help="Where the package will be published.")
@click.option("--tender", "named", multiple=True, metavar="ID", help="This tender of ours.")
@click.option("--tenders", "all_", is_flag=True, help="All tenders of ours.")
@click.option(
    "--for",
    "whom",
    default=PUBLIC,
    show_default=True,
    metavar="WHOM",
    help="Only what a nation, an organisation (MYS-acme) or PUBLIC may see.",
)
@click.option("--records", is_flag=True, help="Write records: the releases and what they make.")
@click.option("--versioned", is_flag=True, help="Records with the history of each value.")
@answers
def export_(file: Path, prefix: str, publisher: str, uri: str, whom: str, **chosen: Any) -> Answer:
    """Write a package of what the public may see, by its labels: with --tender or --tenders, a
    release of each statement of a procurement, from its plan to its payments; else what is owed
    under each agreement, claimed and verified. Each names the digest of its signed statement.

    An ocid prefix is registered by each publisher with the Open Contracting Partnership.

    \b
    Examples:
      sepakat ocds export obligations.json --prefix ocds-a1b2c3 --publisher "The Secretariat" \\
        --uri https://example.org/obligations.json
      sepakat ocds export tenders.json --tenders --records --prefix ocds-a1b2c3 \\
        --publisher "The Secretariat" --uri https://example.org/tenders.json
    """
    import orjson

    from sepakat.industry.ocds.mapping.tenders.releasing import EXTENSIONS
    from sepakat.industry.ocds.model.extensions import OBLIGATIONS
    from sepakat.record.errors import NotFoundError

    _check_publication(prefix, uri)
    is_of_tenders = bool(chosen["named"] or chosen["all_"])
    if is_of_tenders:
        found = list(_of_tenders(whom, prefix, chosen["named"]))
    else:
        found = _of_obligations(whom, prefix)
    if not found:
        raise NotFoundError(
            f"the record has nothing to export that {whom} may see",
            where=f"--for {whom}",
            fix="See `sepakat list`; name a reader with --for, and --tenders for the tenders",
        )
    package = {
        "uri": uri,
        "version": "1.1",
        "extensions": EXTENSIONS if is_of_tenders else [OBLIGATIONS.uri],
        "publishedDate": max(release["date"] for release in found),
        "publisher": {"name": publisher},
    }
    as_records = chosen["records"] or chosen["versioned"]
    content = _records(found, chosen["versioned"]) if as_records else found
    name = "records" if as_records else "releases"
    whole = package | {name: content}
    file.write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2))
    document = {"file": str(file), "for": whom, name: len(content)}
    return Answer(document, lambda page: page.line(f"{file}: {len(content):,} {name}."))


def _check_publication(prefix: str, uri: str) -> None:
    import re

    from sepakat.record.address import split_address
    from sepakat.record.errors import InvalidError

    # OCDS 1.1.5, reference, identifiers: the publisher's part is six letters or digits.
    if not re.fullmatch("ocds-[a-z0-9]{6}", prefix):
        raise InvalidError(
            "this is no ocid prefix",
            where=f"--prefix {prefix}",
            fix="Write ocds- and the six letters or digits that were registered for you",
        )
    parts = split_address(uri)
    if not (parts.scheme and parts.netloc):
        raise InvalidError(
            "this is no whole address",
            where=f"--uri {uri}",
            fix="Write where the file will be published, such as https://example.org/tenders.json",
        )


def _of_obligations(whom: str, prefix: str) -> list[Json]:
    from sepakat.cli.exports import reader_of
    from sepakat.industry.ocds.mapping import obligations
    from sepakat.record.label import may_see

    home = open_node()
    from sepakat.cli.reading import select
    from sepakat.node import clock

    reader = reader_of(home, whom)
    held = select({"kind__in": obligations.KINDS})
    seen = [thing for thing in held if may_see(thing.label, reader)]
    return list(obligations.releases(seen, prefix=prefix, at=clock.now()))


def _of_tenders(whom: str, prefix: str, named: Sequence[str]) -> Iterator[Json]:
    from sepakat.record.errors import NotFoundError

    missing = {f"{prefix}-{tender}" for tender in named}
    for release in tender_releases(whom, prefix=prefix):
        if not named or f"{release['ocid']}" in {f"{prefix}-{tender}" for tender in named}:
            missing.discard(release["ocid"])
            yield release
    if missing:
        tender = min(missing).removeprefix(f"{prefix}-")
        raise NotFoundError(
            f"there is no tender {tender} of ours that {whom} may see",
            where=f"--tender {tender}",
            fix="See `sepakat list tender`",
        )


def tender_releases(whom: str | None, *, prefix: str | None) -> Iterator[Json]:
    """The releases of this nation's tenders: what `whom` may see, or all that the node holds."""
    from sepakat.cli.exports import reader_of
    from sepakat.industry.ocds.mapping.tenders.releasing import KINDS, Source, releases

    home = open_node()
    from sepakat.node import clock
    from sepakat.node.history import standing

    said = standing(tuple(KINDS), reader_of(home, whom) if whom else None)
    source = Source(said, whom, clock.now())
    yield from releases(source, prefix=prefix, buyer=home.card().nation)


def _records(found: Iterable[Json], versioned: bool) -> list[Json]:
    from sepakat.industry.ocds.compiling import Process, compile_releases
    from sepakat.industry.ocds.merging import Merger
    from sepakat.industry.ocds.model.extensions import extended
    from sepakat.industry.ocds.reading import RELEASE, Item
    from sepakat.industry.ocds.schema import merge_rules

    items = (Item(release["id"], RELEASE, release) for release in found)
    merger = Merger(merge_rules(extended()))
    made = compile_releases(items, versioned=versioned, merger=merger)
    return [process.record() for process in made if isinstance(process, Process)]
