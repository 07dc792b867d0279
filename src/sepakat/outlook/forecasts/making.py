"""A forecast, from a plan, what was said beside it, and the risks it runs.

A pure function of its inputs and the seed: whoever has them comes to the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sepakat.outlook.forecasts.figures import Figures
from sepakat.outlook.forecasts.picturing import picture
from sepakat.outlook.forecasts.simulating import Request, Simulated
from sepakat.outlook.forecasts.stating import state

__all__ = ["Made", "Request", "Simulated", "make"]

Step = Callable[[int, int], None]  # how far it has come, and of how much


@dataclass(frozen=True)
class Made:
    """The fields of the forecast that are computed, and the figures that its file holds."""

    body: dict[str, Any]
    figures: Figures

    @property
    def file(self) -> bytes:
        return self.figures.encode()


def make(request: Request, step: Step = lambda done, total: None) -> Made:
    """Simulate, and say what came of it. InvalidError names what of the inputs cannot be."""
    simulated = Simulated(request)
    parts = ("result", "bars", "treated")
    for done, part in enumerate(parts):
        step(done, len(parts) + 1)
        getattr(simulated, part)
    step(len(parts), len(parts) + 1)
    made = Made(state(simulated), picture(simulated))
    step(len(parts) + 1, len(parts) + 1)
    return made
