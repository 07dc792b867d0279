"""Fields as they are typed: FIELD=VALUE, by the types of the kind."""

import pytest

from sepakat.cli.values import form, parse_fields
from sepakat.cli.words import value_text
from sepakat.record.errors import InvalidError
from sepakat.vocabulary import REGISTRY


@pytest.mark.parametrize(
    ("kind", "pairs", "body"),
    [
        ("claim", ["value=120000 MYR"], {"value": {"amount": "120000", "currency": "MYR"}}),
        ("obligation", ["title=a=b, c"], {"title": "a=b, c"}),
        ("obligation", ["title=1"], {"title": "1"}),
        ("engagement", ["participants=150"], {"participants": 150}),
        ("engagement", ["sessions=One, and two", "sessions=Three"],
         {"sessions": ["One, and two", "Three"]}),
        ("claim", ["evidence=MYS-a, MYS-b", "evidence=MYS-c"],
         {"evidence": ["MYS-a", "MYS-b", "MYS-c"]}),
        ("agreement", ["approvals="], {"approvals": []}),
        ("key", ["sign_as=officer,company"], {"sign_as": ["officer", "company"]}),
        ("claim", ['value:={"amount":"1.50","currency":"USD"}'],
         {"value": {"amount": "1.50", "currency": "USD"}}),
        ("gate", ["reason:=null"], {"reason": None}),
        ("claim", ["description=two\nlines"], {"description": "two\nlines"}),
    ],
)  # fmt: skip
def test_a_value_read_as_another(kind: str, pairs: list[str], body: dict[str, object]) -> None:
    assert parse_fields(REGISTRY.get(kind), pairs) == body


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        (["colour=red"], "'colour'"),
        (["title"], "--set title"),
        (["value:={"], "--set value:="),
        (["title=a", "title=b"], "--set title"),
    ],
)
def test_a_mistake_that_is_not_named(pairs: list[str], named: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_fields(REGISTRY.get("obligation"), pairs)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("12 million MYR", "value"), ("12,000 MYR", "value.amount"), ("", "value")],
)
def test_an_amount_that_is_none(text: str, message: str) -> None:
    kind = REGISTRY.get("claim")
    action = REGISTRY.action("claim", "refile")
    body = parse_fields(kind, [f"value={text}", "evidence=MYS-a"])
    with pytest.raises(InvalidError, match=message):
        kind.check_body(action, body)


def test_a_form_that_does_not_parse_as_it_is_shown() -> None:
    for kind in REGISTRY.kinds.values():
        for name in kind.model_fields:
            assert form(kind, name)
    claim = REGISTRY.get("claim")
    assert parse_fields(claim, [f"value={form(claim, 'value')}"])["value"]["currency"] == "MYR"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"amount": "12000000.50", "currency": "MYR"}, "12,000,000.50 MYR"),
        ({"amount": "1e", "currency": 1}, "1e 1"),
        ({"amount": None, "currency": "MYR"}, "None MYR"),
        (["MYS-a", "MYS-b"], "MYS-a, MYS-b"),
        ({"x": [1, {"y": None}]}, "x 1, y "),
        (None, ""),
        (0, "0"),
    ],
)
def test_a_value_shown_as_another(value: object, text: str) -> None:
    assert value_text(value) == text
