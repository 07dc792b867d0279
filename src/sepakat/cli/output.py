"""What a command prints: one JSON document, or text for people; and progress, on terminals."""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

# Tables that no terminal shows are not wrapped.
UNBOUNDED = 100_000


def clean(text: str) -> str:
    """Text of a record, safe for a terminal: control and direction characters are escaped."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


class Page:
    """Lines and tables on stdout, in colour on a terminal unless NO_COLOR is set."""

    def line(self, text: str = "", style: str = "") -> None:
        from rich.text import Text

        self._print(Text(clean(text), style), UNBOUNDED)

    def heading(self, text: str) -> None:
        self.line()
        self.line(text, "bold")

    def fields(self, pairs: Iterable[tuple[str, str]], indent: int = 2) -> None:
        """Names and values, one pair a line; further lines of a value stand under the first."""
        shown = [(name, value) for name, value in pairs if value]
        width = max((len(name) for name, _ in shown), default=0)
        for name, value in shown:
            first, *more = value.split("\n")
            self.line(f"{'':{indent}}{name:{width}}  {first}")
            for rest in more:
                self.line(f"{'':{indent + width + 2}}{rest}")

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        right: Sequence[str] = (),
        wrap: Sequence[str] = (),
    ) -> None:
        """Columns named in `right` hold numbers; those in `wrap` give way on a narrow terminal. No
        rows print nothing."""
        from rich.measure import Measurement
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column in columns:
            table.add_column(
                column,
                justify="right" if column in right else "left",
                no_wrap=column not in wrap,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text(clean(str(cell)), _STYLES.get(str(cell), "")) for cell in row))
        if table.row_count:
            wide = _console(UNBOUNDED)
            needed = Measurement.get(wide, wide.options, table).minimum
            self._print(table, max(needed, _console(None).width))

    def _print(self, what: Any, width: int) -> None:
        # Through Click: rich would end the program itself when a pipe is broken.
        console = _console(width)
        with console.capture() as capture:
            console.print(what)
        click.echo("\n".join(line.rstrip() for line in capture.get()[:-1].split("\n")))


def _console(width: int | None) -> "Console":
    from rich.console import Console

    return Console(
        file=sys.stdout,
        width=width if sys.stdout.isatty() else UNBOUNDED,
        color_system=None if os.environ.get("NO_COLOR") else "auto",  # no bold either
        markup=False,
        highlight=False,
        emoji=False,
    )


_STYLES = {
    "overdue": "bold red",
    "rejected": "bold red",
    "frozen": "bold red",
    "pending": "yellow",
    "undisclosed": "dim",
}


@dataclass(frozen=True)
class Answer:
    """What a command answers: a JSON document, how people read it, and the exit code."""

    document: Any
    text: Callable[[Page], None]
    exit: int = 0

    def print(self, *, as_json: bool) -> None:
        if as_json:
            click.echo(json.dumps(self.document, indent=2, ensure_ascii=False, default=str))
        else:
            self.text(Page())
        sys.stdout.flush()


def answers(function: Callable[..., Answer]) -> Callable[..., int]:
    """Makes a command of a function that gives an `Answer`, with the option --json."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    @functools.wraps(function)
    def command(*args: Any, as_json: bool, **values: Any) -> int:
        answer = function(*args, **values)
        answer.print(as_json=as_json)
        return answer.exit

    return command


def is_json() -> bool:
    """Whether the running command was asked for JSON."""
    return bool(click.get_current_context().params.get("as_json"))


def note(text: str) -> None:
    """A message beside the answer, on stderr."""
    click.echo(clean(text), err=True)


Report = Callable[[str, int, int], None]
"""`report(step, done, total)` shows how far long work has come."""


@contextmanager
def progress() -> Iterator[Report]:
    """Bars on stderr while the work lasts; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(clean(step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


@contextmanager
def working(doing: str) -> Iterator[Callable[[str], None]]:
    """One line on stderr that says what goes on; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda message: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(clean(doing))) as status:
        yield lambda message: status.update(Text(clean(f"{doing}: {message}")))
