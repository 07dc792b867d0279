"""Dates, numbers, amounts and names, as each language writes them (CLDR)."""

from datetime import date

import pytest
from django.utils import translation

from sepakat.desk import words
from sepakat.record.label import PUBLIC, make
from sepakat.vocabulary import REGISTRY


@pytest.mark.parametrize(
    ("language", "day", "number", "nation", "amount"),
    [
        ("en", "24 November 2026", "1,234,567.5", "Republic of Korea", "1,250,000.50\u00a0MYR"),
        ("ms", "24 November 2026", "1,234,567.5", "Republik Korea", "1,250,000.50\u00a0MYR"),
        ("ko", "2026년 11월 24일", "1,234,567.5", "대한민국", "1,250,000.50\u00a0MYR"),
    ],
)
def test_each_language_writes_its_own_way(
    language: str, day: str, number: str, nation: str, amount: str
) -> None:
    with translation.override(language):
        assert words.day("2026-11-24") == day
        assert words.number("1234567.5") == number
        assert words.nation("KOR") == nation
        assert words.money({"amount": "1250000.5", "currency": "MYR"}) == amount


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1 Oct 2026", "Oct 2026", "Q4 2026", "2026"]),
        ("ms", ["1 Okt 2026", "Okt 2026", "S4 2026", "2026"]),
        ("ko", ["2026년 10월 1일", "2026년 10월", "2026년 4분기", "2026년"]),
    ],
)
def test_a_period_is_named_by_another_than_its_first_day(language: str, said: list[str]) -> None:
    with translation.override(language):
        steps = ("day", "month", "quarter", "year")
        assert [words.period(date(2026, 10, 1), step) for step in steps] == said


def test_an_amount_keeps_every_decimal_that_it_was_given() -> None:
    assert words.money({"amount": "0.1234", "currency": "KRW"}) == "0.1234\u00a0KRW"
    big = {"amount": "999999999999999999.9999", "currency": "MYR"}
    assert words.money(big) == "999,999,999,999,999,999.9999\u00a0MYR"


def test_a_nation_that_is_not_known_here_has_its_code() -> None:
    assert words.nation("XKX") == "XKX"
    assert words.nation("TUR") == "Türkiye"


def test_every_kind_state_action_and_field_has_a_name_and_help() -> None:
    for kind in REGISTRY.kinds.values():
        assert words.kind_help(kind).endswith("."), kind.kind
        for name in kind.model_fields:
            assert words.field_title(kind, name)
            assert words.field_help(kind, name), f"{kind.kind}.{name} has no help"


def test_a_label_says_for_whom_it_is() -> None:
    limited = make("RESTRICTED", ["KOR"], organisations=["KOR", "KOR-company-k"])
    assert words.label_words(limited) == (
        "RESTRICTED, releasable to Republic of Korea, only KOR-company-k"
    )
    assert words.label_words(make("UNCLASSIFIED", [PUBLIC])).endswith("releasable to the public")
    assert words.label_words(make("SECRET", [])).endswith("releasable to nobody")
