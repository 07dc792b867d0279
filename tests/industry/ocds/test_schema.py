"""Our schemas against the official ones of OCDS 1.1.5: same verdict, same places."""

import json
import re
from copy import deepcopy
from typing import Any

import jsonschema_rs
import ocdsmerge.rules
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from industry.ocds.oracle import official_validator, places
from sepakat.industry.ocds import schema

OURS = {
    "release-schema": schema.release_schema(),
    "release-package-schema": schema.release_package_schema(),
    "record-package-schema": schema.record_package_schema(),
    "versioned-release-validation-schema": schema.versioned_release_schema(),
}
VALIDATORS = {name: jsonschema_rs.Draft4Validator(ours) for name, ours in OURS.items()}


def both(official: dict[str, Any], name: str, instance: Any) -> list[tuple[str, str]]:
    """The places that both find; a failure if they differ."""
    theirs = places(official_validator(official, name), instance)
    assert places(VALIDATORS[name], instance) == theirs
    return theirs


def test_four_of_the_published_releases_are_invalid_in_the_same_places(official, colombia):
    found = [both(official, "release-schema", release) for release in colombia]
    assert [i for i, errors in enumerate(found) if errors] == [12, 31, 36, 71]


def test_a_whole_package_has_the_same_places(official, data):
    package = json.loads((data / "colombia-100-releases.json").read_bytes())
    assert len(both(official, "release-package-schema", package)) == 6


def test_the_fictional_example_is_valid_in_every_form(official, data):
    names = {"record": "record-package-schema", "fictional-example": "release-package-schema"}
    for path in sorted((data / "fictional-example").rglob("*.json")):
        assert both(official, names[path.parent.name], json.loads(path.read_bytes())) == []


def test_merge_rules_are_those_of_the_official_schema(official):
    assert schema.merge_rules() == ocdsmerge.rules.get_merge_rules(official["release-schema"])


WORDS = st.sampled_from(
    ["", "x", "2020-01-01T00:00:00Z", "2020-13-01", "http://a.example/b c", "tender", "MYR", "en"]
)
VALUES = st.one_of(
    *(st.none(), st.booleans(), st.integers(-1, 1), st.just(0.5), WORDS),
    st.lists(WORDS, max_size=2),
    st.just({}),
    st.just([{}]),
    st.just([{"id": "1"}, {"id": "1"}]),
    st.just([{"value": 1, "releaseDate": "x"}]),
)
KEYS = st.sampled_from(
    ["id", "title", "title_ms", "title_zh-Hant-TW", "name_", "name_x-a", "description_4", "date"]
)


def nodes(value: Any) -> list[Any]:
    """All objects and non-empty lists in it."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict) or (isinstance(value, list) and value) else []
    return own + [node for child in inner for node in nodes(child)]


def mutate(draw: st.DrawFn, document: Any) -> Any:
    mutated = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 4))):
        found = nodes(mutated)
        node = found[draw(st.integers(0, len(found) - 1))]
        if isinstance(node, list):
            node[draw(st.integers(0, len(node) - 1))] = deepcopy(draw(VALUES))
            continue
        key = draw(st.one_of(st.sampled_from(sorted(node)), KEYS) if node else KEYS)
        if draw(st.booleans()):
            node[key] = deepcopy(draw(VALUES))
        else:
            node.pop(key, None)
    return mutated


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("release-package-schema", "fictional-example/ocds-213czf-000-00001.json"),
        ("record-package-schema", "fictional-example/record/ocds-213czf-000-00001.json"),
        (
            "record-package-schema",
            "fictional-example/record/ocds-213czf-000-00001-withversions.json",
        ),
    ],
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chooser=st.data())
def test_whatever_is_changed_the_same_places_are_found(official, data, name, path, chooser):
    document = json.loads((data / path).read_bytes())
    if "releases" in document:  # the six at once are slow to change
        document["releases"] = document["releases"][-2:]
    both(official, name, mutate(chooser.draw, document))


KEYWORDS = {"$schema", "id", "title", "description", "deprecated", "codelist", "openCodelist"}
MERGING = {"versionId", "wholeListMerge", "omitWhenMerged", "default"}


def comparable(value: Any, *, is_names: bool = False) -> Any:
    """A schema reduced to what says which documents are valid."""
    if isinstance(value, list):
        # oneOf keeps its order in both
        return (
            sorted(map(str, value))
            if all(isinstance(v, str | None) for v in value)
            else [comparable(v) for v in value]
        )
    if not isinstance(value, dict):
        return value
    return {
        re.sub(r"_\(.*", "_", key): comparable(
            inner,
            is_names=not is_names and key in ("properties", "patternProperties", "definitions"),
        )
        for key, inner in value.items()
        if is_names or key not in KEYWORDS | MERGING
    }


def test_no_keyword_of_the_official_release_schema_is_missing_or_extra(official):
    assert comparable(OURS["release-schema"]) == comparable(official["release-schema"])


LANGUAGES = st.from_regex(r"\A([A-Za-z0-9]{1,9}-?){0,5}\Z")


@given(tag=LANGUAGES)
def test_a_translated_field_is_recognised_by_the_official_pattern(official, tag):
    (pattern,) = official["release-schema"]["definitions"]["Organization"]["patternProperties"]
    ours = f"^(name_{schema.LANGUAGE_TAG})$"
    name = f"name_{tag}"
    assert bool(re.search(ours, name)) == bool(re.search(pattern, name))
