"""One tender, from its published terms to its contracts: every figure with what it came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sepakat.desk.kinds.objects import Link, links, title_of
from sepakat.desk.pages.closing import closing
from sepakat.desk.pages.delays import Told, timed, told
from sepakat.desk.pages.irregular import irregular
from sepakat.desk.pages.partnership import today
from sepakat.desk.pages.procurements import Procurement, procurements
from sepakat.desk.pages.scoring import scored
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY


@dataclass(frozen=True)
class Terms:
    """The statements that published a tender's terms, first to last.

    `criteria` is the one that the present criteria are from, and `opening` the first that opened an
    offer, if the reader sees any. Both are in the buyer's log, whose order nobody can change.
    """

    versions: tuple[Told, ...]
    criteria: Told | None
    opening: Told | None

    @property
    def came_first(self) -> bool:
        """Whether the criteria were in the log before any offer was opened."""
        if self.criteria is None or self.opening is None:
            return False
        return self.criteria.index < self.opening.index


@dataclass(frozen=True)
class Bid:
    """An offer, or what came of opening it: either may be all that the reader sees."""

    id: str
    offer: Object | None
    opening: Object | None


@dataclass(frozen=True)
class Evaluator:
    """Who scores, what they declared, and their sheets."""

    account: str
    declaration: Object | None
    sheets: tuple[Object, ...]


@dataclass(frozen=True)
class Contract:
    """A contract with what was said under it."""

    contract: Object
    under: tuple[Object, ...]


@require_GET
def tender(request: HttpRequest, object_id: str) -> HttpResponse:
    """One tender, with all that this person may see of it."""
    access = request.access
    thing = access.get(object_id)
    if thing.kind != "tender":
        raise NotFoundError("there is no such tender", where=object_id)
    (found,) = procurements(access, [thing])
    said = told(access, (one.id for one in found.things))
    named = links(access, list(dict.fromkeys(_named(found.things))))
    of = found.by_kind
    names = _names(of["offer"], named)
    known = {one.id: one for one in found.things}
    context = {
        "thing": thing,
        "found": found,
        "of": of,
        "named": named | _links(known),
        "names": names,
        "criteria": {row["name"]: row["title"] for row in thing.fields["criteria"]},
        "irregular": irregular(found),
        "closing": closing(access, found),
        "terms": terms(thing, said),
        "bids": _bids(of["offer"], of["opening"]),
        "evaluators": _evaluators(thing, of["declaration"], of["score_sheet"]),
        "evaluations": [scored(thing, one, known, names) for one in of["evaluation"]],
        "contracts": _contracts(found),
        "times": timed([found], said, today()).get(thing.id),
        "open_questions": [one for one in of["question"] if one.state == "asked"],
        "final": REGISTRY.get("tender").lifecycle.final,
    }
    return render(request, "desk/pages/tender.html", context)


def terms(thing: Object, said: Iterable[Told]) -> Terms:
    ours = [one for one in said if one.nation == thing.owner]
    versions = tuple(
        one
        for one in ours
        if one.said.object == thing.id and one.said.action in ("publish", "amend")
    )
    by_place = sorted(versions, key=lambda one: one.index)
    criteria = [one for one in by_place if "criteria" in one.said.body]
    openings = sorted((o for o in ours if o.said.kind == "opening"), key=lambda one: one.index)
    return Terms(tuple(by_place), _last(criteria), openings[0] if openings else None)


def _last(found: Sequence[Told]) -> Told | None:
    return found[-1] if found else None


def _named(things: Iterable[Object]) -> Iterable[str]:
    """What the page names and is not read with the tender: organisations, and an award's gate."""
    for thing in things:
        for field in ("organisation", "gate"):
            if id_ := thing.fields.get(field):
                yield id_
        for row in thing.fields.get("interests", ()):
            yield row["organisation"]


def _names(offers: Iterable[Object], named: Mapping[str, Link]) -> dict[str, str]:
    """Each offer by who made it; by its identifier too, where somebody made more than one."""
    makers = {offer.id: named[offer.fields["organisation"]].title for offer in offers}
    several = list(makers.values())
    return {
        id_: name if several.count(name) == 1 else f"{name} ({id_})" for id_, name in makers.items()
    }


def _links(known: Mapping[str, Object]) -> dict[str, Link]:
    return {id_: Link(id_, title_of(thing), True) for id_, thing in known.items()}


def _bids(offers: Iterable[Object], openings: Iterable[Object]) -> list[Bid]:
    made = {offer.id: offer for offer in offers}
    opened = {opening.fields["offer"]: opening for opening in openings}
    return [Bid(id_, made.get(id_), opened.get(id_)) for id_ in sorted({*made, *opened})]


def _evaluators(
    thing: Object, declarations: Sequence[Object], sheets: Sequence[Object]
) -> list[Evaluator]:
    declared = {one.fields["evaluator"]: one for one in declarations}
    return [
        Evaluator(
            account,
            declared.get(account),
            tuple(sheet for sheet in sheets if sheet.fields["evaluator"] == account),
        )
        for account in thing.fields.get("evaluators", ())
    ]


def _contracts(found: Procurement) -> list[Contract]:
    under: dict[str, list[Any]] = {}
    for kind in ("contract_change", "acceptance", "payment", "sustainment_report"):
        for thing in found.by_kind[kind]:
            under.setdefault(thing.fields["contract"], []).append(thing)
    return [Contract(one, tuple(under.get(one.id, ()))) for one in found.by_kind["contract"]]
