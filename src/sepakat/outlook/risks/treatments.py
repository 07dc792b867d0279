"""What is done about a risk beforehand, and what the risk is after it."""

from collections.abc import Mapping, Sequence
from typing import Any

Fields = Mapping[str, Any]


def treatment_of(risk: Fields) -> Fields | None:
    """The treatment of a risk's fields that is under way, if one is."""
    rows: Sequence[Fields] = risk.get("treatments", ())
    return next((row for row in rows if row["title"] == risk.get("treated")), None)
