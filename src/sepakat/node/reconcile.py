"""Whether two nodes hold the same state: the digest over what both can see, at stated sizes."""

from collections.abc import Collection, Mapping

from django.db.models import Q

from sepakat.node import rows
from sepakat.node.models import Object, Statement
from sepakat.node.snapshot import snapshot
from sepakat.record.card import Card
from sepakat.record.fold import Fold, object_digest, read, state_digest
from sepakat.record.kind import Registry
from sepakat.record.label import may_see
from sepakat.record.rules import Decision, Status


@snapshot()
def shared_digest(registry: Registry, own: Card, partner: Card, sizes: Mapping[str, int]) -> str:
    """The state of what both nations can see, from the statements below `sizes` of their logs.

    What a third nation takes part in is left out, for neither can know what the other has of it;
    and what relies on a third nation's word is taken as one who has not heard it would.
    """
    pair = (own.nation, partner.nation)
    labels = [
        number
        for number, label in rows.labels().items()
        if may_see(label, own.reader) and may_see(label, partner.reader)
    ]
    said = Statement.objects.filter(nation__in=pair, label_id__in=labels)
    below = Q()
    for nation in pair:
        below |= Q(nation=nation, index__lt=sizes[nation])
    if said.exclude(below).exists() or _others_said(pair, labels):
        places = said.filter(below).values_list("nation", "index", "envelope")
        return _refolded(registry, (own, partner), places)
    shared = Object.objects.filter(owner__in=pair, label_id__in=labels)
    shared = shared.filter(Q(counterparty=None) | Q(counterparty__in=pair))
    refused = said.exclude(status=Status.STANDING.value)
    return state_digest(
        shared.values_list("id", "digest"),
        [
            Decision(nation, index, digest, Status(status), code)
            for nation, index, digest, status, code in refused.values_list(
                "nation", "index", "digest", "status", "code"
            )
        ],
    )


def _others_said(pair: Collection[str], labels: Collection[int]) -> bool:
    """Whether the pair's statements may rely on what others said: what they do rely on is shown to
    all who see them (see `rules`). Nobody relies on another's keys."""
    keys = Object.objects.filter(kind="key").values("id")
    others = Statement.objects.exclude(nation__in=pair).filter(label_id__in=labels)
    return others.exclude(object__in=keys).exists()


def _refolded(
    registry: Registry, cards: Collection[Card], places: Collection[tuple[str, int, bytes]]
) -> str:
    """The digest as it was before more was said: by folding what there was."""
    fold = Fold(registry, cards)
    fold.add(read(nation, index, bytes(envelope)) for nation, index, envelope in places)
    parties = {card.nation for card in cards}
    shared = (thing for thing in fold.objects.values() if thing.parties <= parties)
    return state_digest(
        ((thing.id, object_digest(thing)) for thing in shared),
        [d for d in fold.decisions.values() if d.status is not Status.STANDING],
    )
