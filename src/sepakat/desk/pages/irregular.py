"""What is irregular about a tender, in the reader's words; and closing it with all it received."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from sepakat.desk.pages.procurements import Procurement
from sepakat.industry.procurement.irregularities import irregularities
from sepakat.node import clock
from sepakat.node.authorisation import Access
from sepakat.vocabulary import REGISTRY


@dataclass(frozen=True)
class Irregular:
    sentence: str
    about: tuple[str, ...]


def irregular(found: Procurement) -> list[Irregular]:
    """What all that the reader sees of a procurement shows to be wrong."""
    sentences = _sentences()
    return [
        Irregular(sentences[one.code], one.about)
        for one in irregularities(found.tender, found.by_kind)
    ]


def _sentences() -> Mapping[str, str]:
    return {
        "offer_not_listed": _("The buyer received this offer, and did not list it at the closing."),
        "opened_twice": _("This offer has more than one record of its opening."),
        "evaluated_twice": _("This lot has more than one approved evaluation."),
        "notice_without_award": _("No award that was approved announces this notice."),
        "price_differs": _("The value announced is not the price offered, nor one agreed since."),
        "contracted_twice": _("More than one contract follows this notice."),
        "paid_beyond": _("More was paid for a milestone than it is worth."),
    }


def closing(access: Access, found: Procurement) -> str:
    """The address of the form that closes the tender with all offers received, with the digest of
    each receipt; nothing where it is not time, or not for this person."""
    tender = found.tender
    action = REGISTRY.action("tender", "close")
    if clock.now() < tender.fields["closes"] or not access.verdict(tender, action).allowed:
        return ""
    offers = [offer for offer in found.by_kind["offer"] if offer.state == "received"]
    given = {
        "received": "\n".join(offer.id for offer in offers),
        "receipts": "\n".join(offer.head for offer in offers),
    }
    return f"{reverse('act', args=[tender.id, action.name])}?{urlencode(given)}"
