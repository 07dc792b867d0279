"""`sepakat forecast make`: an accepted plan, simulated with all that is known of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.outlook import arguments
from sepakat.cli.outlook.completing import complete
from sepakat.cli.output import Answer, Page, answers, note, progress

if TYPE_CHECKING:
    from datetime import date

    from sepakat.cli.output import Report
    from sepakat.outlook.forecasts.gathering import Gathered
    from sepakat.outlook.forecasts.making import Made, Request
    from sepakat.record.kind import Object

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
SIMULATING = "simulating"

_NEXT = {
    "submitted": "The other nation accepts it, or accepts it knowing which checks fail",
    "returned": "Submit a better one",
    "withdrawn": "Name the plan that is in its place",
}


@click.command(short_help="Draft a forecast of an accepted plan.")
@click.argument("plan_id", metavar="PLAN", shell_complete=complete("plan"))
@arguments.draft("forecast")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**53 - 1),
    help="What its random numbers follow from.  [default: the plan and the day]",
)
@click.option(
    "--iterations",
    type=click.IntRange(100, 1_000_000),
    default=10_000,
    show_default=True,
    help="How often the plan is played.",
)
@click.option("--as-of", type=DAY, metavar="DATE", help="The day of it.  [default: today, UTC]")
@click.option(
    "--without",
    multiple=True,
    metavar="RISK",
    help="A risk to leave out, which the partner may not see; repeatable.",
    shell_complete=complete("risk"),
)
@arguments.threads
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler that takes the work: tls://…")
@click.option("--tls", type=FOLDER, help="The cluster's ca.pem, and our cert.pem and key.pem.")
@answers
def make(plan_id: str, draft: tuple[Path, str], **given: Any) -> Answer:
    """Simulate PLAN with all that this node holds of it: the open risks of its project, obligations
    that its milestones are tied to, by the terms of their agreement, and how earlier forecasts came
    out. Draft the statements that register the figures and issue the forecast.

    The forecast has the label of all that it was made from together, and is refused where the other
    nation could not see it: a forecast is for both.

    Its seed follows from the plan, as the other nation accepted it, and from the day. So nobody
    picks a lucky one: whoever gives another by --seed can be seen to have done so. The same inputs
    and seed give the same figures on any machine, any number of threads, and a cluster, which
    needs the extra `cluster` and the same release of Sepakat.

    \b
    Examples:
      sepakat forecast make MYS-plan-1 --draft forecast.json MYS-forecast-1
      sepakat forecast make MYS-plan-1 --draft forecast.json MYS-forecast-1 \\
        --iterations 100000 --cluster tls://scheduler.example:8786 --tls cluster
    """
    home = open_node()
    from sepakat.cli import drafting
    from sepakat.cli.outlook import record

    plan = drafting.get(plan_id, "plan")
    request, sources = _gathered(plan, record.reader(home), given)
    partner = record.partner_in(home, plan)
    without = "Raise these risks anew where both may see them, or leave them out by --without"
    label = record.shared(home, partner, sources, without=without)
    with simulated_on(request, given) as ready, progress() as report:
        made = made_of(ready, report)
    path, name = draft
    figures = path.with_name(f"{path.stem}-figures.json")
    figures.write_bytes(made.file)
    body = made.body | {"counterparty": partner, "file": f"{name}-figures"}
    title = {"title": f"Figures of {name}"}
    attached = str(figures.absolute())
    said = drafting.write(
        path,
        [
            drafting.say("evidence", "register", body["file"], title, attach=attached, label=label),
            drafting.say("forecast", "issue", name, body, label=label),
        ],
    )
    _note_idle(request.risks, made)

    def text(page: Page) -> None:
        show(page, body)
        for line in made.figures.notes:
            page.line(f"Note: {line}.")
        page.line(f"Seed {body['seed']}, {body['iterations']:,} iterations; figures in {figures}")
        page.line(said)

    return Answer({"forecast": name, "figures": str(figures), "body": body}, text)


def _gathered(plan: "Object", read_file: Any, given: dict[str, Any]) -> "Gathered":
    from datetime import UTC, datetime

    from sepakat.cli.outlook.record import Held
    from sepakat.outlook.forecasts.gathering import gather
    from sepakat.outlook.forecasts.seeds import usual_seed
    from sepakat.record.errors import InvalidError, NotFoundError, RefusedError

    if plan.state != "accepted":
        raise RefusedError(
            f"the plan is {plan.state}, and only an accepted plan is forecast",
            where=plan.id,
            fix=_NEXT[plan.state],
        )
    day: date = (given["as_of"] or datetime.now(UTC)).date()
    if day.isoformat() < plan.fields["as_of"]:
        raise InvalidError(
            f"progress is known up to {plan.fields['as_of']}, which is after {day}",
            where=plan.id,
            fix="Forecast it as of that day or a later one",
        )
    left_out = set(given["without"])
    if unknown := left_out - {risk.id for risk in Held().all("risk")}:
        raise NotFoundError(
            "there is no such risk here", where=min(unknown), fix="See `sepakat list risk`"
        )
    seed = usual_seed(plan, day) if given["seed"] is None else given["seed"]
    return gather(
        plan, Held(left_out), read_file, as_of=day, seed=seed, iterations=given["iterations"]
    )


@contextmanager
def simulated_on(request: "Request", given: dict[str, Any]) -> "Iterator[Request]":
    """The request, to be simulated on threads here or on the cluster that was named."""
    from dataclasses import replace

    address, folder = given["cluster"], given["tls"]
    if address is None:
        yield replace(request, threads=given["threads"])
        return
    if folder is None:
        raise click.UsageError("--cluster needs --tls, the folder of its certificates.")
    from sepakat.record.errors import SepakatError

    try:
        from sepakat.outlook.simulation.cluster import connected
    except ImportError as error:
        raise SepakatError(
            "a cluster needs the package distributed, which is not installed",
            fix="Install it: pip install 'sepakat[cluster]'",
        ) from error
    files = (folder / name for name in ("ca.pem", "cert.pem", "key.pem"))
    with connected(address, *files) as client:
        yield replace(request, cluster=client)


def made_of(request: "Request", report: "Report") -> "Made":
    from sepakat.outlook.forecasts.making import make as made

    return made(request, lambda done, total: report(SIMULATING, done, total))


def _note_idle(risks: "Any", made: "Made") -> None:
    for risk in risks:
        if risk.id not in made.body["risks"]:
            note(f"{risk.id} touches no activity of this plan, so it is not in the forecast.")


def show(page: Page, body: dict[str, Any]) -> None:
    """What a forecast says, as people read it."""
    levels = ("p10", "p50", "p80", "p90")
    page.table(
        ["milestone", "title", "planned", "due", *(level.upper() for level in levels), "on time"],
        [
            (row["activity"], row["title"], row["planned"], row.get("due", ""),
             *(row[level] for level in levels), _percent(row.get("on_time")))
            for row in body["milestones"]
        ],
        right=["on time"],
        wrap=["title"],
    )  # fmt: skip
    page.table(
        ["obligation", "due", "on time", "ends", "in the end", "mean penalty"],
        [
            (row["obligation"], row["due"], _percent(row["on_time"]), row["ends"],
             _percent(row["in_cure"]), row["penalty"])
            for row in body["obligations"]
        ],
        right=["on time", "in the end", "mean penalty"],
    )  # fmt: skip
    page.table(
        ["driver", "days of the finish", "days of P80", "cost"],
        [(row["title"], row["days"], row["p80_days"], row["cost"]) for row in body["drivers"]],
        right=["days of the finish", "days of P80", "cost"],
        wrap=["driver"],
    )
    if "cost_p80" in body:
        joint = f"; all on time within it: {_percent(body['joint'])}" if "joint" in body else ""
        page.line(
            f"Cost P50 {body['cost_p50']}, P80 {body['cost_p80']}, of a budget of "
            f"{body['budget']}{joint}."
        )
    if "reference" in body:
        page.line(
            f"Calibrated by {body['reference']} ({body['basis']}), "
            f"with {body['own_outcomes']} of our own outcomes."
        )


def _percent(text: str | None) -> str:
    return f"{text} %" if text else ""
