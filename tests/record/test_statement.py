"""Statements: what is refused, and by the name of which field."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.record import canon, dsse, statement
from sepakat.record.errors import InvalidError
from sepakat.record.keys import SigningKey

DIGEST = "a1" * 32


def plain() -> dict[str, Any]:
    return {
        "v": 1,
        "kind": "obligation",
        "object": "MYS-ob-1",
        "action": "propose",
        "body": {"title": "한국어 dan Melayu", "count": 3},
        "prev": None,
        "deps": [DIGEST],
        "seen": {"KOR": {"size": 7, "root": DIGEST}},
        "by": {"nation": "MYS", "organisation": None, "role": "officer", "account": "a-1"},
        "at": "2026-02-28T23:59:59Z",
        "label": {
            "classification": "RESTRICTED",
            "permissive": {"releasable_to": ["KOR", "MYS"]},
            "restrictive": {},
            "informative": {},
        },
    }


def changed(place: str, value: Any) -> dict[str, Any]:
    """A statement's plain form with one place of it set to something else."""
    result = plain()
    *parents, last = place.split(".")
    holder = result
    for name in parents:
        holder = holder[name]
    holder[last] = value
    return result


def test_a_statement_comes_back_byte_for_byte() -> None:
    payload = canon.encode(plain())
    assert statement.parse(payload).encode() == payload


def test_its_identifier_and_envelope_are_of_the_same_bytes() -> None:
    key = SigningKey(bytes(32))
    digest, data = statement.parse(canon.encode(plain())).sign(key)
    envelope = dsse.decode(data)
    assert envelope.payload_type == dsse.STATEMENT
    assert digest == canon.digest(envelope.payload) == canon.digest(canon.encode(plain()))
    assert key.public.verifies(envelope.signed, envelope.signatures[0].value)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("v", 2),
        ("v", True),
        ("v", "1"),
        ("v", None),
        ("kind", "Obligation"),
        ("kind", "ob ligation"),
        ("kind", "o" * 33),
        ("kind", "obligation\n"),
        ("object", "ob-1"),
        ("object", "MYS-"),
        ("object", "MYS-ob-"),
        ("object", "MYS-Ob"),
        ("object", "mys-ob"),
        ("object", "MYS-" + "x" * 64),
        ("object", "MYS-../ob"),
        ("action", ""),
        ("action", 5),
        ("body", []),
        ("body", None),
        ("body", "{}"),
        ("prev", "a1"),
        ("prev", DIGEST.upper()),
        ("prev", DIGEST + "\n"),
        ("prev", 5),
        ("deps", DIGEST),
        ("deps", {DIGEST: 1}),
        ("deps", [DIGEST] * 257),
        ("deps", None),
        ("seen", []),
        ("at", "2026-02-29T00:00:00Z"),
        ("at", "2026-13-01T00:00:00Z"),
        ("at", "2026-01-01T24:00:00Z"),
        ("at", "2026-01-01T23:59:60Z"),
        ("at", "2026-01-01T00:00:00+00:00"),
        ("at", "2026-01-01T00:00:00.0Z"),
        ("at", "2026-01-01 00:00:00Z"),
        ("at", "2026-01-01T00:00:00z"),
        ("at", "0000-01-01T00:00:00Z"),
        ("at", "2026-01-01T00:00:00Z\n"),
        ("at", "٢٠٢٦-01-01T00:00:00Z"),
        ("at", 1767225600),
        ("by.nation", "my"),
        ("by.nation", "MY"),
        ("by.nation", "MYS\n"),
        ("by.organisation", "company"),
        ("by.organisation", False),
        ("by.role", "Officer"),
        ("by.account", "A. Person"),
        ("by.account", ""),
        ("by.account", "a" * 65),
        ("by.extra", 1),
        ("seen.KOR.size", "5"),
        ("seen.KOR.size", True),
        ("seen.KOR.size", -1),
        ("seen.KOR.root", "0"),
        ("label.classification", "restricted"),
        ("label.classification", 1),
        ("label.permissive", {}),
        ("label.permissive.releasable_to", ["MYS", "KOR"]),
        ("label.permissive.releasable_to", "MYS"),
        ("label.restrictive", None),
        ("label.extra", {}),
        ("extra", 1),
    ],
)
def test_the_field_at_fault_is_named(place: str, value: Any) -> None:
    with pytest.raises(InvalidError, match=rf"(^|; ){re.escape(place)}\b"):
        statement.parse(canon.encode(changed(place, value)))


def test_a_nation_seen_is_named_by_its_code() -> None:
    with pytest.raises(InvalidError, match=r"seen\.Korea"):
        statement.parse(canon.encode(changed("seen", {"Korea": {"size": 1, "root": DIGEST}})))


@pytest.mark.parametrize(
    "place",
    [
        *plain(),
        *(f"by.{name}" for name in plain()["by"]),
        *(f"label.{name}" for name in plain()["label"]),
        "seen.KOR.size",
        "seen.KOR.root",
    ],
)
def test_every_field_must_be_stated(place: str) -> None:
    value = plain()
    *parents, last = place.split(".")
    holder = value
    for name in parents:
        holder = holder[name]
    del holder[last]
    with pytest.raises(InvalidError, match=rf"(^|; ){re.escape(place)}\b"):
        statement.parse(canon.encode(value))


def test_all_faults_are_named_at_once() -> None:
    value = changed("kind", "No") | {"at": "now"}
    with pytest.raises(InvalidError, match=r"kind: .*; at: "):
        statement.parse(canon.encode(value))


def test_a_long_statement_is_refused_on_both_sides() -> None:
    value = changed("body", {"text": "x" * statement.MAX_BYTES})
    with pytest.raises(InvalidError, match="bytes"):
        statement.parse(canon.encode(value))
    with pytest.raises(InvalidError, match="evidence file"):
        statement.Statement(**value).encode()
    room = statement.MAX_BYTES - len(canon.encode(changed("body", {"text": ""})))
    longest = canon.encode(changed("body", {"text": "x" * room}))
    assert statement.parse(longest).encode() == longest


def test_floats_in_a_body_are_refused() -> None:
    value = changed("body", {"amount": 1.5})
    with pytest.raises(InvalidError) as caught:
        statement.Statement(**value).encode()
    assert caught.value.where == "/body/amount"


@given(st.recursive(st.none() | st.integers() | st.text(), lambda i: st.lists(i, max_size=3)))
def test_nothing_but_an_object_is_a_statement(value: Any) -> None:
    try:
        payload = canon.encode(value)
    except InvalidError:
        return
    with pytest.raises(InvalidError):
        statement.parse(payload)
