"""Closing a tender with all the offers that it received."""

from urllib.parse import urlencode

from django.urls import reverse

from sepakat.desk.pages.procurements import Procurement
from sepakat.node.authorisation import Access
from sepakat.vocabulary import REGISTRY


def closing(access: Access, found: Procurement) -> str:
    """The address of the form that closes the tender with all offers received, with the digest of
    each receipt; nothing where it is not time, or not for this person."""
    tender = found.tender
    action = REGISTRY.action("tender", "close")
    if not access.verdict(tender, action).allowed:
        return ""
    offers = [offer for offer in found.by_kind["offer"] if offer.state == "received"]
    given = {
        "received": "\n".join(offer.id for offer in offers),
        "receipts": "\n".join(offer.head for offer in offers),
    }
    return f"{reverse('act', args=[tender.id, action.name])}?{urlencode(given)}"
