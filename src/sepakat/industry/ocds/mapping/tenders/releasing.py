"""Releases of procurements: one for each statement that OCDS has a place for.

A release is made of one statement and of what that relies on. As nothing relies on what its readers
may not see, a reader's label chooses among releases and changes none of them. What follows from all
of them together, with what is withheld, is in a release of its own, at the time of the export.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sepakat.industry.kinds import Obligation, Organisation
from sepakat.industry.ocds.mapping.history import Step, steps
from sepakat.industry.ocds.mapping.tenders import contracting, planning, tendering
from sepakat.industry.ocds.mapping.tenders.parts import Json, Makers
from sepakat.industry.ocds.mapping.tenders.withholding import withheld
from sepakat.industry.ocds.model import extensions
from sepakat.industry.procurement.kinds import KINDS as PROCUREMENT
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Kind, Object
from sepakat.record.statement import Statement

MAKERS: Makers = {**planning.MAKERS, **tendering.MAKERS, **contracting.MAKERS}

_READ: tuple[type[Kind], ...] = (*PROCUREMENT, Organisation, Obligation)
KINDS: Mapping[str, type[Kind]] = {kind.kind: kind for kind in _READ}
"""The kinds whose statements are read."""

EXTENSIONS = tuple(
    extension.uri
    for extension in (
        *(extensions.BIDS, extensions.LOTS, extensions.REQUIREMENTS, extensions.EVALUATION),
        *(extensions.ENQUIRIES, extensions.TRANSACTIONS, extensions.METRICS, extensions.WITHHELD),
        *(extensions.TENDERS, extensions.OBLIGATIONS),
    )
)
"""What a package of these releases declares."""


class Source(NamedTuple):
    """What is exported: the standing statements of `KINDS` that the reader may see, by digest.

    `whom` names the reader; none is the buyer's own eyes, from whom nothing is withheld.
    """

    standing: Mapping[str, Statement]
    whom: str | None
    at: str  # the time of the export


def releases(source: Source, *, prefix: str | None, buyer: str) -> Iterator[Json]:
    """The releases of each procurement of the nation `buyer`, tender by tender, in their order.

    `prefix` is the publisher's registered ocid prefix; without one, as in what is not published, a
    process is called as its tender is. Raises InvalidError, with the object, for what OCDS cannot
    carry.
    """
    taken = list(steps(source.standing, KINDS))
    known = {step.after.id: step.after for step in taken}
    by_tender: dict[str, list[Step]] = {
        thing.id: [] for thing in known.values() if thing.kind == "tender" and thing.owner == buyer
    }
    for step in taken:
        for tender in tenders_of(known[step.after.id], known):
            if tender in by_tender:
                by_tender[tender].append(step)
    for tender in sorted(by_tender):
        own = by_tender[tender]
        header = _header(f"{prefix}-{tender}" if prefix else tender, buyer)
        yield from (made for step in own if (made := _release(step, tender, header)))
        if last := _together(tender, own, source):
            yield _merged(header, last, id_=source.at, date=source.at, tag="tenderUpdate")


def tenders_of(thing: Object, known: Mapping[str, Object]) -> Iterable[str]:
    """The tenders in whose processes an object stands: for a need, those that serve it."""
    if thing.kind == "tender":
        return (thing.id,)
    if thing.kind == "need":
        served = (t for t in known.values() if t.kind == "procurement_strategy")
        named = (t.fields.get("tender") for t in served if t.fields["need"] == thing.id)
        return {tender for tender in named if tender}
    if thing.kind == "contract":
        notice = known.get(thing.fields["notice"])
        return tenders_of(notice, known) if notice else ()
    if "contract" in KINDS[thing.kind].refs:
        contract = known.get(thing.fields["contract"])
        return tenders_of(contract, known) if contract else ()
    tender = thing.fields.get("tender")
    return (tender,) if tender else ()


def _header(ocid: str, buyer: str) -> Json:
    return {
        "ocid": ocid,
        "initiationType": "tender",
        "language": "en",
        "buyer": {"id": buyer, "name": buyer},
        "parties": [{"id": buyer, "name": buyer, "roles": ["buyer"]}],
    }


def _release(step: Step, tender: str, header: Json) -> Json | None:
    maker = MAKERS.get(step.after.kind)
    try:
        part = maker(step, tender) if maker else None
    except InvalidError as error:
        raise InvalidError(error.what, where=step.after.id, fix=error.fix) from error
    if part is None:
        return None
    statement = {"nation": step.statement.by.nation, "digest": step.digest}
    members = part.members | {"statement": statement}
    return _merged(header, members, id_=step.digest, date=step.date, tag=part.tag)


def _merged(header: Json, members: Json, *, id_: str, date: str, tag: str) -> Json:
    made = {"ocid": header["ocid"], "id": f"{header['ocid']}-{id_}", "date": date, "tag": [tag]}
    parties = [*header["parties"], *members.get("parties", ())]
    return made | header | members | {"parties": parties}


def _together(tender: str, own: list[Step], source: Source) -> Json:
    """What no single statement says: who offered, all offers known, and what is withheld."""
    things = {step.after.id: step.after for step in own}
    found: Json = {}
    if tenderers := _tenderers(things[tender], things):
        found["tender"] = {
            "id": tender,
            "numberOfTenderers": len(tenderers),
            "tenderers": [{"id": organisation} for organisation in tenderers],
        }
    if source.whom is not None:
        found["withheldInformation"] = list(withheld())
    return found


def _tenderers(tender: Object, things: Mapping[str, Object]) -> list[str]:
    """Whoever made the offers that were received, if all of them are seen; else nobody."""
    offers = [things.get(offer) for offer in tender.fields.get("received") or ()]
    return (
        sorted({offer.fields["organisation"] for offer in offers if offer}) if all(offers) else []
    )
