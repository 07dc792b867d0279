"""Cards: one spelling each, so that the fingerprint which two people compare is of these bytes."""

import pytest

from record.strategies import card
from sepakat.record import canon
from sepakat.record.card import MAX_BYTES, parse
from sepakat.record.errors import InvalidError

CARD = card("MYS")


@pytest.mark.parametrize("around", [b"", b"\n", b"\r\n"])
def test_a_card_with_a_lines_end_is_not_taken(around: bytes) -> None:
    assert parse(CARD.encode() + around) == CARD


@pytest.mark.parametrize("member", sorted(CARD.plain()))
def test_a_card_that_leaves_out_a_member_is_taken(member: str) -> None:
    members = CARD.plain()
    del members[member]
    with pytest.raises(InvalidError, match=member):
        parse(canon.encode(members))


@pytest.mark.parametrize("key", ["", "%%", "AAAA", "A" * 1621])
def test_a_card_with_no_whole_sealing_key_is_taken(key: str) -> None:
    with pytest.raises(InvalidError, match="sealing_key"):
        parse(canon.encode(CARD.plain() | {"sealing_key": key}))


def test_a_card_without_end_is_taken() -> None:
    values = [f"{number:060}" for number in range(60)]
    data = canon.encode(CARD.plain() | {"caveats": dict.fromkeys("abcde", values)})
    assert len(data) > MAX_BYTES
    with pytest.raises(InvalidError, match="at most 16,384"):
        parse(data)
