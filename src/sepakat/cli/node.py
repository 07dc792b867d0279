"""The node that a command works on: the folder named by --home or SEPAKAT_HOME."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sepakat.record.errors import NotFoundError

if TYPE_CHECKING:
    from sepakat.node.home import Home


def named_home() -> Path | None:
    """The folder named on the command line or in the environment, if one is."""
    return click.get_current_context().find_root().params.get("home")


def home_path() -> Path:
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
