"""Catalogues: nothing untranslated, nothing stale, nothing that would break a sentence."""

import pytest
from django.utils import translation

from sepakat.desk import messages

pytestmark = pytest.mark.parametrize("language", messages.LANGUAGES)


def test_no_message_is_missing_or_has_other_placeholders(language: str) -> None:
    assert messages.faults(language) == [], "run `make messages`, then translate what is empty"


def test_the_catalogue_has_the_messages_of_now_and_no_others(language: str) -> None:
    kept = messages._path(language).read_bytes()
    assert kept == messages.po(language), "run `make messages`"


def test_what_programs_read_is_what_translators_wrote(language: str) -> None:
    path = messages._path(language)
    compiled = path.with_suffix(".mo").read_bytes()
    assert compiled == messages.mo(path.read_bytes(), language), "run `make messages`"


def test_a_third_partys_message_is_in_the_language(language: str) -> None:
    said = "The password reset token was invalid."
    with translation.override(language):
        assert translation.gettext(said) != said


def test_a_kinds_field_is_in_the_language(language: str) -> None:
    with translation.override(language):
        assert translation.pgettext("field", "Obligor") != "Obligor"
