"""PSPLIB's single-mode files (.sm), read into what is to be levelled.

R. Kolisch, A. Sprecher: PSPLIB, European Journal of Operational Research 96 (1996).
"""

import csv
from pathlib import Path

from sepakat.outlook.network import Link, network
from sepakat.outlook.options.problem import Levelling

FOLDER = Path("data") / "rcpsp"


def read(file: Path) -> Levelling:
    text = file.read_text(encoding="ascii")
    follows = _numbers(text, "PRECEDENCE RELATIONS:", skip=1)
    asked = _numbers(text, "REQUESTS/DURATIONS:", skip=2)
    (units,) = _numbers(text, "RESOURCEAVAILABILITIES:", skip=1)
    resources = [f"R{number + 1}" for number in range(len(units))]
    durations = {str(row[0]): float(row[2]) for row in asked}
    links = [Link(str(row[0]), str(after)) for row in follows for after in row[3:]]
    demands = {str(row[0]): dict(zip(resources, row[3:], strict=True)) for row in asked}
    return Levelling(network(durations, links), demands, dict(zip(resources, units, strict=True)))


def best_known(folder: Path) -> dict[str, int]:
    """The best makespan by instance, as `bounds.csv` has it."""
    with (folder / "bounds.csv").open(encoding="ascii", newline="") as file:
        return {row["instance"]: int(row["best_makespan"]) for row in csv.DictReader(file)}


def _numbers(text: str, title: str, skip: int) -> list[list[int]]:
    """The rows of numbers below a title, after so many lines of headings."""
    lines = text.partition(title)[2].splitlines()[1 + skip :]
    rows = []
    for line in lines:
        if not line.strip() or line.startswith("*"):
            break
        rows.append([int(word) for word in line.split()])
    return rows
