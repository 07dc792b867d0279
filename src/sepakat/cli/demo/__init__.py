"""`sepakat demo`: the first case, played between two nodes on this machine."""

from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import click

from sepakat.cli.output import Answer, answers

DEFAULT = Path("var/demo")


@click.command("demo", short_help="Play the Malaysia-Korea case between two nodes here.")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT,
    show_default=True,
    help="Where the two nodes are made; an earlier demo there is replaced.",
)
@click.option(
    "--serve/--close",
    default=True,
    help="Leave both nodes running, as it does unless told otherwise, or stop them at the end.",
)
@click.option("--stop", is_flag=True, help="Stop the nodes of an earlier demo, and do no more.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is printed as an SVG picture too.",
)
@answers
def demo_command(directory: Path, serve: bool, stop: bool, picture: Path | None) -> Answer:
    """Make two nodes, Malaysia's and Korea's, and play their partnership from the seminar to
    the proven outcome, with the commands that anybody types. At the end both desks are open in the
    browser, with accounts that are ready.

    All companies, amounts and most dates are illustrative.

    \b
    Example:
      sepakat demo
      sepakat --home var/demo/MYS show MYS-cp-housings
      sepakat audit var/demo/KOR/export
      sepakat demo --stop
    """
    from sepakat.cli.demo import people, play, report, servers
    from sepakat.cli.demo.forecasting import Forecasting
    from sepakat.cli.demo.tendering import Tendering

    folder = directory.absolute()
    if stop:
        stopped = servers.stop(folder)
        said = f"Stopped: {', '.join(stopped)}." if stopped else "No node of a demo runs there."
        return Answer({"stopped": stopped}, lambda page: page.line(said))
    today = datetime.now(UTC).date()
    password = people.password()
    play.prepare(folder)
    told = report.Told(picture)
    told.begin(today, folder)
    with play.two_nodes(folder) as nodes:
        told.started(nodes)
        began = monotonic()
        play.play(nodes, folder, today, told.scene)
        tender = Tendering(nodes, folder, monotonic() - began, told.scene)
        tender.invite()
        outlook = Forecasting(nodes, folder, today, told.scene).play()  # while the tender is open
        play.close_account(nodes, folder, told.scene)
        play.add_people(nodes, password)
        evaluation = tender.award()
        outcome = play.conclude(nodes, folder, told.step, evaluation, outlook)
        told.end(outcome, directory)
        if serve:
            for node in nodes.values():
                node.kept = True
            told.desks(nodes, password, directory)
    desks = {node.nation: node.url for node in nodes.values()} if serve else {}
    document = outcome.document() | {"desks": desks, "password": password if serve else None}
    return Answer(document, lambda page: None, exit=0 if outcome.ok else 1)
