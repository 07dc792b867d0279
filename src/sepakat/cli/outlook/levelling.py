"""`sepakat option level`: scarce resources, levelled across the plans of several projects."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.outlook import arguments
from sepakat.cli.outlook.completing import complete
from sepakat.cli.output import Answer, Page, answers, note, progress, working

if TYPE_CHECKING:
    from sepakat.node.home import Home
    from sepakat.outlook.forecasts.gathering import Gathered
    from sepakat.outlook.forecasts.making import Simulated
    from sepakat.outlook.options.across import Across
    from sepakat.outlook.options.effects import Effect
    from sepakat.outlook.options.levelling import Starts
    from sepakat.record.kind import Object


@click.command(short_help="Draft the option of levelling scarce resources.")
@click.argument(
    "plan_ids", metavar="PLAN...", nargs=-1, required=True, shell_complete=complete("plan")
)
@click.option(
    "--capacity",
    "capacities",
    multiple=True,
    required=True,
    metavar="RESOURCE=UNITS",
    help="A resource that is scarce, and how much of it there is on any day; repeatable.",
)
@click.option(
    "--forecast",
    "forecast_id",
    required=True,
    metavar="ID",
    help="The forecast that calls for it, of one of the plans.",
    shell_complete=complete("forecast"),
)
@click.option("--by-due", is_flag=True, help="Keep every open milestone to the day that it is due.")
@click.option("--limit", type=float, default=10.0, show_default=True, help="Seconds to search.")
@arguments.of_processors("--workers", 64)
@arguments.draft("option")
@answers
def level(plan_ids: tuple[str, ...], draft: tuple[Path, str], **given: Any) -> Answer:
    """Say when each activity of the PLANs starts, so that no RESOURCE is ever short, and projects
    end as early as can be: the sum of their last days, in whole working days. An activity holds one
    unit of each resource that it is assigned, until it ends. Of resources that are not named there
    is enough.

    It is called proved only where no plan is better; else with the bound, which no plan beats, and
    the gap. Where there is none, or none is found in time, it says what would have to give way, and
    exits with 1. Before the first use on a machine, compiling takes some seconds more.

    The levelled plan is simulated too, beside the present one: there nothing starts before its
    levelled day.

    \b
    Example:
      sepakat option level MYS-plan-1 MYS-plan-2 --capacity "Test bench"=1 \\
        --forecast MYS-forecast-1 --draft option.json MYS-option-1
    """
    home = open_node()
    from sepakat.cli.outlook import proposing, record
    from sepakat.outlook.forecasts.making import Simulated
    from sepakat.outlook.options.across import Across
    from sepakat.outlook.options.levelling import level as levelled

    forecast = record.issued(forecast_id := given["forecast_id"])
    if forecast.fields["plan"] not in plan_ids:
        raise click.UsageError(f"{forecast_id} is of {forecast.fields['plan']}: level that too.")
    gathered = [_gathered(home, name, forecast) for name in plan_ids]
    things = [thing for each in gathered for thing in each.sources]
    proposal = proposing.Proposal(home, forecast, draft, *things)
    across = Across(
        [Simulated(each.request) for each in gathered],
        _capacities(given["capacities"]),
        by_due=given["by_due"],
    )
    for name in across.other_calendars:
        note(f"{name} has another calendar: its days are counted by that of {plan_ids[0]}.")
    with working(f"levelling {len(across.problem.network.activities):,} activities"):
        result = levelled(across.problem, limit_s=given["limit"], workers=given["workers"])
    if result.plan is None:
        document = {"option": None, "outcome": proposing.outcome(result)}
        return Answer(document, lambda page: proposing.none_found(page, result), proposing.FAILED)
    body = proposal.body(
        "levelling",
        f"Level {', '.join(across.problem.capacities)}",
        _description(across, plan_ids),
        _effects(across, result.plan, forecast),
    ) | proposing.proved(result, 0)
    outcome = proposing.outcome(result)
    solution = {
        "v": 1,
        "type": "levelling",
        "capacities": dict(across.problem.capacities),
        "outcome": outcome,
        "plans": across.document(result.plan),
    }
    said = proposal.write(body, solution)

    def text(page: Page) -> None:
        proposing.told(page, body, said)

    return Answer({"option": draft[1], "outcome": outcome, "body": body}, text)


def _gathered(home: "Home", name: str, forecast: "Object") -> "Gathered":
    """What a plan is simulated from, with the forecast's day, seed and iterations."""
    from datetime import date

    from sepakat.cli import drafting
    from sepakat.cli.outlook import record
    from sepakat.outlook.forecasts.gathering import gather
    from sepakat.record.errors import RefusedError

    plan = drafting.get(name, "plan")
    if plan.state != "accepted":
        raise RefusedError(
            f"the plan is {plan.state}", where=name, fix="Level plans that both nations accepted"
        )
    fields = forecast.fields
    return gather(
        plan,
        record.Held(),
        record.reader(home),
        as_of=date.fromisoformat(fields["as_of"]),
        seed=fields["seed"],
        iterations=fields["iterations"],
    )


def _capacities(given: tuple[str, ...]) -> dict[str, int]:
    from sepakat.record.errors import InvalidError

    found: dict[str, int] = {}
    for text in given:
        name, _sign, units = text.rpartition("=")
        if not name or not units.isdecimal() or name in found:
            raise InvalidError(
                "not RESOURCE=UNITS, each resource once",
                where=f"--capacity {text}",
                fix='Write it as "Test bench"=1',
            )
        found[name] = int(units)
    return found


def _description(across: "Across", plans: tuple[str, ...]) -> str:
    there = "; ".join(f"{name}: {units}" for name, units in across.problem.capacities.items())
    least = "the sum of the plans' last days" if len(plans) > 1 else "the plan's last day"
    return (
        f"Activities of {', '.join(plans)} start when the file says, so that of each resource no "
        f"more is used on any day than there is ({there}). Minimised is {least}, counted in whole "
        f"working days from {across.days.start.date()}. In the simulations nothing starts before "
        "its levelled day; those of the present plan take no notice of who is short."
    )


def _effects(across: "Across", starts: "Starts", forecast: "Object") -> "list[Effect]":
    from sepakat.outlook.options.effects import effect

    found = [
        effect("date", f"Last day of {each.plan}", str(each.before), str(each.after))
        for each in across.finishes(starts)
    ]
    present, option = across.short(across.early), across.short(starts)
    found += [
        effect("other", f"Days on which {name} is short", str(days), str(option[name]))
        for name, days in present.items()
    ]
    simulated = [
        of
        for name, of in across.plans.items()
        if name == forecast.fields["plan"] or any(row.get("obligation") for row in of.open)
    ]
    with progress() as report:
        for done, of in enumerate(simulated):
            report("simulating", done, len(simulated))
            found += _simulated(of, across.levelled(of.request.plan.id, starts))
    return found


def _simulated(before: "Simulated", after: "Simulated") -> "list[Effect]":
    from sepakat.cli.outlook import record
    from sepakat.outlook.forecasts.stating import obligations
    from sepakat.outlook.options.effects import of_credit, of_simulations

    currency = record.currency_of(before.request.project)
    owed = obligations(before), obligations(after)
    currencies = record.currencies_of([row["obligation"] for row in owed[0]])
    return of_simulations(before, after, currency) + of_credit(*owed, currencies)
