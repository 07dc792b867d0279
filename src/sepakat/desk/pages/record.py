"""The record itself: the logs, their checkpoints, each leaf, and how to check what is said."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from sepakat.desk import words
from sepakat.desk.jobs.verify import may_verify
from sepakat.desk.kinds import objects
from sepakat.desk.pages import checking
from sepakat.desk.pages.proofs import logs, proof_statuses
from sepakat.node import partners, rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Statement
from sepakat.node.proofs import tlog_proof
from sepakat.record import canon
from sepakat.record.errors import InvalidError, NotFoundError
from sepakat.record.fold import Entry, read
from sepakat.record.label import PUBLIC
from sepakat.record.statement import Statement as Said
from sepakat.vocabulary import REGISTRY

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """A leaf in the list; `said` only where the reader may see it."""

    index: int
    leaf: str  # hexadecimal
    said: Said | None
    status: str


class _Places:
    """The places of a log, newest first, as Django's paginator asks for them."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> range:
        return range(self.size - part.stop, self.size - part.start)


@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """Both nations' logs, and the leaves of one."""
    cards = {card.nation: card for card in partners.all_cards(request.access.home)}
    held = logs(cards.values())
    chosen = held.get(request.GET.get("nation", "")) or held[request.access.home.config.nation]
    page = Paginator(_Places(chosen.size), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "logs": [(log, cards[nation]) for nation, log in held.items()],
        "chosen": chosen,
        "page": page,
        "query": f"nation={chosen.nation}",
        "lines": _lines(request.access, chosen.nation, page.object_list),
        "may_verify": request.user.is_authenticated and may_verify(request.access),
    }
    return render(request, "desk/record/record.html", context)


def _lines(access: Access, nation: str, places: range) -> list[Line]:
    if not places:
        return []
    leaves = rows.leaves(nation, places.start, places.stop)
    here = Statement.objects.filter(
        nation=nation, index__gte=places.start, index__lt=places.stop
    ).exclude(label=None)
    seen = {}
    for row in here:
        said = _seen(access, read(nation, row.index, bytes(row.envelope)))
        if said is not None:
            seen[row.index] = (said, row.status)
    return [
        Line(index, bytes(entry).hex(), *seen.get(index, (None, "")))
        for index, entry, _salt in reversed(leaves)
    ]


def _seen(access: Access, entry: Entry) -> Said | None:
    """What is said, if the reader may see it; what cannot be read has no label, and nobody may."""
    said = entry.statement
    return said if said is not None and access.may_view(said.kind, said.label) else None


class Reading:
    """A statement that whoever asks may see; NotFoundError for all others, and for what is not."""

    def __init__(self, access: Access, nation: str, index: int) -> None:
        self.access = access
        row = Statement.objects.filter(nation=nation, index=index).first()
        said = row and _seen(access, read(nation, index, bytes(row.envelope)))
        if not row or said is None:
            raise NotFoundError("there is no such statement, or none that you may see")
        self.row, self.said = row, said

    @property
    def place(self) -> tuple[str, int]:
        return self.row.nation, self.row.index

    @cached_property
    def shown(self) -> checking.Shown:
        nation, index = self.place
        [(_index, leaf, salt)] = rows.leaves(nation, index, index + 1)
        envelope = bytes(self.row.envelope)
        entry = read(nation, index, envelope)
        kept = bytes(salt) if salt is not None else None
        return checking.Shown(entry, envelope, bytes(leaf), kept)

    @cached_property
    def cards(self) -> dict[str, Any]:
        return {card.nation: card for card in partners.all_cards(self.access.home)}

    @property
    def may_open(self) -> bool:
        """Whether a proof of it may carry the statement: it goes past the label, to whomever it
        is given, so another nation's statement is that nation's to disclose."""
        own = self.row.nation == self.access.home.config.nation
        return self.shown.salt is not None and (own or PUBLIC in self.said.label.released)

    def relied_on(self) -> list[tuple[str, tuple[str, int] | None]]:
        """The statements that it relies on, with the places of those that the reader may see."""
        wanted = self.said.relied_on
        places: dict[str, tuple[str, int]] = {}
        for row in rows.own_statements().filter(digest__in=wanted):
            if _seen(self.access, read(row.nation, row.index, bytes(row.envelope))):
                places[row.digest] = (row.nation, row.index)
        return [(digest, places.get(digest)) for digest in wanted]

    def values(self) -> tuple[objects.Value, ...]:
        try:
            kind = REGISTRY.get(self.said.kind)
            known = objects.links(self.access, objects.named(kind, self.said.body))
            return objects.values(self.access, kind, self.said.body, known)
        except (InvalidError, TypeError, AttributeError):
            return ()  # a partner may say what no kind allows; the raw form shows it


@require_GET
def statement(request: HttpRequest, nation: str, index: int) -> HttpResponse:
    """A statement: what it says, its bytes, and its proof."""
    reading = Reading(request.access, nation, index)
    shown, said = reading.shown, reading.said
    about = objects.links(request.access, [said.object])[said.object]
    steps = checking.check(shown, reading.cards) if "verify" in request.GET else None
    context = {
        "said": said,
        "row": reading.row,
        "title": _title(said),
        "about": about,
        "proof": proof_statuses([reading.row.digest]).get(reading.row.digest),
        "values": reading.values(),
        "relied_on": reading.relied_on(),
        "raw": _pretty(said),
        "envelope": shown.envelope.decode(),
        "leaf": shown.leaf.hex(),
        "salt": shown.salt.hex() if shown.salt is not None else "",
        "steps": steps,
        "holds": steps is not None and all(step.holds is not False for step in steps),
        "cards": reading.cards.values(),
        "file": _file_name(nation, index),
        "may_open": reading.may_open,
    }
    template = "checked.html" if request.htmx and steps else "statement.html"
    return render(request, f"desk/record/{template}", context)


def _title(said: Said) -> str:
    return f"{words.kind_name(said.kind)}: {words.action_name(said.action)}"


def _pretty(said: Said) -> str:
    """The canonical JSON, set out to be read."""
    return json.dumps(canon.decode(said.encode()), indent=2, ensure_ascii=False)


def _file_name(nation: str, index: int) -> str:
    return f"{nation.lower()}-{index}.tlog-proof"


@require_GET
def statement_document(request: HttpRequest, nation: str, index: int) -> HttpResponse:
    """What the page's own script checks the statement by."""
    reading = Reading(request.access, nation, index)
    return _private(JsonResponse(checking.document(reading.shown, reading.cards)))


@require_GET
def proof(request: HttpRequest, nation: str, index: int) -> HttpResponse:
    """The .tlog-proof file of a statement, with the statement in it where it may be disclosed."""
    reading = Reading(request.access, nation, index)
    text = tlog_proof(request.access.home, nation, index, opened=reading.may_open)
    request.access.log("took a proof", statement=f"{nation} {index}", opened=reading.may_open)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(nation, index)}"'
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
