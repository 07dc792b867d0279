"""`sepakat ledger`: what counts under an agreement's text, and an account of it to be signed."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from sepakat.policy.credit.accounts import Computed

DAY = click.DateTime(["%Y-%m-%d"])
COLUMNS = ("nominal", "claimed", "verified", "credited", "banked", "penalised", "owed")


@click.command(short_help="The ledgers: credited, banked, penalised, owed.")
@click.option("--as-of", type=DAY, metavar="DATE", help="On this day.  [default: today, UTC]")
@click.option("--steps", is_flag=True, help="Each claim with the steps of its arithmetic.")
@click.option(
    "--draft",
    type=(click.Path(dir_okay=False, path_type=Path), str),
    metavar="FILE OBJECT",
    help="Write the statement that closes an account under this identifier, for say --batch.",
)
@answers
def ledger(as_of: Any, steps: bool, draft: tuple[Path, str] | None) -> Answer:
    """Show the ledgers of all obligations that are under an edition of their agreement's text.

    They are computed anew from what the record holds. An account of them is a statement: close it
    with --draft, look at it, and say it.

    \b
    Examples:
      sepakat ledger --steps
      sepakat ledger --draft account.json MYS-account-2026
      sepakat say --batch account.json
    """
    from datetime import UTC, datetime

    open_node()
    from sepakat.cli.reading import select
    from sepakat.policy.credit.accounts import KINDS, compute

    day = as_of.date() if as_of else datetime.now(UTC).date()
    found = compute(select({"kind__in": KINDS}), day)
    if draft:
        _write(draft, found)

    def text(page: Page) -> None:
        for computed in found:
            _show(page, computed, steps)
        if not found:
            page.line("No obligation that binds is under an edition of its agreement's text.")
        if draft:
            path = draft[0]
            page.line(f"Written to {path}. Sign it: sepakat say --batch {quote(str(path))}")

    return Answer({"as_of": day, "ledgers": [_document(each) for each in found]}, text)


def _show(page: Page, computed: "Computed", steps: bool) -> None:
    currency = computed.text.agreement.currency
    page.heading(f"{computed.edition.id}, in {currency}, on {computed.as_of}")
    page.table(
        ["obligation", *COLUMNS, "due"],
        [
            (item.obligation, *(f"{getattr(item, name):,}" for name in COLUMNS), item.due)
            for item in computed.ledgers
        ],
        right=COLUMNS,
    )
    for item in computed.ledgers if steps else ():
        for line in item.lines:
            page.line(f"{line.claim}: {' → '.join(map(_said, line.steps))}")
        for step in item.steps:
            page.line(f"{item.obligation}: {_said(step)}")
    if computed.left_out:
        page.line(f"Without a day of delivery, so not counted: {', '.join(computed.left_out)}")


def _said(step: Any) -> str:
    named = " ".join(
        part for part in (step.what, step.by, f"({step.rule})" if step.rule else "") if part
    )
    return f"{named} {step.amount:,}"


def _document(computed: "Computed") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "edition": computed.edition.id,
        "currency": computed.text.agreement.currency,
        "obligations": [
            asdict(item)
            | {
                "lines": [
                    line._asdict() | {"steps": [step._asdict() for step in line.steps]}
                    for line in item.lines
                ],
                "steps": [step._asdict() for step in item.steps],
            }
            for item in computed.ledgers
        ],
        "left_out": computed.left_out,
    }


def _write(draft: tuple[Path, str], found: "list[Computed]") -> None:
    import json

    from sepakat.record.errors import NotFoundError

    if not found:
        raise NotFoundError(
            "there is no ledger to close",
            where=draft[1],
            fix="An obligation must be in force, and under an edition of its agreement's text",
        )
    path, name = draft
    said = [
        _close(computed, name if len(found) == 1 else f"{name}-{n}")
        for n, computed in enumerate(found, 1)
    ]
    path.write_text(json.dumps(said, indent=2, ensure_ascii=False), encoding="utf-8")


def _close(computed: "Computed", name: str) -> dict[str, Any]:
    from sepakat.record.label import ORGANISATION

    label = computed.label
    edition = computed.edition
    partner = edition.counterparty if name.startswith(edition.owner) else edition.owner
    released = list(label.released)
    organisations = list(label.permissive.get(ORGANISATION, ()))
    marked: dict[str, Any] = {"classification": label.classification, "releasable_to": released}
    if organisations:
        marked["organisations"] = organisations
    return {
        "kind": "account",
        "action": "close",
        "object": name,
        "role": "officer",
        "label": marked,
        "body": computed.body() | {"counterparty": partner},
    }
