"""Locking scores before they are shown: a commitment that hides them, and cannot be kept to others.

commitment   SHA-256("sepakat/scores/v1" || salt[32] || SHA-256(canonical JSON of the scores))
"""

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from sepakat.record import canon

_USE: Final = b"sepakat/scores/v1"

Scores = Sequence[Mapping[str, Any]]  # rows of a score sheet, as they will be shown


def new_salt() -> str:
    return os.urandom(32).hex()


def commit_to(scores: Scores, salt: str) -> str:
    """The commitment to scores under a salt of 32 bytes, both in hexadecimal."""
    content = sha256(canon.write([dict(row) for row in scores])).digest()
    return sha256(_USE + bytes.fromhex(salt) + content).hexdigest()
