"""Reading the documentation: its examples, tables and links, for the tests that keep it true."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_EXAMPLE = re.compile(r"^```\w+ example=([\w-]+)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def examples(path: Path) -> dict[str, str]:
    """The fenced blocks marked `example=NAME`, without their last newline."""
    found = _EXAMPLE.findall(path.read_text(encoding="utf-8"))
    assert len({name for name, _ in found}) == len(found), f"{path}: two examples of one name"
    return dict(found)


def table(path: Path, *header: str) -> list[list[str]]:
    """The rows of the one table with these column heads."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [n for n, line in enumerate(lines) if _cells(line) == list(header)]
    assert len(starts) == 1, f"{path}: {len(starts)} tables of {header}"
    rows = []
    for line in lines[starts[0] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(_cells(line))
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []
