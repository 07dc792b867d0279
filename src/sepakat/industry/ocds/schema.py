"""JSON Schemas (draft 4) of the release model, and the rules by which releases are merged."""

from collections.abc import Iterator, Mapping
from typing import Any

from sepakat.industry.ocds.model.declaring import Definition, Field, Group
from sepakat.industry.ocds.model.packages import (
    LINKED_RELEASE,
    RECORD,
    RECORD_PACKAGE,
    RELEASE_PACKAGE,
)
from sepakat.industry.ocds.model.release import DEFINITIONS

Schema = dict[str, Any]
Definitions = Mapping[str, Definition]

DRAFT_4 = "http://json-schema.org/draft-04/schema#"

# RFC 5646, section 2.1, without its irregular tags: what may follow `title_`.
_LANGUAGE = "([A-Za-z]{2,3}(-[A-Za-z]{3}(-[A-Za-z]{3}){0,2})?|[A-Za-z]{4}|[A-Za-z]{5,8})"
_SUBTAGS = "(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
_PRIVATE = "x(-[A-Za-z0-9]{1,8})+"
_EXTENSION = "(-[0-9A-WY-Za-wy-z](-[A-Za-z0-9]{2,8})+)*"
LANGUAGE_TAG = f"({_LANGUAGE}{_SUBTAGS}{_EXTENSION}(-{_PRIVATE})?|{_PRIVATE})"

VERSIONED = "Versioned"
"""The prefix of the definitions of a versioned release."""


def release_schema(definitions: Definitions = DEFINITIONS) -> Schema:
    return _document("Release", _plain(definitions))


def release_package_schema(definitions: Definitions = DEFINITIONS) -> Schema:
    return _document(
        RELEASE_PACKAGE.name, _plain({**definitions, "ReleasePackage": RELEASE_PACKAGE})
    )


def versioned_release_schema(definitions: Definitions = DEFINITIONS) -> Schema:
    return _document("VersionedRelease", _versioned(definitions))


def record_package_schema(definitions: Definitions = DEFINITIONS) -> Schema:
    packages = {RECORD.name: RECORD, RECORD_PACKAGE.name: RECORD_PACKAGE}
    found = {**_plain({**definitions, **packages}), **_versioned(definitions)}
    carried = found[RECORD.name]["properties"]["releases"]
    linked = {"type": "array", "items": _group(LINKED_RELEASE.fields), "minItems": 1}
    found[RECORD.name]["properties"]["releases"] = {"oneOf": [linked, carried]}
    return _document(RECORD_PACKAGE.name, found)


def _document(root: str, definitions: dict[str, Schema]) -> Schema:
    rest = {name: schema for name, schema in definitions.items() if name != root}
    return {"$schema": DRAFT_4, **definitions[root], "definitions": rest}


def _plain(definitions: Definitions) -> dict[str, Schema]:
    return {name: _group(definition.fields) for name, definition in definitions.items()}


def _group(fields: Mapping[str, Field]) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {name: _field(field) for name, field in fields.items()},
    }
    if required := [name for name, field in fields.items() if field.required]:
        schema["required"] = required
    return schema | _translations(fields)


def _translations(fields: Mapping[str, Field]) -> Schema:
    names = [name for name, field in fields.items() if field.translated]
    if not names:
        return {}
    is_text = {"type": ["string", "null"]}
    return {"patternProperties": {f"^({name}_{LANGUAGE_TAG})$": is_text for name in names}}


def _field(field: Field) -> Schema:
    if not field.is_array and isinstance(field.of, str):
        return {"$ref": f"#/definitions/{field.of}"}
    if isinstance(field.of, Group) and not field.is_array:
        return _group(field.of.fields)
    return _value(field) | _merging(field)


def _value(field: Field, prefix: str = "") -> Schema:
    """What a value must be, without how it is merged."""
    schema: Schema = {"type": field.types[0] if len(field.types) == 1 else list(field.types)}
    if field.format:
        schema["format"] = field.format
    if field.pattern:
        schema["pattern"] = field.pattern
    if field.codes and not field.codes.is_open and not field.is_array:
        schema["enum"] = [*field.codes.codes, *([None] if "null" in field.types else [])]
    if field.min_length:
        schema["minLength"] = field.min_length
    if field.min_items:
        schema["minItems"] = field.min_items
    if field.unique:
        schema["uniqueItems"] = True
    if field.is_array and field.of is not None:
        schema["items"] = _items(field.of, prefix)
    return schema


