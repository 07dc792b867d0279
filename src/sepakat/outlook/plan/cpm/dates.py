"""What scheduling finds out about an activity."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Dates:
    """`start` and `finish` are when it happens: actual where it has, scheduled where not. Floats
    are minutes of work by the activity's calendar; what is finished has none."""

    start: datetime
    finish: datetime
    early_start: datetime
    early_finish: datetime
    late_start: datetime
    late_finish: datetime
    total_float: int
    free_float: int
    is_critical: bool
