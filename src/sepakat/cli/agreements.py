"""`sepakat agreement`: an agreement's text, checked, compared and explained."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from datetime import date

    from sepakat.policy.credit.accounts import Computed
    from sepakat.policy.credit.values import Claim

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(short_help="An agreement's text: check, diff, explain.")
def agreement() -> None:
    """Check an agreement's text before it is signed, see what an amendment changes, and have any
    credited amount unfolded. See docs/agreements.md for the format.

    \b
    Example:
      sepakat agreement check agreement.toml
    """


@agreement.command(short_help="Find what is wrong with a text.")
@click.argument("file", type=FILE)
@answers
def check(file: Path) -> Answer:
    """Find gates that cannot be reached, rules that overlap or contradict each other, obligations
    that nobody can verify, dates that cannot hold, and amounts that do not fit, each with its line.
    It needs no node. It exits with 1 where there is an error.

    \b
    Example:
      sepakat agreement check agreement.toml
    """
    from sepakat.policy.agreement import checking

    found = checking.check(file.read_bytes(), str(file))

    def text(page: Page) -> None:
        for item in found:
            page.line(f"{file}:{item.line}: {item.severity}: {item.message} [{item.code}]")
        if not found:
            page.line(f"{file}: nothing is wrong.")

    has_errors = any(item.severity == "error" for item in found)
    return Answer([asdict(item) for item in found], text, 1 if has_errors else 0)


@agreement.command(short_help="What another text changes, in money and dates.")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--as-of", type=DAY, metavar="DATE", help="On this day.  [default: today, UTC]")
@click.option("--on-record", is_flag=True, help="Over the claims that the node holds.")
@answers
def diff(old: Path, new: Path, as_of: Any, on_record: bool) -> Answer:
    """Show what NEW changes for each obligation against OLD: what is owed, credited, banked,
    penalised and when it is due. Without --on-record nothing was claimed, and no node is asked.

    \b
    Example:
      sepakat agreement diff edition-1.toml edition-2.toml --on-record
    """
    from sepakat.policy.agreement.reading import read
    from sepakat.policy.credit import differing

    texts = [read(file.read_bytes(), str(file)) for file in (old, new)]
    day = _day(as_of)
    found = differing.diff(texts[0], texts[1], _claims(day) if on_record else [], day)
    rows = [
        (item.obligation, name, *map(_shown, pair))
        for item in found
        for name, pair in item.changes.items()
    ]

    def text(page: Page) -> None:
        page.table(["obligation", "what", "before", "after"], rows, right=["before", "after"])
        if not rows:
            page.line("Nothing changes in money or dates.")

    document = [
        {"obligation": about, "what": what, "before": before, "after": after}
        for about, what, before, after in rows
    ]
    return Answer(document, text)


@agreement.command(short_help="Unfold a credited amount to its arithmetic.")
@click.argument("name", metavar="CLAIM|OBLIGATION")
@click.option("--as-of", type=DAY, metavar="DATE", help="On this day.  [default: today, UTC]")
@answers
def explain(name: str, as_of: Any) -> Answer:
    """Unfold what a claim, or every claim on an obligation, was credited with: its evidence, the
    edition of the rules, each rule with its line, clause and condition, and each step's amount.

    \b
    Example:
      sepakat agreement explain KOR-claim-lot-2
    """
    from sepakat.policy.credit import explaining

    found = explaining.explain(_computed(_day(as_of)), name)

    def text(page: Page) -> None:
        for item in found:
            page.heading(f"{item.about}, by edition {item.number} ({item.edition})")
            if item.evidence:
                page.line(f"evidence {', '.join(item.evidence)}; found by {item.verification}")
            page.table(
                ["step", "by", "amount", "rule", "line", "clause", "when"],
                [
                    (r.what, r.by, f"{r.amount:,}", r.rule, r.line or "", r.clause, r.when)
                    for r in item.reasons
                ],
                right=["amount"],
            )

    return Answer([asdict(item) for item in found], text)


def _day(given: Any) -> "date":
    from datetime import UTC, datetime

    day: date = given.date() if given else datetime.now(UTC).date()
    return day


def _computed(day: "date") -> "list[Computed]":
    open_node()
    from sepakat.cli.reading import select
    from sepakat.policy.credit.accounts import KINDS, compute

    return compute(select({"kind__in": KINDS}), day)


def _claims(day: "date") -> "list[Claim]":
    from sepakat.policy.credit.objects import by_id, claim_of

    return [
        claim_of(thing, by_id(each.verifications))
        for each in _computed(day)
        for thing in each.claims
    ]


def _shown(value: Any) -> str:
    from datetime import date

    return "–" if value is None else str(value) if isinstance(value, date) else f"{value:,}"
