"""Options that several commands of the outlook take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sepakat.cli.processors import processors

FILE = click.Path(dir_okay=False, path_type=Path)


def draft(kind: str) -> Callable[[Any], Any]:
    """Where the statements are drafted, and the identifier of the object that they make."""
    return click.option(
        "--draft",
        required=True,
        type=(FILE, str),
        metavar="FILE OBJECT",
        help=f"Draft the {kind} under this identifier.",
    )


def of_processors(name: str, most: int) -> Callable[[Any], Any]:
    """How many of them work at once: as many as there are processors, but for those who say."""
    return click.option(
        name,
        type=click.IntRange(1, most),
        default=lambda: min(processors(), most),
        help="[default: one for each processor]",
    )


threads = of_processors("--threads", 256)
