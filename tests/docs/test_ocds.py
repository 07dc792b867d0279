"""What docs/ocds.md says of our extension is what is checked."""

import json
import re
from pathlib import Path

from sepakat.industry.ocds.checking import Checker
from sepakat.industry.ocds.model.extensions import EXTENSIONS, OBLIGATIONS, extended
from sepakat.industry.ocds.reading import RELEASE, Item

PAGE = (Path(__file__).parents[2] / "docs" / "ocds.md").read_text(encoding="utf-8")


def documented(heading: str) -> set[str]:
    """The names in the first column of the table with this heading."""
    rows = PAGE.partition(f"| {heading} | Meaning |")[2].partition("\n\n")[0]
    return {
        name for row in rows.split("\n")[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }


def test_a_field_of_the_extension_is_missing_from_the_page():
    assert documented("Field of an obligation") == set(OBLIGATIONS.added["Obligation"])
    assert documented("Field of a claim") == set(OBLIGATIONS.added["ObligationClaim"])


def test_an_extension_is_missing_from_the_page():
    for extension in EXTENSIONS:
        assert extension.name in PAGE
    assert OBLIGATIONS.uri in PAGE


def test_the_pages_example_does_not_fit_the_extension():
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    release = {
        "ocid": "ocds-example-1",
        "id": "1",
        "date": "2026-11-02T09:00:00Z",
        "tag": ["implementation"],
        "initiationType": "tender",
        "obligations": [json.loads(example)],
    }
    assert Checker(definitions=extended()).problems(Item("", RELEASE, release)) == ()
