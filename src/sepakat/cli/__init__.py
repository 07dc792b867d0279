"""The command line `sepakat`, for the people who run a nation's node and for those who check it."""

from sepakat.cli.program import main

__all__ = ["main"]
