"""What the demo tells: each scene as it is played, and at the end what anybody can check."""

import os
import re
import sys
from datetime import date
from pathlib import Path
from shlex import quote
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sepakat.cli.demo import case, people
from sepakat.cli.demo.case import words
from sepakat.cli.demo.play import Node, Outcome
from sepakat.cli.output import is_json

WIDTH = 110
_LINE = 160  # characters of a checkpoint that are shown


class Told:
    """Tells people on stdout, or on stderr where stdout is to be one JSON document."""

    def __init__(self, picture: Path | None) -> None:
        self._picture = picture
        stream = sys.stderr if is_json() else sys.stdout
        width = None if stream.isatty() and not picture else WIDTH
        self._console = Console(
            file=stream, width=width, highlight=False, markup=False, record=bool(picture)
        )

    def begin(self, today: date, folder: Path) -> None:
        self._line("Sepakat: the Malaysia-Korea case, between two nodes on this machine", "bold")
        self._line(
            f"Played as of {today}. Companies, amounts, files and most dates are illustrative.",
            "dim",
        )
        self._line()

    def started(self, nodes: dict[str, Node]) -> None:
        for node in nodes.values():
            self._line(f"  {node.nation}  {case.NATIONS[node.nation]:18} serves at {node.url}")
        self._line()

    def scene(self, title: str, statements: int) -> None:
        noun = "statement" if statements == 1 else "statements"
        self._line(f"  ✓ {title} ({statements} {noun})")

    def step(self, title: str) -> None:
        self._line(f"  ✓ {title}")

    def end(self, outcome: Outcome, directory: Path) -> None:
        self._commitments(outcome.commitments["commitments"])
        self._ledgers(outcome.ledgers)
        self._tender(outcome.evaluation)
        self._packages(outcome.packages)
        self._outlook(outcome.outlook)
        self._hidden(outcome.hidden)
        self._checkpoints(outcome.checkpoints)
        self._state(outcome)
        self._audits(outcome.audits)
        self._next(directory)
        if self._picture:
            self._picture.write_text(self._svg(), encoding="utf-8")

    def desks(self, nodes: dict[str, Node], password: str, directory: Path) -> None:
        """Where the desks are open, and who may sign in there."""
        self._heading("Both desks are open")
        for node in nodes.values():
            self._line(f"  {case.NATIONS[node.nation]:18} {node.url}")
            for member in people.members(node.nation):
                self._line(f"      {member.email:32} {member.role}", "dim")
        self._line(f"  Everybody's password: {password}")
        stop = f"{_program()} demo --directory {quote(str(directory))} --stop"
        self._line(f"  They run on until you type: {stop}")

    def _svg(self) -> str:
        # Rich names a font on a web server, which whoever looks at the picture would fetch.
        svg = self._console.export_svg(title="sepakat demo", unique_id="demo")
        return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)

    def _line(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=True)

    def _heading(self, text: str) -> None:
        self._line()
        self._line(text, "bold")

    def _commitments(self, rows: list[dict[str, Any]]) -> None:
        self._heading(f"What was promised, and what of it is proven ({words.CURRENCY} million)")
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 2), header_style="bold")
        table.add_column("commitment")
        table.add_column("owed by")
        amounts = ("promised", "claimed", "verified")
        for name in amounts:
            table.add_column(name, justify="right")
        table.add_column("milestones")
        table.add_column("due")
        table.add_column("")
        for row in rows:
            table.add_row(
                row["title"],
                row["obligor"],
                *(f"{float(row[name]) / 1e6:.1f}" for name in amounts),
                f"{row['milestones_reached']} of {row['milestones_planned']}",
                row["due"],
                Text("overdue", "bold red") if row["overdue"] else "",
            )
        self._console.print(table)

    def _ledgers(self, ledgers: list[dict[str, Any]]) -> None:
        self._heading(f"What counts by the agreement's text ({words.CURRENCY} million)")
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 2), header_style="bold")
        table.add_column("obligation")
        amounts = ("nominal", "verified", "credited", "banked", "penalised", "owed")
        for name in amounts:
            table.add_column(name, justify="right")
        for ledger in ledgers:
            for row in ledger["obligations"]:
                shown = (f"{float(row[name]) / 1e6:.2f}" for name in amounts)
                table.add_row(row["obligation"], *shown)
        self._console.print(table)

    def _tender(self, evaluation: dict[str, Any]) -> None:
        self._heading("Why the offer that won has won")
        for row in evaluation["results"]:
            self._line(f"  {row['rank']}.  {row['offer']:16} {row['points']} points of 100")
        for row in evaluation["weights"]:
            kept = f"from {row['from']} to {row['to']}" if row["from"] else "nowhere"
            self._line(
                f"      {row['criterion']} weighs {row['weight']}; the first stays first {kept}",
                "dim",
            )

    def _packages(self, packages: list[dict[str, Any]]) -> None:
        self._heading("What technology is transferred, and how far")
        for package in packages:
            fields, proofs = package["fields"], len(package["fields"].get("proofs", ()))
            self._line(
                f"  {fields['provider']}  {fields['title']}: {package['state']}, "
                f"{proofs} of {len(fields['needed'])} proofs witnessed"
            )

    def _outlook(self, rows: list[dict[str, Any]]) -> None:
        self._heading("Outlook: when each project ends, by simulation")
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 2), header_style="bold")
        for name in ("project", "due", "P50", "P80"):
            table.add_column(name)
        table.add_column("on time", justify="right")
        table.add_column("rating")
        table.add_column("")
        for row in rows:
            table.add_row(
                row["title"],
                *(row[name] for name in ("due", "p50", "p80")),
                f"{float(row['on_time']):.0f} %",
                row["rating"],
                Text("late", "bold red") if row["late"] else "",
            )
        self._console.print(table)

    def _hidden(self, hidden: dict[str, list[str]]) -> None:
        self._heading("What is in a log and shown to nobody whom it does not concern")
        for nation, objects in hidden.items():
            for text in objects:
                self._line(f"  {nation}  {text}")

    def _checkpoints(self, checkpoints: dict[str, str]) -> None:
        self._heading("The two checkpoints: signed by the log, cosigned by the partner")
        for note in checkpoints.values():
            for line in note.rstrip("\n").split("\n"):
                # A line of ML-DSA-44 has 3,300 characters; the file has them all.
                rest = len(line) - _LINE
                shown = f"{line[:_LINE]}… and {rest:,} more" if rest > 0 else line
                self._line(f"  {shown}", "dim" if line.startswith("—") else "")
            self._line()

    def _state(self, outcome: Outcome) -> None:
        self._line("The state of all that both can see, as each node computes it", "bold")
        for nation, digest in outcome.digests.items():
            self._line(f"  {nation}  {digest}")
        self._line(
            "  They agree." if outcome.agreed else "  THEY DIFFER.",
            "green" if outcome.agreed else "bold red",
        )

    def _audits(self, audits: dict[str, dict[str, Any]]) -> None:
        self._heading("The exported records, audited from their files alone")
        for nation, audit in audits.items():
            verdict = "every check passes" if audit["ok"] else "FINDINGS"
            self._line(
                f"  {nation}  {audit['statements']} statements, {audit['signatures']} signatures, "
                f"{audit['cosignatures']} cosignatures: {verdict}"
            )

    def _next(self, directory: Path) -> None:
        mine, export = (quote(str(directory / p)) for p in ("MYS", "KOR/export"))
        program = _program()
        self._heading("What to type next")
        for command, why in (
            (f"--home {mine} show KOR-claim-lot-2", "a claim's whole story, with who signed"),
            (f"--home {mine} ledger --steps", "each credited amount, unfolded to its arithmetic"),
            (
                f"--home {mine} forecast check MYS-forecast-maintenance-2",
                "the forecast that says late, made again to the bit",
            ),
            (f"--home {mine} log --nation KOR", "the partner's log; what it hides is only a hash"),
            (f"--home {mine} prove KOR-claim-lot-2 --file claim.tlog-proof", "a proof of it"),
            (f"audit {export}", "check Korea's record without trusting Korea"),
        ):
            self._line(f"  {program} {command}")
            self._line(f"      {why}", "dim")


def _program() -> str:
    """How to call this program from here, where it may not be on the path."""
    local = Path(".venv/bin/sepakat")
    on_path = any((Path(p) / "sepakat").exists() for p in os.get_exec_path())
    return "sepakat" if on_path or not local.exists() else str(local)
