"""`sepakat ocds`: Open Contracting files, checked, compiled, searched, written and read."""

import click

from sepakat.cli.ocds.files import check, compile_, flags, schema
from sepakat.cli.ocds.importing import import_
from sepakat.cli.ocds.record import export_


@click.group(short_help="Open Contracting files: check, compile, flags, export.")
def ocds() -> None:
    """Check, compile and search files of the Open Contracting Data Standard 1.1.5: packages of
    releases or records, lists, single releases, JSON lines; of any size, - being the standard
    input. See docs/ocds.md. Only `export`
    and `flags --own` need a node.

    \b
    Example:
      sepakat ocds check releases.json
    """


for _command in (check, compile_, flags, export_, import_, schema):
    ocds.add_command(_command)
