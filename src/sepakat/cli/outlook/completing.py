"""What a shell completes: identifiers of this node's objects of a kind."""

from collections.abc import Callable
from typing import Any

import click

MOST = 200

Completion = Callable[[click.Context, click.Parameter, str], list[Any]]


def complete(kind: str) -> Completion:
    """Completes identifiers where a node is named; silent where none is, or it cannot be read."""

    def completed(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        home = ctx.find_root().params.get("home")
        if home is None:
            return []
        from click.shell_completion import CompletionItem

        from sepakat.node.init import boot
        from sepakat.record.errors import SepakatError

        try:
            boot(home)
            from sepakat.cli.reading import select

            found = select({"kind": kind, "id__startswith": incomplete})
        except (SepakatError, OSError):
            return []
        return [CompletionItem(t.id, help=t.fields.get("title", t.state)) for t in found[:MOST]]

    return completed
