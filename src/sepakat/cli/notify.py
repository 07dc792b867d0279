"""Telling people what waits for them: new notices, and the mails that are due."""

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers


@click.command(short_help="Tell people what is new for them.")
@answers
def notify() -> Answer:
    """Work out what there is to tell each person with an account, keep it in the inboxes, and send
    the mails that are due. Run it after each exchange, or every few minutes: twice does no harm.

    Mail goes out by SEPAKAT_EMAIL_URL (smtp://user:password@host:port, or smtps://); without it,
    into the folder `outbox` of the node's home. It exits with 1 if a mail could not be sent.

    \b
    Example:
      sepakat notify
    """
    home = open_node()
    from dataclasses import asdict

    from sepakat.desk.notices.telling import tell

    told = tell(home)

    def text(page: Page) -> None:
        page.line(f"{told.notices} new notices, {told.mails} mails, for {told.people} people.")
        if told.failed:
            page.line(f"{told.failed} mails could not be sent, and will be tried again.")

    return Answer(asdict(told), text, 1 if told.failed else 0)
