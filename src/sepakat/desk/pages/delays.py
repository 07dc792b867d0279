"""Lead times of procurements, from the statements about them that one reader may see.

They are shown where the reader sees the strategy, which has the targets: whoever sees less of a
procurement would find stages missing, and take them for open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sepakat.desk.pages.procurements import Procurement
from sepakat.industry.procurement.leadtimes import (
    ACTIONS,
    KINDS,
    LeadTimes,
    lead_times,
    story,
    targets_of,
)
from sepakat.node.authorisation import Access
from sepakat.node.models import Statement
from sepakat.record.errors import SepakatError
from sepakat.record.fold import read
from sepakat.record.statement import Statement as Said

NAMES = sorted({action for _kind, action in ACTIONS})
CHUNK = 500  # identifiers in one query


@dataclass(frozen=True)
class Told:
    """A statement that stands, and where."""

    nation: str
    index: int
    digest: str
    said: Said


def told(access: Access, things: Iterable[str]) -> list[Told]:
    """What was said of records that reaches a stage or holds one up, in the order of its times."""
    labels = {number for kind in KINDS for number in access.labels_of(kind)}
    ids = list(dict.fromkeys(things))
    found = []
    for start in range(0, len(ids), CHUNK):
        rows = Statement.objects.filter(
            object__in=ids[start : start + CHUNK],
            action__in=NAMES,
            status="standing",
            label_id__in=labels,
        )
        for row in rows:
            try:
                said = read(row.nation, row.index, bytes(row.envelope)).statement
            except SepakatError:
                continue  # it cannot be read, and changes nothing
            if said is not None and access.may_view(said.kind, said.label):
                found.append(Told(row.nation, row.index, row.digest, said))
    return sorted(found, key=lambda one: (one.said.at, one.nation, one.index))


def timed(
    found: Iterable[Procurement], said: Iterable[Told], today: date
) -> Mapping[str, LeadTimes]:
    """The lead times on a day, by tender, of those whose strategy the reader sees."""
    by_object: dict[str, list[Told]] = {}
    for one in said:
        by_object.setdefault(one.said.object, []).append(one)
    times = {}
    for each in found:
        if each.strategy is None:
            continue
        own = (one for thing in each.things for one in by_object.get(thing.id, ()))
        pairs = ((one.digest, one.said) for one in own)
        times[each.tender.id] = lead_times(story(pairs), targets_of(each.strategy.fields), today)
    return times
