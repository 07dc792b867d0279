"""`sepakat option treat`: what treating a risk would change of a forecast."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sepakat.cli.node import open_node
from sepakat.cli.outlook import arguments
from sepakat.cli.outlook.completing import complete
from sepakat.cli.output import Answer, answers, progress

if TYPE_CHECKING:
    from sepakat.node.home import Home
    from sepakat.outlook.forecasts.figures import Figures, Treated
    from sepakat.outlook.options.effects import Effect
    from sepakat.record.kind import Object


@click.command(short_help="Draft the option of treating a risk.")
@click.argument("forecast_id", metavar="FORECAST", shell_complete=complete("forecast"))
@click.argument("risk_id", metavar="RISK", shell_complete=complete("risk"))
@click.argument("treatment")
@arguments.draft("option")
@answers
def treat(forecast_id: str, risk_id: str, treatment: str, draft: tuple[Path, str]) -> Answer:
    """Lay a TREATMENT of RISK, by its title, beside the present plan, as FORECAST's figures have
    it: the date, the chance to be on time and the cost. Where the plan's milestones are tied to
    obligations, it is simulated again with the treatment under way, for what that changes of their
    chances and penalties.

    \b
    Example:
      sepakat option treat MYS-forecast-1 MYS-risk-1 "A second source" \\
        --draft option.json MYS-option-1
    """
    home = open_node()
    from sepakat.cli import drafting
    from sepakat.cli.outlook import proposing, record
    from sepakat.outlook.forecasts import figures
    from sepakat.outlook.options.effects import of_treatment

    forecast = record.issued(forecast_id)
    risk = drafting.get(risk_id, "risk")
    file = drafting.get(forecast.fields["file"], "evidence")
    row = _row(figures.read(record.reader(home)(file)), risk_id, treatment)
    proposal = proposing.Proposal(home, forecast, draft, risk, file)
    currency = record.currency_of(drafting.get(forecast.fields["project"], "project"))
    last = max(forecast.fields["milestones"], key=lambda each: each["planned"])["title"]
    has_costs = "cost_p80" in forecast.fields
    effects = of_treatment(row, last, currency, has_costs=has_costs)
    effects += _credit(home, forecast, risk_id, treatment)
    body = proposal.body(
        "treatment",
        treatment,
        f"{treatment}, against: {risk.fields['title']}. Worked out by simulation with and without "
        "it, with the same random numbers.",
        effects,
    )
    body["proof"] = "simulated"
    said = proposal.write(body)
    return Answer({"option": draft[1], "body": body}, lambda p: proposing.told(p, body, said))


def _row(found: "Figures", risk: str, title: str) -> "Treated":
    from sepakat.record.errors import NotFoundError

    rows = {(row.risk, row.title): row for row in found.treatments}
    if (risk, title) in rows:
        return rows[risk, title]
    known = ", ".join(f"{each} {name!r}" for each, name in rows)
    raise NotFoundError(
        f"the forecast has no treatment {title!r} of it",
        where=risk,
        fix=f"It has {known or 'none: state treatments of the risk, and forecast again'}",
    )


def _credit(home: "Home", forecast: "Object", risk: str, treatment: str) -> "list[Effect]":
    if not forecast.fields.get("obligations"):
        return []
    from dataclasses import replace

    from sepakat.cli.outlook import record
    from sepakat.cli.outlook.making import SIMULATING
    from sepakat.outlook.forecasts.making import Simulated
    from sepakat.outlook.forecasts.stating import obligations
    from sepakat.outlook.options.effects import of_credit

    request = record.request_of(home, forecast)
    treated = [
        thing._replace(fields={**thing.fields, "treated": treatment}) if thing.id == risk else thing
        for thing in request.risks
    ]
    with progress() as report:
        report(SIMULATING, 0, 2)
        before = obligations(Simulated(request))
        report(SIMULATING, 1, 2)
        after = obligations(Simulated(replace(request, risks=treated)))
    named = [row["obligation"] for row in before]
    return of_credit(before, after, record.currencies_of(named))
