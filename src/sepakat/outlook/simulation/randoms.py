"""Random numbers that are looked up, not drawn: Philox4x32-10, keyed by seed, name and iteration.

J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw: *Parallel random numbers: as easy as 1, 2, 3*,
SC 2011. A number is a function of its key and counter, so whoever asks for it, on any machine, in
any order and in any other model that has the same name in it, gets the same.

The key is the seed. The counter is (place, purpose, stream), where the stream is made of the name
of the activity, risk or branch. One block of four words serves four iterations: of 64 that follow
one another, words 0 to 3 of place p serve the p-th, and the 16th, 32nd and 48th after it. So 16
places fill a block, in an order that vector registers like.
"""

from enum import IntEnum
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sepakat.record.errors import InvalidError

LANES = 64  # iterations in a block
PLACES = LANES // 4
ROUNDS = 10
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85
MASK = 0xFFFFFFFF

Floats = NDArray[np.float32]
Words = NDArray[np.uint64]


class Purpose(IntEnum):
    """What a number is for, so that no two uses under one name share it."""

    DURATION = 0
    COST = 1
    OCCURS = 2
    IMPACT = 3
    BRANCH = 4


def round_keys(seed: int) -> Words:
    """The keys of the ten rounds, as rows of two words. Seeds are from 0 to 2**64 - 1."""
    if not 0 <= seed < 1 << 64:
        raise InvalidError(f"the seed {seed} is not from 0 to 2**64 - 1")
    words = seed & MASK, seed >> 32
    rows = [[(k + i * w) & MASK for k, w in zip(words, WEYL, strict=True)] for i in range(ROUNDS)]
    return np.array(rows, dtype=np.uint64)


def stream(name: str) -> tuple[int, int]:
    """The two words of the counter that a name stands for: the start of its SHA-256."""
    digest = sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


def philox(keys: Words, counter: tuple[Any, Any, Any, Any]) -> list[Words]:
    """The four words, each from 0 to 2**32 - 1, of these counters."""
    mask, half = np.uint64(MASK), np.uint64(32)
    first, second = (np.uint64(m) for m in MULTIPLIERS)
    c0, c1, c2, c3 = (np.asarray(word, dtype=np.uint64) for word in counter)
    for k0, k1 in keys:
        p0, p1 = first * c0, second * c2
        c0, c1, c2, c3 = (p1 >> half) ^ c1 ^ k0, p1 & mask, (p0 >> half) ^ c3 ^ k1, p0 & mask
    return list(np.broadcast_arrays(c0, c1, c2, c3))


def uniforms(keys: Words, purpose: Purpose, words: tuple[int, int], blocks: range) -> Floats:
    """A number above 0 and below 1 for each iteration of these blocks, in their order.

    It is (k + 1/2) / 2**23 for a whole k: exact in float32, and so is 1 less it.
    """
    places = np.arange(blocks.start * PLACES, blocks.stop * PLACES, dtype=np.uint64)
    found = philox(keys, (places, int(purpose), words[0], words[1]))
    lanes = np.stack([word.reshape(len(blocks), PLACES) for word in found], axis=1)
    steps = (lanes.reshape(-1) >> np.uint64(9)).astype(np.float32)
    return (steps + np.float32(0.5)) * np.float32(2.0**-23)
