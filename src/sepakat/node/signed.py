"""The middleware that authenticates partners, and signs what is answered to them."""

import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from sepakat.node import clock, httpsig, partners
from sepakat.node.home import Home
from sepakat.node.models import Nonce, Partner
from sepakat.record.card import Card
from sepakat.record.errors import SepakatError
from sepakat.record.keys import PublicKey

logger = logging.getLogger(__name__)

_REFUSED = "Compare the sender's card with the one registered here, and see that it is not frozen"

Answer = Callable[[HttpRequest], HttpResponse]


@lru_cache(maxsize=1)
def home() -> Home:
    """The home of the node that this process serves."""
    return Home(settings.SEPAKAT_HOME)


class PartnerMiddleware:
    """Sets `request.partner` to the card of the partner that signed the request, or to none.

    A signature that does not verify is refused, whatever was asked for. Answers to partners are
    signed, refusals and errors too, and bound to the request; not files that are streamed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.partner = None
        if "Signature-Input" not in request.headers:
            return self.get_response(request)
        try:
            card = authenticate(request)
        except SepakatError as error:
            logger.warning("refused a signed request: %s", error.at(fix=_REFUSED))
            return plain("this signature is not taken here", 401)
        request.partner = card
        response = self.get_response(request)
        # A streamed answer is a file of the desk: no part of an exchange.
        return response if response.streaming else sign(response, request)


def authenticate(request: HttpRequest) -> Card:
    cards = {}
    for partner in Partner.objects.filter(frozen=""):
        card = partners.card_of(partner)
        cards[PublicKey.parse(card.exchange_key).keyid] = card

    def key_of(keyid: str) -> bytes | None:
        return PublicKey.parse(cards[keyid].exchange_key).raw if keyid in cards else None

    def is_replayed(keyid: str, nonce: str, expires: int) -> bool:
        Nonce.objects.filter(expires__lt=clock.unix() - httpsig.SKEW).delete()
        try:
            with transaction.atomic():
                Nonce.objects.create(keyid=keyid, nonce=nonce, expires=expires)
        except IntegrityError:
            return True
        return False

    keyid = httpsig.verify_request(
        request.method or "",
        # The address on our card and the path as it came; the Host header is anybody's word.
        home().card().url.rstrip("/") + request.META.get("RAW_URI", request.get_full_path()),
        dict(request.headers),
        request.body,
        public_key=key_of,
        now=clock.unix(),
        seen_nonce=is_replayed,
    )
    return cards[keyid]


def sign(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    keys = home().keys
    public = PublicKey.parse(home().card().exchange_key)
    signed = httpsig.sign_response(
        response.status_code,
        dict(response.items()),
        response.content,
        request_headers=dict(request.headers),
        key_seed=keys.get("exchange"),
        keyid=public.keyid,
        now=clock.unix(),
    )
    for name, value in signed.items():
        response[name] = value
    return response


def plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")
