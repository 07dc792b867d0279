"""The option that names caveats: values of a label's restrictive categories."""

from collections.abc import Callable
from typing import Any

import click


def caveat_option(meaning: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--caveat NAME=VALUE`, as often as wanted."""
    return click.option("--caveat", "caveats", multiple=True, metavar="NAME=VALUE", help=meaning)
