"""What is late and what is due soon: every record with a day on which it is due, not yet done."""

from dataclasses import dataclass
from datetime import date, timedelta

from sepakat.desk.kinds.forms import title_field
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.vocabulary import REGISTRY

AHEAD = timedelta(days=30)
MAX_DUE = 30
# By kind, the states in which something is still to be done by its day.
OPEN = {
    "obligation": ("in_force", "fulfilment_proposed"),
    "milestone": ("planned",),
    "gate": ("planned", "tabled", "deferred", "refused"),
    "action_item": ("undertaken", "asked", "accepted", "reported"),
}


@dataclass(frozen=True)
class Due:
    """A record that is due on a day."""

    id: str
    kind: str
    title: str
    on: str
    owner: str
    state: str


def late(access: Access, today: date) -> list[Due]:
    """What is past its day, longest first."""
    return _due(access, {"due__lt": today.isoformat()})


def soon(access: Access, today: date) -> list[Due]:
    """What is due from today on, for thirty days."""
    until = (today + AHEAD).isoformat()
    return _due(access, {"due__gte": today.isoformat(), "due__lte": until})


def _due(access: Access, condition: dict[str, str]) -> list[Due]:
    found: list[Due] = []
    for name, states in OPEN.items():
        kind = REGISTRY.get(name)
        rows = table(kind).objects.filter(
            **condition, state__in=states, label_id__in=access.labels_of(name)
        )
        columns = ("id", title_field(kind), "due", "owner", "state")
        for id_, title, on, owner, state in rows.order_by("due").values_list(*columns)[:MAX_DUE]:
            found.append(Due(id_, name, title or id_, on, owner, state))
    return sorted(found, key=lambda one: (one.on, one.id))[:MAX_DUE]
