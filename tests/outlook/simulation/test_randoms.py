"""Random numbers: Philox as published, and no number used twice."""

import numpy as np
import pytest

from sepakat.outlook.simulation import kernel
from sepakat.outlook.simulation.randoms import (
    LANES,
    PLACES,
    Purpose,
    philox,
    round_keys,
    stream,
    uniforms,
)
from sepakat.record.errors import InvalidError

# Random123, kat_vectors: philox4x32 10, counter, key, result.
VECTORS = """
00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1
"""


@pytest.mark.parametrize("line", VECTORS.strip().splitlines())
def test_philox_that_differs_from_the_published_one(line: str) -> None:
    words = [int(word, 16) for word in line.split()]
    keys = round_keys(words[4] | words[5] << 32)
    c0, c1, c2, c3 = words[:4]
    assert [int(word) for word in philox(keys, (c0, c1, c2, c3))] == words[6:]
    found = kernel._philox(keys, *(np.uint64(word) for word in words[:4]))
    assert [int(word) & 0xFFFFFFFF for word in found] == words[6:]


def test_iteration_that_takes_the_number_of_another() -> None:
    keys, words = round_keys(12), stream("a")
    row = uniforms(keys, Purpose.COST, words, range(3, 5))
    assert len(set(row.tolist())) == 2 * LANES
    for i in (0, 15, 16, 33, 63, 64, 100):
        block, lane = 3 + i // LANES, i % LANES
        counter = (block * PLACES + lane % PLACES, int(Purpose.COST), *words)
        word = int(philox(keys, counter)[lane // PLACES])
        assert float(row[i]) == ((word >> 9) + 0.5) / 2**23


def test_numbers_that_reach_0_or_1_or_are_not_even() -> None:
    row = uniforms(round_keys(5), Purpose.DURATION, stream("b"), range(4096)).astype(float)
    assert row.min() > 0
    assert row.max() < 1
    counts = np.bincount((row * 64).astype(int), minlength=64)
    expected = len(row) / 64
    chi2 = ((counts - expected) ** 2 / expected).sum()
    assert chi2 < 120.6  # one in 100,000 of 63 degrees of freedom is beyond


def test_names_seeds_or_purposes_that_share_numbers() -> None:
    rows = [
        uniforms(round_keys(seed), purpose, stream(name), range(1)).tobytes()
        for seed in (0, 1, 1 << 32)
        for purpose in Purpose
        for name in ("a", "b", "")
    ]
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize("seed", [-1, 1 << 64])
def test_seed_that_would_be_cut(seed: int) -> None:
    with pytest.raises(InvalidError):
        round_keys(seed)
