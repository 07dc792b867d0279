"""Texts that cannot be read are refused with the line that is at fault."""

import pytest

from sepakat.policy.agreement.reading import MAX_CHARACTERS, read
from sepakat.record.errors import InvalidError
from support.agreements import SOUND, line_of


def test_a_sound_text_is_read() -> None:
    text = read(SOUND.encode())
    assert text.agreement.parties == ("KOR", "MYS")
    assert [rule.type for rule in text.rule] == ["share", "multiplier", "verification"]


@pytest.mark.parametrize(
    ("was", "is_", "said"),
    [
        ('share = "0.30"', "share = 0.30", 'rule share: put the number in quotes, as "0.3"'),
        ('share = "0.30"', 'share = "a third"', "must be a number such as"),
        ('share = "0.30"', 'share = "1e400"', "digits"),
        ('factor = "3"', 'factor = "0"', "greater than 0"),
        ('factor = "3"', 'factor = "3"\nfaktor = "3"', "is nothing that this table has"),
        ('type = "multiplier"', 'type = "magic"', "magic"),
        ("due = 2028-12-31", 'due = "2028-12-31"', "must be a date such as"),
        ("due = 2028-12-31", "due = 2028-12-31T00:00:00Z", "must be a date such as"),
        ('currency = "KRW"', 'currency = "won"', "rate currency"),
        ('id = "MYS-o-1"', 'id = "o 1"', "obligation id"),
        ("edition = 1\n", "", "agreement edition: Field required"),
    ],
)
def test_a_fault_is_named_without_its_line(was: str, is_: str, said: str) -> None:
    broken = SOUND.replace(was, is_, 1)
    with pytest.raises(InvalidError) as caught:
        read(broken)
    line = (
        line_of(broken, f"\n{is_.splitlines()[-1]}\n") + 1
        if is_
        else line_of(broken, "[agreement]")
    )
    if is_.startswith("type"):
        line = line_of(broken, 'id = "training"') - 1  # of the rule, as it is none
    assert said in str(caught.value)
    assert f"line {line}:" in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    broken = SOUND.replace('share = "0.30"', "share = 0.30").replace('factor = "3"', "factor = 3.5")
    with pytest.raises(InvalidError) as caught:
        read(broken)
    assert str(caught.value).count("in quotes") == 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a = ", "no TOML"),
        (b"\xff", "not UTF-8: byte 0"),
        ("a = " + "[" * 5000, "no TOML"),
        ("a = " + "9" * 5000, "no TOML"),
        ("#" * (MAX_CHARACTERS + 1), "characters; at most"),
        ("", "the whole|agreement"),
    ],
)
def test_what_is_no_text_is_taken_for_one(source: str | bytes, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        read(source)


def test_a_key_within_a_text_of_several_lines_is_taken_for_a_field() -> None:
    note = 'note = """\ncurrency = "no"\n[[rule]]\n"""\n'
    broken = SOUND.replace("edition = 1\n", f"edition = 1\n{note}").replace(
        'factor = "3"', "factor = 3.5"
    )
    with pytest.raises(InvalidError) as caught:
        read(broken)
    assert f"line {line_of(broken, 'factor = 3.5')}:" in str(caught.value)
