"""Verifying the signatures of many statements in one go, before the rules ask about each."""

from collections.abc import Callable

from sepakat.record.keys import PublicKey

AHEAD = 256
"""Statements to look at before the rules take the first of them."""

Verify = Callable[[PublicKey, bytes, bytes], bool]
"""Whether a key has signed a message so: `verify(key, message, signature)`."""


class VerifiedAhead:
    """What `verify` says, asked once, and for many signatures before the answers are needed.

    Right after another one a signature takes less time than after the rules, which drive the
    curve's code out of the processor's caches.
    """

    def __init__(self, verify: Verify) -> None:
        self.good = 0  # of those that were asked about by `verify`
        self._verify = verify
        self._found: dict[bytes, tuple[tuple[PublicKey, bytes], bool]] = {}

    def look(self, key: PublicKey, message: bytes, signature: bytes) -> None:
        self._found[signature] = (key, message), self._verify(key, message, signature)

    def verify(self, key: PublicKey, message: bytes, signature: bytes) -> bool:
        of, good = self._found.pop(signature, (None, False))
        if of != (key, message):  # not looked at, or the same signature is copied to another
            good = self._verify(key, message, signature)
        self.good += good
        return good
