"""`sepakat option choose` and `allot`: a portfolio under budgets, and work shares under floors."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.outlook import arguments
from sepakat.cli.outlook.completing import complete
from sepakat.cli.output import Answer, answers, working

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepakat.outlook.options.effects import Effect
    from sepakat.outlook.options.portfolio import Choice
    from sepakat.outlook.options.workshare import Shares, Work
    from sepakat.record.kind import Object

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _proposing(command: "Callable[..., Answer]") -> "Callable[..., Answer]":
    """The arguments of an option that a search over a file comes to."""
    for add in (
        arguments.draft("option"),
        click.option(
            "--limit", type=float, default=10.0, show_default=True, help="Seconds to search."
        ),
        click.option(
            "--forecast",
            "forecast_id",
            required=True,
            metavar="ID",
            help="The forecast that calls for it.",
            shell_complete=complete("forecast"),
        ),
        click.argument("file", type=FILE),
    ):
        command = add(command)
    return command


@click.command(short_help="Draft the option of another portfolio.")
@_proposing
@click.option(
    "--portfolio",
    "portfolio_id",
    metavar="ID",
    help="Take its projects' costs from the record.",
    shell_complete=complete("portfolio"),
)
@answers
def choose(
    file: Path, forecast_id: str, limit: float, draft: tuple[Path, str], portfolio_id: str | None
) -> Answer:
    """Choose the projects of most value that keep to yearly budgets by nation, to a limit of risk
    and to the least share of work in each nation. FILE, in TOML or JSON, has candidates (name,
    value, and where wanted cost, work, risk, group, needs), budgets (nation, year, amount) and,
    where wanted, unit, risk, floors in per cent by nation, committed names. See docs/outlook.md.

    With --portfolio, candidates that are its projects, by their identifiers, cost what each nation
    is to pay in each year; each of them that is proposed or under way needs a value in FILE.

    Where nothing can be chosen, it says what would have to give way, and exits with 1.

    \b
    Example:
      sepakat option choose candidates.toml --portfolio MYS-portfolio-1 \\
        --forecast MYS-forecast-1 --draft option.json MYS-option-1
    """
    home = open_node()
    from sepakat.cli.outlook import proposing, record
    from sepakat.outlook.options.files import read_choice
    from sepakat.outlook.options.portfolio import choose as chosen

    forecast = record.issued(forecast_id)
    projects = _projects(portfolio_id) if portfolio_id else []
    choice = read_choice(file.read_bytes(), str(file), projects)
    proposal = proposing.Proposal(home, forecast, draft, *projects)
    with working(f"choosing of {len(choice.candidates):,} candidates"):
        result = chosen(choice, limit_s=limit)
    outcome = proposing.outcome(result)
    if result.plan is None:
        return Answer(
            {"option": None, "outcome": outcome},
            lambda page: proposing.none_found(page, result),
            proposing.FAILED,
        )
    names = result.plan
    body = proposal.body(
        "portfolio",
        f"{len(names)} of {len(choice.candidates)} candidates",
        "The candidates of most value, by the values that the committee gave them, under the "
        "budgets, the limit of risk and the floors that are in the file.",
        _of_choice(choice, names, {project.id: project.state for project in projects}),
    ) | proposing.proved(result, sum(candidate.value for candidate in choice.candidates))
    solution = {"v": 1, "type": "portfolio", "outcome": outcome, "chosen": list(names)}
    said = proposal.write(body, solution | {"choice": _plain(choice)})
    return Answer(
        {"option": draft[1], "outcome": outcome, "chosen": list(names), "body": body},
        lambda page: proposing.told(page, body, said),
    )


@click.command(short_help="Draft the option of other work shares.")
@_proposing
@answers
def allot(file: Path, forecast_id: str, limit: float, draft: tuple[Path, str]) -> Answer:
    """Allot each package to those who offered, at the least price, so that each nation's content
    reaches its floor. FILE, in TOML or JSON, has offers (package, organisation, price, content in
    per cent by nation and, where wanted, least and most in per cent) and, where wanted, floors in
    per cent by nation, and capacities: the most that an organisation may be paid. See
    docs/outlook.md.

    Where it cannot be, it says what would have to give way, and exits with 1.

    \b
    Example:
      sepakat option allot offers.toml --forecast MYS-forecast-1 --draft option.json MYS-option-1
    """
    home = open_node()
    from sepakat.cli.outlook import proposing, record
    from sepakat.outlook.options.files import read_work
    from sepakat.outlook.options.workshare import allot as allotted

    forecast = record.issued(forecast_id)
    work = read_work(file.read_bytes(), str(file))
    proposal = proposing.Proposal(home, forecast, draft)
    with working(f"allotting {len(work.offers):,} offers"):
        result = allotted(work, limit_s=limit)
    outcome = proposing.outcome(result)
    if result.plan is None:
        return Answer(
            {"option": None, "outcome": outcome},
            lambda page: proposing.none_found(page, result),
            proposing.FAILED,
        )
    packages = len({offer.package for offer in work.offers})
    body = proposal.body(
        "work_share",
        f"Shares of {packages} packages",
        "Each package is allotted whole, at the least price of all. The objective is a hundred "
        "times that price.",
        _of_work(work, result.plan),
    ) | proposing.proved(result, 0)
    shares = [
        {"package": package, "organisation": organisation, "percent": share}
        for (package, organisation), share in result.plan.items()
    ]
    solution = {"v": 1, "type": "work_share", "outcome": outcome, "shares": shares}
    said = proposal.write(body, solution | {"work": _plain(work)})
    return Answer(
        {"option": draft[1], "outcome": outcome, "shares": shares, "body": body},
        lambda page: proposing.told(page, body, said),
    )


def _projects(portfolio: str) -> "list[Object]":
    """Those that may still be chosen or left."""
    from sepakat.cli import drafting
    from sepakat.cli.outlook.record import Held
    from sepakat.record.errors import NotFoundError

    named = drafting.get(portfolio, "portfolio").id
    found = [
        project
        for project in Held().all("project")
        if project.fields["portfolio"] == named and project.state in ("proposed", "under_way")
    ]
    if not found:
        raise NotFoundError(
            "it has no project that is proposed or under way",
            where=portfolio,
            fix="See `sepakat list project`",
        )
    return found


def _of_choice(choice: "Choice", names: tuple[str, ...], states: dict[str, str]) -> "list[Effect]":
    """Money, risk and work of all candidates beside those chosen, then each candidate."""
    from sepakat.outlook.options.effects import effect

    both = [choice.candidates, [each for each in choice.candidates if each.name in names]]
    found = []
    for (nation, year), budget in choice.budgets.items():
        paid = [sum(c.cost.get((nation, year), 0) for c in those) for those in both]
        about = f"{nation} pays in {year}, of {budget:,}; all beside those chosen"
        found.append(effect("money", about, *(f"{amount:,}" for amount in paid)))
    if choice.risk is not None:
        risk = (f"{sum(c.risk for c in those):,}" for those in both)
        found.append(effect("risk", f"Expected loss, of {choice.risk:,}", *risk))
    for nation in sorted({nation for c in choice.candidates for nation in c.work}):
        parts = (_share(those, nation) for those in both)
        found.append(effect("other", f"Work in {nation}", *parts))
    for each in choice.candidates:
        state = states.get(each.name, "candidate").replace("_", " ")
        found.append(effect("other", each.name, state, "chosen" if each.name in names else "left"))
    return found


def _share(candidates: "Any", nation: str) -> str:
    work = sum(sum(c.work.values()) for c in candidates)
    return (
        f"{100 * sum(c.work.get(nation, 0) for c in candidates) / work:.1f} %" if work else "none"
    )


def _of_work(work: "Work", shares: "Shares") -> "list[Effect]":
    """The price of all, each nation's content, and each share; nothing is allotted before."""
    from sepakat.outlook.options.effects import effect

    paid = {
        (offer.package, offer.organisation): offer.price
        * shares.get((offer.package, offer.organisation), 0)
        / 100
        for offer in work.offers
    }
    price = sum(paid.values())
    found = [effect("money", "Price of all", "not allotted", f"{price:,.2f}")]
    nations = {nation for offer in work.offers for nation in offer.content} | work.floors.keys()
    for nation in sorted(nations):
        content = sum(
            paid[offer.package, offer.organisation] * offer.content.get(nation, 0) / 100
            for offer in work.offers
        )
        floor = f", at least {work.floors[nation]} %" if nation in work.floors else ""
        part = f"{100 * content / price:.1f} %" if price else "none"
        found.append(effect("other", f"Content of {nation}{floor}", "not allotted", part))
    for (package, organisation), share in shares.items():
        found.append(effect("other", f"{package}: {organisation}", "not allotted", f"{share} %"))
    return found


def _plain(what: "Choice | Work") -> dict[str, Any]:
    """A question as JSON has it, so that whoever doubts the answer can ask it again."""
    from dataclasses import asdict

    from sepakat.outlook.options.files import plain

    return plain(asdict(what))
