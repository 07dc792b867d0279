"""Sealed offers: what one officer alone, a thief or a careless hand must not achieve."""

from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat.industry.procurement import sealing
from sepakat.industry.procurement.sealing import SealedOffer, open_offer, open_share, seal_offer
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.seal import SealingKey

CONTENT = b"Twelve sets at 1,000,000 each."


@cache
def officers() -> tuple[SealingKey, SealingKey]:
    return SealingKey.generate(), SealingKey.generate()


def sealed(content: bytes = CONTENT) -> SealedOffer:
    return seal_offer(content, [officer.public for officer in officers()])


def shares_of(offer: SealedOffer) -> list[sealing.Share]:
    return [open_share(offer, officer) for officer in officers()]


@settings(max_examples=25)
@given(content=st.binary(max_size=3000), turned=st.booleans())
def test_both_officers_open_it_in_either_order(content: bytes, turned: bool) -> None:
    offer = SealedOffer.decode(sealed(content).encode())
    shares = shares_of(offer)
    opened = open_offer(offer, shares[::-1] if turned else shares)
    assert opened.content == content
    assert opened.sha256 == sha256(content).hexdigest()
    given = b"sepakat/offer/v1" + bytes.fromhex(opened.salt) + bytes.fromhex(opened.sha256)
    assert sha256(given).hexdigest() == offer.commitment, "as the format says"


@pytest.mark.parametrize("place", [0, 1])
def test_one_officer_alone_cannot_open_it(place: int) -> None:
    offer = sealed()
    share = shares_of(offer)[place]
    guess = replace(share, place=1 - place)
    for shares in ([], [share], [share, share], [share, guess]):
        with pytest.raises(ProofError):
            open_offer(offer, shares)
    blank = replace(guess, secret=bytes(32))  # then the key would be the officer's own share
    with pytest.raises(ProofError):
        open_offer(offer, [share, blank])


def test_a_stranger_has_no_share() -> None:
    with pytest.raises(ProofError, match="no share"):
        open_share(sealed(), SealingKey.generate())


def test_the_key_itself_is_in_no_share() -> None:
    """Two offers under one content and officers share no secret."""
    one, two = (shares_of(sealed()) for _ in range(2))
    assert len({share.secret for share in (*one, *two)}) == 4


def test_shares_of_another_offer_do_not_open() -> None:
    one, two = sealed(), sealed()
    with pytest.raises(ProofError, match="another offer"):
        open_offer(one, shares_of(two))
    moved = [replace(share, commitment=one.commitment) for share in shares_of(two)]
    with pytest.raises(ProofError):
        open_offer(one, moved)
    with pytest.raises(ProofError):
        open_share(replace(one, shares=two.shares), officers()[0])


def test_shares_cannot_change_places() -> None:
    offer = sealed()
    with pytest.raises(ProofError):
        open_share(replace(offer, shares=offer.shares[::-1]), officers()[0])


@settings(max_examples=60)
@given(data=st.data())
def test_a_changed_byte_anywhere_is_refused(data: st.DataObject) -> None:
    whole = bytearray(sealed().encode())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((ProofError, InvalidError)):
        offer = SealedOffer.decode(bytes(whole))
        open_offer(offer, shares_of(offer))


@settings(max_examples=30)
@given(cut=st.integers(0, 2600))
def test_a_cut_file_is_refused(cut: int) -> None:
    whole = sealed().encode()
    with pytest.raises((ProofError, InvalidError)):
        offer = SealedOffer.decode(whole[: min(cut, len(whole) - 1)])
        open_offer(offer, shares_of(offer))


def test_a_content_that_is_not_committed_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bidder may seal one thing and commit to another; that is found when it is opened."""
    promised = sealing.commit(bytes(32), sha256(b"cheap").digest())
    monkeypatch.setattr(sealing, "commit", lambda salt, digest: promised)
    offer = sealed(b"dear")
    monkeypatch.undo()
    with pytest.raises(ProofError, match="not what the offer commits to"):
        open_offer(offer, shares_of(offer))


def test_it_is_sealed_to_two_different_officers() -> None:
    one, two = (officer.public for officer in officers())
    for wrong in ([one], [one, one], [one, two, one], []):
        with pytest.raises(InvalidError, match="two officers"):
            seal_offer(CONTENT, wrong)


def test_same_content_commits_differently_each_time() -> None:
    assert sealed().commitment != sealed().commitment


def test_a_share_does_not_print_its_secret() -> None:
    share = shares_of(sealed())[0]
    assert share.secret.hex() not in repr(share)
    assert repr(share.secret) not in repr(share)
