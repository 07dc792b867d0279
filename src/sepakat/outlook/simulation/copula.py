"""The correlated activities' numbers: made normal, mixed, and made uniform again.

Only operations that IEEE 754 rounds alike everywhere are used: those of libraries for logarithms
and matrices differ in their last bits from one machine to another.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sepakat.outlook.simulation.arrays import Arrays
from sepakat.outlook.simulation.randoms import Floats, Purpose, Words, uniforms

Doubles = NDArray[np.float64]

_LN2_HIGH, _LN2_LOW = float.fromhex("0x1.62e42feep-1"), float.fromhex("0x1.a39ef35793c76p-33")
_LEAST = 2.0**-24


def correlated(a: Arrays, keys: Words, blocks: range) -> Floats:
    """A row of numbers above 0 and below 1 for each correlated activity."""
    rows = np.flatnonzero(a.correlated >= 0)
    rows = rows[np.argsort(a.correlated[rows])]
    scores = []
    for row in rows:
        words = int(a.stream[row, 0]), int(a.stream[row, 1])
        scores.append(quantile(uniforms(keys, Purpose.DURATION, words, blocks).astype(np.float64)))
    found = np.empty((len(rows), len(blocks) * 64), dtype=np.float32)
    for i, weights in enumerate(a.factor):
        mixed = np.zeros(found.shape[1])
        for weight, score in zip(weights[: i + 1], scores, strict=False):
            mixed = mixed + weight * score
        found[i] = np.clip(probability(mixed), _LEAST, 1 - _LEAST)
    return found


def quantile(p: Doubles) -> Doubles:
    """The standard normal quantile to about seven digits.

    M. J. Wichura, algorithm AS 241 (PPND7), Applied Statistics 37 (1988).
    """
    q = p - 0.5
    r = 0.180625 - q * q
    middle = (
        q
        * _polynomial(r, 3.3871327179e0, 5.0434271938e1, 1.5929113202e2, 5.9109374720e1)
        / _polynomial(r, 1.0, 1.7895169469e1, 7.8757757664e1, 6.7187563600e1)
    )
    r = np.sqrt(-_log(np.where(q < 0, p, 1 - p)))
    near = _polynomial(
        r - 1.6, 1.4234372777e0, 2.7568153900e0, 1.3067284816e0, 1.7023821103e-1
    ) / _polynomial(r - 1.6, 1.0, 7.3700164250e-1, 1.2021132975e-1)
    # Beyond r = 5 lies one in 7e10, which numbers of 23 bits do not reach.
    tail = np.where(q < 0, -near, near)
    return np.where(np.abs(q) <= 0.425, middle, tail)


def probability(x: Doubles) -> Doubles:
    """The standard normal distribution to 7.5e-8: Abramowitz and Stegun (1964), 26.2.17."""
    t = 1 / (1 + 0.2316419 * np.abs(x))
    series = t * _polynomial(t, 0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)
    above = _exp(-0.5 * x * x) * 0.3989422804014327 * series
    return np.where(x < 0, above, 1 - above)


def _log(x: Doubles) -> Doubles:
    """Of numbers above 0: twice the series of artanh, about 1."""
    fraction, exponent = np.frexp(x)
    low = fraction < 0.7071067811865476
    fraction, exponent = np.where(low, 2 * fraction, fraction), exponent - low
    s = (fraction - 1) / (fraction + 1)
    odd = _polynomial(s * s, *(2 / n for n in range(1, 23, 2)))
    return np.asarray(exponent * _LN2_LOW + s * odd + exponent * _LN2_HIGH)


def _exp(x: Doubles) -> Doubles:
    """Of numbers from -700 to 0: Taylor's series on what is left of halvings."""
    halvings = np.rint(x * 1.4426950408889634)
    rest = (x - halvings * _LN2_HIGH) - halvings * _LN2_LOW
    terms, factorial = [], 1.0
    for n in range(14):
        factorial *= n or 1
        terms.append(1 / factorial)
    return np.ldexp(_polynomial(rest, *terms), halvings.astype(np.int32))


def _polynomial(x: Doubles, *coefficients: float) -> Doubles:
    """By Horner's rule; the constant comes first."""
    found: Any = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        found = found * x + coefficient
    return np.asarray(found)
