"""`sepakat ocds export` and `import`: between our record and Open Contracting files."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.ocds.files import FILE, OUT, reading
from sepakat.cli.output import Answer, Page, answers, note

if TYPE_CHECKING:
    from sepakat.industry.ocds.mapping.tenders.drafting import Draft

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

    is_of_tenders = bool(chosen["named"] or chosen["all_"])
    if is_of_tenders:
        found = list(_of_tenders(whom, prefix, chosen["named"]))
    else:
        found = _of_obligations(whom, prefix)
    if not found:
        raise NotFoundError(f"the record has nothing to export that {whom} may see")
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


@click.command("import", short_help="Read what releases say is owed, or was tendered.")
@click.argument("file", type=FILE)
@click.option("--draft", type=OUT, metavar="BATCH", help="Write a draft for `say --batch` here.")
@click.option("--organisation", metavar="ID", help="Our organisation that is to be in need.")
@click.option("--classification", metavar="GRADE", help="The grade of the draft's labels.")
@click.option("--for", "released", multiple=True, metavar="NATIONS", help="Who may see the draft.")
@answers
def import_(file: Path, draft: Path | None, **given: Any) -> Answer:
    """Print the obligations in a file's releases, as the fields of our kind `obligation`. A release
    binds nobody: what is to hold has to be proposed, and accepted.

    With --draft, write the needs and requirements of its processes as a batch of statements, and
    say what else was read and is not complete (a tender never is: it names the officers who open
    its offers) and what was left out.

    \b
    Examples:
      sepakat ocds import obligations.json --json
      sepakat ocds import tenders.json --draft batch.json --organisation MYS-ministry \\
        --classification RESTRICTED --for MYS
    """
    if draft:
        return _drafted(file, draft, given)
    if any(given.values()):
        raise click.UsageError("These options are for --draft.")
    from sepakat.industry.ocds.mapping.obligations import obligations
    from sepakat.industry.ocds.reading import Bad, releases
    from sepakat.record.errors import InvalidError

    found, wrong = [], 0
    with reading(file) as items:
        for item in releases(items):
            try:
                if isinstance(item, Bad):
                    raise InvalidError(item.reason)
                found += obligations(item.value)
            except InvalidError as error:
                wrong += 1
                note(f"{item.place}: {error}")

    def text(page: Page) -> None:
        page.table(
            ["by", "value", "", "due", "what"],
            [
                (row["obligor"], *row["value"].values(), row["due"], row["title"] or "")
                for row in found
            ],
            right=["value"],
            wrap=["what"],
        )
        page.line(f"{len(found):,} obligations; {wrong:,} left out.")

    return Answer({"obligations": found, "wrong": wrong}, text, 1 if wrong else 0)


def _drafted(file: Path, batch: Path, given: Json) -> Answer:
    import orjson

    from sepakat.cli.items import label_item
    from sepakat.industry.ocds.compiling import Bad, compile_releases
    from sepakat.industry.ocds.mapping.tenders.drafting import draft
    from sepakat.industry.ocds.merging import Merger
    from sepakat.industry.ocds.model.extensions import extended
    from sepakat.industry.ocds.reading import releases
    from sepakat.industry.ocds.schema import merge_rules
    from sepakat.record.fields import ObjectId

    label = label_item(given["classification"], given["released"], (), ())
    if label is None or not given["organisation"]:
        raise click.UsageError("--draft needs --organisation, --classification and --for.")
    _check(ObjectId, given["organisation"], "--organisation")
    drafts: list[Draft] = []
    wrong = 0
    merger = Merger(merge_rules(extended()))
    with reading(file) as items:
        for process in compile_releases(releases(items), merger=merger):
            if isinstance(process, Bad):
                wrong += 1
                note(f"{process.place}: {process.reason}")
            else:
                drafts.append(draft(process.compiled, given["organisation"]))
    said = [statement | {"label": label} for one in drafts for statement in one.statements]
    batch.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))

    def text(page: Page) -> None:
        for one in drafts:
            page.heading(one.ocid)
            page.table(
                ["not complete", "why"],
                [(f"{s['kind']} {s['object']}", why) for s, why in one.incomplete],
                wrap=["why"],
            )
            page.table(["left out", "why"], one.left_out, wrap=["why"])
        page.line(f"{batch}: {len(said):,} statements; {wrong:,} could not be read or compiled.")
        page.line(f"Look it over, then:  sepakat say --batch {batch}")

    document = {
        "file": str(batch),
        "statements": len(said),
        "wrong": wrong,
        "processes": [
            {
                "ocid": one.ocid,
                "incomplete": [row._asdict() for row in one.incomplete],
                "left_out": [row._asdict() for row in one.left_out],
            }
            for one in drafts
        ],
    }
    return Answer(document, text, 1 if wrong else 0)


def _check(of: Any, value: str, where: str) -> None:
    from pydantic import TypeAdapter, ValidationError

    from sepakat.record.statement import from_validation

    try:
        TypeAdapter(of).validate_python(value)
    except ValidationError as error:
        raise from_validation(error, where) from error
