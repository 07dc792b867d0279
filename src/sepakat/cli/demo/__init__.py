"""`sepakat demo`: the first case, played between two nodes on this machine."""

from datetime import UTC, datetime
from pathlib import Path

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
@click.option("--serve", is_flag=True, help="Leave both nodes running until Ctrl-C.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is printed as an SVG picture too.",
)
@answers
def demo_command(directory: Path, serve: bool, picture: Path | None) -> Answer:
    """Make two nodes, Malaysia's and Korea's, and play their partnership from the seminar to
    the proven outcome, with the commands that anybody types.

    All companies, amounts and most dates are illustrative.

    \b
    Example:
      sepakat demo
      sepakat --home var/demo/MYS show MYS-cp-housings
      sepakat audit var/demo/KOR/export
    """
    from sepakat.cli.demo import play, report

    today = datetime.now(UTC).date()
    folder = directory.absolute()
    play.prepare(folder)
    told = report.Told(picture)
    told.begin(today, folder)
    with play.two_nodes(folder) as nodes:
        told.started(nodes)
        play.play(nodes, folder, today, told.scene)
        outcome = play.conclude(nodes, folder, told.step)
        told.end(outcome, directory)
        if serve:
            told.serving(nodes)
            play.wait_for_interrupt()
    return Answer(outcome.document(), lambda page: None, exit=0 if outcome.ok else 1)
