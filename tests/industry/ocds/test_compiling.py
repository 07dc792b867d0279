"""Compiling, against `ocdsmerge` and against what a publisher compiled."""

import json
import warnings
from typing import Any

import ocdsmerge
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.ocds import schema
from sepakat.industry.ocds.compiling import Process, compile_releases
from sepakat.industry.ocds.merging import Merger
from sepakat.industry.ocds.reading import RELEASE, Bad, Item

MERGER = Merger()
ORACLE = ocdsmerge.Merger(merge_rules=schema.merge_rules())


def items(releases: list[Any]) -> list[Item]:
    return [Item(f"releases/{i}", RELEASE, release) for i, release in enumerate(releases)]


def test_the_fictional_example_compiles_to_its_published_record(data, example):
    path = data / "fictional-example" / "record" / "ocds-213czf-000-00001-withversions.json"
    (published,) = json.loads(path.read_bytes())["records"]
    (process,) = compile_releases(items(list(reversed(example))), versioned=True)
    assert isinstance(process, Process)
    assert process.compiled == published["compiledRelease"]
    assert process.versioned == published["versionedRelease"]


def test_real_releases_compile_as_ocdsmerge_compiles_them(colombia):
    for release in colombia:
        assert MERGER.compiled([release]) == ORACLE.create_compiled_release([release])


LEAVES = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", "1"])
KEYS = st.sampled_from(
    ["id", "tag", "title", "tender", "awards", "items", "parties", "roles", "additionalIdentifiers"]
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.dictionaries(KEYS, inner, max_size=3), max_size=3)
        | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=25,
)


@given(rest=st.dictionaries(KEYS, JSON, max_size=4))
def test_a_single_release_is_compiled_as_ocdsmerge_compiles_it(rest):
    release = {"ocid": "a", "date": "2020-01-01T00:00:00Z"} | rest
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = ORACLE.create_compiled_release([release])
        except Exception:  # not all that Hypothesis makes can be merged
            return
    assert MERGER.compiled([release]) == expected


def test_one_process_that_cannot_be_merged_does_not_hinder_the_others():
    def release(ocid: Any, date: Any, tender: Any) -> dict[str, Any]:
        return {"ocid": ocid, "id": "1", "date": date, "tender": tender}

    first, second = "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"
    found = list(
        compile_releases(
            items(
                [
                    release("b", first, {"id": "1"}),
                    release("a", first, "text"),
                    release("a", second, {"id": "1"}),
                    release(None, first, {}),
                    release("c", 7, {}),
                    release("c", first, {}),
                ]
            )
        )
    )
    assert [(type(each), each.place) for each in found if isinstance(each, Bad)] == [
        (Bad, "releases/3"),
        (Bad, "a"),
        (Bad, "c"),
    ]
    assert [len(bad.content) for bad in found if isinstance(bad, Bad)] == [4, 2, 4]  # kept
    assert [each.ocid for each in found if isinstance(each, Process)] == ["b", "c"]


@pytest.mark.parametrize("order", [1, -1])
def test_releases_are_merged_by_date_and_not_as_they_come(order):
    releases = [
        {"ocid": "a", "date": f"2020-01-0{day}T00:00:00Z", "tender": {"title": str(day)}}
        for day in (1, 2, 3)
    ][::order]
    (process,) = compile_releases(items(releases))
    assert process.compiled["tender"] == {"title": "3"}
