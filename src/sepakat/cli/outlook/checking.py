"""`sepakat forecast check`: a forecast made again, to see whether it is what it says."""

from pathlib import Path

import click

from sepakat.cli.node import open_node
from sepakat.cli.outlook import arguments
from sepakat.cli.outlook.completing import complete
from sepakat.cli.output import Answer, Page, answers, progress


@click.command(short_help="Make a forecast again, and compare.")
@click.argument("forecast_id", metavar="FORECAST", shell_complete=complete("forecast"))
@click.option(
    "--draft", type=arguments.FILE, metavar="FILE", help="Draft the note of what it came to."
)
@arguments.threads
@answers
def check(forecast_id: str, draft: Path | None, threads: int) -> Answer:
    """Make FORECAST again from what its statement relied on: the plan, the project and the risks as
    they were then, whatever became of them since, with its seed and iterations. Compare the digests
    of the inputs and of all iterations, each figure that it states, and the bytes of its file. It
    exits with 1 if any differ.

    Dates calibrated by how earlier forecasts came out are not compared: they rest on all that its
    maker could see. The nation that did not make it says what it came to with --draft, whether the
    two agree or not.

    \b
    Example:
      sepakat forecast check MYS-forecast-1 --draft note.json
    """
    home = open_node()
    from dataclasses import replace

    from sepakat.cli import drafting
    from sepakat.cli.outlook import record
    from sepakat.cli.outlook.making import made_of
    from sepakat.outlook.forecasts.remaking import differences
    from sepakat.record.errors import RefusedError

    forecast = drafting.get(forecast_id, "forecast")
    if draft and home.config.nation != forecast.counterparty:
        raise RefusedError(
            f"{forecast.counterparty} says what it came to, not its maker",
            where=forecast_id,
            fix="Check it without --draft",
        )
    request = replace(
        record.request_of(home, forecast),
        threads=threads,
    )
    with progress() as report:
        made = made_of(request, report)
    figures = drafting.get(forecast.fields["file"], "evidence")
    found = differences(forecast, figures, made)
    again = made.body["outcome_digest"]
    said = ""
    if draft:
        note = drafting.say("forecast", "recompute", forecast.id, {"outcome_digest": again})
        said = drafting.write(draft, [note])

    def text(page: Page) -> None:
        for each in found:
            page.heading(f"{each.field} differs")
            page.fields([("stated", str(each.stated)), ("again", str(each.again))])
        if found:
            page.line(f"{forecast.id} is not what its inputs come to.")
        else:
            page.line(f"{forecast.id} is what its inputs come to, to the bit: {again}")
        if said:
            page.line(said)

    document = {
        "forecast": forecast.id,
        "agrees": not found,
        "outcome_digest": again,
        "differences": [each._asdict() for each in found],
    }
    return Answer(document, text, 1 if found else 0)
