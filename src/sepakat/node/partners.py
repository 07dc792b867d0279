"""The partners of a node: registering them, finding them, freezing them."""

from django.db import transaction

from sepakat.node import clock
from sepakat.node.home import Home
from sepakat.node.ledger import Draft, Ledger
from sepakat.node.models import Log, Partner
from sepakat.node.transport import require_safe
from sepakat.record import card as cards
from sepakat.record import label
from sepakat.record.card import Card
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from sepakat.record.keys import decode_base64
from sepakat.record.kind import Registry
from sepakat.record.merkle import EMPTY_ROOT
from sepakat.record.note import parse_vkey
from sepakat.record.seal import SealingPublicKey


def register(home: Home, registry: Registry, card: Card, fingerprint: str) -> None:
    """Register a partner whose card's fingerprint somebody has compared with the partner's own."""
    if "".join(fingerprint.lower().split()) != "".join(card.fingerprint.split()):
        raise InvalidError(
            f"the card's fingerprint is {card.fingerprint}, not the one given",
            where=f"card of {card.nation}",
            fix="Have the partner read its own out; if they differ, the card is not the partner's",
        )
    if card.nation == home.config.nation:
        raise InvalidError("this is this node's own card", fix="Give the partner's")
    _check_keys(card)
    require_safe(card.url)
    with transaction.atomic():
        if Partner.objects.filter(nation=card.nation).exists():
            raise ConflictError(
                f"{card.nation} is registered already", fix="See `sepakat partner list`"
            )
        _check_apart(home, card)
        Partner.objects.create(nation=card.nation, card=card.encode(), url=card.url)
        Log.objects.create(nation=card.nation, root=EMPTY_ROOT, checkpoint=b"")
        both = label.make("UNCLASSIFIED", [home.config.nation, card.nation])
        _say(
            home,
            registry,
            card.nation,
            "register",
            both,
            body={
                "name": card.name,
                "nation": card.nation,
                "card": "".join(card.fingerprint.split()),
            },
        )


def _check_keys(card: Card) -> None:
    for _, key, kind in card.verifier_keys:
        if parse_vkey(key).type is not kind:
            raise InvalidError(
                "a key of the wrong type",
                where=f"card of {card.nation}",
                fix="Ask the partner for the card that its node writes",
            )
    SealingPublicKey.from_bytes(decode_base64(card.sealing_key))


def _check_apart(home: Home, card: Card) -> None:
    """A log and a key that signs messages name one nation; a second one would pass for it."""
    for other in all_cards(home):
        if card.origin == other.origin or card.exchange_key == other.exchange_key:
            raise ConflictError(
                f"its log or its exchange key is {other.nation}'s",
                where=f"card of {card.nation}",
                fix="Have the partner make a card of its own",
            )


def get(nation: str) -> Partner:
    try:
        return Partner.objects.get(nation=nation)
    except Partner.DoesNotExist:
        raise NotFoundError(
            f"{nation} is not registered here", fix="See `sepakat partner list`"
        ) from None


def require_unfrozen(nation: str) -> Partner:
    """A partner whose input may be taken. It is asked anew in each transaction that takes some, for
    a partner may be frozen while an exchange with it is under way."""
    partner = get(nation)
    if partner.frozen:
        raise RefusedError(
            f"{nation} is frozen since {partner.frozen}",
            fix=f"See the proof with `sepakat partner show {nation}`; nothing is taken until "
            "`sepakat partner unfreeze`",
        )
    return partner


def card_of(partner: Partner) -> Card:
    return cards.parse(bytes(partner.card))


def all_cards(home: Home) -> list[Card]:
    """This node's card, and those of all its partners."""
    return [home.card(), *map(card_of, Partner.objects.order_by("nation"))]


def freeze(home: Home, registry: Registry, nation: str, reason: str, proof: bytes = b"") -> None:
    """Take no more input from a partner, keep the proof beside any earlier one, and say so in our
    own log."""
    with transaction.atomic():
        kept = bytes(get(nation).proof)
        proofs = kept if proof in kept else b"\n".join(filter(None, (kept, proof)))
        frozen = Partner.objects.filter(nation=nation, frozen="")
        if frozen.update(frozen=f"{clock.now()} {reason}", proof=proofs):
            _say(home, registry, nation, "freeze", body={"reason": reason})


def unfreeze(home: Home, registry: Registry, nation: str, reason: str) -> None:
    """Take its input again; the proof is kept. What contradicts it will freeze it again."""
    if not get(nation).frozen:
        raise ConflictError("it is not frozen", where=nation, fix="See `sepakat partner list`")
    with transaction.atomic():
        Partner.objects.filter(nation=nation).update(frozen="")
        _say(home, registry, nation, "unfreeze", body={"reason": reason})


def _say(
    home: Home,
    registry: Registry,
    nation: str,
    action: str,
    about: label.Label | None = None,
    *,
    body: dict[str, str],
) -> None:
    draft = Draft(
        kind="partner",
        object=f"{home.config.nation}-partner-{nation.lower()}",
        action=action,
        body=body,
        label=about,
        role="administrator",
    )
    Ledger(home, registry).append([draft], at=clock.now())
