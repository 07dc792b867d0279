"""Evidence files. They are kept by `sepakat say evidence register … --attach FILE`."""

from pathlib import Path

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, answers


@click.group(no_args_is_help=False, short_help="Get evidence files out of the node.")
def evidence() -> None:
    """Get evidence files out of the node. They go in with `sepakat say evidence register`.

    \b
    Example:
      sepakat evidence get MYS-ev-1 --file report.pdf
    """


@evidence.command(short_help="Write an evidence file.")
@click.argument("object_id", metavar="OBJECT")
@click.option(
    "--file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it.",
)
@answers
def get(object_id: str, file: Path) -> Answer:
    """Write the file of the evidence OBJECT, after checking that its bytes are those registered.

    \b
    Example:
      sepakat evidence get MYS-ev-1 --file report.pdf
    """
    home = open_node()
    from sepakat.node import rows
    from sepakat.node.evidence import EvidenceStore
    from sepakat.record.errors import NotFoundError

    thing = rows.objects([object_id]).get(object_id)
    if thing is None or thing.kind != "evidence":
        raise NotFoundError(
            "there is no such evidence here", where=object_id, fix="See `sepakat list evidence`"
        )
    if thing.state == "destroyed":
        raise NotFoundError(
            "the file has been destroyed", where=object_id, fix=f"See `sepakat show {object_id}`"
        )
    sha256 = thing.fields["sha256"]
    content = EvidenceStore(home).read(sha256)  # checks that it is the one registered
    file.write_bytes(content)
    document = {"object": object_id, "file": str(file), "sha256": sha256, "size": len(content)}
    return Answer(
        document,
        lambda page: page.line(f"{len(content):,} bytes written to {file}, SHA-256 {sha256}"),
    )
