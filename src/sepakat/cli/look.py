"""What the node holds, in lists: objects, commitments, and the statements of a log."""

from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.kinds import complete_kind
from sepakat.cli.node import open_node, remote_node
from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from datetime import date

    from sepakat.cli.shown import Shown
    from sepakat.industry.commitments import Commitment, Total
    from sepakat.record.kind import Object

DAY = click.DateTime(["%Y-%m-%d"])
TITLES = ("title", "name", "question", "filename", "claim")  # the first that a kind has


@click.command("list", short_help="Objects, by kind, state or owner.")
@click.argument("kind", required=False, shell_complete=complete_kind)
@click.option("--state", help="Only those in this state.")
@click.option("--owner", metavar="NATION", help="Only those of this nation.")
@click.option(
    "--due-before", type=DAY, metavar="DATE", help="Only those still open and due before DATE."
)
@answers
def list_(kind: str | None, state: str | None, owner: str | None, due_before: Any) -> Answer:
    """List the objects that the node holds, or those of one KIND, with whose turn it is.

    \b
    Examples:
      sepakat list
      sepakat list claim --state filed
      sepakat list milestone --due-before 2026-12-31
    """
    found = _select(kind, state, owner)
    from sepakat.cli.show import turn_of
    from sepakat.cli.shown import document

    if due_before:
        found = [thing for thing in found if _is_open_before(thing, due_before.date().isoformat())]

    def text(page: Page) -> None:
        page.table(
            ["object", "kind", "state", "turn", "due", "what"],
            [
                (
                    thing.id,
                    thing.kind,
                    thing.state,
                    turn_of(thing) or "",
                    thing.fields.get("due") or "",
                    _title(thing),
                )
                for thing in found
            ],
            wrap=["what"],
        )
        if not found:
            page.line("There are none.")

    return Answer([document(thing) | {"turn": turn_of(thing)} for thing in found], text)


def _select(kind: str | None, state: str | None, owner: str | None) -> "list[Object]":
    given = {"state": state or "", "owner": owner or ""}
    if client := remote_node():
        from sepakat.cli import remote

        return remote.select(client, kind, given)
    open_node()
    from sepakat.cli.reading import select
    from sepakat.vocabulary import REGISTRY

    if kind:
        given["kind"] = REGISTRY.get(kind).kind
    _check_state(kind, state)
    return select({name: value for name, value in given.items() if value})


def _check_state(kind: str | None, state: str | None) -> None:
    from sepakat.record.errors import InvalidError
    from sepakat.vocabulary import REGISTRY

    known = {kind: REGISTRY.get(kind)} if kind else REGISTRY.kinds
    states = dict.fromkeys(name for one in known.values() for name in one.lifecycle.states)
    if state and state not in states:
        what = f"{kind} has no state {state!r}" if kind else f"no kind has a state {state!r}"
        fix = f"It has {', '.join(states)}" if kind else "See `sepakat kinds KIND` for a kind's own"
        raise InvalidError(what, where="--state", fix=fix)


def _is_open_before(thing: "Object", day: str) -> bool:
    from sepakat.cli.show import turn_of

    due = thing.fields.get("due")
    return due is not None and due < day and turn_of(thing) is not None


def _title(thing: "Object") -> str:
    return next((thing.fields[name] for name in TITLES if thing.fields.get(name)), "")


@click.command(short_help="The table: promised, claimed, verified, overdue.")
@click.option("--on", type=DAY, metavar="DATE", help="As due on this day.  [default: today, UTC]")
@answers
def commitments(on: Any) -> Answer:
    """Show what each nation has promised under its obligations, what it has claimed, what has
    been verified, and what is still owed; overdue is what is owed after its day.

    The table is made from all that this node holds. On another day than today only the last
    column differs: it does not go back in the record.

    \b
    Example:
      sepakat commitments
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    today = on.date() if on else datetime.now(UTC).date()
    rows, totals = _commitments(today)

    def text(page: Page) -> None:
        if not rows:
            page.line("No obligation is in force.")
            return
        amounts = ["promised", "claimed", "verified", "owed"]
        page.table(
            ["obligation", "by", *amounts, "", "steps", "due", "", "what"],
            [
                (
                    row.obligation,
                    row.obligor,
                    *(f"{getattr(row, name):,}" for name in amounts),
                    row.currency,
                    f"{row.milestones_reached}/{row.milestones_planned}",
                    row.due,
                    "overdue" if row.overdue else "",
                    row.title,
                )
                for row in rows
            ],
            right=amounts,
            wrap=["what"],
        )
        page.heading("In all")
        page.table(
            ["by", *amounts, "", "overdue"],
            [
                (t.name, *(f"{getattr(t, name):,}" for name in amounts), t.currency, t.overdue)
                for t in totals
            ],
            right=[*amounts, "overdue"],
        )

    document = {
        "on": today,
        "commitments": [asdict(row) for row in rows],
        "totals": [asdict(total) for total in totals],
    }
    return Answer(document, text)


def _commitments(today: "date") -> "tuple[list[Commitment], list[Total]]":
    if client := remote_node():
        from sepakat.cli import remote

        return remote.commitments(client, today)
    open_node()
    from sepakat.cli.reading import select
    from sepakat.industry.commitments import commitments as table
    from sepakat.industry.commitments import totals_by_nation

    kinds = ("obligation", "claim", "verification", "milestone")
    rows = table(select({"kind__in": kinds}), today)
    return rows, totals_by_nation(rows)


@click.command(short_help="The statements of a log, the newest last.")
@click.option("--nation", metavar="NATION", help="A partner's log.  [default: the node's own]")
@click.option(
    "--last",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    metavar="COUNT",
    help="How many.",
)
@answers
def log(nation: str | None, last: int) -> Answer:
    """Show the last leaves of a log with the statements in them. Of a partner's log, what it has
    not disclosed to this nation is shown as undisclosed.

    \b
    Example:
      sepakat log --nation KOR --last 10
    """
    home = open_node()
    from sepakat.cli.reading import Reading
    from sepakat.node.models import Log, Statement
    from sepakat.record.errors import NotFoundError

    whose = nation or home.config.nation
    found = Log.objects.filter(nation=whose).first()
    if found is None:
        raise NotFoundError(
            f"there is no log of {whose} here", where="--nation", fix="See `sepakat partner list`"
        )
    first, cosigned = max(0, found.size - last), min(found.cosigned_size, found.size)
    said = Statement.objects.filter(nation=whose, index__gte=first)
    shown = {s.index: s for s in Reading(home).statements(said)}
    document = {
        "nation": whose,
        "size": found.size,
        "root": bytes(found.root).hex(),
        "cosigned_size": cosigned,
        "leaves": [
            shown[i].document() if i in shown else {"index": i, "statement": None}
            for i in range(first, found.size)
        ],
    }

    def text(page: Page) -> None:
        page.table(
            ["index", "at (UTC)", "kind", "action", "object", "by", "status"],
            [_leaf_row(i, shown.get(i)) for i in range(first, found.size)],
            right=["index"],
            wrap=["by"],
        )
        page.line(
            f"{whose}: {found.size:,} leaves, of which {cosigned:,} are cosigned; "
            f"root {bytes(found.root).hex()}"
        )

    return Answer(document, text)


def _leaf_row(index: int, shown: "Shown | None") -> tuple[Any, ...]:
    if shown is None:
        return (index, "", "undisclosed", "", "", "", "")
    if shown.said is None:
        return (index, "", "unreadable", "", "", shown.nation, shown.status)
    said = shown.said
    return (index, said.at, said.kind, said.action, said.object, shown.author, shown.status)
