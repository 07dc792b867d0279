"""The node that a command works on: the folder that --home or SEPAKAT_HOME names, or a node
elsewhere, named by --node or SEPAKAT_NODE."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sepakat.record.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from sepakat.client import Client
    from sepakat.node.home import Home
    from sepakat.record.card import Card


def named_home() -> Path | None:
    """The folder named on the command line or in the environment, if one is."""
    return click.get_current_context().find_root().params.get("home")


def remote_node() -> "Client | None":
    """The client of the node elsewhere that the command is for, if one is named."""
    url = click.get_current_context().find_root().params.get("node")
    if url is None:
        return None
    from sepakat.cli.remote import connect

    return connect(url)


def is_typed(root: click.Context, name: str) -> bool:
    """Whether an option of the program stands on the command line, not in the environment."""
    return root.get_parameter_source(name) is ParameterSource.COMMANDLINE


def home_path() -> Path:
    root = click.get_current_context().find_root()
    if root.params.get("node"):
        way = "without --node" if is_typed(root, "node") else "unset SEPAKAT_NODE, or give --home"
        raise click.UsageError(f"This command works on the node's own machine only: {way}.")
    path = named_home()
    if path is None:
        raise NotFoundError(
            "no node is named",
            fix="Make one with `sepakat init`, then pass --home FOLDER or set SEPAKAT_HOME",
        )
    return path


def open_node() -> "Home":
    """Start Django for the node. `NotFoundError` if none is named, or there is none."""
    import logging

    from sepakat.node.home import Home
    from sepakat.node.init import boot

    path = home_path()
    _ = Home(path).config  # says plainly what is wrong before Django looks for it
    home = boot(path)
    # What the node logs as it runs is not what a command has to say.
    logging.getLogger().setLevel(logging.WARNING)
    return home


def read_card(file: Path) -> "Card":
    """The card in a file that somebody was given."""
    return parse_card(file.read_bytes(), file)


def parse_card(data: bytes, file: Path) -> "Card":
    """The card that is in a file."""
    from sepakat.record.card import parse

    try:
        return parse(data)
    except InvalidError as error:
        raise InvalidError(
            f"this is no card: {error.what}",
            where=str(file),
            fix="Give the file that the nation's `sepakat card --file` has written",
        ) from error
