"""Conditions: what does not compile is refused, and nothing runs away."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.policy.agreement.conditions import compiled, is_met
from sepakat.record.errors import InvalidError

GIVEN = {
    "activity": "training",
    "mode": "direct",
    "category": "training",
    "organisation": "KOR-company-k",
    "delivered": "2027-06-01",
    "value": 100_000,
    "facts": {"shift": "2"},
}


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ('activity == "training" && mode == "direct"', True),
        ('delivered >= "2027-07-01"', False),
        ("value > 99999", True),
        ('"shift" in facts && facts.shift == "2"', True),
        ('facts.absent == "2"', False),
        ('facts.absent != "2"', False),
        ('activity.matches("^tr")', True),
        ("value * 1000000000 * 1000000000 > 0", False),  # an overflow is no answer
    ],
)
def test_a_condition_is_met_where_it_is_not(expression: str, met: bool) -> None:
    assert is_met(expression, GIVEN) is met


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("activity ==", "at character"),
        ("colour == 'red'", "undeclared reference to 'colour'"),
        ("value", "true or false"),
        ("activity == 1", "no matching overload"),
        ("[1, 2].exists(x, x > 1)", "no loops"),
        ("[1, 2].map (x, x).size() > 1", "no loops"),
        ("open('/etc/passwd') == ''", "undeclared reference to 'open'"),
    ],
)
def test_a_condition_that_cannot_be_asked_is_taken(expression: str, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        compiled(expression)


@given(st.text(max_size=200))
def test_any_other_text_ends_the_program(expression: str) -> None:
    with suppress(InvalidError):
        is_met(expression, GIVEN)