def _items(of: Field | Group | str, prefix: str) -> Schema:
    if isinstance(of, str):
        return {"$ref": f"#/definitions/{prefix}{of}"}
    return _group(of.fields) if isinstance(of, Group) else _value(of)


def _merging(field: Field) -> Schema:
    marks = {
        "versionId": field.versioned,
        "wholeListMerge": field.whole,
        "omitWhenMerged": field.omitted,
    }
    return {name: True for name, is_set in marks.items() if is_set}


# --- versioned releases ---------------------------------------------------------------------------


def _versioned(definitions: Definitions) -> dict[str, Schema]:
    """The definitions of a versioned release: each value with the releases that gave it.

    Lists merged as a whole keep plain items. An organisation that is referred to alone has its
    identifier versioned; in a list it has not, for there the identifier says which item it is.
    """
    in_lists = {of for of, field in _references(definitions) if field.is_array and not field.whole}
    found = {
        VERSIONED + name: _versioned_group(definition.fields, keeps_id=name in in_lists)
        for name, definition in definitions.items()
    }
    alone = definitions[_ALONE].fields
    found[f"{VERSIONED}{_ALONE}Alone"] = _versioned_group(alone, keeps_id=False)
    for of, field in _references(definitions):
        if field.whole:
            found[_PLAIN + of] = _group(definitions[of].fields)
    return found


_ALONE = "OrganizationReference"
_PLAIN = "Unversioned"


def _references(definitions: Definitions) -> Iterator[tuple[str, Field]]:
    for definition in definitions.values():
        for field in definition.fields.values():
            if isinstance(field.of, str):
                yield field.of, field


def _versioned_group(fields: Mapping[str, Field], *, keeps_id: bool) -> Schema:
    kept = {name: field for name, field in fields.items() if not field.omitted}
    plain = {"ocid"} | ({"id"} if keeps_id else set())
    schema: Schema = {
        "type": "object",
        "properties": {
            name: _value(field) if name in plain else _versioned_field(field)
            for name, field in kept.items()
        },
    }
    if required := [name for name, field in kept.items() if field.required]:
        schema["required"] = required
    return schema | _translations(kept)


def _versioned_field(field: Field) -> Schema:
    if isinstance(field.of, str) and not field.is_array:
        suffix = "Alone" if field.of == _ALONE else ""
        return {"$ref": f"#/definitions/{VERSIONED}{field.of}{suffix}"}
    if isinstance(field.of, Group):
        if field.is_array:  # without identifiers: replaced as a whole
            return _value(field)
        return _versioned_group(field.of.fields, keeps_id=False)
    if isinstance(field.of, str) and not field.whole:
        return _value(field, VERSIONED)
    value = _value(field, _PLAIN)
    version = {
        "releaseDate": {"type": "string", "format": "date-time"},
        "releaseID": {"type": "string"},
        "value": value,
        "releaseTag": {"type": "array", "items": {"type": "string"}},
    }
    return {"type": "array", "items": {"type": "object", "properties": version}}


# --- merge rules ----------------------------------------------------------------------------------

Rules = dict[tuple[str, ...], str]


def merge_rules(definitions: Definitions = DEFINITIONS) -> Rules:
    """By the path of a field: `omitWhenMerged` or `wholeListMerge`, as `ocdsmerge` takes them."""
    return dict(_rules(definitions["Release"].fields, (), definitions))


def _rules(
    fields: Mapping[str, Field], path: tuple[str, ...], definitions: Definitions
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, field in fields.items():
        place = (*path, name)
        inner = _inner(field, definitions)
        # A list whose items have no identifier cannot be merged item by item.
        is_whole = field.is_array and (field.whole or inner is None or "id" not in inner)
        if field.omitted:
            yield place, "omitWhenMerged"
        elif is_whole:
            yield place, "wholeListMerge"
        elif inner is not None:
            yield from _rules(inner, place, definitions)


def _inner(field: Field, definitions: Definitions) -> Mapping[str, Field] | None:
    if isinstance(field.of, str):
        return definitions[field.of].fields
    return field.of.fields if isinstance(field.of, Group) else None
