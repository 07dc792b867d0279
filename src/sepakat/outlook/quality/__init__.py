"""How good a schedule is, before anyone believes a forecast that is made from it.

The fourteen checks are those of the Defense Contract Management Agency's schedule assessment; the
ten practices those of the GAO Schedule Assessment Guide (GAO-16-89G). See
docs/methods/schedule-quality.md.
"""

from sepakat.outlook.quality.dcma import CHECKS, assess
from sepakat.outlook.quality.finding import Check, Finding, blocking
from sepakat.outlook.quality.gao import PRACTICES, Answer, Practice, practices

__all__ = [
    "CHECKS",
    "PRACTICES",
    "Answer",
    "Check",
    "Finding",
    "Practice",
    "assess",
    "blocking",
    "practices",
]
