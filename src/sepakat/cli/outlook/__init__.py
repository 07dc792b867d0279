"""`sepakat forecast`, `sepakat option`, `sepakat plan submit`: what plans come to, and
what can be done about it."""

import click

from sepakat.cli.outlook import checking, levelling, making, programs, scores, submitting, treating
from sepakat.cli.plans import plan


@click.group(short_help="Forecasts of plans: make, check, score.")
def forecast() -> None:
    """Forecast an accepted plan by simulation, make a partner's forecast again to the bit, and see
    how good earlier ones were. What is said is drafted for `sepakat say --batch`, so that it can be
    read before it is signed. See docs/outlook.md.

    \b
    Example:
      sepakat forecast make MYS-plan-1 --draft forecast.json MYS-forecast-1
    """


@click.group(short_help="Options: treat a risk, level, choose, allot.")
def option() -> None:
    """Work out what could be done about a forecast, and lay it beside the present plan: dates,
    money, credit, risk. Each option is drafted for `sepakat say --batch`; the other nation's
    committee takes or leaves it. See docs/outlook.md.

    \b
    Example:
      sepakat option treat MYS-forecast-1 MYS-risk-1 "A second source" \\
        --draft option.json MYS-option-1
    """


plan.add_command(submitting.submit)
for _command in (making.make, checking.check, scores.scores):
    forecast.add_command(_command)
for _command in (treating.treat, levelling.level, programs.choose, programs.allot):
    option.add_command(_command)
