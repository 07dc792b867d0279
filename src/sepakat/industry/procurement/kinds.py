"""All that may be said of a procurement, stage by stage."""

from sepakat.industry.procurement.contracting.kinds import KINDS as CONTRACTING
from sepakat.industry.procurement.evaluation.kinds import KINDS as EVALUATION
from sepakat.industry.procurement.oversight.kinds import KINDS as OVERSIGHT
from sepakat.industry.procurement.planning.kinds import KINDS as PLANNING
from sepakat.industry.procurement.tendering.kinds import KINDS as TENDERING
from sepakat.record.kind import Kind

KINDS: tuple[type[Kind], ...] = (
    *PLANNING,
    *TENDERING,
    *EVALUATION,
    *CONTRACTING,
    *OVERSIGHT,
)
