"""How good earlier forecasts were: each scored as it would have been made on its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sepakat.outlook.learning.reference import Corrected, Outcome, PublicClass, correct


@dataclass(frozen=True, slots=True)
class Scored:
    outcome: Outcome
    corrected: Corrected


@dataclass(frozen=True, slots=True)
class StageScore:
    """How the forecasts at one stage came out.

    `coverage` is, by level, the share of outcomes at or below that quantile: near the level where
    forecasts are calibrated. `pinball` is the mean loss over levels and forecasts, as a share of
    the forecast, of the corrected quantiles; `uncorrected` that of the forecast itself. Less is
    better. `uncovered` counts forecasts for which there were no quantiles.
    """

    stage: str
    count: int
    uncovered: int
    coverage: Mapping[float, float]
    pinball: float | None
    uncorrected: float | None


def rolling(
    outcomes: Sequence[Outcome],
    public: PublicClass | None = None,
    levels: Sequence[float] = (0.1, 0.5, 0.8, 0.9),
) -> tuple[Scored, ...]:
    """Each forecast, by the day on which it was said, corrected from what was known before then."""
    ordered = sorted(outcomes, key=lambda o: (o.said, o.subject, o.stage, o.forecast))
    return tuple(
        Scored(o, correct(o.forecast, o.stage, o.said, ordered, public, levels)) for o in ordered
    )


def table(scored: Sequence[Scored]) -> tuple[StageScore, ...]:
    """One line for each stage, by its name."""
    stages = sorted({one.outcome.stage for one in scored})
    return tuple(_line(stage, [s for s in scored if s.outcome.stage == stage]) for stage in stages)


def _line(stage: str, scored: Sequence[Scored]) -> StageScore:
    made = [one for one in scored if one.corrected.quantiles]
    if not made:
        return StageScore(stage, len(scored), len(scored), {}, None, None)
    levels = tuple(made[0].corrected.quantiles)
    coverage = {
        level: sum(s.outcome.actual <= s.corrected.quantiles[level] for s in made) / len(made)
        for level in levels
    }
    pairs = [(one, level) for one in made for level in levels]
    ours = sum(_loss(s, level, s.corrected.quantiles[level]) for s, level in pairs)
    theirs = sum(_loss(s, level, s.outcome.forecast) for s, level in pairs)
    uncovered = len(scored) - len(made)
    means = (ours / len(pairs), theirs / len(pairs))
    return StageScore(stage, len(scored), uncovered, coverage, *means)


def _loss(scored: Scored, level: float, quantile: float) -> float:
    return pinball(level, quantile, scored.outcome.actual) / scored.outcome.forecast


def pinball(level: float, quantile: float, actual: float) -> float:
    """The loss that is least, on average, where `quantile` is the outcome's at that level.

    R. Koenker, G. Bassett: Regression Quantiles, Econometrica 46 (1978).
    """
    return max(level * (actual - quantile), (level - 1) * (actual - quantile))
