"""Verifying the signatures of many statements in one go, before the rules ask about each."""

from collections.abc import Callable

from sepakat.record.dsse import Envelope, Signature
from sepakat.record.keys import PublicKey

AHEAD = 256
"""Statements to look at before the rules take the first of them."""

Verify = Callable[[PublicKey, bytes, bytes], bool]
"""Whether a key has signed a message so: `verify(key, message, signature)`."""

IsSigned = Callable[[PublicKey, Envelope, Signature], bool]
"""Whether a signature of an envelope is the key's: `is_signed(key, envelope, signature)`."""


def is_signed(key: PublicKey, envelope: Envelope, signature: Signature) -> bool:
    return key.verifies(envelope.signed, signature.value)


class VerifiedAhead:
    """What `verify` says, asked once, and for many signatures before the answers are needed.

    Right after another one a signature takes less time than after the rules, which drive the
    curve's code out of the processor's caches.
    """

    def __init__(self, verify: Verify) -> None:
        self.good = 0  # of those that were asked about by `is_signed`
        self._verify = verify
        self._found: dict[bytes, tuple[PublicKey, Envelope, bool]] = {}

    def look(self, key: PublicKey, envelope: Envelope, signature: Signature) -> None:
        good = self._verify(key, envelope.signed, signature.value)
        self._found[signature.value] = key, envelope, good

    def is_signed(self, key: PublicKey, envelope: Envelope, signature: Signature) -> bool:
        looked_at = self._found.pop(signature.value, None)
        # By identity: a copy of the signature, under whatever else, is verified for itself.
        if looked_at and looked_at[0] is key and looked_at[1] is envelope:
            good = looked_at[2]
        else:
            good = self._verify(key, envelope.signed, signature.value)
        self.good += good
        return good
