"""Signatures verified before the rules ask about them."""

from sepakat.record.keys import PublicKey, SigningKey
from sepakat.record.verifying import VerifiedAhead

ONE, TWO = SigningKey(bytes(32)), SigningKey(bytes(31) + b"1")
SIGNATURE = ONE.sign(b"message")


def test_what_was_looked_at_is_not_verified_again() -> None:
    asked = []

    def verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
        asked.append(message)
        return key.verifies(message, signature)

    ahead = VerifiedAhead(verify)
    ahead.look(ONE.public, b"message", SIGNATURE)
    ahead.look(ONE.public, b"another", b"bad" + SIGNATURE[3:])
    assert ahead.verify(ONE.public, b"message", SIGNATURE)
    assert not ahead.verify(ONE.public, b"another", b"bad" + SIGNATURE[3:])
    assert asked == [b"message", b"another"]


def test_a_good_signature_is_good_for_its_own_key_and_message_alone() -> None:
    for key, message in ((TWO.public, b"message"), (ONE.public, b"another")):
        ahead = VerifiedAhead(PublicKey.verifies)
        ahead.look(ONE.public, b"message", SIGNATURE)
        assert not ahead.verify(key, message, SIGNATURE)
        ahead.look(ONE.public, b"message", SIGNATURE)
        ahead.look(key, message, SIGNATURE)  # as if copied to a later statement
        assert ahead.verify(ONE.public, b"message", SIGNATURE)
        assert not ahead.verify(key, message, SIGNATURE)


def test_those_never_looked_at_are_verified_when_asked_about() -> None:
    ahead = VerifiedAhead(PublicKey.verifies)
    assert ahead.verify(ONE.public, b"message", SIGNATURE)
    assert not ahead.verify(TWO.public, b"message", SIGNATURE)


def test_only_good_answers_that_were_asked_for_are_counted() -> None:
    ahead = VerifiedAhead(PublicKey.verifies)
    ahead.look(ONE.public, b"message", SIGNATURE)
    assert ahead.good == 0
    ahead.verify(ONE.public, b"message", SIGNATURE)
    ahead.verify(TWO.public, b"message", SIGNATURE)
    assert ahead.good == 1
