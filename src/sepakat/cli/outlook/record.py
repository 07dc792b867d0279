"""What this node holds, as plans, forecasts and options ask for it. Imported only where a node is
open."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from sepakat.cli import drafting
from sepakat.cli.reading import select
from sepakat.node import rows
from sepakat.node.evidence import EvidenceStore
from sepakat.node.home import Home
from sepakat.node.models import Statement
from sepakat.node.partners import all_cards
from sepakat.node.state import State
from sepakat.record.errors import NotFoundError, RefusedError
from sepakat.record.fold import read
from sepakat.record.kind import Object
from sepakat.record.label import ORGANISATION, Label, Reader, combine, may_see, nation_reader
from sepakat.vocabulary import REGISTRY

if TYPE_CHECKING:
    from sepakat.outlook.forecasts.making import Request


class Held:
    """All that the node holds, but what is left out by name."""

    def __init__(self, without: Collection[str] = ()) -> None:
        self._without = frozenset(without)

    def one(self, object_id: str) -> Object:
        thing = rows.objects([object_id]).get(object_id)
        if thing is None:
            raise NotFoundError(
                "there is no such object here", where=object_id, fix="See `sepakat list`"
            )
        return thing

    def all(self, kind: str) -> list[Object]:
        return [thing for thing in select({"kind": kind}) if thing.id not in self._without]


def reader(home: Home) -> Callable[[Object], bytes]:
    """Reads the file of a piece of evidence, and checks that it is the one registered."""
    store = EvidenceStore(home)
    return lambda thing: store.read(thing.fields["sha256"])


def partner_in(home: Home, thing: Object) -> str:
    """The other party of something that this node's nation is a party of."""
    nation = home.config.nation
    others = thing.parties - {nation}
    if nation not in thing.parties or not others:
        raise RefusedError(
            f"{thing.id} is of {' and '.join(sorted(thing.parties))}, and not of {nation}",
            fix="Its own parties speak about it",
        )
    return min(others)


def issued(forecast_id: str) -> Object:
    """A forecast that is not withdrawn."""
    forecast = drafting.get(forecast_id, "forecast")
    if forecast.state != "issued":
        raise RefusedError(
            f"the forecast is {forecast.state}",
            where=forecast_id,
            fix="Name one that is issued: sepakat list forecast",
        )
    return forecast


def shared(home: Home, partner: str, things: Iterable[Object], *, without: str = "") -> Label:
    """The label of what is made from all these, which the partner must be able to see.

    RefusedError names what narrows it; `without` says what can be done about that.
    """
    made_from = list({thing.id: thing for thing in things}.values())
    label = combine(*(thing.label for thing in made_from))
    who = _node_of(home, partner)
    if may_see(label, who or _cleared(partner, label)):
        return label
    hidden = [t.id for t in made_from if not may_see(t.label, who or _cleared(partner, t.label))]
    by = hidden or [t.id for t in made_from if ORGANISATION in t.label.permissive]
    raise RefusedError(
        f"{partner} could not see what is made from {', '.join(by)}",
        fix=without or "Say these anew under a label that both nations may see",
    )


def _node_of(home: Home, nation: str) -> Reader | None:
    cards = (card for card in all_cards(home) if card.nation == nation)
    return next((card.reader for card in cards), None)


def _cleared(nation: str, label: Label) -> Reader:
    """A nation of which only the name is known, as high as it need be."""
    return nation_reader(nation, label.classification, label.restrictive)


def request_of(home: Home, forecast: Object) -> "Request":
    """What a forecast was made from: all that its statement relied on, as it was then."""
    from sepakat.outlook.forecasts.remaking import requested

    relied_on = {thing.id: thing for thing in _relied_on(forecast)}
    plan = relied_on.get(forecast.fields["plan"]) or drafting.get(forecast.fields["plan"], "plan")
    file = reader(home)(drafting.get(plan.fields["file"], "evidence"))
    return requested(forecast, relied_on, file, Held())


def _relied_on(forecast: Object) -> list[Object]:
    row = Statement.objects.get(object=forecast.id, action="issue", status="standing")
    said = read(row.nation, row.index, bytes(row.envelope)).statement
    assert said is not None  # it stands
    state = State(REGISTRY, [], {})
    found = [state.object_after(digest) for digest in said.deps]
    return [thing for thing in found if thing is not None]


def currency_of(project: Object) -> str:
    """What the project's portfolio is stated in."""
    currency: str = drafting.get(project.fields["portfolio"], "portfolio").fields["currency"]
    return currency


def currencies_of(obligations: Sequence[str]) -> dict[str, str]:
    """What each obligation is owed in."""
    return {
        name: drafting.get(name, "obligation").fields["value"]["currency"] for name in obligations
    }
