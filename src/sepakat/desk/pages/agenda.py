"""What a meeting has to speak of: open matters of the two nations, by plain rules.

A matter is on the agenda only if the reader and the other nation may both see it, so that an agenda
can be handed over the table. Each stands under the first heading that takes it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.forms import title_field
from sepakat.desk.kinds.shapes import fields_of
from sepakat.desk.pages.joint import JointSight
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.kind import Kind, Object, Side
from sepakat.record.label import Label
from sepakat.vocabulary import REGISTRY

AHEAD = timedelta(days=90)  # how far the gates look
MAX_MATTERS = 30  # under one heading; the rest are counted
DISPUTED = {"claim": ("refused", "disputed"), "verification": ("contested",), "dispute": None}


@dataclass(frozen=True)
class Matter:
    """A record to speak of, and why in a few words."""

    id: str
    kind: str
    title: str
    note: str
    label: Label


@dataclass(frozen=True)
class Heading:
    """A part of the agenda; `more` is how many further matters it would have."""

    name: str
    matters: tuple[Matter, ...]
    more: int = 0


class Agenda:
    """The agenda of an engagement, as one person may see it, on a day."""

    def __init__(self, access: Access, meeting: Object, today: date) -> None:
        self.access, self.meeting, self.today = access, meeting, today
        self.parties = sorted(meeting.parties)
        self._sight = JointSight(access, self.parties)
        self._taken = {meeting.id}

    def headings(self) -> list[Heading]:
        """Those that have something under them."""
        home = self.access.home.config.nation
        others = [nation for nation in self.parties if nation != home]
        made = [
            self._heading(_("Minutes to be agreed"), self._minutes()),
            self._heading(_("Disputes and what is contested"), self._disputed()),
            self._heading(_("Overdue"), self._overdue()),
            self._heading(_("Actions from earlier meetings"), self._actions()),
            *(
                self._heading(
                    _("Waiting for {}").format(words.nation(nation)), self._waiting(nation)
                )
                for nation in (*others, home)
            ),
            self._heading(_("Gates ahead"), self._gates()),
        ]
        return [heading for heading in made if heading.matters]

    def _heading(self, name: str, found: Iterator[Matter]) -> Heading:
        fresh = [matter for matter in found if matter.id not in self._taken]
        self._taken |= {matter.id for matter in fresh}
        more = max(0, len(fresh) - MAX_MATTERS)
        return Heading(name, tuple(fresh[:MAX_MATTERS]), more)

    def _minutes(self) -> Iterator[Matter]:
        kind = REGISTRY.kinds["engagement"]
        found = self._seen(kind).filter(state__in=("held", "minutes_proposed"))
        yield from self._matters(kind, found.order_by("date"), _state)

    def _disputed(self) -> Iterator[Matter]:
        for name, states in DISPUTED.items():
            kind = REGISTRY.kinds[name]
            wanted = states or tuple(kind.lifecycle.turn)
            yield from self._matters(kind, self._seen(kind).filter(state__in=wanted), _state)

    def _overdue(self) -> Iterator[Matter]:
        for kind in _with_due():
            found = self._open(kind).filter(due__lt=self.today.isoformat()).order_by("due", "id")
            yield from self._matters(kind, found, _due)

    def _actions(self) -> Iterator[Matter]:
        kind = REGISTRY.kinds["action_item"]
        found = self._open(kind).exclude(engagement=None).exclude(engagement=self.meeting.id)
        yield from self._matters(kind, found.order_by("due", "id"), _due)

    def _waiting(self, nation: str) -> Iterator[Matter]:
        """What one side has put forward and the other has not answered."""
        for kind in REGISTRY.kinds.values():
            turn = kind.lifecycle.turn
            answers = [state for state, side in turn.items() if side is Side.COUNTERPARTY]
            if answers and kind.is_bilateral() and kind.kind != "engagement":
                found = self._seen(kind).filter(state__in=answers, counterparty=nation)
                yield from self._matters(kind, found.order_by("id"), _state)

    def _gates(self) -> Iterator[Matter]:
        kind = REGISTRY.kinds["gate"]
        until = (self.today + AHEAD).isoformat()
        found = self._open(kind).filter(due__lte=until).order_by("due", "id")
        yield from self._matters(kind, found, _due)

    def _open(self, kind: type[Kind]) -> QuerySet[Any]:
        return self._seen(kind).filter(state__in=tuple(kind.lifecycle.turn))

    def _seen(self, kind: type[Kind]) -> QuerySet[Any]:
        """What is between the two nations, and both may see."""
        between = Q(owner__in=self.parties) & (
            Q(counterparty__in=self.parties) | Q(counterparty=None)
        )
        return table(kind).objects.filter(between, label_id__in=self._sight.numbers(kind.kind))

    def _matters(
        self, kind: type[Kind], found: QuerySet[Any], note: Callable[[type[Kind], Any], str]
    ) -> Iterator[Matter]:
        title = title_field(kind)
        for row in found[: 2 * MAX_MATTERS]:  # some may stand under an earlier heading
            yield Matter(
                row.id,
                kind.kind,
                getattr(row, title) or row.id,
                note(kind, row),
                self._sight.labels[row.label_id],
            )


def _with_due() -> list[type[Kind]]:
    return [kind for kind in REGISTRY.kinds.values() if "due" in fields_of(kind)]


def _state(kind: type[Kind], row: Any) -> str:
    return words.state_name(row.state)


def _due(kind: type[Kind], row: Any) -> str:
    owner = getattr(row, "assignee", None) or getattr(row, "obligor", None) or row.owner
    state = words.state_name(row.state)
    return _("{}, due {}, {}").format(words.nation(owner), words.day(row.due), state)
