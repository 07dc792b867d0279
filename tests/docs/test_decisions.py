"""The decision records are numbered without gaps, complete, and in their index."""

import re
from pathlib import Path

import pytest

from support.markdown import DOCS, table

FOLDER = DOCS / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_numbers_have_no_gap_and_the_index_lists_all() -> None:
    heads = [path.read_text(encoding="utf-8").partition("\n")[0] for path in RECORDS]
    assert [head[2:6] for head in heads] == [f"{n:04}" for n in range(1, len(RECORDS) + 1)]
    listed = table(FOLDER / "README.md", "No.", "Decision")
    assert listed == [
        [f"[{path.name[:4]}]({path.name})", head[8:]]
        for path, head in zip(RECORDS, heads, strict=True)
    ]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_record_has_its_four_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    assert parts[1::2] == ["Context", "Decision", "Consequences", "Rejected"]
    assert all(part.strip() for part in parts[2::2])
