"""`sepakat tender`: what a sealed tender needs besides statements."""

import click

from sepakat.cli.tenders import offers, scores


@click.group(short_help="Seal, open and score the offers of a tender.")
def tender() -> None:
    """Seal an offer so that two officers must open it together, open it, lock scores before they
    are shown, and compute what they come to. What is said is drafted for `sepakat say --batch`, so
    that it can be read before it is signed. See docs/procurement.md.

    \b
    Example:
      sepakat tender key opener-1.key
      sepakat tender seal KOR-offer-1 offer.pdf --tender MYS-tender-1 --lot 1 \\
        --organisation KOR-company-k --sealed offer.spko --draft offer.json
    """


for _command in (*offers.COMMANDS, *scores.COMMANDS):
    tender.add_command(_command)
