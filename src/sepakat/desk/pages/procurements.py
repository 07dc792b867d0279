"""What belongs to tenders, as one reader may see it: in as many queries for many as for one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

# By a field, the kinds that name a record in it: a tender, the notice of an award, a contract.
NAMING: Final[Mapping[str, tuple[str, ...]]] = {
    "tender": (
        *("procurement_strategy", "clarification", "question", "offer", "opening", "declaration"),
        *("score_sheet", "evaluation", "negotiation", "award", "award_notice", "appeal"),
        "procurement_audit",
    ),
    "notice": ("contract",),
    "contract": ("contract_change", "acceptance", "payment", "sustainment_report"),
}
HOLDERS: Final = {"award_notice": "notice", "contract": "contract"}
ALL: Final = ("need", "requirement", *(kind for kinds in NAMING.values() for kind in kinds))
MOST = 2000  # of a kind, over all tenders that are read at once


@dataclass(frozen=True)
class Procurement:
    """A tender and what belongs to it, by kind; all of it the reader may see."""

    tender: Object
    by_kind: Mapping[str, tuple[Object, ...]]

    @property
    def strategy(self) -> Object | None:
        """The strategy that the tender carries out."""
        return next(iter(self.by_kind["procurement_strategy"]), None)

    @property
    def things(self) -> tuple[Object, ...]:
        return (self.tender, *(thing for things in self.by_kind.values() for thing in things))


def procurements(
    access: Access, tenders: Sequence[Object], kinds: Sequence[str] = ALL
) -> list[Procurement]:
    """Each of the tenders, which the reader may see, with what of these kinds they may see."""
    of = {tender.id: tender.id for tender in tenders}  # a record, to the tender it belongs to
    named = {"tender": list(of), "notice": [], "contract": []}
    for field, naming in NAMING.items():
        for kind in naming:
            if kind not in kinds:
                continue
            for id_, about in _naming(access, kind, field, named[field]):
                of[id_] = of[about]
                if kind in HOLDERS:
                    named[HOLDERS[kind]].append(id_)
    found = {thing.id: thing for thing in _seen(access, of)}
    grounds = {thing.id: thing for thing in _seen(access, _grounds(found.values(), kinds))}
    belonging: dict[str, list[Object]] = {tender.id: [] for tender in tenders}
    for thing in found.values():
        if thing.kind != "tender":
            belonging[of[thing.id]].append(thing)
    for tender in tenders:
        named_here = _grounds([tender, *belonging[tender.id]], kinds)
        belonging[tender.id] += [grounds[id_] for id_ in named_here if id_ in grounds]
    return [Procurement(tender, _by_kind(belonging[tender.id])) for tender in tenders]


def _naming(access: Access, kind: str, field: str, ids: list[str]) -> list[tuple[str, str]]:
    """What names one of the records in a field: its identifier, and that record's."""
    labels = access.labels_of(kind)
    if not ids or not labels:
        return []
    seen = table(REGISTRY.get(kind)).objects.filter(label_id__in=labels, **{f"{field}__in": ids})
    return list(seen.order_by("id").values_list("id", field)[:MOST])


def _grounds(things: Iterable[Object], kinds: Sequence[str]) -> list[str]:
    """What tenders and strategies name themselves: requirements and needs."""
    found = []
    for thing in things:
        if thing.kind in ("tender", "procurement_strategy") and "requirement" in kinds:
            found += thing.fields["requirements"]
        if thing.kind == "procurement_strategy" and "need" in kinds:
            found.append(thing.fields["need"])
    return list(dict.fromkeys(found))


def _seen(access: Access, ids: Iterable[str]) -> list[Object]:
    return access.seen(rows.objects(ids).values())


def _by_kind(things: Iterable[Object]) -> dict[str, tuple[Object, ...]]:
    ordered = sorted(things, key=lambda thing: thing.id)
    return {kind: tuple(thing for thing in ordered if thing.kind == kind) for kind in ALL}
