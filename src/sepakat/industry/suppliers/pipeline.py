"""The supplier pipeline: who stands at which stage, and whose certifications are about to end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sepakat.industry.suppliers.kinds import STAGES
from sepakat.record.kind import Object

AHEAD = timedelta(days=90)
# Who has applied for a stage still stands at the one before.
_APPLIED = {
    "qualification_applied": "in_research",
    "production_applied": "qualified",
    "support_applied": "in_production",
}


@dataclass(frozen=True, slots=True)
class Pipeline:
    stages: tuple[tuple[str, tuple[Object, ...]], ...]  # from research to support
    expiring: tuple[Object, ...]  # certifications that end within ninety days, or have ended


def pipeline(suppliers: Iterable[Object], certifications: Iterable[Object], day: date) -> Pipeline:
    """Where each supplier stands on a day; who has withdrawn stands nowhere."""
    at: dict[str, list[Object]] = {stage: [] for stage in STAGES}
    for supplier in sorted(suppliers, key=lambda thing: thing.id):
        stage = _APPLIED.get(supplier.state, supplier.state)
        if stage in at:
            at[stage].append(supplier)
    until = (day + AHEAD).isoformat()
    expiring = [
        thing
        for thing in certifications
        if thing.state in ("in_force", "expired") and thing.fields["expires"] <= until
    ]
    return Pipeline(
        tuple((stage, tuple(found)) for stage, found in at.items()),
        tuple(sorted(expiring, key=lambda thing: (thing.fields["expires"], thing.id))),
    )
