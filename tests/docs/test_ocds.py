"""What docs/ocds.md says of our extensions and our releases is what is checked."""

import json
import re
from pathlib import Path

from sepakat.cli.ocds.beside import read_beside
from sepakat.industry.ocds.checking import Checker
from sepakat.industry.ocds.mapping.tenders.releasing import MAKERS
from sepakat.industry.ocds.model.extensions import EXTENSIONS, OBLIGATIONS, TENDERS, extended
from sepakat.industry.ocds.reading import RELEASE, Item
from sepakat.industry.procurement.contracting.kinds import ContractChange
from sepakat.industry.procurement.kinds import KINDS as PROCUREMENT
from sepakat.industry.procurement.planning.kinds import Requirement

PAGE = (Path(__file__).parents[2] / "docs" / "ocds.md").read_text(encoding="utf-8")


def documented(heading: str) -> set[str]:
    """The names in the first column of the table with this heading."""
    rows = PAGE.partition(f"| {heading} | Meaning |")[2].partition("\n\n")[0]
    return {
        name for row in rows.split("\n")[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }


HEADINGS = {
    "Release": "a release",
    "AwardCriterion": "an award criterion",
    "Requirement": "a requirement",
    "Bid": "a bid",
    "Milestone": "a milestone",
}


def test_a_field_of_the_tenders_extension_is_missing_from_the_page():
    for definition, heading in HEADINGS.items():
        assert documented(f"Field of {heading}") == set(TENDERS.added[definition])
    within = set(TENDERS.added) - set(HEADINGS)
    assert within == {"SignedStatement", "AwardCriterionScale", "BidResult"}
    for definition in within:
        assert all(f"`{name}`" in PAGE for name in TENDERS.added[definition])


def test_a_kind_of_a_procurement_is_neither_exported_nor_named_as_left_out():
    named = PAGE.partition("| In our record |")[2].partition("## Red flags")[0]
    for kind in PROCUREMENT:
        word = kind.kind.replace("_", " ").removeprefix("procurement ").removeprefix("contract ")
        if kind.kind in MAKERS:
            assert word in named.partition("What is not exported")[0]
        elif kind not in (Requirement, ContractChange):  # which are in others' releases
            assert f"{word}s" in named.partition("What is not exported")[2]


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


def test_the_pages_file_beside_an_import_cannot_be_read(tmp_path: Path):
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "beside.toml").write_text(example)
    (given,) = read_beside(tmp_path / "beside.toml").values()
    assert given.need == {"due": "2027-12-31"}
    assert given.tender["closes"] == "2027-03-10T08:00:00Z"
    assert given.requirements == ({"number": 1, "method": "inspection"},)
