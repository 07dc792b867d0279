"""The command line `sepakat`, for the people who run a nation's node and for those who check it."""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run a command line, that of the process unless `args` are given, and exit with its code."""
    try:
        _prepare_streams()
        # Here, for it takes long enough to be stopped at.
        from sepakat.cli.program import program

        program.main(args)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)  # as in `errors.EXIT_CODES`
    raise AssertionError("a command line ends by an exit code")


def _prepare_streams() -> None:
    """Whatever the record holds can be written, and where nobody listens (`>&-`), is written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        elif stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - until the end


__all__ = ["main"]
