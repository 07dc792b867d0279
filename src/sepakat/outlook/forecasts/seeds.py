"""The seed that a forecast has unless somebody picks another, which all can see."""

from datetime import date
from hashlib import sha256

from sepakat.record.kind import Object


def usual_seed(plan: Object, as_of: date) -> int:
    """It follows from the plan, as the other nation accepted it, and the day."""
    return int(sha256(f"{plan.head} {as_of.isoformat()}".encode()).hexdigest()[:8], 16)
