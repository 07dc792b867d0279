"""What can be said: the kinds, their fields, states and actions, as they are declared."""

from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from sepakat.record.kind import Action, Kind


def complete_kind(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from sepakat.vocabulary import REGISTRY

    names = (name for name in REGISTRY.kinds if name.startswith(incomplete))
    return [CompletionItem(name, help=_first_line(REGISTRY.get(name))) for name in names]


def complete_action(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from sepakat.vocabulary import REGISTRY

    kind = REGISTRY.kinds.get(ctx.params.get("kind") or "")
    actions = kind.lifecycle.actions if kind else {}
    return [CompletionItem(name) for name in actions if name.startswith(incomplete)]


@click.command(short_help="What can be said: kinds, fields, states, actions.")
@click.argument("kind", required=False, shell_complete=complete_kind)
@answers
def kinds(kind: str | None) -> Answer:
    """List the kinds of things that can be said, or explain one KIND: its fields, and its actions
    with the states in which each may be taken, by whom, and what it needs.

    \b
    Example:
      sepakat kinds obligation
    """
    from sepakat.vocabulary import REGISTRY

    if kind is not None:
        found = REGISTRY.get(kind)
        return Answer(describe(found), lambda page: _explain(page, found))
    known = sorted(REGISTRY.kinds.values(), key=lambda k: k.kind)

    def text(page: Page) -> None:
        page.table(
            ["kind", "what it is"], [(k.kind, _first_line(k)) for k in known], wrap=["what it is"]
        )

    return Answer([{"kind": k.kind, "help": _first_line(k)} for k in known], text)


def describe(kind: "type[Kind]") -> dict[str, Any]:
    """All of a kind's declaration that the rules use, as a document: whoever writes a second
    implementation works from it (docs/formats.md)."""
    from sepakat.cli.schema import schema_of

    schema = schema_of(kind)
    lifecycle = kind.lifecycle
    return {
        "kind": kind.kind,
        "help": cleandoc(kind.__doc__ or ""),
        "edition": kind.edition,
        "bilateral": kind.is_bilateral(),
        "fields": schema["properties"],
        "definitions": schema.get("$defs", {}),
        "references": kind.refs,
        "states": [
            {"state": state, "turn": lifecycle.turn.get(state), "final": state in lifecycle.final}
            for state in lifecycle.states
        ],
        "actions": [
            {
                "action": action.name,
                "from": action.start,
                "to": action.end,
                "by": action.by,
                "roles": action.roles,
                "needs": kind.needed_by(action),
                "may": may_give(kind, action),
                "requires": dict(action.requires),
                "after": action.after,
                "check": _check(action),
            }
            for action in lifecycle.actions.values()
        ],
    }


def _check(action: "Action") -> dict[str, str] | None:
    """Where its further check is, and what that asks for."""
    from sepakat.cli.schema import name_of

    if action.check is None:
        return None
    first = (action.check.__doc__ or "").partition("\n\n")[0]
    return {"function": name_of(action.check), "help": " ".join(first.split())}


def may_give(kind: "type[Kind]", action: "Action") -> list[str]:
    """The fields that an action may give beyond those that it needs."""
    needed = kind.needed_by(action)
    return [name for name in action.may if name not in needed]


def _explain(page: Page, kind: "type[Kind]") -> None:
    page.line(kind.kind, "bold")
    for line in cleandoc(kind.__doc__ or "").split("\n"):
        page.line(f"  {line}")
    page.heading("Fields")
    rows = []
    for name, info in kind.model_fields.items():
        what = info.description or ""
        if target := kind.refs.get(name):
            what = f"{what} (the identifier of: {target})".strip()
        rows.append((f"  {name}", _type_text(kind, name), what))
    page.table(["  field", "form", "what it says"], rows, wrap=["form", "what it says"])
    page.heading("Actions")
    for action in kind.lifecycle.actions.values():
        starts = ", ".join(action.start) or "nothing yet"
        page.line(f"  {action.name}", "bold")
        page.fields(
            [
                ("state", f"{starts} -> {action.end or 'the same'}"),
                ("by", f"the {action.by}, as {' or '.join(action.roles) or 'any role'}"),
                ("needs", ", ".join(kind.needed_by(action))),
                ("may give", ", ".join(may_give(kind, action))),
                ("if", _requirements(action)),
                ("after", action.after),
                ("check", _check_text(action)),
            ],
            indent=4,
        )


def _requirements(action: "Action") -> str:
    return "; ".join(f"{name} is {' or '.join(s)}" for name, s in action.requires.items())


def _check_text(action: "Action") -> str:
    check = _check(action)
    return check["help"] if check else ""


def _type_text(kind: "type[Kind]", name: str) -> str:
    from sepakat.cli.values import form

    return form(kind, name)


def _first_line(kind: "type[Kind]") -> str:
    return (kind.__doc__ or "").partition("\n")[0]
