"""`sepakat ocds import`: what Open Contracting releases say, as drafts of what we may say."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.ocds.beside import check, read_beside, read_openers, with_openers
from sepakat.cli.ocds.files import FILE, OUT, reading
from sepakat.cli.output import Answer, Page, answers, note

if TYPE_CHECKING:
    from sepakat.industry.ocds.mapping.tenders.drafting import Draft

Json = dict[str, Any]
IN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import", short_help="Read what releases say is owed, or was tendered.")
@click.argument("file", type=FILE)
@click.option("--draft", type=OUT, metavar="BATCH", help="Write a draft for `say --batch` here.")
@click.option("--organisation", metavar="ID", help="Our organisation that is to be in need.")
@click.option("--classification", metavar="GRADE", help="The grade of the draft's labels.")
@click.option("--for", "released", multiple=True, metavar="NATIONS", help="Who may see the draft.")
@click.option(
    "--opener",
    "openers",
    multiple=True,
    metavar="ACCOUNT=FILE",
    help="An officer who opens offers, and the file with what `tender key` printed; twice.",
)
@click.option("--beside", type=IN, metavar="FILE", help="Fields that the releases lack, as TOML.")
@answers
def import_(file: Path, draft: Path | None, **given: Any) -> Answer:
    """Print the obligations in a file's releases, as the fields of our kind `obligation`. A release
    binds nobody: what is to hold has to be proposed, and accepted.

    With --draft, write the need, requirements and tender of each process as a batch of statements,
    and say what is not complete, and what was left out. No file names the officers who open the
    offers: give both. Whatever else it lacks or is to be otherwise, such as the times, is read from
    a file with a table for each process; see docs/ocds.md.

    \b
    Examples:
      sepakat ocds import obligations.json --json
      sepakat ocds import tenders.json --draft batch.json --organisation MYS-ministry \\
        --classification UNCLASSIFIED --for PUBLIC --opener opener-1=opener-1.pub \\
        --opener opener-2=opener-2.pub --beside beside.toml
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

    label = label_item(given["classification"], given["released"], (), ())
    if label is None or not given["organisation"]:
        raise click.UsageError("--draft needs --organisation, --classification and --for.")
    drafts, wrong = _drafts(file, given)
    said = [_labelled(statement, label) for one in drafts for statement in one.statements]
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
        page.line(f"Look it over, then:  sepakat say --batch {quote(str(batch))}")

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


def _labelled(statement: Json, label: Json) -> Json:
    """With the label, where an object is made, which keeps it."""
    from sepakat.vocabulary import REGISTRY

    is_first = not REGISTRY.action(statement["kind"], statement["action"]).start
    return statement | {"label": label} if is_first else statement


def _drafts(file: Path, given: Json) -> "tuple[list[Draft], int]":
    """The drafts of a file's processes, and how many of these cannot be read or compiled."""
    from sepakat.industry.ocds.compiling import Process, compile_releases
    from sepakat.industry.ocds.mapping.tenders.drafting import draft
    from sepakat.industry.ocds.merging import Merger
    from sepakat.industry.ocds.model.extensions import extended
    from sepakat.industry.ocds.reading import releases
    from sepakat.industry.ocds.schema import merge_rules
    from sepakat.record.errors import InvalidError
    from sepakat.record.fields import ObjectId

    check(ObjectId, given["organisation"], "--organisation")
    beside = read_beside(given["beside"]) if given["beside"] else {}
    officers = read_openers(given["openers"])
    drafts: list[Draft] = []
    wrong = 0
    merger = Merger(merge_rules(extended()))
    with reading(file) as items:
        for process in compile_releases(releases(items), merger=merger):
            if isinstance(process, Process):
                own = with_openers(beside.pop(process.ocid, None), officers)
                drafts.append(draft(process.compiled, given["organisation"], own))
            else:
                wrong += 1
                note(f"{process.place}: {process.reason}")
    if beside:
        raise InvalidError(
            f"{file} has no process {min(beside)}", where=str(given["beside"]), fix="Name its ocid"
        )
    return drafts, wrong
