"""What has been said, newest first, as one reader may see it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sepakat.desk.kinds.objects import title_of
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Statement
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

STRETCH = 100
MAX_STRETCHES = 20


@dataclass(frozen=True)
class Said:
    """A statement in a list: what it did to which record, and where it stands."""

    nation: str
    index: int
    at: str
    action: str
    kind: str
    object: str
    title: str


def said(
    access: Access,
    nations: Iterable[str],
    most: int,
    after: dict[str, int] | None = None,
    without: Collection[str] = (),
) -> tuple[list[Said], bool]:
    """The newest standing statements of these nations, and whether there are more.

    `after` gives, by nation, the size of the log from which on they count; `without` are kinds
    that are left out.
    """
    kinds = [kind for kind in REGISTRY.kinds if kind not in without]
    found: list[Said] = []
    for nation in nations:
        found += _newest(access, nation, most + 1, (after or {}).get(nation, 0), kinds)
    found.sort(key=lambda one: (one.at, one.index), reverse=True)
    return found[:most], len(found) > most


def _newest(
    access: Access, nation: str, most: int, first: int, kinds: Collection[str]
) -> list[Said]:
    """By the order of its log, which needs no sorting; a stretch of it at a time, as what a policy
    hides of a kind is known only from the object."""
    labels = {number for kind in kinds for number in access.labels_of(kind)}
    rows_ = Statement.objects.filter(
        nation=nation, index__gte=first, status="standing", label_id__in=labels
    ).order_by("-index")
    found: list[Said] = []
    before = None
    for _stretch in range(MAX_STRETCHES):
        part = list((rows_ if before is None else rows_.filter(index__lt=before))[:STRETCH])
        things = rows.objects(row.object for row in part)
        for row in part:
            thing = things.get(row.object)
            if thing and thing.kind in kinds and access.may_view(thing.kind, thing.label):
                found.append(_said(row, thing))
        if len(part) < STRETCH or len(found) >= most:
            break
        before = part[-1].index
    return found[:most]


def _said(row: Statement, thing: Object) -> Said:
    return Said(row.nation, row.index, row.at, row.action, thing.kind, row.object, title_of(thing))
