"""Red flags over Open Contracting data: what may be worth a question, and never a verdict.

The definitions are those of the Open Contracting Partnership's Cardinal, by its codes. Each has a
module here, and a page in docs/methods with what would explain it innocently.
"""

from sepakat.industry.redflags.findings import Findings, Flag
from sepakat.industry.redflags.running import INDICATORS, run
from sepakat.industry.redflags.settings import Settings

__all__ = ["INDICATORS", "Findings", "Flag", "Settings", "run"]
