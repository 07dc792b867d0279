"""The table: its rows, and how it looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table

WIDTH = 140  # no figure is ever cut
START, END = "<!-- benchmark: start -->", "<!-- benchmark: end -->"


@dataclass(frozen=True)
class Row:
    """One measure: of Sepakat, of the sketch, of the parts that bound them, and of the peer."""

    name: str
    sepakat: float | None = None
    sketch: float | None = None
    parts: float | None = None
    peer: float | None = None


@dataclass(frozen=True)
class Section:
    """Rows of one unit. Only rates, of which more is better, are also shown as ratios."""

    title: str
    rows: Sequence[Row]
    is_rate: bool = True


def costs(title: str, sepakat: Mapping[str, float], sketch: Mapping[str, float]) -> Section:
    """Where the time goes: microseconds by purpose, of either."""
    rows = [Row(purpose, took, sketch.get(purpose)) for purpose, took in sepakat.items()]
    return Section(title, rows, is_rate=False)


def draw(sections: Iterable[Section], peer: str, about: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, caption=about, caption_justify="left")
    table.add_column("", no_wrap=True)
    for name in ("Sepakat", "sketch", "parts alone", peer, "Sepakat\n÷ sketch", "Sepakat\n÷ parts"):
        table.add_column(name, justify="right")
    for section in sections:
        table.add_row(f"[bold]{section.title}[/bold]")
        for row in section.rows:
            values = (row.sepakat, row.sketch, row.parts, row.peer)
            ratios = (row.sketch, row.parts) if section.is_rate else (None, None)
            table.add_row(
                f"  {row.name}",
                *(_number(value, section.is_rate) for value in values),
                *(_ratio(row.sepakat, other) for other in ratios),
            )
        table.add_section()
    return table


def text_of(table: Table) -> str:
    console = Console(file=StringIO(), width=WIDTH)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def between_marks(document: str, text: str) -> str:
    """The document with `text` in place of what stands between the two marks."""
    before, start, rest = document.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"the document has no lines {START} and {END}")
    return f"{before}{START}\n\n```text\n{text.strip(chr(10))}\n```\n\n{END}{after}"


def _number(value: float | None, is_rate: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if is_rate and value >= 100 else f"{value:,.1f}"


def _ratio(ours: float | None, other: float | None) -> str:
    return f"{ours / other:.2f}" if ours and other else ""
