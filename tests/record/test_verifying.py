"""Signatures verified before the rules ask about them."""

from sepakat.record.dsse import Envelope, Signature, sign
from sepakat.record.keys import PublicKey, SigningKey
from sepakat.record.verifying import VerifiedAhead

ONE, TWO = SigningKey(bytes(32)), SigningKey(bytes(31) + b"1")
SAID, OTHER = sign("type", b"message", ONE), sign("type", b"another", ONE)
GOOD = SAID.signatures[0]
BAD = Signature(GOOD.keyid, b"bad" + GOOD.value[3:])


def test_what_was_looked_at_is_not_verified_again() -> None:
    asked = []

    def verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
        asked.append(signature)
        return key.verifies(message, signature)

    ahead = VerifiedAhead(verify)
    ahead.look(ONE.public, SAID, GOOD)
    ahead.look(ONE.public, OTHER, BAD)
    assert ahead.is_signed(ONE.public, SAID, GOOD)
    assert not ahead.is_signed(ONE.public, OTHER, BAD)
    assert asked == [GOOD.value, BAD.value]


def test_a_good_signature_is_good_for_its_own_key_and_message_alone() -> None:
    for key, envelope in ((TWO.public, SAID), (ONE.public, OTHER)):
        ahead = VerifiedAhead(PublicKey.verifies)
        ahead.look(ONE.public, SAID, GOOD)
        assert not ahead.is_signed(key, envelope, GOOD)
        ahead.look(ONE.public, SAID, GOOD)
        ahead.look(key, envelope, GOOD)  # as if copied to a later statement
        assert ahead.is_signed(ONE.public, SAID, GOOD)
        assert not ahead.is_signed(key, envelope, GOOD)


def test_an_envelope_that_says_the_same_is_verified_for_itself() -> None:
    again = Envelope(SAID.payload_type, SAID.payload, (GOOD,))
    ahead = VerifiedAhead(PublicKey.verifies)
    ahead.look(ONE.public, SAID, GOOD)
    assert ahead.is_signed(ONE.public, again, GOOD)


def test_those_never_looked_at_are_verified_when_asked_about() -> None:
    ahead = VerifiedAhead(PublicKey.verifies)
    assert ahead.is_signed(ONE.public, SAID, GOOD)
    assert not ahead.is_signed(TWO.public, SAID, GOOD)


def test_only_good_answers_that_were_asked_for_are_counted() -> None:
    ahead = VerifiedAhead(PublicKey.verifies)
    ahead.look(ONE.public, SAID, GOOD)
    assert ahead.good == 0
    ahead.is_signed(ONE.public, SAID, GOOD)
    ahead.is_signed(TWO.public, SAID, GOOD)
    assert ahead.good == 1
