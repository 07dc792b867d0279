"""Canonical JSON, beside the `rfc8785` package."""

import json
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import canon
from sepakat.record.errors import InvalidError

keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-canon.MAX_INTEGER, canon.MAX_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(["a:.5", "1,e", "[.", "1.5", ":e", "12:00:00.5", "é", "한국", "\u2028"])
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=30,
)
floats = st.floats(allow_nan=False, allow_infinity=False)


def nested(levels: int) -> Any:
    value: Any = "core"
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


@given(documents)
def test_bytes_are_those_of_rfc_8785(document: Any) -> None:
    data = canon.encode(document)
    assert data == rfc8785.dumps(document)
    assert canon.decode(data) == document


@given(documents, floats)
def test_floats_are_refused_wherever_they_stand(document: Any, number: float) -> None:
    for value in ([document, number], {"a": document, "b": number}, [[number]], number):
        with pytest.raises(InvalidError):
            canon.encode(value)
        with pytest.raises(InvalidError):
            canon.decode(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"a": [0, 1.5]}, "/a/1"),
        ({"a": {"b": float("nan")}}, "/a/b"),
        ([2**53], "/0"),
        ({"a": -(2**53)}, "/a"),
        ({"a": {"é": 1}}, "/a"),
        ({"a": {1: 1}}, "/a"),
        ({"a": b"bytes"}, "/a"),
        ({"a": {1, 2}}, "/a"),
        (nested(33), "/in/0" * 16),
    ],
)
def test_what_is_out_of_the_profile_is_refused_with_its_place(document: Any, place: str) -> None:
    with pytest.raises(InvalidError) as caught:
        canon.encode(document)
    assert caught.value.where == place


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(InvalidError):
        canon.encode({"a": "\ud800"})
    with pytest.raises(InvalidError):
        canon.decode(b'{"a":"\\ud800"}')


@pytest.mark.parametrize("value", ["core", 1, None, True])
def test_depth_counts_the_levels_around_any_value(value: Any) -> None:
    at_limit = nested(canon.MAX_DEPTH)
    assert canon.decode(canon.encode(at_limit)) == at_limit
    for data in (b"[" * 33 + b"]" * 33, b'{"a":' * 33 + canon.encode(value) + b"}" * 33):
        with pytest.raises(InvalidError, match="32 levels"):
            canon.decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"a":1} ',
        b' {"a":1}',
        b'{"a": 1}',
        b'{"a":1,}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"\\u0061":1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000a"}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\ud83d\\ude00"}',
        '{"é":1}'.encode(),
        b'{"a":-0}',
        b"[1.0]",
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":1E2}',
        b'{"a":[0,1e2]}',
        b"1.5",
        b"-1.5",
        b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":18446744073709551615}',
        b'{"a":18446744073709551616}',
        b'{"a":NaN}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b"'a'",
        b'{"a":1}{"a":1}',
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidError):
        canon.decode(data)


@given(documents, st.data())
def test_a_reordered_or_spaced_spelling_is_refused(document: Any, data: st.DataObject) -> None:
    canonical = canon.encode(document)
    spelling = json.dumps(
        document,
        ensure_ascii=data.draw(st.booleans()),
        separators=data.draw(st.sampled_from([(",", ":"), (", ", ":"), (",", ": ")])),
        sort_keys=data.draw(st.booleans()),
    ).encode()
    if spelling != canonical:
        with pytest.raises(InvalidError):
            canon.decode(spelling)


@given(st.binary(max_size=40))
def test_any_bytes_that_are_taken_are_canonical(data: bytes) -> None:
    try:
        value = canon.decode(data)
    except InvalidError:
        return
    assert rfc8785.dumps(value) == data
