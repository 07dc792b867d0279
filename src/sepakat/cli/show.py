"""`sepakat show`: one object with everything that was said of it."""

from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node, remote_node
from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from sepakat.cli.shown import Shown
    from sepakat.record.kind import Object


@click.command(short_help="An object: its fields, state, next steps and history.")
@click.argument("object_id", metavar="OBJECT")
@answers
def show(object_id: str) -> Answer:
    """Show an object: its fields and state, whose turn it is and what may follow, and every
    statement about it with who signed, where it stands in the log, and whether a partner has
    cosigned a checkpoint that holds it.

    \b
    Example:
      sepakat show MYS-ob-1
    """
    thing, timeline = _read(object_id)
    from sepakat.cli.shown import document
    from sepakat.record.errors import NotFoundError
    from sepakat.vocabulary import REGISTRY

    if thing is None and not timeline:
        raise NotFoundError(
            "there is no such object here",
            where=object_id,
            fix="See `sepakat list`; a partner's may arrive with the next `sepakat exchange`",
        )
    answer: dict[str, Any] = {
        "object": document(thing) if thing else None,
        "turn": None,
        "next": [],
        "timeline": [shown.document() for shown in timeline],
    }
    if thing:
        kind = REGISTRY.get(thing.kind)
        answer["turn"] = turn_of(thing)
        answer["next"] = [
            {
                "action": action.name,
                "to": action.end,
                "by": list(thing.nations_of(action.by)),
                "roles": action.roles,
                "needs": kind.needed_by(action),
            }
            for action in kind.lifecycle.actions.values()
            if thing.state in action.start
        ]

    def text(page: Page) -> None:
        if thing:
            _show_object(page, thing, answer)
        else:
            page.line(object_id, "bold")
            page.line("  nothing that was said of it stands")
        _show_timeline(page, thing, timeline)

    return Answer(answer, text)


def _read(object_id: str) -> "tuple[Object | None, list[Shown]]":
    if client := remote_node():
        from sepakat.cli import remote

        return remote.show(client, object_id)
    home = open_node()
    from sepakat.cli.reading import Reading
    from sepakat.node import rows

    return rows.objects([object_id]).get(object_id), Reading(home).timeline(object_id)


def turn_of(thing: "Object") -> str | None:
    """The nation whose turn it is, or none where nothing follows any more."""
    from sepakat.vocabulary import REGISTRY

    side = REGISTRY.get(thing.kind).lifecycle.turn.get(thing.state)
    return thing.nations_of(side)[0] if side else None


def _show_object(page: Page, thing: "Object", answer: dict[str, Any]) -> None:
    from sepakat.cli.words import label_text, title_of, value_text
    from sepakat.vocabulary import REGISTRY

    page.line(f"{thing.id}  {title_of(thing.kind)}  {title_of(thing.state)}", "bold")
    turn = answer["turn"]
    page.fields(
        [
            ("owner", thing.owner),
            ("counterparty", thing.counterparty or ""),
            ("label", label_text(thing.label)),
            ("turn", turn or "nobody's: this state is final"),
            ("head", thing.head),
        ]
    )
    page.heading("Fields")
    known = REGISTRY.get(thing.kind).model_fields
    page.fields((name, value_text(thing.fields.get(name))) for name in known)
    if answer["next"]:
        page.heading("What may follow")
        page.table(
            ["  action", "by", "as", "leads to", "needs"],
            [
                (
                    f"  {step['action']}",
                    " or ".join(step["by"]),
                    " or ".join(step["roles"]) or "any role",
                    step["to"] or "a note",
                    ", ".join(step["needs"]),
                )
                for step in answer["next"]
            ],
            wrap=["as", "needs"],
        )


def _show_timeline(page: Page, thing: "Object | None", timeline: "list[Shown]") -> None:
    notes = set(thing.notes) if thing else set()
    page.heading("What was said")
    page.table(
        ["  at (UTC)", "action", "by", "signed by", "log", "cosigned", "status"],
        [
            (
                f"  {shown.said.at if shown.said else ''}",
                _action_text(shown, notes),
                shown.author,
                " ".join(shown.signers),
                f"{shown.nation} {shown.index}",
                "yes" if shown.cosigned else "no",
                shown.status,
            )
            for shown in timeline
        ],
        wrap=["by"],
    )
    for shown in timeline:
        if shown.reason:
            page.line(f"  {shown.nation} {shown.index} is {shown.status}: {shown.reason}")
    _show_notes(page, [shown for shown in timeline if shown.digest in notes])


def _action_text(shown: "Shown", notes: set[str]) -> str:
    name = shown.said.action if shown.said else "unreadable"
    return f"{name} (note)" if shown.digest in notes else name


def _show_notes(page: Page, notes: "list[Shown]") -> None:
    from sepakat.cli.words import value_text

    if not notes:
        return
    page.heading("Notes")
    for shown in notes:
        assert shown.said is not None  # only what stands is a note
        page.line(f"  {shown.said.at}  {shown.author}: {shown.said.action}")
        page.fields(((n, value_text(v)) for n, v in shown.said.body.items()), indent=4)
