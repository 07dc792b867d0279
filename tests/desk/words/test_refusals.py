"""What the record refuses is said in the reader's language."""

import inspect
import re

import pytest
from django.utils import translation
from pydantic import TypeAdapter, ValidationError

from sepakat.desk import refusals
from sepakat.record import rules
from sepakat.record.errors import RefusedError
from sepakat.record.fields import Date, Line


def test_a_code_of_the_rules_has_no_sentence() -> None:
    codes = set(re.findall(r'Rejected\(\s*"(\w+)"', inspect.getsource(rules)))
    # Nobody meets these two at a desk: a node speaks for itself, and marks what it has seen.
    assert codes - refusals._sentences().keys() == {"foreign", "seen", "vocabulary"}


@pytest.mark.parametrize("language", ["ms", "ko"])
def test_a_refusal_is_english_in_another_language(language: str) -> None:
    error = RefusedError("accept cannot follow when declined")
    error.__cause__ = rules.Rejected("state", error.what)
    with translation.override("en"):
        assert refusals.reason(error) == error.what
        english = refusals._sentences()["state"]
    with translation.override(language):
        said = refusals.reason(error)
    assert said.endswith("(accept cannot follow when declined)")
    assert english not in said


@pytest.mark.parametrize(
    ("type_", "value"), [(Line, ""), (Line, "a" * 201), (Line, "a\nb"), (Line, 5)]
)
def test_a_field_is_refused_in_pydantics_words(type_: object, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(type_).validate_python(value)
    (item,) = caught.value.errors()
    assert item["msg"] not in refusals.fault(item)
    assert "{" not in refusals.fault(item)


def test_a_value_errors_own_words_are_lost() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Date).validate_python("2026-02-31")
    (item,) = caught.value.errors()
    assert refusals.fault(item) == "day is out of range for month"
