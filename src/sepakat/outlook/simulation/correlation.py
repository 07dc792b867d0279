"""Which uncertainties move together, beyond the risks that they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite, sqrt
from typing import Any

from sepakat.record.errors import InvalidError

MAX_CORRELATED = 100  # activities; the work grows with the square, that of mending with the cube
ROUNDS = 300
DIGITS = 6  # kept of a repaired matrix, so that no machine's last bits matter
_SMALL = 1e-8

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Correlation:
    """The correlations of normal scores: a Gaussian copula between activities' uncertainties.

    The rank correlations of the durations come out up to 0.02 nearer to 0. Raises InvalidError
    unless the matrix is symmetric, has 1 on its diagonal, and is positive semidefinite; `repaired`
    mends what lacks only the last.
    """

    activities: tuple[str, ...]
    matrix: Rows

    def __post_init__(self) -> None:
        _check(self.activities, self.matrix)
        if self.factor() is None:
            raise InvalidError(
                "no durations can have these correlations: the matrix is not positive semidefinite",
                where="correlation",
                fix="Correct it, or take the nearest one that is, and say how far away it was",
            )

    def factor(self) -> list[list[float]] | None:
        """The lower triangle whose product with its transpose the matrix is, or None.

        Cholesky's, without a pivot: what depends on earlier rows alone gets a column of zeros. Sums
        are rounded once (`fsum`), so that they are the same everywhere.
        """
        size = len(self.activities)
        lower = [[0.0] * size for _ in range(size)]
        for j in range(size):
            column = [
                self.matrix[i][j]
                - fsum(x * y for x, y in zip(lower[i][:j], lower[j], strict=False))
                for i in range(j, size)
            ]
            if column[0] < -_SMALL:
                return None
            if column[0] > _SMALL:
                for i in range(j, size):
                    lower[i][j] = column[i - j] / sqrt(column[0])
            elif any(abs(left) > sqrt(_SMALL) for left in column[1:]):
                return None
        return lower


@dataclass(frozen=True, slots=True)
class Repair:
    """The nearest correlation matrix, and how far it is from the given one.

    `distance` is Frobenius's, the root of the sum of the squared differences of all entries;
    `largest` is the largest of those differences.
    """

    correlation: Correlation
    distance: float
    largest: float


def repaired(activities: Sequence[str], matrix: Sequence[Sequence[float]]) -> Repair:
    """What stands already, as it is; else the nearest correlation matrix.

    By alternating projections with Dykstra's correction, on the semidefinite matrices and on those
    with 1 on the diagonal: N. J. Higham, *Computing the nearest correlation matrix*, IMA Journal of
    Numerical Analysis 22 (2002), algorithm 3.3. Its result is drawn towards no correlation by a few
    millionths, so that it stands after it is rounded to six decimals.
    """
    import numpy as np

    names, rows = tuple(activities), tuple(tuple(float(x) for x in row) for row in matrix)
    _check(names, rows)
    try:
        return Repair(Correlation(names, rows), 0.0, 0.0)
    except InvalidError:
        given = np.array(rows)
        found = _nearest(given)
        margin = 2e-6 * len(names)
        found = np.round(found / (1 + margin), DIGITS)
        np.fill_diagonal(found, 1.0)
        apart = np.abs(found - given)
        correlation = Correlation(names, tuple(tuple(row) for row in found.tolist()))
        return Repair(correlation, float(np.sqrt((apart**2).sum())), float(apart.max()))


def _nearest(given: Any) -> Any:
    import numpy as np

    found, correction = given.copy(), np.zeros_like(given)
    for _ in range(ROUNDS):
        start = found - correction
        values, vectors = np.linalg.eigh(start)
        inside = (vectors * np.maximum(values, 0)) @ vectors.T
        correction = inside - start
        found = inside.copy()
        np.fill_diagonal(found, 1.0)
        if np.abs(found - inside).max() < 1e-7:
            break
    # Scaled, it is semidefinite with 1 on its diagonal, even where the rounds were too few.
    scale = 1 / np.sqrt(np.diag(inside))
    found = inside * np.outer(scale, scale)
    return (found + found.T) / 2


def _check(activities: tuple[str, ...], matrix: Rows) -> None:
    size = len(activities)
    if not 0 < size <= MAX_CORRELATED:
        raise InvalidError(
            f"{size} correlated activities are not from 1 to {MAX_CORRELATED}",
            fix="Let a risk that they share correlate more",
        )
    if len(set(activities)) < size:
        raise InvalidError("names an activity twice", where="correlation")
    if len(matrix) != size or any(len(row) != size for row in matrix):
        raise InvalidError(f"the matrix must have {size} rows of {size}", where="correlation")
    for i, row in enumerate(matrix):
        for j, x in enumerate(row):
            where = f"correlation of {activities[i]} and {activities[j]}"
            if not isfinite(x) or not -1 <= x <= 1:
                raise InvalidError(
                    f"{x} is not from -1 to 1",
                    where=where,
                    fix="Give one in that range: from -100 to 100 per cent",
                )
            if i == j and x != 1:
                raise InvalidError(
                    f"is {x}, and must be 1", where=where, fix="Correlate two different activities"
                )
            if abs(x - matrix[j][i]) > _SMALL:
                raise InvalidError(f"is {x} one way and {matrix[j][i]} the other", where=where)
