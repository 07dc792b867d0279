"""Leaves: what a log holds is a salted commitment, which gives nothing away.

Whoever is shown salt and envelope can check that the log has held them since that leaf was made.
"""

from hashlib import sha256

SALT_BYTES = 32
_PREFIX = b"sepakat/leaf/v1"


def commit(salt: bytes, envelope: bytes) -> bytes:
    """The log entry that commits to an envelope."""
    return sha256(_PREFIX + salt + envelope).digest()
