"""Exit codes, and how errors are shown: what is wrong, where, and what to do next."""

import errno
import json
import os
import re
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import PurePath

import click

from sepakat.cli.output import clean
from sepakat.record.errors import SepakatError

EXIT_CODES = {
    0: "done",
    1: "a check failed: findings, states that differ, a proof that does not hold",
    2: "wrong usage or invalid input",
    3: "refused: this may not be said, seen or done",
    4: "not found",
    5: "conflict with what is stored already",
    6: "a partner's node cannot be reached",
    7: "a partner's log contradicts itself: the partner is frozen",
    70: "a fault of the program; please report it",
    74: "a file, the disk or the database cannot be used",
    130: "stopped by Ctrl-C, or a question answered with no",
}

STOPPED = 130

# By name, so that no error needs a module that the command has not imported.
_EXITS = {
    "InvalidError": 2,
    "RefusedError": 3,
    "NotFoundError": 4,
    "ConflictError": 5,
    "UnreachableError": 6,
    "CheatingError": 7,
    "ProofError": 1,
    "UsageError": 2,
    "Abort": STOPPED,
    "OSError": 74,
    "DatabaseError": 74,
    "InterfaceError": 74,
}

# The node itself advises programs, which send the token in a header.
_TOKEN = "Make a token on your account's page, and put it in SEPAKAT_TOKEN"  # noqa: S105 - advice


@dataclass(frozen=True)
class Problem:
    """An error as it is shown, and the exit code that it ends the program with."""

    exit: int
    what: str
    where: str = ""
    fix: str = ""

    def __str__(self) -> str:
        if self.exit == STOPPED:
            return "Stopped."
        place = f"{self.where}: " if self.where else ""
        text = f"Error: {place}{self.what.rstrip('.')}."
        return f"{text}\n{self.fix.rstrip('.')}." if self.fix else text


def problem_of(error: BaseException) -> Problem:
    code = next((_EXITS[c.__name__] for c in type(error).__mro__ if c.__name__ in _EXITS), 70)
    if isinstance(error, SepakatError):
        fix = _TOKEN if type(error).__name__ == "UnauthorisedError" else error.fix
        return Problem(code, error.what, error.where, fix)
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "sepakat"
        return Problem(code, error.format_message(), fix=f"See `{command} --help`")
    if isinstance(error, click.Abort):
        return Problem(code, "stopped")
    if isinstance(error, OSError):
        fix = "Free some space" if error.errno == errno.ENOSPC else "Check the path and its owner"
        return Problem(code, error.strerror or str(error), str(error.filename or ""), fix)
    return _fault(error) if code == 70 else _database(code, error)


# As SQLite and PostgreSQL say it.
_OTHER_TABLES = re.compile(r"no such (table|column)|no column named|(relation|column) .* does not")


def _database(code: int, error: BaseException) -> Problem:
    from django.conf import settings

    where, fix = "", "Check that the database runs, and DATABASE_URL"
    if settings.configured and "DATABASE_URL" not in os.environ:
        where = str(settings.DATABASES["default"]["NAME"])
        fix = "Check that file, its owner and its disk; if it is lost, restore a backup"
    first = str(error).partition("\n")[0]
    if _OTHER_TABLES.search(first):
        fix = "Its tables are not this version's: run `sepakat rebuild`, as after each upgrade"
    return Problem(code, f"the database cannot be used ({first})", where, fix)


def _fault(error: BaseException) -> Problem:
    # The message is left out: it may quote a record, and this is meant to be passed on.
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    fix = "Please report it with the command that you gave; SEPAKAT_DEBUG=1 shows the traceback"
    return Problem(70, f"a fault of the program ({type(error).__name__})", where, fix)


def report(error: BaseException, *, as_json: bool) -> int:
    """Show an error on stderr, as JSON on stdout too if wanted; the exit code."""
    problem = problem_of(error)
    if problem.exit == 70 and os.environ.get("SEPAKAT_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    click.echo(clean(str(problem)), err=True)
    if as_json:
        # In one line, which `exchange --every` promises of each document.
        _tell(json.dumps({"error": asdict(problem)}, ensure_ascii=False))
    return problem.exit


def _tell(document: str) -> None:
    """Print it; it cannot be printed where that was the error, and stderr has told it."""
    try:
        click.echo(document)
    except OSError:
        drop_stdout()


def drop_stdout() -> None:
    """Nothing more can be written there, not even what Python would still write at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
